//! `registry sweep`: walks the register and lists what breaks which rule. People are named by id alone, and
//! nothing is changed.

use registry_domain::id::PersonId;
use registry_domain::law::LawConfig;
use registry_domain::person::Person;
use registry_domain::sweep::{Breach, breaches};

use crate::doubles::{self, Double};
use crate::store::{Db, StoreError, people};

/// Records read at once.
const PAGE: i64 = 500;

/// A record and a rule that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule.
    pub breach: Breach,
    /// Whose record.
    pub person: PersonId,
}

/// What a sweep saw.
#[derive(Debug, Default)]
pub struct Report {
    /// Records read.
    pub people: u64,
    /// What breaks a rule, in order of rule, then of person.
    pub findings: Vec<Finding>,
    /// Events that two declarations registered.
    pub doubles: Vec<Double>,
}

/// Sweeps the whole register on one snapshot.
///
/// # Errors
/// An error of the database, or a record that does not parse (`registry verify` names it).
pub fn sweep(db: &mut Db, law: &LawConfig, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    db.snapshot(|db| {
        let mut report = Report::default();
        let mut after = None;
        loop {
            let page = people::page(db, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for person in &page {
                let found = breaches_of(db, person, law)?;
                report.findings.extend(found.into_iter().map(|breach| Finding { breach, person: person.id }));
                report.people += 1;
            }
            progress(report.people);
        }
        report.findings.sort_unstable();
        report.doubles = doubles::open(db)?;
        Ok(report)
    })
}

fn breaches_of(db: &mut Db, person: &Person, law: &LawConfig) -> Result<Vec<Breach>, StoreError> {
    let links = person.parents.iter().chain(&person.spouses).chain(&person.children);
    let tied = person.ties.iter().map(|tie| tie.person);
    let mut relatives = Vec::new();
    for id in links.map(|link| link.person).chain(tied) {
        relatives.extend(people::load(db, id)?);
    }
    Ok(breaches(person, law, &|id| relatives.iter().find(|relative| relative.id == id)))
}
