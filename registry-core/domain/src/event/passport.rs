//! Passports of citizens: recorded here, issued elsewhere. A passport is recorded with its first and last
//! day, and may later be noted as lost or cancelled. Whether it has expired follows from its last day.
//! Registered at any office (Order A/207 of 2018, 1.2). Written: a part for the holder.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::person::{Passport, PassportKind, PassportNumber, PassportState, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "passport",
    title: say("Гадаад паспорт", "Passport"),
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
    rested_on: RestedOn::BySameKind,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(with_person),
    after: &[],
};

/// What happened to a passport.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It was issued.
    Recorded,
    /// It was lost.
    Lost,
    /// It was cancelled.
    Cancelled,
}

impl Change {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "recorded" => Ok(Self::Recorded),
            "lost" => Ok(Self::Lost),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What is declared about a passport. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `change`: `recorded`, `lost` or `cancelled`.
    pub change: Change,
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `passport_number`: the number printed in it.
    pub number: PassportNumber,
    /// `passport_kind`: `ordinary` (the default), `official` or `diplomatic`.
    pub kind: PassportKind,
    /// `issued_on`: of a passport that is recorded.
    pub issued_on: Option<NaiveDate>,
    /// `expires_on`: its last day.
    pub expires_on: Option<NaiveDate>,
    /// `ended_on`: the day it was lost or cancelled; today if absent.
    pub ended_on: Option<NaiveDate>,
}

/// What a passport entry says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// A passport was issued.
    Recorded {
        v: u16,
        number: PassportNumber,
        passport_kind: PassportKind,
        /// The day on which it was issued.
        issued_on: NaiveDate,
        /// The last day on which it is valid.
        expires_on: NaiveDate,
    },
    /// A passport ended before its last day.
    Ended {
        v: u16,
        number: PassportNumber,
        /// How it ended, and when.
        state: PassportState,
    },
}

const CHANGE: Field = Field::one(
    "change",
    fields::WHAT_HAPPENS,
    &[
        choice("recorded", "Олгосон", "It was issued"),
        choice("lost", "Алдсан", "It was lost"),
        choice("cancelled", "Хүчингүй болгосон", "It was cancelled"),
    ],
)
.required();
const PASSPORT_NUMBER: Field =
    Field::line("passport_number", say("Паспортын дугаар", "Number of the passport"))
        .hint(fields::FOREIGN_DOCUMENT_HINT)
        .required();
const PASSPORT_KIND: Field = Field::one(
    "passport_kind",
    say("Төрөл", "Kind"),
    &[
        choice("ordinary", "Энгийн", "Ordinary"),
        choice("official", "Албан", "Official"),
        choice("diplomatic", "Дипломат", "Diplomatic"),
    ],
);
const ISSUED_ON: Field =
    Field::date("issued_on", say("Олгосон огноо", "Issued on")).when("change", "recorded");
const EXPIRES_ON: Field =
    Field::date("expires_on", say("Хүчинтэй хугацаа", "Valid to")).when("change", "recorded");
const ENDED_ON: Field = Field::date("ended_on", say("Алдсан, хүчингүй болсон огноо", "Lost or cancelled on"))
    .hint(fields::TODAY_HINT);

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, CHANGE, PASSPORT_NUMBER]),
    Section::new(say("Олгосон", "It was issued"), &[PASSPORT_KIND, ISSUED_ON, EXPIRES_ON]),
    Section::new(say("Алдсан, Хүчингүй болгосон", "It was lost, It was cancelled"), &[ENDED_ON]),
])
.example(&[
    ("person", "УЪ90091920"),
    ("change", "recorded"),
    ("passport_number", "E1234567"),
    ("passport_kind", "ordinary"),
    ("issued_on", "2026-01-05"),
    ("expires_on", "2031-01-05"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            change: form.required(&CHANGE, Change::parse)?,
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            number: form.required(&PASSPORT_NUMBER, PassportNumber::parse)?,
            kind: form.optional(&PASSPORT_KIND, PassportKind::parse)?.unwrap_or_default(),
            issued_on: form.optional(&ISSUED_ON, parse_date)?,
            expires_on: form.optional(&EXPIRES_ON, parse_date)?,
            ended_on: form.optional(&ENDED_ON, parse_date)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// A number is recorded once, whoever is said to hold it; a passport is lost once and cancelled once.
    fn claims(&self, _context: &Context<'_>) -> Vec<String> {
        vec![format!("passport/{}/{}", self.number, self.change.as_str())]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        let known = person.passports.iter().find(|passport| passport.number == self.number);
        let body = match self.change {
            Change::Recorded => self.recorded(context, person, known)?,
            Change::Lost | Change::Cancelled => self.ended(context, known)?,
        };
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body: PartBody::Passport(body) }])
    }

    fn describe(&self) -> Vec<Detail> {
        let change = match self.change {
            Change::Recorded => "олгосон",
            Change::Lost => "алдсан",
            Change::Cancelled => "хүчингүй болгосон",
        };
        let mut details = vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Гадаад паспорт", "Passport", &self.number),
            Detail::new("Төлөв", "State", change),
        ];
        details.extend(self.issued_on.map(|day| Detail::new("Олгосон огноо", "Issued on", day)));
        details.extend(self.expires_on.map(|day| Detail::new("Дуусах огноо", "Expires on", day)));
        details
    }
}

impl Facts {
    /// Records a passport of a living citizen that is not recorded yet.
    fn recorded(
        &self,
        context: &Context<'_>,
        person: &Person,
        known: Option<&Passport>,
    ) -> Result<Body, Refusal> {
        person.require_alive().map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        if known.is_some() {
            return Err(Refusal::PassportKnown.in_field("passport_number"));
        }
        let missing = |field: &str| Refusal::MissingField { field: field.to_owned() };
        let issued_on = self.issued_on.ok_or_else(|| missing("issued_on"))?;
        let expires_on = self.expires_on.ok_or_else(|| missing("expires_on"))?;
        context.require_not_future(issued_on).map_err(|no| no.in_field("issued_on"))?;
        if person.born_on.is_some_and(|born_on| issued_on < born_on.earliest()) {
            return Err(Refusal::BeforeBirth.in_field("issued_on"));
        }
        if expires_on <= issued_on {
            return Err(Refusal::PassportDates.in_field("expires_on"));
        }
        let (number, passport_kind) = (self.number.clone(), self.kind);
        Ok(Body::Recorded { v: 1, number, passport_kind, issued_on, expires_on })
    }

    /// Ends a passport that is recorded and valid. A lost one may be cancelled too. The holder may have died.
    fn ended(&self, context: &Context<'_>, known: Option<&Passport>) -> Result<Body, Refusal> {
        let known = known.ok_or_else(|| Refusal::PassportNotFound.in_field("passport_number"))?;
        let ended_on = self.ended_on.unwrap_or(context.today);
        context.require_not_future(ended_on).map_err(|no| no.in_field("ended_on"))?;
        if ended_on < known.issued_on {
            return Err(Refusal::PassportDates.in_field("ended_on"));
        }
        let is_lost = self.change == Change::Lost;
        match known.state {
            PassportState::Valid => {}
            PassportState::Lost { .. } if !is_lost => {}
            PassportState::Lost { .. } | PassportState::Cancelled { .. } => {
                return Err(Refusal::PassportEnded.in_field("passport_number"));
            }
        }
        let state = if is_lost {
            PassportState::Lost { on: ended_on }
        } else {
            PassportState::Cancelled { on: ended_on }
        };
        Ok(Body::Ended { v: 1, number: self.number.clone(), state })
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Recorded { number, passport_kind, issued_on, expires_on, .. } => {
                person.passports.push(Passport {
                    number: number.clone(),
                    kind: *passport_kind,
                    issued_on: *issued_on,
                    expires_on: *expires_on,
                    state: PassportState::Valid,
                    entry: header.id,
                });
            }
            Self::Ended { number, state, .. } => {
                for passport in person.passports.iter_mut().filter(|passport| passport.number == *number) {
                    passport.state = *state;
                }
            }
        }
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
