//! Whether a card may still be made. The service asks before it gives a station the job, and before
//! everything that it signs for the card.

use chrono::NaiveDate;

use super::{CardRecord, CardState};
use crate::person::Person;
use crate::refusal::Refusal;

/// Refuses unless the card is approved, not yet written, good on the day, and its holder alive under this
/// record.
///
/// # Errors
/// [`Refusal::CardEnded`]; [`Refusal::CardSaidWritten`] where an entry says that the card was written.
pub fn require_in_the_making(holder: &Person, card: &CardRecord, day: NaiveDate) -> Result<(), Refusal> {
    let document_number = card.document_number.to_string();
    let may_be_written = match card.state {
        CardState::Approved => card.is_open_on(day),
        CardState::Revoked { .. } => false,
        CardState::Personalised | CardState::Active | CardState::Suspended { .. } => {
            return Err(Refusal::CardSaidWritten { document_number });
        }
    };
    if may_be_written && holder.is_alive() && !holder.is_void() && !holder.is_merged() {
        return Ok(());
    }
    Err(Refusal::CardEnded { document_number })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::card::RevocationReason;
    use crate::card::application::tests::approved;
    use crate::kind::Kind;
    use crate::testing::{FATHER, World};

    #[test]
    fn a_card_is_made_while_it_is_approved_and_good() {
        let mut world = World::new();
        let card = approved(&mut world, FATHER);
        let (person, today) = (world.person(FATHER).clone(), world.today);
        let card = person.card(card).unwrap();
        assert_eq!(require_in_the_making(&person, card, today), Ok(()));
        let ended = Err(Refusal::CardEnded { document_number: card.document_number.to_string() });
        assert_eq!(require_in_the_making(&person, card, card.expires_on.succ_opt().unwrap()), ended);
        let revoked = CardState::Revoked { reason: RevocationReason::Lost, on: today };
        let card = CardRecord { state: revoked, ..card.clone() };
        assert_eq!(require_in_the_making(&person, &card, today), ended);
        // A card that was written has not ended, so nothing may be revoked because of it.
        let written = Err(Refusal::CardSaidWritten { document_number: card.document_number.to_string() });
        for state in [CardState::Personalised, CardState::Active, CardState::Suspended { on: today }] {
            let card = CardRecord { state, ..card.clone() };
            assert_eq!(require_in_the_making(&person, &card, today), written, "{state:?}");
        }
    }

    #[test]
    fn no_card_is_made_for_the_dead() {
        let mut world = World::new();
        let card = approved(&mut world, FATHER);
        let died =
            json!({"person": FATHER, "died_on": "2026-04-30", "paper_number": "1", "informant": "Ах нь"});
        world.register(Kind::Death, died).unwrap();
        let person = world.person(FATHER);
        // Death also ends a card that the entry of the death itself had not ended.
        for state in [person.card(card).unwrap().state, CardState::Approved] {
            let card = CardRecord { state, ..person.card(card).unwrap().clone() };
            let no = require_in_the_making(person, &card, world.today).unwrap_err();
            assert!(matches!(no, Refusal::CardEnded { .. }), "{no:?}");
        }
    }
}
