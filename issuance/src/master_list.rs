//! The CSCA master list (Doc 9303-12 §9): the CSCA certificates for which a State vouches, its own and those
//! of others.

mod prepared;

use chrono::{DateTime, Utc};
use cms::content_info::CmsVersion;
use cms::signed_data::{SignedAttributes, SignerIdentifier, SignerInfo};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode as _, Encode as _, Sequence, Tag, Tagged as _};
use sha2::{Digest as _, Sha256};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::{Certificate, CertificateError};
use crate::chain::{self, ChainError};
use crate::oid;
use crate::public_key::{CurveForm, PublicKeyError};
use crate::revocation::crl::Crl;
use crate::signed_data::{self, SignedData, sha256};
use crate::signer::{Algorithm, SignError};

pub use prepared::{LintedMasterList, PreparedMasterList};

/// Why a list was not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum MasterListError {
    /// Not DER.
    #[error("this is no master list")]
    Der(#[from] der::Error),
    /// The form does not meet a requirement of Doc 9303-12 §9.1.
    #[error("the master list breaks Doc 9303-12 §9.1: {0}")]
    Form(&'static str),
    /// A certificate to be listed is not a CSCA certificate, or occurs twice.
    #[error("certificate {0} of the list is not a CSCA certificate, or occurs twice")]
    NotACsca(usize),
    /// The certificate of the signer is not one for master lists.
    #[error("the certificate is not that of a Master List Signer")]
    NotASigner,
    /// A certificate inside is not good.
    #[error("a certificate in the master list")]
    Certificate(#[from] CertificateError),
    /// The signer failed.
    #[error("signing a master list")]
    Sign(#[from] SignError),
    /// The signature or the message digest does not fit.
    #[error("the signature of the master list")]
    Signature(#[from] PublicKeyError),
    /// The path from the signer to the trusted CSCA is not good.
    #[error("the certificate of the Master List Signer")]
    Chain(#[from] ChainError),
}

/// `CscaMasterList` (Doc 9303-12 §9.2). The certificates are kept as the octets in which they came.
#[derive(Sequence)]
pub(crate) struct CscaMasterList {
    pub(crate) version: u8,
    pub(crate) certificates: SetOfVec<Any>,
}

/// Verifies a master list with a trusted CSCA of the State that signed it, and returns the certificates in
/// it, in DER. They are not verified: with its list the State says that it has verified them.
///
/// # Errors
/// The first fault found.
pub fn verify_master_list(
    der: &[u8],
    trusted: &Certificate,
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Result<Vec<Vec<u8>>, MasterListError> {
    let parsed = Parsed::read(der)?;
    require_signer(&parsed.signer)?;
    parsed.verify_signature()?;
    chain::verify_chain(&parsed.signer, &parsed.others, trusted, crls, at)?;
    Ok(parsed.cscas)
}

/// A parsed list; nothing in it is trusted yet.
pub(crate) struct Parsed {
    signer: Certificate,
    others: Vec<Certificate>,
    attributes_der: Vec<u8>,
    signature: Vec<u8>,
    cscas: Vec<Vec<u8>>,
}

impl Parsed {
    pub(crate) fn read(der: &[u8]) -> Result<Self, MasterListError> {
        let data =
            signed_data::read(der)?.ok_or(MasterListError::Form("a ContentInfo of SignedData in DER"))?;
        let info = only_signer(&data)?;
        let mut inside = certificates(&data)?;
        let SignerIdentifier::SubjectKeyIdentifier(identifier) = &info.sid else {
            return Err(MasterListError::Form("the signer is named by its key identifier"));
        };
        let wanted = Some(identifier.0.as_bytes().to_vec());
        let place = inside.iter().position(|one| one.subject_key_identifier() == wanted);
        let signer = inside.remove(place.ok_or(MasterListError::Form("the signer's certificate is inside"))?);
        if info.signature_algorithm != signer.public_key().algorithm().identifier() {
            return Err(MasterListError::Form("the signature algorithm is the one of the signer's key"));
        }
        let content = content(&data)?;
        let attributes =
            info.signed_attrs.as_ref().ok_or(MasterListError::Form("there are signed attributes"))?;
        require_attributes(attributes, &content)?;
        let list = CscaMasterList::from_der(&content)?;
        if list.version != 0 {
            return Err(MasterListError::Form("the list has version 0"));
        }
        let cscas = list.certificates.iter().map(Any::to_der).collect::<der::Result<Vec<_>>>()?;
        if let Some(at) = cscas.iter().position(|one| !is_csca(one)) {
            return Err(MasterListError::NotACsca(at));
        }
        let signature = info.signature.as_bytes().to_vec();
        Ok(Self { signer, others: inside, attributes_der: attributes.to_der()?, signature, cscas })
    }

    fn verify_signature(&self) -> Result<(), MasterListError> {
        Ok(self.signer.public_key().verify(&self.attributes_der, &self.signature)?)
    }
}

fn only_signer(data: &SignedData) -> Result<&SignerInfo, MasterListError> {
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err(MasterListError::Form("there is one signer"));
    };
    let known = data.version == CmsVersion::V3
        && data.crls.is_none()
        && data.digest_algorithms.as_slice() == [sha256()]
        && signer.version == CmsVersion::V3
        && signer.unsigned_attrs.is_none()
        && signer.digest_alg == sha256();
    if known {
        Ok(signer)
    } else {
        Err(MasterListError::Form("version 3, no lists, SHA-256 without parameters"))
    }
}

fn certificates(data: &SignedData) -> Result<Vec<Certificate>, MasterListError> {
    let inside = data.certificates()?.ok_or(MasterListError::Form("certificates are X.509"))?;
    inside.iter().map(|der| Ok(Certificate::from_der(der)?)).collect()
}

fn content(data: &SignedData) -> Result<Vec<u8>, MasterListError> {
    let info = &data.encap_content_info;
    match &info.econtent {
        Some(content) if info.econtent_type == oid::CSCA_MASTER_LIST && content.tag() == Tag::OctetString => {
            Ok(content.value().to_vec())
        }
        Some(_) | None => Err(MasterListError::Form("the content is a CscaMasterList")),
    }
}

/// Requires contentType, messageDigest and signingTime, each with one value.
pub(crate) fn require_attributes(
    attributes: &SignedAttributes,
    content: &[u8],
) -> Result<(), MasterListError> {
    let value = |oid| {
        let found = attributes.iter().find(|one| one.oid == oid)?;
        match found.values.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        }
    };
    let fits = value(oid::CONTENT_TYPE) == Some(Any::encode_from(&oid::CSCA_MASTER_LIST)?)
        && value(oid::MESSAGE_DIGEST) == Some(digest_of(content)?)
        && value(oid::SIGNING_TIME).is_some();
    if fits { Ok(()) } else { Err(MasterListError::Form("the signed attributes fit the content")) }
}

pub(crate) fn digest_of(content: &[u8]) -> der::Result<Any> {
    Any::encode_from(&OctetString::new(Sha256::digest(content).as_slice())?)
}

/// Requires digitalSignature, the one critical purpose, and a key whose signatures are over SHA-256.
pub(crate) fn require_signer(certificate: &Certificate) -> Result<(), MasterListError> {
    let usage = certificate.parsed().tbs_certificate().get_extension::<KeyUsage>().ok().flatten();
    let signs = usage.is_some_and(|(_, usage)| usage.digital_signature() && !usage.key_cert_sign());
    let key_fits = match certificate.public_key().algorithm() {
        Algorithm::EcdsaP256Sha256 => certificate.curve_form() == CurveForm::Explicit,
        Algorithm::RsaPss3072Sha256 => true,
        Algorithm::EcdsaP384Sha384 | Algorithm::RsaPss4096Sha256 | Algorithm::Ed25519 => false,
    };
    let is_for_lists = certificate.is_for(oid::MASTER_LIST_SIGNING);
    if signs && key_fits && is_for_lists { Ok(()) } else { Err(MasterListError::NotASigner) }
}

/// Whether this is a CSCA certificate of any State; its key may have an algorithm that we do not use.
pub(crate) fn is_csca(der: &[u8]) -> bool {
    let Ok(certificate) = x509_cert::Certificate::from_der(der) else { return false };
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>().ok().flatten();
    let usage = tbs.get_extension::<KeyUsage>().ok().flatten();
    constraints.is_some_and(|(_, value)| value.ca) && usage.is_some_and(|(_, usage)| usage.key_cert_sign())
}

#[cfg(test)]
mod tests;
