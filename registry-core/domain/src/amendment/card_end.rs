//! Cards that an amendment ends, because what is printed on them is no longer true.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::card::{CardRecord, CardState, RevocationReason};
use crate::id::CardId;
use crate::person::Person;

/// The end of a card. Invariant: it holds even if the amendment is annulled later, because revocation lists
/// are public and a revoked certificate never comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields speak for themselves")]
pub struct CardEnd {
    pub card: CardId,
    pub reason: RevocationReason,
    pub on: NaiveDate,
}

impl CardEnd {
    /// The cards that an amendment must end: open cards that print what has changed; and cards whose
    /// revocation is undone by the amendment, which keep their day and reason of revocation.
    pub(crate) fn between(before: &Person, after: &Person, today: NaiveDate) -> Vec<Self> {
        let changed = prints_otherwise(before, after);
        let end = |card: &CardRecord| {
            let is_open = after.card(card.id).is_some_and(|card| revocation(card).is_none());
            let (reason, on) = match revocation(card) {
                Some(earlier) => earlier,
                None if changed => (RevocationReason::DataChanged, today),
                None => return None,
            };
            is_open.then_some(Self { card: card.id, reason, on })
        };
        before.cards.iter().filter_map(end).collect()
    }

    /// Ends those of the cards that the record has and that are not revoked yet.
    pub(crate) fn apply_all(ends: &[Self], person: &mut Person) {
        for end in ends {
            let ended = |card: &&mut CardRecord| card.id == end.card && revocation(card).is_none();
            for card in person.cards.iter_mut().filter(ended) {
                card.state = CardState::Revoked { reason: end.reason, on: end.on };
            }
        }
    }
}

pub(super) const fn revocation(card: &CardRecord) -> Option<(RevocationReason, NaiveDate)> {
    match card.state {
        CardState::Revoked { reason, on } => Some((reason, on)),
        CardState::Approved | CardState::Personalised | CardState::Active | CardState::Suspended { .. } => {
            None
        }
    }
}

/// Whether a card would print something else after the amendment than before, or could no longer be made.
fn prints_otherwise(before: &Person, after: &Person) -> bool {
    before.name != after.name
        || before.sex != after.sex
        || before.born_on != after.born_on
        || before.national_number != after.national_number
        || before.civil_id != after.civil_id
        || before.is_merged() != after.is_merged()
        || (before.is_citizen() && !after.is_citizen())
}
