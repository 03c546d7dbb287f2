//! The station over TLS, against a small server written for this test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread;

use card_protocol::chip::ChipId;
use card_protocol::encoding::{HexArray, HexBytes};
use card_protocol::messages::{ChipBinding, Job, JobAnswer, JobState, Problem, Spoil, Token};
use card_writer::edge::SystemEdge;
use card_writer::personalise::Service;
use card_writer::refusal::Refusal;
use card_writer::station::{Credentials, Station};
use chrono::{DateTime, Duration, Utc};
use issuance::Validity;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use uuid::Uuid;

use crate::authorities::{Authorities, TlsIdentity};

/// What the server received: request line, headers in lower case, body.
type Seen = (String, Vec<String>, Vec<u8>);

struct Site {
    folder: TempDir,
    url: String,
    seen: mpsc::Receiver<Seen>,
}

/// The present instant, because rustls checks certificates by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "TLS has no other clock")]
fn present() -> DateTime<Utc> {
    Utc::now()
}

impl Site {
    /// Serves `answers` one after the other, each on a connection of its own.
    fn serving(answers: Vec<String>) -> Self {
        let authorities = Authorities::at(1, present() - Duration::days(1));
        let validity = Validity::new(present() - Duration::hours(1), present() + Duration::days(80)).unwrap();
        let server = authorities.tls_server(&validity);
        let client = authorities.tls_client(&validity);
        let folder = tempfile::tempdir().unwrap();
        let root = authorities.root.certificate().to_pem().unwrap();
        for (name, pem) in [("root.pem", &root), ("station.pem", &client.chain), ("station.key", &client.key)]
        {
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        let config = Arc::new(server_config(&root, &server));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (sender, seen) = mpsc::channel();
        thread::spawn(move || {
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                let mut tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
                let Some(request) = read_request(&mut tls) else { continue };
                sender.send(request).unwrap();
                tls.write_all(answer.as_bytes()).unwrap();
                tls.conn.send_close_notify();
                tls.flush().unwrap();
            }
        });
        Self { folder, url, seen }
    }

    fn station(&self, has_certificate: bool) -> Station {
        let path = |name: &str| self.folder.path().join(name);
        let (root, certificate, key) = (path("root.pem"), path("station.pem"), path("station.key"));
        let credentials = Credentials {
            trust_root: &root,
            certificate: has_certificate.then_some(&certificate),
            key: has_certificate.then_some(&key),
        };
        Station::new(&self.url, &credentials, Box::new(SystemEdge))
            .unwrap()
            .with_token(Token::new("officer-7"))
    }
}

fn server_config(root: &str, identity: &TlsIdentity) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    let chain = CertificateDer::pem_slice_iter(identity.chain.as_bytes()).map(Result::unwrap).collect();
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap())
        .unwrap()
}

fn read_request(stream: &mut impl Read) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        let (name, value) = header.trim().split_once(':')?;
        headers.push(format!("{}:{value}", name.to_lowercase()));
    }
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some((line.trim().to_owned(), headers, body))
}

fn http(status: &str, media_type: &str, body: &impl serde::Serialize) -> String {
    let body = serde_json::to_string(body).unwrap();
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn header<'s>(seen: &'s Seen, name: &str) -> &'s str {
    seen.1.iter().find_map(|header| header.strip_prefix(name)).unwrap()
}

#[test]
fn a_station_shows_its_certificate_token_and_idempotency_key() {
    let job = Job {
        id: Uuid::from_u128(1),
        card_id: Uuid::from_u128(2),
        document_number: "TE0000017".into(),
        holder_label: "Б. Номин".into(),
        layout: "td1-piv-1".into(),
        chip_id: None,
    };
    let answer = |state| http("200 OK", "application/json", &JobAnswer { state });
    let (bound, waiting, spoiled) =
        (answer(JobState::Bound), answer(JobState::Waiting), answer(JobState::Spoiled));
    let claimed = http("200 OK", "application/json", &job);
    let site = Site::serving(vec![claimed, bound.clone(), bound, waiting, spoiled]);
    let mut station = site.station(true);
    assert_eq!(station.claim().unwrap(), job);
    let claim = site.seen.recv().unwrap();
    assert_eq!(claim.0, "POST /v1/card-jobs/claim HTTP/1.1");
    assert_eq!(header(&claim, "authorization: "), "Bearer officer-7");
    assert_eq!(claim.2, b"{}");
    let binding = ChipBinding {
        chip_id: ChipId::parse("00112233445566778899").unwrap(),
        cplc: HexArray([7; 45]),
        kdd: None,
        atr: HexBytes::new(vec![0x3B]).unwrap(),
    };
    station.bind_chip(job.id, &binding).unwrap();
    station.bind_chip(job.id, &binding).unwrap();
    let (first, again) = (site.seen.recv().unwrap(), site.seen.recv().unwrap());
    assert_eq!(header(&first, "idempotency-key: "), header(&again, "idempotency-key: "));
    assert_ne!(header(&first, "idempotency-key: "), header(&claim, "idempotency-key: "));
    // The second chip of one job, spoilt at the same step as the first: the service must not take the two for
    // one.
    let spoil = Spoil { reason: "9004 in write-dg2".into() };
    assert_eq!(station.spoil(job.id, &spoil).unwrap().state, JobState::Waiting);
    assert_eq!(station.spoil(job.id, &spoil).unwrap().state, JobState::Spoiled);
    let (first, second) = (site.seen.recv().unwrap(), site.seen.recv().unwrap());
    assert_eq!(first.2, second.2);
    assert_ne!(header(&first, "idempotency-key: "), header(&second, "idempotency-key: "));
}

#[test]
fn a_refusal_keeps_its_number_and_a_fault_of_the_service_is_none() {
    let problem = Problem {
        number: 4040,
        status: 404,
        title: "No job is waiting.".into(),
        title_mn: "Хүлээгдэж буй ажил алга.".into(),
        detail: None,
    };
    let media_type = card_protocol::messages::PROBLEM_MEDIA_TYPE;
    let site = Site::serving(vec![
        http("404 Not Found", media_type, &problem),
        http("500 Internal Server Error", media_type, &problem),
    ]);
    let mut station = site.station(true);
    match station.claim().unwrap_err() {
        Refusal::Service(refused) => assert_eq!(*refused, problem),
        other => panic!("{other:?}"),
    }
    assert!(matches!(station.claim(), Err(Refusal::ServiceUnreachable(_))));
}

#[test]
fn without_a_certificate_or_with_a_foreign_root_nothing_is_said() {
    let site = Site::serving(vec![String::new(); 8]);
    assert!(matches!(site.station(false).claim(), Err(Refusal::ServiceUnreachable(_))));
    let foreign = Authorities::at(40, present() - Duration::days(1));
    std::fs::write(site.folder.path().join("root.pem"), foreign.root.certificate().to_pem().unwrap())
        .unwrap();
    assert!(matches!(site.station(true).claim(), Err(Refusal::ServiceUnreachable(_))));
    assert!(site.seen.try_recv().is_err());
}
