//! Reads the register for the papers. What a paper says stands beside its kind in the domain.

use registry_domain::entry::Entry;
use registry_domain::history::Recorded;
use registry_domain::id::PersonId;
use registry_domain::paper::{self, Records, Unprinted, Written, people_on_paper};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::{Db, StoreError, history, people};

/// For whom a paper is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// An officer, who is told that a sealed record does not exist.
    Officer,
    /// The service itself. It compares the lines with a printed paper and shows them to nobody.
    Comparison,
}

/// Reads an entry as a paper.
///
/// # Errors
/// [`Refusal::PersonNotFound`] if somebody's record is sealed, [`Refusal::NotFound`] if this act is sealed or
/// its kind gives no paper, [`Refusal::RecordMerged`] for the birth of a record that was merged into another,
/// or an error of the database.
pub(super) fn paper_of(deps: &Deps, db: &mut Db, entry: &Entry, reader: Reader) -> Result<Written, Failure> {
    if reader == Reader::Officer {
        require_nothing_sealed(db, entry)?;
    }
    let mut records = Register { deps, db, reader, fault: None };
    paper::write(entry, &mut records).map_err(|no| match no {
        Unprinted::Refused(refusal) => refusal.into(),
        Unprinted::Unread => {
            records.fault.map_or_else(|| Failure::Issue("a paper was not read".to_owned()), Into::into)
        }
        Unprinted::ForeignPart => {
            Failure::Issue(format!("the paper of {} has no lines for a part", entry.header.kind))
        }
    })
}

/// Refuses an officer the paper of an act that is under seal in the record of somebody on it, or that tells a
/// sealed address.
fn require_nothing_sealed(db: &mut Db, entry: &Entry) -> Result<(), Failure> {
    for person in people_on_paper(entry) {
        let Some(person) = people::load_survivor(db, person)? else { continue };
        if person.hides_act(entry.header.id, entry.header.kind) {
            return Err(Refusal::NotFound.into());
        }
    }
    Ok(())
}

/// The register as one reader may see it. The domain knows nothing of the store, so an error of the store is
/// kept here until the domain has returned.
struct Register<'a> {
    deps: &'a Deps,
    db: &'a mut Db,
    reader: Reader,
    fault: Option<StoreError>,
}

impl Register<'_> {
    fn keep<T>(&mut self, read: Result<T, StoreError>) -> Result<T, Unprinted> {
        read.map_err(|fault| {
            self.fault = Some(fault);
            Unprinted::Unread
        })
    }
}

impl Records for Register<'_> {
    fn person(&mut self, id: PersonId) -> Result<Person, Unprinted> {
        let read = people::load_survivor(self.db, id);
        let person = self.keep(read)?.filter(|person| match self.reader {
            Reader::Officer => !person.is_hidden(),
            Reader::Comparison => !person.is_void(),
        });
        person.ok_or(Unprinted::Refused(Refusal::PersonNotFound))
    }

    fn parts(&mut self, id: PersonId) -> Result<Vec<Recorded>, Unprinted> {
        let read = history::load(self.db, &self.deps.keys.sealing, id);
        self.keep(read)
    }

    fn place(&self, unit: &UnitCode) -> String {
        let mut names: Vec<&str> =
            self.deps.units.parent_chain(unit).iter().map(|unit| unit.name_mn.as_str()).collect();
        names.reverse();
        format!("{} ({unit})", names.join(", "))
    }
}
