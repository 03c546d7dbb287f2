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

/// Values that the shell draws before the transaction; those that are not used are thrown away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fresh {
    /// Ids for people who enter the register. Two are enough: for a child and a foreign parent.
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
    /// An officer receives it; the check says early what would be refused later.
    Declaring,
    /// An officer registers a declaration that was received.
    Registering {
        /// Who received it; none if no officer did (an import, a card's own answer).
        received_by: Option<OfficerId>,
        /// The unit of the office that received it.
        received_at: UnitCode,
        /// The civil date at that office; none means today.
        received_on: Option<NaiveDate>,
    },
}

impl Stage {
    /// The office that receives, or received, the declaration. `office` is the office that acts now.
    pub const fn receiving_office<'a>(&'a self, office: &'a UnitCode) -> &'a UnitCode {
        match self {
            Self::Declaring => office,
            Self::Registering { received_at, .. } => received_at,
        }
    }
}

/// All that a check may look at.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the names speak for themselves")]
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
    pub units: &'a UnitTree,
    /// The figures of the law.
    pub law: &'a LawConfig,
    pub scheme: &'a dyn NumberScheme,
    /// Everyone whom the facts name or concern through others, loaded beforehand.
    pub persons: &'a [Person],
    /// Whether a register number was ever given.
    pub taken: &'a dyn Fn(&NationalNumber) -> bool,
    /// Values that the shell drew beforehand.
    pub fresh: &'a Fresh,
    /// Number of the act being registered.
    pub act_number: &'a str,
    /// The entry that the facts amend, with the parts of everyone loaded; none for a kind that is no
    /// amendment, or if there is no such entry.
    pub amended: Option<&'a Dossier>,
}

impl<'a> Context<'a> {
    /// The person meant, if loaded. None if the entry that brought them into the register was annulled.
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

    /// The person meant, who must be alive.
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

    /// The header that an amendment will have, without the values that the shell draws; used to fold what the
    /// amendment would lead to.
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

    /// Refuses an officer who has no mandate for a kind at this office today, or who is not the second
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
                // The office that follows a closed one continues with its declarations as with its own.
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

    /// Refuses an entry that concerns the officer or a relative. The import of the old register is exempt: it
    /// takes what the file says, and the file holds everybody.
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

    /// The civil date on which the declaration was received: a deadline is met by declaring in time.
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

    /// Refuses an office other than the one where the person lives; `elsewhere` makes the refusal from the
    /// unit of that other office.
    ///
    /// # Errors
    /// The refusal that `elsewhere` makes; [`Refusal::NoResidence`] for someone without a residence.
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

    /// The next free register number for someone, by their residence, their birth and the given sex.
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
