//! A title of honour conferred by the State: an invented kind, so that a test can add it. Any office
//! registers it. It writes to: the person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::paper::{self, Sheet, Unprinted};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The answers that every kind must give.
pub const RULES: Rules = Rules {
    word: "honour",
    title: say("Цол олгосон", "Title of honour"),
    shelf: Shelf::Status,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper { title: say("Цолны лавлагаа", "Reference of a title of honour"), lines }),
    begins: Some(with_person),
    after: &[],
};

/// A title of honour in a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Honour {
    /// The title that was conferred.
    pub title: String,
    /// The civil date of the decree.
    pub decreed_on: NaiveDate,
}

/// A title that is declared. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id of the person.
    pub person: PersonRef,
    /// `honour_title`: the title that was conferred.
    pub honour_title: String,
    /// `decreed_on`: civil date of the decree.
    pub decreed_on: NaiveDate,
}

/// What the entry records about its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// The person who was honoured.
    Subject {
        /// The version of this payload.
        v: u16,
        /// The title with its day.
        honour: Honour,
    },
}

const HONOUR_TITLE: Field = Field::text("honour_title", 100, say("Цол", "Title")).required();
const DECREED_ON: Field = Field::date("decreed_on", say("Зарлигийн огноо", "Date of the decree")).required();

/// The questions of the form, section by section.
pub(crate) const FORM: Form =
    Form::new(&[Section::new(fields::APPLICANT, &[fields::PERSON, HONOUR_TITLE, DECREED_ON])]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            honour_title: form.required_text(&HONOUR_TITLE)?,
            decreed_on: form.required(&DECREED_ON, parse_date)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        person.map(|person| format!("honour/{}/{}", person.id, self.honour_title)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        context.require_not_future(self.decreed_on).map_err(|no| no.in_field("decreed_on"))?;
        if person.honours.iter().any(|honour| honour.title == self.honour_title) {
            return Err(Refusal::HonouredAlready.in_field("honour_title"));
        }
        let honour = Honour { title: self.honour_title.clone(), decreed_on: self.decreed_on };
        let body = PartBody::Honour(Body::Subject { v: 1, honour });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Цол", "Title", &self.honour_title),
            Detail::new("Зарлигийн огноо", "Date of the decree", self.decreed_on),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { honour, .. } => {
                person.honours.push(honour.clone());
                person.acts.push(header.act_ref());
            }
        }
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Honour(Body::Subject { honour, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    let person = sheet.person(part.person)?;
    paper::person_lines(&person, sheet);
    sheet.line("Цол", "Title", Some(&honour.title));
    sheet.line("Зарлигийн огноо", "Date of the decree", Some(honour.decreed_on));
    Ok(())
}
