//! A neutral remark on an act in someone's record: a text and the number of a paper. It changes nothing else.
//! It is registered where a correction would be: at the office of the act, or where the person lives.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::amendment::correction::require_office;
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::id::EntryId;
use crate::person::{ActRef, Annotation, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "annotation",
    title: say("Бичлэгийн тэмдэглэл", "Annotation of an entry"),
    shelf: Shelf::Amendment,
    doors: &[Door::Declaration],
    territory: Territory::HomeUnit,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(with_person),
    after: &[],
};

/// A declared annotation. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: the person in whose record the act stands; number, civil id or id.
    pub person: PersonRef,
    /// `act_number`: of the act to which the remark belongs.
    pub act_number: String,
    /// `remark`: its text.
    pub remark: String,
    /// `paper_number`: of the paper that supports it.
    pub paper_number: String,
}

/// What an annotation says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person in whose record the act stands.
    Subject {
        v: u16,
        /// The entry that the remark is about.
        of: EntryId,
        remark: String,
        paper_number: String,
    },
}

const ACT_NUMBER: Field = Field::text("act_number", 60, say("Актын дугаар", "Act number"))
    .hint(say("Лавлагаанд хэвлэснээр", "As printed on the extract"))
    .required();
const REMARK: Field = Field::text("remark", 500, say("Тэмдэглэл", "Remark")).required();
const PAPER_NUMBER: Field = fields::PAPER_NUMBER.required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::ENTRY_AMENDED, &[fields::PERSON, ACT_NUMBER]),
    Section::new(say("Тэмдэглэл", "Remark"), &[REMARK, PAPER_NUMBER]),
])
.example(&[
    ("person", "УЪ88042219"),
    ("act_number", "110151-2026-0000001"),
    ("remark", "Эх баримт архивт алга"),
    ("paper_number", "АР-9"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            act_number: form.required_text(&ACT_NUMBER)?,
            remark: form.required_text(&REMARK)?,
            paper_number: form.required_text(&PAPER_NUMBER)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        let claim =
            |person: &Person| format!("annotation/{}/{}/{}", person.id, self.act_number, self.paper_number);
        person.map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        // An act that no answer shows is treated as if it did not exist.
        let is_shown = |act: &&ActRef| !person.hides_act(act.entry, act.kind) && !act.kind.is_under_seal();
        let mut shown = person.acts.iter().filter(is_shown);
        let act = shown.find(|act| act.number == self.act_number);
        let act = act.ok_or_else(|| Refusal::EntryNotOfPerson.in_field("act_number"))?;
        require_office(context, &act.office, person)?;
        let (remark, paper_number) = (self.remark.clone(), self.paper_number.clone());
        let body = PartBody::Annotation(Body::Subject { v: 1, of: act.entry, remark, paper_number });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Тэмдэглэл хийх акт", "Act remarked on", &self.act_number),
            Detail::new("Тэмдэглэл", "Remark", &self.remark),
            Detail::new("Баримтын дугаар", "Number of the paper", &self.paper_number),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { of, remark, paper_number, .. } => {
                let (text, paper) = (remark.clone(), paper_number.clone());
                person.annotations.push(Annotation { of: *of, text, paper, entry: header.id });
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
