//! One person taken over from the old register. Any well-formed number is kept as it is, even if its letters,
//! date or sex differ from the row, because all three can lawfully have changed since the number was given.
//!
//! Parents and spouse are tied if they are in the register already, so the files list parents before
//! children.

mod row;

use serde::{Deserialize, Serialize};

pub use row::{COLUMNS, Facts as LegacyRow};
pub(crate) use row::{FORM, Facts};

use crate::civil_id::CivilId;
use crate::date::PartialDate;
use crate::entry::{Header, PartRole};
use crate::id::PersonId;
use crate::name::PersonName;
use crate::national_number::NationalNumber;
use crate::person::{CivilStatus, LifeCycle, Link, Person, Relation, Residence};
use crate::rules::*;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "legacy",
    title: say("Хуучин бүртгэлээс оруулсан", "Import from the old register"),
    shelf: Shelf::Life,
    doors: &[Door::Import],
    territory: Territory::Central,
    receives: &[Role::Administrator],
    registers: &[Role::Administrator],
    approves: &[Role::Administrator],
    basis: Basis::Registration,
    is_about_a_record: false,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByMarriagesOfSpouse,
    rests_on: RestsOn::Marriage,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::First,
    paper: None,
    begins: None,
    after: &[],
};

/// What an imported row says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person of the row.
    Imported(Box<Imported>),
    /// Of a parent: a child of theirs was imported.
    Parent { v: u16, child: PersonId },
    /// Of a husband or wife: the marriage is in the old register.
    Spouse {
        v: u16,
        /// The other spouse.
        spouse: PersonId,
        /// The day on which the other spouse died, if dead already.
        spouse_died_on: Option<PartialDate>,
    },
}

/// What an imported row says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Imported {
    pub v: u16,
    /// Register number as the old register has it.
    pub national_number: NationalNumber,
    /// Civil id, from the old register or newly given.
    pub civil_id: CivilId,
    pub name: PersonName,
    pub sex: Sex,
    pub born_on: PartialDate,
    pub birth_place: Option<UnitCode>,
    pub residence: Option<Residence>,
    pub mother: Option<PersonId>,
    pub father: Option<PersonId>,
    pub spouse: Option<PersonId>,
    /// The day on which the husband or wife died, if dead already.
    pub spouse_died_on: Option<PartialDate>,
    /// The day on which the person died, if dead already.
    pub died_on: Option<PartialDate>,
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Imported(row) => row.apply(person, header),
            Self::Parent { child, .. } => person.children.push(Link::new(*child, Relation::Child, header.id)),
            Self::Spouse { spouse, spouse_died_on, .. } => marry(person, *spouse, *spouse_died_on, header),
        }
    }
}

/// Ties a marriage of the old register. It has ended if either of the two is dead.
fn marry(person: &mut Person, spouse: PersonId, spouse_died_on: Option<PartialDate>, header: &Header) {
    let ended_on = spouse_died_on.into_iter().chain(person.died_on()).min_by_key(|day| day.latest());
    person.spouses.push(Link { ended_on, ..Link::new(spouse, Relation::Spouse, header.id) });
    person.civil_status = if spouse_died_on.is_some() { CivilStatus::Widowed } else { CivilStatus::Married };
}

impl Imported {
    fn apply(&self, person: &mut Person, header: &Header) {
        let link = |person, relation| Link::new(person, relation, header.id);
        person.national_number = Some(self.national_number.clone());
        person.civil_id = Some(self.civil_id.clone());
        person.name = Some(self.name.clone());
        person.sex = Some(self.sex);
        person.born_on = Some(self.born_on);
        person.birth_place.clone_from(&self.birth_place);
        person.residence.clone_from(&self.residence);
        person.parents.extend(self.mother.map(|mother| link(mother, Relation::Mother)));
        person.parents.extend(self.father.map(|father| link(father, Relation::Father)));
        if let Some(died_on) = self.died_on {
            let act_number = header.act_number.clone().unwrap_or_default();
            person.life_cycle = LifeCycle::Dead { died_on, entry: header.id, act_number, by_court: false };
        }
        if let Some(spouse) = self.spouse {
            marry(person, spouse, self.spouse_died_on, header);
        }
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
