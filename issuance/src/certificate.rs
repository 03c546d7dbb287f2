//! An X.509 certificate: its exact bytes together with the parsed values.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use der::pem::{LineEnding, PemLabel};
use der::{Decode, EncodePem, Header, Reader, SliceReader};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, CertificatePolicies, ExtendedKeyUsage, PrivateKeyUsagePeriod, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;

use crate::name::attribute;
use crate::oid;
use crate::public_key::{CurveForm, PublicKey, PublicKeyError};
use crate::serial::Serial;
use crate::validity::{Validity, from_generalized};

/// A parsed certificate that keeps the octets from which it was parsed: signatures and hashes are always over
/// those.
///
/// A clone shares the same octets and costs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate(Arc<Contents>);

/// The certificate as it was parsed, once.
#[derive(Debug, PartialEq, Eq)]
struct Contents {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
    key: PublicKey,
    form: CurveForm,
}

/// Why octets are not a certificate that we can use.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Not DER, or PEM of something else.
    #[error("this is no X.509 certificate")]
    Der(#[from] der::Error),
    /// The two signature algorithms differ (RFC 5280 §4.1.1.2).
    #[error("the certificate names two different signature algorithms")]
    TwoAlgorithms,
    /// The key, or a signature, is not good.
    #[error("the key or the signature of a certificate")]
    Key(#[from] PublicKeyError),
}

impl Certificate {
    /// Reads one certificate in DER; nothing may follow it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let parsed = x509_cert::Certificate::from_der(der)?;
        if parsed.signature_algorithm() != parsed.tbs_certificate().signature() {
            return Err(CertificateError::TwoAlgorithms);
        }
        let (key, form) = PublicKey::from_spki(parsed.tbs_certificate().subject_public_key_info())?;
        Ok(Self(Arc::new(Contents { der: der.to_vec(), parsed, key, form })))
    }

    /// Reads one certificate in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        // The parsed form is not used here, because it would encode the octets anew.
        let (label, der) = der::pem::decode_vec(pem.as_bytes()).map_err(der::Error::from)?;
        if label != x509_cert::Certificate::PEM_LABEL {
            return Err(CertificateError::Der(der::ErrorKind::Failed.into()));
        }
        Self::from_der(&der)
    }

    /// The exact octets.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// RFC 7468 text with LF line ends.
    pub fn to_pem(&self) -> Result<String, CertificateError> {
        Ok(self.0.parsed.to_pem(LineEnding::LF)?)
    }

    /// The parsed form, for values that have no method here.
    pub fn parsed(&self) -> &x509_cert::Certificate {
        &self.0.parsed
    }

    /// The serial number.
    pub fn serial(&self) -> Serial {
        Serial::from_x509(self.0.parsed.tbs_certificate().serial_number())
    }

    /// The period in which it may be used.
    pub fn validity(&self) -> Validity {
        Validity::from_x509(self.0.parsed.tbs_certificate().validity())
    }

    /// The owner of the key that it certifies.
    pub fn subject(&self) -> &Name {
        self.0.parsed.tbs_certificate().subject()
    }

    /// Who issued it.
    pub fn issuer(&self) -> &Name {
        self.0.parsed.tbs_certificate().issuer()
    }

    /// One attribute of the subject as text, for example [`oid::COMMON_NAME`].
    pub fn subject_attribute(&self, oid: ObjectIdentifier) -> Option<String> {
        attribute(self.subject(), oid)
    }

    /// The common name of the subject, if it has one.
    pub fn common_name(&self) -> Option<String> {
        self.subject_attribute(oid::COMMON_NAME)
    }

    /// Whether the organisation or common name of its subject is marked as a test authority
    /// ([`Environment::Test`](crate::name::Environment::Test)).
    pub fn is_test(&self) -> bool {
        let (organisation, common_name) = crate::name::marks(self.subject());
        organisation || common_name
    }

    /// The certified key.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.key
    }

    /// The form in which the certificate holds its key.
    pub fn curve_form(&self) -> CurveForm {
        self.0.form
    }

    /// subjectKeyIdentifier, when present.
    pub fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.0.parsed.tbs_certificate().get_extension::<SubjectKeyIdentifier>().ok()??;
        Some(found.1.0.as_bytes().to_vec())
    }

    /// The key identifier of authorityKeyIdentifier, when present.
    pub fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.0.parsed.tbs_certificate().get_extension::<AuthorityKeyIdentifier>().ok()??;
        found.1.key_identifier.map(|identifier| identifier.as_bytes().to_vec())
    }

    /// The URIs in subjectAltName, such as `urn:burtgel:agency:<uuid>`.
    pub fn uris(&self) -> Vec<String> {
        self.alternative_names(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
            _ => None,
        })
    }

    /// The DNS names in subjectAltName.
    pub fn dns_names(&self) -> Vec<String> {
        self.alternative_names(|name| match name {
            GeneralName::DnsName(name) => Some(name.to_string()),
            _ => None,
        })
    }

    /// The IP addresses in subjectAltName.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.alternative_names(|name| match name {
            GeneralName::IpAddress(octets) => address(octets.as_bytes()),
            _ => None,
        })
    }

    fn alternative_names<T>(&self, wanted: impl Fn(&GeneralName) -> Option<T>) -> Vec<T> {
        let found = self.0.parsed.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten();
        found.map_or_else(Vec::new, |(_, SubjectAltName(names))| names.iter().filter_map(wanted).collect())
    }

    /// privateKeyUsagePeriod with both ends, if present: the period in which the key of a CSCA or Document
    /// Signer signs. The caller compares it with the clock; this crate has none.
    pub fn usage_period(&self) -> Option<Validity> {
        let found = self.0.parsed.tbs_certificate().get_extension::<PrivateKeyUsagePeriod>().ok()??;
        let (from, to) = (found.1.not_before?, found.1.not_after?);
        Validity::new(from_generalized(&from), from_generalized(&to)).ok()
    }

    /// Whether an extension is present, for example [`oid::NAME_CHANGE`].
    pub fn has_extension(&self, extension: ObjectIdentifier) -> bool {
        let extensions = self.0.parsed.tbs_certificate().extensions();
        extensions.is_some_and(|extensions| extensions.iter().any(|one| one.extn_id == extension))
    }

    /// Whether extKeyUsage names this purpose, for example [`oid::CLIENT_AUTH`]; false without that
    /// extension.
    pub fn is_for(&self, purpose: ObjectIdentifier) -> bool {
        let found = self.0.parsed.tbs_certificate().get_extension::<ExtendedKeyUsage>().ok().flatten();
        found.is_some_and(|(_, usage)| usage.0.contains(&purpose))
    }

    /// Whether it was issued under this policy, for example [`oid::POLICY_NCP_PLUS`].
    /// [`verify_chain`](crate::chain::verify_chain), which verifies a path, does not check policies.
    pub fn is_under_policy(&self, policy: ObjectIdentifier) -> bool {
        let found = self.0.parsed.tbs_certificate().get_extension::<CertificatePolicies>().ok().flatten();
        found.is_some_and(|(_, policies)| policies.0.iter().any(|one| one.policy_identifier == policy))
    }

    /// Whether the instant lies within the validity.
    pub fn is_valid_at(&self, at: DateTime<Utc>) -> bool {
        self.validity().contains(at)
    }

    /// Verifies that the given key signed this certificate, over the octets as they were received.
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), CertificateError> {
        if self.0.parsed.signature_algorithm() != &issuer.algorithm().identifier() {
            return Err(PublicKeyError::Signature.into());
        }
        let signature = self.0.parsed.signature().as_bytes().ok_or(PublicKeyError::Signature)?;
        Ok(issuer.verify(signed_part(&self.0.der)?, signature)?)
    }
}

/// The first element of a `SEQUENCE { tbs, algorithm, signature }`, header included: exactly the bytes that
/// were signed.
pub(crate) fn signed_part(der: &[u8]) -> der::Result<&[u8]> {
    let mut reader = SliceReader::new(der)?;
    Header::decode(&mut reader)?;
    reader.tlv_bytes()
}

/// An iPAddress: four octets, or sixteen (RFC 5280 §4.2.1.6).
fn address(octets: &[u8]) -> Option<IpAddr> {
    match octets.len() {
        4 => <[u8; 4]>::try_from(octets).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(octets).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use der::Encode as _;

    use super::*;
    use crate::revocation::crl::CrlKind;
    use crate::sample;

    #[test]
    fn an_authentication_certificate_is_no_signature_certificate() {
        let certificate = sample::authentication();
        assert!(certificate.is_for(oid::CLIENT_AUTH) && !certificate.is_for(oid::SERVER_AUTH));
        assert!(certificate.is_under_policy(oid::POLICY_NCP_PLUS));
        assert!(!certificate.is_under_policy(oid::POLICY_QCP_N_QSCD));
    }

    #[test]
    fn a_document_signer_says_how_long_it_signs() {
        let signer = sample::document_signer();
        let usage = signer.certificate().usage_period().unwrap();
        assert_eq!((usage.not_after() - usage.not_before()).num_days(), 90);
        assert_eq!(sample::authentication().usage_period(), None);
    }

    #[test]
    fn the_pem_of_a_list_is_no_certificate() {
        let list = sample::crl(CrlKind::Eid, &sample::eid_root(), vec![]).to_pem().unwrap();
        assert!(matches!(Certificate::from_pem(&list), Err(CertificateError::Der(_))));
        assert!(Certificate::from_pem("no PEM at all").is_err());
    }

    #[test]
    fn the_signed_part_is_the_to_be_signed_certificate() {
        let root = sample::eid_root();
        let expected = root.certificate().parsed().tbs_certificate().to_der().unwrap();
        assert_eq!(signed_part(root.certificate().der()).unwrap(), expected);
    }

    #[test]
    fn a_certificate_survives_pem() {
        let root = sample::eid_root();
        let pem = root.certificate().to_pem().unwrap();
        assert_eq!(&Certificate::from_pem(&pem).unwrap(), root.certificate());
    }

    #[test]
    fn octets_after_a_certificate_are_refused() {
        let mut der = sample::eid_root().certificate().der().to_vec();
        der.push(0);
        assert!(Certificate::from_der(&der).is_err());
    }

    #[test]
    fn a_changed_certificate_does_not_verify() {
        let root = sample::eid_root();
        let mut der = root.certificate().der().to_vec();
        let at = der.windows(4).position(|window| window == b"TEST").unwrap();
        der[at] = b'R';
        let changed = Certificate::from_der(&der).unwrap();
        assert!(changed.verify_signature(root.certificate().public_key()).is_err());
        assert!(root.certificate().verify_signature(root.certificate().public_key()).is_ok());
    }

    #[test]
    fn a_test_authority_is_known_by_its_subject() {
        for authority in [sample::eid_root(), sample::eid_issuing(), sample::csca()] {
            assert!(authority.certificate().is_test());
        }
        assert!(!sample::authentication().is_test(), "a person is no authority");
    }
}
