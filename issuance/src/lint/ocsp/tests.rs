use chrono::Duration;
use der::asn1::{Any, OctetString};
use x509_cert::ext::Extension;

use super::*;
use crate::lint::rules;
use crate::revocation::ocsp::{CertId, CertStatus, IdHash, OcspRequest, Responder, ResponseContent};
use crate::sample;
use crate::validity::to_generalized;

/// One question about a revoked certificate, with a nonce; and the answer.
fn good() -> PreparedResponse {
    let issuing = sample::eid_issuing();
    let responder = sample::responder_of(&issuing);
    let issuer = issuing.certificate();
    let id = CertId::of(issuer, &sample::serial(3), IdHash::Sha1).unwrap();
    let request = OcspRequest::new(vec![id], Some([5; 32]));
    let revoked_at = sample::now() - Duration::days(1);
    let status = |_: &crate::Serial| CertStatus::Revoked { revoked_at, reason: Reason::Superseded };
    let times = (sample::now(), sample::now() + Duration::hours(12));
    let content = ResponseContent::answer(&request, issuer, status, times, sample::now()).unwrap();
    let responder = Responder::new(responder.certificate().clone(), issuer.clone()).unwrap();
    content.prepare(&request, &responder).unwrap()
}

fn only(prepared: &mut PreparedResponse) -> &mut SingleResponse {
    prepared.data.responses.first_mut().unwrap()
}

fn archive_cutoff() -> Extension {
    let extn_value =
        OctetString::new(to_generalized(sample::now()).map(|t| der::Encode::to_der(&t)).unwrap().unwrap());
    let extn_id = der::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
    Extension { extn_id, critical: false, extn_value: extn_value.unwrap() }
}

/// A rule and the change that makes a good sample bad.
type Bad = (u16, fn(&mut PreparedResponse));

const BAD: &[Bad] = &[
    (110, |p| p.data.version = 1),
    (111, |p| p.data.responder = ResponderId::ByName(p.responder.subject().clone())),
    (112, |p| p.data.responses.clear()),
    (113, |p| only(p).next_update = None),
    (114, |p| only(p).next_update = Some(to_generalized(sample::now() + Duration::days(8)).unwrap())),
    (115, |p| only(p).this_update = to_generalized(sample::now() - Duration::days(2)).unwrap()),
    (116, |p| {
        if let StatusField::Revoked(info) = &mut only(p).status {
            info.reason = Some(Any::new(der::Tag::Enumerated, vec![0]).unwrap());
        }
    }),
    (117, |p| p.data.extensions = None),
    (118, |p| only(p).extensions = Some(vec![archive_cutoff()])),
    (119, |p| p.issuer = sample::eid_root().certificate().clone()),
    (120, |p| only(p).next_update = Some(to_generalized(sample::now() + Duration::days(31)).unwrap())),
    (121, |p| p.issuer = sample::eid_root().certificate().clone()),
    (129, |p| p.data_der.truncate(20)),
];

#[test]
fn every_rule_accepts_what_is_laid_out() {
    assert_eq!(findings(&good()), vec![]);
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, spoil) in BAD {
        let mut prepared = good();
        spoil(&mut prepared);
        let found: Vec<u16> = findings(&prepared).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, _)| *number)));
}

#[test]
fn there_are_at_least_sixty_rules() {
    assert!(rules().count() >= 60, "{}", rules().count());
}

#[test]
fn a_nonce_that_nobody_sent_is_refused() {
    let mut prepared = good();
    prepared.request = OcspRequest::new(prepared.request.questions().to_vec(), None);
    assert_eq!(findings(&prepared).iter().map(|finding| finding.rule).collect::<Vec<_>>(), [117]);
}
