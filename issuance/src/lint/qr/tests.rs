use super::*;
use crate::credential::qr::SmallPhoto;
use crate::sample;
use crate::sample::credential::{LIST, World, content};
use crate::signer::Algorithm;
use crate::status_list::MAX_ENTRIES;

fn good_of(algorithm: Algorithm) -> PreparedQr {
    let photo = SmallPhoto::parse(b"\xff\xd8\xff\xe0 some photo").unwrap();
    content().prepare_qr(Some(&photo), World::new(algorithm).signer.certificate()).unwrap()
}

fn set(fields: &mut [(i64, Cbor)], number: i64, value: impl Into<Cbor>) {
    fields.iter_mut().find(|(name, _)| *name == number).unwrap().1 = value.into();
}

/// A rule and the change that makes a good sample bad.
type Bad = (u16, fn(&mut PreparedQr));

const BAD: &[Bad] = &[
    (160, |p| p.header.kind = Some("application/cwt".to_owned())),
    (161, |p| p.header.key_id = vec![1; 8]),
    (162, |p| p.signer = World::new(Algorithm::EcdsaP256Sha256).list_signer.certificate().clone()),
    (163, |p| set(&mut p.frame, ISSUER, "https://other.example.mn")),
    (164, |p| p.limit = sample::now().timestamp()),
    (165, |p| set(&mut p.frame, ISSUED, sample::now().timestamp() - 1)),
    (166, |p| p.frame.push((65536, Cbor::from("more")))),
    (167, |p| set(&mut p.frame, STATUS, "none")),
    (168, |p| p.identity.swap(0, 1)),
    (169, |p| set(&mut p.identity, ID, "123456789012")),
    (170, |p| set(&mut p.identity, NAMES[1], " ")),
    (171, |p| set(&mut p.identity, BIRTH, "20010230")),
    (172, |p| set(&mut p.identity, GENDER, 0)),
    (173, |p| set(&mut p.identity, FORMAT, 4)),
    (174, |p| set(&mut p.identity, PHOTO, noise(1400))),
    (179, |p| p.header.algorithm = Algorithm::RsaPss3072Sha256),
];

/// Octets that cannot be compressed.
fn noise(count: usize) -> Vec<u8> {
    use rand_chacha::rand_core::Rng as _;
    let mut octets = vec![0; count];
    sample::rng(3).fill_bytes(&mut octets);
    octets
}

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        assert_eq!(findings(&good_of(algorithm)), vec![], "{algorithm:?}");
    }
    let world = World::new(Algorithm::EcdsaP256Sha256);
    assert_eq!(findings(&content().prepare_qr(None, world.signer.certificate()).unwrap()), vec![]);
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, spoil) in BAD {
        let mut code = good_of(Algorithm::EcdsaP256Sha256);
        spoil(&mut code);
        // With an algorithm that signs no credentials the octets cannot be laid out, so they stay as they
        // were.
        let code = if *number == 179 { code } else { code.laid_out_anew() };
        let found: Vec<u16> = findings(&code).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
}

#[test]
fn what_is_laid_out_is_what_was_prepared() {
    let changes: [fn(&mut PreparedQr); 4] = [
        |p| p.frame[1].1 = Cbor::from(integer(Some(&p.frame[1].1)).unwrap() - 1),
        |p| set(&mut p.frame, ISSUER, "https://other.example.mn"),
        |p| set(&mut p.identity, NAMES[1], "Another"),
        |p| set(&mut p.identity, BIRTH, "20010204"),
    ];
    // Another issuer breaks a rule of its own as well.
    for (change, expected) in changes.into_iter().zip([&[179][..], &[163, 179], &[179], &[179]]) {
        let mut code = good_of(Algorithm::EcdsaP256Sha256);
        change(&mut code);
        assert_eq!(findings(&code).iter().map(|finding| finding.rule).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn the_language_is_of_three_letters() {
    for language in ["mn", "MON", "eng", ""] {
        let mut code = good_of(Algorithm::EcdsaP256Sha256);
        set(&mut code.identity, LANGUAGE, language);
        let found: Vec<u16> = findings(&code.laid_out_anew()).iter().map(|finding| finding.rule).collect();
        assert_eq!(found, [169], "{language}");
    }
}

#[test]
fn a_status_is_a_place_that_a_reader_finds() {
    for (uri, index) in
        [(format!("{LIST}?id=7"), 7), (format!("{LIST}#7"), 7), (LIST.to_owned(), MAX_ENTRIES)]
    {
        let mut code = good_of(Algorithm::EcdsaP256Sha256);
        set(&mut code.frame, STATUS, StatusReference { uri, index }.to_cbor());
        let found: Vec<u16> = findings(&code.laid_out_anew()).iter().map(|finding| finding.rule).collect();
        assert_eq!(found, [167]);
    }
}

#[test]
fn a_name_stands_as_it_was_confirmed() {
    for name in NAMES {
        for text in ["NOMIN<ERDENE", " Nomin", "Nomin ", "", " "] {
            let mut code = good_of(Algorithm::EcdsaP256Sha256);
            set(&mut code.identity, name, text);
            let found: Vec<u16> =
                findings(&code.laid_out_anew()).iter().map(|finding| finding.rule).collect();
            assert_eq!(found, [170], "{name} {text:?}");
        }
    }
}

#[test]
fn half_a_photo_is_none() {
    let mut code = good_of(Algorithm::EcdsaP256Sha256);
    code.identity.pop();
    let found: Vec<u16> = findings(&code.laid_out_anew()).iter().map(|finding| finding.rule).collect();
    assert_eq!(found, [168, 173]);
}
