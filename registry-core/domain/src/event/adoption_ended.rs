//! End of an adoption by decision of a court. The article could not be read: `docs/law.md` says which rules
//! are ours.
//!
//! The ties to the adopters end and stay under seal, because they remain an impediment to marriage. The
//! former parents and the former name come back if the decision says so. An adoption that was void from the
//! beginning is annulled instead. Written: parts for the child, for each adopter, and for each parent who
//! comes back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::marriage_ended::CourtDecision;
use super::{Detail, Registrable};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::name::PersonName;
use crate::person::{Link, Person, Relation};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "adoption_ended",
    title: say("Үрчлэлт дуусгавар болсон", "End of adoption"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::HomeUnit,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 5,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::Family,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(with_child),
    after: &[],
};

/// A declared end of an adoption. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `child`: number, civil id or id.
    pub child: PersonRef,
    /// `court`, `decision_number`, `in_force_on`: the decision.
    pub decision: Option<CourtDecision>,
    /// `restore_parents`: the parents from before the adoption become parents again.
    pub restore_parents: bool,
    /// `restore_name`: the child bears the name from before the adoption again.
    pub restore_name: bool,
}

/// What the entry of an end of adoption says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Child(Box<Child>),
    Adopter {
        v: u16,
        /// The entry of the adoption.
        of: EntryId,
        /// The day on which the adoption ended.
        adoption_ended_on: NaiveDate,
    },
    /// About a parent who comes back.
    BirthParent {
        v: u16,
        child: PersonId,
    },
}

/// What the entry says of the child.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Child {
    pub v: u16,
    /// The entry of the adoption.
    pub of: EntryId,
    /// The court's decision.
    pub decision: CourtDecision,
    /// Parents who come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restored: Vec<PersonId>,
    /// The whole name from now on, if it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
}

const RESTORE_PARENTS: Field = Field::agreed(
    "restore_parents",
    say("Өмнөх эцэг, эхийг сэргээнэ", "The parents from before are parents again"),
);
const RESTORE_NAME: Field =
    Field::agreed("restore_name", say("Өмнөх нэрийг сэргээнэ", "The name from before is borne again"));

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::CHILD_LEGEND, &[fields::CHILD, RESTORE_PARENTS, RESTORE_NAME]),
    Section::new(fields::PAPERS, &[fields::COURT, fields::DECISION_NUMBER, fields::IN_FORCE_ON]),
])
.example(&[
    ("child", "100000000171"),
    ("restore_parents", "true"),
    ("restore_name", "true"),
    ("court", "Багануур дүүргийн шүүх"),
    ("decision_number", "ИШ-12"),
    ("in_force_on", "2026-01-05"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            child: form.required(&fields::CHILD, PersonRef::parse)?,
            decision: CourtDecision::parse(form)?,
            restore_parents: form.flag(&RESTORE_PARENTS)?,
            restore_name: form.flag(&RESTORE_NAME)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.child.clone()]
    }

    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let children = loaded.iter().filter(|person| self.child.is_of(person));
        let links = children.flat_map(|child| child.parents.iter().chain(&child.sealed_family.parents));
        links.map(|link| link.person).collect()
    }

    /// The claim names the entry of the adoption that ends.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let adoption = context.person(&self.child).and_then(Person::open_adoption);
        adoption.map(|entry| format!("adoption-ended/{entry}")).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let child = context.require_person(&self.child).map_err(|no| no.in_field("child"))?;
        let decision = self.decision.clone().ok_or(Refusal::CourtDecisionMissing)?;
        decision.require_in_force(context)?;
        let of = child.open_adoption().ok_or_else(|| Refusal::NotAdopted.in_field("child"))?;
        let adopters: Vec<&Link> = child.parents.iter().filter(|link| link.entry == of).collect();
        // Parents by an earlier adoption do not come back, because the act of that adoption is sealed too.
        let is_adoption = |entry| {
            child.sealed_family.acts.iter().any(|act| act.kind == Kind::Adoption && act.entry == entry)
        };
        let before = child.sealed_family.parents.iter();
        let before = before.filter(|link| link.ended_on.is_none() && !is_adoption(link.entry));
        let restored: Vec<&Link> = before.filter(|_| self.restore_parents).collect();
        let name = child.sealed_family.names.last().filter(|_| self.restore_name).cloned();
        let ended_on = decision.in_force_on;
        let body =
            Child { v: 1, of, decision, restored: restored.iter().map(|link| link.person).collect(), name };
        let part = |person, role, body| Part { person, role, body: PartBody::AdoptionEnded(body) };
        let mut parts = vec![part(child.id, PartRole::Child, Body::Child(Box::new(body)))];
        parts.extend(adopters.into_iter().map(|link| {
            let role = if link.relation == Relation::Mother { PartRole::Mother } else { PartRole::Father };
            part(link.person, role, Body::Adopter { v: 1, of, adoption_ended_on: ended_on })
        }));
        parts.extend(restored.into_iter().map(|link| {
            part(link.person, PartRole::BirthParent, Body::BirthParent { v: 1, child: child.id })
        }));
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![Detail::new("Хүүхэд", "Child", &self.child)];
        if let Some(decision) = &self.decision {
            details.push(Detail::new("Шүүх", "Court", &decision.court));
            details.push(Detail::new(
                "Шийдвэрийн дугаар",
                "Number of the decision",
                &decision.decision_number,
            ));
        }
        details.push(Detail::new("Өмнөх эцэг, эхийг сэргээх", "Restores the parents", self.restore_parents));
        details.push(Detail::new("Өмнөх нэрийг сэргээх", "Restores the name", self.restore_name));
        details
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Child(body) => {
                person.seal_past();
                person.end_adoption(body.of, body.decision.in_force_on);
                person.unseal(|link| body.restored.contains(&link.person));
                if !body.restored.is_empty() {
                    person.unseal_past();
                }
                if let Some(name) = &body.name {
                    person.rename_sealed(name.clone(), header);
                }
            }
            Self::Adopter { of, adoption_ended_on, .. } => person.end_adoption(*of, *adoption_ended_on),
            Self::BirthParent { child, .. } => person.unseal(|link| link.person == *child),
        }
        person.seal_act(header);
    }
}

#[cfg(test)]
mod tests;
