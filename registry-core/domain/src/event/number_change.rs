//! Change of the register number, because the number that was given is wrong. The register keeps both
//! numbers, with the cause.
//!
//! The new number is the next free one of the series for the residence, birth and sex in the record, so a
//! wrong record is corrected first. The old number remains this person's and is given to nobody else. Cards
//! that print it end. Written: a part for the person.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::card::RevocationReason;
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::national_number::NationalNumber;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "number_change",
    title: say("Регистрийн дугаар өөрчилсөн", "Change of register number"),
    shelf: Shelf::Status,
    doors: &[Door::Declaration],
    territory: Territory::Central,
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
        title: say("Регистрийн дугаар өөрчилсөн лавлагаа", "Reference of a change of register number"),
        lines,
    }),
    begins: Some(with_person),
    after: &[],
};

/// What is wrong with a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its letters do not fit the residence.
    WrongLetters,
    /// The birth date in it is wrong.
    WrongDate,
    /// The sex in it is wrong.
    WrongSex,
    /// Another person has the same number on paper.
    Duplicate,
}

impl Cause {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "wrong_letters" => Ok(Self::WrongLetters),
            "wrong_date" => Ok(Self::WrongDate),
            "wrong_sex" => Ok(Self::WrongSex),
            "duplicate" => Ok(Self::Duplicate),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The name in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::WrongLetters => "Үсэг буруу",
            Self::WrongDate => "Төрсөн огноо буруу",
            Self::WrongSex => "Хүйс буруу",
            Self::Duplicate => "Дугаар давхардсан",
        }
    }

    /// The name in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::WrongLetters => "wrong letters",
            Self::WrongDate => "wrong birth date",
            Self::WrongSex => "wrong sex",
            Self::Duplicate => "duplicate number",
        }
    }
}

/// A declared change of number. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `cause`: `wrong_letters`, `wrong_date`, `wrong_sex` or `duplicate`.
    pub cause: Cause,
    /// `evidence`: number of the paper that proves it, such as an archive reference.
    pub evidence: String,
}

/// What a change of number says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the person.
    Subject {
        v: u16,
        /// The register number from now on.
        national_number: NationalNumber,
        /// What was wrong with the old one.
        cause: Cause,
        /// Number of the paper that proves it.
        evidence: String,
    },
}

const CAUSE: Field = Field::one(
    "cause",
    say("Юу буруу вэ", "What is wrong"),
    &[
        choice("wrong_letters", "Үсэг", "The letters"),
        choice("wrong_date", "Дугаар дахь төрсөн огноо", "The birth date in the number"),
        choice("wrong_sex", "Дугаар дахь хүйс", "The sex in the number"),
        choice("duplicate", "Өөр хүн ижил дугаартай", "Somebody else has the same number"),
    ],
)
.required();
const EVIDENCE: Field = fields::EVIDENCE.required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, CAUSE]),
    Section::new(fields::PAPERS, &[EVIDENCE]),
])
.example(&[("person", "УЪ90091920"), ("cause", "duplicate"), ("evidence", "АЛ-7")]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            cause: form.required(&CAUSE, Cause::parse)?,
            evidence: form.required_text(&EVIDENCE)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The claim is on the number that would be given up.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let number = context.person(&self.person).and_then(|person| person.national_number.as_ref());
        number.map(|number| format!("number-change/{number}")).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        if !self.is_so(context, person)? {
            return Err(Refusal::NumberAgrees.in_field("cause"));
        }
        let national_number = context.new_number(person, person.require_sex()?)?;
        let (cause, evidence) = (self.cause, self.evidence.clone());
        let body = PartBody::NumberChange(Body::Subject { v: 1, national_number, cause, evidence });
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Шалтгаан", "Cause", self.cause.title_mn()),
            Detail::new("Нотлох баримт", "Evidence", &self.evidence),
        ]
    }
}

impl Facts {
    /// Whether the number really differs from the record in the way that the cause says. A duplicate is
    /// proved by papers alone: in this register a number belongs to one person.
    fn is_so(&self, context: &Context<'_>, person: &Person) -> Result<bool, Refusal> {
        let number = person.national_number.as_ref().ok_or(Refusal::RecordErased)?;
        Ok(match self.cause {
            Cause::WrongDate => person.require_born_on()?.full() != Some(number.birth_date()),
            Cause::WrongSex => person.require_sex()? != number.sex(),
            Cause::WrongLetters => {
                let residence = person.residence.as_ref().ok_or(Refusal::NoResidence)?;
                let letters = context.scheme.letters(context.units, &residence.unit);
                let written: Vec<char> = number.as_str().chars().take(2).collect();
                !letters.iter().any(|pair| pair.as_slice() == written)
            }
            Cause::Duplicate => true,
        })
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::NumberChange(Body::Subject { national_number, cause, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    paper::renumbered_lines(part.person, national_number, sheet)?;
    let cause = format!("{} / {}", cause.title_mn(), cause.title_en());
    sheet.line("Өөрчилсөн шалтгаан", "Cause of the change", Some(cause));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { national_number, .. } => {
                person.renumber(national_number.clone());
                person.revoke_cards(RevocationReason::DataChanged, header.registered_on);
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
