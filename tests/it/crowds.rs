//! Crowds of clients that ask nothing, or never finish their request: the listeners keep working and
//! disconnect them in time.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use regex::Regex;
use registry_core::descriptors;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::installation::{Installation, Service};
use registry_tests::kit::town::Town;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;

/// Number of clients at one listener.
const CROWD: usize = 1000;
/// Time limit for a request head, in seconds, if no client is to be disconnected during the test.
const PATIENT: u64 = 120;
/// The same limit, if clients are to be disconnected.
const IMPATIENT: u64 = 2;
/// The time after which a dripping client must be disconnected: the limit, the pause between two requests,
/// and twice as much again for a busy machine.
const GONE: Duration = Duration::from_secs(20);

/// The time in which a listener must accept as many clients as it has room for.
const IN_WITHIN: Duration = Duration::from_secs(60);

const HALF_A_HEAD: &str = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
const WHOLE: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// One client of a crowd: a connection with or without TLS.
trait Line: Read + Write + Send {
    fn socket(&self) -> &TcpStream;
}

impl Line for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Line for StreamOwned<ClientConnection, TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref()
    }
}

/// A listener, and how to connect to it.
struct Door {
    port: u16,
    tls: Option<Arc<ClientConfig>>,
}

impl Door {
    fn both(installation: &Installation) -> anyhow::Result<[Door; 2]> {
        let roots = CertificateDer::from_pem_file(installation.settings.service_root())?;
        let mut trusted = RootCertStore::empty();
        trusted.add(roots)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Ok([
            Door { port: installation.settings.console_port, tls: None },
            Door { port: installation.settings.partners_port, tls: Some(Arc::new(config)) },
        ])
    }

    /// A connection on which nothing is sent.
    fn connect(&self) -> anyhow::Result<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(stream)
    }

    /// A connection on which this was sent.
    fn open(&self, said: &str) -> anyhow::Result<Box<dyn Line>> {
        let stream = self.connect()?;
        let mut line: Box<dyn Line> = match &self.tls {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from("localhost")?;
                Box::new(StreamOwned::new(ClientConnection::new(config.clone(), name)?, stream))
            }
        };
        line.write_all(said.as_bytes())?;
        line.flush()?;
        Ok(line)
    }

    /// A connection that was answered and kept open, and on which the next request head has begun.
    fn keep(&self) -> anyhow::Result<Box<dyn Line>> {
        let mut line = self.open(WHOLE)?;
        let (mut said, mut buffer) = (Vec::new(), [0; 1024]);
        while !said.ends_with(b"live\n") {
            let count = line.read(&mut buffer)?;
            ensure!(count > 0, "the connection was not kept");
            said.extend_from_slice(&buffer[..count]);
        }
        line.write_all(HALF_A_HEAD.as_bytes())?;
        line.flush()?;
        Ok(line)
    }
}

/// Sends one more byte of a head that never ends.
fn drip(line: &mut dyn Line) {
    // A disconnected client is checked elsewhere.
    let _ = line.write_all(b"a").and_then(|()| line.flush());
}

/// The clients that sent something, and those that did not.
type Crowd = (Vec<Box<dyn Line>>, Vec<TcpStream>);

/// A third sends nothing, a third sends half a head, and a third is kept open and drips its second head.
fn crowd(door: &Door) -> anyhow::Result<Crowd> {
    let mut lines = Vec::new();
    for index in 0..2 * CROWD / 3 {
        lines.push(if index % 2 == 0 { door.keep()? } else { door.open(HALF_A_HEAD)? });
    }
    let silent = (lines.len()..CROWD).map(|_| door.connect()).collect::<anyhow::Result<Vec<_>>>()?;
    Ok((lines, silent))
}

fn serve(request_seconds: u64, limits: &str) -> anyhow::Result<(Installation, Service)> {
    // This process is the crowd and needs many descriptors itself.
    ensure!(descriptors::raise() > 3000, "this test needs 3000 file descriptors");
    let mut installation = Installation::demo(Engine::Sqlite)?;
    installation.settings.more = format!("[limits]\nrequest_seconds = {request_seconds}\n");
    installation.write_settings()?;
    let service = installation.serve_within(limits)?;
    Ok((installation, service))
}

#[test]
fn a_thousand_clients_at_each_listener_that_never_ask_keep_nobody_out() -> anyhow::Result<()> {
    // A limit as systemd and most shells set it.
    let (installation, service) = serve(PATIENT, "ulimit -Sn 1024")?;
    let doors = Door::both(&installation)?;
    let mut crowds = Vec::new();
    for door in &doors {
        let begun = Instant::now();
        crowds.push(crowd(door)?);
        println!("port {}: a crowd of {CROWD} after {:.1?}", door.port, begun.elapsed());
        for _ in 0..5 {
            for (lines, _) in &mut crowds {
                lines.iter_mut().step_by(2).for_each(|line| drip(line.as_mut()));
            }
            let asked = Instant::now();
            // A new connection, not one that was kept open.
            Client::new(&installation.settings.console_url()).get("/readyz")?.require(200)?;
            let console = asked.elapsed();
            installation.stranger()?.get("/readyz")?.require(200)?;
            println!(
                "ready on the console after {console:.1?}, over TLS after {:.1?}",
                asked.elapsed() - console
            );
        }
    }
    // They were all connected meanwhile.
    let descriptors = held_by(&service)?;
    ensure!(descriptors > 2 * CROWD * 2 / 3, "the service holds {descriptors} descriptors only");
    drop(crowds);
    service.stop()
}

#[test]
fn with_few_descriptors_a_crowd_at_one_listener_keeps_neither_the_other_nor_the_database_waiting()
-> anyhow::Result<()> {
    ensure!(descriptors::raise() > 3000, "this test needs 3000 file descriptors");
    let mut town = Town::open(Engine::Sqlite)?;
    town.service.end()?;
    town.installation.settings.more = format!("[limits]\nrequest_seconds = {PATIENT}\n");
    town.installation.write_settings()?;
    town.service = town.installation.serve_within("ulimit -n 1024")?;
    let registrar = town.officer(&town.cast.registrar)?;
    let [console, _] = Door::both(&town.installation)?;
    let silent = (0..CROWD).map(|_| console.connect()).collect::<anyhow::Result<Vec<_>>>()?;
    // Until the listener has accepted as many as it may; the others wait.
    let log = fs::read_to_string(town.service.log_file())?;
    let said = Regex::new(r#""connections":(\d+)"#)?;
    let room = said.captures_iter(&log).last().context("the log says how many")?;
    let room: usize = room[1].parse()?;
    ensure!(room < CROWD, "there is room for {room}");
    let begun = Instant::now();
    while held_by(&town.service)? < room {
        ensure!(begun.elapsed() < IN_WITHIN, "only {} descriptors are held", held_by(&town.service)?);
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("{room} were let in after {:.1?}", begun.elapsed());
    let asked = Instant::now();
    town.installation.stranger()?.get("/readyz")?.require(200)?;
    registrar.post("/v1/drafts", &json!({ "kind": "death", "facts": {} }))?.require(201)?;
    println!("the other listener and the database answered after {:.1?}", asked.elapsed());
    // A client that comes after a crowd is answered once the crowd has left.
    drop(silent);
    Client::new(&town.installation.settings.console_url()).get("/readyz")?.require(200)?;
    println!("the console answered after {:.1?}", asked.elapsed());
    town.service.end()
}

/// Waits until the service has disconnected a client; if `is_dripping`, the client keeps sending.
fn wait_until_gone(line: &mut dyn Line, is_dripping: bool) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    line.socket().set_read_timeout(Some(Duration::from_millis(300)))?;
    let mut buffer = [0; 1024];
    loop {
        match line.read(&mut buffer) {
            Ok(0) => return Ok(begun.elapsed()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if is_dripping {
                    drip(line);
                }
            }
            Err(_) => return Ok(begun.elapsed()),
        }
        ensure!(begun.elapsed() < GONE, "still connected after {:?}", begun.elapsed());
    }
}

#[test]
fn whoever_never_ends_the_second_head_of_a_kept_connection_is_put_out() -> anyhow::Result<()> {
    let (installation, service) = serve(IMPATIENT, "true")?;
    for door in Door::both(&installation)? {
        for is_dripping in [true, false] {
            let gone = wait_until_gone(door.keep()?.as_mut(), is_dripping)?;
            println!("port {}, dripping {is_dripping}: put out after {gone:.1?}", door.port);
            ensure!(gone > Duration::from_secs(1), "put out at once: not for being slow");
            // Half of the second head is sent with the first request.
            let mut line = door.open(&format!("{WHOLE}{HALF_A_HEAD}"))?;
            let gone = wait_until_gone(line.as_mut(), is_dripping)?;
            println!("port {}, pipelined, dripping {is_dripping}: put out after {gone:.1?}", door.port);
        }
    }
    service.stop()
}

#[test]
fn a_kept_connection_serves_one_request_after_another_for_longer_than_a_head_may_take() -> anyhow::Result<()>
{
    let (installation, service) = serve(IMPATIENT, "true")?;
    for door in Door::both(&installation)? {
        let mut line = door.open(WHOLE)?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3 * IMPATIENT + 4) {
            let (mut said, mut buffer) = (Vec::new(), [0; 1024]);
            while !said.ends_with(b"live\n") {
                let count = line.read(&mut buffer)?;
                ensure!(count > 0, "put out after {:?} of good order", begun.elapsed());
                said.extend_from_slice(&buffer[..count]);
            }
            std::thread::sleep(Duration::from_millis(700));
            // Sent in two pieces, as over a slow line.
            let (first, second) = WHOLE.split_at(WHOLE.len() / 2);
            line.write_all(first.as_bytes())?;
            line.flush()?;
            std::thread::sleep(Duration::from_millis(700));
            line.write_all(second.as_bytes())?;
            line.flush()?;
        }
    }
    service.stop()
}

#[test]
fn whoever_takes_answers_slowly_gets_them_all_and_whoever_takes_none_is_put_out() -> anyhow::Result<()> {
    // More than the buffers of the system hold.
    const ASKED: usize = 400;
    let (installation, service) = serve(IMPATIENT, "true")?;
    let length = installation.stranger()?.get("/v1/openapi.json")?.require(200)?.body.len();
    let asked = "GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(ASKED);
    let [_, door] = Door::both(&installation)?;
    let (mut slow, mut deaf) = (door.open(&asked)?, door.open(&asked)?);
    let (begun, mut taken, mut buffer) = (Instant::now(), 0, vec![0; 1 << 16]);
    while taken < length * ASKED {
        let count = slow.read(&mut buffer)?;
        ensure!(count > 0, "put out after {:?} and {taken} octets", begun.elapsed());
        taken += count;
        // The whole takes twice as long as the limit for a client that does not read.
        let is_due = Duration::from_secs(12 * IMPATIENT).mul_f64(taken as f64 / (length * ASKED) as f64);
        std::thread::sleep(is_due.saturating_sub(begun.elapsed()));
    }
    println!("{taken} octets were taken in {:.1?}", begun.elapsed());
    // Of the answers to the other client only those under way still arrive.
    let mut rest = 0;
    while let Ok(count @ 1..) = deaf.read(&mut buffer) {
        rest += count;
    }
    println!("{rest} octets were left for the deaf client");
    ensure!(rest < length * ASKED, "it was waited for");
    service.stop()
}

#[test]
fn nobody_is_spoken_to_in_http_2_in_which_a_window_of_nothing_holds_a_connection() -> anyhow::Result<()> {
    let (installation, service) = serve(IMPATIENT, "true")?;
    let [_, partners] = Door::both(&installation)?;
    let shaken = |protocols: &[&[u8]]| -> anyhow::Result<ClientConnection> {
        let mut config = ClientConfig::clone(partners.tls.as_ref().context("TLS")?);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
        let mut stream = partners.connect()?;
        while client.is_handshaking() {
            client.complete_io(&mut stream)?;
        }
        Ok(client)
    };
    assert_eq!(shaken(&[b"h2", b"http/1.1"])?.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_eq!(shaken(&[])?.alpn_protocol(), None);
    let no = shaken(&[b"h2"]).err().context("a handshake for HTTP/2 alone")?;
    ensure!(format!("{no:#}").contains("NoApplicationProtocol"), "{no:#}");
    // Nor without the handshake: the preface (RFC 9113 §3.4) is not a request head of HTTP/1.1.
    for door in Door::both(&installation)? {
        let mut line = door.open("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0")?;
        println!("port {}: put out after {:.1?}", door.port, wait_until_gone(line.as_mut(), false)?);
    }
    service.stop()
}

/// The file descriptors that the service holds.
fn held_by(service: &Service) -> anyhow::Result<usize> {
    Ok(fs::read_dir(format!("/proc/{}/fd", service.process()?))?.count())
}
