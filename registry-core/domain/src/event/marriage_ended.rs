//! End of a marriage by divorce (Civil State Registration Law art. 8). Registered at any office.
//!
//! The form names one of the two; the other is looked up, and so are their common children. The two may apply
//! together at an office if they have no common child under age and no dispute over property, and bring the
//! Governor's note; otherwise a court decides. If a death ended the marriage, that is part of the death's
//! entry. Written: parts for both.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::PersonId;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{CivilStatus, Divorce, Link, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "marriage_ended",
    title: say("Гэрлэлт дуусгавар болсон", "End of marriage"),
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
        title: say("Гэрлэлт дуусгавар болсны гэрчилгээ", "Certificate of the end of marriage"),
        lines,
    }),
    begins: Some(begin),
    after: &[],
};

/// Fills in a married person.
fn begin(person: &Person) -> Option<Beginning> {
    let is_married = person.open_spouses().next().is_some();
    (is_married && person.is_alive()).then(|| vec![("person", person.any_number())])
}

/// A court's decision, as far as the register needs it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct CourtDecision {
    pub court: String,
    pub decision_number: String,
    /// The day on which the decision came into force.
    pub in_force_on: NaiveDate,
}

impl CourtDecision {
    /// Reads `court`, `decision_number` and `in_force_on`; none if all three are empty.
    ///
    /// # Errors
    /// [`Refusal::CourtDecisionMissing`] if only some are filled in, or the refusal of a field.
    pub fn parse(form: &Filled<'_>) -> Result<Option<Self>, Refusal> {
        let court = form.text(&COURT)?;
        let decision_number = form.text(&DECISION_NUMBER)?;
        let in_force_on = form.optional(&IN_FORCE_ON, parse_date)?;
        match (court, decision_number, in_force_on) {
            (Some(court), Some(decision_number), Some(in_force_on)) => {
                Ok(Some(Self { court, decision_number, in_force_on }))
            }
            (None, None, None) => Ok(None),
            (Some(_) | None, Some(_) | None, Some(_) | None) => Err(Refusal::CourtDecisionMissing),
        }
    }

    /// Refuses a decision that is not in force yet.
    ///
    /// # Errors
    /// [`Refusal::DateInFuture`].
    pub fn require_in_force(&self, context: &Context<'_>) -> Result<(), Refusal> {
        context.require_not_future(self.in_force_on).map_err(|no| no.in_field("in_force_on"))
    }
}

/// A declared divorce. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: husband or wife, by number, civil id, foreign document or id.
    pub person: PersonRef,
    /// `way`: `administrative` or `court`.
    pub way: Divorce,
    /// `joint_application`: both applied together (administrative).
    pub joint_application: bool,
    /// `no_property_dispute`: both declare that there is none (administrative).
    pub no_property_dispute: bool,
    /// `governor_note`: number of the Governor's note (administrative).
    pub governor_note: Option<String>,
    /// `court`, `decision_number`, `in_force_on` (court).
    pub decision: Option<CourtDecision>,
}

/// The grounds of the divorce.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Ground {
    /// On joint application.
    Administrative {
        /// Number of the Governor's note.
        governor_note: String,
    },
    /// By decision of a court.
    Court(CourtDecision),
}

/// What a divorce entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the husband or the wife.
    Spouse {
        v: u16,
        /// The other spouse.
        spouse: PersonId,
        /// The day on which the marriage ended.
        ended_on: NaiveDate,
        /// The grounds of the divorce.
        ground: Ground,
    },
}

fn parse_way(word: &str) -> Result<Divorce, Refusal> {
    match word {
        "administrative" => Ok(Divorce::Administrative),
        "court" => Ok(Divorce::Court),
        _ => Err(Refusal::unknown_word(word)),
    }
}

const PERSON: Field = Field::person("person", say("Нөхөр эсвэл эхнэр", "Husband or wife")).required();
const WAY: Field = Field::one(
    "way",
    say("Дуусгавар болох арга", "How it ends"),
    &[
        choice("administrative", "Хамтын өргөдлөөр", "By joint application"),
        choice("court", "Шүүхээр", "By a court"),
    ],
)
.required();
const NO_PROPERTY_DISPUTE: Field = Field::agreed(
    "no_property_dispute",
    say(
        "Хөрөнгийн маргаангүй гэдгээ хоёулаа мэдэгдсэн",
        "Both state that there is no dispute about property",
    ),
);
const GOVERNOR_NOTE: Field = Field::text(
    "governor_note",
    100,
    say("Засаг даргын тодорхойлолтын дугаар", "Number of the Governor's note"),
)
.when("way", "administrative");
const COURT: Field = fields::COURT.when("way", "court");
const DECISION_NUMBER: Field = fields::DECISION_NUMBER.when("way", "court");
const IN_FORCE_ON: Field = fields::IN_FORCE_ON.when("way", "court");

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::SPOUSES, &[PERSON, WAY]),
    Section::new(
        say("Хамтын өргөдлөөр", "By joint application"),
        &[fields::JOINT_APPLICATION, NO_PROPERTY_DISPUTE, GOVERNOR_NOTE],
    ),
    Section::new(fields::BY_COURT, &[COURT, DECISION_NUMBER, IN_FORCE_ON]),
])
.example(&[
    ("person", "УЬ96031422"),
    ("way", "court"),
    ("court", "Багануур дүүргийн шүүх"),
    ("decision_number", "ИШ-12"),
    ("in_force_on", "2026-01-05"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&PERSON, PersonRef::parse)?,
            way: form.required(&WAY, parse_way)?,
            joint_application: form.flag(&fields::JOINT_APPLICATION)?,
            no_property_dispute: form.flag(&NO_PROPERTY_DISPUTE)?,
            governor_note: form.text(&GOVERNOR_NOTE)?,
            decision: CourtDecision::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The other spouse, and the children, because their age matters.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let Some(person) = loaded.iter().find(|person| self.person.is_of(person)) else { return Vec::new() };
        let links = person.open_spouses().chain(&person.children);
        links.map(|link| link.person).collect()
    }

    /// The claim is on the marriage itself: it ends only once.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        let marriage = person.and_then(|person| person.open_spouses().next());
        marriage.map(|link| format!("marriage-ended/{}", link.entry)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        let marriage = person.open_spouses().next().ok_or(Refusal::NotMarried)?;
        let spouse = context.require_person(&PersonRef::Id(marriage.person))?;
        spouse.require_alive()?;
        let (ended_on, ground) = self.ground(context, person, spouse)?;
        if marriage.began_on.is_some_and(|began_on| ended_on < began_on) {
            return Err(Refusal::EndBeforeMarriage.in_field("in_force_on"));
        }
        let part = |of: &Person, other: &Person| Part {
            person: of.id,
            role: PartRole::Spouse,
            body: PartBody::MarriageEnded(Body::Spouse {
                v: 1,
                spouse: other.id,
                ended_on,
                ground: ground.clone(),
            }),
        };
        Ok(vec![part(person, spouse), part(spouse, person)])
    }

    fn describe(&self) -> Vec<Detail> {
        let way = match self.way {
            Divorce::Administrative => "захиргааны журмаар",
            Divorce::Court => "шүүхээр",
        };
        let mut details = vec![
            Detail::new("Гэрлэгч", "Spouse", &self.person),
            Detail::new("Дуусгавар болсон журам", "Way", way),
        ];
        let note = self.governor_note.as_ref();
        details.extend(note.map(|note| Detail::new("Засаг даргын тодорхойлолт", "Governor's note", note)));
        if let Some(decision) = &self.decision {
            details.push(Detail::new("Шүүх", "Court", &decision.court));
            details.push(Detail::new(
                "Шийдвэрийн дугаар",
                "Number of the decision",
                &decision.decision_number,
            ));
            details.push(Detail::new("Хүчинтэй болсон өдөр", "In force on", decision.in_force_on));
        }
        details
    }
}

impl Facts {
    /// The day and the grounds. Each way of divorce has its own requirements by law.
    fn ground(
        &self,
        context: &Context<'_>,
        person: &Person,
        spouse: &Person,
    ) -> Result<(NaiveDate, Ground), Refusal> {
        match self.way {
            Divorce::Court => {
                let decision = self.decision.clone().ok_or(Refusal::CourtDecisionMissing)?;
                decision.require_in_force(context)?;
                Ok((decision.in_force_on, Ground::Court(decision)))
            }
            Divorce::Administrative => {
                if !self.joint_application {
                    return Err(Refusal::JointApplicationMissing.in_field("joint_application"));
                }
                if !self.no_property_dispute {
                    return Err(Refusal::PropertyDispute.in_field("no_property_dispute"));
                }
                check_children(context, person, spouse)?;
                let note = self.governor_note.clone();
                let governor_note =
                    note.ok_or_else(|| Refusal::GovernorNoteMissing.in_field("governor_note"))?;
                Ok((context.today, Ground::Administrative { governor_note }))
            }
        }
    }
}

/// A living common child under age bars a divorce at the office. A child whose birth was erased counts as
/// under age.
fn check_children(context: &Context<'_>, person: &Person, spouse: &Person) -> Result<(), Refusal> {
    let age = context.law.majority_age;
    let is_of_spouse = |child: &&Link| spouse.children.iter().any(|link| link.person == child.person);
    for link in person.children.iter().filter(is_of_spouse) {
        let child = context.require_person(&PersonRef::Id(link.person))?;
        let is_grown = child.born_on.is_some_and(|born_on| born_on.age_on(context.today) >= age);
        if child.is_alive() && !is_grown {
            return Err(Refusal::CommonMinorChild { age });
        }
    }
    Ok(())
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::MarriageEnded(Body::Spouse { ended_on, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    paper::spouse_lines(part.person, sheet)?;
    sheet.once("Гэрлэлт дууссан огноо", "Date of the end of marriage", Some(ended_on));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Spouse { spouse, ended_on, ground, .. } => {
                let way = match ground {
                    Ground::Administrative { .. } => Divorce::Administrative,
                    Ground::Court(_) => Divorce::Court,
                };
                let open = |link: &&mut Link| link.person == *spouse && link.ended_on.is_none();
                for link in person.spouses.iter_mut().filter(open) {
                    link.ended_on = Some((*ended_on).into());
                    link.divorce = Some(way);
                }
                if person.open_spouses().next().is_none() {
                    person.civil_status = CivilStatus::Divorced;
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
