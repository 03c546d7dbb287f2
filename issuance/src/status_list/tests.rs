use chrono::Duration;

use super::token::Fields;
use super::*;
use crate::chain::ChainError;
use crate::credential::{CredentialError, StatusReference};
use crate::sample;
use crate::sample::credential::{INDEX, LIST, World, another_root, list_content};
use crate::signer::Algorithm;

fn world() -> World {
    World::new(Algorithm::EcdsaP256Sha256)
}

fn reference(uri: &str, index: u64) -> StatusReference {
    StatusReference { uri: uri.to_owned(), index }
}

fn verify(
    token: &IssuedStatusList,
    uri: &str,
    world: &World,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<VerifiedStatusList, CredentialError> {
    match token.form() {
        Form::Jwt => verify_jwt(std::str::from_utf8(token.octets()).unwrap(), uri, &world.trust, at),
        Form::Cwt => verify_cwt(token.octets(), uri, &world.trust, at),
    }
}

#[test]
fn a_list_says_the_same_in_both_forms() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        let world = World::new(algorithm);
        for form in [Form::Jwt, Form::Cwt] {
            let token = world.token(form, &list_content(Status::Suspended));
            let list = verify(&token, LIST, &world, sample::now()).unwrap();
            assert_eq!(list.status(&reference(LIST, INDEX), sample::now()).unwrap(), Status::Suspended);
            assert_eq!(list.status(&reference(LIST, INDEX + 1), sample::now()).unwrap(), Status::Invalid);
            assert_eq!(list.status(&reference(LIST, 0), sample::now()).unwrap(), Status::Valid);
            let again = list.fetch_again_at(sample::now() + Duration::hours(1));
            assert_eq!(again, sample::now() + Duration::minutes(70));
            let again = list.fetch_again_at(sample::now() + Duration::hours(24) - Duration::minutes(1));
            assert_eq!(again, sample::now() + Duration::hours(24));
        }
    }
}

#[test]
fn a_place_outside_or_in_another_list_has_no_status() {
    let world = world();
    let list = world.list(Status::Valid);
    assert!(matches!(list.status(&reference(LIST, 1 << 16), sample::now()), Err(CredentialError::OtherList)));
    assert!(matches!(
        list.status(&reference("https://other.example.mn", 0), sample::now()),
        Err(CredentialError::OtherList)
    ));
}

#[test]
fn a_reader_fails_closed() {
    let world = world();
    for form in [Form::Jwt, Form::Cwt] {
        let token = world.token(form, &list_content(Status::Valid));
        let now = sample::now();
        verify(&token, LIST, &world, now).unwrap();
        let stale = now + Duration::hours(24);
        assert!(verify(&token, LIST, &world, stale - Duration::seconds(1)).is_ok());
        assert!(matches!(verify(&token, LIST, &world, stale), Err(CredentialError::NotValid(_))));
        let elsewhere = verify(&token, "https://status.example.mn/2", &world, now);
        assert!(matches!(elsewhere, Err(CredentialError::OtherList)));
        // The certificates are not valid yet.
        let early = verify(&token, LIST, &world, now - Duration::seconds(1));
        assert!(matches!(early, Err(CredentialError::Chain(ChainError::NotValid { .. }))));
        let mut without_lists = World::new(Algorithm::EcdsaP256Sha256);
        without_lists.trust.crls.clear();
        let result = verify(&token, LIST, &without_lists, now);
        assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoFreshList { .. }))));
        let mut stranger = World::new(Algorithm::EcdsaP256Sha256);
        stranger.trust.root = another_root().certificate().clone();
        let result = verify(&token, LIST, &stranger, now);
        assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoPath { .. }))));
    }
}

#[test]
fn no_changed_octet_passes() {
    let world = world();
    for form in [Form::Jwt, Form::Cwt] {
        let token = world.token(form, &list_content(Status::Valid));
        for at in (0..token.octets().len()).step_by(5) {
            let mut octets = token.octets().to_vec();
            octets[at] ^= 1;
            let result = match form {
                Form::Jwt => match std::str::from_utf8(&octets) {
                    Ok(text) => verify_jwt(text, LIST, &world.trust, sample::now()),
                    Err(_) => continue,
                },
                Form::Cwt => verify_cwt(&octets, LIST, &world.trust, sample::now()),
            };
            assert!(result.is_err(), "{form:?}, octet {at}");
        }
        assert!(verify_cwt(&vec![0; MAX_TOKEN_OCTETS + 1], LIST, &world.trust, sample::now()).is_err());
    }
}

/// What a reader says about a token, in each form, that was changed before its signer signed it.
fn by_hand(change: impl Fn(&mut PreparedStatusList)) -> [Result<(), CredentialError>; 2] {
    let world = world();
    [Form::Jwt, Form::Cwt]
        .map(|form| read(&world, form, &world.token_by_hand(form, &world.list_signer, &change)))
}

fn read(world: &World, form: Form, octets: &[u8]) -> Result<(), CredentialError> {
    let read = match form {
        Form::Jwt => verify_jwt(std::str::from_utf8(octets).unwrap(), LIST, &world.trust, sample::now()),
        Form::Cwt => verify_cwt(octets, LIST, &world.trust, sample::now()),
    };
    read.map(|_| ())
}

#[test]
fn a_token_without_an_end_is_refused() {
    for result in by_hand(|list| list.fields.expires = None) {
        assert!(matches!(result, Err(CredentialError::Claim("exp"))));
    }
}

#[test]
fn a_token_of_another_type_is_no_list() {
    assert!(by_hand(|_| ()).iter().all(Result::is_ok));
    for kind in ["dc+sd-jwt", "JWT", "application/cwt", ""] {
        for result in by_hand(|list| list.fields.kind = kind.to_owned()) {
            assert!(matches!(result, Err(CredentialError::Form("the token is of another type"))), "{kind}");
        }
    }
}

#[test]
fn a_list_begins_within_a_minute_and_ends_on_time() {
    let now = sample::now().timestamp();
    type Put = fn(&mut PreparedStatusList, i64);
    let iat: Put = |list, second| list.fields.issued = second;
    let nbf: Put = |list, second| list.fields.not_before = Some(second);
    let exp: Put = |list, second| list.fields.expires = Some(second);
    for (name, put, good, bad) in
        [("iat", iat, now + 60, now + 61), ("nbf", nbf, now + 60, now + 61), ("exp", exp, now + 1, now)]
    {
        assert!(by_hand(|list| put(list, good)).iter().all(Result::is_ok), "{name}");
        for result in by_hand(|list| put(list, bad)) {
            assert!(matches!(result, Err(CredentialError::NotValid(_))), "{name}");
        }
    }
}

#[test]
fn a_time_to_live_is_longer_than_nothing() {
    for seconds in [0, -1, i64::MIN] {
        for result in by_hand(|list| list.fields.time_to_live = Some(seconds)) {
            assert!(matches!(result, Err(CredentialError::Claim("ttl"))), "{seconds}");
        }
    }
}

#[test]
fn a_list_by_a_signer_of_credentials_is_refused() {
    let world = world();
    for form in [Form::Jwt, Form::Cwt] {
        let path = world.path().certificates().to_vec();
        let octets = world.token_by_hand(form, &world.signer, |list| list.fields.path = path);
        assert!(matches!(read(&world, form, &octets), Err(CredentialError::NotASigner)));
    }
}

#[test]
fn a_signer_of_credentials_signs_no_list() {
    let world = world();
    let found = list_content(Status::Valid).prepare(Form::Jwt, &world.path()).unwrap().lint().unwrap_err();
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [182]);
    let linted = list_content(Status::Valid).prepare(Form::Cwt, &world.list_path()).unwrap().lint().unwrap();
    assert!(matches!(linted.sign(&world.signer), Err(CredentialError::OtherSigner)));
}

#[test]
fn what_was_issued_is_what_was_prepared() {
    let world = world();
    let prepared = list_content(Status::Valid).prepare(Form::Jwt, &world.list_path()).unwrap();
    let recorded = prepared.to_be_signed().to_vec();
    let linted = prepared.lint().unwrap();
    assert_eq!(linted.to_be_signed(), recorded);
    assert!(linted.sign(&world.list_signer).unwrap().octets().starts_with(&recorded));
}

#[test]
fn the_tokens_of_the_draft_verify() {
    // draft-ietf-oauth-status-list §5.1 and §5.2, under the key of its examples. They have no certificates,
    // which our reader requires, so the test reads their parts.
    let key = crate::credential::jwk::read(&serde_json::json!({
        "kty": "EC",
        "crv": "P-256",
        "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
        "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
    }));
    let key = key.unwrap();
    let jwt = concat!(
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyIiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ.",
        "eyJleHAiOjIyOTE3MjAxNzAsImlhdCI6MTY4NjkyMDE3MCwiaXNzIjoiaHR0cHM6Ly9leGFtcGxlLmNvbSIsInN0YXR1c19saXN0Ijp7",
        "ImJpdHMiOjEsImxzdCI6ImVOcmJ1UmdBQWhjQlhRIn0sInN1YiI6Imh0dHBzOi8vZXhhbXBsZS5jb20vc3RhdHVzbGlzdHMvMSIsInR0",
        "bCI6NDMyMDB9.",
        "2lKUUNG503R9htu4aHAYi7vjmr3sgApbfoDvPrl65N3URUO1EYqqQl45Jfzd-Av4QzlKa3oVALpLwOEUOq-U_g"
    );
    let jws = crate::credential::jws::Jws::read(jwt).unwrap();
    jws.require_type("statuslist+jwt").unwrap();
    jws.verify(&key).unwrap();
    assert_eq!(jws.payload["status_list"]["lst"], serde_json::json!("eNrbuRgAAhcBXQ"));
    let cwt = hex::decode(concat!(
        "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a1044231325850a502782168747470733a2f2f",
        "6578616d706c652e636f6d2f7374617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda26462697473016",
        "36c73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa6d9772",
        "ce2bf3a12e0323ded7c982c5e101a5e67f0cbc1e2b6f57ce99c279"
    ));
    let cwt = crate::credential::cose::SignedCwt::read(&cwt.unwrap()).unwrap();
    cwt.verify(&key).unwrap();
    assert_eq!(cwt.header.kind.as_deref(), Some(Form::Cwt.token_type()));
    assert_eq!(cwt.claim_numbers(), [2, 6, 4, 65534, 65533]);
    let missing = verify_jwt(jwt, "https://example.com/statuslists/1", &world().trust, sample::now());
    assert!(matches!(missing, Err(CredentialError::Form(_))));
}

#[test]
fn octets_at_random_are_refused_without_a_panic() {
    use rand_chacha::rand_core::Rng as _;
    let world = world();
    let good = [Form::Jwt, Form::Cwt].map(|form| world.token(form, &list_content(Status::Valid)));
    let mut rng = sample::rng(70);
    for _ in 0..2000 {
        for token in &good {
            let mut octets = token.octets().to_vec();
            for _ in 0..=rng.next_u32() % 4 {
                let at = rng.next_u32() as usize % octets.len();
                octets[at] = (rng.next_u32() & 0xff) as u8;
            }
            octets.truncate(octets.len() - rng.next_u32() as usize % 3);
            if octets == token.octets() {
                continue;
            }
            let read = match token.form() {
                Form::Jwt => Fields::read(Form::Jwt, &octets),
                Form::Cwt => Fields::read(Form::Cwt, &octets),
            };
            let key = world.list_signer.certificate().public_key();
            assert!(read.and_then(|(_, signed)| signed.verify(key)).is_err());
        }
    }
}

#[test]
fn a_million_places_are_small_while_nearly_all_are_valid() {
    let mut statuses = Statuses::new(Bits::One, 1_000_000).unwrap();
    for at in (0..1_000_000).step_by(1000) {
        statuses.set(at, Status::Invalid).unwrap();
    }
    let lst = statuses.compress().unwrap();
    assert!(lst.len() < 10_000, "{} octets", lst.len());
    assert_eq!(Statuses::decompress(Bits::One, &lst).unwrap(), statuses);
}
