//! Erasing what the register may no longer keep: a payload group of an entry, an attachment, or everything
//! about a person.
//!
//! The ledger keeps the entry, its commitments and the fact of the erasure; key, salt and ciphertext are
//! destroyed. An erased part folds to [`crate::entry::PartBody::Erased`], so the record still equals the
//! fold. The erasure is an entry of its own, without parts: its header says what was erased and on whose
//! decision, and holds no personal data. The law on archives could not be read, so every erasure names a
//! decision (`docs/law.md`).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::card::CardState;
use crate::declaration::DeclarationState;
use crate::entry::PartRole;
use crate::id::{EntryId, OfficerId, PersonId};
use crate::officer::{Act, Officer};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::unit::UnitTree;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "erasure",
    title: say("Мэдээлэл устгасан", "Erasure of data"),
    shelf: Shelf::Amendment,
    doors: &[Door::CommandLine],
    territory: Territory::Central,
    receives: &[Role::Administrator],
    registers: &[Role::Administrator],
    approves: &[Role::Administrator],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 5,
    fee_mnt: 0,
    annulled: Annulled::Never,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: None,
    after: &[],
};

/// Characters in the longest number of a decision.
const LONGEST_DECISION: usize = 40;

/// The number of the decision by which something is erased: letters, digits and `- / . №`, so that it cannot
/// hold words about a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DecisionNumber(String);

impl DecisionNumber {
    /// Reads a number as it stands on the paper.
    ///
    /// # Errors
    /// [`Refusal::DecisionNumberUnfit`] without a digit, with other characters, or if it is too long.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '№');
        let has_digit = text.chars().any(|c| c.is_ascii_digit());
        if has_digit && text.chars().all(is_fit) && text.chars().count() <= LONGEST_DECISION {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::DecisionNumberUnfit)
        }
    }
}

impl fmt::Display for DecisionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DecisionNumber {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<DecisionNumber> for String {
    fn from(number: DecisionNumber) -> Self {
        number.0
    }
}

/// An erased part, by its place in the ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ErasedPart {
    /// The entry to which the part belongs.
    pub entry: EntryId,
    /// The part's place in it, from 0.
    pub ordinal: u32,
}

/// What the header of an erasure says. Invariant: it holds no personal data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Erasure {
    pub v: u16,
    /// The parts whose sealed bodies were destroyed.
    pub parts: Vec<ErasedPart>,
    /// The attachments that were destroyed, by their random ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Uuid>,
    /// The person whose data key was destroyed, and with it the content of every part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// That person's numbers as keyed hashes of this instance, so that they are given to nobody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<String>,
    /// The decision that ordered it.
    pub decision: DecisionNumber,
    /// The second administrator.
    pub second: OfficerId,
}

/// Whether these two administrators may erase something about a person: they must be two people, both with
/// the mandate, and neither may be the person or a relative.
///
/// # Errors
/// The refusals of [`Officer::may_about`], [`Refusal::ErasureTakesTwo`].
pub fn may_erase(
    first: &Officer,
    second: &Officer,
    person: &Person,
    units: &UnitTree,
) -> Result<(), Refusal> {
    for officer in [first, second] {
        officer.may_about(Act::Erase, &officer.office, person, units)?;
    }
    if first.id == second.id { Err(Refusal::ErasureTakesTwo) } else { Ok(()) }
}

/// The fields of the declared form from which an erasable group came. Only a group that stands apart can be
/// erased, because no record rests on it. A declaration keeps what was declared, except for these fields.
///
/// # Errors
/// [`Refusal::GroupNotErasable`].
pub const fn declared_fields(role: PartRole) -> Result<&'static [&'static str], Refusal> {
    match role {
        PartRole::CauseOfDeath => Ok(&["cause"]),
        PartRole::Stillbirth => {
            Ok(&["happened_on", "place", "weeks", "sex", "medical_certificate", "plurality", "order"])
        }
        PartRole::AdoptionGround => Ok(&[
            "decided_by",
            "decision_number",
            "decided_on",
            "consent_waiver",
            "parents_consent",
            "child_consents",
        ]),
        PartRole::Child
        | PartRole::Mother
        | PartRole::Father
        | PartRole::Deceased
        | PartRole::Spouse
        | PartRole::Resident
        | PartRole::Imported
        | PartRole::Subject
        | PartRole::Holder
        | PartRole::BirthParent
        | PartRole::Survivor
        | PartRole::Merged
        | PartRole::Relative
        | PartRole::Ward
        | PartRole::Guardian => Err(Refusal::GroupNotErasable { role: role.as_str() }),
    }
}

/// Refuses to erase from a declaration on which an office has yet to decide.
///
/// # Errors
/// [`Refusal::DeclarationsStillOpen`].
pub const fn require_decided(state: DeclarationState) -> Result<(), Refusal> {
    match state {
        DeclarationState::Declared | DeclarationState::Held { .. } => Err(Refusal::DeclarationsStillOpen),
        DeclarationState::Draft
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => Ok(()),
    }
}

/// Refuses to erase the portrait of a card that is being made.
///
/// # Errors
/// [`Refusal::CardsStillOpen`].
pub fn require_no_card_in_the_making(person: &Person) -> Result<(), Refusal> {
    let is_in_the_making = person.cards.iter().any(|card| card.state == CardState::Approved);
    if is_in_the_making { Err(Refusal::CardsStillOpen) } else { Ok(()) }
}

/// Refuses to erase a person who still carries a card: the card would stay valid with no person behind it.
///
/// # Errors
/// [`Refusal::CardsStillOpen`].
pub fn require_no_open_card(person: &Person) -> Result<(), Refusal> {
    let is_open = |state: &CardState| match state {
        CardState::Approved | CardState::Personalised | CardState::Active | CardState::Suspended { .. } => {
            true
        }
        CardState::Revoked { .. } => false,
    };
    if person.cards.iter().any(|card| is_open(&card.state)) { Err(Refusal::CardsStillOpen) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::officer::Role;
    use crate::testing::{officer, units};

    fn somebody() -> Person {
        Person::blank(PersonId::new(Uuid::from_u128(77)))
    }

    #[test]
    fn erasing_takes_two_administrators() {
        let [first, second] = [1, 2].map(|number| officer(number, "11", &[Role::Administrator]));
        let registrar = officer(3, "11", &[Role::Registrar]);
        let may = |one, other| may_erase(one, other, &somebody(), units());
        assert_eq!(may(&first, &second), Ok(()));
        assert_eq!(may(&first, &first), Err(Refusal::ErasureTakesTwo));
        assert_eq!(may(&first, &registrar), Err(Refusal::RoleMissing { role: "administrator" }));
        assert_eq!(may(&registrar, &second), Err(Refusal::RoleMissing { role: "administrator" }));
    }

    #[test]
    fn nobody_erases_the_own_record() {
        let [mut first, second] = [1, 2].map(|number| officer(number, "11", &[Role::Administrator]));
        first.interest = crate::interest::Interest::alone(somebody().id);
        assert_eq!(may_erase(&first, &second, &somebody(), units()), Err(Refusal::OwnRecord));
        assert_eq!(may_erase(&second, &first, &somebody(), units()), Err(Refusal::OwnRecord));
    }

    #[test]
    fn a_decision_has_a_number_and_no_words() {
        for fit in ["ШШ-2026/14", "А/207", "№12", "1.2"] {
            assert_eq!(DecisionNumber::parse(fit).map(String::from), Ok(fit.to_owned()));
        }
        for unfit in ["", "Бат 12", "\"amends\":1", "ШШ", &"1".repeat(41)] {
            assert_eq!(DecisionNumber::parse(unfit), Err(Refusal::DecisionNumberUnfit), "{unfit}");
        }
    }

    #[test]
    fn only_what_stands_apart_is_erased_by_itself() {
        let apart = PartRole::ALL.iter().filter(|role| declared_fields(**role).is_ok());
        assert_eq!(
            apart.collect::<Vec<_>>(),
            [&PartRole::CauseOfDeath, &PartRole::AdoptionGround, &PartRole::Stillbirth]
        );
    }
}
