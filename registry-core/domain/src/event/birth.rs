//! Birth (Civil State Registration Law art. 6; Order A/207 of 2018). Registered at any office.
//!
//! Both parents are named from the register. Married parents need one application, unmarried parents one each; an
//! authorised representative needs the number of the authorisation. Written: child, mother, father.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::civil_id::CivilId;
use crate::context::Context;
use crate::date::{age_on, months_after, parse_date};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{self, Form};
use crate::id::{NotificationId, PersonId};
use crate::name::{ClanName, GivenName, ParentName, PersonName};
use crate::national_number::{NationalNumber, allocate};
use crate::person::{Link, Person, Relation, Residence};
use crate::person_ref::PersonRef;
use crate::policy::Lateness;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// Who applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicant {
    /// The mother.
    Mother,
    /// The father.
    Father,
}

impl Applicant {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "mother" => Ok(Self::Mother),
            "father" => Ok(Self::Father),
            _ => Err(Refusal::UnknownWord { word: word.chars().take(40).collect() }),
        }
    }
}

/// A declared birth. JSON fields have the names of these fields; texts, dates as `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `mother`: number, civil id or id.
    pub mother: Option<PersonRef>,
    /// `father`: number, civil id or id.
    pub father: Option<PersonRef>,
    /// `applicants`: `mother`, `father` or both.
    pub applicants: Vec<Applicant>,
    /// `authorisation`: number of the paper of an authorised representative or competent body.
    pub authorisation: Option<String>,
    /// `notification`: the hospital's.
    pub notification: Option<NotificationId>,
    /// `medical_certificate`: number of the paper (form СТ-4).
    pub medical_certificate: Option<String>,
    /// `clan_name`: the father's or mother's if absent.
    pub clan_name: Option<ClanName>,
    /// `parent_name`: the father's or mother's given name if absent.
    pub parent_name: Option<ParentName>,
    /// `given_name`.
    pub given_name: GivenName,
    /// `sex`.
    pub sex: Sex,
    /// `born_on`: civil date at the place of birth.
    pub born_on: NaiveDate,
    /// `born_time`: `HH:MM`, local.
    pub born_time: Option<NaiveTime>,
    /// `birth_place`: unit.
    pub birth_place: UnitCode,
    /// `residence`: unit; the mother's, else the father's, if absent.
    pub residence: Option<UnitCode>,
    /// `address`: the parent's if absent.
    pub address: Option<String>,
    /// `plurality`: children born at this birth.
    pub plurality: u32,
    /// `order`: of this child among them, from 1.
    pub order: u32,
}

/// What a birth entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// Of the child.
    Child(Box<Child>),
    /// Of a parent.
    Parent {
        /// Version of this payload.
        v: u16,
        /// The child.
        child: PersonId,
    },
}

/// What a birth entry says of the child.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Child {
    /// Version of this payload.
    pub v: u16,
    /// Register number given.
    pub national_number: NationalNumber,
    /// Civil id given.
    pub civil_id: CivilId,
    /// Name.
    pub name: PersonName,
    /// Sex.
    pub sex: Sex,
    /// Civil date of birth.
    pub born_on: NaiveDate,
    /// Local time of birth.
    pub born_time: Option<NaiveTime>,
    /// Unit of birth.
    pub birth_place: UnitCode,
    /// Mother.
    pub mother: Option<PersonId>,
    /// Father.
    pub father: Option<PersonId>,
    /// Residence.
    pub residence: Residence,
    /// Children born at this birth.
    pub plurality: u32,
    /// Order among them.
    pub order: u32,
    /// The hospital's notification.
    pub notification: Option<NotificationId>,
    /// Number of the medical certificate.
    pub medical_certificate: Option<String>,
    /// Number of the authorisation of a representative.
    pub authorisation: Option<String>,
    /// Whether it was declared after the deadline.
    pub late: bool,
}

impl Registrable for Facts {
    fn parse(form: &Form<'_>) -> Result<Self, Refusal> {
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| Refusal::Malformed { detail: "HH:MM".to_owned() })
        };
        Ok(Self {
            mother: form.optional("mother", PersonRef::parse)?,
            father: form.optional("father", PersonRef::parse)?,
            applicants: form.list("applicants", Applicant::parse)?,
            authorisation: form.optional("authorisation", form::text(100))?,
            notification: form.optional("notification", form::id)?,
            medical_certificate: form.optional("medical_certificate", form::text(100))?,
            clan_name: form.optional("clan_name", ClanName::parse)?,
            parent_name: form.optional("parent_name", ParentName::parse)?,
            given_name: form.required("given_name", GivenName::parse)?,
            sex: form.required("sex", Sex::parse)?,
            born_on: form.required("born_on", parse_date)?,
            born_time: form.optional("born_time", time)?,
            birth_place: form.required("birth_place", UnitCode::parse)?,
            residence: form.optional("residence", UnitCode::parse)?,
            address: form.optional("address", form::text(200))?,
            plurality: form.count("plurality")?.unwrap_or(1),
            order: form.count("order")?.unwrap_or(1),
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        self.mother.iter().chain(&self.father).cloned().collect()
    }

    /// Each parent with date and order, so that a declaration that leaves one of them out still meets the other; and
    /// the hospital's notification. A twin has another order.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let parents = self.mother.iter().chain(&self.father).filter_map(|parent| context.person(parent));
        let of_parents = parents.map(|parent| format!("birth/{}/{}/{}", parent.id, self.born_on, self.order));
        let of_paper = self.notification.map(|id| format!("birth-notification/{id}/{}", self.order));
        of_parents.chain(of_paper).collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let mother = self.mother.as_ref().map(|mother| context.require_person(mother)).transpose();
        let mother = mother.map_err(|no| no.in_field("mother"))?;
        let father = self.father.as_ref().map(|father| context.require_person(father)).transpose();
        let father = father.map_err(|no| no.in_field("father"))?;
        self.check_birth(context)?;
        self.check_parents(context, mother, father)?;
        self.check_applications(mother, father)?;
        context.require_scheme_allowed()?;

        let child = self.child(context, mother, father)?;
        let id = *context.fresh.person_ids.first().ok_or(Refusal::NoFreshValue)?;
        let parent = |parent: &Person, role| Part {
            person: parent.id,
            role,
            body: PartBody::Birth(Body::Parent { v: 1, child: id }),
        };
        let body = PartBody::Birth(Body::Child(Box::new(child)));
        let mut parts = vec![Part { person: id, role: PartRole::Child, body }];
        parts.extend(mother.map(|mother| parent(mother, PartRole::Mother)));
        parts.extend(father.map(|father| parent(father, PartRole::Father)));
        Ok(parts)
    }

    fn lateness(&self, context: &Context<'_>) -> Lateness {
        Lateness::after_days(self.born_on, context.law.birth_declaration_days, context.received_on())
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Нэр", "Given name", &self.given_name),
            Detail::new("Хүйс", "Sex", self.sex.title_mn()),
            Detail::new("Төрсөн огноо", "Born on", self.born_on),
            Detail::new("Төрсөн газар", "Place of birth", &self.birth_place),
        ];
        let mother = self.mother.as_ref().map(|mother| Detail::new("Эх", "Mother", mother));
        let father = self.father.as_ref().map(|father| Detail::new("Эцэг", "Father", father));
        details.extend(mother.into_iter().chain(father));
        if self.plurality > 1 {
            let order = format!("{}/{}", self.order, self.plurality);
            details.push(Detail::new("Ихэр, дараалал", "Birth order", order));
        }
        details
    }
}

impl Facts {
    fn check_birth(&self, context: &Context<'_>) -> Result<(), Refusal> {
        context.require_not_future(self.born_on).map_err(|no| no.in_field("born_on"))?;
        let place = context.units.require_on(&self.birth_place, self.born_on);
        place.map_err(|no| no.in_field("birth_place"))?;
        if self.order == 0 || self.order > self.plurality {
            return Err(Refusal::OrderBeyondPlurality.in_field("order"));
        }
        if self.notification.is_none() && self.medical_certificate.is_none() {
            return Err(Refusal::MedicalPaperMissing);
        }
        Ok(())
    }

    fn check_parents(
        &self,
        context: &Context<'_>,
        mother: Option<&Person>,
        father: Option<&Person>,
    ) -> Result<(), Refusal> {
        if mother.is_none() && father.is_none() {
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
            // The earliest possible birthday: an old paper's bare year must not refuse a lawful parent.
            let born_on = parent.require_born_on()?.earliest();
            if age_on(born_on, self.born_on) < context.law.parent_minimum_age {
                return Err(Refusal::ParentTooYoung);
            }
        }
        if mother.and_then(Person::died_on).is_some_and(|died_on| died_on < self.born_on) {
            return Err(Refusal::MotherDeadBeforeBirth);
        }
        let last_day = |died_on| months_after(died_on, context.law.posthumous_months);
        if father.and_then(Person::died_on).is_some_and(|died_on| last_day(died_on) < self.born_on) {
            return Err(Refusal::FatherDeadTooLong);
        }
        Ok(())
    }

    /// Married parents: one application. Unmarried: each, unless one is dead or absent from the declaration.
    fn check_applications(&self, mother: Option<&Person>, father: Option<&Person>) -> Result<(), Refusal> {
        let applied = |who| self.applicants.contains(&who);
        let named = |who| match who {
            Applicant::Mother => mother,
            Applicant::Father => father,
        };
        let applicant_is_named = self.applicants.iter().all(|who| named(*who).is_some_and(Person::is_alive));
        if !applicant_is_named || (self.applicants.is_empty() && self.authorisation.is_none()) {
            return Err(Refusal::NoApplication.in_field("applicants"));
        }
        let (Some(mother), Some(father)) = (mother, father) else { return Ok(()) };
        // A marriage that ended by the father's death makes the child his all the same.
        let married = mother.is_married_to(father)
            || mother
                .spouses
                .iter()
                .any(|link| link.person == father.id && link.ended_on == father.died_on());
        let both = applied(Applicant::Mother) && applied(Applicant::Father);
        if married || both { Ok(()) } else { Err(Refusal::BothParentsMustApply.in_field("applicants")) }
    }

    fn child(
        &self,
        context: &Context<'_>,
        mother: Option<&Person>,
        father: Option<&Person>,
    ) -> Result<Child, Refusal> {
        let residence = self.child_residence(context, mother, father)?;
        let names = || father.into_iter().chain(mother).filter_map(|parent| parent.name.as_ref());
        let clan = self.clan_name.clone().or_else(|| names().find_map(|name| name.clan.clone()));
        let parent =
            self.parent_name.clone().or_else(|| names().next().map(|name| name.given.clone().into()));
        let unit = &residence.unit;
        let number = allocate(context.scheme, context.units, unit, self.born_on, self.sex, context.taken)?;
        Ok(Child {
            v: 1,
            national_number: number,
            civil_id: context.fresh.civil_ids.first().ok_or(Refusal::NoFreshValue)?.clone(),
            name: PersonName { clan, parent, given: self.given_name.clone() },
            sex: self.sex,
            born_on: self.born_on,
            born_time: self.born_time,
            birth_place: self.birth_place.clone(),
            mother: mother.map(|mother| mother.id),
            father: father.map(|father| father.id),
            residence,
            plurality: self.plurality,
            order: self.order,
            notification: self.notification,
            medical_certificate: self.medical_certificate.clone(),
            authorisation: self.authorisation.clone(),
            late: self.lateness(context).is_late(),
        })
    }

    fn child_residence(
        &self,
        context: &Context<'_>,
        mother: Option<&Person>,
        father: Option<&Person>,
    ) -> Result<Residence, Refusal> {
        let of_parent = mother.into_iter().chain(father).find_map(|parent| parent.residence.as_ref());
        let same_unit =
            |of_parent: &&Residence| self.residence.as_ref().is_none_or(|unit| *unit == of_parent.unit);
        let unit = self.residence.clone().or_else(|| of_parent.map(|residence| residence.unit.clone()));
        let unit = unit.ok_or(Refusal::ResidenceNeeded)?;
        let address =
            self.address.clone().or_else(|| of_parent.filter(same_unit).map(|home| home.address.clone()));
        let address = address.ok_or(Refusal::ResidenceNeeded)?;
        context.require_residence_unit(&unit, context.today).map_err(|no| no.in_field("residence"))?;
        Ok(Residence { unit, address, since: Some(self.born_on) })
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Child(child) => child.apply(person, header),
            Self::Parent { child, .. } => person.children.push(Link {
                person: *child,
                relation: Relation::Child,
                entry: header.id,
                ended_on: None,
            }),
        }
    }
}

impl Child {
    fn apply(&self, person: &mut Person, header: &Header) {
        let link = |person, relation| Link { person, relation, entry: header.id, ended_on: None };
        person.national_number = Some(self.national_number.clone());
        person.civil_id = Some(self.civil_id.clone());
        person.name = Some(self.name.clone());
        person.sex = Some(self.sex);
        person.born_on = Some(self.born_on.into());
        person.birth_place = Some(self.birth_place.clone());
        person.parents.extend(self.mother.map(|mother| link(mother, Relation::Mother)));
        person.parents.extend(self.father.map(|father| link(father, Relation::Father)));
        person.residence = Some(self.residence.clone());
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
