//! Change of sex on a doctor's paper. (Cards are renewed on such a paper when the sex has changed; the
//! article itself was not found.) Registered where the person lives.
//!
//! The register number contains the sex, so a new number of the series is given and the old one is kept.
//! Cards that print the old data end. An open marriage bars the change or raises a question, as configured.
//! Written: a part for the person.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::card::RevocationReason;
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::law::Strictness;
use crate::national_number::NationalNumber;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::question::{self, Answer, Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "sex_change",
    title: say("Хүйс өөрчилсөн", "Change of sex"),
    shelf: Shelf::Status,
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
    corrected: Corrected::Never,
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Хүйсийн бүртгэл өөрчилсөн лавлагаа", "Reference of a change of registered sex"),
        lines,
    }),
    begins: Some(with_person),
    after: &[],
};

/// A declared change of sex. JSON fields have the names of these fields. The former sex is looked up.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `doctors_paper`: number of the doctor's paper.
    pub doctors_paper: Option<String>,
    /// `representative`: number of the legal representative's paper, for someone under age.
    pub representative: Option<String>,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// What a change of sex says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person.
    Subject {
        v: u16,
        /// The sex from now on.
        becomes: Sex,
        /// The register number from now on.
        national_number: NationalNumber,
        /// Number of the doctor's paper.
        doctors_paper: String,
        /// Number of the legal representative's paper.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        representative: Option<String>,
        /// The officer's answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
    },
}

const DOCTORS_PAPER: Field =
    Field::text("doctors_paper", 100, say("Эмчийн дүгнэлтийн дугаар", "Number of the doctor's paper"))
        .required_by_law();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, fields::REPRESENTATIVE]),
    Section::new(fields::PAPERS, &[DOCTORS_PAPER]),
])
.and(&[question::ANSWERS])
.example(&[("person", "УЪ88042219"), ("doctors_paper", "ЭД-2")]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            doctors_paper: form.text(&DOCTORS_PAPER)?,
            representative: form.text(&fields::REPRESENTATIVE)?,
            answers: Answers::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The claim is on the number that would be given up: two declarations at the same time are of the same
    /// change.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let number = context.person(&self.person).and_then(|person| person.national_number.as_ref());
        number.map(|number| format!("sex-change/{number}")).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        context.require_home_office(person, |unit| Refusal::NotHomeOffice { unit })?;
        let paper = self.doctors_paper.clone();
        let doctors_paper = paper.ok_or_else(|| Refusal::DoctorsPaperMissing.in_field("doctors_paper"))?;
        let age = context.law.majority_age;
        if person.require_born_on()?.age_on(context.today) < age && self.representative.is_none() {
            return Err(Refusal::RepresentativeNeeded { age }.in_field("representative"));
        }
        let answers = self.answers.to(&questions(context, person)?)?;
        let becomes = match person.require_sex()? {
            Sex::Female => Sex::Male,
            Sex::Male => Sex::Female,
        };
        let national_number = context.new_number(person, becomes)?;
        let representative = self.representative.clone();
        let body = Body::Subject { v: 1, becomes, national_number, doctors_paper, representative, answers };
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body: PartBody::SexChange(body) }])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![Detail::new("Иргэн", "Citizen", &self.person)];
        let paper = self.doctors_paper.as_ref();
        details.extend(paper.map(|paper| Detail::new("Эмчийн дүгнэлт", "Doctor's paper", paper)));
        let representative = self.representative.as_ref();
        details.extend(
            representative
                .map(|paper| Detail::new("Төлөөлөгчийн баримт", "Paper of the representative", paper)),
        );
        details
    }
}

/// The law's answer to an open marriage is not known: the configuration decides.
fn questions(context: &Context<'_>, person: &Person) -> Result<Vec<Question>, Refusal> {
    match (person.require_unmarried(), context.law.sex_change_of_married) {
        (Ok(()), _) => Ok(Vec::new()),
        (Err(_), Strictness::Asks) => Ok(vec![Question::SexChangeOfMarried]),
        (Err(Refusal::MarriedAlready { act_number }), Strictness::Bars) => {
            Err(Refusal::MarriageBarsSexChange { act_number }.in_field("person"))
        }
        (Err(other), Strictness::Bars) => Err(other),
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::SexChange(Body::Subject { national_number, doctors_paper, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    paper::renumbered_lines(part.person, national_number, sheet)?;
    sheet.line("Эмчийн дүгнэлтийн дугаар", "Number of the doctor's paper", Some(doctors_paper));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { becomes, national_number, .. } => {
                person.sex = Some(*becomes);
                person.renumber(national_number.clone());
                person.revoke_cards(RevocationReason::DataChanged, header.registered_on);
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
