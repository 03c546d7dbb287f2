//! Restoration of a marriage (Order A/207 of 2018). Registered at any office, on joint application, after a
//! divorce or after a spouse who was declared dead has come back, if neither has married since. Corrections
//! since the first wedding count: the law must still let the two marry each other. Written: parts for both.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable, marriage};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::id::PersonId;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "marriage_restored",
    title: say("Гэрлэлт сэргээсэн", "Marriage restored"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByMarriages,
    rests_on: RestsOn::Marriage,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Гэрлэлт сэргээсний гэрчилгээ", "Certificate of the restoration of marriage"),
        lines,
    }),
    begins: Some(begin),
    after: &[],
};

/// Fills in a person whose marriage has ended, as husband or wife by the sex on record.
fn begin(person: &Person) -> Option<Beginning> {
    let is_free = person.require_alive().and_then(|()| person.require_unmarried()).is_ok();
    let side = marriage::Side::of(person.sex?);
    (is_free && !person.spouses.is_empty()).then(|| vec![(side.field(), person.any_number())])
}

/// A declared restoration. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `husband`: number, civil id, foreign document or id.
    pub husband: PersonRef,
    /// `wife`: named in the same way.
    pub wife: PersonRef,
    /// `joint_application`: both applied together.
    pub joint_application: bool,
}

/// What a restoration entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the husband or the wife.
    Spouse {
        v: u16,
        /// The other spouse.
        spouse: PersonId,
        /// The day from which they are married again.
        restored_on: NaiveDate,
    },
}

const HUSBAND: Field = Field::person("husband", say("Нөхөр", "Husband")).required();
const WIFE: Field = Field::person("wife", say("Эхнэр", "Wife")).required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form =
    Form::new(&[Section::new(fields::SPOUSES, &[HUSBAND, WIFE, fields::JOINT_APPLICATION])]).example(&[
        ("husband", "УЪ94080299"),
        ("wife", "УЬ96031422"),
        ("joint_application", "true"),
    ]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            husband: form.required(&HUSBAND, PersonRef::parse)?,
            wife: form.required(&WIFE, PersonRef::parse)?,
            joint_application: form.flag(&fields::JOINT_APPLICATION)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.husband.clone(), self.wife.clone()]
    }

    /// The ancestors of both, to which the table of kinship is applied.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        marriage::ancestors_of(&self.people(), loaded)
    }

    /// The claim names the entry of the marriage that is to be restored.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let marriage = context.person(&self.husband).and_then(|husband| husband.spouses.last());
        marriage.map(|link| format!("marriage-restored/{}", link.entry)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let husband = context.require_person(&self.husband).map_err(|no| no.in_field("husband"))?;
        let wife = context.require_person(&self.wife).map_err(|no| no.in_field("wife"))?;
        let was_married =
            |one: &Person, other: &Person| one.spouses.iter().any(|link| link.person == other.id);
        if !was_married(husband, wife) || !was_married(wife, husband) {
            return Err(Refusal::NoMarriageToRestore);
        }
        let was_last =
            |one: &Person, other: &Person| one.spouses.last().is_some_and(|link| link.person == other.id);
        if !was_last(husband, wife) || !was_last(wife, husband) {
            return Err(Refusal::RemarriedSince);
        }
        marriage::check_couple(context, husband, wife, context.today)?;
        if !self.joint_application {
            return Err(Refusal::JointApplicationMissing.in_field("joint_application"));
        }
        let part = |of: &Person, other: &Person| Part {
            person: of.id,
            role: PartRole::Spouse,
            body: PartBody::MarriageRestored(Body::Spouse {
                v: 1,
                spouse: other.id,
                restored_on: context.today,
            }),
        };
        Ok(vec![part(husband, wife), part(wife, husband)])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![Detail::new("Нөхөр", "Husband", &self.husband), Detail::new("Эхнэр", "Wife", &self.wife)]
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::MarriageRestored(Body::Spouse { restored_on, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    paper::spouse_lines(part.person, sheet)?;
    sheet.once("Гэрлэлт сэргээсэн огноо", "Date of the restoration", Some(restored_on));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Spouse { spouse, restored_on, .. } => {
                person.marry(*spouse, *restored_on, header);
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
