//! The test kit itself: its parts start, work, and leave nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use registry_tests::kit::Engine;
use registry_tests::kit::browser::Browser;
use registry_tests::kit::client::Client;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::keeper::{Farewell, Keeper};
use registry_tests::kit::lab::{Card, Lab, Slot};
use registry_tests::kit::postgres::{Cluster, Durability};
use registry_tests::kit::program::{free_port, run};

const PATIENCE: Duration = Duration::from_secs(10);

fn comes_true(is_true: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !is_true() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    is_true()
}

mod lab {
    use super::*;

    /// Any key is good enough, because these cards are not written.
    fn transport_key(folder: &Path) -> std::io::Result<PathBuf> {
        let file = folder.join("transport.hex");
        fs::write(&file, "00112233445566778899aabbccddeeff\n")?;
        Ok(file)
    }

    #[test]
    fn pcscd_lists_the_reader_and_sees_a_card_come_go_and_come_back() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let state = folder.path().join("card.state");
        let new = Card::New { serial: 1, transport_key_file: &transport_key(folder.path())? };
        let mut lab = Lab::start()?;
        assert_eq!(lab.readers()?, [Slot::First.reader(), Slot::Second.reader()]);
        assert!(!lab.has_card(Slot::First)?);
        lab.insert(Slot::First, &state, new)?;
        assert!(lab.has_card(Slot::First)?);
        assert!(!lab.has_card(Slot::Second)?);
        lab.remove(Slot::First)?;
        assert!(state.exists(), "a card that is taken out has saved what it holds");
        lab.insert(Slot::First, &state, Card::Saved)?;
        Ok(())
    }

    #[test]
    fn two_laboratories_do_not_see_each_other() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let (mut one, other) = (Lab::start()?, Lab::start()?);
        let new = Card::New { serial: 1, transport_key_file: &transport_key(folder.path())? };
        one.insert(Slot::First, &folder.path().join("card.state"), new)?;
        assert!(one.has_card(Slot::First)?);
        assert!(!other.has_card(Slot::First)?);
        Ok(())
    }

    #[test]
    fn a_card_whose_program_ends_at_once_is_told_with_its_last_words() -> anyhow::Result<()> {
        let mut lab = Lab::start()?;
        let began = Instant::now();
        let error = lab.insert(Slot::First, Path::new("/nowhere/card.state"), Card::Saved).unwrap_err();
        assert!(began.elapsed() < PATIENCE);
        assert!(format!("{error:#}").contains("has ended"), "{error:#}");
        Ok(())
    }

    #[test]
    fn taking_out_a_card_that_is_not_there_is_an_error() -> anyhow::Result<()> {
        let mut lab = Lab::start()?;
        assert!(lab.remove(Slot::First).is_err());
        assert!(lab.tear(Slot::Second).is_err());
        Ok(())
    }
}

mod postgres {
    use super::*;

    #[test]
    fn each_database_is_fresh_and_sorts_by_code_point() -> anyhow::Result<()> {
        let cluster = Cluster::shared()?;
        let (one, other) = (cluster.create_database()?, cluster.create_database()?);
        assert_ne!(one, other);
        let name = one.rsplit('/').next().unwrap_or_default();
        cluster.execute(
            name,
            "CREATE TABLE word (word text); INSERT INTO word VALUES ('б'), ('Я'), ('А'), ('Z')",
        )?;
        assert_eq!(cluster.execute(name, "SELECT string_agg(word, '' ORDER BY word) FROM word")?, "ZАЯб");
        let other = other.rsplit('/').next().unwrap_or_default();
        assert_eq!(cluster.execute(other, "SELECT count(*) FROM pg_tables WHERE tablename = 'word'")?, "0");
        assert_eq!(cluster.execute(other, "SHOW server_encoding")?, "UTF8");
        Ok(())
    }

    #[test]
    fn what_the_server_refuses_is_an_error() -> anyhow::Result<()> {
        assert!(Cluster::shared()?.execute("postgres", "SELECT nothing FROM nowhere").is_err());
        Ok(())
    }

    #[test]
    fn a_cluster_that_is_measured_is_durable_and_ends_with_its_value() -> anyhow::Result<()> {
        let cluster = Cluster::start(Durability::Full)?;
        assert_eq!(cluster.execute("postgres", "SHOW fsync")?, "on");
        let port = cluster.port();
        drop(cluster);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        Ok(())
    }
}

mod keeper {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_and_what_it_started_end_with_the_keeper() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let script = "trap 'echo farewell; exit 0' TERM; sleep 1000 & echo $!; while :; do sleep 0.01; done";
        let mut keeper = Keeper::start(&shell(script), Farewell::Terminate, &log, None)?;
        keeper.wait_until(PATIENCE, || fs::read_to_string(&log).is_ok_and(|log| log.ends_with('\n')))?;
        let began = Instant::now();
        assert!(keeper.is_running()?);
        assert!(keeper.stop()?.success());
        assert!(began.elapsed() < PATIENCE);
        let log = fs::read_to_string(log)?;
        let (grandchild, farewell) = log.trim_end().split_once('\n').unwrap_or_default();
        assert_eq!(farewell, "farewell");
        // The process may remain as a zombie, because nobody here waits for an orphan.
        let status = || fs::read_to_string(format!("/proc/{grandchild}/status")).unwrap_or_default();
        assert!(comes_true(|| status().is_empty() || status().contains("zombie")), "{}", status());
        Ok(())
    }

    #[test]
    fn a_program_that_ends_too_early_is_told_with_its_last_words() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let mut keeper =
            Keeper::start(&shell("echo no such setting >&2; exit 3"), Farewell::Terminate, &log, None)?;
        let error = keeper.wait_until(PATIENCE, || false).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("no such setting"), "{error}");
        Ok(())
    }

    #[test]
    fn the_folder_goes_when_the_program_has_ended() -> anyhow::Result<()> {
        let outer = tempfile::tempdir()?;
        let folder = outer.path().join("data");
        fs::create_dir(&folder)?;
        let log = outer.path().join("log");
        let keeper = Keeper::start(&shell("sleep 1000"), Farewell::Interrupt, &log, Some(&folder))?;
        assert!(folder.exists());
        keeper.stop()?;
        assert!(!folder.exists());
        Ok(())
    }
}

mod browser {
    use super::*;

    #[test]
    fn a_window_that_nobody_closed_ends_with_its_value() -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let browser = runtime.block_on(Browser::open(true))?;
        let profile = browser.profile().to_owned();
        let is_running = || {
            let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
            let mut lines =
                processes.map(|process| fs::read(process.path().join("cmdline")).unwrap_or_default());
            lines.any(|line| String::from_utf8_lossy(&line).contains(&*profile.to_string_lossy()))
        };
        assert!(is_running());
        drop(browser);
        assert!(comes_true(|| !is_running()), "Chromium still runs");
        Ok(())
    }

    #[test]
    fn a_page_is_shown_and_pictured() -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            for may_run_scripts in [true, false] {
                let browser = Browser::open(may_run_scripts).await?;
                let page = "data:text/html;charset=utf-8,<title>Бүртгэл</title><p id=p>текст</p>\
                            <script>document.getElementById('p').textContent='script'</script>";
                browser.page.goto(page).await?;
                assert_eq!(browser.page.title().await?, "Бүртгэл");
                let text = browser.page.find(fantoccini::Locator::Id("p")).await?.text().await?;
                assert_eq!(text, if may_run_scripts { "script" } else { "текст" });
                let picture = fs::read(browser.screenshot("kit").await?)?;
                assert!(picture.starts_with(b"\x89PNG"));
                browser.close().await?;
            }
            Ok(())
        })
    }
}

mod client {
    use super::*;

    fn openssl(folder: &Path, arguments: &str) -> anyhow::Result<()> {
        run(Command::new("openssl").args(arguments.split(' ')).current_dir(folder))?;
        Ok(())
    }

    /// A self-signed certificate: `NAME.pem` with `NAME.key`.
    fn certificate(folder: &Path, name: &str) -> anyhow::Result<()> {
        // Debian's own configuration would make it the certificate of an authority.
        fs::write(folder.join("req.cnf"), "[req]\ndistinguished_name = name\n[name]\n")?;
        let subject = format!("-config req.cnf -subj /CN={name} -addext subjectAltName=DNS:localhost");
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        openssl(folder, &format!("req -x509 {key} -keyout {name}.key -out {name}.pem -days 2 {subject}"))
    }

    #[test]
    fn a_client_shows_its_certificate_to_those_it_trusts_alone() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["server", "agency", "stranger"] {
            certificate(folder.path(), name)?;
        }
        let port = free_port()?;
        let mut server = Command::new("openssl");
        let line = format!("s_server -accept 127.0.0.1:{port} -tls1_3 -cert server.pem -key server.key -www");
        server.args(line.split(' ')).args(["-Verify", "1", "-verify_return_error", "-CAfile", "agency.pem"]);
        let log = folder.path().join("server.log");
        let mut server = Keeper::start(server.current_dir(&folder), Farewell::Terminate, &log, None)?;
        server.wait_until(PATIENCE, || fs::read_to_string(&log).is_ok_and(|log| log.contains("ACCEPT")))?;

        let url = format!("https://localhost:{port}");
        let file = |name: &str| folder.path().join(name);
        let as_whom = |name: &str| {
            Client::identified(
                &url,
                &file("server.pem"),
                &file(&format!("{name}.pem")),
                &file(&format!("{name}.key")),
            )
        };
        let reply = as_whom("agency")?.get("/")?;
        assert!(reply.require(200)?.text().contains("TLSv1.3"));
        assert!(reply.require(404).is_err() && reply.expect::<u8>(200).is_err() && reply.refusal().is_none());
        assert!(as_whom("stranger")?.get("/").is_err(), "the server trusts the agency only");
        assert!(
            Client::trusting(&url, &file("server.pem"))?.get("/").is_err(),
            "the server wants a certificate"
        );
        let mistaken =
            Client::identified(&url, &file("stranger.pem"), &file("agency.pem"), &file("agency.key"))?;
        assert!(mistaken.get("/").is_err(), "the client trusts another server");
        Ok(())
    }
}

mod installation {
    use super::*;

    #[test]
    fn the_configuration_is_toml_with_every_path_inside_its_folder() -> anyhow::Result<()> {
        let installation = Installation::empty(Engine::Sqlite)?;
        let written = fs::read_to_string(installation.configuration())?;
        let folder = installation.folder().display().to_string();
        assert_eq!(written.matches(&folder).count(), 4, "{written}");
        Ok(())
    }

    #[test]
    fn nobody_answers_where_nobody_listens() -> anyhow::Result<()> {
        let installation = Installation::empty(Engine::Sqlite)?;
        assert!(Client::new(&installation.settings.console_url()).get("/livez").is_err());
        Ok(())
    }
}
