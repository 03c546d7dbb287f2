use super::*;
use crate::sample;
use crate::sample::credential::{World, list_content};
use crate::signer::Algorithm;
use crate::status_list::{Bits, Status, Statuses};

fn good_of(form: Form, algorithm: Algorithm) -> PreparedStatusList {
    list_content(Status::Suspended).prepare(form, &World::new(algorithm).list_path()).unwrap()
}

/// A rule and the change that makes a good sample bad.
type Bad = (u16, fn(&mut PreparedStatusList));

const BAD: &[Bad] = &[
    (180, |p| p.fields.kind = "JWT".to_owned()),
    (181, |p| p.fields.algorithm = Algorithm::EcdsaP384Sha384),
    (182, |p| p.fields.path = World::new(Algorithm::EcdsaP256Sha256).path().certificates().to_vec()),
    (183, |p| p.fields.subject = "http://status.example.mn/1".to_owned()),
    (184, |p| p.fields.expires = Some(p.fields.issued + 8 * 24 * 3600)),
    (185, |p| p.fields.time_to_live = Some(0)),
    (186, |p| p.fields.issued = sample::now().timestamp() - 1),
    (187, |p| p.fields.bits = 3),
    (188, |p| p.fields.lst = Statuses::new(Bits::Two, 100).unwrap().compress().unwrap()),
    (189, |p| p.fields.lst = vec![0; MAX_TOKEN_OCTETS]),
    (190, |p| p.fields.not_before = Some(p.fields.issued)),
    (199, |p| p.fields.lst.push(0)),
];

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519] {
        for form in [Form::Jwt, Form::Cwt] {
            assert_eq!(findings(&good_of(form, algorithm)), vec![], "{form:?} {algorithm:?}");
        }
    }
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for form in [Form::Jwt, Form::Cwt] {
        for (number, spoil) in BAD {
            let mut list = good_of(form, Algorithm::EcdsaP256Sha256);
            spoil(&mut list);
            let fields = list.fields.clone();
            // For the last rule the octets that were laid out stay as they were.
            let list = if *number == 199 { list } else { PreparedStatusList::new(form, fields).unwrap() };
            let found: Vec<u16> = findings(&list).iter().map(|finding| finding.rule).collect();
            assert!(found.contains(number), "rule {number} of {form:?} did not object; these did: {found:?}");
        }
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
}

#[test]
fn a_list_without_an_end_or_with_a_far_one_is_refused() {
    for expires in [None, Some(i64::MAX), Some(i64::MIN)] {
        let mut list = good_of(Form::Jwt, Algorithm::EcdsaP256Sha256);
        list.fields.expires = expires;
        let list = PreparedStatusList::new(Form::Jwt, list.fields).unwrap();
        assert!(findings(&list).iter().any(|finding| finding.rule == 184), "{expires:?}");
    }
}
