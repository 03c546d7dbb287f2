//! The database goes away, comes back, is held by another program, or belongs to another writer.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::postgres::Cluster;
use registry_tests::kit::town::{SINGLE_MAN, Town, declare, id_of};
use serde_json::{Value, json};

use super::robustness::numbers;

registry_tests::on_both_engines! {
    a_writer_whose_lease_was_taken_ends_by_itself_and_not_with_success,
}

/// How long the service may take to recover; the promise is seconds.
const BACK_WITHIN: Duration = Duration::from_secs(15);
/// The lease is renewed every five seconds, and ends after fifteen.
const RENEWED_WITHIN: Duration = Duration::from_secs(60);
/// The refusals for a database that does not answer, and for a commit whose outcome is unknown.
const AWAY: u64 = 1016;
const HELD: u64 = 1017;
const IN_DOUBT: u64 = 1018;

fn a_writer_whose_lease_was_taken_ends_by_itself_and_not_with_success(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let log = town.service.log_file().to_owned();
    Database::of(&town.installation).execute("UPDATE log_head SET epoch = epoch + 1")?;
    // This requires that the exit code is not 0.
    town.service.wait_for_its_end()?;
    let said = fs::read_to_string(log)?;
    ensure!(said.contains("another process has taken the lease"), "{said}");
    Ok(())
}

#[test]
fn the_lease_is_renewed_while_a_look_at_the_lists_waits_for_the_database() -> anyhow::Result<()> {
    let mut town = Town::open(Engine::Postgres)?;
    town.service.end()?;
    let database = Database::of(&town.installation);
    // Only the periodic check reads this table; nothing else in an idle service does.
    let mut other = PgConnection::establish(&database.url)?;
    other.batch_execute("BEGIN; LOCK TABLE certificate IN ACCESS EXCLUSIVE MODE")?;
    town.service = town.installation.serve()?;
    let begun = Instant::now();
    let lease = || database.ask("SELECT min(lease_until)::text FROM log_head");
    let waits = || {
        database.ask("SELECT count(*) FROM pg_locks WHERE relation = 'certificate'::regclass AND NOT granted")
    };
    let until = |is_so: &dyn Fn() -> anyhow::Result<bool>, what: &str| -> anyhow::Result<()> {
        while !is_so()? {
            ensure!(begun.elapsed() < RENEWED_WITHIN, "not within {RENEWED_WITHIN:?}: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
        println!("{what} after {:.1?}", begun.elapsed());
        Ok(())
    };
    until(&|| Ok(waits()? == "1"), "the look waits")?;
    for _ in 0..2 {
        let last = lease()?;
        until(&|| Ok(lease()? != last), "the lease is renewed")?;
    }
    assert_eq!(waits()?, "1", "the look did not wait meanwhile");
    other.batch_execute("COMMIT")?;
    town.service.end()
}

/// A register on a PostgreSQL that can be restarted.
fn town_on(cluster: &Cluster) -> anyhow::Result<(Town, String)> {
    let url = cluster.create_database()?;
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    Ok((Town::of(Installation::demo_on(url)?)?, name))
}

/// Ends every connection to the database.
fn end_connections(cluster: &Cluster, database: &str) -> anyhow::Result<()> {
    let sql =
        format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");
    cluster.execute("postgres", &sql).map(drop)
}

/// Reads a record, for which an access entry is written first.
fn open_record(officer: &Client) -> anyhow::Result<Reply> {
    officer.post("/v1/persons/open", &json!({ "person": SINGLE_MAN.number, "reason": "лавлагаа" }))
}

fn draft(number: usize) -> Value {
    json!({ "kind": "death", "facts": { "paper_number": format!("НБ-{number}") } })
}

const DRAFTS: &str = "SELECT count(*) FROM declaration WHERE declaration_state = 'draft'";

/// One act, and the answer when it was first sent.
struct Act {
    path: String,
    key: String,
    body: Value,
}

impl Act {
    fn send(&self, officer: &Client) -> anyhow::Result<Reply> {
        officer.post_once(&self.path, &self.key, &self.body)
    }
}

/// Deaths registered under load.
const DEATHS: usize = 60;

#[test]
fn acts_under_load_outlive_a_restart_of_postgresql_and_no_answer_is_false() -> anyhow::Result<()> {
    let mut cluster = Cluster::start_for_outages()?;
    let (mut town, database) = town_on(&cluster)?;
    let officer = town.officer(&town.cast.registrar)?;
    let acts = acts(&officer, DEATHS)?;
    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let console = town.service.console().clone();

    let (answers, seen) = std::thread::scope(|scope| -> anyhow::Result<_> {
        let windows: Vec<_> = (0..4)
            .map(|_| {
                let (acts, next, officer) = (&acts, &next, &officer);
                scope.spawn(move || {
                    let mut answers = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::SeqCst);
                        let Some(act) = acts.get(index) else { return anyhow::Ok(answers) };
                        answers.push((index, act.send(officer)?));
                        std::thread::sleep(Duration::from_millis(200));
                    }
                })
            })
            .collect();
        let (watched, watcher) = (&done, &console);
        // Whatever happens to the rest, the watch ends.
        let _ended = Flag(&done);
        let watch = scope.spawn(move || {
            let mut seen = Vec::new();
            while !watched.load(Ordering::SeqCst) {
                let reply = watcher.get("/readyz")?;
                seen.push((Instant::now(), reply.status, reply.refusal()));
                std::thread::sleep(Duration::from_millis(100));
            }
            anyhow::Ok(seen)
        });

        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(400));
            end_connections(&cluster, &database)?;
        }
        let down = Instant::now();
        cluster.restart(Duration::from_secs(3))?;
        let up = Instant::now();
        let mut back = None;
        while back.is_none() && up.elapsed() < BACK_WITHIN {
            back = open_record(&officer)?.require(200).is_ok().then(|| up.elapsed());
        }
        let back = back.context("no record could be opened again")?;
        let answers = windows.into_iter().map(|window| window.join().unwrap_or_else(|_| Ok(Vec::new())));
        let answers = answers.collect::<anyhow::Result<Vec<_>>>()?;
        done.store(true, Ordering::SeqCst);
        let seen = watch.join().map_err(|_| anyhow::anyhow!("the watch panicked"))??;
        println!("PostgreSQL was away for {:.1?}; a record was opened {back:.1?} after", up - down);
        Ok((
            answers.concat(),
            seen.into_iter().filter(|(at, ..)| *at > down).map(move |s| (s, up)).collect::<Vec<_>>(),
        ))
    })?;

    // `/readyz` reported the outage and its end.
    ensure!(seen.iter().any(|((_, status, number), _)| (*status, *number) == (503, Some(AWAY))), "{seen:?}");
    let ready = seen.iter().find(|((at, status, _), up)| at > up && *status == 200).context("never ready")?;
    println!("ready {:.1?} after", ready.0.0 - ready.1);
    ensure!(ready.0.0 - ready.1 < BACK_WITHIN);

    // Every answer was a success or a numbered refusal that claims nothing.
    ensure!(answers.len() == acts.len(), "{} of {} acts were answered", answers.len(), acts.len());
    let mut said = BTreeMap::<(u16, Option<u64>), usize>::new();
    for (_, reply) in &answers {
        *said.entry((reply.status, reply.refusal())).or_default() += 1;
    }
    println!("answers by status and number: {said:?}");
    for (status, number) in said.keys() {
        let is_no = *status == 503 && matches!(number, Some(AWAY | IN_DOUBT));
        ensure!(is_no || matches!(status, 200 | 201), "an answer of another kind: {said:?}");
    }
    for (index, first) in &answers {
        let again = acts[*index].send(&officer)?;
        ensure!(matches!(again.status, 200 | 201), "{}: {}", acts[*index].path, again.text());
        if first.status < 300 {
            assert_eq!(again.json(), first.json(), "another answer than the first");
        }
    }
    let count = |sql: &str| cluster.execute(&database, sql);
    assert_eq!(
        count("SELECT count(*) FROM ledger_entry WHERE header LIKE '%\"death\"%'")?,
        DEATHS.to_string()
    );
    assert_eq!(count(DRAFTS)?, DEATHS.to_string());
    town.service.end()?;
    let report = String::from_utf8(town.installation.registry(&["verify"])?.stdout)?;
    assert!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(())
}

/// Sets a flag when it is dropped.
struct Flag<'flag>(&'flag AtomicBool);

impl Drop for Flag<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Registrations of declared deaths, and drafts, in turn.
fn acts(officer: &Client, deaths: usize) -> anyhow::Result<Vec<Act>> {
    let mut acts = Vec::new();
    for number in numbers()? {
        let facts = json!({
            "person": number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
        });
        let reply = declare(officer, "death", &facts)?;
        if reply.status != 201 {
            continue;
        }
        let path = format!("/v1/declarations/{}/register", id_of(&reply)?);
        let index = acts.len();
        acts.push(Act { path, key: format!("act-{index}"), body: json!({}) });
        let (path, body) = ("/v1/drafts".to_owned(), draft(index));
        acts.push(Act { path, key: format!("draft-{index}"), body });
        if acts.len() == 2 * deaths {
            return Ok(acts);
        }
    }
    anyhow::bail!("the sample has only {} who can die", acts.len() / 2)
}

#[test]
fn after_a_restart_in_a_quiet_hour_the_first_request_of_each_kind_is_answered() -> anyhow::Result<()> {
    let mut cluster = Cluster::start_for_outages()?;
    let (mut town, database) = town_on(&cluster)?;
    let (officer, agency) = (town.officer(&town.cast.registrar)?, town.partner("agency")?);
    let question = json!({
        "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
        "case": "case-1", "number": SINGLE_MAN.number, "given_name": SINGLE_MAN.given_name,
    });
    for round in 0..3 {
        match round {
            0 => end_connections(&cluster, &database)?,
            _ => cluster.restart(Duration::from_secs(1))?,
        }
        std::thread::sleep(Duration::from_secs(4));
        town.service.console().get("/readyz")?.require(200)?;
        agency.post("/v1/identity-questions", &question)?.require(200)?;
        open_record(&officer)?.require(200)?;
        officer.post("/v1/drafts", &draft(round))?.require(201)?;
    }
    town.service.end()
}

#[test]
fn a_writer_that_was_cut_off_while_another_took_its_lease_writes_nothing_more() -> anyhow::Result<()> {
    let cluster = Cluster::start_for_outages()?;
    let (mut town, database) = town_on(&cluster)?;
    let officer = town.officer(&town.cast.registrar)?;
    officer.post("/v1/drafts", &draft(0))?.require(201)?;
    cluster.execute(&database, "UPDATE log_head SET epoch = epoch + 1")?;
    end_connections(&cluster, &database)?;
    let refused = officer.post("/v1/drafts", &draft(1))?;
    ensure!(refused.status == 503 && refused.refusal().is_some(), "{}", refused.text());
    town.service.wait_for_its_end()?;
    assert_eq!(cluster.execute(&database, DRAFTS)?, "1");
    Ok(())
}

/// A proxy between the service and PostgreSQL, which cuts a connection off at a commit when told to.
struct Cutter {
    port: u16,
    next: Arc<Mutex<Option<Cut>>>,
}

/// The moment at which the connection is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// The commit does not reach the server.
    BeforeTheCommit,
    /// The server commits, but its answer does not reach the service.
    AfterTheCommit,
}

impl Cutter {
    fn start(server: u16) -> anyhow::Result<Cutter> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (port, next) = (listener.local_addr()?.port(), Arc::<Mutex<Option<Cut>>>::default());
        let told = next.clone();
        std::thread::spawn(move || {
            for service in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let told = told.clone();
                // An error on either side ends the connection.
                std::thread::spawn(move || drop(relay(&service, &server, &told)));
            }
        });
        Ok(Cutter { port, next })
    }

    fn cut(&self, when: Cut) -> anyhow::Result<()> {
        *self.next.lock().map_err(|_| anyhow::anyhow!("a relay panicked"))? = Some(when);
        Ok(())
    }
}

fn relay(service: &TcpStream, server: &TcpStream, told: &Mutex<Option<Cut>>) -> anyhow::Result<()> {
    let (answers, asker) = (server.try_clone()?, service.try_clone()?);
    let is_mute = Arc::new(AtomicBool::new(false));
    let mute = is_mute.clone();
    std::thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(count @ 1..) = (&answers).read(&mut buffer) {
            if !mute.load(Ordering::SeqCst) && (&asker).write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        // The connection may be gone already.
        let _ = asker.shutdown(Shutdown::Both);
    });
    let (mut service, mut server, mut buffer) = (service, server, [0; 65_536]);
    loop {
        let count = service.read(&mut buffer)?;
        let said = &buffer[..count];
        let commits = said.windows(7).any(|word| word == b"COMMIT\0");
        let cut = if commits { told.lock().ok().and_then(|mut told| told.take()) } else { None };
        if count == 0 || matches!(cut, Some(Cut::BeforeTheCommit)) {
            server.shutdown(Shutdown::Both)?;
            return Ok(service.shutdown(Shutdown::Both)?);
        }
        is_mute.fetch_or(cut.is_some(), Ordering::SeqCst);
        server.write_all(said)?;
        if cut.is_some() {
            std::thread::sleep(Duration::from_secs(1));
            service.shutdown(Shutdown::Both)?;
            return Ok(server.shutdown(Shutdown::Both)?);
        }
    }
}

#[test]
fn an_act_whose_commit_was_cut_off_is_called_in_doubt_and_is_there_once_when_it_is_sent_again()
-> anyhow::Result<()> {
    let cluster = Cluster::start_for_outages()?;
    let cutter = Cutter::start(cluster.port())?;
    let url = cluster.create_database()?;
    let database = url.rsplit('/').next().unwrap_or_default().to_owned();
    let through = url.replace(&cluster.port().to_string(), &cutter.port.to_string());
    let mut town = Town::of(Installation::demo_on(through)?)?;
    let officer = town.officer(&town.cast.registrar)?;
    let deaths = || {
        let sql = "SELECT count(*) FROM ledger_entry WHERE header LIKE '%\"death\"%'";
        cluster.execute(&database, sql)
    };
    let acts = acts(&officer, 2)?;
    let registrations = acts.iter().step_by(2);
    let cuts = [(Cut::BeforeTheCommit, "0", "1"), (Cut::AfterTheCommit, "2", "2")];
    for (act, (cut, then, afterwards)) in registrations.zip(cuts) {
        cutter.cut(cut)?;
        let reply = act.send(&officer)?;
        assert_eq!(reply.require(503)?.refusal(), Some(IN_DOUBT), "{cut:?}: {}", reply.text());
        assert_eq!(deaths()?, then, "{cut:?}");
        act.send(&officer)?.require(200)?;
        assert_eq!(deaths()?, afterwards, "{cut:?}");
    }
    town.service.end()?;
    let report = String::from_utf8(town.installation.registry(&["verify"])?.stdout)?;
    assert!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(())
}

/// How long another program holds the file: longer than a write waits, and longer than a lease lasts.
const HOLDS: [Duration; 2] = [Duration::from_secs(14), Duration::from_secs(31)];

#[test]
fn a_program_that_holds_the_sqlite_file_holds_up_writes_alone_and_ends_nothing() -> anyhow::Result<()> {
    let mut town = Town::open(Engine::Sqlite)?;
    let officer = town.officer(&town.cast.registrar)?;
    let database = Database::of(&town.installation);
    let epoch = database.ask("SELECT group_concat(epoch) FROM log_head")?;
    let path = database.url.strip_prefix("sqlite://").context("a file")?;
    let mut other = SqliteConnection::establish(path)?;
    let mut kept = 0;
    for (round, hold) in HOLDS.into_iter().enumerate() {
        other.batch_execute("BEGIN IMMEDIATE")?;
        let begun = Instant::now();
        std::thread::scope(|scope| -> anyhow::Result<()> {
            // Twice as many writers as there are threads for them, writing all the time.
            let writers: Vec<_> = (0..16)
                .map(|writer| {
                    let officer = &officer;
                    scope.spawn(move || {
                        let mut refused = 0;
                        let key = format!("held-{round}-{writer}");
                        while begun.elapsed() < hold + BACK_WITHIN {
                            let reply = officer.post_once("/v1/drafts", &key, &draft(writer))?;
                            if reply.status == 201 {
                                return Ok((refused, begun.elapsed()));
                            }
                            ensure!(reply.status == 503 && reply.refusal() == Some(HELD), "{}", reply.text());
                            refused += 1;
                        }
                        anyhow::bail!("a write never went through")
                    })
                })
                .collect();
            let mut slowest = Duration::ZERO;
            while begun.elapsed() < hold {
                let asked = Instant::now();
                town.service.console().get("/readyz")?.require(200)?;
                officer.get("/v1/drafts")?.require(200)?;
                slowest = slowest.max(asked.elapsed());
                std::thread::sleep(Duration::from_millis(500));
            }
            other.batch_execute("COMMIT")?;
            for writer in writers {
                let (refused, through) =
                    writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))??;
                ensure!(refused > 0, "nothing was held up");
                ensure!(through >= hold, "a write went through a held file");
                kept += 1;
                println!("held for {hold:?}: refused {refused} times, through after {through:.1?}");
            }
            println!("held for {hold:?}: the slowest two readings took {slowest:.1?}");
            Ok(())
        })?;
    }
    assert_eq!(database.ask(DRAFTS)?, kept.to_string());
    // The lease is the same one, and the service ends properly.
    assert_eq!(database.ask("SELECT group_concat(epoch) FROM log_head")?, epoch);
    town.service.end()
}
