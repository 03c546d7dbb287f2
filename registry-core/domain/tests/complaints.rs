//! What registrars elsewhere complain of, as tests, each named after the public thread. `ansc` and `anpr` are
//! the Italian archives of civil acts and of the population, `opencrvs` is OpenCRVS.
//!
//! Where a complaint needs the service, its test is in `tests/it`:
//! - ANSC #1233, stored but answered with a time-out: `birth.rs`,
//!   `a_retry_gives_the_first_answer_and_one_entry`
//! - ANSC #2456, a window expires and blocks: `queues.rs`,
//!   `a_draft_survives_its_days_and_is_declared_all_the_same`
//! - ANSC #1288, in a question of an agency: `identity.rs`, `names_match_however_they_are_typed`
//! - OpenCRVS #3988, in answers: `identity.rs`,
//!   `unknown_sealed_and_not_matching_numbers_get_one_identical_answer`
//! - ANPR #1209, at the same instant: for a death and a move in `residence_death.rs`, for a marriage in
//!   `family.rs`
//!
//! Not yet built: duplicate rules that a country configures (OpenCRVS #9329). The rules here only do without
//! fields that are not known.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its town has failed")]

#[path = "../../histories/tests/histories/country.rs"]
mod country;

use chrono::NaiveDate;
use country::{Country, Declared, act_number, person_id};
use registry_domain::amendment::{Consequence, Consequences};
use registry_domain::kind::Kind;
use registry_domain::linkage::{Features, norm, possible_duplicates};
use registry_domain::person::{CivilStatus, Person};
use registry_domain::refusal::Refusal;
use serde_json::{Value, json};

/// Two married people, two unmarried ones, and the father of the last.
const HUSBAND: usize = 0;
const WIFE: usize = 1;
const ELDER: usize = 2;
const MAN: usize = 3;
const WOMAN: usize = 4;
const HERE: &str = "110151";
const THERE: &str = "110153";

struct Town {
    country: Country,
    today: NaiveDate,
    office: &'static str,
}

impl Town {
    fn new() -> Self {
        let mut town = Self { country: Country::new(), today: day("2026-05-01"), office: HERE };
        let rows = [
            ("УА88020215", "Бат", "male", "1988-02-02", json!({})),
            ("УА90010101", "Сарнай", "female", "1990-01-01", json!({"spouse_number": "УА88020215"})),
            ("УА70050511", "Цэрэн", "male", "1970-05-05", json!({})),
            ("УА95030311", "Болд", "male", "1995-03-03", json!({})),
            (
                "УА96040422",
                "Туяа",
                "female",
                "1996-04-04",
                json!({"father_number": "УА70050511", "parent_name": "Цэрэн"}),
            ),
        ];
        for (number, given, sex, born_on, more) in rows {
            town.enter(Kind::Legacy, row(number, given, sex, born_on, &more));
        }
        town
    }

    fn declare(&mut self, kind: Kind, form: &Value) -> Result<usize, Refusal> {
        let label = self.country.entries.len();
        let (office, today) = (self.office, self.today);
        self.country.register(&Declared { label, kind, form, office, today }).map(|_| label)
    }

    /// Registers, and returns the label of the act.
    fn enter(&mut self, kind: Kind, form: Value) -> usize {
        self.declare(kind, &form).unwrap()
    }

    fn refused(&mut self, kind: Kind, form: Value) -> Refusal {
        self.declare(kind, &form).unwrap_err().cause().clone()
    }

    fn wedding(&mut self) -> usize {
        self.enter(Kind::Marriage, marriage("2026-04-30"))
    }

    fn correct(&mut self, act: usize, who: usize, change: &str) -> usize {
        self.enter(Kind::Correction, correction(act, who, change))
    }

    fn annul(&mut self, act: usize) -> usize {
        self.enter(Kind::Annulment, annulment(act))
    }

    fn person(&self, who: usize) -> &Person {
        self.country.person(who).unwrap()
    }

    fn parents_name(&self, child: usize) -> String {
        self.person(child).name.as_ref().unwrap().parent.as_ref().unwrap().to_string()
    }

    /// Every record as it stands.
    fn records(&self) -> String {
        self.country.register.canonical_lines().map(Result::unwrap).collect()
    }

    /// Everyone's record without its position in the ledger, because a position only ever grows.
    fn people(&self) -> Vec<Person> {
        self.country.register.people().map(|person| Person { last_seq: 0, ..person.clone() }).collect()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(who: usize) -> String {
    person_id(who).to_string()
}

fn row(number: &str, given: &str, sex: &str, born_on: &str, more: &Value) -> Value {
    let mut row = json!({
        "national_number": number, "clan_name": "Боржигон", "parent_name": "Дорж", "given_name": given, "sex": sex,
        "born_on": born_on, "residence_unit": HERE, "address": "1-1",
    });
    for (column, value) in more.as_object().unwrap() {
        row[column] = value.clone();
    }
    row
}

fn marriage(on: &str) -> Value {
    json!({
        "husband": id(MAN), "wife": id(WOMAN), "witness_1": id(HUSBAND), "witness_2": id(WIFE), "married_on": on,
    })
}

fn birth(mother: usize, father: usize) -> Value {
    json!({
        "mother": id(mother), "father": id(father), "applicants": ["mother"], "medical_certificate": "СТ-1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    })
}

fn arrival(who: usize, unit: &str) -> Value {
    json!({"person": id(who), "unit": unit, "address": "2-2", "arrived_on": "2026-05-01", "address_proof": "1"})
}

fn correction(act: usize, who: usize, change: &str) -> Value {
    json!({
        "entry": act_number(act), "person": id(who), "changes": [change], "reason": "Бичгийн алдаа", "evidence": "1",
    })
}

fn merge(survivor: usize, merged: usize) -> Value {
    json!({
        "survivor": id(survivor), "merged": id(merged), "authority": "УБЕГ", "decision": "Д-7", "reason": "Давхар",
    })
}

fn annulment(act: usize) -> Value {
    json!({"entry": act_number(act), "court": "Шүүх", "decision": "1", "reason": "Алдаа"})
}

#[test]
fn ansc_3086_the_wrong_name_of_a_spouse_stands_nowhere_after_the_correction() {
    let mut town = Town::new();
    town.wedding();
    assert!(town.records().contains("Туяа"));
    town.correct(WOMAN, WOMAN, "given_name=Туул");
    assert!(!town.records().contains("Туяа"));
    assert_eq!(town.person(MAN).spouses[0].person, town.person(WOMAN).id);
}

#[test]
fn ansc_3183_corrections_of_two_towns_on_one_day_both_reach_the_child() {
    let mut town = Town::new();
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    town.office = THERE;
    town.enter(Kind::Residence, arrival(child, THERE));
    town.correct(child, child, "given_name=Ану");
    town.office = HERE;
    town.correct(HUSBAND, HUSBAND, "given_name=Батаа");
    assert_eq!(town.person(child).name.as_ref().unwrap().given.as_str(), "Ану");
    assert_eq!(town.parents_name(child), "Батаа");
}

#[test]
fn ansc_2786_what_followed_a_correction_is_corrected_again_and_taken_back() {
    let mut town = Town::new();
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    let before = town.people();
    let first = town.correct(HUSBAND, HUSBAND, "given_name=Батаа");
    let second = town.correct(HUSBAND, HUSBAND, "given_name=Батболд");
    assert_eq!(town.parents_name(child), "Батболд");
    town.annul(second);
    assert_eq!(town.parents_name(child), "Батаа");
    town.annul(first);
    assert_eq!(town.people(), before);
}

#[test]
fn ansc_3017_a_correction_reaches_what_was_registered_after_the_mistake() {
    let mut town = Town::new();
    town.enter(
        Kind::NameChange,
        json!({"person": id(HUSBAND), "clan_name": "Шарнууд", "governor_order": "А/1"}),
    );
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    town.correct(HUSBAND, HUSBAND, "given_name=Батаа");
    let name = town.person(HUSBAND).name.clone().unwrap();
    assert_eq!((name.clan.unwrap().as_str(), name.given.as_str()), ("Шарнууд", "Батаа"));
    assert_eq!(town.parents_name(child), "Батаа");
}

#[test]
fn ansc_2374_a_grown_child_of_the_old_register_follows_the_corrected_parent() {
    let mut town = Town::new();
    assert_eq!(town.parents_name(WOMAN), "Цэрэн");
    town.correct(ELDER, ELDER, "given_name=Цэрэндорж");
    assert_eq!(town.parents_name(WOMAN), "Цэрэндорж");
}

#[test]
fn ansc_3211_a_corrected_marriage_stands_once_with_each_of_the_two() {
    let mut town = Town::new();
    let wedding = town.wedding();
    town.correct(wedding, WOMAN, "married_on=2026-04-29");
    town.correct(wedding, MAN, "married_on=2026-04-28");
    for spouse in [MAN, WOMAN] {
        let links = &town.person(spouse).spouses;
        assert_eq!(links.iter().map(|link| link.began_on).collect::<Vec<_>>(), [Some(day("2026-04-28"))]);
        assert_eq!(town.person(spouse).acts.iter().filter(|act| act.kind == Kind::Marriage).count(), 1);
    }
}

#[test]
fn ansc_2839_the_same_marriage_is_not_registered_a_second_time() {
    let mut town = Town::new();
    let wedding = town.wedding();
    let first = Refusal::MarriedAlready { act_number: act_number(wedding) };
    for on in ["2026-04-30", "2026-05-01"] {
        assert_eq!(town.refused(Kind::Marriage, marriage(on)), first);
    }
    town.correct(WOMAN, WOMAN, "given_name=Туул");
    assert_eq!(town.refused(Kind::Marriage, marriage("2026-04-30")), first);
}

#[test]
fn ansc_2411_a_correction_names_every_extract_that_is_out_of_date() {
    let mut town = Town::new();
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    let before: Vec<Person> = town.country.register.people().cloned().collect();
    town.correct(HUSBAND, HUSBAND, "given_name=Батаа");
    let entry = town.country.entries.last().unwrap();
    let after = town.country.register.clone().into_people();
    let consequences = Consequences::of(&entry.header, &entry.parts, &before, &after);
    let superseded = |act: usize| Consequence::ExtractSuperseded { act_number: act_number(act) };
    for act in [HUSBAND, child] {
        assert!(consequences.iter().any(|consequence| *consequence == superseded(act)), "{consequences:?}");
    }
}

#[test]
fn ansc_1288_a_name_is_the_same_in_cyrillic_and_as_passports_spell_it() {
    for (cyrillic, latin) in
        [("Өнөрбаяр", "Unurbayar"), ("Хүрэлсүх", "Khurelsukh"), ("Энхжаргал", "Enkhjargal")]
    {
        assert_eq!(norm(cyrillic), norm(latin), "{cyrillic}");
    }
    assert_ne!(norm("Болд"), norm("Bat"));
}

#[test]
fn anpr_1209_a_mover_lives_in_one_place_whichever_town_registered_first() {
    let mut town = Town::new();
    town.office = THERE;
    town.enter(Kind::Residence, arrival(MAN, THERE));
    assert_eq!(town.refused(Kind::Residence, arrival(MAN, THERE)), Refusal::AlreadyResident);
    let elsewhere = Refusal::NotUnitOfArrival { unit: "2104".to_owned() };
    assert_eq!(town.refused(Kind::Residence, arrival(MAN, "2104")), elsewhere);
    town.office = "2104";
    let named = Refusal::MovedSince { act_number: town.person(MAN).acts.last().unwrap().number.clone() };
    assert_eq!(town.refused(Kind::Residence, arrival(MAN, "2104")), named, "one arrival, two towns");
    town.today = town.today.succ_opt().unwrap();
    let mut later = arrival(MAN, "2104");
    later["arrived_on"] = json!(town.today);
    town.enter(Kind::Residence, later);
    let person = town.person(MAN);
    assert_eq!(person.residence.as_ref().unwrap().unit.as_str(), "2104");
    let left: Vec<&str> = person.earlier_residences.iter().map(|home| home.unit.as_str()).collect();
    assert_eq!(left, [HERE, THERE]);
}

#[test]
fn anpr_2320_acts_of_several_towns_are_annulled_in_any_order() {
    let kinds = [0, 1, 2];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut town = Town::new();
        let before = town.people();
        let mut acts = kinds.map(|_| 0);
        acts[0] = town.correct(MAN, MAN, "given_name=Болдоо");
        town.office = THERE;
        acts[1] = town.enter(Kind::Residence, arrival(MAN, THERE));
        town.office = "2104";
        acts[2] = town.wedding();
        let later = town.people();
        let undone = order.map(|nth| town.annul(acts[nth]));
        assert_eq!(town.people(), before, "{order:?}");
        for act in undone {
            town.annul(act);
        }
        assert_eq!(town.people(), later, "{order:?}");
    }
}

#[test]
fn anpr_4070_a_second_record_of_one_person_is_found_by_comparing() {
    let mut town = Town::new();
    let double = town.enter(Kind::Legacy, row("УА95030312", "Болт", "male", "1995-03-03", &json!({})));
    let pool: Vec<Features> = town.country.register.people().filter_map(Features::of).collect();
    let candidate = Features::of(town.person(double)).unwrap();
    let found: Vec<_> = possible_duplicates(&candidate, &pool).iter().map(|finding| finding.person).collect();
    assert_eq!(found, [town.person(MAN).id]);
}

#[test]
fn anpr_2203_a_second_record_is_annulled_and_the_first_is_as_it_was() {
    let mut town = Town::new();
    let before = town.people();
    let double = town.enter(
        Kind::Legacy,
        row("УА96040423", "Туяа", "female", "1996-04-04", &json!({"father_number": "УА70050511"})),
    );
    assert_eq!(town.person(ELDER).children.len(), 2);
    town.annul(double);
    assert!(town.person(double).is_void());
    let mut after = town.people();
    after.retain(|person| !person.is_void());
    assert_eq!(after, before);
}

#[test]
fn anpr_2203_two_records_of_a_mover_become_one_and_are_two_again_if_that_was_wrong() {
    let mut town = Town::new();
    let double = town.enter(
        Kind::Legacy,
        row("УА96040423", "Туяа", "female", "1996-04-04", &json!({"father_number": "УА70050511"})),
    );
    let before = town.people();
    let merged = town.enter(Kind::Merge, merge(WOMAN, double));
    assert_eq!(town.person(ELDER).children.len(), 1, "one daughter, not two");
    assert_eq!(town.person(double).merged_into, Some(town.person(WOMAN).id));
    town.annul(merged);
    assert_eq!(town.people(), before);
}

#[test]
fn anpr_4070_what_was_registered_under_the_second_record_is_not_lost_with_it() {
    let mut town = Town::new();
    let double = town.enter(Kind::Legacy, row("УА96040423", "Туяа", "female", "1996-04-04", &json!({})));
    let wedding = json!({
        "husband": id(MAN), "wife": id(double), "witness_1": id(HUSBAND), "witness_2": id(WIFE),
        "married_on": "2026-04-30",
    });
    let wedding = town.enter(Kind::Marriage, wedding);
    let child = town.enter(Kind::Birth, birth(double, MAN));
    town.enter(Kind::Merge, merge(WOMAN, double));
    let woman = town.person(WOMAN);
    assert_eq!((woman.civil_status, woman.children[0].person), (CivilStatus::Married, person_id(child)));
    assert_eq!(town.person(MAN).spouses[0].person, woman.id);
    assert_eq!(town.person(child).parents[0].person, woman.id);
    // A mistake of that time is corrected like any other.
    town.correct(wedding, double, "married_on=2026-04-29");
    assert_eq!(town.person(WOMAN).spouses[0].began_on, Some(day("2026-04-29")));
}

#[test]
fn ansc_3644_a_double_of_an_act_is_undone_without_a_court() {
    let mut town = Town::new();
    town.wedding();
    let first = town.enter(Kind::Birth, birth(WOMAN, MAN));
    // Another town registered the same child as a foundling.
    let found = json!({
        "foundling_act": "А-1", "clan_name": "Боржигон", "parent_name": "Болд", "given_name": "Номин", "sex": "female",
        "born_on": "2026-04-28", "birth_place": HERE, "residence": HERE, "address": "1-1",
    });
    let second = town.enter(Kind::Birth, found);
    let mut finding = merge(first, second);
    finding["answers"] = json!(["1490: нэг хүүхэд", "1491: нэг хүүхэд"]);
    town.enter(Kind::Merge, finding);
    assert_eq!(town.person(second).merged_into, Some(person_id(first)));
    assert_eq!(town.person(WOMAN).children.len(), 1);
}

#[test]
fn anpr_1845_nobody_marries_before_being_born() {
    let mut town = Town::new();
    let too_young = Refusal::SpouseTooYoung { age: 18 };
    assert_eq!(town.refused(Kind::Marriage, marriage("1989-04-04")), too_young);
    let wedding = town.wedding();
    for change in ["married_on=1989-04-04", "married_on=2013-03-03"] {
        let form = correction(wedding, WOMAN, change);
        assert_eq!(town.refused(Kind::Correction, form), Refusal::ContradictsRecord, "{change}");
    }
    let born_later = correction(WOMAN, WOMAN, "born_on=2020-04-04");
    assert_eq!(town.refused(Kind::Correction, born_later), Refusal::ContradictsRecord);
}

#[test]
fn anpr_1188_one_has_one_number_and_a_number_has_one_holder() {
    let mut town = Town::new();
    let civil_id = town.person(MAN).civil_id.as_ref().unwrap().to_string();
    let other_number = row("УА95030312", "Болд", "male", "1995-03-03", &json!({"civil_id": civil_id}));
    assert_eq!(town.refused(Kind::Legacy, other_number), Refusal::CivilIdTaken);
    let other_person = row("УА95030311", "Дорж", "male", "1995-03-03", &json!({}));
    assert_eq!(town.refused(Kind::Legacy, other_person), Refusal::RowConflicts);
    let first = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    let number = town.person(first).national_number.clone().unwrap();
    town.annul(first);
    let second = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    assert_ne!(town.person(second).national_number, Some(number), "nobody gets a number that was given");
}

#[test]
fn opencrvs_3947_one_record_holds_everything_that_happened_to_a_person() {
    let mut town = Town::new();
    town.wedding();
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    town.office = THERE;
    town.enter(Kind::Residence, arrival(WOMAN, THERE));
    let death =
        json!({"person": id(MAN), "died_on": "2026-05-01", "paper_number": "М-1", "informant": "Хөрш"});
    town.enter(Kind::Death, death);
    let widow = town.person(WOMAN);
    assert_eq!(widow.civil_status, CivilStatus::Widowed);
    assert_eq!(widow.residence.as_ref().unwrap().unit.as_str(), THERE);
    let kinds: Vec<Kind> = widow.acts.iter().map(|act| act.kind).collect();
    assert_eq!(kinds, [Kind::Legacy, Kind::Marriage, Kind::Residence]);
    assert_eq!(town.person(HUSBAND).children[0].person, person_id(child));
}

#[test]
fn opencrvs_3988_of_a_sealed_record_nothing_is_said_and_a_correction_reaches_it_all_the_same() {
    let mut town = Town::new();
    let child = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    town.enter(Kind::Sealing, json!({"person": id(child), "sealed": true, "decision_number": "1"}));
    assert!(town.person(child).is_hidden());
    let before: Vec<Person> = town.country.register.people().cloned().collect();
    town.correct(HUSBAND, HUSBAND, "given_name=Батаа");
    assert_eq!(town.parents_name(child), "Батаа");
    let entry = town.country.entries.last().unwrap();
    let after = town.country.register.clone().into_people();
    let told = Consequences::of(&entry.header, &entry.parts, &before, &after).told();
    assert!(!told.is_empty());
    assert!(told.iter().all(|told| !told.en.contains(&act_number(child))), "{told:?}");
}

#[test]
fn opencrvs_4569_a_fraudulent_registration_is_revoked_and_leaves_nobody_behind() {
    let mut town = Town::new();
    let before = town.people();
    let real = town.enter(Kind::Birth, birth(WIFE, HUSBAND));
    assert_eq!(town.refused(Kind::Birth, birth(WIFE, HUSBAND)), Refusal::ChildAlreadyRegistered);
    let mut again = birth(WIFE, HUSBAND);
    again["born_on"] = json!("2026-04-21");
    again["answers"] = json!(["440: эх нь ингэж хэлсэн"]);
    let with_real = town.people();
    let fraud = town.enter(Kind::Birth, again);
    town.annul(fraud);
    assert!(town.person(fraud).is_void() && !town.person(fraud).withdrawn_numbers.is_empty());
    let mut after = town.people();
    after.retain(|person| !person.is_void());
    assert_eq!(after, with_real);
    // A person who was registered as dead by mistake lives again.
    let death =
        json!({"person": id(WIFE), "died_on": "2026-05-01", "paper_number": "М-1", "informant": "Хөрш"});
    let death = town.enter(Kind::Death, death);
    town.annul(death);
    town.annul(real);
    let mut after = town.people();
    after.retain(|person| !person.is_void());
    assert_eq!(after, before);
}

#[test]
fn opencrvs_9329_doubles_are_found_without_the_fields_that_are_not_known() {
    let mut town = Town::new();
    let more = json!({"parent_name": "", "clan_name": "", "residence_unit": "", "address": ""});
    let double = town.enter(Kind::Legacy, row("УА96040423", "Туяа", "female", "1996-04-04", &more));
    let pool: Vec<Features> = town.country.register.people().filter_map(Features::of).collect();
    let bare = Features::of(town.person(double)).unwrap();
    assert!(bare.parent.is_none() && bare.place.is_none());
    let found: Vec<_> = possible_duplicates(&bare, &pool).iter().map(|finding| finding.person).collect();
    assert_eq!(found, [town.person(WOMAN).id]);
}
