//! The content of a status list token, and its two forms (draft-ietf-oauth-status-list-21 §5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coset::cbor::Value as Cbor;
use serde_json::{Value, json};

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::credential::CredentialError;
use crate::credential::cose::{self, Layout, SignHeader, SignedCwt, entry, integer};
use crate::credential::jws::{self, Jws, Object};
use crate::credential::path::{self, key_id};
use crate::public_key::PublicKey;

/// A larger token is not read. The limit holds the longest list in base64, if nothing in it can be
/// compressed, and its frame.
pub const MAX_TOKEN_OCTETS: usize = 6 * 1024 * 1024;

/// Claims of a CWT (RFC 8392 §3.1; draft-ietf-oauth-status-list-21 §5.2).
const SUBJECT: i64 = 2;
const EXPIRES: i64 = 4;
const NOT_BEFORE: i64 = 5;
const ISSUED: i64 = 6;
const STATUS_LIST: i64 = 65533;
const TIME_TO_LIVE: i64 = 65534;

/// The form of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `application/statuslist+jwt`.
    Jwt,
    /// `application/statuslist+cwt`.
    Cwt,
}

impl Form {
    /// Content-Type of the answer that carries it (§8.2).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jwt => "application/statuslist+jwt",
            Self::Cwt => "application/statuslist+cwt",
        }
    }

    /// `typ` of a JWT (§5.1) or `type` of a CWT (§5.2).
    pub(crate) fn token_type(self) -> &'static str {
        match self {
            Self::Jwt => "statuslist+jwt",
            Self::Cwt => "application/statuslist+cwt",
        }
    }
}

/// The content of a token in either form. Times are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fields {
    pub(crate) kind: String,
    pub(crate) algorithm: Algorithm,
    /// The certificates, the signer's first.
    pub(crate) path: Vec<Certificate>,
    pub(crate) subject: String,
    pub(crate) issued: i64,
    /// Ours have none (rule 190); if a token of another maker has one, it counts.
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: Option<i64>,
    pub(crate) time_to_live: Option<i64>,
    pub(crate) bits: i64,
    pub(crate) lst: Vec<u8>,
}

/// The octets that will be signed, and how a signature is added to them.
#[derive(Clone, Debug)]
pub(crate) enum Laid {
    Jwt(String),
    Cwt(Box<Layout>),
}

impl Laid {
    pub(crate) fn to_be_signed(&self) -> &[u8] {
        match self {
            Self::Jwt(input) => input.as_bytes(),
            Self::Cwt(layout) => layout.to_be_signed(),
        }
    }

    pub(crate) fn token(&self, signature: &[u8]) -> Result<Vec<u8>, CredentialError> {
        match self {
            Self::Jwt(input) => Ok(jws::compact(input, signature).into_bytes()),
            Self::Cwt(layout) => layout.tagged(signature),
        }
    }
}

/// A parsed token; nothing in it is trusted yet.
pub(crate) enum Signed {
    Jwt(Box<Jws>),
    Cwt(Box<SignedCwt>),
}

impl Signed {
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), CredentialError> {
        match self {
            Self::Jwt(jws) => jws.verify(key),
            Self::Cwt(cwt) => cwt.verify(key),
        }
    }
}

impl Fields {
    pub(crate) fn lay_out(&self, form: Form) -> Result<Laid, CredentialError> {
        match form {
            Form::Jwt => self.to_jwt().map(Laid::Jwt),
            Form::Cwt => self.to_cwt().map(|layout| Laid::Cwt(Box::new(layout))),
        }
    }

    /// Reads a token of this form.
    pub(crate) fn read(form: Form, octets: &[u8]) -> Result<(Self, Signed), CredentialError> {
        if octets.len() > MAX_TOKEN_OCTETS {
            return Err(CredentialError::TooLarge(octets.len()));
        }
        match form {
            Form::Jwt => Self::read_jwt(octets),
            Form::Cwt => Self::read_cwt(octets),
        }
    }

    fn to_jwt(&self) -> Result<String, CredentialError> {
        let mut header = Object::new();
        let alg = self.algorithm.row().jose.ok_or(CredentialError::Algorithm)?;
        header.insert("alg".to_owned(), json!(alg));
        header.insert("typ".to_owned(), json!(self.kind));
        header.insert("x5c".to_owned(), path::to_x5c(&self.path));
        let mut payload = Object::new();
        payload.insert("sub".to_owned(), json!(self.subject));
        payload.insert("iat".to_owned(), json!(self.issued));
        for (name, seconds) in [("nbf", self.not_before), ("exp", self.expires), ("ttl", self.time_to_live)] {
            payload.extend(seconds.map(|seconds| (name.to_owned(), json!(seconds))));
        }
        let list = json!({ "bits": self.bits, "lst": URL_SAFE_NO_PAD.encode(&self.lst) });
        payload.insert("status_list".to_owned(), list);
        Ok(jws::signing_input(&header, &payload))
    }

    /// Claims in the order of RFC 8949 §4.2.1.
    fn to_cwt(&self) -> Result<Layout, CredentialError> {
        let header = SignHeader {
            algorithm: self.algorithm,
            kind: Some(self.kind.clone()),
            // A hint that some readers insist on; ours uses the certificates.
            key_id: self.path.first().map(key_id).unwrap_or_default(),
            path: self.path.iter().map(|one| one.der().to_vec()).collect(),
        };
        let list = vec![
            (Cbor::from("lst"), Cbor::from(self.lst.as_slice())),
            (Cbor::from("bits"), Cbor::from(self.bits)),
        ];
        let mut claims = vec![(SUBJECT, Cbor::from(self.subject.as_str()))];
        claims.extend(self.expires.map(|expires| (EXPIRES, Cbor::from(expires))));
        claims.extend(self.not_before.map(|not_before| (NOT_BEFORE, Cbor::from(not_before))));
        claims.push((ISSUED, Cbor::from(self.issued)));
        claims.push((STATUS_LIST, Cbor::Map(list)));
        claims.extend(self.time_to_live.map(|seconds| (TIME_TO_LIVE, Cbor::from(seconds))));
        Layout::new(&header, claims)
    }

    fn read_jwt(octets: &[u8]) -> Result<(Self, Signed), CredentialError> {
        let text = std::str::from_utf8(octets).map_err(|_| CredentialError::Form("a JWT is a text"))?;
        let jws = Jws::read(text)?;
        let list = jws.payload.get("status_list").ok_or(CredentialError::Claim("status_list"))?;
        let bits = list.get("bits").and_then(Value::as_i64).ok_or(CredentialError::Claim("bits"))?;
        let lst = list.get("lst").and_then(Value::as_str).and_then(|lst| URL_SAFE_NO_PAD.decode(lst).ok());
        let fields = Self {
            kind: jws.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_owned(),
            algorithm: jws.algorithm()?,
            path: path::from_x5c(jws.header.get("x5c"))?,
            subject: jws.text("sub")?.to_owned(),
            issued: jws.seconds("iat")?,
            not_before: jws.optional_seconds("nbf")?,
            expires: jws.optional_seconds("exp")?,
            time_to_live: jws.optional_seconds("ttl")?,
            bits,
            lst: lst.ok_or(CredentialError::Claim("lst"))?,
        };
        Ok((fields, Signed::Jwt(Box::new(jws))))
    }

    fn read_cwt(octets: &[u8]) -> Result<(Self, Signed), CredentialError> {
        let cwt = SignedCwt::read(octets)?;
        let list = cwt.claim(STATUS_LIST).ok_or(CredentialError::Claim("status_list"))?;
        let bits = integer(entry(list, &cose::text("bits"))).ok_or(CredentialError::Claim("bits"))?;
        let lst = entry(list, &cose::text("lst")).and_then(Cbor::as_bytes).cloned();
        let subject = cwt.claim(SUBJECT).and_then(Cbor::as_text).ok_or(CredentialError::Claim("sub"))?;
        let fields = Self {
            kind: cwt.header.kind.clone().unwrap_or_default(),
            algorithm: cwt.header.algorithm,
            path: path::from_ders(&cwt.header.path)?,
            subject: subject.to_owned(),
            issued: cwt.seconds(ISSUED, "iat")?,
            not_before: cwt.optional_seconds(NOT_BEFORE, "nbf")?,
            expires: cwt.optional_seconds(EXPIRES, "exp")?,
            time_to_live: cwt.optional_seconds(TIME_TO_LIVE, "ttl")?,
            bits,
            lst: lst.ok_or(CredentialError::Claim("lst"))?,
        };
        Ok((fields, Signed::Cwt(Box::new(cwt))))
    }
}
