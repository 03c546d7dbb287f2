use chrono::Duration;
use der::asn1::OctetString;

use super::*;
use crate::authority::CertificationAuthority;
use crate::extension;
use crate::name::NameBuilder;
use crate::revocation::Revocation;
use crate::revocation::crl::{CrlContent, CrlError};
use crate::sample;
use crate::signer::Algorithm;
use crate::validity::{Validity, to_time};

fn revoked(octet: u8) -> Revocation {
    let revoked_at = sample::now() - Duration::days(1);
    Revocation { serial: sample::serial(octet), revoked_at, reason: Reason::KeyCompromise }
}

fn content(kind: CrlKind) -> CrlContent {
    let (this_update, next_update) = (sample::now(), sample::now() + Duration::days(30));
    CrlContent { kind, number: 7, this_update, next_update, revoked: vec![revoked(3), revoked(9)] }
}

fn good(kind: CrlKind) -> PreparedCrl {
    let issuer: CertificationAuthority = match kind {
        CrlKind::Eid => sample::eid_issuing(),
        CrlKind::Csca => sample::csca(),
    };
    content(kind).lay_out(issuer.certificate()).unwrap()
}

fn first(list: &mut PreparedCrl) -> &mut RevokedCert {
    list.tbs.revoked_certificates.as_mut().unwrap().first_mut().unwrap()
}

fn extensions_mut(list: &mut PreparedCrl) -> &mut Vec<Extension> {
    list.tbs.crl_extensions.as_mut().unwrap()
}

fn reason(octets: &[u8]) -> Extension {
    let extn_value = OctetString::new(octets).unwrap();
    Extension { extn_id: oid::REASON_CODE, critical: false, extn_value }
}

/// A rule, the kind of its sample, and the change that makes a good sample bad.
type Bad = (u16, CrlKind, fn(&mut PreparedCrl));

const BAD: &[Bad] = &[
    (80, CrlKind::Eid, |list| list.tbs.version = Version::V1),
    (81, CrlKind::Eid, |list| list.tbs.signature = Algorithm::EcdsaP256Sha256.identifier()),
    (82, CrlKind::Eid, |list| list.tbs.issuer = NameBuilder::new().country().unwrap().build().unwrap()),
    (83, CrlKind::Eid, |list| list.tbs.next_update = None),
    (84, CrlKind::Csca, |list| {
        list.tbs.next_update = Some(to_time(sample::now() + Duration::days(91)).unwrap());
    }),
    (85, CrlKind::Eid, |list| list.tbs.revoked_certificates = Some(Vec::new())),
    (86, CrlKind::Eid, |list| {
        let again = first(list).clone();
        list.tbs.revoked_certificates.as_mut().unwrap().push(again);
    }),
    (87, CrlKind::Eid, |list| {
        first(list).revocation_date = to_time(sample::now() + Duration::days(1)).unwrap();
    }),
    (88, CrlKind::Eid, |list| {
        extensions_mut(list)[0] = extension::authority_key_identifier(&[7; 20]).unwrap();
    }),
    (89, CrlKind::Eid, |list| extensions_mut(list)[1].critical = true),
    (90, CrlKind::Csca, |list| {
        extensions_mut(list).push(Extension {
            extn_id: oid::ISSUING_DISTRIBUTION_POINT,
            critical: true,
            extn_value: OctetString::new([0x30, 0x00]).unwrap(),
        });
    }),
    (91, CrlKind::Csca, |list| {
        first(list).crl_entry_extensions = Some(vec![reason(&[0x0a, 0x01, 0x01])]);
    }),
    (92, CrlKind::Eid, |list| list.issuer = sample::authentication()),
    (93, CrlKind::Eid, |list| {
        list.tbs.this_update = to_time(sample::now() - Duration::days(2)).unwrap();
    }),
    (94, CrlKind::Csca, |list| {
        list.tbs.this_update = to_time(sample::years(4).not_after()).unwrap();
    }),
    (99, CrlKind::Eid, |list| list.tbs_der.truncate(20)),
];

#[test]
fn every_rule_accepts_what_is_laid_out() {
    for kind in [CrlKind::Eid, CrlKind::Csca] {
        assert_eq!(findings(&good(kind)), vec![], "{kind:?}");
        let mut empty = content(kind);
        empty.revoked.clear();
        let issuer = good(kind).issuer;
        assert_eq!(findings(&empty.lay_out(&issuer).unwrap()), vec![], "{kind:?}, empty");
    }
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, kind, spoil) in BAD {
        let mut list = good(*kind);
        spoil(&mut list);
        let found: Vec<u16> = findings(&list).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
    assert!(RULES.iter().map(|rule| rule.number).eq(BAD.iter().map(|(number, ..)| *number)));
}

#[test]
fn a_reason_without_a_code_is_refused() {
    for octets in [&[0x0a, 0x01, 0x00][..], &[0x0a, 0x01, 0x07], &[0x02, 0x01, 0x01], &[]] {
        let mut list = good(CrlKind::Eid);
        first(&mut list).crl_entry_extensions = Some(vec![reason(octets)]);
        assert!(findings(&list).iter().any(|finding| finding.rule == 91), "{octets:?}");
    }
}

#[test]
fn a_list_that_breaks_a_rule_is_not_prepared() {
    let late =
        Validity::new(sample::now() + Duration::days(4 * 365), sample::now() + Duration::days(5 * 365));
    let late = late.unwrap();
    let mut content = content(CrlKind::Csca);
    (content.this_update, content.next_update) = (late.not_before(), late.not_before() + Duration::days(30));
    let error = content.prepare(sample::csca().certificate()).unwrap_err();
    assert!(matches!(error, CrlError::Rules(findings) if findings.len() == 1 && findings[0].rule == 94));
}
