use issuance::{Algorithm, Signer as _, SoftwareSigner};
use registry_domain::date::parse_date;

use super::*;
use crate::draw::Draw;

fn key(seed: u8) -> SoftwareSigner {
    SoftwareSigner::generate(Algorithm::Ed25519, Draw::from_seed([seed; 32]).generator()).unwrap()
}

fn claim() -> Claim {
    let lines =
        [Line {
            label_mn: "Нэр", label_en: "Given name", value: "Сайн".to_owned(), is_spelling: false
        }];
    Claim {
        act_number: "110151-2026-0000007".to_owned(),
        kind: Kind::Birth,
        registered_on: parse_date("2026-05-02").unwrap(),
        office: UnitCode::parse("110151").unwrap(),
        printed_on: parse_date("2026-05-03").unwrap(),
        facts: digest(&[7; 16], &lines),
        copy: None,
    }
}

fn counted() -> Claim {
    let copy = CopyClaim {
        instance: "registry.example".to_owned(),
        number: 2,
        sheet: Some("АА 0123456".to_owned()),
        leaf: 6,
        tree_size: 8,
        root: "A".repeat(43) + "=",
    };
    Claim { copy: Some(copy), ..claim() }
}

fn seal(claim: Claim, key: &SoftwareSigner) -> String {
    claim.prepare().unwrap().sign(key).unwrap()
}

#[test]
fn a_seal_is_checked_with_the_public_key_alone() {
    let key = key(1);
    let text = seal(claim(), &key);
    assert_eq!(Claim::check(&format!(" {text}\n"), &key.public_key()), Ok(claim()));
}

#[test]
fn a_seal_with_any_character_changed_is_not_genuine() {
    let key = key(1);
    let text = seal(claim(), &key);
    for at in 0..text.len() {
        let mut forged = text.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(Claim::check(&forged, &key.public_key()).is_err(), "{at}");
    }
}

#[test]
fn a_seal_by_another_key_or_for_another_use_is_not_genuine() {
    let text = seal(claim(), &key(2));
    assert_eq!(Claim::check(&text, &key(1).public_key()), Err(NotGenuine::Signature));
    let payload = serde_json::to_vec(&claim()).unwrap();
    let signature = key(1).sign(&payload).unwrap();
    let without_context =
        format!("{}{}.{}", FIRST.0, URL_SAFE_NO_PAD.encode(&payload), URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(Claim::check(&without_context, &key(1).public_key()), Err(NotGenuine::Signature));
    assert_eq!(Claim::check("", &key(1).public_key()), Err(NotGenuine::Form));
}

#[test]
fn the_same_facts_have_another_digest_under_another_salt() {
    let lines =
        [Line {
            label_mn: "Нэр", label_en: "Given name", value: "Сайн".to_owned(), is_spelling: false
        }];
    let claimed = digest(&[1; 16], &lines);
    assert_ne!(claimed, digest(&[2; 16], &lines));
    let other = [Line { value: "Сайхан".to_owned(), ..lines[0].clone() }];
    assert!(is_of(&claimed, &lines) && !is_of(&claimed, &other) && !is_of("", &lines));
}

#[test]
fn a_paper_stays_right_when_a_record_is_given_a_spelling() {
    let line = |label_en, value: &str, is_spelling| Line {
        label_mn: "",
        label_en,
        value: value.to_owned(),
        is_spelling,
    };
    let facts =
        [line("Husband", "Дорж", false), line("Wife", "Саран", false), line("Note", "ᠲᠡᠮᠳᠡᠭᠯᠡᠯ", false)];
    let (his, hers) = (
        line("Husband's name in traditional script", "ᠳᠣᠷᠵᠢ", true),
        line("Wife's name in traditional script", "ᠰᠠᠷᠠᠨ", true),
    );
    let [husband, wife, note] = facts.clone();
    let neither = facts.to_vec();
    let one = vec![husband.clone(), his.clone(), wife.clone(), note.clone()];
    let both = vec![husband.clone(), his, wife.clone(), hers, note];
    for (printed, now) in [(&neither, &both), (&one, &both), (&neither, &one), (&both, &both)] {
        assert_eq!(as_signed(&digest(&[1; 16], printed), now).as_ref(), Some(printed));
    }
    // Another paper: one with a spelling lost, one with another spelling, one with a remark that only looks
    // like a spelling.
    let mut other = both.clone();
    other[1].value = "ᠪᠠᠲᠤ".to_owned();
    for (printed, now) in [(&both, &one), (&both, &other), (&vec![husband, wife], &neither)] {
        assert_eq!(as_signed(&digest(&[1; 16], printed), now), None);
    }
}

#[test]
fn a_counted_copy_has_a_seal_of_its_own_version() {
    let key = key(1);
    let text = seal(counted(), &key);
    assert!(text.starts_with("burtgel:extract:v2:") && text.len() < 900, "{}", text.len());
    assert_eq!(Claim::check(&text, &key.public_key()), Ok(counted()));
    let first = text.replace("v2:", "v1:");
    assert_eq!(Claim::check(&first, &key.public_key()), Err(NotGenuine::Signature));
    // The text is signed as one version and has the members of the other.
    for (claim, (prefix, context)) in [(counted(), FIRST), (claim(), SECOND)] {
        let payload = serde_json::to_vec(&claim).unwrap();
        let signature = key.sign(&[context, &payload].concat()).unwrap();
        let text =
            format!("{prefix}{}.{}", URL_SAFE_NO_PAD.encode(&payload), URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(Claim::check(&text, &key.public_key()), Err(NotGenuine::Form));
    }
}

#[test]
fn what_breaks_a_rule_is_not_signed() {
    let copy = |change: fn(&mut CopyClaim)| {
        let mut claim = counted();
        claim.copy.as_mut().map(change);
        claim
    };
    let broken = [
        (Claim { act_number: String::new(), ..claim() }, 1),
        (Claim { printed_on: parse_date("2026-04-30").unwrap(), ..claim() }, 2),
        (Claim { facts: "A".repeat(20), ..claim() }, 3),
        (copy(|copy| copy.number = 0), 4),
        (copy(|copy| copy.leaf = 8), 5),
        (copy(|copy| copy.root = "A".repeat(43)), 6),
        (copy(|copy| copy.sheet = Some("x".repeat(60))), 7),
        (copy(|copy| copy.instance = "x".repeat(200)), 8),
    ];
    for (claim, rule) in broken {
        assert!(matches!(claim.prepare(), Err(SealError::Rule { number, .. }) if number == rule), "{rule}");
    }
    assert!(claim().prepare().is_ok() && counted().prepare().is_ok());
}

#[test]
fn the_octets_that_are_recorded_are_those_that_are_signed() {
    let prepared = counted().prepare().unwrap();
    let recorded = URL_SAFE_NO_PAD.encode(prepared.payload());
    let text = prepared.sign(&key(1)).unwrap();
    assert!(text.contains(&format!("v2:{recorded}.")));
}

#[test]
fn the_check_code_is_of_the_whole_text() {
    let code = check_code("burtgel:extract:v2:a.b");
    assert_eq!(code, check_code(" burtgel:extract:v2:a.b\n"));
    assert_ne!(code, check_code("burtgel:extract:v2:a.c"));
    assert!(code.len() == 11 && code.is_ascii() && code.as_bytes()[5] == b'-', "{code}");
}
