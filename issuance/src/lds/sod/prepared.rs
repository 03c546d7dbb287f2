//! Making a SOD: prepared → linted → signed, verified, released.

use cms::cert::IssuerAndSerialNumber;
use cms::signed_data::{SignedAttributes, SignerIdentifier};
use der::Encode as _;
use der::asn1::{OctetString, PrintableString};

use super::super::{DataGroup, LDS_VERSION, UNICODE_VERSION};
use super::{
    DataGroupHash, FILE, FileHash, LdsSecurityObject, LdsVersionInfo, ParsedSod, SodError, hash, hashes_of,
    require_document_signer, signed_attributes,
};
use crate::authority::CertificationAuthority;
use crate::certificate::Certificate;
use crate::lint::{Finding, document};
use crate::oid;
use crate::signed_data::{Frame, Layout, sha256};
use crate::tlv;

const OTHER_THAN_PREPARED: SodError = SodError::Form("reads back as it was prepared");

/// A SOD laid out: the octets that will be signed are fixed, and not yet checked.
#[derive(Clone, Debug)]
pub struct PreparedSod {
    pub(crate) content: Vec<u8>,
    /// The hashes in the content, when it can be read.
    pub(crate) hashes: Option<Vec<(u8, FileHash)>>,
    pub(crate) attributes: SignedAttributes,
    attributes_der: Vec<u8>,
    layout: Layout,
    pub(crate) document_signer: Certificate,
}

/// A SOD to which no rule objects.
#[derive(Clone, Debug)]
pub struct LintedSod(PreparedSod);

impl PreparedSod {
    /// First step: lays out the SOD over the given files, in the order of their numbers; at least two (Doc
    /// 9303-10 §4.6.2.3).
    pub fn new(files: &[(DataGroup, &[u8])], document_signer: &Certificate) -> Result<Self, SodError> {
        if files.len() < 2 || !files.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(SodError::Form("at least two data groups, in the order of their numbers"));
        }
        require_document_signer(document_signer)?;
        let hashes = files
            .iter()
            .map(|(group, file)| {
                Ok(DataGroupHash { number: group.number(), hash: OctetString::new(hash(file))? })
            })
            .collect::<der::Result<Vec<_>>>()?;
        let content = LdsSecurityObject {
            version: 1,
            hash_algorithm: sha256(),
            hashes,
            lds_version: Some(LdsVersionInfo {
                lds: PrintableString::new(LDS_VERSION)?,
                unicode: PrintableString::new(UNICODE_VERSION)?,
            }),
        }
        .to_der()?;
        let attributes = signed_attributes(&content)?;
        Ok(Self::laid_out(content, attributes, document_signer.clone())?)
    }

    pub(crate) fn laid_out(
        content: Vec<u8>,
        attributes: SignedAttributes,
        document_signer: Certificate,
    ) -> der::Result<Self> {
        let attributes_der = attributes.to_der()?;
        let hashes = hashes_of(&content).ok();
        let tbs = document_signer.parsed().tbs_certificate();
        let layout = Layout::of(&Frame {
            content_type: oid::LDS_SECURITY_OBJECT,
            content: &content,
            attributes: &attributes,
            signer: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            algorithm: document_signer.public_key().algorithm(),
            certificates: vec![&document_signer],
        })?;
        Ok(Self { content, hashes, attributes, attributes_der, layout, document_signer })
    }

    /// The `LDSSecurityObject`: what the caller records as the intent, together with
    /// [`signed_attributes_der`](Self::signed_attributes_der).
    pub fn security_object_der(&self) -> &[u8] {
        &self.content
    }

    /// The octets that will be signed (RFC 5652 §5.4).
    pub fn signed_attributes_der(&self) -> &[u8] {
        &self.attributes_der
    }

    /// Second step: asks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedSod, Vec<Finding>> {
        let findings = document::findings(&self);
        if findings.is_empty() { Ok(LintedSod(self)) } else { Err(findings) }
    }

    /// The whole file with this signature.
    pub(crate) fn file(&self, signature: &[u8]) -> Vec<u8> {
        tlv::write(FILE, &self.layout.to_der(signature))
    }

    /// Reads a file and requires that it says what was prepared; does not verify its signature.
    pub(crate) fn read_back(&self, file: &[u8]) -> Result<(), SodError> {
        let parsed = ParsedSod::parse(file, Some(&self.document_signer))?;
        let same = parsed.content == self.content
            && parsed.attributes == self.attributes
            && parsed.document_signer == self.document_signer;
        if same { Ok(()) } else { Err(OTHER_THAN_PREPARED) }
    }
}

impl LintedSod {
    /// The octets that will be signed.
    pub fn signed_attributes_der(&self) -> &[u8] {
        self.0.signed_attributes_der()
    }

    /// Last step: signs, compares the file, octet for octet, with the one that was read back when it was
    /// [linted](PreparedSod::lint), verifies its signature, and only then releases it.
    pub fn sign(self, document_signer: &CertificationAuthority) -> Result<Vec<u8>, SodError> {
        let prepared = self.0;
        if document_signer.certificate() != &prepared.document_signer {
            return Err(SodError::NotADocumentSigner);
        }
        let signature = document_signer.signer().sign(&prepared.attributes_der)?;
        let file = prepared.file(&signature);
        // Apart from the signature, the file equals, octet for octet, the one that was read back when it was
        // linted.
        let signature = prepared.layout.signature_in(tlv::only(&file, FILE)?).ok_or(OTHER_THAN_PREPARED)?;
        prepared.document_signer.public_key().verify(&prepared.attributes_der, signature)?;
        Ok(file)
    }
}
