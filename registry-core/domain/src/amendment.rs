//! What officers do to an entry after it was registered (correction and annulment, and what follows from
//! each), and what they do to a record (its merge with another record of the same person).
//!
//! Each amendment is an entry of its own; the ledger keeps the old words. [`crate::history`] decides which
//! words count. The articles of the law on correction and annulment could not be read: `docs/law.md` says
//! which rules are ours.

pub mod annulment;
mod card_end;
mod consequences;
pub mod correction;
mod dossier;
mod field;
mod follow;
pub mod merge;
pub(crate) mod plausible;
mod resting;

pub use card_end::CardEnd;
pub use consequences::{Aspect, Consequence, Consequences, Told};
pub use dossier::{Certified, Dossier, EntryRef};
pub use field::{Change, Field};

use crate::entry::PartBody;
use crate::history::Amendment;

impl PartBody {
    /// What this part does to an earlier entry; none if the part is not of an amendment.
    pub fn amendment(&self) -> Option<Amendment<'_>> {
        if let Self::Annulment(body) = self {
            Some(Amendment::Annuls { of: body.of })
        } else if let Self::Correction(body) = self {
            Some(Amendment::Replaces { of: body.of, role: body.role, body: &body.body })
        } else {
            None
        }
    }

    /// The cards that the amendment ended.
    pub(crate) fn ended_cards(&self) -> &[CardEnd] {
        if let Self::Annulment(body) = self {
            &body.ends
        } else if let Self::Correction(body) = self {
            &body.ends
        } else if let Self::Merge(merge::Body::Merged { ends, .. }) = self {
            ends
        } else {
            &[]
        }
    }

    /// The same amendment, which now also ends these cards.
    fn ending(self, ends: Vec<CardEnd>) -> Self {
        if let Self::Annulment(body) = self {
            Self::Annulment(annulment::Body { ends, ..body })
        } else if let Self::Correction(body) = self {
            Self::Correction(correction::Body { ends, ..body })
        } else {
            self
        }
    }
}
