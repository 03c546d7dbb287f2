//! Guardianship: its beginning and its end, by a court or the Governor. Registered where the ward lives.
//!
//! The guardian is an adult in the register, or an official body that is kept as text. A guardianship over a
//! minor ends by itself on the day of majority: the entry holds that day, so that no later entry is needed,
//! and code that reads the tie compares the day. The support that the law gives those of 14 to 18 is the same
//! tie here. Written: parts for the ward, and for the guardian if that is a person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::marriage_ended::CourtDecision;
use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::{birthday, parse_date};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::PersonId;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{GuardianBody, Person, Tie, TieRole};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::step::Step;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "guardianship",
    title: say("Асран хамгаалал, харгалзан дэмжлэг", "Guardianship"),
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
    corrected: Corrected::ByField,
    rested_on: RestedOn::BySameKind,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: true,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Асран хамгаалалын лавлагаа", "Reference of guardianship"), lines
    }),
    begins: Some(begin),
    after: &[],
};

/// Fills in the ward.
fn begin(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("ward", person.any_number())])
}

/// The deciding authority, and the number of its paper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Ground {
    Court {
        /// The name of the court.
        court: String,
        decision_number: String,
    },
    /// The Governor of the soum or district.
    Governor {
        /// Number of the order.
        governor_order: String,
    },
}

impl Ground {
    /// The number of the decision or order.
    pub fn number(&self) -> &str {
        match self {
            Self::Court { decision_number, .. } => decision_number,
            Self::Governor { governor_order } => governor_order,
        }
    }

    /// Reads the court's decision or the Governor's order, and its day.
    fn parse(form: &Filled<'_>) -> Result<Option<(Self, NaiveDate)>, Refusal> {
        let court = CourtDecision::parse(form)?;
        let order = form.text(&fields::GOVERNOR_ORDER)?;
        let ordered_on = form.optional(&ORDERED_ON, parse_date)?;
        match (court, order, ordered_on) {
            (Some(CourtDecision { court, decision_number, in_force_on }), None, None) => {
                Ok(Some((Self::Court { court, decision_number }, in_force_on)))
            }
            (None, Some(governor_order), Some(ordered_on)) => {
                Ok(Some((Self::Governor { governor_order }, ordered_on)))
            }
            (None, None, None) => Ok(None),
            (Some(_) | None, Some(_) | None, Some(_) | None) => Err(Refusal::GuardianshipDecisionMissing),
        }
    }
}

/// The guardian as the declaration names one.
#[derive(Clone, PartialEq, Debug)]
pub enum Named {
    /// `guardian`: number, civil id, foreign document or id.
    Person(PersonRef),
    /// `guardian_body`: an official body, by name.
    Body(String),
}

/// A declared guardianship. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `step`: `begins` or `ends`.
    pub step: Step,
    /// `ward`: number, civil id, foreign document or id.
    pub ward: PersonRef,
    /// `guardian` or `guardian_body`.
    pub guardian: Named,
    /// `court`, `decision_number`, `in_force_on`; or `governor_order`, `ordered_on`.
    pub decision: Option<(Ground, NaiveDate)>,
}

/// The guardian, as the entry keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guardian {
    /// A person of the register.
    Person(PersonId),
    /// An official body.
    Body(String),
}

/// What a guardianship entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Ward(Box<Ward>),
    Guardian {
        v: u16,
        /// Whether the guardianship begins or ends.
        step: Step,
        ward: PersonId,
        /// The day of the decision.
        decided_on: NaiveDate,
        /// The day on which the guardianship ends by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
}

/// What a guardianship entry says of the ward.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Ward {
    pub v: u16,
    /// Whether the guardianship begins or ends.
    pub step: Step,
    pub guardian: Guardian,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The day on which the guardianship ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The deciding authority, and the number of its paper.
    pub ground: Ground,
}

const STEP: Field = Field::one(
    "step",
    fields::WHAT_HAPPENS,
    &[
        choice("begins", "Асран хамгаалал тогтоосон", "A guardianship begins"),
        choice("ends", "Асран хамгаалал дуусгавар болсон", "A guardianship ends"),
    ],
)
.required();
const WARD: Field = Field::person("ward", say("Асран хамгаалуулагч", "Ward")).required();
const GUARDIAN: Field = Field::person("guardian", say("Асран хамгаалагч", "Guardian"));
const GUARDIAN_BODY: Field = Field::text(
    "guardian_body",
    200,
    say("Хүн биш бол албан ёсны асран хамгаалагч байгууллага", "Official body, where no person is guardian"),
);
const ORDERED_ON: Field = Field::date("ordered_on", say("Захирамжийн огноо", "Date of the order"));

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(
        say("Асран хамгаалуулагч, Асран хамгаалагч", "Ward, Guardian"),
        &[STEP, WARD, GUARDIAN, GUARDIAN_BODY],
    ),
    Section::new(fields::BY_COURT, &[fields::COURT, fields::DECISION_NUMBER, fields::IN_FORCE_ON]),
    Section::new(say("Засаг даргаар", "By the Governor"), &[fields::GOVERNOR_ORDER, ORDERED_ON]),
])
.example(&[
    ("step", "begins"),
    ("ward", "УЪ90091920"),
    ("guardian", "УЬ87111863"),
    ("court", "Багануур дүүргийн шүүх"),
    ("decision_number", "ИШ-12"),
    ("in_force_on", "2026-01-05"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let step = form.required(&STEP, Step::parse)?;
        let ward = form.required(&WARD, PersonRef::parse)?;
        let person = form.optional(&GUARDIAN, PersonRef::parse)?;
        let body = form.text(&GUARDIAN_BODY)?;
        let guardian = match (person, body) {
            (Some(person), None) => Named::Person(person),
            (None, Some(body)) => Named::Body(body),
            (None, None) | (Some(_), Some(_)) => return Err(Refusal::GuardianMissing.in_field("guardian")),
        };
        Ok(Self { step, ward, guardian, decision: Ground::parse(form)? })
    }

    fn people(&self) -> Vec<PersonRef> {
        std::iter::once(&self.ward).chain(self.named_person()).cloned().collect()
    }

    /// The claim names one step of one guardianship by one decision.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(ward) = context.person(&self.ward) else { return Vec::new() };
        let guardian = match &self.guardian {
            Named::Person(person) => {
                context.person(person).map_or_else(String::new, |who| who.id.to_string())
            }
            Named::Body(body) => body.clone(),
        };
        let number = self.decision.as_ref().map_or("", |(ground, _)| ground.number());
        vec![format!("guardianship/{}/{guardian}/{}/{number}", ward.id, self.step.as_str())]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let ward = context.require_person(&self.ward).map_err(|no| no.in_field("ward"))?;
        context
            .require_home_office(ward, |unit| Refusal::NotHomeOffice { unit })
            .map_err(|no| no.in_field("ward"))?;
        let guardian = self.guardian(context)?;
        let (ground, decided_on) = self.decision.clone().ok_or(Refusal::GuardianshipDecisionMissing)?;
        context.require_not_future(decided_on).map_err(|no| no.in_field("in_force_on"))?;
        let until = match self.step {
            Step::Begins => check_beginning(context, ward, guardian, &ground, decided_on)?,
            Step::Ends => check_end(ward, guardian, decided_on)?,
        };
        let of_ward = Ward { v: 1, step: self.step, guardian: guardian.kept(), decided_on, until, ground };
        let of_guardian = Body::Guardian { v: 1, step: self.step, ward: ward.id, decided_on, until };
        let part = |person, role, body| Part { person, role, body: PartBody::Guardianship(body) };
        let mut parts = vec![part(ward.id, PartRole::Ward, Body::Ward(Box::new(of_ward)))];
        parts.extend(guardian.person().map(|person| part(person.id, PartRole::Guardian, of_guardian)));
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        let step = match self.step {
            Step::Begins => "тогтоосон",
            Step::Ends => "дуусгавар болсон",
        };
        let guardian = match &self.guardian {
            Named::Person(person) => person.to_string(),
            Named::Body(body) => body.clone(),
        };
        let mut details = vec![
            Detail::new("Асран хамгаалал", "Guardianship", step),
            Detail::new("Асран хамгаалуулагч", "Ward", &self.ward),
            Detail::new("Асран хамгаалагч", "Guardian", guardian),
        ];
        if let Some((ground, decided_on)) = &self.decision {
            details.push(Detail::new("Шийдвэрийн дугаар", "Number of the decision", ground.number()));
            details.push(Detail::new("Шийдвэрийн огноо", "Date of the decision", decided_on));
        }
        details
    }
}

impl Facts {
    const fn named_person(&self) -> Option<&PersonRef> {
        match &self.guardian {
            Named::Person(person) => Some(person),
            Named::Body(_) => None,
        }
    }

    fn guardian<'a>(&'a self, context: &Context<'a>) -> Result<Found<'a>, Refusal> {
        match &self.guardian {
            Named::Person(person) => {
                context.require_person(person).map(Found::Person).map_err(|no| no.in_field("guardian"))
            }
            Named::Body(body) => Ok(Found::Body(body)),
        }
    }
}

/// The named guardian, looked up in the register.
#[derive(Clone, Copy)]
enum Found<'a> {
    Person(&'a Person),
    Body(&'a str),
}

impl<'a> Found<'a> {
    const fn person(self) -> Option<&'a Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Body(_) => None,
        }
    }

    fn kept(self) -> Guardian {
        match self {
            Self::Person(person) => Guardian::Person(person.id),
            Self::Body(body) => Guardian::Body(body.to_owned()),
        }
    }

    /// The day on which the guardianship began, if this is a guardian of the ward on `day`. The inner `None`
    /// means that the day of the beginning is unknown.
    ///
    /// # Errors
    /// [`Refusal::ReferToAuthority`] for a guardianship under the seal of an adoption: it is neither
    /// confirmed nor denied.
    fn guards_since(self, ward: &Person, day: NaiveDate) -> Result<Option<Option<NaiveDate>>, Refusal> {
        let found = match self {
            Self::Person(person) => ward
                .guardians_on(day)
                .find(|tie| tie.person == person.id)
                .map(|tie| (tie.entry, tie.began_on)),
            Self::Body(name) => {
                let mut open = ward.guardian_bodies.iter().filter(|body| body.is_open_on(day));
                open.find(|body| body.name == name).map(|body| (body.entry, Some(body.began_on)))
            }
        };
        if found.is_some_and(|(entry, _)| ward.seals_act(entry)) {
            return Err(Refusal::ReferToAuthority);
        }
        Ok(found.map(|(_, began_on)| began_on))
    }
}

/// The ward must be alive. The guardian must be another person, alive, of age and not a ward. For an adult
/// ward only a court may decide. Returns the day on which the guardianship ends by itself.
fn check_beginning(
    context: &Context<'_>,
    ward: &Person,
    guardian: Found<'_>,
    ground: &Ground,
    decided_on: NaiveDate,
) -> Result<Option<NaiveDate>, Refusal> {
    ward.require_alive().map_err(|no| no.in_field("ward"))?;
    if let Some(guardian) = guardian.person() {
        check_guardian(context, ward, guardian, decided_on).map_err(|no| no.in_field("guardian"))?;
    }
    if guardian.guards_since(ward, context.today)?.is_some() {
        return Err(Refusal::GuardianAlready.in_field("guardian"));
    }
    let age = context.law.majority_age;
    let born_on = ward.require_born_on()?;
    if born_on.age_on(decided_on) < age {
        return Ok(Some(birthday(born_on.latest(), age)));
    }
    match ground {
        Ground::Court { .. } => Ok(None),
        Ground::Governor { .. } => Err(Refusal::AdultWardNeedsCourt { age }),
    }
}

/// The guardianship must exist; it may be ended even if either has died since.
fn check_end(
    ward: &Person,
    guardian: Found<'_>,
    decided_on: NaiveDate,
) -> Result<Option<NaiveDate>, Refusal> {
    let began_on = guardian.guards_since(ward, decided_on)?;
    let began_on = began_on.ok_or_else(|| Refusal::NoSuchGuardianship.in_field("guardian"))?;
    if began_on.is_some_and(|began_on| decided_on < began_on) {
        return Err(Refusal::EndBeforeGuardianship);
    }
    Ok(None)
}

fn check_guardian(
    context: &Context<'_>,
    ward: &Person,
    guardian: &Person,
    decided_on: NaiveDate,
) -> Result<(), Refusal> {
    if guardian.id == ward.id {
        return Err(Refusal::GuardianIsWard);
    }
    guardian.require_alive()?;
    let age = context.law.majority_age;
    if guardian.require_born_on()?.age_on(decided_on) < age {
        return Err(Refusal::GuardianNotAdult { age });
    }
    let is_body_guarded = guardian.guardian_bodies.iter().any(|body| body.is_open_on(decided_on));
    if is_body_guarded || guardian.guardians_on(decided_on).next().is_some() {
        return Err(Refusal::GuardianIsGuarded);
    }
    Ok(())
}

/// The lines of the paper: the ward, the guardian, who decided when, and the day on which it ends by itself.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Guardianship(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    match body {
        Body::Ward(said) => {
            let ward = sheet.person(part.person)?;
            paper::person_lines(&ward, sheet);
            let guardian = match &said.guardian {
                Guardian::Person(guardian) => paper::named(&sheet.person(*guardian)?),
                Guardian::Body(name) => name.clone(),
            };
            let (mn, en) = match said.step {
                Step::Begins => ("Асран хамгаалал тогтоосон огноо", "Guardianship since"),
                Step::Ends => ("Асран хамгаалал дууссан огноо", "Guardianship ended on"),
            };
            sheet.line("Асран хамгаалагч", "Guardian", Some(guardian));
            sheet.line(mn, en, Some(said.decided_on));
            sheet.line("Хүчинтэй хугацаа", "Ends by itself on", said.until);
            sheet.line("Шийдвэрийн дугаар", "Number of the decision", Some(said.ground.number()));
        }
        // The ward's part names the guardian.
        Body::Guardian { .. } => {}
    }
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Ward(ward) => {
                let Ward { step, decided_on, until, .. } = **ward;
                match &ward.guardian {
                    Guardian::Person(guardian) => {
                        tie(person, (*guardian, TieRole::Guardian), step, decided_on, until, header);
                    }
                    Guardian::Body(name) => body(person, name, step, decided_on, until, header),
                }
            }
            Self::Guardian { step, ward, decided_on, until, .. } => {
                tie(person, (*ward, TieRole::Ward), *step, *decided_on, *until, header);
            }
        }
        person.acts.push(header.act_ref());
    }
}

fn tie(
    person: &mut Person,
    (other, role): (PersonId, TieRole),
    step: Step,
    day: NaiveDate,
    until: Option<NaiveDate>,
    header: &Header,
) {
    match step {
        Step::Begins => {
            let tie = Tie { began_on: Some(day), until, ..Tie::new(other, role, header.id) };
            person.ties.push(tie);
        }
        Step::Ends => {
            let is_meant = |tie: &&mut Tie| (tie.person, tie.role) == (other, role) && tie.ended_on.is_none();
            for tie in person.ties.iter_mut().filter(is_meant) {
                tie.ended_on = Some(day);
                tie.ended_by = Some(header.id);
            }
        }
    }
}

fn body(
    person: &mut Person,
    name: &str,
    step: Step,
    day: NaiveDate,
    until: Option<NaiveDate>,
    header: &Header,
) {
    match step {
        Step::Begins => {
            let (name, entry) = (name.to_owned(), header.id);
            person.guardian_bodies.push(GuardianBody { name, entry, began_on: day, ended_on: None, until });
        }
        Step::Ends => {
            let is_meant = |body: &&mut GuardianBody| body.name == name && body.ended_on.is_none();
            for body in person.guardian_bodies.iter_mut().filter(is_meant) {
                body.ended_on = Some(day);
            }
        }
    }
}

#[cfg(test)]
mod tests;
