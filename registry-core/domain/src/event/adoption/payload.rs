//! What an adoption entry keeps, how it is folded, and what the birth shows from then on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::entry::{Header, PartBody, PartRole};
use crate::history::{Recorded, in_effect};
use crate::id::PersonId;
use crate::name::PersonName;
use crate::person::{Link, Person, Relation};
use crate::question::Answer;

/// What an adoption entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Child(Box<Child>),
    /// The grounds: a separate part about the child.
    Ground(Box<Ground>),
    Adopter {
        v: u16,
        child: PersonId,
        /// From which day on answers show the child as theirs.
        since: Since,
    },
    /// About a parent who is replaced, or a person who was guardian before.
    BirthParent {
        v: u16,
        child: PersonId,
    },
}

/// From which day on answers show the adopted child as the adopters': as if it had been born to them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Since {
    /// The day of the child's birth.
    pub born_on: NaiveDate,
    /// The day on which the register learnt of the child.
    pub registered_on: NaiveDate,
}

/// What an adoption entry says of the child.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Child {
    pub v: u16,
    /// The new mother.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mother: Option<PersonId>,
    /// The new father.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub father: Option<PersonId>,
    /// The relations in which the earlier parents are sealed.
    pub replaced: Vec<Relation>,
    /// The whole name from now on, if it changes. It does not count as the change of name that the law allows
    /// once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
}

/// The grounds of an adoption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Ground {
    pub v: u16,
    /// The Governor or court.
    pub decided_by: String,
    pub decision_number: String,
    /// Civil date of the decision.
    pub decided_on: NaiveDate,
    pub parents_consent: bool,
    /// Number of the decision that waived their consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_waiver: Option<String>,
    pub child_consents: bool,
    /// The officer's answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Child(body) => {
                person.seal_past();
                person.seal_parents(&body.replaced, header.id);
                let link = |person, relation| Link::new(person, relation, header.id);
                person.parents.extend(body.mother.map(|mother| link(mother, Relation::Mother)));
                person.parents.extend(body.father.map(|father| link(father, Relation::Father)));
                if let Some(name) = &body.name {
                    person.rename_sealed(name.clone(), header);
                }
                person.seal_act(header);
            }
            Self::Ground(_) => {}
            Self::Adopter { child, .. } => {
                person.seal_wardships(*child);
                person.children.push(Link::new(*child, Relation::Child, header.id));
                person.seal_act(header);
            }
            Self::BirthParent { child, .. } => {
                person.seal_child(*child, header.id);
                person.seal_wardships(*child);
                person.seal_act(header);
            }
        }
    }

    /// Whether it counts in an answer about a day before the entry. Such an answer must not disclose what has
    /// been sealed since.
    pub(crate) fn reaches_back_to(&self, day: NaiveDate, since: impl Fn(&Since) -> NaiveDate) -> bool {
        match self {
            Self::Child(_) | Self::BirthParent { .. } => true,
            Self::Adopter { since: known, .. } => since(known) <= day,
            Self::Ground(_) => false,
        }
    }
}

/// How the birth of an adopted person is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AsBorn {
    /// The name, if the adoption changed it.
    pub name: Option<PersonName>,
    /// Mother and father, by relation; a relation that is absent stays as the birth says.
    pub parents: Vec<(Relation, Option<PersonId>)>,
}

impl AsBorn {
    /// By the last adoption in effect; none for a person who was not adopted.
    pub fn of(parts: &[Recorded]) -> Option<Self> {
        let effective = in_effect(parts);
        let last = effective.iter().rev().find_map(|part| {
            let PartBody::Adoption(Body::Child(child)) = part.body else { return None };
            Some(child)
        })?;
        let parent = |relation| match relation {
            Relation::Mother => (relation, last.mother),
            Relation::Father | Relation::Child | Relation::Spouse => (relation, last.father),
        };
        Some(Self { name: last.name.clone(), parents: last.replaced.iter().copied().map(parent).collect() })
    }

    /// Who is shown as this parent in place of the one whom the birth names.
    pub fn parent(&self, relation: Relation, at_birth: Option<PersonId>) -> Option<PersonId> {
        let told = self.parents.iter().find(|(replaced, _)| *replaced == relation);
        told.map_or(at_birth, |(_, parent)| *parent)
    }
}
