use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::amendment::{annulment, correction};
use crate::entry::Entry;
use crate::event::residence;
use crate::id::PersonId;
use crate::kind::Kind;
use crate::person::Residence;
use crate::register::Register;
use crate::testing::{FATHER, MOTHER, OFFICE, World, unit};

/// What an entry of a made-up history does: it is an event of its own, or it amends an earlier entry.
#[derive(Clone, Copy, Debug)]
enum Step {
    Event,
    Annul(usize),
    Correct(usize),
}

fn person() -> PersonId {
    PersonId::new(Uuid::from_u128(1))
}

fn entry_id(position: usize) -> EntryId {
    EntryId::new(Uuid::from_u128(100 + position as u128))
}

fn arrival(position: usize) -> PartBody {
    let residence = Residence { unit: unit(OFFICE), address: position.to_string(), since: None };
    PartBody::Residence(residence::Body::Resident {
        v: 1,
        residence,
        address_proof: String::new(),
        late: false,
    })
}

fn recorded(position: usize, step: Step) -> Recorded {
    let (kind, body, of) = match step {
        Step::Event => (Kind::Residence, arrival(position), None),
        Step::Annul(of) => {
            let body = annulment::Body {
                v: 1,
                of: entry_id(of),
                reason: String::new(),
                court: String::new(),
                decision: String::new(),
                ends: Vec::new(),
            };
            (Kind::Annulment, PartBody::Annulment(body), Some(of))
        }
        Step::Correct(of) => {
            let body = correction::Body {
                v: 1,
                of: entry_id(of),
                role: PartRole::Resident,
                body: Box::new(arrival(position)),
                reason: String::new(),
                evidence: String::new(),
                ends: Vec::new(),
            };
            (Kind::Correction, PartBody::Correction(body), Some(of))
        }
    };
    let header = Header {
        id: entry_id(position),
        seq: Some(position as u64),
        kind,
        recorded_at: "2026-05-01T00:00:00Z".parse().unwrap(),
        registered_on: "2026-05-01".parse().unwrap(),
        office: unit(OFFICE),
        officer: None,
        act_number: Some(position.to_string()),
        amends: of.map(entry_id),
        erases: None,
    };
    (header, Part { person: person(), role: PartRole::Resident, body })
}

fn history(steps: &[Step]) -> Vec<Recorded> {
    steps.iter().enumerate().map(|(position, step)| recorded(position, *step)).collect()
}

/// The addresses in the events in effect, in order.
fn addresses(parts: &[Recorded]) -> Vec<String> {
    let said = |part: &Effective<'_>| {
        let PartBody::Residence(residence::Body::Resident { residence, .. }) = part.body else { return None };
        Some(residence.address.clone())
    };
    in_effect(parts).iter().filter_map(said).collect()
}

/// The reference model: decides for each entry, by the definition, whether a later entry that stands annuls
/// it.
fn stands(steps: &[Step], position: usize) -> bool {
    let later = position + 1..steps.len();
    !later.into_iter().any(|at| matches!(steps[at], Step::Annul(of) if of == position) && stands(steps, at))
}

fn expected(steps: &[Step]) -> Vec<String> {
    let corrected = |position: usize| {
        let mut later = (position + 1..steps.len()).rev();
        later.find(|at| matches!(steps[*at], Step::Correct(of) if of == position) && stands(steps, *at))
    };
    let events = (0..steps.len()).filter(|at| matches!(steps[*at], Step::Event) && stands(steps, *at));
    events.map(|position| corrected(position).unwrap_or(position).to_string()).collect()
}

/// Annulments and corrections of any earlier entry.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    steps_correcting(|earlier| (0..earlier.len()).collect())
}

/// The same, with corrections of events only: a correction of an amendment would put a residence in its
/// place, which the reference model does not know.
fn steps_correcting_events() -> impl Strategy<Value = Vec<Step>> {
    steps_correcting(|earlier| {
        let is_event = |at: &usize| matches!(earlier[*at], Step::Event);
        (0..earlier.len()).filter(is_event).collect()
    })
}

/// Histories that start with an event; `correctable` gives which of the earlier steps may be corrected.
fn steps_correcting(correctable: fn(&[Step]) -> Vec<usize>) -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..4, any::<prop::sample::Index>());
    proptest::collection::vec(step, 0..13).prop_map(move |drawn| {
        let mut steps = vec![Step::Event];
        for (what, index) in drawn {
            let next = match what {
                0 | 1 => Step::Event,
                2 => Step::Annul(index.index(steps.len())),
                _ => Step::Correct(*index.get(&correctable(&steps))),
            };
            steps.push(next);
        }
        steps
    })
}

proptest! {
    #[test]
    fn amendments_in_any_order_give_what_their_definition_says(steps in steps_correcting_events()) {
        prop_assert_eq!(addresses(&history(&steps)), expected(&steps));
    }

    #[test]
    fn an_entry_folded_on_top_equals_the_whole_fold(steps in steps()) {
        let parts = history(&steps);
        let mut more = parts.clone();
        more.push(recorded(steps.len(), Step::Event));
        let (header, part) = more.last().unwrap();
        prop_assert_eq!(fold(&more), Some(crate::entry::apply(fold(&parts), header, part)));
    }

    #[test]
    fn a_register_read_entry_by_entry_keeps_the_parts_of_those_amended_alone(steps in steps()) {
        let entries = history(&steps).into_iter().map(|(header, part)| Entry { header, parts: vec![part] });
        let is_amended = steps.iter().any(|step| !matches!(step, Step::Event));
        let mut streaming = Register::streaming(is_amended.then(person).into_iter().collect());
        let mut whole = Register::default();
        for entry in entries {
            streaming.append(&entry);
            whole.append(&entry);
        }
        prop_assert_eq!(streaming.get(person()), whole.get(person()));
        prop_assert_eq!(streaming.history(person()).is_empty(), !is_amended);
    }
}

#[test]
fn an_annulled_entry_leaves_no_trace_and_comes_back_whole() {
    let steps = [Step::Event, Step::Event, Step::Annul(1), Step::Annul(2)];
    let record = |steps: &[Step]| Person { last_seq: 0, ..fold(&history(steps)).unwrap() };
    assert_eq!(record(&steps[..3]), record(&steps[..1]));
    assert_eq!(record(&steps), record(&steps[..2]));
}

#[test]
fn of_several_corrections_the_latest_in_effect_counts() {
    let steps = [Step::Event, Step::Correct(0), Step::Correct(0), Step::Annul(2), Step::Annul(1)];
    let said = |count: usize| addresses(&history(&steps[..count]));
    assert_eq!([said(2), said(3), said(4), said(5)], [["1"], ["2"], ["1"], ["0"]]);
}

#[test]
fn an_amendment_reaches_neither_itself_nor_what_came_after_it() {
    let steps = [Step::Event, Step::Annul(1), Step::Annul(3), Step::Event];
    assert_eq!(addresses(&history(&steps)), ["0", "3"]);
}

#[test]
fn a_header_of_before_there_were_amendments_keeps_its_bytes() {
    let header = recorded(0, Step::Event).0;
    let stored = serde_json::to_string(&header).unwrap();
    assert!(!stored.contains("amends"), "{stored}");
    assert_eq!(serde_json::from_str::<Header>(&stored).unwrap(), header);
}

#[test]
fn the_numbers_of_an_annulled_birth_are_given_to_nobody_else() {
    let mut world = World::new();
    let birth = json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    });
    let child = world.register(Kind::Birth, birth).unwrap()[0].person;
    let number = world.register.get(child).unwrap().national_number.clone().unwrap();
    let annulment = json!({"entry": world.last_act(), "court": "Шүүх", "decision": "1", "reason": "Алдаа"});
    world.register(Kind::Annulment, annulment).unwrap();
    let void = world.register.get(child).unwrap();
    assert!(void.is_void() && void.is_hidden() && void.national_number.is_none());
    assert!(void.withdrawn_numbers.contains(&number.to_string()));
}
