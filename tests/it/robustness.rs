//! The service under faults: killed in the middle of work, its keys and lists exchanged while it runs,
//! clients that are slow on purpose.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use registry_tests::kit::Engine;
use registry_tests::kit::client::Reply;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::{Installation, Service};
use registry_tests::kit::program::run;
use registry_tests::kit::town::{SINGLE_MAN, Town, declare, id_of, sample};
use serde_json::json;

registry_tests::on_both_engines! {
    a_service_killed_while_it_registers_loses_nothing_and_halves_nothing,
}

/// Registrations under way while the service is killed.
const DEATHS: usize = 30;

fn a_service_killed_while_it_registers_loses_nothing_and_halves_nothing(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut declared = Vec::new();
    for number in numbers()? {
        let facts = json!({
            "person": number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
        });
        let reply = declare(&registrar, "death", &facts)?;
        if reply.status == 201 {
            declared.push(id_of(&reply)?);
        }
        if declared.len() == DEATHS {
            break;
        }
    }
    ensure!(declared.len() == DEATHS, "the sample has only {} who can die", declared.len());
    let register = |index: usize| -> anyhow::Result<Reply> {
        let path = format!("/v1/declarations/{}/register", declared[index]);
        registrar.post_once(&path, &format!("death-{index}"), &json!({}))
    };

    // Two windows of officers at once, so that a registration is under way whenever the service is killed.
    let answered = AtomicUsize::new(0);
    let first_answers: Vec<Option<Reply>> = std::thread::scope(|scope| {
        let window = |from: usize| {
            let (register, answered) = (&register, &answered);
            scope.spawn(move || {
                let mut answers = Vec::new();
                for index in (from..DEATHS).step_by(2) {
                    let Ok(reply) = register(index) else { break };
                    answered.fetch_add(1, Ordering::SeqCst);
                    answers.push((index, reply));
                }
                answers
            })
        };
        let windows = [window(0), window(1)];
        while answered.load(Ordering::SeqCst) < DEATHS / 3 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let killed = town.service.kill();
        let mut answers = vec![None; DEATHS];
        for window in windows {
            for (index, reply) in window.join().unwrap_or_default() {
                answers[index] = Some(reply);
            }
        }
        killed.map(|()| answers)
    })?;
    let before = first_answers.iter().flatten().count();
    ensure!(before < DEATHS, "all was registered before the service could be killed");

    // The new service waits for the old lease and completes its checkpoint.
    town.service = town.installation.serve()?;
    for (index, first) in first_answers.iter().enumerate() {
        let again = register(index)?.require(200)?.json();
        if let Some(first) = first {
            assert_eq!(again, first.require(200)?.json(), "another answer than the first");
        }
    }
    town.service.end()?;
    let entries = "SELECT count(*) FROM ledger_entry WHERE header LIKE '%\"death\"%'";
    assert_eq!(Database::of(&town.installation).ask(entries)?, DEATHS.to_string());
    let report = String::from_utf8(town.installation.registry(&["verify"])?.stdout)?;
    assert!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(())
}

/// The register numbers of the sample's people.
pub(super) fn numbers() -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(sample())?;
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let header = lines.next().context("a header")?;
    let column = header.split(',').position(|name| name == "national_number").context("no numbers")?;
    Ok(lines.filter_map(|line| line.split(',').nth(column)).map(str::to_owned).collect())
}

pub(super) mod reload {
    use super::*;

    /// Twice the five seconds after which the service looks again, and some more for a busy machine.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn stem(installation: &Installation, partner: &str) -> PathBuf {
        installation.folder().join("demo").join(partner)
    }

    pub(crate) fn wait_for(
        what: &str,
        mut is_so: impl FnMut() -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !is_so()? {
            ensure!(Instant::now() < deadline, "waited for {what} in vain");
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    #[test]
    fn a_certificate_revoked_while_the_service_runs_is_refused_within_seconds() -> anyhow::Result<()> {
        let town = Town::open(Engine::Sqlite)?;
        let question = json!({
            "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
            "case": "case-1", "number": SINGLE_MAN.number, "given_name": SINGLE_MAN.given_name,
        });
        let path = "/v1/identity-questions";
        let (open, other) = (town.partner("agency")?, town.partner("stranger-agency")?);
        open.post(path, &question)?.require(200)?;
        town.installation.revoke_partner(&stem(&town.installation, "agency"))?;
        // The connection that was open all the time gets a numbered refusal; the handshake of a new one
        // fails.
        wait_for("the refusal on the open connection", || {
            let reply = open.post(path, &question);
            Ok(reply.is_ok_and(|reply| reply.status == 401 && reply.refusal() == Some(207)))
        })?;
        assert!(town.partner("agency")?.post(path, &question).is_err());
        // Other partners are not affected: this one has no agreement, and is told so.
        assert_eq!(other.post(path, &question)?.refusal(), Some(801));
        town.service.stop()
    }

    #[test]
    fn a_renewed_tls_certificate_and_list_need_no_restart() -> anyhow::Result<()> {
        let installation = Installation::demo(Engine::Sqlite)?;
        let service = installation.serve()?;
        let before = serial_shown(&installation)?;
        let list = service.console().get("/pki/csca.crl")?.require(200)?.body.clone();
        assert!(installation.renew_authorities(None)?.contains("nothing is near its end"));
        let renewed = installation.renew_authorities(Some(400))?;
        for name in ["csca.crl", "service-root.crl", "tls-server"] {
            assert!(renewed.contains(name), "{renewed}");
        }
        assert_ne!(service.console().get("/pki/csca.crl")?.require(200)?.body, list);
        wait_for("the new certificate", || Ok(serial_shown(&installation)? != before))?;
        // Partners from before are still known.
        let hospital = installation.partner(&stem(&installation, "hospital"))?;
        hospital.get("/readyz")?.require(200)?;
        service.stop()
    }

    #[test]
    fn the_root_of_the_service_alone_renews_what_the_service_itself_shows() -> anyhow::Result<()> {
        let installation = Installation::demo(Engine::Sqlite)?;
        let service = installation.serve()?;
        let before = serial_shown(&installation)?;
        let kept = ["eid-root.crl", "csca.crl"].map(|name| service.console().get(&format!("/pki/{name}")));
        let [offline, unlock] = installation.offline();
        let alone = installation.folder().join("service-root");
        fs::create_dir(&alone)?;
        fs::copy(Path::new(&offline).join("service-root.key"), alone.join("service-root.key"))?;
        let alone = alone.display().to_string();
        let arguments = ["--offline", &alone, "--offline-unlock", &unlock, "--ahead", "400"];
        let said = installation.registry(&[["authorities", "renew"].as_slice(), &arguments].concat())?;
        let (renewed, left) = (String::from_utf8(said.stdout)?, String::from_utf8(said.stderr)?);
        assert!(renewed.contains("service-root.crl") && renewed.contains("tls-server"), "{renewed}");
        assert!(!renewed.contains("csca.crl") && left.contains("csca.crl"), "{renewed}{left}");
        wait_for("the new certificate", || Ok(serial_shown(&installation)? != before))?;
        for (name, before) in ["eid-root.crl", "csca.crl"].into_iter().zip(kept) {
            let now = service.console().get(&format!("/pki/{name}"))?;
            assert_eq!(now.require(200)?.body, before?.require(200)?.body, "{name}");
        }
        service.stop()
    }

    /// The serial number of the certificate that the partners' listener shows.
    fn serial_shown(installation: &Installation) -> anyhow::Result<String> {
        let port = installation.settings.partners_port;
        let line = format!(
            "echo | openssl s_client -connect localhost:{port} 2>/dev/null | openssl x509 -noout -serial"
        );
        Ok(String::from_utf8(run(Command::new("bash").args(["-c", &line]))?.stdout)?)
    }
}

mod slow_clients {
    use super::*;

    /// The time limit of the service in these tests, in seconds.
    const LIMIT: u64 = 2;
    /// The time after which a connection must be closed: the limit, and as much again for a busy machine.
    const GONE: Duration = Duration::from_secs(2 * LIMIT + 4);
    /// The number of slow clients at once; far more than the service has workers.
    const MANY: usize = 60;

    fn impatient() -> anyhow::Result<(Installation, Service)> {
        let mut installation = Installation::demo(Engine::Sqlite)?;
        installation.settings.more = format!("[limits]\nrequest_seconds = {LIMIT}\n");
        installation.write_settings()?;
        let service = installation.serve()?;
        Ok((installation, service))
    }

    /// Sends `begin`, then one byte now and then, until the service ends the connection; returns what the
    /// service sent.
    fn drip(port: u16, begin: &str, drop: u8) -> anyhow::Result<String> {
        let began = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_millis(300)))?;
        stream.write_all(begin.as_bytes())?;
        let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => said.extend_from_slice(&buffer[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    // The other end may refuse what we send before we have read its last words.
                    let _ = stream.write_all(&[drop]);
                }
                Err(_) => break,
            }
            ensure!(began.elapsed() < GONE, "a slow client is still connected after {:?}", began.elapsed());
        }
        ensure!(began.elapsed() >= Duration::from_secs(1), "cut off at once: not for being slow");
        Ok(String::from_utf8_lossy(&said).into_owned())
    }

    const SLOW_HEAD: &str = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    const SLOW_BODY: &str = "POST /check HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nseal=";

    #[test]
    fn a_head_and_a_body_that_never_end_are_cut_off_at_the_limit() -> anyhow::Result<()> {
        let (installation, service) = impatient()?;
        let port = installation.settings.console_port;
        drip(port, SLOW_HEAD, b'a')?;
        let said = drip(port, SLOW_BODY, b'a')?;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("\"number\":1015"), "{said}");
        // The same for a second request on a connection whose first request was in order.
        let said = drip(port, &format!("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n{SLOW_BODY}"), b'a')?;
        assert!(said.contains("live\n") && said.contains("\"number\":1015"), "{said}");
        // A client that begins a handshake and does not finish it.
        drip(installation.settings.partners_port, "\u{16}", 3)?;
        service.stop()
    }

    #[test]
    fn slow_clients_keep_nobody_waiting() -> anyhow::Result<()> {
        let (installation, service) = impatient()?;
        let port = installation.settings.console_port;
        std::thread::scope(|scope| {
            let slow: Vec<_> = (0..MANY)
                .map(|index| if index % 2 == 0 { SLOW_HEAD } else { SLOW_BODY })
                .map(|begin| scope.spawn(move || drip(port, begin, b'a')))
                .collect();
            std::thread::sleep(Duration::from_millis(500));
            let began = Instant::now();
            service.console().get("/readyz")?.require(200)?;
            let waited = began.elapsed();
            let still = slow.iter().filter(|client| !client.is_finished()).count();
            for client in slow {
                client.join().map_err(|_| anyhow::anyhow!("a slow client panicked"))??;
            }
            ensure!(still > MANY / 2, "the slow clients were gone already: {still}");
            ensure!(
                waited < Duration::from_secs(1),
                "{MANY} slow clients made an honest one wait {waited:?}"
            );
            anyhow::Ok(())
        })?;
        service.stop()
    }
}
