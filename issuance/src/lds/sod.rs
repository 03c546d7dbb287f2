//! EF.SOD (Doc 9303-10 §4.6.2, version 1): the hashes of the data groups, signed by the Document Signer. Also
//! passive authentication (Doc 9303-11 §5.1), which reads it.

mod prepared;

use std::fmt;

use chrono::{DateTime, Utc};
use cms::content_info::CmsVersion;
use cms::signed_data::{SignedAttributes, SignerIdentifier, SignerInfo};
use der::asn1::{Any, OctetString, PrintableString, SetOfVec};
use der::{Decode, Encode, Sequence, Tag, Tagged as _};
use sha2::{Digest as _, Sha256};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::{DataGroup, LDS_VERSION, UNICODE_VERSION};
use crate::certificate::{Certificate, CertificateError};
use crate::chain::{self, ChainError};
use crate::oid;
use crate::public_key::{CurveForm, PublicKeyError};
use crate::revocation::crl::Crl;
use crate::signed_data::{self, SignedData, attribute, sha256};
use crate::signer::{Algorithm, SignError};
use crate::tlv;

pub use prepared::{LintedSod, PreparedSod};

/// The tag of the file (Doc 9303-10 §4.6.2).
const FILE: u32 = 0x77;

/// SHA-256 over a whole file, tag and length included.
pub type FileHash = [u8; 32];

/// Why a SOD was not made or is not good. Each reason has a variant of its own.
#[derive(Debug, thiserror::Error)]
pub enum SodError {
    /// The tag is wrong, the octets are not DER, or a value does not fit its type.
    #[error("this is no document security object")]
    Structure(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The form does not meet a requirement of Doc 9303-10 §4.6.2.
    #[error("the document security object breaks Doc 9303-10 §4.6.2: {0}")]
    Form(&'static str),
    /// The certificate is not that of a Document Signer, or its key has another algorithm.
    #[error("the certificate is not that of a Document Signer")]
    NotADocumentSigner,
    /// The signer failed.
    #[error("signing a document security object")]
    Sign(#[from] SignError),
    /// The signature or the message digest does not fit.
    #[error("the signature of the document security object does not verify")]
    Signature,
    /// No trusted CSCA issued the Document Signer's certificate.
    #[error("no trusted CSCA issued the certificate of the Document Signer")]
    UnknownCsca,
    /// The chain from Document Signer to CSCA is not good: signature, validity, revocation.
    #[error("the certificate of the Document Signer")]
    Chain(#[from] ChainError),
    /// A file does not have the hash that was signed.
    #[error("data group {0} is not the one that was signed")]
    Changed(u8),
    /// The SOD does not know the file, or a file is missing.
    #[error("data group {0} is not in the document security object")]
    NotListed(u8),
}

impl From<der::Error> for SodError {
    fn from(error: der::Error) -> Self {
        Self::Structure(Box::new(error))
    }
}

impl From<tlv::TlvError> for SodError {
    fn from(error: tlv::TlvError) -> Self {
        Self::Structure(Box::new(error))
    }
}

impl From<CertificateError> for SodError {
    fn from(error: CertificateError) -> Self {
        Self::Structure(Box::new(error))
    }
}

impl From<PublicKeyError> for SodError {
    fn from(_: PublicKeyError) -> Self {
        Self::Signature
    }
}

/// `LDSSecurityObject` version 1 (Doc 9303-10 §4.6.2.3).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct LdsSecurityObject {
    version: u8,
    hash_algorithm: AlgorithmIdentifierOwned,
    hashes: Vec<DataGroupHash>,
    #[asn1(optional = "true")]
    lds_version: Option<LdsVersionInfo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct DataGroupHash {
    number: u8,
    hash: OctetString,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct LdsVersionInfo {
    lds: PrintableString,
    unicode: PrintableString,
}

/// SHA-256 over a whole file.
pub fn hash(file: &[u8]) -> FileHash {
    Sha256::digest(file).into()
}

/// contentType and messageDigest (RFC 5652 §11). There is no signingTime, because it would show when the card
/// was made.
pub(crate) fn signed_attributes(content: &[u8]) -> der::Result<SignedAttributes> {
    SetOfVec::try_from(vec![
        attribute(oid::CONTENT_TYPE, Any::encode_from(&oid::LDS_SECURITY_OBJECT)?)?,
        attribute(oid::MESSAGE_DIGEST, Any::encode_from(&OctetString::new(hash(content))?)?)?,
    ])
}

/// Requires digitalSignature only, and no other purpose; P-256 with explicit parameters, or RSA-3072.
pub(crate) fn require_document_signer(certificate: &Certificate) -> Result<(), SodError> {
    let usage = certificate.parsed().tbs_certificate().get_extension::<KeyUsage>().ok().flatten();
    let signs = usage.is_some_and(|(_, usage)| usage.0 == KeyUsages::DigitalSignature);
    let fits = match certificate.public_key().algorithm() {
        Algorithm::EcdsaP256Sha256 => certificate.curve_form() == CurveForm::Explicit,
        Algorithm::RsaPss3072Sha256 => true,
        // SHA-256 is the only digest in our SODs, and a Document Signer never has one of these algorithms.
        Algorithm::EcdsaP384Sha384 | Algorithm::RsaPss4096Sha256 | Algorithm::Ed25519 => false,
    };
    // A Document Signer has no extKeyUsage (Doc 9303-12 table 6), so a Master List Signer cannot be one.
    let other_purpose = certificate.has_extension(oid::EXTENDED_KEY_USAGE);
    if signs && fits && !other_purpose { Ok(()) } else { Err(SodError::NotADocumentSigner) }
}

/// What a reader trusts: the CSCA certificates of a State and the revocation lists of these CSCAs.
#[derive(Clone, Debug)]
pub struct DocumentTrust {
    /// Trusted because they came by another way than the card; with the certificates that
    /// [`follow_links`](crate::chain::follow_links) adds.
    pub cscas: Vec<Certificate>,
    /// Lists of these CSCAs. One list by a key of the issuing CSCA must be genuine and fresh.
    pub crls: Vec<Crl>,
}

/// A SOD whose signature, signer and chain were verified.
#[derive(Clone)]
pub struct VerifiedSod {
    document_signer: Certificate,
    csca: Certificate,
    hashes: Vec<(u8, FileHash)>,
}

/// Verifies form, signature, Document Signer, chain to a trusted CSCA, validity and revocation (Doc 9303-11
/// §5.1). [`VerifiedSod::require`] compares the files.
///
/// # Errors
/// The first fault found, in that order.
pub fn verify_sod(file: &[u8], trust: &DocumentTrust, at: DateTime<Utc>) -> Result<VerifiedSod, SodError> {
    let parsed = ParsedSod::parse(file, None)?;
    require_document_signer(&parsed.document_signer)?;
    parsed.verify_signature()?;
    let csca = verify_document_signer(&parsed.document_signer, trust, at)?;
    Ok(VerifiedSod { document_signer: parsed.document_signer, csca, hashes: parsed.hashes })
}

fn verify_document_signer(
    document_signer: &Certificate,
    trust: &DocumentTrust,
    at: DateTime<Utc>,
) -> Result<Certificate, SodError> {
    let csca = trust
        .cscas
        .iter()
        .find(|csca| {
            chain::is_issuer_of(csca, document_signer)
                && document_signer.verify_signature(csca.public_key()).is_ok()
        })
        .ok_or(SodError::UnknownCsca)?;
    for certificate in [document_signer, csca] {
        chain::require_valid(certificate, at)?;
        chain::require_understood(certificate)?;
    }
    chain::require_authority(csca, 0)?;
    chain::require_usage(document_signer, csca)?;
    let others = trust.cscas.iter().filter(|other| *other != csca && chain::are_of_one_line(other, csca));
    let signers: Vec<Certificate> = std::iter::once(csca).chain(others).cloned().collect();
    chain::require_not_revoked(document_signer, &signers, &trust.crls, at)?;
    Ok(csca.clone())
}

impl VerifiedSod {
    /// The Document Signer's certificate.
    pub fn document_signer(&self) -> &Certificate {
        &self.document_signer
    }

    /// The CSCA's certificate to which the chain leads.
    pub fn csca(&self) -> &Certificate {
        &self.csca
    }

    /// The data groups with their hashes, by number.
    pub fn hashes(&self) -> &[(u8, FileHash)] {
        &self.hashes
    }

    /// Compares a file as read from the card with its signed hash.
    pub fn require(&self, group: DataGroup, file: &[u8]) -> Result<(), SodError> {
        let number = group.number();
        let signed = self.hashes.iter().find(|(listed, _)| *listed == number);
        let (_, signed) = signed.ok_or(SodError::NotListed(number))?;
        if signed == &hash(file) { Ok(()) } else { Err(SodError::Changed(number)) }
    }
}

impl fmt::Debug for VerifiedSod {
    /// Shows no hashes, because a hash of personal data is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSod")
            .field("document_signer", &self.document_signer.common_name())
            .field("csca", &self.csca.common_name())
            .finish_non_exhaustive()
    }
}

/// A parsed SOD, of exactly the form that we write; nothing in it is trusted yet.
pub(crate) struct ParsedSod {
    content: Vec<u8>,
    attributes: SignedAttributes,
    signature: Vec<u8>,
    document_signer: Certificate,
    hashes: Vec<(u8, FileHash)>,
}

impl ParsedSod {
    /// `known` is a certificate that was read before: if the octets are the same, they are not parsed again.
    fn parse(file: &[u8], known: Option<&Certificate>) -> Result<Self, SodError> {
        let der = tlv::only(file, FILE)?;
        let data = signed_data::read(der)?
            .ok_or(SodError::Form("the content is SignedData, and the encoding is DER"))?;
        let document_signer = only_certificate(&data, known)?;
        let signer = only_signer(&data, document_signer.public_key().algorithm())?;
        require_named(signer, &document_signer)?;
        let content = content_of(&data)?;
        let hashes = hashes_of(&content)?;
        let attributes = signer.signed_attrs.clone().ok_or(SodError::Form("there are signed attributes"))?;
        let signature = signer.signature.as_bytes().to_vec();
        Ok(Self { content, attributes, signature, document_signer, hashes })
    }

    fn verify_signature(&self) -> Result<(), SodError> {
        // Only the two attributes that we write are allowed, so that none remains unread.
        if self.attributes != signed_attributes(&self.content)? {
            return Err(SodError::Signature);
        }
        Ok(self.document_signer.public_key().verify(&self.attributes.to_der()?, &self.signature)?)
    }
}

fn only_signer(data: &SignedData, algorithm: Algorithm) -> Result<&SignerInfo, SodError> {
    if data.version != CmsVersion::V3 || data.crls.is_some() {
        return Err(SodError::Form("SignedData has version 3 and no lists"));
    }
    let [digest] = data.digest_algorithms.as_slice() else {
        return Err(SodError::Form("there is one digest algorithm"));
    };
    let [signer] = data.signer_infos.0.as_slice() else { return Err(SodError::Form("there is one signer")) };
    if signer.version != CmsVersion::V1 || signer.unsigned_attrs.is_some() {
        return Err(SodError::Form("SignerInfo has version 1 and no unsigned attributes"));
    }
    if digest != &sha256() || signer.digest_alg != sha256() {
        return Err(SodError::Form("the digest is SHA-256, without parameters"));
    }
    if signer.signature_algorithm != algorithm.identifier() {
        return Err(SodError::Form("the signature algorithm is the one of the Document Signer's key"));
    }
    Ok(signer)
}

fn only_certificate(data: &SignedData, known: Option<&Certificate>) -> Result<Certificate, SodError> {
    let certificates = data.certificates()?;
    let Some([certificate]) = certificates.as_deref() else {
        return Err(SodError::Form("the Document Signer's certificate is inside, and no other"));
    };
    match known.filter(|known| known.der() == certificate) {
        Some(known) => Ok(known.clone()),
        None => Ok(Certificate::from_der(certificate)?),
    }
}

fn require_named(signer: &SignerInfo, certificate: &Certificate) -> Result<(), SodError> {
    let tbs = certificate.parsed().tbs_certificate();
    match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(named)
            if &named.issuer == tbs.issuer() && &named.serial_number == tbs.serial_number() =>
        {
            Ok(())
        }
        SignerIdentifier::IssuerAndSerialNumber(_) | SignerIdentifier::SubjectKeyIdentifier(_) => {
            Err(SodError::Form("the signer is named by issuer and serial number of the certificate inside"))
        }
    }
}

fn content_of(data: &SignedData) -> Result<Vec<u8>, SodError> {
    if data.encap_content_info.econtent_type != oid::LDS_SECURITY_OBJECT {
        return Err(SodError::Form("the content type is that of an LDS security object"));
    }
    match &data.encap_content_info.econtent {
        Some(content) if content.tag() == Tag::OctetString => Ok(content.value().to_vec()),
        Some(_) | None => Err(SodError::Form("the LDS security object is inside")),
    }
}

fn hashes_of(content: &[u8]) -> Result<Vec<(u8, FileHash)>, SodError> {
    let object = LdsSecurityObject::from_der(content)?;
    if object.version != 1 || object.hash_algorithm != sha256() {
        return Err(SodError::Form("the LDS security object has version 1 and SHA-256"));
    }
    let version = object.lds_version.ok_or(SodError::Form("the LDS version is told"))?;
    if version.lds.as_str() != LDS_VERSION || version.unicode.as_str() != UNICODE_VERSION {
        return Err(SodError::Form("the LDS version is 0108 and the Unicode version 040000"));
    }
    if object.hashes.len() < 2 || !object.hashes.is_sorted_by(|a, b| a.number < b.number) {
        return Err(SodError::Form("at least two data groups, in the order of their numbers"));
    }
    let hashes = object.hashes.iter().map(|one| {
        let hash = one.hash.as_bytes().try_into().map_err(|_| SodError::Form("a hash has 32 octets"))?;
        Ok((one.number, hash))
    });
    hashes.collect()
}

#[cfg(test)]
mod tests;
