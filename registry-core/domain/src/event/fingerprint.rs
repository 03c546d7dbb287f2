//! Fingerprints taken: the day and the hand; the header of the entry names the office and the officer. No
//! biometric data enter the register. Registered at any office (Order A/207 of 2018, 1.2). Written: a part
//! for the person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::person::{FingerprintsTaken, Hand, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "fingerprint",
    title: say("Гарын хурууны хээ авсан", "Fingerprints taken"),
    shelf: Shelf::Status,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar, Role::CardOfficer],
    registers: &[Role::Registrar, Role::CardOfficer],
    approves: &[Role::Approver, Role::Registrar, Role::CardOfficer],
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
    begins: Some(with_person),
    after: &[],
};

/// A report that fingerprints were taken. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `hand`: `left`, `right` or `both`.
    pub hand: Hand,
    /// `taken_on`: civil date; today if absent.
    pub taken_on: Option<NaiveDate>,
}

/// What the entry says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person whose fingerprints were taken.
    Subject {
        v: u16,
        /// The hand or hands of which they were taken.
        hand: Hand,
        taken_on: NaiveDate,
    },
}

const HAND: Field = Field::one(
    "hand",
    say("Гар", "Hand"),
    &[choice("both", "Хоёулаа", "Both"), choice("left", "Зүүн", "Left"), choice("right", "Баруун", "Right")],
)
.required();
const TAKEN_ON: Field = Field::date("taken_on", say("Хээ авсан огноо", "Taken on")).hint(fields::TODAY_HINT);

/// The fields of the form, section by section.
pub(crate) const FORM: Form =
    Form::new(&[Section::new(fields::APPLICANT, &[fields::PERSON, HAND, TAKEN_ON])
        .hint(say("Хурууны хээний зургийг энд хадгалахгүй.", "The prints themselves are not kept here."))])
    .example(&[("person", "УЪ90091920"), ("hand", "both"), ("taken_on", "2026-01-05")]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            hand: form.required(&HAND, Hand::parse)?,
            taken_on: form.optional(&TAKEN_ON, parse_date)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let day = self.taken_on.unwrap_or(context.today);
        let person = context.person(&self.person);
        let claim = |person: &Person| format!("fingerprint/{}/{day}/{}", person.id, self.hand.as_str());
        person.map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        let taken_on = self.taken_on.unwrap_or(context.today);
        context.require_not_future(taken_on).map_err(|no| no.in_field("taken_on"))?;
        if person.born_on.is_some_and(|born_on| taken_on < born_on.earliest()) {
            return Err(Refusal::BeforeBirth.in_field("taken_on"));
        }
        let body = PartBody::Fingerprint(Body::Subject { v: 1, hand: self.hand, taken_on });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Гар", "Hand", self.hand.title_mn()),
        ];
        details.extend(self.taken_on.map(|day| Detail::new("Хээ авсан огноо", "Taken on", day)));
        details
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { hand, taken_on, .. } => {
                let (hand, taken_on, office) = (*hand, *taken_on, header.office.clone());
                person.fingerprints.push(FingerprintsTaken { hand, taken_on, office, entry: header.id });
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
