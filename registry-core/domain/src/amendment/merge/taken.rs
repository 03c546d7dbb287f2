//! What the record that stays takes over from the other, in full, so that it can be folded without the
//! other's parts.

use serde::{Deserialize, Serialize};

use super::status::Status;

use crate::civil_id::CivilId;
use crate::date::PartialDate;
use crate::foreign::ForeignIdentity;
use crate::id::{EntryId, PersonId};
use crate::name::PersonName;
use crate::national_number::NationalNumber;
use crate::person::{
    ActRef, CivilStatus, Link, MergedRecord, NameChanges, Person, PlaceAbroad, Residence, Tie,
};
use crate::unit::UnitCode;

/// What a merged record had.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Taken {
    pub person: PersonId,
    /// Register numbers, oldest first.
    pub numbers: Vec<NationalNumber>,
    pub civil_id: Option<CivilId>,
    /// Foreign document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignIdentity>,
    /// Records merged into it before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedRecord>,
    /// Names, oldest first.
    pub names: Vec<PersonName>,
    /// How often the name was changed.
    pub name_changes: NameChanges,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_place: Option<UnitCode>,
    /// Place of birth abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_abroad: Option<PlaceAbroad>,
    /// Mother and father.
    pub parents: Vec<Link>,
    pub children: Vec<Link>,
    /// Husbands and wives.
    pub spouses: Vec<Link>,
    /// Guardians and wards, adopters and adopted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Tie>,
    pub civil_status: CivilStatus,
    /// Residences, oldest first. The last one is the present one if `is_resident`.
    pub residences: Vec<Residence>,
    /// Whether the last residence is the present one.
    pub is_resident: bool,
    pub acts: Vec<ActRef>,
    /// What the record had besides its family: see [`Status`].
    #[serde(default, skip_serializing_if = "Status::is_empty")]
    pub status: Status,
}

impl Taken {
    /// Everything that a record has to give. From a merged record the acts are taken only up to its merge: a
    /// later amendment has a part for the survivor as well, which enters the survivor's record by itself.
    pub(super) fn of(person: &Person, merge: Option<EntryId>) -> Self {
        // All fields by name: a new field does not compile until it is decided whether a merge takes it
        // along.
        let Person {
            id,
            national_number,
            earlier_numbers,
            civil_id,
            foreign,
            merged,
            name,
            earlier_names,
            name_changes,
            birth_place,
            born_abroad,
            parents,
            children,
            spouses,
            ties,
            civil_status,
            residence,
            earlier_residences,
            acts,
            // `Status` takes these.
            citizenship: _,
            guardian_bodies: _,
            annotations: _,
            fingerprints: _,
            passports: _,
            lives_abroad: _,
            // The record that stays has these itself and keeps them.
            life_cycle: _,
            latin: _,
            traditional: _,
            sex: _,
            born_on: _,
            cards: _,
            // A record that has one of these is not merged, or the field is about the record and not about
            // the person.
            sealed: _,
            sealed_address: _,
            sealed_family: _,
            erased_parts: _,
            withdrawn_numbers: _,
            merged_into: _,
            last_seq: _,
        } = person;
        Self {
            person: *id,
            numbers: earlier_numbers.iter().chain(national_number).cloned().collect(),
            civil_id: civil_id.clone(),
            foreign: foreign.clone(),
            merged: merged.clone(),
            names: earlier_names.iter().chain(name).cloned().collect(),
            name_changes: *name_changes,
            birth_place: birth_place.clone(),
            born_abroad: born_abroad.clone(),
            parents: parents.clone(),
            children: children.clone(),
            spouses: spouses.clone(),
            ties: ties.clone(),
            civil_status: *civil_status,
            residences: earlier_residences.iter().chain(residence).cloned().collect(),
            is_resident: residence.is_some(),
            acts: acts.iter().take_while(|act| Some(act.entry) != merge).cloned().collect(),
            status: Status::of(person),
        }
    }

    /// Everyone to whom the record is tied.
    pub(super) fn relatives(&self) -> impl Iterator<Item = PersonId> {
        let links = self.parents.iter().chain(&self.spouses).chain(&self.children);
        links.map(|link| link.person).chain(self.ties.iter().map(|tie| tie.person))
    }

    /// Adds it to the record that stays, which keeps everything that it had.
    pub(super) fn apply(&self, person: &mut Person) {
        self.give_numbers(person);
        self.give_names(person);
        if person.birth_place.is_none() && person.born_abroad.is_none() {
            person.birth_place.clone_from(&self.birth_place);
            person.born_abroad.clone_from(&self.born_abroad);
        }
        self.give_ties(person);
        self.give_residences(person);
        self.status.give(person);
        person.acts.extend(self.acts.iter().cloned());
        person.acts.sort_by_key(|act| act.registered_on);
    }

    fn give_numbers(&self, person: &mut Person) {
        for number in &self.numbers {
            if person.national_number.as_ref() != Some(number) && !person.earlier_numbers.contains(number) {
                person.earlier_numbers.push(number.clone());
            }
        }
        person.merged.extend(self.merged.iter().cloned());
        let (civil_id, foreign) = (self.civil_id.clone(), self.foreign.clone());
        person.merged.push(MergedRecord { person: self.person, civil_id, foreign });
    }

    fn give_names(&self, person: &mut Person) {
        for name in &self.names {
            if person.name.as_ref() != Some(name) && !person.earlier_names.contains(name) {
                person.earlier_names.push(name.clone());
            }
        }
        let (own, other) = (person.name_changes, self.name_changes);
        person.name_changes = NameChanges {
            clan: own.clan.max(other.clan),
            parent: own.parent.max(other.parent),
            given: own.given.max(other.given),
        };
    }

    fn give_ties(&self, person: &mut Person) {
        for link in &self.parents {
            if person.parents.iter().all(|known| known.relation != link.relation) {
                person.parents.push(link.clone());
            }
        }
        for link in &self.children {
            if person.children.iter().all(|known| !is_same_tie(known, link)) {
                person.children.push(link.clone());
            }
        }
        for tie in &self.ties {
            if person.ties.iter().all(|known| (known.person, known.role) != (tie.person, tie.role)) {
                person.ties.push(tie.clone());
            }
        }
        let own = person.spouses.len();
        for link in &self.spouses {
            if person.spouses.iter().all(|known| !is_same_marriage(known, link)) {
                person.spouses.push(link.clone());
            }
        }
        if person.spouses.len() > own {
            // Marriages that the old register did not date come first, in the order in which they came.
            person.spouses.sort_by_key(|link| link.began_on);
            person.civil_status = civil_status(person);
        } else if person.civil_status == CivilStatus::Single {
            person.civil_status = self.civil_status;
        }
    }

    /// If both records have a present residence, the one with the later move is the present one.
    fn give_residences(&self, person: &mut Person) {
        let mut left = self.residences.clone();
        if self.is_resident
            && let Some(home) = left.pop()
        {
            let is_newer = person.residence.as_ref().is_none_or(|own| home.since > own.since);
            let other = if is_newer { person.residence.replace(home) } else { Some(home) };
            left.extend(other.filter(|other| person.residence.as_ref() != Some(other)));
        }
        if !left.is_empty() {
            person.earlier_residences.extend(left);
            person.earlier_residences.sort_by_key(|residence| residence.since);
        }
    }
}

fn civil_status(person: &Person) -> CivilStatus {
    if person.open_spouses().next().is_some() {
        return CivilStatus::Married;
    }
    let last = person.spouses.iter().max_by_key(|link| link.ended_on.map(PartialDate::latest));
    match last.map(|link| link.divorce) {
        Some(Some(_)) => CivilStatus::Divorced,
        // A person who died while married keeps that status, as everywhere in the record.
        Some(None) if person.is_alive() => CivilStatus::Widowed,
        Some(None) | None => person.civil_status,
    }
}

/// Whether both links are the same relation to the same person.
pub(super) fn is_same_tie(one: &Link, other: &Link) -> bool {
    (one.person, one.relation) == (other.person, other.relation)
}

/// Whether both links are the same marriage, registered twice.
pub(super) fn is_same_marriage(one: &Link, other: &Link) -> bool {
    let days = |link: &Link| (link.person, link.began_on, link.ended_on);
    days(one) == days(other)
        || one.person == other.person && one.ended_on.is_none() && other.ended_on.is_none()
}
