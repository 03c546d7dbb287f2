//! Making a master list: prepared → linted → signed, verified, released.

use chrono::{DateTime, Utc};
use cms::signed_data::{SignedAttributes, SignerIdentifier};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::{CscaMasterList, MasterListError, Parsed, digest_of, is_csca, require_signer};
use crate::authority::CertificationAuthority;
use crate::certificate::Certificate;
use crate::lint::{Finding, master_list};
use crate::oid;
use crate::signed_data::{Frame, attribute};
use crate::validity::to_time;

/// A list laid out: the octets that will be signed are fixed, and not yet checked.
#[derive(Clone, Debug)]
pub struct PreparedMasterList {
    pub(crate) content: Vec<u8>,
    pub(crate) attributes: SignedAttributes,
    attributes_der: Vec<u8>,
    pub(crate) signer: Certificate,
    pub(crate) csca: Certificate,
}

/// A list to which no rule objects.
#[derive(Clone, Debug)]
pub struct LintedMasterList(PreparedMasterList);

impl PreparedMasterList {
    /// First step: lays out a list of CSCA certificates in DER, to be signed by `signer`, whom `csca`
    /// certified.
    pub fn new(
        cscas: &[Vec<u8>],
        signer: &Certificate,
        csca: &Certificate,
        signing_time: DateTime<Utc>,
    ) -> Result<Self, MasterListError> {
        require_signer(signer)?;
        signer.verify_signature(csca.public_key())?;
        if cscas.is_empty() {
            return Err(MasterListError::Form("at least one certificate"));
        }
        for (at, one) in cscas.iter().enumerate() {
            if !is_csca(one) || cscas[..at].contains(one) {
                return Err(MasterListError::NotACsca(at));
            }
        }
        let certificates = cscas.iter().map(|der| Any::from_der(der)).collect::<der::Result<Vec<_>>>()?;
        let content =
            CscaMasterList { version: 0, certificates: SetOfVec::try_from(certificates)? }.to_der()?;
        let attributes = SetOfVec::try_from(vec![
            attribute(oid::CONTENT_TYPE, Any::encode_from(&oid::CSCA_MASTER_LIST)?)?,
            attribute(oid::MESSAGE_DIGEST, digest_of(&content)?)?,
            attribute(oid::SIGNING_TIME, Any::encode_from(&to_time(signing_time)?)?)?,
        ])?;
        Ok(Self::laid_out(content, attributes, signer.clone(), csca.clone())?)
    }

    pub(crate) fn laid_out(
        content: Vec<u8>,
        attributes: SignedAttributes,
        signer: Certificate,
        csca: Certificate,
    ) -> der::Result<Self> {
        let attributes_der = attributes.to_der()?;
        Ok(Self { content, attributes, attributes_der, signer, csca })
    }

    /// The octets that will be signed (RFC 5652 §5.4): the caller records them as the intent, together with
    /// the content.
    pub fn signed_attributes_der(&self) -> &[u8] {
        &self.attributes_der
    }

    /// The `CscaMasterList`.
    pub fn content_der(&self) -> &[u8] {
        &self.content
    }

    /// Second step: asks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedMasterList, Vec<Finding>> {
        let findings = master_list::findings(&self);
        if findings.is_empty() { Ok(LintedMasterList(self)) } else { Err(findings) }
    }

    /// The whole list with this signature.
    pub(crate) fn file(&self, signature: &[u8]) -> Result<Vec<u8>, MasterListError> {
        let identifier = self.signer.subject_key_identifier().ok_or(MasterListError::NotASigner)?;
        let identifier = SubjectKeyIdentifier(OctetString::new(identifier)?);
        let frame = Frame {
            content_type: oid::CSCA_MASTER_LIST,
            content: &self.content,
            attributes: &self.attributes,
            signer: SignerIdentifier::SubjectKeyIdentifier(identifier),
            algorithm: self.signer.public_key().algorithm(),
            certificates: vec![&self.signer, &self.csca],
        };
        Ok(frame.to_der(signature)?)
    }

    /// Reads a list and requires that it says what was prepared; does not verify its signature.
    pub(crate) fn read_back(&self, der: &[u8]) -> Result<Parsed, MasterListError> {
        let parsed = Parsed::read(der)?;
        let listed = CscaMasterList::from_der(&self.content)?;
        let cscas = listed.certificates.iter().map(Any::to_der).collect::<der::Result<Vec<_>>>()?;
        let same = parsed.cscas == cscas
            && parsed.attributes_der == self.attributes_der
            && parsed.signer == self.signer
            && parsed.others == [self.csca.clone()];
        if same { Ok(parsed) } else { Err(MasterListError::Form("reads back as it was prepared")) }
    }
}

impl LintedMasterList {
    /// The octets that will be signed.
    pub fn signed_attributes_der(&self) -> &[u8] {
        self.0.signed_attributes_der()
    }

    /// Last step: signs, reads the list back and verifies it, and only then releases it.
    pub fn sign(self, signer: &CertificationAuthority) -> Result<Vec<u8>, MasterListError> {
        let prepared = self.0;
        if signer.certificate() != &prepared.signer {
            return Err(MasterListError::NotASigner);
        }
        let der = prepared.file(&signer.signer().sign(&prepared.attributes_der)?)?;
        prepared.read_back(&der)?.verify_signature()?;
        Ok(der)
    }
}
