//! Certificate revocation lists: made by two sets of rules, read by one parser.

use chrono::{DateTime, Utc};
use der::asn1::{Any, OctetString, Uint};
use der::{Decode, Encode};
use x509_cert::Version;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;

use super::{Reason, Revocation};
use crate::authority::CertificationAuthority;
use crate::certificate::{Certificate, signed_part};
use crate::extension;
use crate::lint::{self, Finding};
use crate::oid;
use crate::prepared::signed;
use crate::public_key::PublicKeyError;
use crate::serial::Serial;
use crate::signer::SignError;
use crate::validity::{from_time, to_time};

/// The set of rules by which a list is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrlKind {
    /// RFC 5280 §5, with reason codes: the CRL of an issuing authority and the ARL of a root.
    Eid,
    /// Doc 9303-12 §7.1.4: no reasonCode, no issuingDistributionPoint, one full list.
    Csca,
}

/// The content of a list, before it is signed.
#[derive(Clone, Debug)]
pub struct CrlContent {
    /// The set of rules.
    pub kind: CrlKind,
    /// cRLNumber: it grows with every list of the authority.
    pub number: u64,
    /// When the list is made.
    pub this_update: DateTime<Utc>,
    /// When the next list will be available; readers do not accept this one afterwards.
    pub next_update: DateTime<Utc>,
    /// The revoked certificates, in any order.
    pub revoked: Vec<Revocation>,
}

/// Why a list was not made, or is refused.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// A value does not fit its type, or the octets are not a list.
    #[error("this is no certificate revocation list")]
    Der(#[from] der::Error),
    /// The next list would be due before this one.
    #[error("the next list is due at {next_update}, which is not after {this_update}")]
    NoInterval {
        /// When the list was to be made.
        this_update: DateTime<Utc>,
        /// When the next list was to be due.
        next_update: DateTime<Utc>,
    },
    /// Doc 9303-12 §4.1.6.4 requires a list at least every 90 days.
    #[error("a CSCA list lives for at most 90 days, this one for {0}")]
    TooLong(i64),
    /// A serial occurs twice.
    #[error("the serial {0} occurs twice in the list")]
    Twice(Serial),
    /// An entry is in the future.
    #[error("the serial {0} would be revoked after the list is made")]
    Future(Serial),
    /// Rules object (numbers 70 and up).
    #[error("the list breaks rules: {0:?}")]
    Rules(Vec<Finding>),
    /// The signer failed.
    #[error("signing a revocation list")]
    Sign(#[from] SignError),
    /// The signature does not verify under the authority's key.
    #[error("the signature of a revocation list")]
    Signature(#[from] PublicKeyError),
    /// The list comes from another authority.
    #[error("the list was not issued by this authority")]
    OtherAuthority,
    /// The list is of version 1, or lacks extensions that are mandatory.
    #[error("the list is not of version 2 with authorityKeyIdentifier and cRLNumber")]
    Incomplete,
    /// A critical extension that we do not understand restricts the list.
    #[error("the list has a critical extension that is not understood")]
    Critical,
}

/// A list that is laid out, checked and linted: the exact octets that will be signed.
#[derive(Clone, Debug)]
pub struct PreparedCrl {
    pub(crate) kind: CrlKind,
    pub(crate) tbs: TbsCertList,
    pub(crate) tbs_der: Vec<u8>,
    pub(crate) issuer: Certificate,
}

impl CrlContent {
    /// Checks the content by its set of rules, lays out the octets and checks every lint rule about them.
    pub fn prepare(&self, issuer: &Certificate) -> Result<PreparedCrl, CrlError> {
        self.check()?;
        let prepared = self.lay_out(issuer)?;
        let findings = lint::crl::findings(&prepared);
        if findings.is_empty() { Ok(prepared) } else { Err(CrlError::Rules(findings)) }
    }

    pub(crate) fn lay_out(&self, issuer: &Certificate) -> Result<PreparedCrl, CrlError> {
        let mut entries = self.revoked.iter().map(|one| self.entry(one)).collect::<der::Result<Vec<_>>>()?;
        entries.sort_by(|a, b| a.serial_number.cmp(&b.serial_number));
        let identifier =
            issuer.subject_key_identifier().unwrap_or_else(|| issuer.public_key().key_identifier().to_vec());
        let number = Uint::new(&self.number.to_be_bytes())?;
        let tbs = TbsCertList {
            version: Version::V2,
            signature: issuer.public_key().algorithm().identifier(),
            issuer: issuer.subject().clone(),
            this_update: to_time(self.this_update)?,
            next_update: Some(to_time(self.next_update)?),
            // Absent, not empty, if nothing is revoked (RFC 5280 §5.1.2.6).
            revoked_certificates: if entries.is_empty() { None } else { Some(entries) },
            crl_extensions: Some(vec![
                extension::authority_key_identifier(&identifier)?,
                Extension {
                    extn_id: oid::CRL_NUMBER,
                    critical: false,
                    extn_value: OctetString::new(number.to_der()?)?,
                },
            ]),
        };
        Ok(PreparedCrl { kind: self.kind, tbs_der: tbs.to_der()?, tbs, issuer: issuer.clone() })
    }

    fn check(&self) -> Result<(), CrlError> {
        let (this_update, next_update) = (self.this_update, self.next_update);
        if next_update <= this_update {
            return Err(CrlError::NoInterval { this_update, next_update });
        }
        let days = (next_update - this_update).num_days();
        if self.kind == CrlKind::Csca && days > 90 {
            return Err(CrlError::TooLong(days));
        }
        let mut serials: Vec<&Serial> = self.revoked.iter().map(|one| &one.serial).collect();
        serials.sort();
        if let Some(pair) = serials.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(CrlError::Twice(pair[0].clone()));
        }
        match self.revoked.iter().find(|one| one.revoked_at > this_update) {
            Some(one) => Err(CrlError::Future(one.serial.clone())),
            None => Ok(()),
        }
    }

    fn entry(&self, revocation: &Revocation) -> der::Result<RevokedCert> {
        let code = match self.kind {
            CrlKind::Eid => revocation.reason.code(),
            CrlKind::Csca => None,
        };
        Ok(RevokedCert {
            serial_number: revocation.serial.to_x509()?,
            revocation_date: to_time(revocation.revoked_at)?,
            crl_entry_extensions: code.map(reason_code).transpose()?.map(|one| vec![one]),
        })
    }
}

fn reason_code(code: u8) -> der::Result<Extension> {
    let value = Any::new(der::Tag::Enumerated, vec![code])?;
    Ok(Extension {
        extn_id: oid::REASON_CODE,
        critical: false,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

impl PreparedCrl {
    /// The octets that will be signed.
    pub fn tbs_der(&self) -> &[u8] {
        &self.tbs_der
    }

    /// Signs, verifies with the authority's certificate, and only then returns the list.
    pub fn sign(self, authority: &CertificationAuthority) -> Result<Crl, CrlError> {
        if authority.certificate() != &self.issuer {
            return Err(CrlError::OtherAuthority);
        }
        let signature = authority.signer().sign(&self.tbs_der)?;
        let crl =
            Crl::from_der(&signed(&self.tbs_der, authority.signer().algorithm().identifier(), &signature)?)?;
        crl.verify(&self.issuer)?;
        Ok(crl)
    }
}

/// A signed list, as a reader gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    parsed: CertificateList,
}

impl Crl {
    /// Reads a list in DER without verifying it; [`verify`](Self::verify) does that.
    pub fn from_der(der: &[u8]) -> Result<Self, CrlError> {
        Ok(Self { der: der.to_vec(), parsed: CertificateList::from_der(der)? })
    }

    /// The exact octets.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// RFC 7468 text with LF line ends.
    pub fn to_pem(&self) -> Result<String, CrlError> {
        use der::EncodePem as _;
        Ok(self.parsed.to_pem(der::pem::LineEnding::LF)?)
    }

    /// cRLNumber, if it has at most eight octets.
    pub fn number(&self) -> Option<u64> {
        let number = Uint::from_der(self.extension(oid::CRL_NUMBER)?.extn_value.as_bytes()).ok()?;
        let bytes = number.as_bytes();
        (bytes.len() <= 8).then(|| bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    /// When the list was made.
    pub fn this_update(&self) -> DateTime<Utc> {
        from_time(&self.parsed.tbs_cert_list.this_update)
    }

    /// When the next list is due; if the field is missing, at once.
    pub fn next_update(&self) -> DateTime<Utc> {
        self.parsed.tbs_cert_list.next_update.as_ref().map_or(self.this_update(), from_time)
    }

    /// Whether a reader may still use it: it was made, and the next list is not due yet. A reader must refuse
    /// when its list is stale.
    pub fn is_fresh(&self, at: DateTime<Utc>) -> bool {
        self.this_update() <= at && at <= self.next_update()
    }

    /// Whether the list claims to come from the authority with this certificate (name and key identifier).
    pub fn is_by(&self, issuer: &Certificate) -> bool {
        let identifier = self
            .extension(oid::AUTHORITY_KEY_IDENTIFIER)
            .and_then(|one| AuthorityKeyIdentifier::from_der(one.extn_value.as_bytes()).ok())
            .and_then(|value| value.key_identifier);
        let same_key = match (identifier, issuer.subject_key_identifier()) {
            (Some(ours), Some(theirs)) => ours.as_bytes() == theirs,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        &self.parsed.tbs_cert_list.issuer == issuer.subject() && same_key
    }

    /// Verifies issuer, version, extensions and signature.
    pub fn verify(&self, issuer: &Certificate) -> Result<(), CrlError> {
        if !self.is_by(issuer) {
            return Err(CrlError::OtherAuthority);
        }
        let list = &self.parsed.tbs_cert_list;
        if list.version != Version::V2
            || self.extension(oid::CRL_NUMBER).is_none()
            || self.extension(oid::AUTHORITY_KEY_IDENTIFIER).is_none()
        {
            return Err(CrlError::Incomplete);
        }
        let entries = list.revoked_certificates.iter().flatten();
        let of_entries = entries.filter_map(|entry| entry.crl_entry_extensions.as_ref()).flatten();
        if list.crl_extensions.iter().flatten().chain(of_entries).any(|extension| extension.critical) {
            return Err(CrlError::Critical);
        }
        let algorithm = issuer.public_key().algorithm().identifier();
        if self.parsed.signature_algorithm != algorithm || list.signature != algorithm {
            return Err(PublicKeyError::Signature.into());
        }
        let signature = self.parsed.signature.as_bytes().ok_or(PublicKeyError::Signature)?;
        Ok(issuer.public_key().verify(signed_part(&self.der)?, signature)?)
    }

    /// Whether the list has the content that was laid out.
    pub(crate) fn holds(&self, tbs: &TbsCertList) -> bool {
        &self.parsed.tbs_cert_list == tbs && self.parsed.signature_algorithm == tbs.signature
    }

    /// The entry of a serial, if it is revoked.
    pub fn revocation(&self, serial: &Serial) -> Option<Revocation> {
        let entries = self.parsed.tbs_cert_list.revoked_certificates.iter().flatten();
        entries.filter(|entry| entry.serial_number.as_bytes() == serial.as_bytes()).map(revocation).next()
    }

    /// Whether a serial is in the list.
    pub fn is_revoked(&self, serial: &Serial) -> bool {
        self.revocation(serial).is_some()
    }

    /// Every entry, in the order of the list.
    pub fn revocations(&self) -> Vec<Revocation> {
        self.parsed.tbs_cert_list.revoked_certificates.iter().flatten().map(revocation).collect()
    }

    fn extension(&self, oid: der::asn1::ObjectIdentifier) -> Option<&Extension> {
        self.parsed.tbs_cert_list.crl_extensions.iter().flatten().find(|one| one.extn_id == oid)
    }
}

/// An unknown reason must not let a revoked certificate pass: it counts as unspecified.
fn revocation(entry: &RevokedCert) -> Revocation {
    let reason = entry
        .crl_entry_extensions
        .iter()
        .flatten()
        .find(|one| one.extn_id == oid::REASON_CODE)
        .and_then(|one| one.extn_value.as_bytes().last().copied())
        .and_then(Reason::from_code)
        .unwrap_or(Reason::Unspecified);
    Revocation {
        serial: Serial::from_x509(&entry.serial_number),
        revoked_at: from_time(&entry.revocation_date),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::sample;

    fn revoked(octet: u8) -> Revocation {
        Revocation {
            serial: Serial::from_random([octet; 20]),
            revoked_at: sample::now() - Duration::days(1),
            reason: Reason::KeyCompromise,
        }
    }

    fn content(kind: CrlKind, revoked: Vec<Revocation>) -> CrlContent {
        let this_update = sample::now();
        CrlContent { kind, number: 7, this_update, next_update: this_update + Duration::days(30), revoked }
    }

    fn issue(content: &CrlContent, authority: &CertificationAuthority) -> Crl {
        content.prepare(authority.certificate()).unwrap().sign(authority).unwrap()
    }

    #[test]
    fn a_list_says_who_is_revoked_and_why() {
        let root = sample::eid_root();
        let crl = issue(&content(CrlKind::Eid, vec![revoked(9), revoked(3)]), &root);
        assert_eq!(crl.revocation(&revoked(3).serial), Some(revoked(3)));
        assert!(!crl.is_revoked(&Serial::from_random([5; 20])));
        assert_eq!(crl.number(), Some(7));
        assert_eq!(crl.revocations(), vec![revoked(3), revoked(9)]);
    }

    #[test]
    fn a_csca_list_tells_no_reasons() {
        let csca = sample::csca();
        let crl = issue(&content(CrlKind::Csca, vec![revoked(9)]), &csca);
        assert!(
            crl.parsed.tbs_cert_list.revoked_certificates.as_ref().unwrap()[0].crl_entry_extensions.is_none()
        );
        assert_eq!(crl.revocation(&revoked(9).serial).unwrap().reason, Reason::Unspecified);
    }

    #[test]
    fn an_empty_list_has_no_empty_sequence() {
        let crl = issue(&content(CrlKind::Csca, vec![]), &sample::csca());
        assert!(crl.parsed.tbs_cert_list.revoked_certificates.is_none());
    }

    #[test]
    fn a_list_is_fresh_until_the_next_is_due() {
        let crl = issue(&content(CrlKind::Eid, vec![]), &sample::eid_root());
        assert!(crl.is_fresh(sample::now()));
        assert!(!crl.is_fresh(sample::now() - Duration::seconds(1)));
        assert!(!crl.is_fresh(sample::now() + Duration::days(31)));
    }

    #[test]
    fn a_changed_list_does_not_verify() {
        let root = sample::eid_root();
        let crl = issue(&content(CrlKind::Eid, vec![revoked(9)]), &root);
        let serial = revoked(9).serial;
        let at = crl.der.windows(20).position(|window| window == serial.as_bytes()).unwrap();
        let mut der = crl.der.clone();
        der[at + 5] ^= 1;
        assert!(matches!(
            Crl::from_der(&der).unwrap().verify(root.certificate()),
            Err(CrlError::Signature(_))
        ));
        assert!(matches!(crl.verify(sample::csca().certificate()), Err(CrlError::OtherAuthority)));
    }

    #[test]
    fn a_list_with_a_contradiction_is_not_made() {
        let root = sample::eid_root();
        let twice = content(CrlKind::Eid, vec![revoked(9), revoked(9)]);
        assert!(matches!(twice.prepare(root.certificate()), Err(CrlError::Twice(_))));
        let mut late = content(CrlKind::Csca, vec![]);
        late.next_update = late.this_update + Duration::days(91);
        assert!(matches!(late.prepare(root.certificate()), Err(CrlError::TooLong(91))));
        late.next_update = late.this_update;
        assert!(matches!(late.prepare(root.certificate()), Err(CrlError::NoInterval { .. })));
        let mut future = revoked(1);
        future.revoked_at = sample::now() + Duration::days(1);
        let future = content(CrlKind::Eid, vec![future]);
        assert!(matches!(future.prepare(root.certificate()), Err(CrlError::Future(_))));
    }
}
