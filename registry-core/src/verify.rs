//! `registry verify`: leaves, trees, checkpoints, and that the record equals the fold. Reads only; names what
//! is wrong by table and key.

mod access;
mod entries;
mod record;

use std::fmt;

use transparency_log::{Frontier, Hash};

use crate::ledger::Log;
use crate::ledger::checkpointing::Checkpointer;
use crate::store::erasures::Erasures;
use crate::store::{Db, StoreError, ledger_log};
use crate::vault::key_ring::KeyRing;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub key: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.table, self.key, self.what)
    }
}

/// What a verification saw.
#[derive(Debug, Default)]
pub struct Report {
    /// Entries of the register.
    pub entries: u64,
    /// Access entries.
    pub accesses: u64,
    /// People folded.
    pub people: u64,
    /// SHA-256 over the canonical dump of the folded record, in hex.
    pub digest: String,
    /// What recorded erasures took away: table, key, and the entry that says so.
    pub erased: Vec<String>,
    /// Everything wrong, empty if nothing is.
    pub findings: Vec<Finding>,
}

/// Verifies a whole database.
///
/// # Errors
/// Only what keeps it from reading on; damage it can read is a finding.
pub fn verify(
    db: &mut Db,
    keys: &KeyRing,
    checkpointer: &Checkpointer<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    // Before the snapshot: a checkpoint signed later may be larger than what the snapshot shows.
    let mut register = Signed::outside(checkpointer, Log::Register, &mut report);
    let mut access = Signed::outside(checkpointer, Log::Access, &mut report);
    let outside = [(Log::Register, register.newest()), (Log::Access, access.newest())];
    db.snapshot(|db| {
        register.read(db, checkpointer, Log::Register, &mut report)?;
        let erasures = Erasures::load(db)?;
        let (tree, folded) = entries::check(db, keys, &erasures, register, &mut report, progress)?;
        check_log(db, Log::Register, &tree, &mut report)?;
        record::check(db, folded, &erasures, keys.sealing.match_salt(), &mut report)?;
        access.read(db, checkpointer, Log::Access, &mut report)?;
        let tree = access::check(db, access, &mut report, progress)?;
        check_log(db, Log::Access, &tree, &mut report)?;
        for (log, size) in ledger_log::strange_checkpoints(db)? {
            report.find("checkpoint", format!("{log} {size}"), "there is no such log");
        }
        Ok::<(), StoreError>(())
    })?;
    for (log, newest) in outside {
        require_kept(db, log, newest, &mut report)?;
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

/// Checks that the newest checkpoint outside has its row inside. It is looked up after the snapshot, because
/// the service writes the row last.
fn require_kept(db: &mut Db, log: Log, outside: Option<u64>, report: &mut Report) -> Result<(), StoreError> {
    if let Some(size) = outside
        && !ledger_log::has_checkpoint(db, log, size)?
    {
        let key = format!("{} {size}", log.name());
        report.find("checkpoint", key, "is kept outside the database and missing here");
    }
    Ok(())
}

/// What was signed of a log: size → root, inside and outside the database.
struct Signed(Vec<(u64, Hash, &'static str)>);

impl Signed {
    fn outside(checkpointer: &Checkpointer<'_>, log: Log, report: &mut Report) -> Signed {
        match checkpointer.outside(log) {
            Ok(outside) => Signed(
                outside
                    .into_iter()
                    .map(|one| (one.size, one.root, "checkpoint outside the database"))
                    .collect(),
            ),
            Err(error) => {
                report.find("checkpoint outside the database", log.name(), error);
                Signed(Vec::new())
            }
        }
    }

    fn read(
        &mut self,
        db: &mut Db,
        checkpointer: &Checkpointer<'_>,
        log: Log,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let mut before = None;
        for (size, note) in ledger_log::checkpoints(db, log)? {
            let key = format!("{} {size}", log.name());
            match checkpointer.verify(log, &note) {
                Ok(checkpoint) if checkpoint.size == size => {
                    if let Some(after) = checkpoint.after.filter(|after| before != Some(*after)) {
                        let missing = format!("{} {after}", log.name());
                        report.find(
                            "checkpoint",
                            missing,
                            format!("was signed before {size} and is missing here"),
                        );
                    }
                    self.0.push((size, checkpoint.root, "checkpoint"));
                }
                Ok(checkpoint) => {
                    report.find("checkpoint", key, format!("its note is over {} entries", checkpoint.size));
                }
                Err(reason) => report.find("checkpoint", key, reason),
            }
            before = Some(size);
        }
        Ok(())
    }

    /// The size of the newest one, as long as only those outside were read.
    fn newest(&self) -> Option<u64> {
        self.0.iter().map(|(size, _, _)| *size).max()
    }
}

/// The tree as the checked rows give it, and its roots at the sizes that were signed.
pub(crate) struct Tree {
    all: Frontier,
    signed: Signed,
    wrong: Vec<(u64, &'static str)>,
}

impl Tree {
    fn new(signed: Signed) -> Tree {
        let mut tree = Tree { all: Frontier::new(), signed, wrong: Vec::new() };
        tree.compare();
        tree
    }

    fn append(&mut self, leaf: Hash) {
        self.all.append(leaf);
        self.compare();
    }

    fn compare(&mut self) {
        let size = self.all.size();
        let here = self.signed.0.iter().filter(|(at, _, _)| *at == size);
        let differing =
            here.filter(|(_, root, _)| *root != self.all.root()).map(|(at, _, place)| (*at, *place));
        self.wrong.extend(differing);
    }
}

fn check_log(db: &mut Db, log: Log, tree: &Tree, report: &mut Report) -> Result<(), StoreError> {
    match ledger_log::read_head(db, log) {
        Ok(head) if head == tree.all => {}
        Ok(_) => report.find("log_head", log.name(), "size or frontier do not follow from the entries"),
        Err(StoreError::Damaged(reason)) => report.find("log_head", log.name(), reason),
        Err(error) => return Err(error),
    }
    for (size, place) in &tree.wrong {
        report.find(place, format!("{} {size}", log.name()), "the entries are not those that were signed");
    }
    for (size, _, place) in tree.signed.0.iter().filter(|(size, _, _)| *size > tree.all.size()) {
        let found = tree.all.size();
        report.find(place, format!("{} {size}", log.name()), format!("the log ends at {found} entries"));
    }
    Ok(())
}

impl Report {
    /// Notes a finding.
    pub fn find(&mut self, table: &'static str, key: impl fmt::Display, what: impl fmt::Display) {
        self.findings.push(Finding { table, key: key.to_string(), what: what.to_string() });
    }
}
