use chrono::Duration;
use der::Encode as _;
use der::asn1::{Any, SetOfVec};

use super::*;
use crate::master_list::digest_of;
use crate::sample;
use crate::signed_data::attribute;
use crate::signer::Algorithm;
use crate::validity::to_time;

fn good_of(algorithm: Algorithm) -> PreparedMasterList {
    let csca = sample::csca();
    let signer = sample::master_list_signer(algorithm, &csca);
    let listed = [csca.certificate().der().to_vec(), sample::csca_with(66).certificate().der().to_vec()];
    PreparedMasterList::new(&listed, signer.certificate(), csca.certificate(), sample::now()).unwrap()
}

/// The same list with another content and signing time, its attributes corrected to match.
fn over(list: PreparedMasterList, content: Vec<u8>, at: DateTime<Utc>) -> PreparedMasterList {
    let attributes = [
        (oid::CONTENT_TYPE, Any::encode_from(&oid::CSCA_MASTER_LIST).unwrap()),
        (oid::MESSAGE_DIGEST, digest_of(&content).unwrap()),
        (oid::SIGNING_TIME, Any::encode_from(&to_time(at).unwrap()).unwrap()),
    ];
    let attributes = attributes.map(|(oid, value)| attribute(oid, value).unwrap()).to_vec();
    let attributes = SetOfVec::try_from(attributes).unwrap();
    PreparedMasterList::laid_out(content, attributes, list.signer, list.csca).unwrap()
}

fn of(version: u8, certificates: &[&[u8]]) -> Vec<u8> {
    let certificates = certificates.iter().map(|der| Any::from_der(der).unwrap()).collect::<Vec<_>>();
    CscaMasterList { version, certificates: SetOfVec::try_from(certificates).unwrap() }.to_der().unwrap()
}

/// A rule and the change that makes a good sample bad.
type Bad = (u16, fn(PreparedMasterList) -> PreparedMasterList);

const BAD: &[Bad] = &[
    (220, |list| over(list, of(0, &[]), sample::now())),
    (221, |list| over(list, of(0, &[sample::document_signer().certificate().der()]), sample::now())),
    (222, |mut list| {
        list.signer = sample::document_signer().certificate().clone();
        list
    }),
    (223, |mut list| {
        list.csca = sample::csca_with(66).certificate().clone();
        list
    }),
    (224, |mut list| {
        list.content = of(1, &[sample::csca().certificate().der()]);
        list
    }),
    (225, |list| {
        let content = list.content.clone();
        over(list, content, sample::now() + Duration::days(3650))
    }),
    (239, |mut list| {
        list.content.truncate(20);
        list
    }),
];

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::RsaPss3072Sha256] {
        assert_eq!(findings(&good_of(algorithm)), vec![], "{algorithm:?}");
    }
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, spoil) in BAD {
        let list = spoil(good_of(Algorithm::EcdsaP256Sha256));
        let found: Vec<u16> = findings(&list).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
    let csca = sample::csca();
    let twice = of(0, &[csca.certificate().der(), csca.certificate().der()]);
    let twice = over(good_of(Algorithm::EcdsaP256Sha256), twice, sample::now());
    assert!(findings(&twice).iter().any(|finding| finding.rule == 220));
    let newer = over(
        good_of(Algorithm::EcdsaP256Sha256),
        of(1, &[sample::csca().certificate().der()]),
        sample::now(),
    );
    assert!(findings(&newer).iter().any(|finding| finding.rule == 220));
}
