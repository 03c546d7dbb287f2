//! Establishment of father or mother (Order A/207 of 2018, 1.2). Registered at any office: on joint
//! application of both parents, or by court decision. The child may take the new parent's given name as
//! parent's name, and the clan name. The entry has parts for the child and the new parent. The other parent's
//! record stays as it is. Written: the child and the new parent. The other parent's record stays as it is.

use serde::{Deserialize, Serialize};

use super::marriage_ended::CourtDecision;
use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::age_on;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::PersonId;
use crate::name::PersonName;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{Link, Person, Relation};
use crate::person_ref::PersonRef;
use crate::question::{self, Answer, Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "parentage",
    title: say("Эцэг, эх тогтоосон", "Establishment of parentage"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
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
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Эцэг, эх тогтоосны гэрчилгээ", "Certificate of parentage"), lines
    }),
    begins: Some(begin),
    after: &[],
};

/// The form begins with a child that lacks a parent.
fn begin(person: &Person) -> Option<Beginning> {
    (person.is_alive() && person.parents.len() < 2).then(|| vec![("child", person.any_number())])
}

/// Which parent is established.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the variants say who it is")]
pub enum ParentKind {
    Mother,
    Father,
}

impl ParentKind {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "mother" => Ok(Self::Mother),
            "father" => Ok(Self::Father),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    const fn relation(self) -> Relation {
        match self {
            Self::Mother => Relation::Mother,
            Self::Father => Relation::Father,
        }
    }

    const fn sex(self) -> Sex {
        match self {
            Self::Mother => Sex::Female,
            Self::Father => Sex::Male,
        }
    }

    const fn role(self) -> PartRole {
        match self {
            Self::Mother => PartRole::Mother,
            Self::Father => PartRole::Father,
        }
    }
}

/// A declared parentage. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `child`: number, civil id or id.
    pub child: PersonRef,
    /// `parent`: the parent who is established, by number, civil id, foreign document or id.
    pub parent: PersonRef,
    /// `parent_kind`: `father` or `mother`.
    pub parent_kind: ParentKind,
    /// `joint_application`: both parents applied together.
    pub joint_application: bool,
    /// `court`, `decision_number`, `in_force_on`: instead of the application.
    pub decision: Option<CourtDecision>,
    /// `take_parent_name`: the child takes the parent's given name as parent's name.
    pub take_parent_name: bool,
    /// `take_clan_name`: the child takes the parent's clan name.
    pub take_clan_name: bool,
    /// `child_consents`: the child's written consent, from the age at which it is asked for.
    pub child_consents: bool,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// What a parentage entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the child.
    Child(Box<Child>),
    /// About the parent who is established.
    Parent {
        /// Version of this payload.
        v: u16,
        /// The child.
        child: PersonId,
    },
}

/// What a parentage entry says of the child.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Child {
    /// Version of this payload.
    pub v: u16,
    /// The parent who is established.
    pub parent: PersonId,
    /// Whether it is the father or the mother.
    pub parent_kind: ParentKind,
    /// The court's decision; none on joint application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<CourtDecision>,
    /// The child's whole name from now on, if it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Whether the child consented.
    pub child_consents: bool,
    /// The officer's answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

const PARENT: Field = Field::person("parent", fields::NUMBER).required();
const PARENT_KIND: Field = Field::one(
    "parent_kind",
    say("Холбоо", "Relation"),
    &[choice("father", "Эцэг", "Father"), choice("mother", "Эх", "Mother")],
)
.required();
const TAKE_CLAN_NAME: Field = Field::agreed(
    "take_clan_name",
    say("Хүүхэд энэ эцэг (эх)-ийн ургийн овгийг авна", "The child takes this parent's clan name"),
);
const TAKE_PARENT_NAME: Field = Field::agreed(
    "take_parent_name",
    say("Хүүхэд энэ эцэг (эх)-ийн нэрийг авна", "The child takes this parent's name"),
);
const JOINT_APPLICATION: Field = Field::agreed(
    "joint_application",
    say("Эцэг, эх хоёулаа хамт өргөдөл гаргасан", "Both parents applied together"),
);
const COURT: Field = fields::COURT.hint(say("Эсвэл шүүхийн шийдвэр:", "Or a decision of a court:"));

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::CHILD_LEGEND, &[fields::CHILD, fields::CHILD_CONSENTS]),
    Section::new(say("Эцэг (эх)", "Parent"), &[PARENT, PARENT_KIND, TAKE_CLAN_NAME, TAKE_PARENT_NAME]),
    Section::new(fields::PAPERS, &[JOINT_APPLICATION, COURT, fields::DECISION_NUMBER, fields::IN_FORCE_ON]),
])
.and(&[question::ANSWERS]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            child: form.required(&fields::CHILD, PersonRef::parse)?,
            parent: form.required(&PARENT, PersonRef::parse)?,
            parent_kind: form.required(&PARENT_KIND, ParentKind::parse)?,
            joint_application: form.flag(&JOINT_APPLICATION)?,
            decision: CourtDecision::parse(form)?,
            take_parent_name: form.flag(&TAKE_PARENT_NAME)?,
            take_clan_name: form.flag(&TAKE_CLAN_NAME)?,
            child_consents: form.flag(&fields::CHILD_CONSENTS)?,
            answers: Answers::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.child.clone(), self.parent.clone()]
    }

    /// The child's other parent, who must apply too.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let child = loaded.iter().filter(|person| self.child.is_of(person));
        child.flat_map(|child| child.parents.iter().map(|link| link.person)).collect()
    }

    /// Claims the child's one father or one mother, whoever is declared.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let kind = self.parent_kind.role().as_str();
        context
            .person(&self.child)
            .map(|child| format!("parentage/{}/{kind}", child.id))
            .into_iter()
            .collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let child = context.require_person(&self.child).map_err(|no| no.in_field("child"))?;
        let parent = context.require_person(&self.parent).map_err(|no| no.in_field("parent"))?;
        if child.id == parent.id {
            return Err(Refusal::ParentIsChild.in_field("parent"));
        }
        if child.parents.iter().any(|link| link.relation == self.parent_kind.relation()) {
            return Err(Refusal::ParentEstablished.in_field("parent_kind"));
        }
        let age_at_birth = self.check_parent(context, child, parent)?;
        self.check_ground(context, child, parent)?;
        self.check_consent(context, child)?;
        let is_unusual = context.law.is_unusual_parent(parent.sex, age_at_birth, age_at_birth);
        let asked: Vec<Question> = is_unusual.then_some(Question::ParentsAge).into_iter().collect();
        let body = Child {
            v: 1,
            parent: parent.id,
            parent_kind: self.parent_kind,
            decision: self.decision.clone(),
            name: self.new_name(child, parent)?,
            child_consents: self.child_consents,
            answers: self.answers.to(&asked)?,
        };
        let part = |person, role, body| Part { person, role, body: PartBody::Parentage(body) };
        Ok(vec![
            part(child.id, PartRole::Child, Body::Child(Box::new(body))),
            part(parent.id, self.parent_kind.role(), Body::Parent { v: 1, child: child.id }),
        ])
    }

    fn describe(&self) -> Vec<Detail> {
        let label = match self.parent_kind {
            ParentKind::Mother => ("Тогтоох эх", "Mother established"),
            ParentKind::Father => ("Тогтоох эцэг", "Father established"),
        };
        let mut details = vec![
            Detail::new("Хүүхэд", "Child", &self.child),
            Detail::new(label.0, label.1, &self.parent),
            Detail::new("Эцэг (эх)-ийн нэр авах", "Takes the parent's name", self.take_parent_name),
            Detail::new("Ургийн овог авах", "Takes the clan name", self.take_clan_name),
        ];
        let decision = self.decision.as_ref().map(|decision| &decision.decision_number);
        details.extend(
            decision.map(|number| Detail::new("Шүүхийн шийдвэр", "Number of the court decision", number)),
        );
        details
    }
}

impl Facts {
    /// Requires a sex and an age that make a parent; returns the age at the birth. A mother must have lived
    /// at the birth; how long before it a father may have died is for the court.
    fn check_parent(&self, context: &Context<'_>, child: &Person, parent: &Person) -> Result<u32, Refusal> {
        if parent.require_sex()? != self.parent_kind.sex() {
            return Err(Refusal::ParentSexMismatch.in_field("parent"));
        }
        let born_on = child.require_born_on()?;
        let age = age_on(parent.require_born_on()?.earliest(), born_on.latest());
        if age < context.law.parent_minimum_age {
            return Err(Refusal::ParentTooYoung.in_field("parent"));
        }
        let is_mother = self.parent_kind == ParentKind::Mother;
        if is_mother && parent.died_on().is_some_and(|died_on| died_on.latest() < born_on.earliest()) {
            return Err(Refusal::MotherDeadBeforeBirth.in_field("parent"));
        }
        Ok(age)
    }

    /// Requires that both parents, alive and known, apply together; otherwise a court decides, also for a
    /// child who died.
    fn check_ground(&self, context: &Context<'_>, child: &Person, parent: &Person) -> Result<(), Refusal> {
        if let Some(decision) = &self.decision {
            return decision.require_in_force(context);
        }
        child.require_alive().map_err(|no| no.in_field("child"))?;
        let other = child.parents.iter().find_map(|link| context.person(&PersonRef::Id(link.person)));
        if !parent.is_alive() || !other.is_some_and(Person::is_alive) {
            return Err(Refusal::CourtMustEstablish);
        }
        if self.joint_application {
            Ok(())
        } else {
            Err(Refusal::JointApplicationMissing.in_field("joint_application"))
        }
    }

    fn check_consent(&self, context: &Context<'_>, child: &Person) -> Result<(), Refusal> {
        let age = context.law.child_consent_age;
        let must_consent = child.is_alive() && child.require_born_on()?.age_on(context.today) >= age;
        if must_consent && !self.child_consents {
            return Err(Refusal::ChildConsentMissing { age }.in_field("child_consents"));
        }
        Ok(())
    }

    /// The child's name after this, if a new one was asked for and differs. This does not count as the one
    /// change of name that everybody has.
    fn new_name(&self, child: &Person, parent: &Person) -> Result<Option<PersonName>, Refusal> {
        let old = child.require_name()?;
        let mut new = old.clone();
        if self.take_parent_name {
            new.parent = Some(parent.require_name()?.given.clone().into());
        }
        if self.take_clan_name {
            let clan = parent.require_name()?.clan.clone();
            new.clan = Some(clan.ok_or_else(|| Refusal::ParentHasNoClan.in_field("take_clan_name"))?);
        }
        Ok((new != *old).then_some(new))
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Parentage(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    let person = sheet.person(part.person)?;
    match body {
        Body::Child(_) => paper::person_lines(&person, sheet),
        Body::Parent { .. } => {
            sheet.line("Тогтоосон эцэг (эх)", "Parent established", Some(paper::named(&person)));
        }
    }
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Child(body) => {
                person.parents.push(Link::new(body.parent, body.parent_kind.relation(), header.id));
                if let Some(name) = &body.name {
                    person.rename(name.clone(), header);
                }
                person.acts.push(header.act_ref());
            }
            Self::Parent { child, .. } => {
                person.children.push(Link::new(*child, Relation::Child, header.id));
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
