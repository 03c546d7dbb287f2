//! A person as folded from the ledger. The order of the fields must not change: the canonical dump and its
//! digest depend on it.
//!
//! Name, numbers, sex and birth are optional because the entry that held them may have been erased; the
//! `require_` functions turn their absence into a refusal.

mod documents;
mod standing;
mod tie;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::card::{CardRecord, CardState, RevocationReason};
use crate::civil_id::CivilId;
use crate::date::PartialDate;
use crate::entry::Header;
use crate::foreign::{Country, ForeignIdentity};
use crate::id::{CardId, EntryId, PersonId};
use crate::kind::Kind;
use crate::name::{LatinName, PersonName, TraditionalName};
use crate::national_number::NationalNumber;
use crate::refusal::Refusal;
use crate::sealed::SealedFamily;
use crate::sex::Sex;
use crate::unit::UnitCode;

pub use documents::{FingerprintsTaken, Hand, Passport, PassportKind, PassportNumber, PassportState};
pub use standing::{Annotation, Citizenship, GuardianBody, LifeAbroad};
pub use tie::{Divorce, Link, Relation, Tie, TieRole};

/// Whether a person is alive.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LifeCycle {
    /// Alive, as far as the register knows.
    #[default]
    Alive,
    /// The death is registered.
    Dead {
        /// Date of death, as far as it is known.
        died_on: PartialDate,
        /// The entry of the death.
        entry: EntryId,
        /// Act number of the death, named to an officer who tries to register it again.
        act_number: String,
        /// Whether a court declared the person dead. Then the person may return.
        #[serde(default, skip_serializing_if = "is_no")]
        by_court: bool,
    },
}

/// What a person is by the marriages on record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CivilStatus {
    /// Never married, as far as the register knows.
    #[default]
    Single,
    /// Married.
    Married,
    /// The last marriage ended by divorce.
    Divorced,
    /// The last marriage ended by death.
    Widowed,
}

impl CivilStatus {
    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Married => "married",
            Self::Divorced => "divorced",
            Self::Widowed => "widowed",
        }
    }
}

/// A record of the same person that was merged into this one, with what it was known by besides register
/// numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct MergedRecord {
    pub person: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub civil_id: Option<CivilId>,
    /// The merged record's foreign document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignIdentity>,
}

/// How often each part of the name was changed; each may be changed once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NameChanges {
    /// Changes of the clan name.
    pub clan: u32,
    /// Changes of the parent's name.
    pub parent: u32,
    /// Changes of the given name.
    pub given: u32,
}

impl NameChanges {
    const fn is_none(&self) -> bool {
        self.clan == 0 && self.parent == 0 && self.given == 0
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_no(flag: &bool) -> bool {
    !*flag
}

/// A place abroad, as the foreign paper names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlaceAbroad {
    /// The country by its three letters.
    pub country: Country,
    /// The town or hospital.
    pub place: String,
}

/// Where a person is registered as resident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Residence {
    /// Soum, bag or khoroo.
    pub unit: UnitCode,
    /// Street, building, door.
    pub address: String,
    /// First day, if known.
    pub since: Option<NaiveDate>,
}

/// A registration whose subject is this person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct ActRef {
    pub number: String,
    pub kind: Kind,
    pub entry: EntryId,
    pub registered_on: NaiveDate,
    pub office: UnitCode,
}

/// A person as the register knows them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Person {
    pub id: PersonId,
    pub life_cycle: LifeCycle,
    /// The one valid register number.
    pub national_number: Option<NationalNumber>,
    /// Register numbers that were given up, oldest first.
    pub earlier_numbers: Vec<NationalNumber>,
    pub civil_id: Option<CivilId>,
    pub name: Option<PersonName>,
    /// Latin name, once confirmed by the citizen.
    pub latin: Option<LatinName>,
    pub sex: Option<Sex>,
    pub born_on: Option<PartialDate>,
    pub birth_place: Option<UnitCode>,
    pub parents: Vec<Link>,
    /// Children, in order of registration.
    pub children: Vec<Link>,
    /// Husbands and wives, in order of registration.
    pub spouses: Vec<Link>,
    pub civil_status: CivilStatus,
    pub residence: Option<Residence>,
    /// Former residences, oldest first.
    pub earlier_residences: Vec<Residence>,
    /// Cards, oldest first.
    pub cards: Vec<CardRecord>,
    /// Registrations about this person, oldest first.
    pub acts: Vec<ActRef>,
    /// Whether the record is sealed; then agencies get no answer from it.
    pub sealed: bool,
    /// Parts of the record that were erased.
    pub erased_parts: u32,
    /// Position of the last entry that was folded in.
    pub last_seq: u64,
    /// Citizenship and document of someone who entered the register as a foreign citizen, without a register
    /// number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignIdentity>,
    /// Place of birth abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_abroad: Option<PlaceAbroad>,
    /// Guardians and wards, adopters and adopted, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Tie>,
    /// Former names, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_names: Vec<PersonName>,
    /// How often each part of the name was changed.
    #[serde(default, skip_serializing_if = "NameChanges::is_none")]
    pub name_changes: NameChanges,
    /// Numbers from entries that were annulled since: nobody carries them, and they are never given again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn_numbers: Vec<String>,
    /// The family before an adoption; in no answer.
    #[serde(default, skip_serializing_if = "SealedFamily::is_empty")]
    pub sealed_family: SealedFamily,
    /// Whether the address is sealed and left out of every answer.
    #[serde(default, skip_serializing_if = "is_no")]
    pub sealed_address: bool,
    /// Records of the same person that were merged into this one, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedRecord>,
    /// The record into which this one was merged, which answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<PersonId>,
    /// Bodies that are or were this person's official guardian, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardian_bodies: Vec<GuardianBody>,
    /// Remarks on acts of this record, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    /// The last change of citizenship; none if there was no change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizenship: Option<Citizenship>,
    /// When fingerprints were taken, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<FingerprintsTaken>,
    /// Passports, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passports: Vec<Passport>,
    /// Periods of living abroad, in order of registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lives_abroad: Vec<LifeAbroad>,
    /// The name in traditional script, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traditional: Option<TraditionalName>,
}

impl Person {
    /// A record with nothing in it yet.
    pub fn blank(id: PersonId) -> Self {
        Self {
            id,
            life_cycle: LifeCycle::Alive,
            national_number: None,
            earlier_numbers: Vec::new(),
            civil_id: None,
            name: None,
            latin: None,
            sex: None,
            born_on: None,
            birth_place: None,
            parents: Vec::new(),
            children: Vec::new(),
            spouses: Vec::new(),
            civil_status: CivilStatus::Single,
            residence: None,
            earlier_residences: Vec::new(),
            cards: Vec::new(),
            acts: Vec::new(),
            sealed: false,
            erased_parts: 0,
            last_seq: 0,
            foreign: None,
            born_abroad: None,
            ties: Vec::new(),
            earlier_names: Vec::new(),
            name_changes: NameChanges::default(),
            withdrawn_numbers: Vec::new(),
            sealed_family: SealedFamily::default(),
            sealed_address: false,
            merged: Vec::new(),
            merged_into: None,
            guardian_bodies: Vec::new(),
            annotations: Vec::new(),
            citizenship: None,
            fingerprints: Vec::new(),
            passports: Vec::new(),
            lives_abroad: Vec::new(),
            traditional: None,
        }
    }

    /// Every reference that belongs to this person alone: register numbers present and earlier, civil id,
    /// foreign document, and those of merged records. The store claims each, so that a
    /// [`crate::person_ref::PersonRef`] finds the person and no second person gets it. A merged record claims
    /// nothing: its survivor does.
    pub fn claimed(&self) -> Vec<String> {
        if self.is_merged() { Vec::new() } else { self.carried() }
    }

    /// The same references, also for a record that was merged into another.
    pub(crate) fn carried(&self) -> Vec<String> {
        let numbers = self.national_number.iter().chain(&self.earlier_numbers).map(ToString::to_string);
        let merged = self.merged.iter();
        let civil_ids = self.civil_id.iter().chain(merged.clone().filter_map(|one| one.civil_id.as_ref()));
        let foreign = self.foreign.iter().chain(merged.filter_map(|one| one.foreign.as_ref()));
        let others = civil_ids.map(ToString::to_string).chain(foreign.map(ToString::to_string));
        numbers.chain(others).collect()
    }

    /// Whether this record was merged into another record of the same person.
    pub const fn is_merged(&self) -> bool {
        self.merged_into.is_some()
    }

    /// Parents, husbands and wives, children.
    pub fn relatives(&self) -> impl Iterator<Item = &Link> {
        self.parents.iter().chain(&self.spouses).chain(&self.children)
    }

    /// Whether no entry in effect says anything about this person, because the entry that brought them into
    /// the register was annulled.
    pub const fn is_void(&self) -> bool {
        self.name.is_none() && self.acts.is_empty() && self.erased_parts == 0
    }

    /// Whether the register answers as if there were no such person: for a sealed, a void or a merged record.
    pub const fn is_hidden(&self) -> bool {
        self.sealed || self.is_void() || self.is_merged()
    }

    /// The name, which must not have been erased.
    ///
    /// # Errors
    /// [`Refusal::RecordErased`].
    pub fn require_name(&self) -> Result<&PersonName, Refusal> {
        self.name.as_ref().ok_or(Refusal::RecordErased)
    }

    /// Takes the spelling of a name in traditional script. A part that the spelling leaves out stays as it
    /// was.
    pub(crate) fn spell(&mut self, spelling: Option<&TraditionalName>) {
        if let Some(spelling) = spelling {
            let whole = spelling.clone().over(self.traditional.as_ref());
            self.traditional = self.name.as_ref().and_then(|name| whole.still(name));
        }
    }

    /// The name in traditional script, as far as it spells the present name.
    pub fn traditional_name(&self) -> Option<String> {
        self.traditional.as_ref()?.whole(self.name.as_ref()?)
    }

    /// The sex, which must not have been erased.
    ///
    /// # Errors
    /// [`Refusal::RecordErased`].
    pub fn require_sex(&self) -> Result<Sex, Refusal> {
        self.sex.ok_or(Refusal::RecordErased)
    }

    /// The date of birth as far as it is known; it must not have been erased.
    ///
    /// # Errors
    /// [`Refusal::RecordErased`].
    pub fn require_born_on(&self) -> Result<PartialDate, Refusal> {
        self.born_on.ok_or(Refusal::RecordErased)
    }

    /// The civil id, which must not have been erased.
    ///
    /// # Errors
    /// [`Refusal::RecordErased`].
    pub fn require_civil_id(&self) -> Result<&CivilId, Refusal> {
        self.civil_id.as_ref().ok_or(Refusal::RecordErased)
    }

    /// Refuses a person whose death is registered.
    ///
    /// # Errors
    /// [`Refusal::PersonDead`] with the act number of the death.
    pub fn require_alive(&self) -> Result<(), Refusal> {
        match &self.life_cycle {
            LifeCycle::Alive => Ok(()),
            LifeCycle::Dead { act_number, .. } => Err(Refusal::PersonDead { act_number: act_number.clone() }),
        }
    }

    /// Whether no death is registered.
    pub const fn is_alive(&self) -> bool {
        matches!(self.life_cycle, LifeCycle::Alive)
    }

    /// The number by which people refer to the person: register number, civil id, or a foreigner's document;
    /// empty if the record has none.
    pub fn any_number(&self) -> String {
        let number = self.national_number.as_ref().map(ToString::to_string);
        let civil_id = || self.civil_id.as_ref().map(ToString::to_string);
        let foreign = || self.foreign.as_ref().map(ToString::to_string);
        number.or_else(civil_id).or_else(foreign).unwrap_or_default()
    }

    /// The date of death, as far as it is known.
    pub const fn died_on(&self) -> Option<PartialDate> {
        match &self.life_cycle {
            LifeCycle::Alive => None,
            LifeCycle::Dead { died_on, .. } => Some(*died_on),
        }
    }

    /// The marriages that have not ended.
    pub fn open_spouses(&self) -> impl Iterator<Item = &Link> {
        self.spouses.iter().filter(|link| link.ended_on.is_none())
    }

    /// The guardianships over this person that are open on a day.
    pub fn guardians_on(&self, day: NaiveDate) -> impl Iterator<Item = &Tie> {
        self.ties.iter().filter(move |tie| tie.role == TieRole::Guardian && tie.is_open_on(day))
    }

    /// The period abroad from which the person has not come back.
    pub fn abroad(&self) -> Option<&LifeAbroad> {
        self.lives_abroad.iter().find(|life| life.returned_on.is_none())
    }

    /// Whether the person is a citizen of Mongolia: by the last change of citizenship, or else by how they
    /// entered the register.
    pub fn is_citizen(&self) -> bool {
        self.citizenship.as_ref().map_or(self.foreign.is_none(), |change| change.is_citizen)
    }

    /// Refuses a foreign or former citizen.
    ///
    /// # Errors
    /// [`Refusal::ForeignCitizen`], [`Refusal::FormerCitizen`] with the act number of the loss.
    pub fn require_citizen(&self) -> Result<(), Refusal> {
        match &self.citizenship {
            _ if self.is_citizen() => Ok(()),
            Some(loss) => Err(Refusal::FormerCitizen { act_number: loss.act_number.clone() }),
            None => Err(Refusal::ForeignCitizen),
        }
    }

    /// Refuses a person with an open marriage.
    ///
    /// # Errors
    /// [`Refusal::MarriedAlready`] with the act number of the marriage.
    pub fn require_unmarried(&self) -> Result<(), Refusal> {
        match self.open_spouses().next() {
            None => Ok(()),
            Some(link) => Err(Refusal::MarriedAlready { act_number: self.act_number_of(link) }),
        }
    }

    /// Act number of the registration that made a tie; a dash if the old register did not give one.
    fn act_number_of(&self, link: &Link) -> String {
        let act = self.acts.iter().find(|act| act.entry == link.entry).map(|act| &act.number);
        link.act_number.as_ref().or(act).cloned().unwrap_or_else(|| "-".to_owned())
    }

    /// Adds a marriage. Names stay as they are.
    pub(crate) fn marry(&mut self, spouse: PersonId, began_on: NaiveDate, header: &Header) {
        self.spouses.push(Link {
            began_on: Some(began_on),
            act_number: header.act_number.clone(),
            ..Link::new(spouse, Relation::Spouse, header.id)
        });
        self.civil_status = CivilStatus::Married;
    }

    /// Takes a new name and keeps the old one. The citizen must confirm a Latin name anew, because the old
    /// one spelt the old name; the card, which prints the old name, ends. In traditional script, unchanged
    /// parts stay.
    pub(crate) fn rename(&mut self, name: PersonName, header: &Header) {
        self.traditional = self.traditional.take().and_then(|spelling| spelling.still(&name));
        self.earlier_names.extend(self.name.replace(name));
        self.latin = None;
        self.revoke_cards(RevocationReason::DataChanged, header.registered_on);
    }

    /// Takes a new register number and keeps the old one.
    pub(crate) fn renumber(&mut self, number: NationalNumber) {
        self.earlier_numbers.extend(self.national_number.replace(number));
    }

    /// Revokes every card that is not revoked yet.
    pub(crate) fn revoke_cards(&mut self, reason: RevocationReason, on: NaiveDate) {
        for card in &mut self.cards {
            match card.state {
                CardState::Approved
                | CardState::Personalised
                | CardState::Active
                | CardState::Suspended { .. } => {
                    card.state = CardState::Revoked { reason, on };
                }
                CardState::Revoked { .. } => {}
            }
        }
    }

    /// Cancels every passport that is not cancelled yet.
    pub(crate) fn cancel_passports(&mut self, on: NaiveDate) {
        for passport in &mut self.passports {
            match passport.state {
                PassportState::Valid | PassportState::Lost { .. } => {
                    passport.state = PassportState::Cancelled { on };
                }
                PassportState::Cancelled { .. } => {}
            }
        }
    }

    /// Whether the two are married to each other now.
    pub fn is_married_to(&self, other: &Self) -> bool {
        self.open_spouses().any(|link| link.person == other.id)
    }

    /// The card with this id, if the person has it.
    pub fn card(&self, id: CardId) -> Option<&CardRecord> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// The card with this id.
    ///
    /// # Errors
    /// [`Refusal::CardNotFound`].
    pub fn require_card(&self, id: CardId) -> Result<&CardRecord, Refusal> {
        self.card(id).ok_or(Refusal::CardNotFound)
    }

    /// The open card: approved, personalised, active or suspended, and not expired on the day.
    pub fn open_card_on(&self, day: NaiveDate) -> Option<&CardRecord> {
        self.cards.iter().find(|card| card.is_open_on(day))
    }
}
