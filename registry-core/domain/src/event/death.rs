//! Death (Civil State Registration Law art. 13). Registered at any office.
//!
//! Written: parts for the deceased (whose open cards are revoked and passports cancelled), for each living
//! spouse (who becomes widowed), and for the cause of death, separately because it is sensitive. The cause
//! never enters a record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Detail, Registrable};
use crate::amendment::plausible::{People, require_plausible};
use crate::card::RevocationReason;
use crate::context::Context;
use crate::date::{PartialDate, days_after};
use crate::entry::{self, Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{CivilStatus, LifeCycle, Person};
use crate::person_ref::PersonRef;
use crate::policy::Lateness;
use crate::question::{self, Answer, Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::unit::UnitCode;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "death",
    title: say("Нас барсны бүртгэл", "Death"),
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
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByAllOfDeceased,
    rests_on: RestsOn::Marriage,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper { title: say("Нас барсны гэрчилгээ", "Death certificate"), lines }),
    begins: Some(with_person),
    after: &[],
};

/// The paper that proves a death.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// A medical certificate.
    Medical,
    /// A forensic conclusion.
    Forensic,
    /// A court's declaration of death.
    Court,
}

impl PaperKind {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "medical" => Ok(Self::Medical),
            "forensic" => Ok(Self::Forensic),
            "court" => Ok(Self::Court),
            _ => Err(Refusal::unknown_word(word)),
        }
    }
}

/// A declared death. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `died_on`: civil date at the place of death; or a year, or year and month, if the paper gives no more.
    pub died_on: PartialDate,
    /// `death_place`: unit, if known.
    pub death_place: Option<UnitCode>,
    /// `paper_kind`: `medical` (the default), `forensic` or `court`.
    pub paper_kind: PaperKind,
    /// `paper_number`: number of that paper.
    pub paper_number: Option<String>,
    /// `informant`: name of the person who reports the death.
    pub informant: Option<String>,
    /// `cause`: the cause of death on the paper. Sensitive.
    pub cause: Option<String>,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// What a death entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Deceased {
        v: u16,
        /// Civil date of death.
        died_on: PartialDate,
        death_place: Option<UnitCode>,
        paper_kind: PaperKind,
        paper_number: String,
        /// Name of the person who reported it.
        informant: String,
        /// Whether the death was declared after the deadline.
        late: bool,
        /// The officer's answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
    },
    /// Of the cause of death, a separate part.
    Cause {
        v: u16,
        /// The cause of death on the paper.
        cause: String,
    },
    /// About a husband or wife.
    Spouse {
        v: u16,
        /// The person who died.
        deceased: PersonId,
        /// Civil date of death.
        died_on: PartialDate,
    },
}

const DIED_ON: Field = Field::partial_date("died_on", say("Нас барсан огноо", "Date of death")).required();
const DEATH_PLACE: Field = Field::unit("death_place", say("Нас барсан газар", "Place of death"));
const CAUSE: Field = Field::text("cause", 500, say("Нас барсан шалтгаан", "Cause of death")).hint(say(
    "Эмзэг мэдээлэл: тусад нь хадгалж, лавлагаанд бичихгүй",
    "Sensitive: kept apart and never printed",
));
const PAPER_KIND: Field = Field::one(
    "paper_kind",
    say("Баримтын төрөл", "Kind of paper"),
    &[
        choice("medical", "Эмнэлгийн гэрчилгээ", "Medical certificate"),
        choice("forensic", "Шүүх эмнэлгийн дүгнэлт", "Forensic conclusion"),
        choice("court", "Шүүхийн шийдвэр", "Court decision"),
    ],
);
const PAPER_NUMBER: Field = fields::PAPER_NUMBER.required_by_law();
const INFORMANT: Field = Field::text("informant", 200, say("Мэдэгдсэн хүн", "Informant")).required_by_law();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(say("Нас барсан хүн", "Deceased"), &[fields::PERSON, DIED_ON, DEATH_PLACE, CAUSE]),
    Section::new(fields::PAPERS, &[PAPER_KIND, PAPER_NUMBER, INFORMANT]),
])
.and(&[question::ANSWERS])
.example(&[
    ("person", "УЬ66122192"),
    ("died_on", "2026-01-05"),
    ("death_place", "110151"),
    ("paper_kind", "medical"),
    ("paper_number", "НБ-12"),
    ("informant", "Эхнэр"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            died_on: form.required(&DIED_ON, PartialDate::parse)?,
            death_place: form.optional(&DEATH_PLACE, UnitCode::parse)?,
            paper_kind: form.optional(&PAPER_KIND, PaperKind::parse)?.unwrap_or(PaperKind::Medical),
            paper_number: form.text(&PAPER_NUMBER)?,
            informant: form.text(&INFORMANT)?,
            cause: form.text(&CAUSE)?,
            answers: Answers::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn also_concerned(&self, named: &[&Person]) -> Vec<PersonId> {
        let deceased = named.iter().filter(|person| self.person.is_of(person));
        let family = deceased.flat_map(|person| person.open_spouses().chain(&person.children));
        family.map(|link| link.person).collect()
    }

    /// The claim is on this death: a person dies once, but one who was declared dead and came back can die
    /// once more.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(person) = context.person(&self.person) else { return Vec::new() };
        match person.acts.iter().filter(|act| act.kind == Kind::DeclaredAlive).count() {
            0 => vec![format!("death/{}", person.id)],
            returns => vec![format!("death/{}/{returns}", person.id)],
        }
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        if let LifeCycle::Dead { act_number, .. } = &person.life_cycle {
            return Err(Refusal::AlreadyDead { act_number: act_number.clone() });
        }
        context.require_not_future(self.died_on.earliest()).map_err(|no| no.in_field("died_on"))?;
        if person.born_on.is_some_and(|born_on| self.died_on.latest() < born_on.earliest()) {
            return Err(Refusal::DeathBeforeBirth.in_field("died_on"));
        }
        if let Some(place) = &self.death_place {
            context
                .units
                .require_on(place, self.last_day(context))
                .map_err(|no| no.in_field("death_place"))?;
        }
        let paper_number = self.paper_number.clone().ok_or(Refusal::DeathPaperMissing)?;
        let informant = self.informant.clone().ok_or(Refusal::InformantMissing)?;
        let is_old = context.today > days_after(self.last_day(context), context.law.old_death_days);
        let asked: Vec<Question> = is_old.then_some(Question::OldDeath).into_iter().collect();
        let answers = self.answers.to(&asked)?;
        let deceased = Body::Deceased {
            v: 1,
            died_on: self.died_on,
            death_place: self.death_place.clone(),
            paper_kind: self.paper_kind,
            paper_number,
            informant,
            late: self.lateness(context).is_late(),
            answers,
        };
        let part = |person, role, body| Part { person, role, body: PartBody::Death(body) };
        let mut parts = vec![part(person.id, PartRole::Deceased, deceased)];
        if let Some(cause) = self.cause.clone() {
            parts.push(part(person.id, PartRole::CauseOfDeath, Body::Cause { v: 1, cause }));
        }
        let widowed = Body::Spouse { v: 1, deceased: person.id, died_on: self.died_on };
        parts.extend(person.open_spouses().map(|link| part(link.person, PartRole::Spouse, widowed.clone())));
        require_no_later_life(context, &parts).map_err(|no| no.in_field("died_on"))?;
        Ok(parts)
    }

    fn lateness(&self, context: &Context<'_>) -> Lateness {
        Lateness::after_days(
            self.last_day(context),
            context.law.death_declaration_days,
            context.received_on(),
        )
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Нас барсан хүн", "Deceased", &self.person),
            Detail::new("Нас барсан огноо", "Died on", self.died_on),
        ];
        let paper = self.paper_number.as_ref();
        details.extend(paper.map(|paper| Detail::new("Баримтын дугаар", "Number of the paper", paper)));
        let informant = self.informant.as_ref();
        details.extend(informant.map(|informant| Detail::new("Мэдэгдсэн хүн", "Informant", informant)));
        details
    }
}

impl Facts {
    /// The last day on which the death can have happened. Deadlines count from it, so that an unknown day is
    /// held against nobody.
    fn last_day(&self, context: &Context<'_>) -> NaiveDate {
        self.died_on.latest_by(context.today)
    }
}

/// Refuses a death that contradicts later events: the dead neither move nor marry, and a mother is alive at
/// the birth. Either the event that was registered after the day of death is wrong, or that day is.
fn require_no_later_life(context: &Context<'_>, parts: &[Part]) -> Result<(), Refusal> {
    let header = Header { amends: None, ..context.amending_header(Kind::Death, EntryId::new(Uuid::nil())) };
    let before: People = context.persons.iter().map(|person| (person.id, person.clone())).collect();
    let mut after = before.clone();
    for part in parts {
        let folded = entry::apply(after.remove(&part.person), &header, part);
        after.insert(part.person, folded);
    }
    require_plausible(&before, &after, None, context.today, context.law)
}

/// The lines of the paper. They name nobody but the deceased, and the cause of death is never printed.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Death(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    match body {
        Body::Deceased { died_on, death_place, .. } => {
            let person = sheet.person(part.person)?;
            paper::person_lines(&person, sheet);
            let place = death_place.as_ref().map(|unit| sheet.place(unit));
            sheet.line("Нас барсан огноо", "Date of death", Some(died_on));
            sheet.line("Нас барсан газар", "Place of death", place);
        }
        Body::Cause { .. } | Body::Spouse { .. } => {}
    }
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Deceased { died_on, paper_kind, .. } => {
                bury(person, *died_on, *paper_kind == PaperKind::Court, header);
            }
            Self::Cause { .. } => {}
            Self::Spouse { deceased, died_on, .. } => {
                let open =
                    |link: &&mut crate::person::Link| link.person == *deceased && link.ended_on.is_none();
                for link in person.spouses.iter_mut().filter(open) {
                    link.ended_on = Some(*died_on);
                }
                if person.is_alive() && person.open_spouses().next().is_none() {
                    person.civil_status = CivilStatus::Widowed;
                }
            }
        }
    }
}

/// Ends the life in a record, and with it the marriages, cards and passports.
fn bury(person: &mut Person, died_on: PartialDate, by_court: bool, header: &Header) {
    person.life_cycle = LifeCycle::Dead {
        died_on,
        entry: header.id,
        act_number: header.act_number.clone().unwrap_or_default(),
        by_court,
    };
    for link in person.spouses.iter_mut().filter(|link| link.ended_on.is_none()) {
        link.ended_on = Some(died_on);
    }
    person.revoke_cards(RevocationReason::HolderDied, header.registered_on);
    person.cancel_passports(header.registered_on);
    person.acts.push(header.act_ref());
}

#[cfg(test)]
mod tests;
