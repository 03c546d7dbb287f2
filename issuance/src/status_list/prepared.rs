//! Making a token: content → prepared → linted → signed, verified, released.

use std::fmt;

use chrono::{DateTime, Duration, SubsecRound as _, Utc};

use super::token::{Fields, Form, Laid, Signed};
use super::{Bits, Statuses};
use crate::authority::CertificationAuthority;
use crate::certificate::Certificate;
use crate::credential::{CredentialError, SignerPath, raw_signature};
use crate::lint::{Finding, status_list};

/// The content of a token, before it is laid out.
#[derive(Clone, Debug)]
pub struct StatusListContent {
    /// The address at which it is fetched: the `uri` of every credential in it.
    pub uri: String,
    /// The statuses of the credentials.
    pub statuses: Statuses,
    /// When the token is made.
    pub issued_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// How long a reader may keep it before fetching it again.
    pub time_to_live: Duration,
}

/// A token before signing: the exact octets that will be signed, not yet checked.
#[derive(Clone)]
pub struct PreparedStatusList {
    pub(crate) form: Form,
    pub(crate) fields: Fields,
    pub(crate) laid: Laid,
}

/// A token before signing that meets every rule.
#[derive(Clone)]
pub struct LintedStatusList(PreparedStatusList);

impl StatusListContent {
    /// First step: lays out the octets that will be signed.
    pub fn prepare(&self, form: Form, path: &SignerPath) -> Result<PreparedStatusList, CredentialError> {
        let path = path.certificates();
        let signer = path.first().ok_or(CredentialError::UnknownSigner)?;
        let fields = Fields {
            kind: form.token_type().to_owned(),
            algorithm: signer.public_key().algorithm(),
            path: path.to_vec(),
            subject: self.uri.clone(),
            issued: self.issued_at.trunc_subsecs(0).timestamp(),
            not_before: None,
            expires: Some(self.expires_at.trunc_subsecs(0).timestamp()),
            time_to_live: Some(self.time_to_live.num_seconds()),
            bits: self.statuses.bits().count().into(),
            lst: self
                .statuses
                .compress()
                .map_err(|_| CredentialError::Form("lst is compressed with zlib"))?,
        };
        PreparedStatusList::new(form, fields)
    }
}

impl PreparedStatusList {
    pub(crate) fn new(form: Form, fields: Fields) -> Result<Self, CredentialError> {
        let laid = fields.lay_out(form)?;
        Ok(Self { form, fields, laid })
    }

    /// The octets that will be signed; the caller records them as the intent.
    pub fn to_be_signed(&self) -> &[u8] {
        self.laid.to_be_signed()
    }

    /// Second step: checks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedStatusList, Vec<Finding>> {
        let findings = status_list::findings(&self);
        if findings.is_empty() { Ok(LintedStatusList(self)) } else { Err(findings) }
    }

    pub(crate) fn signer(&self) -> Option<&Certificate> {
        self.fields.path.first()
    }

    /// The statuses in it, if they can be read back.
    pub(crate) fn statuses(&self) -> Option<Statuses> {
        Statuses::decompress(Bits::from_count(self.fields.bits)?, &self.fields.lst).ok()
    }
}

impl LintedStatusList {
    /// The octets that will be signed.
    pub fn to_be_signed(&self) -> &[u8] {
        self.0.to_be_signed()
    }

    /// Last step: signs, reads the token back and verifies it, and only then returns it.
    pub fn sign(self, signer: &CertificationAuthority) -> Result<IssuedStatusList, CredentialError> {
        let prepared = self.0;
        if prepared.signer() != Some(signer.certificate()) {
            return Err(CredentialError::OtherSigner);
        }
        let signature = raw_signature::sign(signer.signer(), prepared.to_be_signed())?;
        let octets = prepared.laid.token(&signature)?;
        read_back(&octets, &prepared)?.verify(signer.certificate().public_key())?;
        Ok(IssuedStatusList { form: prepared.form, octets })
    }
}

/// Reads a token and requires that it says what was prepared; its signature is not verified yet.
pub(crate) fn read_back(octets: &[u8], prepared: &PreparedStatusList) -> Result<Signed, CredentialError> {
    let (fields, signed) = Fields::read(prepared.form, octets)?;
    if fields == prepared.fields { Ok(signed) } else { Err(CredentialError::OTHER_THAN_PREPARED) }
}

/// A signed token, which everyone may have.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedStatusList {
    form: Form,
    octets: Vec<u8>,
}

impl IssuedStatusList {
    /// Its form, which also gives its media type.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The octets: ASCII of a JWT, CBOR of a CWT.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl fmt::Debug for IssuedStatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedStatusList({:?}, {} octets)", self.form, self.octets.len())
    }
}

impl fmt::Debug for PreparedStatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedStatusList").field("subject", &self.fields.subject).finish_non_exhaustive()
    }
}

impl fmt::Debug for LintedStatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Linted{:?}", self.0)
    }
}
