//! Random merges among random histories: whatever is merged, corrected, married and undone, in whatever
//! order, the records stay sound. There is no reference model of merges. The test checks what must hold in
//! every register: a merge that is undone at once leaves no trace, no tie leads to a merged record, a number
//! finds one person, the sweep finds nothing, and folding the ledger gives the same register.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use registry_domain::kind::Kind;
use registry_domain::person::Person;
use registry_domain::register::Register;
use registry_domain::sweep::breaches;
use serde_json::{Value, json};

use crate::country::{Country, Declared, act_number};
use crate::history::{ByLabel, History};
use registry_histories::draw::{Dice, Draw, name};

/// Commands before the first merge, and after it.
const BEFORE: usize = 40;
const AFTER: usize = 60;

/// Counts of what happened, so that the test can require that something did.
#[derive(Default, Debug, Clone, Copy)]
pub struct Merges {
    pub merged: usize,
    pub barred: usize,
    pub undone: usize,
    pub rested_on: usize,
    pub others: usize,
    pub beside: usize,
}

/// Plays one history drawn from a seed.
pub fn play(imported: &History, seed: u64, merges: &mut Merges) -> Result<(), String> {
    let mut history = imported.clone();
    let mut dice = Dice::new(seed);
    let first = history.model.acts.len();
    let mut today = history.model.acts[0].today;
    for label in first..first + BEFORE {
        today = dice.later(today);
        let draw = Draw { dice: &mut dice, model: &history.model, lives: &history.lives, label, today };
        let command = draw.command();
        history.step(&command)?.ok();
    }
    // From here on the model is not updated: it only helps to draw plausible commands.
    let mut country = history.country.clone();
    let mut merge_acts: Vec<usize> = Vec::new();
    for label in first + BEFORE..first + BEFORE + AFTER {
        today = dice.later(today);
        let (kind, form, office) = match dice.below(100) {
            0..30 => (Kind::Merge, merge(&country, &mut dice), "110151"),
            30..45 if !merge_acts.is_empty() => {
                (Kind::Annulment, annulment(merge_acts[dice.below(merge_acts.len())]), "110151")
            }
            45..55 => (Kind::Annulment, annulment(dice.below(label)), "110151"),
            _ => {
                let draw =
                    Draw { dice: &mut dice, model: &history.model, lives: &history.lives, label, today };
                let command = draw.command();
                (command.what.kind(), command.form(&ByLabel), command.office)
            }
        };
        let (before, without) = (people(&country), (kind == Kind::Merge).then(|| country.clone()));
        let declared = Declared { label, kind, form: &form, office, today };
        let outcome = country.register(&declared).map(drop);
        let is_of_merge = kind == Kind::Annulment && merge_acts.iter().any(|act| form == annulment(*act));
        match (&outcome, kind) {
            (Ok(()), Kind::Merge) => {
                merges.merged += 1;
                merge_acts.push(label);
                taken_back(&country, label, today, &before)?;
                if let Some(without) = without {
                    merges.beside += beside(without, country.clone(), label, today, &mut dice)?;
                }
            }
            (Err(_), Kind::Merge) => merges.barred += 1,
            (Ok(()), _) if is_of_merge => merges.undone += 1,
            (Err(no), _) if is_of_merge && no.number() == 1407 => merges.rested_on += 1,
            (Ok(()) | Err(_), _) => merges.others += usize::from(outcome.is_ok()),
        }
        if outcome.is_ok() {
            sound(&country).map_err(|why| format!("after {kind} {label}: {why}\n{form}"))?;
        }
    }
    if Register::fold(country.entries.iter().cloned()) != country.register {
        return Err("the fold of all entries is another register".to_owned());
    }
    Ok(())
}

/// A merge of two records at random, with answers to all questions.
fn merge(country: &Country, dice: &mut Dice) -> Value {
    let people: Vec<String> = country.register.people().map(|person| person.id.to_string()).collect();
    json!({
        "survivor": people[dice.below(people.len())], "merged": people[dice.below(people.len())],
        "authority": "УБЕГ", "decision": "Д-1", "reason": "Давхар", "answers": ["1490: баримт", "1491: баримт"],
    })
}

fn annulment(act: usize) -> Value {
    json!({"entry": act_number(act), "court": "Шүүх", "decision": "ШШ-2", "reason": "Алдаа"})
}

/// Everyone, without the ledger position, which only ever grows.
fn people(country: &Country) -> Vec<Person> {
    country.register.people().map(|person| Person { last_seq: 0, ..person.clone() }).collect()
}

/// A merge that is undone at once must leave everything as it was.
fn taken_back(country: &Country, merge: usize, today: NaiveDate, before: &[Person]) -> Result<(), String> {
    let mut country = country.clone();
    let form = annulment(merge);
    let declared =
        Declared { label: merge + 100_000, kind: Kind::Annulment, form: &form, office: "110151", today };
    country.register(&declared).map_err(|no| format!("merge {merge} is not undone: {no}"))?;
    if people(&country) == before { Ok(()) } else { Err(format!("merge {merge} leaves a trace")) }
}

/// Amendments between a merge and its undoing must leave what they would have left without the merge. Returns
/// how many were compared.
fn beside(
    mut without: Country,
    mut with: Country,
    merge: usize,
    today: NaiveDate,
    dice: &mut Dice,
) -> Result<usize, String> {
    let mut compared = 0;
    let mut said = Vec::new();
    for nth in 0..8 {
        let label = merge + 200_000 + nth;
        let act = dice.below(merge);
        let (kind, form) = if dice.below(3) == 0 {
            (Kind::Annulment, annulment(act))
        } else {
            let people: Vec<String> = without.entries[act % without.entries.len()]
                .parts
                .iter()
                .map(|part| part.person.to_string())
                .collect();
            let change = [
                format!("given_name={}", name(label)),
                format!("address={label}"),
                format!("married_on={}", today - chrono::Days::new(dice.below(4000) as u64)),
                format!("born_on={}", today - chrono::Days::new(8000 + dice.below(12_000) as u64)),
            ];
            let header = &without.entries[act % without.entries.len()].header;
            let form = json!({
                "entry": header.act_number, "person": people[dice.below(people.len())],
                "changes": [change[dice.below(change.len())]], "reason": "1", "evidence": "1",
            });
            (Kind::Correction, form)
        };
        let (mut one, mut other) = (without.clone(), with.clone());
        let declared = Declared { label, kind, form: &form, office: "110151", today };
        if one.register(&declared).is_ok() && other.register(&declared).is_ok() {
            sound(&other).map_err(|why| format!("after {form}: {why}"))?;
            said.push(form);
            (without, with) = (one, other);
            compared += 1;
        }
    }
    let form = annulment(merge);
    let declared =
        Declared { label: merge + 300_000, kind: Kind::Annulment, form: &form, office: "110151", today };
    if with.register(&declared).is_err() {
        return Ok(0);
    }
    let (with, without) = (people(&with), people(&without));
    match with.iter().zip(&without).find(|(one, other)| one != other) {
        None => Ok(compared),
        Some((one, other)) => {
            Err(format!("merge {merge} leaves a trace beside {said:?}:\n{one:?}\n{other:?}"))
        }
    }
}

/// What must hold in every register.
fn sound(country: &Country) -> Result<(), String> {
    let mut claimed = BTreeSet::new();
    for person in country.register.people() {
        for number in person.claimed() {
            if !claimed.insert(number) {
                return Err(format!("{}: a number finds two", person.id));
            }
        }
        let into = person.merged_into.map(|into| country.register.get(into).cloned());
        if let Some(into) = into
            && into.is_none_or(|into| into.merged.iter().all(|record| record.person != person.id))
        {
            return Err(format!("{}: merged into a record that does not know", person.id));
        }
        if person.is_void() {
            continue;
        }
        let relative = |id| country.register.get(id);
        if let Some(breach) = breaches(person, &country.law, &relative).first() {
            return Err(format!("{}: the sweep finds {} {}", person.id, breach.number(), breach.title_en()));
        }
    }
    Ok(())
}
