use card_protocol::messages::JobState;
use card_writer::refusal::Refusal;

use crate::card_slot::CardSlot;
use crate::lying::{Lie, Lying};
use crate::registry::TRANSPORT_MASTER;
use crate::scene::Scene;

/// Writes a new card through a backend that lies, and returns the scene and the refusal.
fn written_through(lie: Lie<'_>) -> (Scene, Refusal) {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let refusal = scene.write(&mut Lying { inner: &mut slot, lie, sent: 0 }).unwrap_err();
    assert!(scene.registry.receipt.is_none());
    drop(slot);
    (scene, refusal)
}

fn flip(mut answer: Vec<u8>, at: usize) -> Vec<u8> {
    answer[at] ^= 1;
    answer
}

#[test]
fn a_wrong_cryptogram_quarantines_the_job_and_nothing_is_tried_again() {
    let mut updates = 0;
    let (mut scene, refusal) = written_through(&mut |_, command, answer| {
        if command.starts_with(&[0x80, 0x50]) {
            updates += 1;
            return flip(answer, 22);
        }
        answer
    });
    assert_eq!((refusal.number(), updates), (4092, 1));
    assert_eq!(scene.registry.state, JobState::Quarantined);
    let mut slot = scene.card_again();
    assert_eq!(scene.write(&mut slot).unwrap_err().number(), 4040);
}

#[test]
fn an_answer_with_a_wrong_mac_gives_the_card_up_for_ever() {
    let (mut scene, refusal) = written_through(&mut |_, command, answer| {
        if command.starts_with(&[0x84, 0x47]) { flip(answer, 0) } else { answer }
    });
    assert!(matches!(refusal, Refusal::BrokenChannel), "{refusal:?}");
    assert_eq!(scene.registry.spoilt.as_deref(), Some("9006 in generate-9a"));
    // Even if the service forgot that the card was given up, the journal gives the same refusal.
    scene.registry.state = JobState::Bound;
    let mut slot = scene.card_again();
    assert!(matches!(scene.write(&mut slot), Err(Refusal::SpoiltCard)));
    assert_eq!(scene.registry.state, JobState::Spoiled);
}

#[test]
fn a_status_that_should_not_be_stops_the_engine_there() {
    let mut after = 0;
    let (scene, refusal) = written_through(&mut |_, command, answer| {
        if command.starts_with(&[0x84, 0xD8]) {
            return vec![0x6A, 0x80];
        }
        after += usize::from(command.starts_with(&[0x84, 0x47]));
        answer
    });
    assert!(matches!(refusal, Refusal::UnexpectedStatus { command: "PUT KEY", .. }), "{refusal:?}");
    assert_eq!(after, 0);
    assert_eq!(scene.registry.state, JobState::Spoiled);
}

#[test]
fn transport_keys_that_still_answer_give_no_receipt() {
    let (scene, refusal) = written_through(&mut |number, command, answer| {
        if number > 50 && command.starts_with(&[0x80, 0x50, 0x01]) { vec![0x90, 0x00] } else { answer }
    });
    assert!(matches!(refusal, Refusal::TransportKeysAlive), "{refusal:?}");
    assert_eq!(scene.registry.spoilt.as_deref(), Some("9012 in transport-keys-dead"));
}

#[test]
fn a_certificate_that_reads_back_differently_gives_no_receipt() {
    let (scene, refusal) = written_through(&mut |_, command, answer| {
        let reads_certificate =
            command.starts_with(&[0x00, 0xCB]) && command.ends_with(&[0x5F, 0xC1, 0x05, 0x00]);
        if reads_certificate { flip(answer, 60) } else { answer }
    });
    assert!(matches!(refusal, Refusal::ReadBackDiffers(_)), "{refusal:?}");
    assert_eq!(scene.registry.state, JobState::Spoiled);
}

#[test]
fn another_chip_after_the_reset_is_never_read_for_the_first_one() {
    let mut looks = 0;
    let (scene, refusal) = written_through(&mut |_, command, answer| {
        if command.starts_with(&[0x80, 0xCA, 0x9F, 0x7F]) {
            looks += 1;
            if looks == 2 {
                return flip(answer, 3 + 15);
            }
        }
        answer
    });
    assert!(matches!(refusal, Refusal::AnotherChip), "{refusal:?}");
    // The right card is not at fault: put back, it is finished.
    let mut scene = scene;
    let mut slot = scene.card_again();
    scene.write(&mut slot).unwrap();
}

#[test]
fn another_card_in_the_reader_after_a_break_is_not_written() {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let torn = &mut crate::lying::Torn { inner: &mut slot, at: 12, is_command_run: true, sent: 0 };
    assert!(matches!(scene.write(torn), Err(Refusal::Unreachable(_))));
    drop(slot);
    let other = scene.folder.path().join("other.json");
    let mut slot = CardSlot::with_new_card(&other, "00000002", &hex::encode(TRANSPORT_MASTER));
    assert!(matches!(scene.write(&mut slot), Err(Refusal::AnotherChip)));
    drop(slot);
    let mut slot = scene.card_again();
    scene.write(&mut slot).unwrap();
}

#[test]
fn a_chip_that_already_has_the_issuers_keys_is_no_blank_card() {
    let mut first = Scene::new();
    first.write(&mut first.new_card()).unwrap();
    // A job that has no chip yet does not accept it, and is not spoilt by it.
    let mut second = Scene::new();
    let mut slot = CardSlot::with_card(&first.state());
    assert!(matches!(second.write(&mut slot), Err(Refusal::BegunChip)));
    assert_eq!((second.registry.chip_id, &second.registry.spoilt), (None, &None));
    drop(slot);
    // If the job has this chip already but its journal is lost, nobody can know what was written.
    let mut third = Scene::new();
    third.registry.chip_id = first.registry.chip_id;
    let mut slot = CardSlot::with_card(&first.state());
    assert!(matches!(third.write(&mut slot), Err(Refusal::UsedChip)));
    assert_eq!(third.registry.state, JobState::Spoiled);
}

#[test]
fn a_service_that_opens_a_weaker_channel_is_not_followed() {
    let mut scene = Scene::new();
    scene.registry.level = 0x01;
    let mut slot = scene.new_card();
    assert!(matches!(scene.write(&mut slot), Err(Refusal::WeakChannel)));
    assert_eq!(scene.registry.state, JobState::Spoiled);
}
