use std::os::unix::fs::PermissionsExt;

use card_protocol::layout::Slot;
use card_protocol::messages::Purpose;
use card_writer::activate::{Pins, activate};
use card_writer::card::Card;
use card_writer::inspect::{CheckService, Findings, Question, inspect};
use card_writer::mrz::AccessKey;
use card_writer::pin::CardPin;
use card_writer::refusal::Refusal;
use card_writer::shown::ShownFiles;
use card_writer::trust::TrustAnchors;

use crate::authorities::Authorities;
use crate::card_slot::{CardSlot, forge};
use crate::registry::FakeRegistry;
use crate::scene::{Scene, TestEdge};

const NUMBER: &str = "TE0000017";

fn pin(text: &str) -> CardPin {
    CardPin::parse(text).unwrap()
}

fn written() -> Scene {
    let mut scene = Scene::new();
    scene.write(&mut scene.new_card()).unwrap();
    scene
}

fn activated() -> Scene {
    let mut scene = written();
    let pins = Pins { old: Some(scene.transport_pin()), new: pin("246810") };
    let mut slot = scene.card_again();
    let mut card = Card::open(&mut slot).unwrap();
    let answer = activate(&mut card, &mut scene.registry, NUMBER, &pins).unwrap();
    assert_eq!(answer.state, "active");
    drop(slot);
    scene
}

fn trust(registry: &FakeRegistry) -> TrustAnchors {
    registry.authorities.trust(&[], registry.answer_key().verifying_key().to_bytes())
}

fn look(
    scene: &mut Scene,
    slot: &mut CardSlot,
    trust: &TrustAnchors,
    pin: &CardPin,
) -> Result<Findings, Refusal> {
    let access = AccessKey::new(NUMBER, "100517", "350516").unwrap();
    let purpose = Purpose {
        end_user: "desk 1".into(),
        legal_basis: "art. 8".into(),
        purpose: "account".into(),
        case: "1".into(),
    };
    let service: (&mut dyn CheckService, &Purpose) = (&mut scene.registry, &purpose);
    let mut card = Card::open(slot)?;
    let question = Question { access: &access, pin: Some(pin) };
    let mut edge = TestEdge::new(5);
    let files = ShownFiles::read(&mut card, &mut edge, &access)?;
    inspect(&mut card, &mut edge, files, &question, trust, Some(service))
}

#[test]
fn an_active_card_is_genuine_and_no_copy() {
    let mut scene = activated();
    let trust = trust(&scene.registry);
    let mut slot = scene.card_again();
    let findings = look(&mut scene, &mut slot, &trust, &pin("246810")).unwrap();
    assert_eq!((findings.zone.primary.as_str(), findings.zone.secondary.as_str()), ("BATBOLD", "NOMIN"));
    assert!(findings.is_possession_proved && findings.service.unwrap().active);
}

#[test]
fn a_card_with_its_transport_pin_signs_nothing() {
    let mut scene = written();
    let trust = trust(&scene.registry);
    let transport = scene.transport_pin();
    let mut slot = scene.card_again();
    let refusal = look(&mut scene, &mut slot, &trust, &transport).unwrap_err();
    assert!(matches!(refusal, Refusal::TransportPin), "{refusal:?}");
}

#[test]
fn a_card_that_the_service_does_not_know_as_active_is_refused_by_its_number() {
    let mut scene = activated();
    scene.registry.is_active = false;
    let trust = trust(&scene.registry);
    let mut slot = scene.card_again();
    assert_eq!(look(&mut scene, &mut slot, &trust, &pin("246810")).unwrap_err().number(), 4097);
}

#[test]
fn a_changed_name_and_a_copy_over_other_keys_are_found_out() {
    let mut scene = activated();
    let trust = trust(&scene.registry);
    let state = scene.state();
    for (how, number) in [("--flip-dg1", 9024), ("--replace-keys", 9027)] {
        let forged = scene.folder.path().join(format!("forged{how}.json"));
        forge(&state, &forged, how);
        let refusal =
            look(&mut scene, &mut CardSlot::with_card(&forged), &trust, &pin("246810")).unwrap_err();
        assert_eq!(refusal.number(), number, "{how}: {refusal:?}");
    }
}

#[test]
fn a_revoked_certificate_and_foreign_roots_are_refused() {
    let mut scene = activated();
    let revoked = [scene.registry.certificate(Slot::Authentication)];
    let answer_key = scene.registry.answer_key().verifying_key().to_bytes();
    let trust = scene.registry.authorities.trust(&revoked, answer_key);
    let mut slot = scene.card_again();
    assert_eq!(look(&mut scene, &mut slot, &trust, &pin("246810")).unwrap_err().number(), 9026);
    let foreign = Authorities::new(40).trust(&[], answer_key);
    assert_eq!(look(&mut scene, &mut slot, &foreign, &pin("246810")).unwrap_err().number(), 9023);
    let mixed =
        TrustAnchors { documents: scene.registry.authorities.trust(&[], answer_key).documents, ..foreign };
    assert_eq!(look(&mut scene, &mut slot, &mixed, &pin("246810")).unwrap_err().number(), 9025);
}

#[test]
fn wrong_pins_are_counted_and_then_the_pin_is_blocked() {
    let mut scene = activated();
    let trust = trust(&scene.registry);
    let mut slot = scene.card_again();
    for left in [2, 1, 0] {
        match look(&mut scene, &mut slot, &trust, &pin("999999")).unwrap_err() {
            Refusal::WrongPin { tries_left } => assert_eq!(tries_left, left),
            Refusal::BlockedPin => assert_eq!(left, 0),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(look(&mut scene, &mut slot, &trust, &pin("246810")), Err(Refusal::BlockedPin)));
}

#[test]
fn an_answer_signed_by_another_key_is_not_believed() {
    let mut scene = activated();
    let trust = scene
        .registry
        .authorities
        .trust(&[], ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes());
    let mut slot = scene.card_again();
    assert_eq!(look(&mut scene, &mut slot, &trust, &pin("246810")).unwrap_err().number(), 9028);
}

#[test]
fn a_chip_does_not_open_with_another_birth_date() {
    let scene = written();
    let mut slot = scene.card_again();
    let access = AccessKey::new(NUMBER, "100518", "350516").unwrap();
    let mut card = Card::open(&mut slot).unwrap();
    let refusal = ShownFiles::read(&mut card, &mut TestEdge::new(5), &access).err().unwrap();
    assert!(matches!(refusal, Refusal::AccessDenied));
}

#[test]
fn what_was_read_is_saved_into_a_new_folder_for_its_owner_alone() {
    let scene = written();
    let mut slot = scene.card_again();
    let access = AccessKey::new(NUMBER, "100517", "350516").unwrap();
    let mut card = Card::open(&mut slot).unwrap();
    let files = ShownFiles::read(&mut card, &mut TestEdge::new(5), &access).unwrap();
    let folder = scene.folder.path().join("read");
    files.save(&folder).unwrap();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert_eq!((read("EF.SOD"), read("EF.DG2")), (files.sod.clone(), files.dg2.clone()));
    assert_eq!(read("authentication.cer"), scene.registry.certificate(Slot::Authentication).der());
    assert_eq!(read("signature.cer"), scene.registry.certificate(Slot::Signature).der());
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("EF.DG1"))), (0o700, 0o600));
    assert_eq!(files.save(&folder).unwrap_err().number(), 9038, "another card's files stay as they are");
}
