//! `SignedData` with one signer and its content inside (RFC 5652 §5), as Doc 9303 uses it for the SOD and the
//! master list.

use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    EncapsulatedContentInfo, SignedAttributes, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode as _, Encode as _, Sequence, Tag, Tagged as _};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute;

use crate::certificate::Certificate;
use crate::oid;
use crate::signer::Algorithm;

mod layout;

pub(crate) use layout::Layout;

/// `SignedData` (RFC 5652 §5.1). Certificates are kept as the octets in which they came, so that signed
/// octets are not parsed and encoded anew, which the type of the same name in `cms` would do.
#[derive(Sequence)]
pub(crate) struct SignedData {
    pub(crate) version: CmsVersion,
    pub(crate) digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    pub(crate) encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(crate) crls: Option<SetOfVec<Any>>,
    pub(crate) signer_infos: SignerInfos,
}

impl SignedData {
    /// The certificates inside, in DER, if all of them are X.509 certificates.
    pub(crate) fn certificates(&self) -> der::Result<Option<Vec<Vec<u8>>>> {
        let inside: Vec<&Any> = self.certificates.iter().flat_map(SetOfVec::iter).collect();
        // The other choices have other tags (RFC 5652 §10.2.2).
        if inside.iter().any(|one| one.tag() != Tag::Sequence) {
            return Ok(None);
        }
        inside.into_iter().map(Any::to_der).collect::<der::Result<_>>().map(Some)
    }
}

/// Everything except the signature.
pub(crate) struct Frame<'a> {
    pub(crate) content_type: ObjectIdentifier,
    pub(crate) content: &'a [u8],
    pub(crate) attributes: &'a SignedAttributes,
    pub(crate) signer: SignerIdentifier,
    pub(crate) algorithm: Algorithm,
    pub(crate) certificates: Vec<&'a Certificate>,
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
    /// The `ContentInfo` in DER, with this signature.
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
        let certificates = self.certificates.iter().map(|one| Any::from_der(one.der()));
        let certificates = certificates.collect::<der::Result<Vec<_>>>()?;
        let signed_data = SignedData {
            version: CmsVersion::V3,
            digest_algorithms: SetOfVec::try_from(vec![sha256()])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: self.content_type,
                econtent: Some(Any::new(Tag::OctetString, self.content)?),
            },
            certificates: Some(SetOfVec::try_from(certificates)?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer_info])?,
        };
        ContentInfo { content_type: oid::SIGNED_DATA, content: Any::encode_from(&signed_data)? }.to_der()
    }
}

/// Reads a `ContentInfo` with `SignedData` that is DER to its last octet; `None` if the content is something
/// else.
pub(crate) fn read(der: &[u8]) -> der::Result<Option<SignedData>> {
    let info = ContentInfo::from_der(der)?;
    if info.content_type != oid::SIGNED_DATA {
        return Ok(None);
    }
    let data: SignedData = info.content.decode_as()?;
    let is_der = Any::encode_from(&data)? == info.content && info.to_der()? == der;
    Ok(Some(data).filter(|_| is_der))
}
