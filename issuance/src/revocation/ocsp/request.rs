//! `OCSPRequest` (RFC 6960 §4.1), read leniently but within limits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::asn1::{Any, OctetString};
use der::{Decode as _, Encode as _, Sequence};
use x509_cert::ext::Extension;

use super::CertId;
use crate::oid;

/// Content-Type of a request sent by POST (RFC 6960 appendix A.1).
pub const REQUEST_TYPE: &str = "application/ocsp-request";
/// A larger request is refused without reading it.
pub const MAX_REQUEST_OCTETS: usize = 4096;
/// A request with more questions is refused; RFC 5019 clients ask one.
pub const MAX_QUESTIONS: usize = 8;
/// A nonce has 1 to 128 octets (RFC 9654 §2.1; RFC 8954 allowed at most 32).
const NONCE_OCTETS: std::ops::RangeInclusive<usize> = 1..=128;
/// Our own nonces have 32 octets (RFC 9654 §2.1).
const OWN_NONCE_OCTETS: usize = 32;

/// Why octets are not a request that can be answered; the client gets `malformedRequest`.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The request is longer than [`MAX_REQUEST_OCTETS`].
    #[error("a request has at most {MAX_REQUEST_OCTETS} octets, this one has {0}")]
    TooLong(usize),
    /// The path of a GET is not percent-encoded base64.
    #[error("the path is not the base64 of a request")]
    Path,
    /// The request is not DER, or of another version.
    #[error("this is no OCSP request")]
    Der(#[from] der::Error),
    /// The request has no question, or more than [`MAX_QUESTIONS`].
    #[error("a request asks 1 to {MAX_QUESTIONS} questions, this one asks {0}")]
    Questions(usize),
    /// The nonce is empty or too long.
    #[error("a nonce has 1 to 128 octets")]
    Nonce,
    /// A critical extension that we do not understand.
    #[error("the request has a critical extension that is not understood")]
    Critical,
}

/// A request: the certificates it is about, and the nonce that the answer repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    questions: Vec<CertId>,
    nonce: Option<Vec<u8>>,
}

#[derive(Sequence)]
struct Outer {
    tbs: Tbs,
    /// Ignored: the signature of a request says nothing that we rely on.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    signature: Option<Any>,
}

fn version_1() -> u8 {
    0
}

#[derive(Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "version_1")]
    version: u8,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    requestor: Option<Any>,
    requests: Vec<Question>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Question {
    id: CertId,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

impl OcspRequest {
    /// Asks about certificates. Without a nonce the answer may come from a cache (RFC 5019 §2.1.1).
    pub fn new(questions: Vec<CertId>, nonce: Option<[u8; OWN_NONCE_OCTETS]>) -> Self {
        Self { questions, nonce: nonce.map(|nonce| nonce.to_vec()) }
    }

    #[cfg(test)]
    pub(super) fn set_nonce(&mut self, nonce: Vec<u8>) {
        self.nonce = Some(nonce);
    }

    /// Reads the body of a POST.
    pub fn from_der(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > MAX_REQUEST_OCTETS {
            return Err(RequestError::TooLong(der.len()));
        }
        let request = Outer::from_der(der)?.tbs;
        if request.version != version_1() {
            return Err(der::Error::from(der::ErrorKind::Failed).into());
        }
        let count = request.requests.len();
        if !(1..=MAX_QUESTIONS).contains(&count) {
            return Err(RequestError::Questions(count));
        }
        let of_questions = request.requests.iter().filter_map(|question| question.extensions.as_ref());
        if of_questions.flatten().any(|extension| extension.critical) {
            return Err(RequestError::Critical);
        }
        let extensions = request.extensions.unwrap_or_default();
        if extensions.iter().any(|one| one.critical && one.extn_id != oid::OCSP_NONCE) {
            return Err(RequestError::Critical);
        }
        let nonce = extensions.iter().find(|one| one.extn_id == oid::OCSP_NONCE).map(nonce_of).transpose()?;
        Ok(Self { questions: request.requests.into_iter().map(|question| question.id).collect(), nonce })
    }

    /// Reads the path of a GET, without the responder's own path: base64, percent-encoded (RFC 6960 appendix
    /// A.1).
    pub fn from_get_path(path: &str) -> Result<Self, RequestError> {
        // If every character is percent-encoded, three octets take at most twelve characters.
        if path.len() > MAX_REQUEST_OCTETS * 4 {
            return Err(RequestError::TooLong(path.len()));
        }
        let text = percent_decoded(path.strip_prefix('/').unwrap_or(path)).ok_or(RequestError::Path)?;
        Self::from_der(&STANDARD.decode(text).map_err(|_| RequestError::Path)?)
    }

    /// The path for a GET, percent-encoded.
    pub fn to_get_path(&self) -> Result<String, RequestError> {
        let text = STANDARD.encode(self.to_der()?);
        Ok(text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
    }

    /// The request in DER.
    pub fn to_der(&self) -> Result<Vec<u8>, RequestError> {
        let requests =
            self.questions.iter().map(|id| Question { id: id.clone(), extensions: None }).collect();
        let extensions = self.nonce.as_deref().map(nonce_extension).transpose()?.map(|one| vec![one]);
        let tbs = Tbs { version: version_1(), requestor: None, requests, extensions };
        Ok(Outer { tbs, signature: None }.to_der()?)
    }

    /// The certificates that the request is about.
    pub fn questions(&self) -> &[CertId] {
        &self.questions
    }

    /// The nonce, which the answer must repeat.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }
}

/// `Nonce ::= OCTET STRING` inside the extension's value (RFC 9654 §2.1).
fn nonce_of(extension: &Extension) -> Result<Vec<u8>, RequestError> {
    let nonce = OctetString::from_der(extension.extn_value.as_bytes()).map_err(|_| RequestError::Nonce)?;
    if NONCE_OCTETS.contains(&nonce.as_bytes().len()) {
        return Ok(nonce.as_bytes().to_vec());
    }
    Err(RequestError::Nonce)
}

/// The nonce as an extension, not critical.
pub(super) fn nonce_extension(nonce: &[u8]) -> der::Result<Extension> {
    let value = OctetString::new(OctetString::new(nonce)?.to_der()?)?;
    Ok(Extension { extn_id: oid::OCSP_NONCE, critical: false, extn_value: value })
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut octets = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(octet) = octets.next() {
        out.push(match octet {
            b'%' => {
                let digit = |octet: Option<u8>| char::from(octet?).to_digit(16);
                u8::try_from(digit(octets.next())? * 16 + digit(octets.next())?).ok()?
            }
            plain => plain,
        });
    }
    Some(out)
}
