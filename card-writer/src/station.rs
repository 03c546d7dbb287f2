//! The service over HTTPS: TLS with the station's client certificate, the officer's token, RFC 9457 refusals.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use card_protocol::messages::{
    Activated, Activation, ActivationProof, ActivationRequest, CardFiles, CertificateIssued, ChannelAnswer,
    ChannelOpened, ChannelRequest, ChannelStarted, CheckAnswer, CheckRequest, ChipBinding, ClaimRequest,
    Empty, GiveUp, GivenUp, Job, JobAnswer, KeyProof, Problem, ProofNonces, PutKey, PutKeyRequest,
    SessionStarted, SignIn, SignedReceipt, Spoil, Token, Trust, route,
};
use rustls::crypto::aws_lc_rs;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::activate::ActivationService;
use crate::edge::{Edge, random};
use crate::inspect::CheckService;
use crate::personalise::Service;
use crate::refusal::Refusal;

/// The longest time for one request, with connecting.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest answer accepted, in bytes.
const MAX_ANSWER: u64 = 8 * 1024 * 1024;
/// How often a request is sent if the connection breaks. The idempotency key makes repetition harmless.
const TRIES: usize = 3;

/// The files of a station.
pub struct Credentials<'c> {
    /// The root of the service's TLS certificate, PEM.
    pub trust_root: &'c Path,
    /// Client certificate with its chain, PEM; none if only `GET /v1/trust` is used.
    pub certificate: Option<&'c Path>,
    /// The key of the client certificate, PKCS#8 in PEM.
    pub key: Option<&'c Path>,
}

/// A connection to the service.
pub struct Station {
    agent: Agent,
    base: String,
    token: Option<Token>,
    edge: Box<dyn Edge>,
}

/// When a repeated write counts as the same write.
enum Repetition {
    /// The same content is the same request, even after a restart.
    OfContent,
    /// Every call is a new request.
    OfCall,
}

impl Station {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`Refusal::UnusableFile`]: a file cannot be read, or `base` is no `https://` URL.
    pub fn new(base: &str, credentials: &Credentials<'_>, edge: Box<dyn Edge>) -> Result<Self, Refusal> {
        if !base.starts_with("https://") {
            return Err(Refusal::UnusableFile {
                what: "the service's URL",
                why: "it must begin with https://".into(),
            });
        }
        let roots = certificates(credentials.trust_root, "the trust root")?;
        let client = match (credentials.certificate, credentials.key) {
            (Some(certificate), Some(key)) => {
                let chain = certificates(certificate, "the station's certificate")?;
                let pem = Zeroizing::new(std::fs::read(key).map_err(|e| unusable("the station's key", e))?);
                let key = PrivateKey::from_pem(&pem).map_err(|e| unusable("the station's key", e))?;
                Some(ClientCert::new_with_certs(&chain, key))
            }
            (Some(_) | None, _) => None,
        };
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .root_certs(RootCerts::new_with_certs(&roots))
            .client_cert(client)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .build();
        Ok(Self { agent: config.new_agent(), base: base.trim_end_matches('/').to_owned(), token: None, edge })
    }

    /// The station with a signed-in officer.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Signs an officer in with a one-time code.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub fn sign_in(&mut self, code: Token) -> Result<Token, Refusal> {
        let started: SessionStarted = self.post(route::SESSIONS, &SignIn { code }, &Repetition::OfCall)?;
        Ok(started.token)
    }

    /// Gives up the job that this station has open.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub fn give_up(&mut self, reason: &str) -> Result<GivenUp, Refusal> {
        self.post(route::GIVE_UP, &GiveUp { reason: reason.to_owned() }, &Repetition::OfCall)
    }

    /// Fetches the public trust material.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub fn trust(&self) -> Result<Trust, Refusal> {
        self.get(route::TRUST)
    }

    fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Refusal> {
        let url = format!("{}{path}", self.base);
        let send = || {
            let mut request = self.agent.get(&url);
            if let Some(token) = &self.token {
                request = request.header("Authorization", format!("Bearer {}", token.expose()));
            }
            request.call()
        };
        answer(repeated(send)?)
    }

    fn post<Q: Serialize, A: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &Q,
        repetition: &Repetition,
    ) -> Result<A, Refusal> {
        let body =
            serde_json::to_vec(body).map_err(|error| Refusal::ServiceUnreachable(error.to_string()))?;
        let body = Zeroizing::new(body);
        let key = match repetition {
            Repetition::OfContent => hex::encode(
                &Sha256::new().chain_update(path).chain_update([0]).chain_update(&*body).finalize()[..16],
            ),
            Repetition::OfCall => hex::encode(random::<16>(&mut *self.edge)?),
        };
        let url = format!("{}{path}", self.base);
        let send = || {
            let mut request = self
                .agent
                .post(&url)
                .header("Content-Type", "application/json")
                .header(route::IDEMPOTENCY_KEY, &key);
            if let Some(token) = &self.token {
                request = request.header("Authorization", format!("Bearer {}", token.expose()));
            }
            request.send(&body[..])
        };
        answer(repeated(send)?)
    }
}

fn repeated(
    send: impl Fn() -> Result<http::Response<Body>, ureq::Error>,
) -> Result<http::Response<Body>, Refusal> {
    let mut outcome = send();
    for _ in 1..TRIES {
        match outcome {
            Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) => outcome = send(),
            Ok(_) | Err(_) => break,
        }
    }
    outcome.map_err(|error| Refusal::ServiceUnreachable(error.to_string()))
}

fn answer<A: DeserializeOwned>(mut response: http::Response<Body>) -> Result<A, Refusal> {
    let status = response.status();
    let unreadable =
        |error: &dyn std::fmt::Display| Refusal::ServiceUnreachable(format!("{status}: {error}"));
    let body = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
    let body = Zeroizing::new(body.map_err(|error| unreadable(&error))?);
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|error| unreadable(&error));
    }
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) if status.is_client_error() => Err(Refusal::Service(Box::new(problem))),
        // A fault of the service is not a refusal: the same command may continue later.
        Ok(problem) => Err(unreadable(&problem.title)),
        Err(_) => Err(unreadable(&"no problem document")),
    }
}

fn unusable(what: &'static str, why: impl std::fmt::Display) -> Refusal {
    Refusal::UnusableFile { what, why: why.to_string() }
}

fn certificates(path: &Path, what: &'static str) -> Result<Vec<Certificate<'static>>, Refusal> {
    let pem = std::fs::read(path).map_err(|error| unusable(what, error))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| unusable(what, error))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        Err(unusable(what, "there is no certificate in it"))
    } else {
        Ok(certificates)
    }
}

impl Service for Station {
    fn claim(&mut self) -> Result<Job, Refusal> {
        self.post(route::CLAIM, &ClaimRequest {}, &Repetition::OfCall)
    }

    fn bind_chip(&mut self, job_id: Uuid, binding: &ChipBinding) -> Result<JobAnswer, Refusal> {
        self.post(&route::of(route::CHIP, job_id), binding, &Repetition::OfContent)
    }

    fn start_channel(&mut self, job_id: Uuid, request: &ChannelRequest) -> Result<ChannelStarted, Refusal> {
        self.post(&route::of(route::CHANNELS, job_id), request, &Repetition::OfCall)
    }

    fn open_channel(
        &mut self,
        job_id: Uuid,
        id: Uuid,
        answer: &ChannelAnswer,
    ) -> Result<ChannelOpened, Refusal> {
        self.post(&route::channel(job_id, id), answer, &Repetition::OfContent)
    }

    fn put_key(&mut self, job_id: Uuid, channel_id: Uuid) -> Result<PutKey, Refusal> {
        self.post(&route::of(route::PUT_KEY, job_id), &PutKeyRequest { channel_id }, &Repetition::OfContent)
    }

    fn proofs(&mut self, job_id: Uuid) -> Result<ProofNonces, Refusal> {
        self.post(&route::of(route::PROOFS, job_id), &Empty {}, &Repetition::OfCall)
    }

    fn certify(&mut self, job_id: Uuid, proof: &KeyProof) -> Result<CertificateIssued, Refusal> {
        self.post(&route::of(route::KEYS, job_id), proof, &Repetition::OfContent)
    }

    fn files(&mut self, job_id: Uuid) -> Result<CardFiles, Refusal> {
        self.get(&route::of(route::FILES, job_id))
    }

    fn send_receipt(&mut self, job_id: Uuid, receipt: &SignedReceipt) -> Result<JobAnswer, Refusal> {
        self.post(&route::of(route::RECEIPT, job_id), receipt, &Repetition::OfContent)
    }

    fn spoil(&mut self, job_id: Uuid, spoil: &Spoil) -> Result<JobAnswer, Refusal> {
        // A job may spoil a second chip at the same step: that is a new request, although its content is the
        // same.
        self.post(&route::of(route::SPOIL, job_id), spoil, &Repetition::OfCall)
    }
}

impl ActivationService for Station {
    fn begin(&mut self, request: &ActivationRequest) -> Result<Activation, Refusal> {
        self.post(route::ACTIVATIONS, request, &Repetition::OfCall)
    }

    fn finish(&mut self, activation_id: Uuid, proof: &ActivationProof) -> Result<Activated, Refusal> {
        self.post(&route::of(route::ACTIVATION, activation_id), proof, &Repetition::OfContent)
    }
}

impl CheckService for Station {
    fn check(&mut self, request: &CheckRequest) -> Result<CheckAnswer, Refusal> {
        self.post(route::CHECKS, request, &Repetition::OfContent)
    }
}
