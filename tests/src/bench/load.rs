//! Sends requests over TLS as fast as answers come: a fixed number of connections, each with one request
//! under way.
//!
//! Time and connections are limited, and only the loopback address is used. HTTP/1.1 is written by hand, so
//! that the client takes as little as it can of the two cores that it shares with the server.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Connections, each with one request under way. Hundreds of organisations ask through the State exchange, so
/// one durable commit serves many answers. Both sides have the same number.
const CONNECTIONS: usize = 256;
/// A longer answer is not the expected one.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A slower answer is taken as missing.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server, and the requests for it.
#[derive(Clone)]
pub struct Target {
    /// The loopback port.
    pub port: u16,
    /// The roots that the client trusts, and its own certificate.
    pub tls: Arc<ClientConfig>,
    /// Whole HTTP requests, asked in turn.
    pub requests: Arc<[Vec<u8>]>,
    /// Text that the body of every good answer contains.
    pub mark: &'static str,
}

/// The result of one run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The duration of the run.
    pub seconds: f64,
    /// Microseconds of each answer.
    pub micros: Vec<u32>,
}

impl Run {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        let answers = u32::try_from(self.micros.len()).unwrap_or(u32::MAX);
        f64::from(answers) / self.seconds
    }
}

/// A client's side of TLS 1.3: it trusts `root` and shows the certificate `STEM.pem` with the key `STEM.key`.
///
/// # Errors
/// If a file does not have the expected content.
pub fn client_tls(root: &Path, stem: &Path) -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(root)?)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(stem.with_extension("pem"))?.collect();
    let key = PrivateKeyDer::from_pem_file(stem.with_extension("key"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain?, key)?;
    Ok(Arc::new(config))
}

/// Sends requests for `duration`, once all connections are open. Each connection ends with the answer to its
/// last request, so that every answer is counted.
///
/// # Errors
/// At the first answer that is not the expected one.
pub async fn ask(target: &Target, duration: Duration) -> anyhow::Result<Run> {
    ask_from(target, duration, CONNECTIONS).await
}

/// The same with another number of connections.
///
/// # Errors
/// As [`ask`].
pub async fn ask_from(target: &Target, duration: Duration, connections: usize) -> anyhow::Result<Run> {
    let barrier = Arc::new(Barrier::new(connections));
    let mut conversations = JoinSet::new();
    for place in 0..connections {
        let (target, barrier) = (target.clone(), barrier.clone());
        conversations.spawn(async move {
            let connection = Connection::open(&target).await;
            barrier.wait().await;
            converse(&mut connection?, &target, place * target.requests.len() / connections, duration).await
        });
    }
    let mut run = Run { seconds: 0.0, micros: Vec::new() };
    while let Some(outcome) = conversations.join_next().await {
        let one = outcome??;
        run.seconds = run.seconds.max(one.seconds);
        run.micros.extend(one.micros);
    }
    Ok(run)
}

/// Sends this many requests on one connection, one after the other, and returns the microseconds of each
/// answer in that order.
///
/// # Errors
/// As [`ask`].
pub async fn time_each(target: &Target, times: usize) -> anyhow::Result<Vec<u32>> {
    let mut connection = Connection::open(target).await?;
    let mut micros = Vec::with_capacity(times);
    for request in target.requests.iter().cycle().take(times) {
        let asked = Instant::now();
        let exchange = connection.exchange(request, target.mark);
        tokio::time::timeout(PATIENCE, exchange).await.context("an answer did not come")??;
        micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(micros)
}

async fn converse(
    connection: &mut Connection,
    target: &Target,
    first: usize,
    duration: Duration,
) -> anyhow::Result<Run> {
    let began = Instant::now();
    let mut micros = Vec::new();
    // Each connection begins at another request, far from the others.
    let requests = target.requests.iter().cycle().skip(first);
    for request in requests {
        let asked = Instant::now();
        if asked.duration_since(began) >= duration {
            break;
        }
        let exchange = connection.exchange(request, target.mark);
        tokio::time::timeout(PATIENCE, exchange).await.context("an answer did not come")??;
        micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(Run { seconds: began.elapsed().as_secs_f64(), micros })
}

struct Connection {
    stream: TlsStream<TcpStream>,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(target: &Target) -> anyhow::Result<Self> {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, target.port)).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let stream = TlsConnector::from(target.tls.clone()).connect(name, tcp).await?;
        Ok(Connection { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads its whole answer, which must be 200 and hold `mark`.
    async fn exchange(&mut self, request: &[u8], mark: &str) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(read > 0, "the connection ended within an answer: {}", self.text());
            ensure!(self.answer.len() <= LONGEST_ANSWER, "an answer without end");
            if let Some(body) = whole_body(&self.answer)? {
                let holds = body.windows(mark.len().max(1)).any(|part| part == mark.as_bytes());
                let is_good = self.answer.starts_with(b"HTTP/1.1 200 ") && holds;
                ensure!(is_good, "not the answer asked for: {}", self.text());
                return Ok(());
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }
}

/// The body of an answer, once it is complete.
fn whole_body(answer: &[u8]) -> anyhow::Result<Option<&[u8]>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = answer.windows(END.len()).position(|window| window == END) else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end]).context("an answer's head is text")?;
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
    });
    let Some(length) = length else { bail!("an answer without a length: {head}") };
    let body = &answer[end + END.len()..];
    Ok((body.len() >= length?).then_some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_whole_at_its_last_byte_and_not_before() -> anyhow::Result<()> {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
        for cut in 0..answer.len() {
            assert_eq!(whole_body(&answer[..cut])?, None);
        }
        assert_eq!(whole_body(answer)?, Some(b"body".as_slice()));
        assert!(whole_body(b"HTTP/1.1 200 OK\r\n\r\nbody").is_err());
        Ok(())
    }
}
