//! Sealing of a record, and its opening: a sealed record answers agencies as if the person were unknown. On the
//! decision of a competent body; the article could not be read, so the paper's number is what is required.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{self, Form};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;

/// A declared sealing. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `sealed`: whether it is sealed from now on.
    pub sealed: bool,
    /// `decision_number`: of the competent body.
    pub decision_number: String,
}

/// What a sealing entry says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// Of the person whose record it is.
    Subject {
        /// Version of this payload.
        v: u16,
        /// Whether it is sealed from now on.
        sealed: bool,
        /// Number of the decision.
        decision_number: String,
    },
}

impl Registrable for Facts {
    fn parse(form: &Form<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required("person", PersonRef::parse)?,
            sealed: form.flag("sealed")?,
            decision_number: form.required("decision_number", form::text(100))?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        person.map(|person| format!("sealing/{}/{}", person.id, self.decision_number)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        let decision_number = self.decision_number.clone();
        let body = PartBody::Sealing(Body::Subject { v: 1, sealed: self.sealed, decision_number });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Битүүмжлэх эсэх", "Sealed", self.sealed),
            Detail::new("Шийдвэрийн дугаар", "Number of the decision", &self.decision_number),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { sealed, .. } => {
                person.sealed = *sealed;
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
