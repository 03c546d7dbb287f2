//! Sealing of a record or of an address, and its opening. For a sealed record, agencies get the answer of an
//! unknown person; a sealed address is in no answer. On the decision of a competent body. The article could
//! not be read, so only the number of the decision is required.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sealed::SealedGroup;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "sealing",
    title: say("Бичлэг битүүмжлэх", "Sealing of a record"),
    shelf: Shelf::Amendment,
    doors: &[Door::Declaration],
    territory: Territory::Central,
    receives: &[Role::Administrator],
    registers: &[Role::Administrator],
    approves: &[Role::Administrator],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::Two },
    least_eyes: Eyes::Two,
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Life,
    seal: Seal::Sealing,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: None,
    after: &[],
};

/// A declared sealing. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `sealed`: whether the record or address is sealed from now on, or opened.
    pub sealed: bool,
    /// `decision_number`: number of the competent body's decision.
    pub decision_number: String,
    /// `group`: `record` or `address`; the record if absent.
    pub group: SealedGroup,
}

/// What a sealing entry says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person whose record or address it is.
    Subject {
        v: u16,
        /// Whether it is sealed from now on, or opened.
        sealed: bool,
        /// Number of the competent body's decision.
        decision_number: String,
        /// Whether the record or the address is meant.
        #[serde(default, skip_serializing_if = "SealedGroup::is_record")]
        group: SealedGroup,
    },
}

const GROUP: Field = Field::one(
    "group",
    say("Битүүмжлэх хэсэг", "What is sealed"),
    &[choice("record", "Бүх бичлэг", "The whole record"), choice("address", "Хаяг", "The address")],
);
const SEALED: Field =
    Field::agreed("sealed", say("Битүүмжилнэ (хоосон бол нээнэ)", "Seal it (empty: open it)"));
const DECISION_NUMBER: Field = fields::DECISION_NUMBER.required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, GROUP, SEALED]),
    Section::new(fields::PAPERS, &[DECISION_NUMBER]),
])
.example(&[("person", "УЪ41062722"), ("group", "address"), ("sealed", "true"), ("decision_number", "Ш-3")]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            sealed: form.flag(&SEALED)?,
            decision_number: form.required_text(&DECISION_NUMBER)?,
            group: form.optional(&GROUP, SealedGroup::parse)?.unwrap_or_default(),
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let (group, way) = (self.group.as_str(), if self.sealed { "seal" } else { "open" });
        let claim = |person: &Person| format!("sealing/{}/{group}/{way}/{}", person.id, self.decision_number);
        context.person(&self.person).map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        let decision_number = self.decision_number.clone();
        let subject = Body::Subject { v: 1, sealed: self.sealed, decision_number, group: self.group };
        let body = PartBody::Sealing(subject);
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Битүүмжлэх эсэх", "Sealed", self.sealed),
            Detail::new("Юуг", "What is sealed or opened", self.group.as_str()),
            Detail::new("Шийдвэрийн дугаар", "Number of the decision", &self.decision_number),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { sealed, group: SealedGroup::Record, .. } => {
                person.sealed = *sealed;
                person.acts.push(header.act_ref());
            }
            // The act itself would disclose that the address is sealed.
            Self::Subject { sealed, group: SealedGroup::Address, .. } => {
                person.sealed_address = *sealed;
                person.seal_act(header);
            }
        }
    }
}

#[cfg(test)]
mod tests;
