//! Plans: daily work reads by an index, so that it does not become slower as the register grows.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;

use anyhow::Context;
use diesel::connection::{
    Instrumentation, InstrumentationEvent, SimpleConnection as _, set_default_instrumentation,
};
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};
use registry_core::card_jobs::claiming::claim;
use registry_core::card_jobs::ends::settle;
use registry_core::card_jobs::keys::void_open_intents;
use registry_core::config::Config;
use registry_core::declare::{Declared, declare};
use registry_core::deps::Deps;
use registry_core::drafts;
use registry_core::import::import;
use registry_core::notices;
use registry_core::officers::load_officer;
use registry_core::once::Once;
use registry_core::portrait::Portrait;
use registry_core::queue;
use registry_core::register::{Ending, end, register, registered_access};
use registry_core::runtime::{close_writer, open_writer};
use registry_core::station::CallingStation;
use registry_core::store::{people, unwritten_certificates};
use registry_domain::door::Declarable;
use registry_domain::id::{DeclarationId, OfficerId, StationId};
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_tests::kit::Engine;
use registry_tests::kit::cast::Cast;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::portrait::drawn;
use registry_tests::kit::town::{HUSBAND, SINGLE_MAN, WIFE, sample};
use serde_json::{Value, json};
use uuid::Uuid;

registry_tests::on_both_engines! {
    every_statement_of_daily_work_is_planned_with_an_index,
    every_column_that_names_another_row_begins_an_index,
}

/// Tables whose size does not grow with the register, and tables that are read from end to end on purpose.
const SMALL: &[&str] = &[
    "agency",
    "agreement",
    "log_head",
    "mandate_proposal",
    "office",
    "officer",
    "service_intent",
    "station",
    "status_list",
    "unit",
    "unit_change",
];

/// An index of few rows, which is read from end to end.
const FEW: &str = "declaration_claim_doubled";

/// The refusals of an office and year are counted by the beginning of their number, which reads all numbers.
const COUNTED: &str = "decision_number";

thread_local! {
    static HEARD: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds:").next().unwrap_or_default().trim().to_owned();
            HEARD.with_borrow_mut(|heard| heard.as_mut().map(|heard| heard.insert(statement)));
        }
    }))
}

/// The statements that the connections of this thread run during `work`, each once.
fn heard(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<BTreeSet<String>> {
    HEARD.set(Some(BTreeSet::new()));
    let outcome = work();
    let heard = HEARD.take().unwrap_or_default();
    outcome.map(|()| heard)
}

/// An office at work in this process.
struct Office {
    deps: Deps,
    cast: Cast,
    station: Uuid,
}

impl Office {
    fn officer(&self, id: &str) -> anyhow::Result<Officer> {
        Ok(load_officer(&self.deps, OfficerId::new(id.parse()?))?)
    }

    fn once(&self) -> Once {
        Once::internal(self.deps.draw().opaque_uuid())
    }

    fn declare(
        &self,
        by: &Officer,
        kind: Kind,
        facts: Value,
        portrait: Option<&Portrait>,
    ) -> anyhow::Result<Declared> {
        Ok(declare(&self.deps, by, &self.once(), Declarable::new(kind)?, facts, portrait)?)
    }

    fn register(&self, by: &Officer, declared: &Declared) -> anyhow::Result<()> {
        let registered = register(&self.deps, by, &self.once(), DeclarationId::new(declared.id))?;
        registered.release_blocking(&self.deps.access, |registered| {
            registered_access(&self.deps, by, registered)
        })?;
        Ok(())
    }

    fn end(&self, by: &Officer, declared: &Declared, ending: Ending) -> anyhow::Result<()> {
        end(&self.deps, by, &self.once(), DeclarationId::new(declared.id), ending, "шалтгаан")?;
        Ok(())
    }

    fn birth(&self, order: u32) -> Value {
        json!({
            "mother": WIFE.number, "father": HUSBAND.number, "applicants": ["mother"], "medical_certificate": "СТ4-1",
            "given_name": "Сарангоо", "sex": "female", "born_on": days_ago(3), "birth_place": self.cast.office,
            "plurality": 2, "order": order, "siblings_sex": ["male"], "answers": ["441: эмнэлгийн баримтаар"],
        })
    }

    /// Births, a refusal, an import, a card, drafts and lists.
    fn work(&self) -> anyhow::Result<()> {
        let (registrar, approver) = (self.officer(&self.cast.registrar)?, self.officer(&self.cast.approver)?);
        let first = self.declare(&registrar, Kind::Birth, self.birth(1), None)?;
        for ending in [Ending::Withdraw, Ending::SameEvent, Ending::DifferentEvent] {
            let held = self.declare(&registrar, Kind::Birth, self.birth(1), None)?;
            self.end(&registrar, &held, ending)?;
        }
        self.register(&registrar, &first)?;
        let line = drafts::save(
            &self.deps,
            &registrar,
            &self.once(),
            Declarable::new(Kind::Birth)?,
            &self.birth(2),
        )?;
        drafts::of_office(&self.deps, &registrar, 10)?;
        drafts::declare(&self.deps, &registrar, &self.once(), DeclarationId::new(line.id), None, None)?;
        queue::of_office(&self.deps, &mut *self.deps.db()?, &registrar, 10)?;
        let notices = notices::of_office(&self.deps, &registrar, 10)?;
        notices.release_blocking(&self.deps.access, |notices| {
            notices::listed(&self.deps, &registrar, notices)
        })?;
        self.card(&registrar, &approver)
    }

    fn card(&self, registrar: &Officer, approver: &Officer) -> anyhow::Result<()> {
        let portrait = Portrait::parse(drawn(480, 640)?)?;
        let facts = json!({
            "person": SINGLE_MAN.number, "latin_parent": "Rentsenjav", "latin_given": "Osorod", "latin_confirmed": true,
        });
        let applied = self.declare(registrar, Kind::CardApplication, facts, Some(&portrait))?;
        self.register(approver, &applied)?;
        let calling = CallingStation {
            id: StationId::new(self.station),
            office: self.cast.office.clone(),
            spki_der: Vec::new(),
        };
        let card_officer = self.officer(&self.cast.card_officer)?;
        claim(&self.deps, &calling, &card_officer, &self.once())?;
        people::times_certified(&mut *self.deps.db()?, "aa")?;
        self.start()
    }

    /// The statements with which a start searches the jobs and certificates of all cards.
    fn start(&self) -> anyhow::Result<()> {
        let db = &mut *self.deps.db()?;
        void_open_intents(db)?;
        settle(db, self.deps.now())?;
        unwritten_certificates::revoked_among(db, &["aa".to_owned()], &[String::new()])?;
        Ok(())
    }
}

/// The parts of a statement's plan that read without an index which begins with the searched column.
trait Plans {
    fn unindexed(&self, statement: &str) -> anyhow::Result<Vec<String>>;
}

struct SqlitePlans(RefCell<SqliteConnection>);

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl Plans for SqlitePlans {
    fn unindexed(&self, statement: &str) -> anyhow::Result<Vec<String>> {
        let explained = format!("EXPLAIN QUERY PLAN {statement}");
        let steps: Vec<Step> = diesel::sql_query(explained).load(&mut *self.0.borrow_mut())?;
        let scans = steps.into_iter().map(|step| step.detail).filter(|detail| {
            let scanned = detail.strip_prefix("SCAN ").and_then(|scan| scan.split(' ').next());
            scanned.is_some_and(|table| !SMALL.contains(&table)) && !detail.ends_with(FEW)
        });
        Ok(scans.collect())
    }
}

struct PostgresPlans(Database);

impl PostgresPlans {
    /// The columns with which the indexes of a table begin, by the name of one of its indexes.
    fn first_columns(&self, index: &str) -> anyhow::Result<Vec<String>> {
        let columns = self.0.ask(&format!(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
             WHERE i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = '{index}'::regclass) AND i.indpred IS NULL"
        ))?;
        Ok(columns.lines().map(str::to_owned).collect())
    }
}

impl Plans for PostgresPlans {
    fn unindexed(&self, statement: &str) -> anyhow::Result<Vec<String>> {
        // For tables with a few rows, any order of a join is equally good. SQLite, which has no sizes here,
        // is checked for both engines.
        if statement.contains(" JOIN ") {
            return Ok(Vec::new());
        }
        let parameters = (1..).take_while(|nth| statement.contains(&format!("${nth}"))).count();
        let values = vec!["NULL"; parameters].join(", ");
        let values = if parameters == 0 { values } else { format!("({values})") };
        let plan = self.0.ask(&format!(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan; PREPARE asked AS {statement}; \
             EXPLAIN (COSTS OFF) EXECUTE asked{values}"
        ))?;
        let lines: Vec<&str> = plan.lines().map(str::trim).collect();
        let mut found = Vec::new();
        for (nth, line) in lines.iter().enumerate() {
            let node = line.trim_start_matches("->").trim();
            let (index, table) = match node.split(' ').collect::<Vec<_>>()[..] {
                ["Seq", "Scan", "on", table, ..] => (None, table),
                ["Index", "Scan", "using", index, "on", table, ..]
                | ["Index", "Only", "Scan", "using", index, "on", table, ..] => (Some(index), table),
                _ => continue,
            };
            if SMALL.contains(&table) || index == Some(FEW) {
                continue;
            }
            // For a small table the engine may take any index, so the test asks whether there is one that
            // fits the statement.
            let below = lines.iter().skip(nth + 1).take_while(|line| !line.starts_with("->"));
            let asked: String = below
                .filter(|line| line.starts_with("Index Cond:") || line.starts_with("Filter:"))
                .copied()
                .collect();
            let first = index.map(|index| self.first_columns(index)).transpose()?.unwrap_or_default();
            if !first.iter().any(|column| asked.contains(column)) {
                found.push(node.to_owned());
            }
        }
        Ok(found)
    }
}

fn every_statement_of_daily_work_is_planned_with_an_index(engine: Engine) -> anyhow::Result<()> {
    set_default_instrumentation(listener)?;
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    let demo: Value = serde_json::from_slice(&std::fs::read(installation.folder().join("demo/demo.json"))?)?;
    let station = demo["station"].as_str().context("the demo has a station")?.parse()?;
    let deps = open_writer(Config::load(&installation.configuration(), &[])?)?;
    let office = Office { deps, cast, station };
    let statements = heard(|| {
        let administrator = office.officer(&office.cast.administrator)?;
        let report = import(&office.deps, &administrator, &mut File::open(sample())?, &mut |_| ())?;
        anyhow::ensure!(report.taken > 100, "{report:?}");
        office.work()
    })?;
    close_writer(&office.deps)?;
    drop(office);
    let verbs = ["SELECT", "UPDATE", "DELETE"];
    let mut read: Vec<&String> =
        statements.iter().filter(|statement| verbs.iter().any(|verb| statement.starts_with(verb))).collect();
    let quote = match engine {
        Engine::Sqlite => '`',
        Engine::Postgres => '"',
    };
    let counted = format!("{quote}{COUNTED}{quote} LIKE");
    // For an empty list SQLite reads nothing.
    read.retain(|statement| !statement.contains("(1=0)") && !statement.contains(&counted));
    assert!(read.len() > 50, "hardly anything was heard: {read:#?}");
    for by_person in ["act", "number_claim", "match_key", "card"] {
        let condition = format!("{quote}{by_person}{quote}.{quote}person_id{quote} =");
        assert!(read.iter().any(|statement| statement.contains(&condition)), "{condition} was not heard");
    }
    let database = Database::of(&installation);
    let plans: Box<dyn Plans> = match engine {
        Engine::Sqlite => {
            let path = database.url.trim_start_matches("sqlite://");
            let mut connection = SqliteConnection::establish(path)?;
            connection.batch_execute("PRAGMA busy_timeout = 10000")?;
            Box::new(SqlitePlans(RefCell::new(connection)))
        }
        Engine::Postgres => Box::new(PostgresPlans(database)),
    };
    let mut slow = Vec::new();
    for statement in read {
        let steps = plans.unindexed(statement).with_context(|| statement.clone())?;
        slow.extend(steps.into_iter().map(|step| format!("{step}\n    {statement}")));
    }
    assert!(slow.is_empty(), "without an index:\n{}", slow.join("\n"));
    // The check must be able to find something.
    assert!(!plans.unindexed("SELECT number FROM act WHERE kind = 'birth'")?.is_empty());
    Ok(())
}

/// Columns that nothing searches, or only an erasure, which reads every declaration anyway.
const NOT_ASKED: &[&str] = &[
    // The index of the access log is a table of its own.
    "access_of_person.access_seq",
    "access_person.person_id",
    "act.entry_id",
    "attachment.person_id",
    "card_job.declaration_id",
    "card_nonce.card_id",
    "declaration.entry_id",
    "digital_credential.person_id",
    "holder_key.person_id",
    "mandate_proposal.person_id",
    "officer.person_id",
];

fn every_column_that_names_another_row_begins_an_index(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::ready(engine)?;
    let database = Database::of(&installation);
    let names = "('person_id', 'card_id', 'job_id', 'declaration_id', 'entry_id', 'entry_seq', 'access_seq')";
    let (columns, indexed) = match engine {
        Engine::Sqlite => (
            format!(
                "SELECT group_concat(t.name || '.' || c.name) FROM sqlite_master t JOIN pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND c.name IN {names}"
            ),
            "SELECT group_concat(t.name || '.' || c.name) FROM sqlite_master t JOIN pragma_index_list(t.name) i \
             JOIN pragma_index_info(i.name) c WHERE t.type = 'table' AND i.partial = 0 AND c.seqno = 0",
        ),
        Engine::Postgres => (
            format!(
                "SELECT string_agg(table_name || '.' || column_name, ',') FROM information_schema.columns \
                 WHERE table_schema = 'public' AND column_name IN {names}"
            ),
            "SELECT string_agg(t.relname || '.' || a.attname, ',') FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] \
             WHERE i.indpred IS NULL AND t.relnamespace = 'public'::regnamespace",
        ),
    };
    let listed = |query: &str| -> anyhow::Result<BTreeSet<String>> {
        Ok(database.ask(query)?.split(',').map(str::to_owned).collect())
    };
    let (columns, indexed) = (listed(&columns)?, listed(indexed)?);
    assert!(columns.len() > 20, "{columns:?}");
    let without: Vec<&str> = columns.difference(&indexed).map(String::as_str).collect();
    assert_eq!(without, NOT_ASKED);
    Ok(())
}
