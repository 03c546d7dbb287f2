use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::event::Facts;
use crate::kind::Kind;
use crate::refusal::Refusal;

fn forms() -> impl Iterator<Item = (Kind, Form)> {
    Kind::ALL.iter().filter_map(|kind| Some((*kind, kind.form()?)))
}

/// A value that the field can take.
fn sample(field: &Field) -> Value {
    let line = match field.name {
        "latin_parent" | "latin_given" | "foreign_latin_name" => "Sarnai",
        "foreign_document" | "passport_number" => "E1234567",
        "card" => "AB1234567",
        "entry" => "110151-2026-0000001",
        "traditional_clan" | "traditional_parent" | "traditional_given" => "ᠪᠠᠲᠤ",
        "national_number" | "mother_number" | "father_number" | "spouse_number" => "УЪ69120169",
        "civil_id" => "100000000005",
        _ => "Сарнай",
    };
    match field.entered {
        Entered::Text(_) => json!("ТБ-1"),
        Entered::Line => json!(line),
        Entered::Date | Entered::PartialDate => json!("2026-01-05"),
        Entered::Time => json!("10:30"),
        Entered::Count => json!(2),
        Entered::Agreed => json!(true),
        // This list is of the fields that may be corrected; the value must be the name of one that takes a
        // line.
        Entered::Listed(_) => json!("given_name"),
        Entered::One(words) => json!(words.last().unwrap().word),
        Entered::Several(words) | Entered::ListOf(words) => json!([words.last().unwrap().word]),
        Entered::List if field.name == "changes" => json!(["given_name=Сарнай"]),
        Entered::List => json!(["440: шалгасан"]),
        Entered::Unit => json!("110151"),
        Entered::Person => json!("УЪ69120169"),
        Entered::People => json!(["УЪ69120169"]),
        Entered::Country => json!("KOR"),
        Entered::Id => json!("01890000-0000-7000-8000-000000000001"),
        Entered::Digest => json!("ab".repeat(32)),
        Entered::Objects => json!([]),
        Entered::Picture => Value::Null,
    }
}

/// Facts with a sample value for each of these fields.
fn facts<'a>(fields: impl Iterator<Item = &'a Field>) -> Map<String, Value> {
    fields.map(|field| (field.name.to_owned(), sample(field))).collect()
}

/// The fields that a kind needs to be read, besides those that it always needs.
fn besides(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Birth => &["birth_place", "mother"],
        Kind::Citizenship => &["person"],
        Kind::Marriage => &["husband", "wife"],
        Kind::Adoption => &["mother"],
        Kind::Guardianship => &["guardian"],
        Kind::Correction => &["field", "value"],
        _ => &[],
    }
}

fn least(kind: Kind, form: Form) -> Map<String, Value> {
    let is_needed = |field: &&Field| field.needed == Needed::Always || besides(kind).contains(&field.name);
    facts(form.facts().filter(is_needed))
}

fn parse(kind: Kind, facts: Map<String, Value>) -> Result<Facts, Refusal> {
    Facts::parse(&kind, &Value::Object(facts))
}

#[test]
fn a_form_asks_for_what_is_read_of_its_kind_and_for_nothing_else() {
    for (kind, form) in forms() {
        let names: BTreeSet<&str> = form.facts().map(|field| field.name).collect();
        assert_eq!(names.len(), form.facts().count(), "{kind}: two fields of one name");
        // Some fields stand in for one another, and the first missing one ends the reading; so each field is
        // left out once.
        let mut asked: BTreeSet<&str> = BTreeSet::new();
        for left_out in std::iter::once("").chain(names.iter().copied()) {
            let given = Value::Object(facts(form.facts().filter(|field| field.name != left_out)));
            let filled = Filled::new(form, &given).unwrap();
            let _may_refuse = Facts::read(kind, &filled);
            asked.extend(filled.asked.borrow().iter());
        }
        assert_eq!(asked, names, "{kind}: what is read (left) is not what is asked for (right)");
    }
}

#[test]
fn a_field_that_is_always_needed_is_missed_and_no_other_is() {
    for (kind, form) in forms() {
        let least = least(kind, form);
        let read = parse(kind, least.clone());
        assert_eq!(read.map(|facts| facts.kind()), Ok(kind), "{kind}: {least:?}");
        for field in form.facts().filter(|field| field.needed == Needed::Always) {
            let mut facts = least.clone();
            facts.remove(field.name);
            let missing = Refusal::MissingField { field: field.name.to_owned() };
            assert_eq!(parse(kind, facts), Err(missing), "{kind}");
        }
    }
}

#[test]
fn every_field_of_a_form_is_known_and_no_other_is() {
    for (kind, form) in forms() {
        for field in form.facts() {
            let mut facts = least(kind, form);
            facts.insert(field.name.to_owned(), sample(field));
            let refused = parse(kind, facts).err();
            let is_unknown = matches!(refused, Some(Refusal::UnknownField { .. }));
            assert!(!is_unknown, "{kind}: {refused:?}");
        }
        let mut facts = least(kind, form);
        facts.insert("shoe_size".to_owned(), json!(41));
        assert_eq!(
            parse(kind, facts),
            Err(Refusal::UnknownField { field: "shoe_size".to_owned() }),
            "{kind}"
        );
    }
}

#[test]
fn every_word_that_is_offered_is_read_and_no_other_is() {
    for (kind, form) in forms() {
        for field in form.facts().filter(|field| !field.words().is_empty()) {
            let refuses = |word: &str| {
                let mut facts = least(kind, form);
                facts.insert(field.name.to_owned(), json!(word));
                parse(kind, facts)
                    .is_err_and(|refusal| refusal.field() == Some(field.name) && refusal.cause() != &refusal)
            };
            for choice in field.words() {
                let is_conflict = kind == Kind::Correction || field.name == "foreign_party";
                assert!(is_conflict || !refuses(choice.word), "{kind}: {} says {}", field.name, choice.word);
            }
            assert!(refuses("no_such_word"), "{kind}: {} says anything", field.name);
        }
    }
}

#[test]
fn a_field_is_needed_where_a_field_of_its_form_says_a_word_that_it_can_say() {
    for (kind, form) in forms() {
        for field in form.facts() {
            if let Needed::When { field: other, says } = field.needed {
                let words = form.fact(other).map(Field::words).unwrap_or_default();
                assert!(words.iter().any(|choice| choice.word == says), "{kind}: {}", field.name);
            }
        }
    }
}

#[test]
fn everything_is_said_in_both_languages() {
    let is_cyrillic = |text: &str| text.chars().any(|letter| ('\u{400}'..='\u{4ff}').contains(&letter));
    let is_said = |say: Say, tells: bool| {
        let sound = |text: &str| text.trim() == text && !text.is_empty();
        sound(say.mn) && sound(say.en) && !is_cyrillic(say.en) && (!tells || is_cyrillic(say.mn))
    };
    for (kind, form) in forms() {
        for section in form.sections {
            let said = [Some(section.legend), section.hint, section.question];
            assert!(said.into_iter().flatten().all(|say| is_said(say, true)), "{kind}: {section:?}");
        }
        for field in form.shown().chain(form.programs) {
            let words = field.words().iter().map(|choice| choice.label);
            assert!(is_said(field.label, !field.label.mn.contains("SHA")), "{kind}: {field:?}");
            assert!(words.chain(field.hint).all(|say| is_said(say, true)), "{kind}: {field:?}");
        }
    }
}
