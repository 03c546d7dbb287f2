use serde_json::{Value, json};

use super::Body;

use crate::card::application::tests::{approved, personalised};
use crate::card::{CardState, RevocationReason};
use crate::entry::PartRole;
use crate::id::CardId;
use crate::kind::Kind;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::testing::{FATHER, OFFICE, World, officer};

/// The father's card, in use.
fn world() -> (World, CardId) {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    world.officer = officer(5, OFFICE, &[Role::CardOfficer]);
    world.register(Kind::CardPersonalised, personalised(card)).unwrap();
    world.register(Kind::CardActivated, json!({"person": FATHER, "card": card.to_string()})).unwrap();
    (world, card)
}

fn step(card: CardId, step: &str) -> Value {
    json!({"step": step, "person": FATHER, "card": card.to_string()})
}

fn state(world: &World, card: CardId) -> CardState {
    world.person(FATHER).card(card).unwrap().state
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::CardSuspension, facts).unwrap_err().cause().clone()
}

#[test]
fn nobody_goes_by_a_suspended_card_until_the_suspension_ends() {
    let (mut world, card) = world();
    world.register(Kind::CardSuspension, step(card, "begins")).unwrap();
    let today = world.today;
    let record = world.person(FATHER).card(card).unwrap();
    assert_eq!(record.state, CardState::Suspended { on: today });
    assert_eq!(record.require_active_on(today), Err(Refusal::CardSuspended));
    assert!(record.is_open_on(today), "no second card meanwhile");
    world.register(Kind::CardSuspension, step(card, "ends")).unwrap();
    assert_eq!(world.person(FATHER).card(card).unwrap().require_active_on(today), Ok(()));
    assert_eq!(world.person(FATHER).acts.last().unwrap().kind, Kind::CardSuspension);
}

#[test]
fn each_step_follows_the_other_and_a_card_is_mislaid_as_often_as_it_is() {
    let (mut world, card) = world();
    assert_eq!(refused(&mut world, step(card, "ends")), Refusal::CardStateUnfit { state: "active" });
    let first = world.claims(Kind::CardSuspension, step(card, "begins"));
    world.register(Kind::CardSuspension, step(card, "begins")).unwrap();
    assert_eq!(refused(&mut world, step(card, "begins")), Refusal::CardSuspended);
    world.register(Kind::CardSuspension, step(card, "ends")).unwrap();
    assert_ne!(world.claims(Kind::CardSuspension, step(card, "begins")), first);
    world.register(Kind::CardSuspension, step(card, "begins")).unwrap();
}

#[test]
fn what_ends_a_card_ends_a_suspended_one_for_ever() {
    let (mut world, card) = world();
    world.register(Kind::CardSuspension, step(card, "begins")).unwrap();
    let lost = json!({"person": FATHER, "card": card.to_string(), "reason": "lost"});
    world.register(Kind::CardRevoked, lost).unwrap();
    let revoked = CardState::Revoked { reason: RevocationReason::Lost, on: world.today };
    assert_eq!(state(&world, card), revoked);
    assert_eq!(refused(&mut world, step(card, "ends")), Refusal::CardRevoked);

    // The revocation also stays if an end of the suspension comes after it, as it may after the annulment of
    // an entry between the two.
    let mut person = world.person(FATHER).clone();
    let header = world.entries.last().unwrap().header.clone();
    let end = Body::Holder { v: 1, card, step: Step::Ends };
    end.apply(&mut person, &header, PartRole::Holder);
    assert_eq!(person.card(card).unwrap().state, revoked);
}

#[test]
fn only_a_card_in_use_is_suspended() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    world.officer = officer(5, OFFICE, &[Role::CardOfficer]);
    assert_eq!(refused(&mut world, step(card, "begins")), Refusal::CardStateUnfit { state: "approved" });
    assert!(matches!(refused(&mut world, step(card, "pauses")), Refusal::UnknownWord { .. }));
}

#[test]
fn a_card_is_named_by_its_number_too_and_is_the_same_card() {
    let (mut world, card) = world();
    let number = world.person(FATHER).card(card).unwrap().document_number.as_str().to_owned();
    let mislaid = json!({"step": "begins", "person": FATHER, "card": number});
    let claimed = world.claims(Kind::CardSuspension, step(card, "begins"));
    assert_eq!(world.claims(Kind::CardSuspension, mislaid.clone()), claimed);
    world.register(Kind::CardSuspension, mislaid).unwrap();
    assert!(matches!(state(&world, card), CardState::Suspended { .. }));
    let lost = |card: &str| json!({"person": FATHER, "card": card, "reason": "lost"});
    let claimed = world.claims(Kind::CardRevoked, lost(&card.to_string()));
    assert_eq!(world.claims(Kind::CardRevoked, lost(&number)), claimed);
    world.register(Kind::CardRevoked, lost(&number)).unwrap();
    assert!(matches!(state(&world, card), CardState::Revoked { reason: RevocationReason::Lost, .. }));
    let other = world.check(Kind::CardRevoked, lost("ZZ9999999")).unwrap_err();
    assert_eq!((other.cause(), other.field()), (&Refusal::CardNotFound, Some("card")));
}
