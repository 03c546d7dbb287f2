//! Making a QR credential: prepared → linted → signed, verified, released.

use std::fmt;

use coset::cbor::Value as Cbor;

use super::super::content::CredentialContent;
use super::super::cose::{Layout, SignHeader, SignedCwt};
use super::super::path::key_id;
use super::super::{CredentialError, raw_signature};
use super::fields::{EXPIRES, IDENTITY, ISSUED, ISSUER, STATUS};
use super::{MAX_CHARACTERS, SmallPhoto, envelope, fields};
use crate::authority::CertificationAuthority;
use crate::certificate::Certificate;
use crate::lint::{Finding, qr};

/// A QR credential before signing: the exact octets that will be signed, not yet checked.
#[derive(Clone)]
pub struct PreparedQr {
    pub(crate) header: SignHeader,
    /// The claims other than 169, in their order.
    pub(crate) frame: Vec<(i64, Cbor)>,
    /// The content of claim 169.
    pub(crate) identity: Vec<(i64, Cbor)>,
    pub(crate) signer: Certificate,
    /// The first instant, in seconds, at which the card has expired.
    pub(crate) limit: i64,
    layout: Layout,
}

/// A QR credential before signing that meets every rule.
#[derive(Clone)]
pub struct LintedQr(PreparedQr);

impl CredentialContent {
    /// First step: lays out the octets that the signer with this certificate will sign.
    ///
    /// # Errors
    /// A key that COSE does not allow.
    pub fn prepare_qr(
        &self,
        photo: Option<&SmallPhoto>,
        signer: &Certificate,
    ) -> Result<PreparedQr, CredentialError> {
        let header = SignHeader {
            algorithm: signer.public_key().algorithm(),
            kind: None,
            key_id: key_id(signer),
            path: Vec::new(),
        };
        let frame = vec![
            (ISSUER, Cbor::from(self.issuer.as_str())),
            (EXPIRES, Cbor::from(self.expires_seconds())),
            (ISSUED, Cbor::from(self.issued_seconds())),
            (STATUS, self.status.to_cbor()),
        ];
        PreparedQr::new(header, frame, fields::of(self, photo), signer.clone(), self.limit())
    }
}

impl PreparedQr {
    pub(crate) fn new(
        header: SignHeader,
        frame: Vec<(i64, Cbor)>,
        identity: Vec<(i64, Cbor)>,
        signer: Certificate,
        limit: i64,
    ) -> Result<Self, CredentialError> {
        let map = identity.iter().map(|(name, value)| (Cbor::from(*name), value.clone())).collect();
        let mut claims = frame.clone();
        let at = claims.iter().position(|(name, _)| *name > IDENTITY).unwrap_or(claims.len());
        claims.insert(at, (IDENTITY, Cbor::Map(map)));
        let layout = Layout::new(&header, claims)?;
        Ok(Self { header, frame, identity, signer, limit, layout })
    }

    /// Lays the octets out anew after a test has changed the fields.
    #[cfg(test)]
    pub(crate) fn laid_out_anew(self) -> Self {
        Self::new(self.header, self.frame, self.identity, self.signer, self.limit).unwrap()
    }

    /// The octets that will be signed. The caller records them as the intent, sealed, because they hold
    /// personal data.
    pub fn to_be_signed(&self) -> &[u8] {
        self.layout.to_be_signed()
    }

    /// Second step: checks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedQr, Vec<Finding>> {
        let findings = qr::findings(&self);
        if findings.is_empty() { Ok(LintedQr(self)) } else { Err(findings) }
    }

    /// Whether the code with this signature is of version 25 at most.
    pub(crate) fn fits_under(&self, signature: &[u8]) -> bool {
        // Nearly all fit even if nothing in them can be compressed. The message is shorter than the signed
        // octets plus the signature, because it does not contain `Signature1`.
        let longest = self.to_be_signed().len() + signature.len();
        envelope::most_characters(longest) <= MAX_CHARACTERS
            || self
                .cwt(signature)
                .and_then(|cwt| envelope::write(&cwt))
                .is_ok_and(|text| text.len() <= MAX_CHARACTERS)
    }

    /// The characters of the code with this signature.
    #[cfg(test)]
    pub(crate) fn text(&self, signature: &[u8]) -> String {
        envelope::write(&self.cwt(signature).unwrap()).unwrap()
    }

    /// The CWT with this signature.
    pub(crate) fn cwt(&self, signature: &[u8]) -> Result<Vec<u8>, CredentialError> {
        self.layout.tagged(signature)
    }
}

impl LintedQr {
    /// The octets that will be signed.
    pub fn to_be_signed(&self) -> &[u8] {
        self.0.to_be_signed()
    }

    /// Last step: signs, reads the code back, compares the CWT in it, octet for octet, with the one that was
    /// read back when it was [linted](PreparedQr::lint), verifies its signature, and only then returns it.
    pub fn sign(self, signer: &CertificationAuthority) -> Result<IssuedQr, CredentialError> {
        let prepared = self.0;
        if signer.certificate() != &prepared.signer {
            return Err(CredentialError::OtherSigner);
        }
        let signature = raw_signature::sign(signer.signer(), prepared.to_be_signed())?;
        let cwt = prepared.cwt(&signature)?;
        let text = envelope::write(&cwt)?;
        let read = envelope::read(&text)?;
        let signature = prepared.layout.signature_in(&read).ok_or(CredentialError::OTHER_THAN_PREPARED)?;
        raw_signature::verify(signer.certificate().public_key(), prepared.to_be_signed(), &signature)?;
        Ok(IssuedQr { text, cwt })
    }
}

/// Reads a CWT and requires that it says what was prepared; its signature is not verified.
pub(crate) fn read_back(cwt: &[u8], prepared: &PreparedQr) -> Result<(), CredentialError> {
    let cwt = SignedCwt::read(cwt)?;
    let identity = cwt.claim(IDENTITY).and_then(Cbor::as_map);
    let same = cwt.to_be_signed() == prepared.to_be_signed()
        && cwt.header == prepared.header
        && cwt.claim_numbers().len() == prepared.frame.len() + 1
        && identity.is_some_and(|identity| {
            let prepared = prepared.identity.iter().map(|(name, value)| (Cbor::from(*name), value));
            identity.iter().map(|(name, value)| (name.clone(), value)).eq(prepared)
        })
        && prepared.frame.iter().all(|(name, value)| cwt.claim(*name) == Some(value));
    if same { Ok(()) } else { Err(CredentialError::OTHER_THAN_PREPARED) }
}

/// A signed QR credential.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedQr {
    text: String,
    cwt: Vec<u8>,
}

impl IssuedQr {
    /// The characters of the code; all are in QR's alphanumeric mode.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The CWT inside, neither compressed nor in base45.
    pub fn cwt(&self) -> &[u8] {
        &self.cwt
    }
}

impl fmt::Debug for IssuedQr {
    /// Shows only the size, because the code holds personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedQr({} characters)", self.text.len())
    }
}

impl fmt::Debug for PreparedQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedQr").field("algorithm", &self.header.algorithm).finish_non_exhaustive()
    }
}

impl fmt::Debug for LintedQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Linted{:?}", self.0)
    }
}
