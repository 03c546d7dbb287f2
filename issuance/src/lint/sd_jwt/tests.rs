use base64::Engine as _;

use super::*;
use crate::credential::sd_jwt::Disclosure;
use crate::public_key::PublicKey;
use crate::sample;
use crate::sample::credential::{LIST, World, content};
use crate::signer::Algorithm;
use crate::status_list::MAX_ENTRIES;

fn good_of(algorithm: Algorithm) -> PreparedSdJwt {
    let holder = sample::key(Algorithm::EcdsaP256Sha256, 50);
    content().prepare_sd_jwt(&holder, &World::new(algorithm).path(), &mut sample::rng(60)).unwrap()
}

fn good() -> PreparedSdJwt {
    good_of(Algorithm::EcdsaP256Sha256)
}

/// Gives a claim another value, and its disclosure the matching digest.
fn claim(pid: &mut PreparedSdJwt, name: &str, value: Value) {
    let one = pid.disclosures.iter_mut().find(|one| one.name.as_deref() == Some(name)).unwrap();
    one.encoded = URL_SAFE_NO_PAD.encode(json!([one.salt, name, value]).to_string());
    one.digest = Disclosure::read(&one.encoded).unwrap().digest;
    one.value = value;
}

/// A rule and the change that makes a good sample bad.
type Bad = (u16, fn(&mut PreparedSdJwt));

const BAD: &[Bad] = &[
    (140, |p| p.header["alg"] = json!("ES384")),
    (141, |p| p.path.reverse()),
    (142, |p| p.payload["vct"] = json!("urn:eudi:pid:1")),
    (143, |p| p.payload["iss"] = json!("https://other.example.mn")),
    (144, |p| p.limit = sample::now().timestamp()),
    (145, |p| p.payload["iat"] = json!(sample::now().timestamp() - 1)),
    (146, |p| p.payload["cnf"]["jwk"]["d"] = json!("AA")),
    (147, |p| p.payload["status"]["status_list"]["uri"] = json!("http://status.example.mn/1")),
    (148, |p| {
        p.payload.insert("given_name".to_owned(), json!("Nomin"));
    }),
    (149, |p| p.payload["_sd_alg"] = json!("sha-512")),
    (150, |p| claim(p, "given_name", json!("Another"))),
    (151, |p| p.payload["_sd"].as_array_mut().unwrap().swap(0, 1)),
    (152, |p| p.disclosures[0].salt = "AA".to_owned()),
    (153, |p| p.disclosures[0].name = Some("surname".to_owned())),
    (154, |p| p.disclosures.retain(|one| one.name.as_deref() != Some("family_name"))),
    (155, |p| claim(p, "birthdate", json!("2001-02-30"))),
    (156, |p| claim(p, "picture", json!("data:image/jpeg;base64,AAAA"))),
    (157, |p| claim(p, "sex", json!(5))),
    (158, |p| claim(p, "picture", json!("A".repeat(300_000)))),
    (159, |p| p.signing_input.truncate(100)),
];

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        assert_eq!(findings(&good_of(algorithm)), vec![], "{algorithm:?}");
    }
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, spoil) in BAD {
        let mut pid = good();
        spoil(&mut pid);
        let pid = if *number == 159 { pid } else { pid.laid_out_anew() };
        let found: Vec<u16> = findings(&pid).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
}

#[test]
fn a_status_is_a_place_that_a_reader_finds() {
    for (uri, index) in
        [(format!("{LIST}?id=7"), 7), (format!("{LIST}#7"), 7), (LIST.to_owned(), MAX_ENTRIES)]
    {
        let mut pid = good();
        pid.payload["status"] = StatusReference { uri, index }.to_json();
        let found: Vec<u16> = findings(&pid.laid_out_anew()).iter().map(|finding| finding.rule).collect();
        assert_eq!(found, [147]);
    }
}

#[test]
fn a_name_stands_as_it_was_confirmed() {
    for name in NAMES {
        for text in ["NOMIN<ERDENE", " Nomin", "Nomin ", "", " "] {
            let mut pid = good();
            claim(&mut pid, name, json!(text));
            let found: Vec<u16> = findings(&pid.laid_out_anew()).iter().map(|finding| finding.rule).collect();
            assert!(found.contains(&154), "{name} {text:?}: {found:?}");
        }
    }
}

#[test]
fn a_credential_is_as_long_as_was_said_before() {
    for length in [0, 1, 2, 64, 96] {
        assert_eq!(good().assemble(&vec![5; length]).len(), good().length(length), "{length}");
    }
}

#[test]
fn what_is_laid_out_is_what_was_prepared() {
    let changes: [fn(&mut PreparedSdJwt); 4] = [
        |p| p.payload["exp"] = json!(p.payload["exp"].as_i64().unwrap() - 1),
        |p| p.payload["iss"] = json!("https://other.example.mn"),
        // The disclosure is stated to hold one value and holds another.
        |p| p.disclosures[1].value = json!("Another"),
        |p| p.disclosures[2].salt = URL_SAFE_NO_PAD.encode([7; SALT_OCTETS]),
    ];
    // Another issuer also breaks a rule of its own.
    for (change, expected) in changes.into_iter().zip([&[159][..], &[143, 159], &[159], &[159]]) {
        let mut pid = good();
        change(&mut pid);
        assert_eq!(findings(&pid).iter().map(|finding| finding.rule).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn times_outside_the_calendar_are_refused_without_a_panic() {
    for (issued, expires) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (0, i64::MAX)] {
        let mut pid = good();
        pid.payload["iat"] = json!(issued);
        pid.payload["exp"] = json!(expires);
        let found: Vec<u16> = findings(&pid.laid_out_anew()).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(&144) && found.contains(&145), "{found:?}");
    }
}

#[test]
fn a_place_of_birth_has_a_name() {
    for place in [json!({}), json!({ "locality": " " }), json!("Arvaikheer"), json!({ "locality": 7 })] {
        let mut pid = good();
        claim(&mut pid, "place_of_birth", place);
        let found: Vec<u16> = findings(&pid.laid_out_anew()).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(&157), "{found:?}");
    }
}

#[test]
fn a_key_of_small_order_is_not_the_key_of_a_holder() {
    let neutral = PublicKey::from_bits(Algorithm::Ed25519, &[&[1][..], &[0; 31]].concat()).unwrap();
    let path = World::new(Algorithm::EcdsaP256Sha256).path();
    let pid = content().prepare_sd_jwt(&neutral, &path, &mut sample::rng(60)).unwrap();
    assert_eq!(findings(&pid).iter().map(|finding| finding.rule).collect::<Vec<_>>(), [146]);
}

#[test]
fn the_key_of_the_signer_is_not_the_key_of_a_holder() {
    let world = World::new(Algorithm::EcdsaP256Sha256);
    let own = world.signer.certificate().public_key();
    let pid = content().prepare_sd_jwt(own, &world.path(), &mut sample::rng(60)).unwrap();
    assert_eq!(findings(&pid).iter().map(|finding| finding.rule).collect::<Vec<_>>(), [146]);
}
