use der::asn1::{Any, SetOfVec};

use super::*;
use crate::lds::dg2::FaceFormat;
use crate::lds::sod::signed_attributes;
use crate::oid;
use crate::sample;
use crate::signed_data::attribute;
use crate::signer::Algorithm;
use crate::validity::to_time;

fn good(algorithm: Algorithm) -> PreparedCard {
    good_in(FaceFormat::FacialRecord, algorithm)
}

fn good_in(face: FaceFormat, algorithm: Algorithm) -> PreparedCard {
    let signer = sample::document_signer_with(algorithm, &sample::csca());
    PreparedCard::new(&sample::holder(), face, signer.certificate()).unwrap()
}

/// The SOD with another content, its attributes corrected to match.
fn over(sod: &PreparedSod, content: &[u8]) -> PreparedSod {
    let attributes = signed_attributes(content).unwrap();
    PreparedSod::laid_out(content.to_vec(), attributes, sod.document_signer.clone()).unwrap()
}

/// The content with one octet changed, this many octets after the first place where `before` stands.
fn changed(sod: &PreparedSod, before: &[u8], after: usize, to: u8) -> PreparedSod {
    let mut content = sod.content.clone();
    let at = content.windows(before.len()).position(|window| window == before).unwrap();
    content[at + before.len() + after] = to;
    over(sod, &content)
}

/// A rule and the change that makes a good sample bad.
type Bad<T> = (u16, fn(T) -> T);

const BAD: &[Bad<PreparedSod>] = &[
    // LDSSecurityObject: SEQUENCE { INTEGER 0 …
    (200, |sod| changed(&sod, &[0x02, 0x01], 0, 0)),
    // DataGroupHash: SEQUENCE { INTEGER 2 …, which becomes DG3.
    (201, |sod| changed(&sod, &[0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20], 32 + 4, 3)),
    (202, |sod| sod.by(sample::master_list_signer(Algorithm::EcdsaP256Sha256, &sample::csca()))),
    (204, |sod| {
        let at = Any::encode_from(&to_time(sample::now()).unwrap()).unwrap();
        let time = attribute(oid::SIGNING_TIME, at).unwrap();
        let all = sod.attributes.iter().cloned().chain([time]).collect::<Vec<_>>();
        let attributes = SetOfVec::try_from(all).unwrap();
        PreparedSod::laid_out(sod.content, attributes, sod.document_signer).unwrap()
    }),
    (219, |mut sod| {
        sod.content.truncate(20);
        sod
    }),
];

const BAD_CARDS: &[Bad<PreparedCard>] = &[
    (205, |mut card| {
        card.com = Com { data_groups: vec![DataGroup::Dg1, DataGroup::Dg2] }.encode();
        card
    }),
    (206, |mut card| {
        card.dg2[100] ^= 1;
        card
    }),
    (207, |mut card| {
        let last = card.dg1.len() - 31;
        card.dg1[last] = if card.dg1[last] == b'0' { b'1' } else { b'0' };
        card
    }),
    (208, |mut card| {
        card.dg2.truncate(50);
        card
    }),
    (209, |mut card| {
        let details = PersonalDetails { secondary: " ".to_owned(), ..sample::holder().personal_details() };
        card.dg11 = details.encode().unwrap_or_default();
        card
    }),
];

impl PreparedSod {
    fn by(self, signer: crate::authority::CertificationAuthority) -> Self {
        Self::laid_out(self.content, self.attributes, signer.certificate().clone()).unwrap()
    }
}

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::RsaPss3072Sha256] {
        let card = good(algorithm);
        assert_eq!(findings(card.sod()), vec![], "{algorithm:?}");
        assert_eq!(card_findings(&card), vec![], "{algorithm:?}");
        assert_eq!(card_findings(&good_in(FaceFormat::FaceImage, algorithm)), vec![], "{algorithm:?}");
    }
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    let numbers = |findings: Vec<Finding>| findings.iter().map(|one| one.rule).collect::<Vec<_>>();
    for (number, spoil) in BAD {
        let found = numbers(findings(&spoil(good(Algorithm::EcdsaP256Sha256).sod().clone())));
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    for (number, spoil) in BAD_CARDS {
        let found = numbers(card_findings(&spoil(good(Algorithm::EcdsaP256Sha256))));
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
    assert!(CARD_RULES.iter().map(|rule| rule.number).eq(BAD_CARDS.iter().map(|(number, _)| *number)));
}

#[test]
fn a_document_signer_has_a_key_of_its_own_kinds() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384] {
        let stranger = sample::credential_signer_of(algorithm, &sample::eid_issuing());
        let sod = good(Algorithm::EcdsaP256Sha256).sod().clone().by(stranger);
        assert!(findings(&sod).iter().any(|finding| finding.rule == 202), "{algorithm:?}");
    }
}

#[test]
fn a_card_with_a_finding_is_not_signed() {
    let mut card = good(Algorithm::EcdsaP256Sha256);
    card.dg11[20] ^= 1;
    assert!(card.lint().is_err_and(|findings| findings.iter().any(|one| one.rule == 206)));
}
