//! What a check may look at besides the facts: the day, the office, the officer, the law, the people
//! concerned, and values drawn beforehand.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::amendment::Dossier;
use crate::card::DocumentNumber;
use crate::civil_id::CivilId;
use crate::door::Door;
use crate::entry::Header;
use crate::id::{CardId, EntryId, OfficerId, PersonId};
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::national_number::{NationalNumber, NumberScheme, allocate};
use crate::officer::{Act, Officer};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::policy::{Eyes, Lateness, Received, may_decide};
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::unit::{UnitCode, UnitTree};

/// Values that the shell draws before the transaction. What the check does not use is thrown away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fresh {
    /// Ids for people who enter the register; two are enough: a child and a foreign parent.
    pub person_ids: Vec<PersonId>,
    /// Civil ids that no one has.
    pub civil_ids: Vec<CivilId>,
    /// Ids for cards.
    pub card_ids: Vec<CardId>,
    /// Document numbers that no card has.
    pub document_numbers: Vec<DocumentNumber>,
}

/// Whether a declaration is being received or registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// An officer receives the declaration; the check already tells what would be refused later.
    Declaring,
    /// An officer registers a declaration that was received.
    Registering {
        /// The officer who received it; none if it came without an officer (an import, a card's own answer).
        received_by: Option<OfficerId>,
        /// The unit of the office that received it.
        received_at: UnitCode,
        /// The civil date at that office; none means today.
        received_on: Option<NaiveDate>,
    },
}

impl Stage {
    /// The office at which the declaration is or was received, given `office`, the one that acts now.
    pub const fn receiving_office<'a>(&'a self, office: &'a UnitCode) -> &'a UnitCode {
        match self {
            Self::Declaring => office,
            Self::Registering { received_at, .. } => received_at,
        }
    }
}

/// All that a check may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Instant of registration.
    pub now: DateTime<Utc>,
    /// Civil date of `now` at the office.
    pub today: NaiveDate,
    /// The door by which the facts came.
    pub door: Door,
    /// Whether the declaration is being received or registered.
    pub stage: &'a Stage,
    /// Unit of the office at which the act happens.
    pub office: &'a UnitCode,
    /// The officer who acts.
    pub officer: &'a Officer,
    /// The tree of units.
    pub units: &'a UnitTree,
    /// The figures of the law.
    pub law: &'a LawConfig,
    /// The number scheme.
    pub scheme: &'a dyn NumberScheme,
    /// Everyone whom the facts name or concern through others, loaded beforehand.
    pub persons: &'a [Person],
    /// Whether a register number was ever given.
    pub taken: &'a dyn Fn(&NationalNumber) -> bool,
    /// Values that the shell drew beforehand.
    pub fresh: &'a Fresh,
    /// Number of the act being registered.
    pub act_number: &'a str,
    /// The entry that the facts amend, with the parts of everyone loaded; none for every other kind, or if
    /// the entry does not exist.
    pub amended: Option<&'a Dossier>,
}

impl<'a> Context<'a> {
    /// The person whom a reference means, if loaded; none if the entry that brought the person into the
    /// register was annulled.
    pub fn person(&self, reference: &PersonRef) -> Option<&'a Person> {
        self.persons.iter().find(|person| reference.is_of(person) && !person.is_void())
    }

    /// The person whom a reference means.
    ///
    /// # Errors
    /// [`Refusal::PersonNotFound`].
    pub fn require_person(&self, reference: &PersonRef) -> Result<&'a Person, Refusal> {
        self.person(reference).ok_or(Refusal::PersonNotFound)
    }

    /// The person whom a reference means, who must be alive.
    ///
    /// # Errors
    /// [`Refusal::PersonNotFound`], [`Refusal::PersonDead`].
    pub fn require_living(&self, reference: &PersonRef) -> Result<&'a Person, Refusal> {
        let person = self.require_person(reference)?;
        person.require_alive()?;
        Ok(person)
    }

    /// The entry to be amended.
    ///
    /// # Errors
    /// [`Refusal::EntryNotFound`].
    pub fn require_amended(&self) -> Result<&'a Dossier, Refusal> {
        self.amended.ok_or_else(|| Refusal::EntryNotFound.in_field("entry"))
    }

    /// The header that an amendment will have, except for the values that the shell draws. It serves to fold
    /// what would follow.
    pub(crate) fn amending_header(&self, kind: Kind, of: EntryId) -> Header {
        Header {
            id: EntryId::new(Uuid::nil()),
            seq: None,
            kind,
            recorded_at: self.now,
            registered_on: self.today,
            office: self.office.clone(),
            officer: Some(self.officer.id),
            act_number: Some(self.act_number.to_owned()),
            amends: Some(of),
            erases: None,
        }
    }

    /// Refuses an officer without the mandate for a kind at this office today, or who is not the second
    /// officer that the policy asks for.
    ///
    /// # Errors
    /// The refusals of [`Officer::may`], [`Officer::require_valid_on`] and [`may_decide`].
    pub fn require_mandate(&self, kind: Kind, lateness: Lateness) -> Result<(), Refusal> {
        self.officer.require_valid_on(self.today)?;
        self.units.require_on(self.office, self.today)?;
        match self.stage {
            Stage::Declaring => self.officer.may(Act::Declare(kind), self.office, self.units),
            Stage::Registering { received_by, received_at, .. } => {
                let eyes = self.law.eyes(kind, lateness);
                // The office that follows a closed office goes on with what the closed one received, as its
                // own.
                let at = if self.officer.is_at(received_at) { &self.officer.office } else { received_at };
                let received = Received { kind, eyes, by: *received_by, at };
                may_decide(self.officer, &received, self.law, self.units)?;
                match eyes {
                    Eyes::One => self.officer.may(Act::Register(kind), self.office, self.units),
                    Eyes::Two | Eyes::TwoUnits => Ok(()),
                }
            }
        }
    }

    /// Refuses a declaration that concerns the officer or a relative. The import of the old register is
    /// exempt: it decides nothing about a record, it takes what the file says, and the file holds everybody.
    ///
    /// # Errors
    /// [`Refusal::OwnRecord`], [`Refusal::RelativesRecord`].
    pub fn require_no_interest(
        &self,
        kind: Kind,
        concerned: impl IntoIterator<Item = PersonId>,
    ) -> Result<(), Refusal> {
        if !kind.rules().is_about_a_record {
            return Ok(());
        }
        concerned.into_iter().try_for_each(|person| self.officer.interest.require_none_in(person))
    }

    /// The civil date on which the declaration was received. Deadlines count to this day: whoever declares in
    /// time keeps them.
    pub const fn received_on(&self) -> NaiveDate {
        match self.stage {
            Stage::Declaring | Stage::Registering { received_on: None, .. } => self.today,
            Stage::Registering { received_on: Some(day), .. } => *day,
        }
    }

    /// The office at which the declaration was received.
    pub const fn receiving_office(&self) -> &'a UnitCode {
        self.stage.receiving_office(self.office)
    }

    /// Refuses an office other than the one where the person lives; `elsewhere` makes the refusal from that
    /// office's unit.
    ///
    /// # Errors
    /// The refusal that `elsewhere` makes; [`Refusal::NoResidence`] for a person without a residence.
    pub fn require_home_office(
        &self,
        person: &Person,
        elsewhere: impl FnOnce(String) -> Refusal,
    ) -> Result<(), Refusal> {
        let residence = person.residence.as_ref().ok_or(Refusal::NoResidence)?;
        let offices = self.units.offices_on(&residence.unit, self.received_on());
        if offices.contains(self.receiving_office()) {
            return Ok(());
        }
        if person.sealed_address {
            return Err(Refusal::ReferToAuthority);
        }
        let units: Vec<String> = offices.iter().map(ToString::to_string).collect();
        Err(elsewhere(if units.is_empty() { residence.unit.to_string() } else { units.join(", ") }))
    }

    /// Refuses a unit in which nobody can be resident on the day.
    ///
    /// # Errors
    /// [`Refusal::UnknownUnit`], [`Refusal::UnitNotValidOnDate`], [`Refusal::UnitTooCoarse`].
    pub fn require_residence_unit(&self, unit: &UnitCode, day: NaiveDate) -> Result<(), Refusal> {
        let unit = self.units.require_on(unit, day)?;
        if unit.level.is_residence() { Ok(()) } else { Err(Refusal::UnitTooCoarse) }
    }

    /// The next register number of the series that belongs to a person's residence and birth and to a sex.
    ///
    /// # Errors
    /// [`Refusal::NoResidence`], [`Refusal::DateNotComplete`], and the refusals of [`allocate`].
    pub fn new_number(&self, person: &Person, sex: Sex) -> Result<NationalNumber, Refusal> {
        self.require_scheme_allowed()?;
        let residence = person.residence.as_ref().ok_or(Refusal::NoResidence)?;
        let born_on = person.require_born_on()?.full().ok_or(Refusal::DateNotComplete)?;
        allocate(self.scheme, self.units, &residence.unit, born_on, sex, self.taken)
    }

    /// Refuses a civil date after today.
    ///
    /// # Errors
    /// [`Refusal::DateInFuture`].
    pub fn require_not_future(&self, day: NaiveDate) -> Result<(), Refusal> {
        if day <= self.today { Ok(()) } else { Err(Refusal::DateInFuture) }
    }

    /// Refuses a made-up number scheme outside demo mode.
    ///
    /// # Errors
    /// [`Refusal::DemoSchemeOutsideDemo`].
    pub fn require_scheme_allowed(&self) -> Result<(), Refusal> {
        if self.scheme.is_demo() && !self.law.is_demo {
            return Err(Refusal::DemoSchemeOutsideDemo);
        }
        Ok(())
    }
}
