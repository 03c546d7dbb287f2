use chrono::{DateTime, Duration};
use serde_json::json;

use super::presentation::Presentation;
use super::*;
use crate::chain::ChainError;
use crate::credential::CredentialError;
use crate::credential::jwk;
use crate::public_key::PublicKey;
use crate::revocation::crl::CrlKind;
use crate::revocation::{Reason, Revocation};
use crate::sample;
use crate::sample::credential::{World, another_root, content, list_under};
use crate::signer::{Algorithm, SoftwareSigner};
use crate::status_list::Status;

fn world() -> World {
    World::new(Algorithm::EcdsaP256Sha256)
}

fn wallet() -> SoftwareSigner {
    sample::signer(Algorithm::EcdsaP256Sha256, 50)
}

fn demand() -> BindingDemand {
    BindingDemand {
        audience: "https://bank.example.mn".to_owned(),
        nonce: "n-0S6_WzA2Mj".to_owned(),
        max_age: Duration::minutes(5),
    }
}

fn key(x: &str, y: &str) -> PublicKey {
    jwk::read(&json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })).unwrap()
}

/// RFC 9901 appendix A.3: a PID with a presentation of two claims, one inside another, and key binding. The
/// issuer's key is that of appendix A.5.
const RFC_9901_A_3: &str = include_str!("vectors/rfc9901_a3.txt");

#[test]
fn the_presentation_of_the_rfc_is_read_and_verifies() {
    let issuer =
        key("b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ", "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8");
    let presentation = Presentation::read(RFC_9901_A_3.trim()).unwrap();
    presentation.jws.require_type(TOKEN_TYPE).unwrap();
    presentation.jws.verify(&issuer).unwrap();
    let claims = presentation.claims().unwrap();
    assert_eq!(claims["nationalities"], json!(["DE"]));
    assert_eq!(claims["age_equal_or_over"], json!({ "18": true }));
    assert_eq!(claims["vct"], json!("urn:eudi:pid:de:1"));
    assert!(!claims.contains_key("_sd") && !claims.contains_key("_sd_alg") && claims.len() == 7);
    let holder = jwk::read(&claims["cnf"]["jwk"]).unwrap();
    let demand = BindingDemand {
        audience: "https://verifier.example.org".to_owned(),
        nonce: "1234567890".to_owned(),
        max_age: Duration::minutes(5),
    };
    let at = DateTime::from_timestamp(1_748_454_280, 0).unwrap();
    presentation.require_binding(&holder, &demand, at).unwrap();
    assert!(presentation.require_binding(&issuer, &demand, at).is_err());
}

#[test]
fn what_was_issued_is_what_was_prepared_and_comes_out_whole() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        let world = World::new(algorithm);
        let holder = wallet().public_key();
        let prepared = content().prepare_sd_jwt(&holder, &world.path(), &mut sample::rng(60)).unwrap();
        let recorded = prepared.signing_input().to_vec();
        let issued = prepared.lint().unwrap().sign(&world.signer).unwrap();
        assert!(issued.as_str().as_bytes().starts_with(&recorded));
        let signed = verify_held(issued.as_str(), &world.trust, sample::now()).unwrap();
        let pid = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
        assert_eq!(pid.text("family_name"), Some("Batbold"));
        assert_eq!(pid.text("given_name#mn"), Some("Номин-Эрдэнэ"));
        assert_eq!(pid.text("birthdate"), Some("2001-02-03"));
        assert_eq!(pid.claim("nationalities"), Some(&json!(["MN"])));
        assert_eq!(pid.claim("sex"), Some(&json!(2)));
        assert!(CLAIMS.iter().all(|name| pid.claim(name).is_some()));
        assert_eq!((pid.issuer(), pid.holder_key()), (sample::CREDENTIAL_ISSUER, &holder));
    }
}

#[test]
fn a_holder_shows_what_is_asked_for_and_nothing_else() {
    let world = world();
    let demand = demand();
    let proof = Some((&demand, &wallet() as &dyn crate::Signer, sample::now()));
    let shown = present(&world.sd_jwt(), &["birthdate", "nationalities"], proof).unwrap();
    let signed = verify_presentation(&shown, &world.trust, &demand, sample::now()).unwrap();
    let pid = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
    let frame = ["birthdate", "cnf", "exp", "iat", "iss", "nationalities", "status", "vct"];
    let mut names: Vec<&str> = pid.names().collect();
    names.sort_unstable();
    assert_eq!(names, frame);
    assert!(present(&world.sd_jwt(), &["shoe_size"], None).is_err());
}

#[test]
fn a_proof_is_for_one_verifier_one_nonce_one_presentation_and_now() {
    let world = world();
    let (asked, now) = (demand(), sample::now());
    let stranger = sample::signer(Algorithm::EcdsaP256Sha256, 51);
    let shown = |demand: &BindingDemand, signer: &SoftwareSigner, at| {
        present(&world.sd_jwt(), &["birthdate"], Some((demand, signer, at))).unwrap()
    };
    let verify = |text: &str| verify_presentation(text, &world.trust, &asked, now).map(|_| ());
    let good = shown(&asked, &wallet(), now);
    verify(&good).unwrap();
    let other = BindingDemand { audience: "https://other.example.mn".to_owned(), ..demand() };
    assert!(matches!(verify(&shown(&other, &wallet(), now)), Err(CredentialError::Binding(_))));
    let other = BindingDemand { nonce: "earlier".to_owned(), ..demand() };
    assert!(matches!(verify(&shown(&other, &wallet(), now)), Err(CredentialError::Binding(_))));
    assert!(matches!(verify(&shown(&asked, &stranger, now)), Err(CredentialError::Signature(_))));
    for at in [now - Duration::minutes(6), now + Duration::minutes(2)] {
        assert!(matches!(verify(&shown(&asked, &wallet(), at)), Err(CredentialError::Binding(_))));
    }
    // The presentation has one disclosure more than the proof covers.
    let more = present(&world.sd_jwt(), &["birthdate", "sex"], None).unwrap();
    let proof = good.rsplit_once('~').unwrap().1;
    assert!(matches!(verify(&format!("{more}{proof}")), Err(CredentialError::Binding(_))));
    // Without a proof, and with a proof that nobody asked for.
    assert!(matches!(verify(&more), Err(CredentialError::Binding(_))));
    assert!(matches!(verify_held(&good, &world.trust, now), Err(CredentialError::Binding(_))));
}

#[test]
fn a_verifier_demands_an_audience_and_a_nonce() {
    let world = world();
    let shown = present(&world.sd_jwt(), &["sex"], Some((&demand(), &wallet(), sample::now()))).unwrap();
    let no_audience = BindingDemand { audience: String::new(), ..demand() };
    let no_nonce = BindingDemand { nonce: String::new(), ..demand() };
    for empty in [no_audience, no_nonce] {
        let demanded = "it must be demanded with an audience and a nonce";
        let result = verify_presentation(&shown, &world.trust, &empty, sample::now());
        assert!(matches!(result, Err(CredentialError::Binding(why)) if why == demanded));
        let result = present(&world.sd_jwt(), &["sex"], Some((&empty, &wallet(), sample::now())));
        assert!(matches!(result, Err(CredentialError::Binding(why)) if why == demanded));
    }
}

#[test]
fn a_credential_without_proof_is_nobodys_presentation() {
    let world = world();
    let bare = present(&world.sd_jwt(), &["sex"], None).unwrap();
    verify_held(&bare, &world.trust, sample::now()).unwrap();
    let result = verify_presentation(&bare, &world.trust, &demand(), sample::now());
    assert!(matches!(result, Err(CredentialError::Binding("there is none"))));
}

#[test]
fn a_revoked_or_suspended_credential_says_nothing() {
    let world = world();
    let signed = || verify_held(world.sd_jwt().as_str(), &world.trust, sample::now()).unwrap();
    for status in [Status::Invalid, Status::Suspended] {
        let result = signed().release(&world.list(status), sample::now());
        assert!(matches!(result, Err(CredentialError::Status(found)) if found == status));
    }
    assert!(signed().release(&world.list(Status::Valid), sample::now()).is_ok());
    assert_eq!(signed().status(), &content().status);
}

#[test]
fn a_list_that_was_kept_too_long_releases_nothing() {
    let world = world();
    let list = world.list(Status::Valid);
    let late = sample::now() + Duration::hours(24);
    let signed = || verify_held(world.sd_jwt().as_str(), &world.trust, sample::now()).unwrap();
    assert!(matches!(signed().release(&list, late), Err(CredentialError::NotValid(_))));
    assert!(signed().release(&list, late - Duration::seconds(1)).is_ok());
}

#[test]
fn a_list_of_another_authority_or_root_releases_nothing() {
    let world = world();
    let signed = || verify_held(world.sd_jwt().as_str(), &world.trust, sample::now()).unwrap();
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
    let issued = world.sd_jwt();
    let at = |at| verify_held(issued.as_str(), &world.trust, at).map(|_| ());
    assert!(at(sample::now()).is_ok());
    // The revocation lists have expired by then; a reader finds this before it checks the credential's own
    // time.
    let late = sample::now() + Duration::days(90);
    assert!(matches!(at(late), Err(CredentialError::Chain(ChainError::NoFreshList { .. }))));
    // The certificates are not valid yet.
    let early = sample::now() - Duration::seconds(1);
    assert!(matches!(at(early), Err(CredentialError::Chain(ChainError::NotValid { .. }))));
    let mut trust = world.trust.clone();
    trust.crls.clear();
    let result = verify_held(issued.as_str(), &trust, sample::now());
    assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoFreshList { .. }))));
    let mut trust = world.trust.clone();
    trust.root = another_root().certificate().clone();
    let result = verify_held(issued.as_str(), &trust, sample::now());
    assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoPath { .. }))));
    let serial = world.signer.certificate().serial();
    let entry = Revocation { serial, revoked_at: sample::now(), reason: Reason::KeyCompromise };
    let mut trust = world.trust.clone();
    trust.crls[1] = sample::crl(CrlKind::Eid, &world.issuing, vec![entry]);
    let result = verify_held(issued.as_str(), &trust, sample::now());
    assert!(matches!(result, Err(CredentialError::Chain(ChainError::Revoked { .. }))));
    assert!(matches!(
        verify_held(&"a".repeat(MAX_OCTETS + 1), &world.trust, sample::now()),
        Err(CredentialError::TooLarge(_))
    ));
}

/// What a reader says about a credential that was changed before it was signed.
fn by_hand(change: impl FnOnce(&mut PreparedSdJwt)) -> Result<(), CredentialError> {
    let world = world();
    verify_held(&world.sd_jwt_by_hand(change), &world.trust, sample::now()).map(|_| ())
}

#[test]
fn a_jwt_of_another_kind_is_no_credential() {
    by_hand(|_| ()).unwrap();
    for kind in ["vc+sd-jwt", "JWT", "kb+jwt", "statuslist+jwt"] {
        let result = by_hand(|pid| pid.header["typ"] = json!(kind));
        assert!(matches!(result, Err(CredentialError::Form("typ is that of another kind of JWT"))), "{kind}");
    }
    let result = by_hand(|pid| drop(pid.header.remove("typ")));
    assert!(matches!(result, Err(CredentialError::Form("typ is that of another kind of JWT"))));
}

#[test]
fn a_credential_of_another_type_is_not_read() {
    let result = by_hand(|pid| pid.payload["vct"] = json!("urn:eudi:pid:1"));
    assert!(matches!(result, Err(CredentialError::Form("the credential is of another type"))));
    let result = by_hand(|pid| drop(pid.payload.remove("vct")));
    assert!(matches!(result, Err(CredentialError::Claim("vct"))));
}

#[test]
fn an_issuer_is_the_one_in_the_certificate() {
    for issuer in ["https://other.example.mn", "https://pid.example.mn/", ""] {
        let result = by_hand(|pid| pid.payload["iss"] = json!(issuer));
        assert!(matches!(result, Err(CredentialError::NotASigner)), "{issuer}");
    }
    let result = by_hand(|pid| drop(pid.payload.remove("iss")));
    assert!(matches!(result, Err(CredentialError::Claim("iss"))));
}

#[test]
fn a_credential_has_a_status_and_a_key() {
    for name in ["status", "cnf"] {
        let result = by_hand(|pid| drop(pid.payload.remove(name)));
        assert!(matches!(result, Err(CredentialError::Claim(found)) if found == name));
    }
}

#[test]
fn a_credential_begins_within_a_minute_and_ends_on_time() {
    let now = sample::now().timestamp();
    let at =
        |name: &str, second: i64| by_hand(|pid| drop(pid.payload.insert(name.to_owned(), json!(second))));
    for (name, good, bad) in [("iat", now + 60, now + 61), ("nbf", now + 60, now + 61), ("exp", now + 1, now)]
    {
        at(name, good).unwrap();
        assert!(matches!(at(name, bad), Err(CredentialError::NotValid(_))), "{name}");
    }
}

#[test]
fn a_credential_ends_at_its_end() {
    let world = world();
    let mut short = content();
    short.expires_at = sample::now() + Duration::hours(1);
    let holder = wallet().public_key();
    let prepared = short.prepare_sd_jwt(&holder, &world.path(), &mut sample::rng(60)).unwrap();
    let issued = prepared.lint().unwrap().sign(&world.signer).unwrap();
    let at = |at| verify_held(issued.as_str(), &world.trust, at).map(|_| ());
    assert!(at(sample::now() + Duration::seconds(3599)).is_ok());
    assert!(matches!(at(sample::now() + Duration::hours(1)), Err(CredentialError::NotValid(_))));
}

#[test]
fn no_changed_character_passes() {
    let world = world();
    let shown = present(&world.sd_jwt(), &["birthdate"], None).unwrap();
    let verify = |text: &str| verify_held(text, &world.trust, sample::now());
    assert!(verify(&shown).is_ok());
    let good = shown.as_bytes();
    for at in (0..good.len()).step_by(7) {
        let mut spoilt = good.to_vec();
        spoilt[at] = if spoilt[at] == b'A' { b'B' } else { b'A' };
        // The padding bits of base64 have no meaning; its decoder refuses changes of them as well.
        assert!(verify(std::str::from_utf8(&spoilt).unwrap()).is_err(), "character {at}");
    }
    for cut in ["", "~", "~~", shown.trim_end_matches('~'), &shown[1..]] {
        assert!(verify(cut).is_err());
    }
    // The same disclosure twice, and a disclosure of another credential.
    let one = shown.split('~').nth(1).unwrap();
    assert!(verify(&format!("{shown}{one}~")).is_err());
    let mut other = content();
    other.holder.given_name_latin = "Another".to_owned();
    let prepared = other.prepare_sd_jwt(&wallet().public_key(), &world.path(), &mut sample::rng(61)).unwrap();
    let other = prepared.lint().unwrap().sign(&world.signer).unwrap();
    let foreign = present(&other, &["given_name"], None).unwrap();
    assert!(verify(&format!("{shown}{}~", foreign.split('~').nth(1).unwrap())).is_err());
}

#[test]
fn characters_at_random_are_refused_without_a_panic() {
    use rand_chacha::rand_core::Rng as _;
    let world = world();
    let shown = present(&world.sd_jwt(), &["birthdate"], None).unwrap();
    let letters = b"~.=-_ {}[]\"AZaz09\x7f\0";
    let mut rng = sample::rng(72);
    for _ in 0..500 {
        let mut text = shown.as_bytes().to_vec();
        for _ in 0..=rng.next_u32() % 4 {
            let at = rng.next_u32() as usize % text.len();
            text[at] = letters[rng.next_u32() as usize % letters.len()];
        }
        let text = String::from_utf8(text).unwrap();
        if text != shown {
            let _ = Presentation::read(&text).and_then(|read| read.claims());
            assert!(verify_held(&text, &world.trust, sample::now()).is_err());
        }
    }
}

#[test]
fn a_signer_of_lists_signs_no_credential() {
    let world = world();
    let holder = wallet().public_key();
    let prepared = content().prepare_sd_jwt(&holder, &world.list_path(), &mut sample::rng(60)).unwrap();
    let found: Vec<u16> = prepared.lint().unwrap_err().iter().map(|finding| finding.rule).collect();
    assert_eq!(found, [141, 143]);
    let linted =
        content().prepare_sd_jwt(&holder, &world.path(), &mut sample::rng(60)).unwrap().lint().unwrap();
    assert!(matches!(linted.sign(&world.list_signer), Err(CredentialError::OtherSigner)));
    let rsa = sample::rsa_3072().public_key();
    assert!(content().prepare_sd_jwt(&rsa, &world.path(), &mut sample::rng(60)).is_err());
}

#[test]
fn two_credentials_of_one_holder_have_nothing_in_common_but_the_frame() {
    let world = world();
    let holder = wallet().public_key();
    let digests = |seed| {
        let pid = content().prepare_sd_jwt(&holder, &world.path(), &mut sample::rng(seed)).unwrap();
        pid.payload["_sd"].as_array().unwrap().clone()
    };
    let (one, other) = (digests(60), digests(61));
    assert!(one.iter().all(|digest| !other.contains(digest)));
    assert_eq!((one.len(), other.len()), (DIGESTS, DIGESTS));
}

#[test]
fn debug_shows_no_person() {
    let world = world();
    let holder = wallet().public_key();
    let prepared = content().prepare_sd_jwt(&holder, &world.path(), &mut sample::rng(60)).unwrap();
    let issued = prepared.clone().lint().unwrap().sign(&world.signer).unwrap();
    let signed = verify_held(issued.as_str(), &world.trust, sample::now()).unwrap();
    let shown = format!("{prepared:?}{:?}{issued:?}{signed:?}", prepared.clone().lint().unwrap());
    let pid = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
    let shown = format!("{shown}{pid:?}");
    assert!(!shown.contains("Batbold") && !shown.contains("2001") && !shown.contains("WyJ"), "{shown}");
}
