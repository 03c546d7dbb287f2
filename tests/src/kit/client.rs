//! An HTTP client such as a hospital, an agency or a station has: JSON over TLS with a certificate of its
//! own.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Method, Request};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

const PATIENCE: Duration = Duration::from_secs(30);

/// A client of one listener. It does not follow redirects, so that a test sees them; a status is never an
/// error.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    headers: Vec<(&'static str, String)>,
}

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Client {
    /// A client for plain HTTP, such as the console on loopback.
    pub fn new(base: &str) -> Self {
        Client::with_tls(base, TlsConfig::default())
    }

    /// A client that trusts only the PEM certificates in `roots`, and shows no certificate of its own.
    ///
    /// # Errors
    /// If the file has no certificate.
    pub fn trusting(base: &str, roots: &Path) -> anyhow::Result<Self> {
        let config = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider())
            .root_certs(root_certs(roots)?);
        Ok(Client::with_tls(base, config.build()))
    }

    /// A client that trusts only `roots` and shows the certificate chain (leaf first) and key in `chain` and
    /// `key`, all PEM.
    ///
    /// # Errors
    /// If a file cannot be read or has another content.
    pub fn identified(base: &str, roots: &Path, chain: &Path, key: &Path) -> anyhow::Result<Self> {
        let pem = fs::read(key).with_context(|| format!("reading {}", key.display()))?;
        let key = PrivateKey::from_pem(&pem).context("a private key in PEM")?;
        let identity = ClientCert::new_with_certs(&certificates(chain)?, key);
        let config = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider())
            .root_certs(root_certs(roots)?);
        Ok(Client::with_tls(base, config.client_cert(Some(identity)).build()))
    }

    fn with_tls(base: &str, tls: TlsConfig) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build();
        Client { agent: config.new_agent(), base: base.trim_end_matches('/').to_owned(), headers: Vec::new() }
    }

    /// The same client with one more header on every request, such as a cookie or an officer's session.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same client with a bearer token on every request.
    #[must_use]
    pub fn with_bearer(self, token: &str) -> Self {
        self.with_header("Authorization", &format!("Bearer {token}"))
    }

    /// A header that this client sends on every request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The URL at which this client's paths begin.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a GET.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn get(&self, path: &str) -> anyhow::Result<Reply> {
        self.send(Method::GET, path, &[], Vec::new())
    }

    /// Sends a POST of JSON with a new idempotency key.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn post<B: Serialize>(&self, path: &str, body: &B) -> anyhow::Result<Reply> {
        self.post_once(path, &fresh_key(), body)
    }

    /// Sends a POST of JSON with a given idempotency key; the same key again makes it a retry.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn post_once<B: Serialize>(&self, path: &str, key: &str, body: &B) -> anyhow::Result<Reply> {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        self.send(Method::POST, path, &headers, serde_json::to_vec(body)?)
    }

    /// Sends a POST of a page's form, as a browser without scripts sends it.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        let form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &headers, form.join("&").into_bytes())
    }

    /// Sends any request, with exactly these headers and the client's own: for tests of bad input.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let url = format!("{}{path}", self.base);
        let mut request = Request::builder().method(method.clone()).uri(&url);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = if body.is_empty() && method == Method::GET {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body)?)
        };
        let mut answer = answer.with_context(|| format!("{method} {url}"))?;
        let body = answer.body_mut().read_to_vec().with_context(|| format!("reading {method} {url}"))?;
        Ok(Reply { status: answer.status().as_u16(), headers: answer.headers().clone(), body })
    }
}

impl Reply {
    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header, if the answer has it and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The typed body of an answer that must have this status.
    ///
    /// # Errors
    /// If the status or the body is another; the error shows both.
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> anyhow::Result<T> {
        self.require(status)?;
        serde_json::from_slice(&self.body)
            .with_context(|| format!("an answer of another form: {}", self.text()))
    }

    /// Requires that the answer has this status.
    ///
    /// # Errors
    /// If it has another; the error shows status and body.
    pub fn require(&self, status: u16) -> anyhow::Result<&Self> {
        ensure!(self.status == status, "expected status {status}, but got {}: {}", self.status, self.text());
        Ok(self)
    }

    /// The number of the refusal, if the body is a problem document (RFC 9457).
    pub fn refusal(&self) -> Option<u64> {
        self.json().get("number")?.as_u64()
    }
}

fn certificates(file: &Path) -> anyhow::Result<Vec<Certificate<'static>>> {
    let pem = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let items: Vec<PemItem<'static>> = parse_pem(&pem).collect::<Result<_, _>>()?;
    let found: Vec<_> = items
        .into_iter()
        .filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    ensure!(!found.is_empty(), "{} has no certificate", file.display());
    Ok(found)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn root_certs(file: &Path) -> anyhow::Result<RootCerts> {
    Ok(RootCerts::Specific(Arc::new(certificates(file)?)))
}

#[expect(clippy::disallowed_methods, reason = "an outside client draws its own idempotency keys")]
fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Writes `application/x-www-form-urlencoded`; everything but letters and digits is escaped.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}
