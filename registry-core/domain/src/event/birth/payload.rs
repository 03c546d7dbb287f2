//! What a birth entry keeps, and how it is folded.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::civil_id::CivilId;
use crate::entry::{Header, PartRole};
use crate::foreign::ForeignEntrant;
use crate::id::{NotificationId, PersonId};
use crate::name::{PersonName, TraditionalName};
use crate::national_number::NationalNumber;
use crate::person::{Link, Person, PlaceAbroad, Relation, Residence};
use crate::question::Answer;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// What a birth entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Child(Box<Child>),
    Parent {
        v: u16,
        child: PersonId,
        /// Their identity, if this foreign citizen enters the register with this entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enters: Option<Box<ForeignEntrant>>,
    },
}

/// What a birth entry says of the child.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Child {
    pub v: u16,
    /// The register number given to the child.
    pub national_number: NationalNumber,
    /// The civil id given to the child.
    pub civil_id: CivilId,
    pub name: PersonName,
    pub sex: Sex,
    /// Civil date of birth.
    pub born_on: NaiveDate,
    /// Local time of birth.
    pub born_time: Option<NaiveTime>,
    /// Unit of birth; none for a birth abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_place: Option<UnitCode>,
    /// Place of a birth abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_abroad: Option<PlaceAbroad>,
    pub mother: Option<PersonId>,
    pub father: Option<PersonId>,
    pub residence: Residence,
    /// Children born at this birth.
    pub plurality: u32,
    /// The place of this child among them, from 1.
    pub order: u32,
    /// The hospital's notification.
    pub notification: Option<NotificationId>,
    /// Number of the medical certificate.
    pub medical_certificate: Option<String>,
    /// Number of the authorisation of a representative.
    pub authorisation: Option<String>,
    /// Whether the birth was declared after the deadline.
    pub late: bool,
    /// Number of the competent body's act, for a foundling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foundling_act: Option<String>,
    /// Number of the foreign paper, for a birth abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_birth_paper: Option<String>,
    /// Number of the proof that no other citizenship was taken, for a birth abroad declared late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_other_citizenship_proof: Option<String>,
    /// The name in traditional script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traditional: Option<TraditionalName>,
    /// The officer's answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Child(child) => child.apply(person, header),
            Self::Parent { child, enters, .. } => {
                if let Some(entrant) = enters {
                    entrant.apply(person);
                }
                person.children.push(Link::new(*child, Relation::Child, header.id));
            }
        }
    }
}

impl Child {
    fn apply(&self, person: &mut Person, header: &Header) {
        let link = |person, relation| Link::new(person, relation, header.id);
        person.national_number = Some(self.national_number.clone());
        person.civil_id = Some(self.civil_id.clone());
        person.name = Some(self.name.clone());
        person.spell(self.traditional.as_ref());
        person.sex = Some(self.sex);
        person.born_on = Some(self.born_on.into());
        person.birth_place.clone_from(&self.birth_place);
        person.born_abroad.clone_from(&self.born_abroad);
        person.parents.extend(self.mother.map(|mother| link(mother, Relation::Mother)));
        person.parents.extend(self.father.map(|father| link(father, Relation::Father)));
        person.residence = Some(self.residence.clone());
        person.acts.push(header.act_ref());
    }
}
