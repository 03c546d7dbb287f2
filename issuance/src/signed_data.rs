//! `SignedData` with one signer and its content inside (RFC 5652 §5), as Doc 9303 has it for the SOD and the master list.

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode as _, Encode as _, Tag};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute;

use crate::oid;
use crate::signer::Algorithm;

/// All but the signature.
pub(crate) struct Frame<'a> {
    pub(crate) content_type: ObjectIdentifier,
    pub(crate) content: &'a [u8],
    pub(crate) attributes: &'a SignedAttributes,
    pub(crate) signer: SignerIdentifier,
    pub(crate) algorithm: Algorithm,
    pub(crate) certificates: Vec<x509_cert::Certificate>,
}

/// SHA-256, its AlgorithmIdentifier without NULL (Doc 9303-10 §4.6.2.3 note 2, Doc 9303-12 §9.1).
pub(crate) fn sha256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: oid::SHA256, parameters: None }
}

/// One attribute with one value.
pub(crate) fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

impl Frame<'_> {
    /// The `ContentInfo` in DER, with the signature.
    pub(crate) fn to_der(&self, signature: &[u8]) -> der::Result<Vec<u8>> {
        let version = match &self.signer {
            SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
            SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
        };
        let signer_info = SignerInfo {
            version,
            sid: self.signer.clone(),
            digest_alg: sha256(),
            signed_attrs: Some(self.attributes.clone()),
            signature_algorithm: self.algorithm.identifier(),
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates = self.certificates.iter().cloned().map(CertificateChoices::Certificate);
        let signed_data = SignedData {
            version: CmsVersion::V3,
            digest_algorithms: SetOfVec::try_from(vec![sha256()])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: self.content_type,
                econtent: Some(Any::new(Tag::OctetString, self.content)?),
            },
            certificates: Some(CertificateSet::try_from(certificates.collect::<Vec<_>>())?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer_info])?,
        };
        ContentInfo { content_type: oid::SIGNED_DATA, content: Any::from_der(&signed_data.to_der()?)? }
            .to_der()
    }
}

/// Reads a `ContentInfo` of `SignedData` that is DER to its last octet; `None` when it is something else.
pub(crate) fn read(der: &[u8]) -> der::Result<Option<SignedData>> {
    let info = ContentInfo::from_der(der)?;
    if info.content_type != oid::SIGNED_DATA {
        return Ok(None);
    }
    let data: SignedData = info.content.decode_as()?;
    let again = ContentInfo { content_type: oid::SIGNED_DATA, content: Any::from_der(&data.to_der()?)? };
    Ok(if again.to_der()? == der { Some(data) } else { None })
}
