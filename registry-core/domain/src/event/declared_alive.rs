//! Return of a person whom a court declared dead: the court's declaration is revoked. Registered at any
//! office.
//!
//! The life goes on, but what the death ended stays ended: the marriage (its restoration is a kind of its
//! own), the cards, which the person applies for anew, and the passports. A death by medical paper does not
//! belong here: if such an entry is wrong, it is annulled. Written: a part for the person.

use serde::{Deserialize, Serialize};

use super::marriage_ended::CourtDecision;
use super::{Detail, Registrable};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Filled, Form, Section, fields, say};
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{CivilStatus, LifeCycle, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "declared_alive",
    title: say("Нас барсанд тооцсон хүн эргэн ирсэн", "Return of a person declared dead"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Marriage,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Эргэн ирсний лавлагаа", "Reference of the return of one declared dead"),
        lines,
    }),
    begins: Some(begin),
    after: &[],
};

/// Fills in a person whose death is on record.
fn begin(person: &Person) -> Option<Beginning> {
    (!person.is_alive()).then(|| vec![("person", person.any_number())])
}

/// A declared return. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id, foreign document or id.
    pub person: PersonRef,
    /// `court`, `decision_number`, `in_force_on`: the decision that revokes the declaration.
    pub decision: Option<CourtDecision>,
}

/// What the entry of a return says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person who came back.
    Subject {
        v: u16,
        /// The court's decision.
        decision: CourtDecision,
    },
}

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(say("Эргэн ирсэн хүн", "Who returned"), &[fields::PERSON]),
    Section::new(fields::PAPERS, &[fields::COURT, fields::DECISION_NUMBER, fields::IN_FORCE_ON]),
])
.example(&[
    ("person", "УЬ66122192"),
    ("court", "Багануур дүүргийн шүүх"),
    ("decision_number", "ИШ-12"),
    ("in_force_on", "2026-01-05"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            decision: CourtDecision::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The claim names the entry of the death that is revoked.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        match context.person(&self.person).map(|person| &person.life_cycle) {
            Some(LifeCycle::Dead { entry, .. }) => vec![format!("declared-alive/{entry}")],
            Some(LifeCycle::Alive) | None => Vec::new(),
        }
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        match &person.life_cycle {
            LifeCycle::Alive => return Err(Refusal::NotDead.in_field("person")),
            LifeCycle::Dead { by_court: false, act_number, .. } => {
                return Err(Refusal::DeathNotByCourt { act_number: act_number.clone() });
            }
            LifeCycle::Dead { by_court: true, .. } => {}
        }
        let decision = self.decision.clone().ok_or(Refusal::CourtDecisionMissing)?;
        decision.require_in_force(context)?;
        let body = PartBody::DeclaredAlive(Body::Subject { v: 1, decision });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![Detail::new("Эргэн ирсэн хүн", "Who came back", &self.person)];
        if let Some(decision) = &self.decision {
            details.push(Detail::new("Шүүх", "Court", &decision.court));
            details.push(Detail::new(
                "Шийдвэрийн дугаар",
                "Number of the decision",
                &decision.decision_number,
            ));
        }
        details
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::DeclaredAlive(Body::Subject { .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    let person = sheet.person(part.person)?;
    paper::person_lines(&person, sheet);
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { .. } => {
                person.life_cycle = LifeCycle::Alive;
                // The declared death ended the marriage for both, and left the other widowed. If the person
                // who returns has no open marriage, they are widowed too.
                if person.civil_status == CivilStatus::Married && person.open_spouses().next().is_none() {
                    person.civil_status = CivilStatus::Widowed;
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
