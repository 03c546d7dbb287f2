//! Jobs that the service takes away: the writer reports them, goes on to the next job, and begins anew with
//! another chip.

use card_protocol::messages::JobState;
use card_writer::refusal::Refusal;

use crate::card_slot::CardSlot;
use crate::lying::Torn;
use crate::registry::TRANSPORT_MASTER;
use crate::scene::Scene;

#[test]
fn a_job_whose_card_ended_is_told_once_and_the_next_one_is_written_on_the_same_blank() {
    let mut scene = Scene::new();
    // The reason comes at the step that was refused, and again when the next job is claimed.
    scene.registry.ended_at = vec!["claim", "claim"];
    scene.write(&mut scene.new_card()).unwrap();
    assert_eq!(scene.passed_over, [735]);
    assert_eq!(scene.registry.state, JobState::Written);
}

#[test]
fn a_card_that_ends_while_it_is_written_gets_nothing_more_and_the_service_is_not_asked_for_ever() {
    let mut scene = Scene::new();
    scene.registry.ended_at = vec!["certify", "claim", "claim", "claim"];
    let mut slot = scene.new_card();
    assert_eq!(scene.write(&mut slot).unwrap_err().number(), 735);
    assert_eq!(scene.passed_over, [735]);
    assert!(scene.registry.certificates.is_empty() && scene.registry.receipt.is_none());
    // The chip is not at fault, and the service knows that.
    assert_eq!(scene.registry.spoilt, None);
    assert!(!scene.slip().exists(), "no PIN was printed");
}

#[test]
fn a_chip_that_was_begun_for_a_card_which_ended_is_not_taken_for_the_next_one() {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let torn = &mut Torn { inner: &mut slot, at: 25, is_command_run: true, sent: 0 };
    assert!(matches!(scene.write(torn), Err(Refusal::Unreachable(_))));
    drop(slot);
    // Since then the job was given up at the service and has no chip, or the next job comes: the chip has the
    // issuer's keys.
    scene.registry.chip_id = None;
    scene.registry.certificates.clear();
    let refused = scene.write(&mut scene.card_again()).unwrap_err();
    assert_eq!(refused.number(), 9039);
    assert!(refused.to_string().contains("put it aside"));
    assert_eq!((scene.registry.chip_id, &scene.registry.spoilt), (None, &None), "the job is not to blame");
    let other = scene.folder.path().join("other.json");
    let mut slot = CardSlot::with_new_card(&other, "00000002", &hex::encode(TRANSPORT_MASTER));
    scene.write(&mut slot).unwrap();
    assert_eq!(scene.registry.state, JobState::Written);
}

#[test]
fn a_job_that_was_given_up_is_written_on_another_chip() {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let torn = &mut Torn { inner: &mut slot, at: 12, is_command_run: true, sent: 0 };
    assert!(matches!(scene.write(torn), Err(Refusal::Unreachable(_))));
    drop(slot);
    let other = scene.folder.path().join("other.json");
    let mut slot = CardSlot::with_new_card(&other, "00000002", &hex::encode(TRANSPORT_MASTER));
    assert!(matches!(scene.write(&mut slot), Err(Refusal::AnotherChip)));
    scene.registry.chip_id = None;
    scene.registry.certificates.clear();
    scene.write(&mut slot).unwrap();
    assert_eq!(scene.registry.state, JobState::Written);
}
