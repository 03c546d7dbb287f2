use chrono::Duration;

use super::*;
use crate::credential::{CredentialError, SignerPath};
use crate::holder::Sex;
use crate::sample;
use crate::sample::credential::{World, content};
use crate::signer::Algorithm;
use crate::status_list::Status;

fn world() -> World {
    World::new(Algorithm::EcdsaP256Sha256)
}

fn issued(world: &World, photo: Option<&SmallPhoto>) -> IssuedQr {
    let prepared = content().prepare_qr(photo, world.signer.certificate()).unwrap();
    prepared.lint().unwrap().sign(&world.signer).unwrap()
}

fn known(world: &World) -> Vec<SignerPath> {
    vec![world.list_path(), world.path()]
}

#[test]
fn a_code_says_who_the_holder_is() {
    let photo = SmallPhoto::parse(b"\xff\xd8\xff\xe0 some photo").unwrap();
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        let world = World::new(algorithm);
        for photo in [None, Some(&photo)] {
            let code = issued(&world, photo);
            let signed = verify(code.text(), &known(&world), &world.trust, sample::now()).unwrap();
            assert_eq!(signed.status(), &content().status);
            let identity = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
            assert_eq!(identity.full_name, "Батболд Номин-Эрдэнэ");
            assert_eq!(identity.given_name_latin, "Nomin-Erdene");
            assert_eq!((identity.sex, identity.born_on), (Sex::Female, sample::holder().born_on));
            assert_eq!(identity.photo.as_ref(), photo);
            assert_eq!(identity.document_number, "AA1234567");
        }
    }
}

#[test]
fn a_code_without_photo_is_small_and_of_the_letters_of_a_qr_code() {
    let code = issued(&world(), None);
    assert!(code.text().len() < 500, "{} characters", code.text().len());
    assert!(
        code.text()
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./:".contains(&b))
    );
    assert!(!code.text().contains(&sample::holder().civil_id));
}

#[test]
fn what_was_issued_is_what_was_prepared() {
    let world = world();
    let prepared = content().prepare_qr(None, world.signer.certificate()).unwrap();
    let recorded = prepared.to_be_signed().to_vec();
    let linted = prepared.lint().unwrap();
    assert_eq!(linted.to_be_signed(), recorded);
    let code = linted.sign(&world.signer).unwrap();
    // The payload of Sig_structure is the one of the message.
    let payload = &recorded[recorded.len() - 40..];
    assert!(code.cwt().windows(payload.len()).any(|window| window == payload));
}

#[test]
fn a_revoked_or_suspended_code_says_nothing() {
    let world = world();
    let code = issued(&world, None);
    for status in [Status::Invalid, Status::Suspended] {
        let signed = verify(code.text(), &known(&world), &world.trust, sample::now()).unwrap();
        let result = signed.release(&world.list(status), sample::now());
        assert!(matches!(result, Err(CredentialError::Status(found)) if found == status));
    }
}

#[test]
fn a_list_that_was_kept_too_long_releases_nothing() {
    let world = world();
    let list = world.list(Status::Valid);
    let late = sample::now() + Duration::hours(24);
    let signed = || verify(issued(&world, None).text(), &known(&world), &world.trust, sample::now()).unwrap();
    assert!(matches!(signed().release(&list, late), Err(CredentialError::NotValid(_))));
    assert!(signed().release(&list, late - Duration::seconds(1)).is_ok());
}

#[test]
fn a_reader_fails_closed() {
    let world = world();
    let code = issued(&world, None);
    let verify = |text: &str, known: &[SignerPath], at| verify(text, known, &world.trust, at).map(|_| ());
    let now = sample::now();
    verify(code.text(), &known(&world), now).unwrap();
    assert!(matches!(verify(code.text(), &[], now), Err(CredentialError::UnknownSigner)));
    assert!(matches!(verify(code.text(), &[world.list_path()], now), Err(CredentialError::UnknownSigner)));
    assert!(verify(code.text(), &known(&world), now - Duration::seconds(1)).is_err());
    assert!(verify(code.text(), &known(&world), now + Duration::days(91)).is_err());
    let mut trust = world.trust.clone();
    trust.crls.clear();
    assert!(super::verify(code.text(), &known(&world), &trust, now).is_err());
    let good = code.text().as_bytes();
    for at in 0..good.len() {
        let mut spoilt = good.to_vec();
        spoilt[at] = if spoilt[at] == b'0' { b'1' } else { b'0' };
        assert!(
            verify(std::str::from_utf8(&spoilt).unwrap(), &known(&world), now).is_err(),
            "character {at}"
        );
    }
}

#[test]
fn another_signer_than_the_one_it_was_prepared_for_does_not_sign() {
    let world = world();
    let linted = content().prepare_qr(None, world.signer.certificate()).unwrap().lint().unwrap();
    assert!(matches!(linted.sign(&world.list_signer), Err(CredentialError::OtherSigner)));
    let rsa = sample::document_signer_with(Algorithm::RsaPss3072Sha256, &sample::csca());
    assert!(matches!(content().prepare_qr(None, rsa.certificate()), Err(CredentialError::Algorithm)));
}

#[test]
fn debug_shows_no_person() {
    let world = world();
    let prepared = content().prepare_qr(None, world.signer.certificate()).unwrap();
    let code = issued(&world, None);
    let signed = verify(code.text(), &known(&world), &world.trust, sample::now()).unwrap();
    let shown = format!("{prepared:?}{:?}{code:?}{signed:?}", prepared.clone().lint().unwrap());
    let identity = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
    let shown = format!("{shown}{identity:?}");
    assert!(!shown.contains("Batbold") && !shown.contains("AA1234567"), "{shown}");
}
