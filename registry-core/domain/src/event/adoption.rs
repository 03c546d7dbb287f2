//! Adoption (Family Law; Order A/207 of 2018, 1.3), on the decision of the Governor or a court, at the office
//! of the unit where the child or an adopter lives. The articles could not be read: `docs/law.md` says which
//! rules are ours.
//!
//! The adopters take the place of mother and father, as if the child had been born to them, in answers about
//! any day. The former parents, the former names, earlier changes of name, earlier guardianships and the act
//! itself are sealed (see [`crate::sealed`]). If a single adopter is married to a parent of the child, that
//! parent stays. Written: parts for the child; for the grounds of the adoption, separately; for each adopter;
//! for each parent who is replaced; for each former guardian.

mod payload;

use chrono::NaiveDate;

pub use payload::{AsBorn, Body, Child, Ground, Since};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::{age_on, parse_date};
use crate::entry::{Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::id::PersonId;
use crate::kind::Kind;
use crate::name::{ClanName, GivenName, ParentName, PersonName};
use crate::person::{Person, Relation, TieRole};
use crate::person_ref::PersonRef;
use crate::question::{self, Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "adoption",
    title: say("Үрчлэлт", "Adoption"),
    shelf: Shelf::Life,
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
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::Family,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(with_child),
    after: &[],
};

/// A declared adoption. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `child`: number, civil id or id.
    pub child: PersonRef,
    /// `mother`: the new mother, by number, civil id or id.
    pub mother: Option<PersonRef>,
    /// `father`: the new father.
    pub father: Option<PersonRef>,
    /// `decided_by`: the Governor or court.
    pub decided_by: String,
    /// `decision_number`: number of the decision.
    pub decision_number: String,
    /// `decided_on`: civil date of the decision.
    pub decided_on: NaiveDate,
    /// `parents_consent`: the parents who are replaced consented in writing.
    pub parents_consent: bool,
    /// `consent_waiver`: number of the decision by which their consent is not needed.
    pub consent_waiver: Option<String>,
    /// `spouse_consents`: the husband or wife of a single adopter consented in writing.
    pub spouse_consents: bool,
    /// `child_consents`: the child's written consent, from the age at which it is asked for.
    pub child_consents: bool,
    /// `clan_name`: the child's new clan name; absent if it stays.
    pub clan_name: Option<ClanName>,
    /// `parent_name`: the child's new parent's name; absent for the given name of the adopting father, or
    /// mother.
    pub parent_name: Option<ParentName>,
    /// `given_name`: the child's new given name; absent if it stays.
    pub given_name: Option<GivenName>,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// The people of an adoption, as found in the register.
struct Parties<'a> {
    child: &'a Person,
    mother: Option<&'a Person>,
    father: Option<&'a Person>,
}

impl<'a> Parties<'a> {
    fn adopters(&self) -> impl Iterator<Item = (Relation, &'a Person)> {
        let mother = self.mother.map(|person| (Relation::Mother, person));
        mother.into_iter().chain(self.father.map(|person| (Relation::Father, person)))
    }

    /// The adopter, if there is only one.
    fn single(&self) -> Option<&'a Person> {
        match (self.mother, self.father) {
            (Some(only), None) | (None, Some(only)) => Some(only),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    /// Whether this parent of the child stays a parent, because the only adopter is married to them.
    fn stays(&self, parent: PersonId) -> bool {
        self.single().is_some_and(|adopter| adopter.open_spouses().any(|link| link.person == parent))
    }

    /// The relations in which a parent is replaced.
    fn replaced(&self) -> Vec<Relation> {
        let stays = |relation| {
            let mut links = self.child.parents.iter().filter(|link| link.relation == relation);
            links.any(|link| self.stays(link.person))
        };
        [Relation::Mother, Relation::Father].into_iter().filter(|relation| !stays(*relation)).collect()
    }
}

const SPOUSE_CONSENTS: Field = Field::agreed(
    "spouse_consents",
    say(
        "Үрчлэн авагчийн эхнэр, нөхөр бичгээр зөвшөөрсөн",
        "The husband or wife of the adopter consents in writing",
    ),
);
const DECIDED_BY: Field = Field::text(
    "decided_by",
    200,
    say("Шийдвэр гаргасан (Засаг дарга, шүүх)", "Decided by (Governor or court)"),
)
.required();
const DECISION_NUMBER: Field = fields::DECISION_NUMBER.required();
const DECIDED_ON: Field =
    Field::date("decided_on", say("Шийдвэрийн огноо", "Date of the decision")).required();
const PARENTS_CONSENT: Field = Field::agreed(
    "parents_consent",
    say("Солигдох эцэг, эх бичгээр зөвшөөрсөн", "The parents who are replaced consent in writing"),
);
const CONSENT_WAIVER: Field = Field::text(
    "consent_waiver",
    100,
    say("Зөвшөөрөл шаардахгүй гэсэн шийдвэрийн дугаар", "Number of the decision that waives their consent"),
);

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::CHILD_LEGEND, &[fields::CHILD, fields::CHILD_CONSENTS]),
    Section::new(say("Үрчлэн авагч", "Adopters"), &[fields::MOTHER, fields::FATHER, SPOUSE_CONSENTS]).hint(
        say(
            "Хоёулаа үрчилбэл гэрлэлттэй байх ёстой.",
            "Two who adopt together must be married to each other.",
        ),
    ),
    Section::new(fields::NEW_NAME, &[fields::CLAN_NAME, fields::PARENT_NAME, fields::GIVEN_NAME])
        .hint(fields::NEW_NAME_HINT),
    Section::new(fields::PAPERS, &[DECIDED_BY, DECISION_NUMBER, DECIDED_ON, PARENTS_CONSENT, CONSENT_WAIVER]),
])
.and(&[question::ANSWERS])
.example(&[
    ("child", "100000000171"),
    ("mother", "УЪ69120169"),
    ("father", "УЬ66122192"),
    ("clan_name", "Элжигэн"),
    ("given_name", "Номин"),
    ("decided_by", "Дүүргийн Засаг дарга"),
    ("decision_number", "А/77"),
    ("decided_on", "2026-01-05"),
    ("parents_consent", "true"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let facts = Self {
            child: form.required(&fields::CHILD, PersonRef::parse)?,
            mother: form.optional(&fields::MOTHER, PersonRef::parse)?,
            father: form.optional(&fields::FATHER, PersonRef::parse)?,
            decided_by: form.required_text(&DECIDED_BY)?,
            decision_number: form.required_text(&DECISION_NUMBER)?,
            decided_on: form.required(&DECIDED_ON, parse_date)?,
            parents_consent: form.flag(&PARENTS_CONSENT)?,
            consent_waiver: form.text(&CONSENT_WAIVER)?,
            spouse_consents: form.flag(&SPOUSE_CONSENTS)?,
            child_consents: form.flag(&fields::CHILD_CONSENTS)?,
            clan_name: form.optional(&fields::CLAN_NAME, ClanName::parse)?,
            parent_name: form.optional(&fields::PARENT_NAME, ParentName::parse)?,
            given_name: form.optional(&fields::GIVEN_NAME, GivenName::parse)?,
            answers: Answers::parse(form)?,
        };
        if facts.mother.is_none() && facts.father.is_none() {
            return Err(Refusal::NoAdopter.in_field("mother"));
        }
        Ok(facts)
    }

    fn people(&self) -> Vec<PersonRef> {
        [Some(&self.child), self.mother.as_ref(), self.father.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// The parents who are replaced, and the guardians.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let child = loaded.iter().filter(|person| self.child.is_of(person));
        child.flat_map(|child| child.parents.iter().map(|link| link.person).chain(guardians(child))).collect()
    }

    /// The claim names the child and its last adoption: two declarations at the same time are of the same
    /// adoption.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let claim = |child: &Person| {
            let before = child.sealed_family.acts.iter().rev().find(|act| act.kind == Kind::Adoption);
            let before = before.map_or_else(|| "0".to_owned(), |act| act.entry.to_string());
            format!("adoption/{}/{before}", child.id)
        };
        context.person(&self.child).map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let parties = self.parties(context)?;
        let Parties { child, .. } = parties;
        context.require_not_future(self.decided_on).map_err(|no| no.in_field("decided_on"))?;
        check_child(context, child).map_err(|no| no.in_field("child"))?;
        for (relation, adopter) in parties.adopters() {
            let field = if relation == Relation::Mother { "mother" } else { "father" };
            check_adopter(context, child, adopter, relation).map_err(|no| no.in_field(field))?;
        }
        self.check_couple(&parties)?;
        require_office(context, &parties)?;
        self.check_consents(context, &parties)?;
        let answers = self.answers.to(&questions(context, &parties)?)?;
        let since = Since {
            born_on: child.require_born_on()?.earliest(),
            registered_on: child.acts.first().map_or(context.today, |act| act.registered_on),
        };
        let body = Child {
            v: 1,
            mother: parties.mother.map(|mother| mother.id),
            father: parties.father.map(|father| father.id),
            replaced: parties.replaced(),
            name: self.new_name(&parties)?,
        };
        let ground = Ground {
            v: 1,
            decided_by: self.decided_by.clone(),
            decision_number: self.decision_number.clone(),
            decided_on: self.decided_on,
            parents_consent: self.parents_consent,
            consent_waiver: self.consent_waiver.clone(),
            child_consents: self.child_consents,
            answers,
        };
        let part = |person, role, body| Part { person, role, body: PartBody::Adoption(body) };
        let mut parts = vec![part(child.id, PartRole::Child, Body::Child(Box::new(body)))];
        parts.extend(parties.adopters().map(|(relation, adopter)| {
            let role = if relation == Relation::Mother { PartRole::Mother } else { PartRole::Father };
            part(adopter.id, role, Body::Adopter { v: 1, child: child.id, since })
        }));
        let replaced = child.parents.iter().map(|link| link.person).filter(|id| !parties.stays(*id));
        // Nothing more is written about an erased guardian.
        let is_known = |id: &PersonId| {
            context.person(&PersonRef::Id(*id)).is_some_and(|guardian| guardian.name.is_some())
        };
        let guardians = guardians(child).filter(|id| !parties.stays(*id)).filter(is_known);
        for behind in replaced.chain(guardians) {
            // A guardian who adopts, or a parent who was guardian, has a part already.
            if parts.iter().all(|part| part.person != behind) {
                let body = Body::BirthParent { v: 1, child: child.id };
                parts.push(part(behind, PartRole::BirthParent, body));
            }
        }
        parts.push(part(child.id, PartRole::AdoptionGround, Body::Ground(Box::new(ground))));
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![Detail::new("Үрчлэгдэх хүүхэд", "Child", &self.child)];
        details.extend(self.mother.as_ref().map(|who| Detail::new("Үрчлэн авах эх", "Adopting mother", who)));
        details
            .extend(self.father.as_ref().map(|who| Detail::new("Үрчлэн авах эцэг", "Adopting father", who)));
        details.push(Detail::new("Шийдвэр гаргасан", "Decided by", &self.decided_by));
        details.push(Detail::new("Шийдвэрийн дугаар", "Number of the decision", &self.decision_number));
        details.push(Detail::new("Шийдвэрийн огноо", "Decided on", self.decided_on));
        let clan = self.clan_name.as_ref();
        details.extend(clan.map(|name| Detail::new("Шинэ ургийн овог", "New clan name", name)));
        let parent = self.parent_name.as_ref();
        details.extend(parent.map(|name| Detail::new("Шинэ эцэг (эх)-ийн нэр", "New parent's name", name)));
        let given = self.given_name.as_ref();
        details.extend(given.map(|name| Detail::new("Шинэ нэр", "New given name", name)));
        details
    }
}

impl Facts {
    fn parties<'a>(&self, context: &Context<'a>) -> Result<Parties<'a>, Refusal> {
        let find = |reference: &Option<PersonRef>, field| {
            let found = reference.as_ref().map(|reference| context.require_living(reference));
            found.transpose().map_err(|no: Refusal| no.in_field(field))
        };
        Ok(Parties {
            child: context.require_living(&self.child).map_err(|no| no.in_field("child"))?,
            mother: find(&self.mother, "mother")?,
            father: find(&self.father, "father")?,
        })
    }

    /// Two people adopt together only if they are married to each other. A married person who adopts alone
    /// needs the spouse's consent.
    fn check_couple(&self, parties: &Parties<'_>) -> Result<(), Refusal> {
        if let (Some(mother), Some(father)) = (parties.mother, parties.father) {
            let is_couple = mother.is_married_to(father);
            return if is_couple { Ok(()) } else { Err(Refusal::AdoptersNotMarried.in_field("father")) };
        }
        let is_married = parties.single().is_some_and(|adopter| adopter.open_spouses().next().is_some());
        if is_married && !self.spouse_consents {
            return Err(Refusal::SpouseConsentMissing.in_field("spouse_consents"));
        }
        Ok(())
    }

    /// Living parents who are replaced must consent, unless a decision waives it. So must the child, from the
    /// age set by law.
    fn check_consents(&self, context: &Context<'_>, parties: &Parties<'_>) -> Result<(), Refusal> {
        let replaced = parties.child.parents.iter().filter(|link| !parties.stays(link.person));
        let mut replaced = replaced.filter_map(|link| context.person(&PersonRef::Id(link.person)));
        if replaced.any(Person::is_alive) && !self.parents_consent && self.consent_waiver.is_none() {
            return Err(Refusal::ParentsConsentMissing.in_field("parents_consent"));
        }
        let age = context.law.adoption_consent_age;
        if parties.child.require_born_on()?.age_on(context.today) >= age && !self.child_consents {
            return Err(Refusal::ChildConsentMissing { age }.in_field("child_consents"));
        }
        Ok(())
    }

    /// The child's new name, if it changes.
    fn new_name(&self, parties: &Parties<'_>) -> Result<Option<PersonName>, Refusal> {
        let old = parties.child.require_name()?;
        let adopter = parties.father.or(parties.mother).and_then(|adopter| adopter.name.as_ref());
        // If a parent stays whose name the child bears, a second mother does not become the origin of the
        // name.
        let takes_name = parties.replaced().contains(&Relation::Father) || parties.father.is_some();
        let of_adopter = adopter.filter(|_| takes_name).map(|name| name.given.clone().into());
        let new = PersonName {
            clan: self.clan_name.clone().or_else(|| old.clan.clone()),
            parent: self.parent_name.clone().or(of_adopter).or_else(|| old.parent.clone()),
            given: self.given_name.clone().unwrap_or_else(|| old.given.clone()),
        };
        Ok((new != *old).then_some(new))
    }
}

/// Everyone who is or was guardian of the child: their records mention the ward.
fn guardians(child: &Person) -> impl Iterator<Item = PersonId> {
    child.ties.iter().filter(|tie| tie.role == TieRole::Guardian).map(|tie| tie.person)
}

/// Checks the child: a citizen under age, whose numbers and birth the register knows.
fn check_child(context: &Context<'_>, child: &Person) -> Result<(), Refusal> {
    child.require_citizen()?;
    let age = context.law.majority_age;
    if child.require_born_on()?.age_on(context.today) >= age {
        return Err(Refusal::AdopteeNotMinor { age });
    }
    Ok(())
}

fn check_adopter(
    context: &Context<'_>,
    child: &Person,
    adopter: &Person,
    relation: Relation,
) -> Result<(), Refusal> {
    if adopter.id == child.id {
        return Err(Refusal::ParentIsChild);
    }
    adopter.require_citizen()?;
    if child.parents.iter().any(|link| link.person == adopter.id) {
        return Err(Refusal::AdopterIsParent);
    }
    let sex = if relation == Relation::Mother { Sex::Female } else { Sex::Male };
    if adopter.require_sex()? != sex {
        return Err(Refusal::AdopterSexMismatch);
    }
    let age = context.law.majority_age;
    if adopter.require_born_on()?.age_on(context.today) < age {
        return Err(Refusal::AdopterNotAdult { age });
    }
    Ok(())
}

/// Refuses an office other than those where the child or an adopter lives. A sealed address counts for no
/// office.
fn require_office(context: &Context<'_>, parties: &Parties<'_>) -> Result<(), Refusal> {
    let people = std::iter::once(parties.child).chain(parties.adopters().map(|(_, adopter)| adopter));
    let mut homes = people.filter_map(|person| person.residence.as_ref());
    let is_here = homes.any(|home| {
        context.units.offices_on(&home.unit, context.received_on()).contains(context.receiving_office())
    });
    if is_here { Ok(()) } else { Err(Refusal::NotOfficeOfAdoption) }
}

fn questions(context: &Context<'_>, parties: &Parties<'_>) -> Result<Vec<Question>, Refusal> {
    let born_on = parties.child.require_born_on()?.latest();
    for (_, adopter) in parties.adopters() {
        if age_on(adopter.require_born_on()?.earliest(), born_on) < context.law.adopter_age_gap_years {
            return Ok(vec![Question::AdopterAgeGap]);
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
pub(crate) mod tests;
