//! Erasing a payload group, an attachment, or all that is said of a person: what would go, and letting it go.
//!
//! Invariant: one transaction removes the sealed bodies and adds the ledger entry that says so. So nothing is
//! ever empty without an entry that says why; `registry verify` finds whatever is.

mod going;
mod scrub;

use registry_domain::amendment::EntryRef;
use registry_domain::date::civil_date;
use registry_domain::entry::{Header, PartRole};
use registry_domain::erasure::{DecisionNumber, Erasure, may_erase};
use registry_domain::history;
use registry_domain::id::EntryId;
use registry_domain::kind::Kind;
use registry_domain::law::Basis;
use registry_domain::officer::Officer;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::deps::Deps;
use crate::entering::act_number;
use crate::failure::Failure;
use crate::ledger::Log;
use crate::persons::require_reason;
use crate::register::officer_access;
use crate::store::codec::Instant;
use crate::store::ledger_log::{self, move_head};
use crate::store::{Db, StoreError, history as parts, people};

pub use going::Going;

/// What shall be erased.
#[derive(Debug, Clone)]
pub enum Target {
    /// A payload group of an entry, with what later corrected it.
    Group {
        /// The entry.
        of: EntryRef,
        /// The group.
        role: PartRole,
    },
    /// An attachment: a portrait, a scanned paper.
    Attachment(Uuid),
    /// Everything that is said of a person, and the key to it.
    Person(PersonRef),
}

/// Who erases what, on whose decision.
pub struct Request<'a> {
    /// What.
    pub target: Target,
    /// The administrator who asks.
    pub first: &'a Officer,
    /// The administrator who agrees.
    pub second: &'a Officer,
    /// The decision.
    pub decision: DecisionNumber,
    /// Why; the citizen sees it.
    pub reason: String,
}

/// What was erased.
#[derive(Debug, Clone)]
pub struct Erased {
    /// The number of the act.
    pub act_number: String,
    /// The entry's position in the ledger.
    pub position: u64,
}

impl Request<'_> {
    /// Finds what would be erased; writes nothing. `progress` is told the number of declarations looked at.
    ///
    /// # Errors
    /// No mandate, nothing to erase, or what stands against it.
    pub fn list(&self, deps: &Deps, progress: &mut dyn FnMut(u64)) -> Result<Withheld<Going>, Failure> {
        require_reason(&self.reason)?;
        let going = deps.db()?.snapshot(|db| self.look(deps, db, progress))?;
        Ok(Withheld::new(going))
    }

    /// The access entry of a listing or an erasure; the citizen reads who, why and on which decision.
    pub fn access(&self, deps: &Deps, act: &str, going: &Going) -> AccessEntry {
        let case = Some(self.decision.to_string());
        officer_access(
            deps,
            self.first,
            Basis::Registration,
            act,
            self.reason.trim(),
            case,
            vec![going.person.uuid()],
        )
    }

    /// Erases: removes the bodies and adds an entry that says so, in one transaction. The access entry is
    /// durable before that.
    ///
    /// # Errors
    /// As [`Request::list`].
    pub fn carry_out(&self, deps: &Deps, progress: &mut dyn FnMut(u64)) -> Result<Erased, Failure> {
        self.list(deps, progress)?
            .release_blocking(&deps.access, |going| self.access(deps, "data erased", going))?;
        let (draw, now) = (deps.draw(), deps.now());
        let mut db = deps.db()?;
        scrub::overwrite_what_is_deleted(&mut db)?;
        let erased = db.write(|db| {
            let head = move_head(db, Log::Register, deps.epoch, 1)?;
            let mut draw = draw.again();
            let going = self.look(deps, db, progress)?;
            let today = civil_date(now, deps.units.zone(&self.first.office));
            let act_number = act_number(&self.first.office, today, head.seq);
            let header = Header {
                id: EntryId::new(draw.opaque_uuid()),
                seq: None,
                kind: Kind::Erasure,
                recorded_at: Instant::new(now).utc(),
                registered_on: today,
                office: self.first.office.clone(),
                officer: Some(self.first.id),
                act_number: Some(act_number.clone()),
                amends: None,
                erases: Some(Box::new(self.erasure(&going))),
            };
            let entry = ledger_log::append(db, &deps.keys.sealing, head, &header, &[], &mut draw)?;
            going.let_go(deps, db, &mut draw)?;
            refold(deps, db, &going)?;
            Ok::<_, Failure>(Erased { act_number, position: entry.header.seq.unwrap_or_default() })
        })?;
        scrub::forget_what_was_deleted(&mut db)?;
        Ok(erased)
    }

    fn erasure(&self, going: &Going) -> Erasure {
        Erasure {
            v: 1,
            parts: going.parts.iter().map(|part| part.place).collect(),
            attachments: going.attachments.clone(),
            person: going.is_whole.then_some(going.person),
            numbers: going.numbers.clone(),
            decision: self.decision.clone(),
            second: self.second.id,
        }
    }

    /// Finds what would go, and whether these two may let it go.
    fn look(&self, deps: &Deps, db: &mut Db, progress: &mut dyn FnMut(u64)) -> Result<Going, Failure> {
        // Only officers who may erase are told whether there is something to erase.
        let may = |db: &mut Db, person| -> Result<_, Failure> {
            let person = people::load(db, person)?.ok_or(Refusal::NothingToErase)?;
            may_erase(self.first, self.second, &person, &deps.units)?;
            Ok(person)
        };
        match &self.target {
            Target::Group { of, role } => {
                let (entry, person) = going::group(deps, db, of, *role)?;
                may(db, person)?;
                Going::of_group(deps, db, &entry, person, *role)
            }
            Target::Attachment(id) => {
                let owner = going::owner(db, *id)?;
                let person = may(db, owner)?;
                Going::of_attachment(deps, db, &person, *id, progress)
            }
            Target::Person(reference) => {
                let found = people::find(db, reference)?.ok_or(Refusal::NothingToErase)?;
                let person = may(db, found.id)?;
                Going::of_person(deps, db, &person, progress)
            }
        }
    }
}

/// Folds the person anew from what is left, as a rebuild would.
fn refold(deps: &Deps, db: &mut Db, going: &Going) -> Result<(), StoreError> {
    let left = parts::load(db, &deps.keys.sealing, going.person)?;
    if let Some(person) = history::fold(&left) {
        people::replace(db, std::iter::once(&person), deps.keys.sealing.match_salt())?;
    }
    if going.is_whole {
        people::keep_claims(db, going.person.uuid(), &going.numbers)?;
    }
    Ok(())
}
