//! Birth (Civil State Registration Law art. 6; Order A/207 of 2018). Registered at any office.
//!
//! Both parents are named from the register; one of them may be a foreign citizen who enters it with this
//! event. Married parents need one application, unmarried parents one each; an authorised representative
//! gives the number of the authorisation. A foundling has no parents in the register but the act of a
//! competent body. Written: parts for child, mother, father.

mod asked;
mod paper;
mod payload;
mod reserving;

use chrono::{NaiveDate, NaiveTime};

pub(crate) use asked::FORM;
pub use payload::{Body, Child};

use super::{Detail, Registrable, Reservation};
use crate::context::Context;
use crate::date::{PartialDate, age_on, months_after, parse_date};
use crate::entry::{Part, PartBody, PartRole};
use crate::foreign::{Country, ForeignFacts, Party};
use crate::form::{self, Filled, fields};
use crate::id::{NotificationId, PersonId};
use crate::name::{ClanName, GivenName, ParentName, PersonName, traditional};
use crate::national_number::allocate;
use crate::person::{Person, PlaceAbroad, Residence};
use crate::person_ref::PersonRef;
use crate::policy::Lateness;
use crate::question::{Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "birth",
    title: say("Төрсний бүртгэл", "Birth"),
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
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::Birth,
    paper: Some(Paper {
        title: say("Төрсний гэрчилгээ", "Birth certificate"), lines: paper::lines
    }),
    begins: None,
    after: &[After::NumbersAreGiven],
};

/// Children of one birth are born within this many days.
const ONE_BIRTH_DAYS: i64 = 7;

/// A parent: one who applied, or the foreign party.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Applicant {
    Mother,
    Father,
}

impl Applicant {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "mother" => Ok(Self::Mother),
            "father" => Ok(Self::Father),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    const fn sex(self) -> Sex {
        match self {
            Self::Mother => Sex::Female,
            Self::Father => Sex::Male,
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
        }
    }
}

/// A declared birth. JSON fields have the names of these fields; texts, dates as `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Facts {
    /// `mother`: number, civil id, foreign document or id.
    pub mother: Option<PersonRef>,
    /// `father`: named in the same way.
    pub father: Option<PersonRef>,
    /// `foreign_party` (`mother` or `father`) with `foreign_citizenship`, `foreign_document`,
    /// `foreign_given_name`, `foreign_parent_name`, `foreign_latin_name`, `foreign_born_on`: a foreign
    /// citizen, see [`ForeignFacts`].
    pub foreign: Option<(Applicant, ForeignFacts)>,
    /// `foundling_act`: number of the competent body's act on a child of no known parent. Then that body
    /// gives the clan name and the parent's name.
    pub foundling_act: Option<String>,
    /// `applicants`: `mother`, `father` or both.
    pub applicants: Vec<Applicant>,
    /// `authorisation`: number of the paper of an authorised representative or competent body.
    pub authorisation: Option<String>,
    /// `notification`: the hospital's notice.
    pub notification: Option<NotificationId>,
    /// `medical_certificate`: number of the paper (form СТ-4).
    pub medical_certificate: Option<String>,
    /// `clan_name`: if absent, the father's or mother's.
    pub clan_name: Option<ClanName>,
    /// `parent_name`: if absent, the father's or mother's given name.
    pub parent_name: Option<ParentName>,
    pub given_name: GivenName,
    /// `traditional_clan`, `traditional_parent`, `traditional_given`: the name in traditional script.
    pub traditional: Option<traditional::Written>,
    pub sex: Sex,
    /// `born_on`: civil date at the place of birth.
    pub born_on: NaiveDate,
    /// `born_time`: `HH:MM`, local.
    pub born_time: Option<NaiveTime>,
    /// `birth_place`: unit; absent for a birth abroad.
    pub birth_place: Option<UnitCode>,
    /// `birth_country` (3 letters, ICAO) and `birth_place_abroad` (text): a birth abroad.
    pub born_abroad: Option<PlaceAbroad>,
    /// `foreign_birth_paper`: number of the foreign paper, which replaces the medical one.
    pub foreign_birth_paper: Option<String>,
    /// `no_other_citizenship_proof`: number of the paper, for a birth abroad declared after the deadline.
    pub no_other_citizenship_proof: Option<String>,
    /// `residence`: unit; if absent, the mother's, else the father's.
    pub residence: Option<UnitCode>,
    /// `address`: if absent, the parent's.
    pub address: Option<String>,
    /// `plurality`: children born at this birth.
    pub plurality: u32,
    /// `order`: the place of this child among them, from 1.
    pub order: u32,
    /// `siblings_sex`: the sexes of the other children of this birth, in order, so that numbers are kept for
    /// all of them.
    pub siblings_sex: Vec<Sex>,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// The parents of a birth. A foundling has none.
#[derive(Clone, Copy)]
struct Parents<'a> {
    mother: Option<&'a Person>,
    father: Option<&'a Person>,
}

impl<'a> Parents<'a> {
    fn known(self) -> impl Iterator<Item = &'a Person> {
        self.mother.into_iter().chain(self.father)
    }
}

/// The mother's other children.
fn siblings<'a>(context: &Context<'a>, parents: Parents<'a>) -> impl Iterator<Item = &'a Person> {
    let children = parents.mother.into_iter().flat_map(|mother| &mother.children);
    children.filter_map(move |link| context.persons.iter().find(|person| person.id == link.person))
}

fn parse_abroad(form: &Filled<'_>) -> Result<Option<PlaceAbroad>, Refusal> {
    let country = form.optional(&asked::BIRTH_COUNTRY, Country::parse_foreign)?;
    let place = form.text(&asked::BIRTH_PLACE_ABROAD)?;
    match (country, place) {
        (Some(country), Some(place)) => Ok(Some(PlaceAbroad { country, place })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Refusal::PlaceAbroadIncomplete.in_field("birth_place_abroad")),
        (None, Some(_)) => Err(Refusal::PlaceAbroadIncomplete.in_field("birth_country")),
    }
}

/// The claim of a birth through one of its parents.
pub fn claim(parent: &str, born_on: NaiveDate, order: u32) -> String {
    format!("birth/{parent}/{born_on}/{order}")
}

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| Refusal::Malformed { detail: "HH:MM".to_owned() })
        };
        let facts = Self {
            foreign: ForeignFacts::parse(form, Applicant::parse)?,
            foundling_act: form.text(&asked::FOUNDLING_ACT)?,
            mother: form.optional(&fields::MOTHER, PersonRef::parse)?,
            father: form.optional(&fields::FATHER, PersonRef::parse)?,
            applicants: form.list(&asked::APPLICANTS, Applicant::parse)?,
            authorisation: form.text(&asked::AUTHORISATION)?,
            notification: form.optional(&asked::NOTIFICATION, form::id)?,
            medical_certificate: form.text(&fields::MEDICAL_CERTIFICATE)?,
            clan_name: form.optional(&asked::CLAN_NAME, ClanName::parse)?,
            parent_name: form.optional(&asked::PARENT_NAME, ParentName::parse)?,
            given_name: form.required(&asked::GIVEN_NAME, GivenName::parse)?,
            traditional: traditional::Written::parse(form)?,
            sex: form.required(&asked::SEX, Sex::parse)?,
            born_on: form.required(&asked::BORN_ON, parse_date)?,
            born_time: form.optional(&asked::BORN_TIME, time)?,
            birth_place: form.optional(&asked::BIRTH_PLACE, UnitCode::parse)?,
            born_abroad: parse_abroad(form)?,
            foreign_birth_paper: form.text(&asked::FOREIGN_BIRTH_PAPER)?,
            no_other_citizenship_proof: form.text(&asked::NO_OTHER_CITIZENSHIP_PROOF)?,
            residence: form.optional(&asked::RESIDENCE, UnitCode::parse)?,
            address: form.text(&fields::ADDRESS)?,
            plurality: form.count(&fields::PLURALITY)?.unwrap_or(1),
            order: form.count(&fields::ORDER)?.unwrap_or(1),
            siblings_sex: form.list(&asked::SIBLINGS_SEX, Sex::parse)?,
            answers: Answers::parse(form)?,
        };
        match (&facts.birth_place, &facts.born_abroad) {
            (None, None) => return Err(Refusal::MissingField { field: "birth_place".to_owned() }),
            (Some(_), Some(_)) => return Err(Refusal::BornInTwoPlaces.in_field("birth_country")),
            (Some(_), None) | (None, Some(_)) => {}
        }
        for parent in [Applicant::Mother, Applicant::Father] {
            facts.reference(parent)?;
        }
        Ok(facts)
    }

    fn people(&self) -> Vec<PersonRef> {
        self.references().collect()
    }

    /// The mother's other children: the check compares their days of birth.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let Ok(Some(mother)) = self.reference(Applicant::Mother) else { return Vec::new() };
        let mothers = loaded.iter().filter(|person| mother.is_of(person));
        let links = mothers.flat_map(|mother| mother.children.iter().chain(&mother.sealed_family.children));
        links.map(|link| link.person).collect()
    }

    fn notification(&self) -> Option<NotificationId> {
        self.notification
    }

    /// One claim for each parent with date and order, so that a declaration which leaves one of them out
    /// still meets another for the same child; one for the hospital's notification; one for the act on a
    /// foundling. A twin has another order.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let name = |reference: PersonRef| match (context.person(&reference), &reference) {
            (Some(parent), _) => Some(parent.id.to_string()),
            (None, PersonRef::Foreign(identity)) => Some(identity.to_string()),
            (None, PersonRef::NationalNumber(_) | PersonRef::CivilId(_) | PersonRef::Id(_)) => None,
        };
        let parents = self.references().filter_map(name);
        let of_parents = parents.map(|parent| claim(&parent, self.born_on, self.order));
        let of_paper = self.notification.map(|id| format!("birth-notification/{id}/{}", self.order));
        let of_act = self.foundling_act.as_ref().map(|act| format!("foundling/{act}/{}", self.order));
        of_parents.chain(of_paper).chain(of_act).collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let mother = self.party(context, Applicant::Mother)?;
        let father = self.party(context, Applicant::Father)?;
        let parents = Parents {
            mother: mother.as_ref().map(|mother| &mother.person),
            father: father.as_ref().map(|father| &father.person),
        };
        self.check_birth(context)?;
        if self.foundling_act.is_some() {
            self.check_foundling(parents)?;
        } else {
            self.check_parents(context, parents)?;
            self.check_applications(parents)?;
            self.check_siblings(context, parents)?;
        }
        context.require_scheme_allowed()?;
        let child = self.child(context, parents)?;
        let id = *context.fresh.person_ids.first().ok_or(Refusal::NoFreshValue)?;
        let parent = |parent: Party, role| Part {
            person: parent.person.id,
            role,
            body: PartBody::Birth(Body::Parent { v: 1, child: id, enters: parent.enters }),
        };
        let body = PartBody::Birth(Body::Child(Box::new(child)));
        let mut parts = vec![Part { person: id, role: PartRole::Child, body }];
        parts.extend(mother.map(|mother| parent(mother, PartRole::Mother)));
        parts.extend(father.map(|father| parent(father, PartRole::Father)));
        Ok(parts)
    }

    fn reserves(&self, context: &Context<'_>) -> Result<Vec<Reservation>, Refusal> {
        reserving::of(self, context)
    }

    fn lateness(&self, context: &Context<'_>) -> Lateness {
        Lateness::after_days(self.born_on, context.law.birth_declaration_days, context.received_on())
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Нэр", "Given name", &self.given_name),
            Detail::new("Хүйс", "Sex", self.sex.title_mn()),
            Detail::new("Төрсөн огноо", "Born on", self.born_on),
        ];
        details.extend(Detail::spelling(self.traditional.as_ref()));
        let unit = self.birth_place.as_ref().map(ToString::to_string);
        let abroad = self.born_abroad.as_ref().map(|at| format!("{}, {}", at.country, at.place));
        details.extend(unit.or(abroad).map(|place| Detail::new("Төрсөн газар", "Place of birth", place)));
        let named = |parent| self.reference(parent).ok().flatten();
        let mother = named(Applicant::Mother).map(|mother| Detail::new("Эх", "Mother", mother));
        let father = named(Applicant::Father).map(|father| Detail::new("Эцэг", "Father", father));
        details.extend(mother.into_iter().chain(father));
        if self.plurality > 1 {
            let order = format!("{}/{}", self.order, self.plurality);
            details.push(Detail::new("Ихэр, дараалал", "Birth order", order));
        }
        details
    }
}

impl Facts {
    /// How the declaration names a parent, if at all.
    fn reference(&self, parent: Applicant) -> Result<Option<PersonRef>, Refusal> {
        let named = match parent {
            Applicant::Mother => &self.mother,
            Applicant::Father => &self.father,
        };
        let foreign = self.foreign.as_ref().filter(|(party, _)| *party == parent).map(|(_, facts)| facts);
        match (named, foreign) {
            (Some(_), Some(_)) => Err(Refusal::PartyNamedTwice.in_field(parent.field())),
            (named, foreign) => Ok(named.clone().or_else(|| foreign.map(ForeignFacts::reference))),
        }
    }

    fn references(&self) -> impl Iterator<Item = PersonRef> {
        [Applicant::Mother, Applicant::Father]
            .into_iter()
            .filter_map(|side| self.reference(side).ok().flatten())
    }

    fn party(&self, context: &Context<'_>, parent: Applicant) -> Result<Option<Party>, Refusal> {
        if let Some((party, foreign)) = &self.foreign
            && *party == parent
        {
            return foreign.party(context, parent.sex(), context.fresh.person_ids.get(1)).map(Some);
        }
        let Some(reference) = self.reference(parent)? else { return Ok(None) };
        let person = context.require_person(&reference).map_err(|no| no.in_field(parent.field()))?;
        Ok(Some(Party::registered(person)))
    }

    fn check_birth(&self, context: &Context<'_>) -> Result<(), Refusal> {
        context.require_not_future(self.born_on).map_err(|no| no.in_field("born_on"))?;
        if let Some(place) = &self.birth_place {
            let place = context.units.require_on(place, self.born_on);
            place.map_err(|no| no.in_field("birth_place"))?;
        }
        if self.order == 0 || self.order > self.plurality {
            return Err(Refusal::OrderBeyondPlurality.in_field("order"));
        }
        if !self.siblings_sex.is_empty() && self.siblings_sex.len() as u64 + 1 != u64::from(self.plurality) {
            return Err(Refusal::SiblingSexesDiffer.in_field("siblings_sex"));
        }
        if self.born_abroad.is_some() {
            return self.check_abroad(context);
        }
        let papers = self.notification.is_some() || self.medical_certificate.is_some();
        if papers || self.foundling_act.is_some() { Ok(()) } else { Err(Refusal::MedicalPaperMissing) }
    }

    /// A birth abroad needs the foreign paper, and after the deadline the proof that the child took no other
    /// citizenship (art. 6.4).
    fn check_abroad(&self, context: &Context<'_>) -> Result<(), Refusal> {
        if self.foreign_birth_paper.is_none() {
            return Err(Refusal::ForeignBirthPaperMissing.in_field("foreign_birth_paper"));
        }
        if self.lateness(context).is_late() && self.no_other_citizenship_proof.is_none() {
            return Err(Refusal::CitizenshipProofMissing.in_field("no_other_citizenship_proof"));
        }
        Ok(())
    }

    /// A foundling: no parent is known, and the competent body gives the names.
    fn check_foundling(&self, parents: Parents<'_>) -> Result<(), Refusal> {
        if parents.known().next().is_some() || !self.applicants.is_empty() {
            return Err(Refusal::FoundlingHasParents.in_field("foundling_act"));
        }
        for (is_missing, field) in
            [(self.clan_name.is_none(), "clan_name"), (self.parent_name.is_none(), "parent_name")]
        {
            if is_missing {
                return Err(Refusal::FoundlingNameMissing.in_field(field));
            }
        }
        Ok(())
    }

    fn check_parents(&self, context: &Context<'_>, parents: Parents<'_>) -> Result<(), Refusal> {
        let Parents { mother, father } = parents;
        if parents.known().next().is_none() {
            return Err(Refusal::NoParentGiven);
        }
        if mother.map(|parent| parent.id) == father.map(|parent| parent.id) {
            return Err(Refusal::SameParentTwice);
        }
        for (parent, sex) in [(mother, Sex::Female), (father, Sex::Male)] {
            let Some(parent) = parent else { continue };
            if parent.sex.is_some_and(|registered| registered != sex) {
                return Err(Refusal::ParentSexMismatch);
            }
            // The earliest day that a partial date can mean is used: a paper with only a year must not refuse
            // a lawful parent.
            let born_on = parent.require_born_on()?.earliest();
            if age_on(born_on, self.born_on) < context.law.parent_minimum_age {
                return Err(Refusal::ParentTooYoung);
            }
        }
        if !parents.known().any(Person::is_citizen) {
            return Err(Refusal::NoParentIsCitizen);
        }
        if mother.and_then(Person::died_on).is_some_and(|died_on| died_on.latest() < self.born_on) {
            return Err(Refusal::MotherDeadBeforeBirth);
        }
        let last_day = |died_on: PartialDate| months_after(died_on.latest(), context.law.posthumous_months);
        if father.and_then(Person::died_on).is_some_and(|died_on| last_day(died_on) < self.born_on) {
            return Err(Refusal::FatherDeadTooLong);
        }
        Ok(())
    }

    /// For married parents one application is enough. Two unmarried parents who are both named must both
    /// apply. Whoever applies must be alive.
    fn check_applications(&self, parents: Parents<'_>) -> Result<(), Refusal> {
        let applied = |who| self.applicants.contains(&who);
        let named = |who| match who {
            Applicant::Mother => parents.mother,
            Applicant::Father => parents.father,
        };
        let applicant_is_named = self.applicants.iter().all(|who| named(*who).is_some_and(Person::is_alive));
        if !applicant_is_named || (self.applicants.is_empty() && self.authorisation.is_none()) {
            return Err(Refusal::NoApplication.in_field("applicants"));
        }
        let (Some(mother), Some(father)) = (parents.mother, parents.father) else { return Ok(()) };
        // If the marriage ended by the father's death, the child is his all the same.
        let married = mother.is_married_to(father)
            || mother
                .spouses
                .iter()
                .any(|link| link.person == father.id && link.ended_on == father.died_on());
        let both = applied(Applicant::Mother) && applied(Applicant::Father);
        if married || both { Ok(()) } else { Err(Refusal::BothParentsMustApply.in_field("applicants")) }
    }

    /// Another child of this mother born on this day is taken to be the same child, unless more than one was
    /// born.
    fn check_siblings(&self, context: &Context<'_>, parents: Parents<'_>) -> Result<(), Refusal> {
        let mut siblings = siblings(context, parents);
        let is_same = |sibling: &Person| sibling.born_on == Some(self.born_on.into());
        if self.plurality == 1 && siblings.any(is_same) {
            return Err(Refusal::ChildAlreadyRegistered);
        }
        // The same child may have been adopted since; the office must not learn that.
        let sealed = parents.mother.into_iter().flat_map(|mother| &mother.sealed_family.children);
        let mut sealed = sealed.filter_map(|link| context.person(&PersonRef::Id(link.person)));
        if self.plurality == 1 && sealed.any(is_same) {
            return Err(Refusal::ReferToAuthority);
        }
        Ok(())
    }

    /// What is unusual about the parents: their age, or another child of the mother born too close to this
    /// day.
    fn questions(&self, context: &Context<'_>, parents: Parents<'_>) -> Vec<Question> {
        let is_near = |sibling: &Person| {
            let Some(born_on) = sibling.born_on.and_then(PartialDate::full) else { return false };
            let (first, second) = (born_on.min(self.born_on), born_on.max(self.born_on));
            let is_twin = self.plurality > 1 && (second - first).num_days() <= ONE_BIRTH_DAYS;
            !is_twin && second < months_after(first, context.law.mothers_interval_months)
        };
        let is_unusual = |parent: &Person| {
            let Some(born_on) = parent.born_on else { return false };
            let oldest = age_on(born_on.earliest(), self.born_on);
            context.law.is_unusual_parent(parent.sex, born_on.age_on(self.born_on), oldest)
        };
        let mut asked = Vec::new();
        if siblings(context, parents).any(is_near) {
            asked.push(Question::MothersInterval);
        }
        if parents.known().any(is_unusual) {
            asked.push(Question::ParentsAge);
        }
        asked
    }

    fn child(&self, context: &Context<'_>, parents: Parents<'_>) -> Result<Child, Refusal> {
        let Parents { mother, father } = parents;
        let answers = self.answers.to(&self.questions(context, parents))?;
        let residence = self.child_residence(context, parents)?;
        let names = || father.into_iter().chain(mother).filter_map(|parent| parent.name.as_ref());
        let clan = self.clan_name.clone().or_else(|| names().find_map(|name| name.clan.clone()));
        let parent =
            self.parent_name.clone().or_else(|| names().next().map(|name| name.given.clone().into()));
        let unit = &residence.unit;
        let number = allocate(context.scheme, context.units, unit, self.born_on, self.sex, context.taken)?;
        let name = PersonName { clan, parent, given: self.given_name.clone() };
        let traditional = traditional::spelt(self.traditional.as_ref(), &name)?;
        Ok(Child {
            v: 1,
            national_number: number,
            civil_id: context.fresh.civil_ids.first().ok_or(Refusal::NoFreshValue)?.clone(),
            name,
            traditional,
            sex: self.sex,
            born_on: self.born_on,
            born_time: self.born_time,
            birth_place: self.birth_place.clone(),
            born_abroad: self.born_abroad.clone(),
            mother: mother.map(|mother| mother.id),
            father: father.map(|father| father.id),
            residence,
            plurality: self.plurality,
            order: self.order,
            notification: self.notification,
            medical_certificate: self.medical_certificate.clone(),
            authorisation: self.authorisation.clone(),
            late: self.lateness(context).is_late(),
            foundling_act: self.foundling_act.clone(),
            foreign_birth_paper: self.foreign_birth_paper.clone(),
            no_other_citizenship_proof: self.no_other_citizenship_proof.clone(),
            answers,
        })
    }

    fn child_residence(&self, context: &Context<'_>, parents: Parents<'_>) -> Result<Residence, Refusal> {
        let of_parent = parents.known().find_map(|parent| parent.residence.as_ref());
        let same_unit = |of_parent: &&Residence| {
            self.residence.as_ref().is_none_or(|unit| {
                *unit == of_parent.unit
                    || context
                        .units
                        .successors_on(&of_parent.unit, context.received_on())
                        .iter()
                        .any(|next| next.code == *unit)
            })
        };
        // The parents may have moved in before their unit was merged or renumbered. After a split, the form
        // says which unit.
        let day = context.received_on();
        let now =
            |unit: &UnitCode| context.units.only_successor_on(unit, day).unwrap_or_else(|| unit.clone());
        let unit = self.residence.clone().or_else(|| of_parent.map(|residence| now(&residence.unit)));
        let unit = unit.ok_or(Refusal::ResidenceNeeded)?;
        let address =
            self.address.clone().or_else(|| of_parent.filter(same_unit).map(|home| home.address.clone()));
        let address = address.ok_or(Refusal::ResidenceNeeded)?;
        context.require_residence_unit(&unit, day).map_err(|no| no.in_field("residence"))?;
        Ok(Residence { unit, address, since: Some(self.born_on) })
    }
}

#[cfg(test)]
mod tests;
