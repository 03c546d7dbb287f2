//! Issuing in three steps: prepared → linted → issued. Each step consumes the one before, so no other order
//! is possible.

use chrono::{DateTime, Utc};
use der::asn1::{Any, BitString, Uint};
use der::{Decode, Encode, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::ext::Extension;
use x509_cert::name::Name;

use crate::authority::CertificationAuthority;
use crate::certificate::{Certificate, CertificateError};
use crate::chain::require_authority;
use crate::extension;
use crate::lint::{self, Finding};
use crate::profile::{Profile, Purpose};
use crate::public_key::{PublicKey, PublicKeyError};
use crate::serial::Serial;
use crate::signer::{SignError, Signer};
use crate::validity::Validity;

/// The key that will sign.
#[derive(Clone, Copy, Debug)]
pub enum Issuer<'a> {
    /// The certified key itself, for roots only.
    Itself,
    /// The key of the authority with this certificate.
    Authority(&'a Certificate),
}

/// The fields of a `TBSCertificate` (RFC 5280 §4.1), always version 3.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Tbs {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(crate) version: u8,
    pub(crate) serial: Uint,
    pub(crate) signature: AlgorithmIdentifierOwned,
    pub(crate) issuer: Name,
    pub(crate) validity: x509_cert::time::Validity,
    pub(crate) subject: Name,
    pub(crate) key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    pub(crate) extensions: Vec<Extension>,
}

/// The facts about the issuer that the rules and the last step need.
#[derive(Clone, Debug)]
pub(crate) struct IssuerFacts {
    pub(crate) name: Name,
    pub(crate) key: PublicKey,
    pub(crate) key_identifier: Vec<u8>,
    /// Whether its certificate allows it to issue.
    pub(crate) is_authority: bool,
    /// `None` for a certificate that signs itself.
    pub(crate) validity: Option<Validity>,
    /// The period in which its key signs, if its certificate gives one.
    pub(crate) usage: Option<Validity>,
}

/// A certificate before signing: the exact octets that will be signed, not yet checked.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) purpose: Purpose,
    pub(crate) limit: Option<DateTime<Utc>>,
    pub(crate) issuer: IssuerFacts,
    pub(crate) tbs: Tbs,
    tbs_der: Vec<u8>,
}

/// A certificate before signing that meets every rule. Only [`Prepared::lint`] makes one.
#[derive(Clone, Debug)]
pub struct Linted(Prepared);

/// A certificate, signed and verified.
#[derive(Clone, Debug)]
pub struct Issued {
    certificate: Certificate,
    purpose: Purpose,
}

/// Why a certificate was not prepared or not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A value of the profile does not fit its string type, or a similar fault.
    #[error("the certificate cannot be encoded: a value does not fit its type")]
    Encode(#[from] der::Error),
    /// The signer is another authority than the one for which the certificate was prepared.
    #[error("the certificate was prepared for another authority")]
    OtherAuthority,
    /// The signer failed.
    #[error("signing the certificate")]
    Sign(#[from] SignError),
    /// The signer's key cannot be read, or the new signature does not verify with the issuer's public key.
    /// Nothing was released.
    #[error("verifying the new certificate before its release")]
    Verify(#[from] CertificateError),
}

impl From<PublicKeyError> for IssueError {
    fn from(error: PublicKeyError) -> Self {
        Self::Verify(error.into())
    }
}

/// First step: lays out the octets that will be signed. The caller gives the serial number and never uses one
/// twice.
pub fn prepare(
    profile: &Profile,
    serial: &Serial,
    validity: &Validity,
    issuer: Issuer<'_>,
) -> Result<Prepared, IssueError> {
    let draft = profile.draft()?;
    let facts = match issuer {
        Issuer::Itself => IssuerFacts {
            name: draft.subject.clone(),
            key: profile.key().clone(),
            key_identifier: profile.key().key_identifier().to_vec(),
            is_authority: true,
            validity: None,
            usage: None,
        },
        Issuer::Authority(certificate) => IssuerFacts::of(certificate),
    };
    let mut extensions = vec![
        extension::authority_key_identifier(&facts.key_identifier)?,
        extension::subject_key_identifier(&profile.key().key_identifier())?,
    ];
    extensions.extend(draft.extensions);
    let tbs = Tbs {
        version: 2,
        serial: Uint::new(serial.as_bytes())?,
        signature: facts.key.algorithm().identifier(),
        issuer: facts.name.clone(),
        validity: validity.to_x509()?,
        subject: draft.subject,
        key: profile.key().to_spki(profile.curve_form())?,
        extensions,
    };
    Prepared::new(profile.purpose(), profile.limit(), facts, tbs)
}

impl IssuerFacts {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let identifier = certificate.subject_key_identifier();
        Self {
            name: certificate.subject().clone(),
            key: certificate.public_key().clone(),
            key_identifier: identifier.unwrap_or_else(|| certificate.public_key().key_identifier().to_vec()),
            is_authority: require_authority(certificate, 0).is_ok(),
            validity: Some(certificate.validity()),
            usage: certificate.usage_period(),
        }
    }
}

impl Prepared {
    pub(crate) fn new(
        purpose: Purpose,
        limit: Option<DateTime<Utc>>,
        issuer: IssuerFacts,
        tbs: Tbs,
    ) -> Result<Self, IssueError> {
        let tbs_der = tbs.to_der()?;
        Ok(Self { purpose, limit, issuer, tbs, tbs_der })
    }

    /// Lays the octets out anew after a test has changed the fields.
    #[cfg(test)]
    pub(crate) fn laid_out_anew(self) -> Self {
        let Self { purpose, limit, issuer, tbs, tbs_der: _ } = self;
        Self::new(purpose, limit, issuer, tbs).unwrap()
    }

    /// The octets that will be signed; the caller records them as the intent.
    pub fn tbs_der(&self) -> &[u8] {
        &self.tbs_der
    }

    /// Second step: checks every rule; the last rule signs with a throw-away key. Returns all objections, not
    /// only the first.
    pub fn lint(self) -> Result<Linted, Vec<Finding>> {
        let findings = lint::findings(&self);
        if findings.is_empty() { Ok(Linted(self)) } else { Err(findings) }
    }
}

impl Linted {
    /// The octets that will be signed.
    pub fn tbs_der(&self) -> &[u8] {
        &self.0.tbs_der
    }

    /// Last step: signs, verifies with the issuer's public key, and only then returns the certificate.
    pub fn sign(self, authority: &CertificationAuthority) -> Result<Issued, IssueError> {
        if &self.0.issuer.name != authority.certificate().subject() {
            return Err(IssueError::OtherAuthority);
        }
        self.sign_with(authority.signer())
    }

    /// Last step for a root: the certified key signs.
    pub fn sign_itself(self, signer: &dyn Signer) -> Result<Issued, IssueError> {
        if !self.0.purpose.is_self_signed() {
            return Err(IssueError::OtherAuthority);
        }
        self.sign_with(signer)
    }

    fn sign_with(self, signer: &dyn Signer) -> Result<Issued, IssueError> {
        let prepared = self.0;
        if PublicKey::from_spki_der(signer.spki_der())? != prepared.issuer.key {
            return Err(IssueError::OtherAuthority);
        }
        let signature = signer.sign(&prepared.tbs_der)?;
        let der = signed(&prepared.tbs_der, signer.algorithm().identifier(), &signature)?;
        let certificate = Certificate::from_der(&der)?;
        certificate.verify_signature(&prepared.issuer.key)?;
        Ok(Issued { certificate, purpose: prepared.purpose })
    }
}

impl Issued {
    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Gives the certificate up to the caller.
    pub fn into_certificate(self) -> Certificate {
        self.certificate
    }

    /// Its purpose.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

/// `SEQUENCE { tbs, algorithm, signature }`, the frame of certificates and lists.
pub(crate) fn signed(
    tbs: &[u8],
    algorithm: AlgorithmIdentifierOwned,
    signature: &[u8],
) -> der::Result<Vec<u8>> {
    #[derive(Sequence)]
    struct Signed {
        tbs: Any,
        algorithm: AlgorithmIdentifierOwned,
        signature: BitString,
    }
    Signed { tbs: Any::from_der(tbs)?, algorithm, signature: BitString::from_bytes(signature)? }.to_der()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Algorithm;

    /// A key store that returns the signature of something else.
    struct LyingSigner(crate::signer::SoftwareSigner);

    impl Signer for LyingSigner {
        fn algorithm(&self) -> Algorithm {
            self.0.algorithm()
        }
        fn spki_der(&self) -> &[u8] {
            self.0.spki_der()
        }
        fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
            self.0.sign(b"something else")
        }
    }

    #[test]
    fn what_is_issued_is_what_was_prepared() {
        let root = sample::eid_root();
        let prepared = sample::prepare_issuing(&root);
        let recorded = prepared.tbs_der().to_vec();
        let issued = prepared.lint().unwrap().sign(&root).unwrap();
        assert_eq!(crate::certificate::signed_part(issued.certificate().der()).unwrap(), recorded);
    }

    #[test]
    fn a_signature_that_does_not_verify_is_not_released() {
        let prepared = sample::prepare_root(7);
        let lying = LyingSigner(sample::signer(Algorithm::EcdsaP384Sha384, 7));
        let error = prepared.lint().unwrap().sign_itself(&lying).unwrap_err();
        assert!(matches!(error, IssueError::Verify(_)));
    }

    #[test]
    fn another_authority_cannot_sign_what_was_prepared_for_the_root() {
        let root = sample::eid_root();
        let linted = sample::prepare_issuing(&root).lint().unwrap();
        assert!(matches!(linted.sign(&sample::csca()), Err(IssueError::OtherAuthority)));
    }

    #[test]
    fn only_a_root_signs_itself() {
        let root = sample::eid_root();
        let linted = sample::prepare_issuing(&root).lint().unwrap();
        assert!(matches!(linted.sign_itself(root.signer()), Err(IssueError::OtherAuthority)));
    }
}
