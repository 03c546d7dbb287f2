//! Living abroad: a person leaves for longer than the term, or comes back. A move between units of Mongolia
//! is a change of residence. This kind leaves the registered residence as it is, because numbers, cards and
//! offices depend on it; it only records from when to when a person lives abroad. It is registered at the
//! office of that residence, also during the freeze before an election, because it moves nobody from one unit
//! to another. Written: a part for the person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::{days_after, parse_date};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::foreign::Country;
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{LifeAbroad, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "migration",
    title: say("Гадаадад оршин суух, буцаж ирэх", "Living abroad and return"),
    shelf: Shelf::Residence,
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
    rested_on: RestedOn::BySameKind,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: true,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Шилжилт хөдөлгөөний лавлагаа", "Reference of migration"), lines
    }),
    begins: Some(with_person),
    after: &[],
};

/// Whether the person leaves or comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Leaves to live abroad.
    Left,
    /// Comes back to the registered residence.
    Returned,
}

impl Direction {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "left" => Ok(Self::Left),
            "returned" => Ok(Self::Returned),
            _ => Err(Refusal::unknown_word(word)),
        }
    }
}

/// A declared departure or return. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `direction`: `left` or `returned`.
    pub direction: Direction,
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `country`: three letters, for a person who leaves.
    pub country: Option<Country>,
    /// `left_on`: civil date.
    pub left_on: Option<NaiveDate>,
    /// `planned_until`: until when a person who leaves means to stay, if known.
    pub planned_until: Option<NaiveDate>,
    /// `returned_on`: civil date.
    pub returned_on: Option<NaiveDate>,
}

/// What the entry says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Left {
        v: u16,
        /// The country of destination.
        country: Country,
        left_on: NaiveDate,
        /// Until when the person means to stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned_until: Option<NaiveDate>,
    },
    /// Came back.
    Returned { v: u16, returned_on: NaiveDate },
}

const DIRECTION: Field = Field::one(
    "direction",
    fields::WHAT_HAPPENS,
    &[
        choice("left", "Гадаадад оршин суухаар явсан", "Leaves to live abroad"),
        choice("returned", "Буцаж ирсэн", "Came back"),
    ],
)
.required();
const COUNTRY: Field = Field::country("country", say("Улс", "Country")).when("direction", "left");
const LEFT_ON: Field = Field::date("left_on", say("Явсан огноо", "Left on")).when("direction", "left");
const PLANNED_UNTIL: Field = Field::date("planned_until", say("Хэзээ хүртэл байх", "Means to stay until"));
const RETURNED_ON: Field =
    Field::date("returned_on", say("Буцаж ирсэн огноо", "Came back on")).when("direction", "returned");

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, DIRECTION]),
    Section::new(
        say("Гадаадад оршин суухаар явсан", "Leaves to live abroad"),
        &[COUNTRY, LEFT_ON, PLANNED_UNTIL],
    ),
    Section::new(say("Буцаж ирсэн", "Came back"), &[RETURNED_ON]),
])
.example(&[("person", "УЬ87111863"), ("direction", "left"), ("country", "KOR"), ("left_on", "2026-01-05")]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            direction: form.required(&DIRECTION, Direction::parse)?,
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            country: form.optional(&COUNTRY, Country::parse_foreign)?,
            left_on: form.optional(&LEFT_ON, parse_date)?,
            planned_until: form.optional(&PLANNED_UNTIL, parse_date)?,
            returned_on: form.optional(&RETURNED_ON, parse_date)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The claim is on the next departure, or on the return from the last one.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(person) = context.person(&self.person) else { return Vec::new() };
        let (direction, times) = match self.direction {
            Direction::Left => ("left", person.lives_abroad.len() + 1),
            Direction::Returned => ("returned", person.lives_abroad.len()),
        };
        vec![format!("migration/{}/{direction}/{times}", person.id)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        context.require_home_office(person, |unit| Refusal::NotHomeOffice { unit })?;
        let body = match self.direction {
            Direction::Left => self.departure(context, person)?,
            Direction::Returned => self.homecoming(context, person)?,
        };
        Ok(vec![Part { person: person.id, role: PartRole::Resident, body: PartBody::Migration(body) }])
    }

    fn describe(&self) -> Vec<Detail> {
        let direction = match self.direction {
            Direction::Left => "Гадаадад оршин суухаар явсан",
            Direction::Returned => "Буцаж ирсэн",
        };
        let mut details = vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Шилжилт", "Migration", direction),
        ];
        details.extend(self.country.as_ref().map(|country| Detail::new("Улс", "Country", country)));
        details.extend(self.left_on.map(|day| Detail::new("Явсан огноо", "Left on", day)));
        details.extend(self.returned_on.map(|day| Detail::new("Буцаж ирсэн огноо", "Returned on", day)));
        details
    }
}

impl Facts {
    fn departure(&self, context: &Context<'_>, person: &Person) -> Result<Body, Refusal> {
        let missing = |field: &str| Refusal::MissingField { field: field.to_owned() };
        let country = self.country.clone().ok_or_else(|| missing("country"))?;
        let left_on = self.left_on.ok_or_else(|| missing("left_on"))?;
        context.require_not_future(left_on).map_err(|no| no.in_field("left_on"))?;
        if person.abroad().is_some() {
            return Err(Refusal::AbroadAlready.in_field("person"));
        }
        if person.born_on.is_some_and(|born_on| left_on < born_on.earliest()) {
            return Err(Refusal::BeforeBirth.in_field("left_on"));
        }
        let last_return = person.lives_abroad.iter().filter_map(|life| life.returned_on).max();
        if last_return.is_some_and(|returned_on| left_on < returned_on) {
            return Err(Refusal::AbroadOutOfOrder.in_field("left_on"));
        }
        let days = context.law.living_abroad_days;
        if self.planned_until.is_some_and(|until| until <= days_after(left_on, days)) {
            return Err(Refusal::AbroadTooShort { days }.in_field("planned_until"));
        }
        Ok(Body::Left { v: 1, country, left_on, planned_until: self.planned_until })
    }

    fn homecoming(&self, context: &Context<'_>, person: &Person) -> Result<Body, Refusal> {
        let missing = || Refusal::MissingField { field: "returned_on".to_owned() };
        let returned_on = self.returned_on.ok_or_else(missing)?;
        context.require_not_future(returned_on).map_err(|no| no.in_field("returned_on"))?;
        let life = person.abroad().ok_or_else(|| Refusal::NotAbroad.in_field("person"))?;
        if returned_on < life.left_on {
            return Err(Refusal::AbroadOutOfOrder.in_field("returned_on"));
        }
        Ok(Body::Returned { v: 1, returned_on })
    }
}

/// The lines of the paper: who left for which country and when, or who came back when.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Migration(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    let person = sheet.person(part.person)?;
    paper::person_lines(&person, sheet);
    match body {
        Body::Left { country, left_on, .. } => {
            sheet.line("Оршин суухаар явсан улс", "Country", Some(country));
            sheet.line("Явсан огноо", "Date of departure", Some(left_on));
        }
        Body::Returned { returned_on, .. } => {
            sheet.line("Буцаж ирсэн огноо", "Date of return", Some(returned_on));
        }
    }
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Left { country, left_on, .. } => {
                let (country, left_on) = (country.clone(), *left_on);
                let life = LifeAbroad { country, left_on, entry: header.id, returned_on: None };
                person.lives_abroad.push(life);
            }
            Self::Returned { returned_on, .. } => {
                for life in person.lives_abroad.iter_mut().filter(|life| life.returned_on.is_none()) {
                    life.returned_on = Some(*returned_on);
                }
            }
        }
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
