//! Stillbirth: a statistical notification (UN Principles and Recommendations for a Vital Statistics System,
//! rev. 3: a foetal death is counted, and is no entry on a person). Received at any office.
//!
//! There is no number, no name and no record of a child. The entry has one part under the mother's key, in a
//! role of its own, because only so is it encrypted and can be erased like everything else that is hers; an
//! entry without people could hold nothing but its open header. The part folds to nothing: no record, act or
//! extract ever shows it. Statistics count the headers of such entries, which say kind, day and office and
//! nothing of any person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::{age_on, parse_date};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Entered, Field, Filled, Form, Section, fields, say};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "stillbirth",
    title: say("Амьгүй төрсний мэдэгдэл", "Stillbirth"),
    shelf: Shelf::Life,
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
    paper: None,
    begins: Some(begin),
    after: &[],
};

/// The form begins with the mother.
fn begin(person: &Person) -> Option<Beginning> {
    let is_woman = person.sex == Some(Sex::Female);
    (is_woman && person.is_alive()).then(|| vec![("mother", person.any_number())])
}

/// A pregnancy of more weeks is not believed.
const MOST_WEEKS: u32 = 45;

/// A notified stillbirth. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `mother`: number, civil id, foreign document or id.
    pub mother: PersonRef,
    /// `happened_on`: civil date at the place.
    pub happened_on: NaiveDate,
    /// `place`: unit, if known.
    pub place: Option<UnitCode>,
    /// `weeks`: completed weeks of the pregnancy.
    pub weeks: Option<u32>,
    /// `sex`: absent if it could not be told.
    pub sex: Option<Sex>,
    /// `medical_certificate`: number of the paper.
    pub medical_certificate: Option<String>,
    /// `plurality`: children born at this birth, alive or not.
    pub plurality: u32,
    /// `order`: the place of this one among them, from 1.
    pub order: u32,
}

/// What a stillbirth entry says, under the mother's key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// What is counted.
    Counted {
        /// Version of this payload.
        v: u16,
        /// The civil date on which it happened.
        happened_on: NaiveDate,
        /// Unit in which it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<UnitCode>,
        /// Unit in which the mother lived when it was notified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mothers_unit: Option<UnitCode>,
        /// Completed weeks of the pregnancy.
        weeks: u32,
        /// The sex, if it could be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sex: Option<Sex>,
        /// Number of the paper.
        medical_certificate: String,
        /// Children born at this birth.
        plurality: u32,
        /// The place of this one among them, from 1.
        order: u32,
    },
}

const MOTHER: Field = fields::MOTHER.required();
const HAPPENED_ON: Field = Field::date("happened_on", say("Огноо", "Date")).required();
const PLACE: Field = Field::unit("place", say("Болсон газар", "Where it happened"));
const WEEKS: Field = Field::entered(
    "weeks",
    say("Жирэмсний бүтэн долоо хоног", "Completed weeks of the pregnancy"),
    Entered::Count,
)
.required_by_law();
const MEDICAL_CERTIFICATE: Field = fields::MEDICAL_CERTIFICATE.required_by_law();

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(
        say("Эх", "Mother"),
        &[MOTHER, HAPPENED_ON, PLACE, WEEKS, fields::SEX, fields::PLURALITY, fields::ORDER],
    )
    .hint(say(
        "Зөвхөн тоонд орно: хэний ч бүртгэлд харагдахгүй.",
        "Counted only: nobody's record will show it.",
    )),
    Section::new(fields::PAPERS, &[MEDICAL_CERTIFICATE]),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            mother: form.required(&MOTHER, PersonRef::parse)?,
            happened_on: form.required(&HAPPENED_ON, parse_date)?,
            place: form.optional(&PLACE, UnitCode::parse)?,
            weeks: form.count(&WEEKS)?,
            sex: form.optional(&fields::SEX, Sex::parse)?,
            medical_certificate: form.text(&MEDICAL_CERTIFICATE)?,
            plurality: form.count(&fields::PLURALITY)?.unwrap_or(1),
            order: form.count(&fields::ORDER)?.unwrap_or(1),
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.mother.clone()]
    }

    /// No record shows that the same event was notified before, so only the claim prevents a second
    /// notification.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let mother = context.person(&self.mother);
        let claim = |mother: &Person| format!("stillbirth/{}/{}/{}", mother.id, self.happened_on, self.order);
        mother.map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let mother = context.require_person(&self.mother).map_err(|no| no.in_field("mother"))?;
        context.require_not_future(self.happened_on).map_err(|no| no.in_field("happened_on"))?;
        if let Some(place) = &self.place {
            context.units.require_on(place, self.happened_on).map_err(|no| no.in_field("place"))?;
        }
        self.check_mother(context, mother).map_err(|no| no.in_field("mother"))?;
        if self.order == 0 || self.order > self.plurality {
            return Err(Refusal::OrderBeyondPlurality.in_field("order"));
        }
        let least = context.law.stillbirth_weeks;
        let weeks = self.weeks.filter(|weeks| (least..=MOST_WEEKS).contains(weeks));
        let weeks =
            weeks.ok_or_else(|| Refusal::StillbirthWeeks { least, most: MOST_WEEKS }.in_field("weeks"))?;
        let paper = self.medical_certificate.clone();
        let medical_certificate =
            paper.ok_or_else(|| Refusal::StillbirthPaperMissing.in_field("medical_certificate"))?;
        let body = PartBody::Stillbirth(Body::Counted {
            v: 1,
            happened_on: self.happened_on,
            place: self.place.clone(),
            mothers_unit: mother.residence.as_ref().map(|home| home.unit.clone()),
            weeks,
            sex: self.sex,
            medical_certificate,
            plurality: self.plurality,
            order: self.order,
        });
        Ok(vec![Part { person: mother.id, role: PartRole::Stillbirth, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Эх", "Mother", &self.mother),
            Detail::new("Болсон огноо", "Date", self.happened_on),
        ];
        details.extend(self.weeks.map(|weeks| Detail::new("Долоо хоног", "Weeks", weeks)));
        let paper = self.medical_certificate.as_ref();
        details.extend(paper.map(|paper| Detail::new("Эмнэлгийн баримт", "Medical paper", paper)));
        details
    }
}

impl Facts {
    /// Requires a woman who was old enough and lived until then.
    fn check_mother(&self, context: &Context<'_>, mother: &Person) -> Result<(), Refusal> {
        if mother.require_sex()? != Sex::Female {
            return Err(Refusal::ParentSexMismatch);
        }
        let oldest = age_on(mother.require_born_on()?.earliest(), self.happened_on);
        if oldest < context.law.parent_minimum_age {
            return Err(Refusal::ParentTooYoung);
        }
        if mother.died_on().is_some_and(|died_on| died_on.latest() < self.happened_on) {
            return Err(Refusal::MotherDeadBeforeBirth);
        }
        Ok(())
    }
}

impl Body {
    #[expect(clippy::unused_self, reason = "the part is counted, and never enters a record")]
    pub(crate) const fn apply(&self, _person: &mut Person, _header: &Header, _role: PartRole) {}
}

#[cfg(test)]
mod tests;
