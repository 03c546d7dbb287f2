use chrono::Duration;
use coset::cbor::Value as Cbor;

use super::*;
use crate::chain::ChainError;
use crate::credential::path::key_id;
use crate::credential::{CredentialError, CredentialTrust, SignerPath};
use crate::holder::Sex;
use crate::sample;
use crate::sample::credential::{World, another_root, content, list_under};
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
    // The payload of Sig_structure is that of the message.
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
fn a_list_of_another_authority_or_root_releases_nothing() {
    let world = world();
    let signed = || verify(issued(&world, None).text(), &known(&world), &world.trust, sample::now()).unwrap();
    signed().release(&world.list(Status::Valid), sample::now()).unwrap();
    // The same authority with a renewed key.
    signed().release(&list_under(&sample::eid_root(), "eID Issuing"), sample::now()).unwrap();
    let another_authority = list_under(&sample::eid_root(), "eID Issuing 2");
    for list in [another_authority, list_under(&another_root(), "eID Issuing")] {
        let result = signed().release(&list, sample::now());
        assert!(matches!(result, Err(CredentialError::OtherAuthority)));
    }
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
    // The certificates have not begun; the revocation lists have expired.
    let early = verify(code.text(), &known(&world), now - Duration::seconds(1));
    assert!(matches!(early, Err(CredentialError::Chain(ChainError::NotValid { .. }))));
    let late = verify(code.text(), &known(&world), now + Duration::days(91));
    assert!(matches!(late, Err(CredentialError::Chain(ChainError::NoFreshList { .. }))));
    let mut trust = world.trust.clone();
    trust.crls.clear();
    let result = super::verify(code.text(), &known(&world), &trust, now);
    assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoFreshList { .. }))));
    let trust = CredentialTrust { root: another_root().certificate().clone(), ..world.trust.clone() };
    let result = super::verify(code.text(), &known(&world), &trust, now);
    assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoPath { .. }))));
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

/// What a reader says about a code that was changed before it was signed.
fn by_hand(change: impl FnOnce(&mut PreparedQr)) -> Result<(), CredentialError> {
    let world = world();
    let text = world.code_by_hand(change);
    verify(&text, &known(&world), &world.trust, sample::now()).map(|_| ())
}

fn put(code: &mut PreparedQr, number: i64, value: impl Into<Cbor>) {
    code.frame.retain(|(name, _)| *name != number);
    code.frame.push((number, value.into()));
    code.frame.sort_by_key(|(name, _)| *name);
}

#[test]
fn an_issuer_is_the_one_in_the_certificate() {
    by_hand(|_| ()).unwrap();
    for issuer in ["https://other.example.mn", "https://pid.example.mn/", ""] {
        let result = by_hand(|code| put(code, ISSUER, issuer));
        assert!(matches!(result, Err(CredentialError::NotASigner)), "{issuer}");
    }
}

#[test]
fn a_code_begins_within_a_minute_and_ends_on_time() {
    let now = sample::now().timestamp();
    let not_before = 5;
    for (number, good, bad) in
        [(ISSUED, now + 60, now + 61), (not_before, now + 60, now + 61), (EXPIRES, now + 1, now)]
    {
        by_hand(|code| put(code, number, good)).unwrap();
        let result = by_hand(|code| put(code, number, bad));
        assert!(matches!(result, Err(CredentialError::NotValid(_))), "claim {number}");
    }
}

#[test]
fn a_code_without_a_claim_of_its_frame_is_refused() {
    for (number, name) in [(ISSUER, "iss"), (EXPIRES, "exp"), (ISSUED, "iat"), (STATUS, "status")] {
        let result = by_hand(|code| code.frame.retain(|(found, _)| *found != number));
        assert!(matches!(result, Err(CredentialError::Claim(found)) if found == name), "{name}");
    }
}

#[test]
fn a_code_by_the_hint_of_a_signer_of_lists_is_refused() {
    let world = world();
    let list_signer = world.list_signer.certificate().clone();
    let text = world.code_by_hand(|code| code.header.key_id = key_id(&list_signer));
    let result = verify(&text, &known(&world), &world.trust, sample::now());
    assert!(matches!(result, Err(CredentialError::NotASigner)));
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
