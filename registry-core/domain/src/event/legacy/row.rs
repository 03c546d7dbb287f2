//! A row of the import file and its check.

use chrono::NaiveDate;

use super::{Body, Imported};
use crate::civil_id::CivilId;
use crate::context::Context;
use crate::date::{PartialDate, parse_date};
use crate::entry::{Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{Field, Filled, Form, fields, say};
use crate::name::{ClanName, GivenName, ParentName, PersonName};
use crate::national_number::NationalNumber;
use crate::person::{Person, Residence};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// One row of an import file. JSON fields have the names of [`COLUMNS`].
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the columns speak for themselves")]
pub struct Facts {
    pub national_number: NationalNumber,
    /// `civil_id`: a fresh one is given if absent.
    pub civil_id: Option<CivilId>,
    pub clan_name: Option<ClanName>,
    pub parent_name: Option<ParentName>,
    pub given_name: GivenName,
    pub sex: Sex,
    /// `born_on`: also a bare year, or year and month.
    pub born_on: PartialDate,
    pub birth_unit: Option<UnitCode>,
    pub residence_unit: Option<UnitCode>,
    pub address: Option<String>,
    pub residence_since: Option<NaiveDate>,
    pub mother_number: Option<NationalNumber>,
    pub father_number: Option<NationalNumber>,
    pub spouse_number: Option<NationalNumber>,
    pub died_on: Option<PartialDate>,
}

const NATIONAL_NUMBER: Field =
    Field::line("national_number", say("Регистрийн дугаар", "Register number")).required();
const CIVIL_ID: Field = Field::line("civil_id", say("Иргэний бүртгэлийн дугаар", "Civil id"));
const CLAN_NAME: Field = fields::CLAN_NAME;
const PARENT_NAME: Field = fields::PARENT_NAME;
const GIVEN_NAME: Field = fields::GIVEN_NAME.required();
const SEX: Field = fields::SEX.required();
const BORN_ON: Field = Field::partial_date("born_on", say("Төрсөн огноо", "Date of birth")).required();
const BIRTH_UNIT: Field = Field::unit("birth_unit", say("Төрсөн газар", "Place of birth"));
const RESIDENCE_UNIT: Field = Field::unit("residence_unit", say("Оршин суух газар", "Residence"));
const ADDRESS: Field = fields::ADDRESS;
const RESIDENCE_SINCE: Field =
    Field::date("residence_since", say("Хэзээнээс оршин суусан", "Residence since"));
const MOTHER_NUMBER: Field =
    Field::line("mother_number", say("Эхийн регистрийн дугаар", "Register number of the mother"));
const FATHER_NUMBER: Field =
    Field::line("father_number", say("Эцгийн регистрийн дугаар", "Register number of the father"));
const SPOUSE_NUMBER: Field = Field::line(
    "spouse_number",
    say("Эхнэр, нөхрийн регистрийн дугаар", "Register number of the husband or wife"),
);
const DIED_ON: Field = Field::partial_date("died_on", say("Нас барсан огноо", "Date of death"));

/// What a row of the import says; no page asks for it.
pub(crate) const FORM: Form = Form::unseen(&[
    NATIONAL_NUMBER,
    CIVIL_ID,
    CLAN_NAME,
    PARENT_NAME,
    GIVEN_NAME,
    SEX,
    BORN_ON,
    BIRTH_UNIT,
    RESIDENCE_UNIT,
    ADDRESS,
    RESIDENCE_SINCE,
    MOTHER_NUMBER,
    FATHER_NUMBER,
    SPOUSE_NUMBER,
    DIED_ON,
]);

/// The columns of an import file, in order. Every row has all of them; a cell may be empty where the field is
/// optional.
pub const COLUMNS: [&str; 15] = {
    let mut columns = [""; 15];
    let mut at = 0;
    while at < columns.len() {
        columns[at] = FORM.programs[at].name;
        at += 1;
    }
    columns
};

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            national_number: form.required(&NATIONAL_NUMBER, NationalNumber::parse)?,
            civil_id: form.optional(&CIVIL_ID, CivilId::parse)?,
            clan_name: form.optional(&CLAN_NAME, ClanName::parse)?,
            parent_name: form.optional(&PARENT_NAME, ParentName::parse)?,
            given_name: form.required(&GIVEN_NAME, GivenName::parse)?,
            sex: form.required(&SEX, Sex::parse)?,
            born_on: form.required(&BORN_ON, PartialDate::parse)?,
            birth_unit: form.optional(&BIRTH_UNIT, UnitCode::parse)?,
            residence_unit: form.optional(&RESIDENCE_UNIT, UnitCode::parse)?,
            address: form.text(&ADDRESS)?,
            residence_since: form.optional(&RESIDENCE_SINCE, parse_date)?,
            mother_number: form.optional(&MOTHER_NUMBER, NationalNumber::parse)?,
            father_number: form.optional(&FATHER_NUMBER, NationalNumber::parse)?,
            spouse_number: form.optional(&SPOUSE_NUMBER, NationalNumber::parse)?,
            died_on: form.optional(&DIED_ON, PartialDate::parse)?,
        })
    }

    /// The person of the row is loaded too, to notice that they are in the register already.
    fn people(&self) -> Vec<PersonRef> {
        let relatives = [&self.mother_number, &self.father_number, &self.spouse_number];
        let numbers = std::iter::once(&self.national_number).chain(relatives.into_iter().flatten());
        numbers
            .cloned()
            .map(PersonRef::NationalNumber)
            .chain(self.civil_id.clone().map(PersonRef::CivilId))
            .collect()
    }

    fn claims(&self, _context: &Context<'_>) -> Vec<String> {
        vec![format!("legacy/{}", self.national_number)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        self.check_dates(context)?;
        self.check_numbers(context)?;
        let mother = self.relative(context, self.mother_number.as_ref(), "mother_number")?;
        let father = self.relative(context, self.father_number.as_ref(), "father_number")?;
        // The spouse's own row may come later: whichever of the two rows comes second ties both.
        let spouse =
            self.spouse_number.clone().and_then(|number| context.person(&PersonRef::NationalNumber(number)));
        let id = *context.fresh.person_ids.first().ok_or(Refusal::NoFreshValue)?;
        let imported = self.imported(context, mother, father, spouse)?;

        let part = |person, role, body| Part { person, role, body: PartBody::Legacy(body) };
        let parent = Body::Parent { v: 1, child: id };
        let mut parts = vec![part(id, PartRole::Imported, Body::Imported(Box::new(imported)))];
        parts.extend(mother.map(|mother| part(mother.id, PartRole::Mother, parent.clone())));
        parts.extend(father.map(|father| part(father.id, PartRole::Father, parent.clone())));
        let married = Body::Spouse { v: 1, spouse: id, spouse_died_on: self.died_on };
        parts.extend(spouse.map(|spouse| part(spouse.id, PartRole::Spouse, married)));
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Регистрийн дугаар", "Register number", &self.national_number),
            Detail::new("Нэр", "Name", self.name()),
            Detail::new("Төрсөн огноо", "Born on", self.born_on),
        ]
    }
}

impl Facts {
    /// The whole name of the row.
    pub fn name(&self) -> PersonName {
        PersonName {
            clan: self.clan_name.clone(),
            parent: self.parent_name.clone(),
            given: self.given_name.clone(),
        }
    }

    /// Whether a person in the register is the person of this row, with the same name, sex and birth: then
    /// importing the row again changes nothing.
    pub fn is_already(&self, person: &Person) -> bool {
        PersonRef::NationalNumber(self.national_number.clone()).is_of(person)
            && person.name.as_ref() == Some(&self.name())
            && person.sex == Some(self.sex)
            && person.born_on == Some(self.born_on)
    }

    fn check_dates(&self, context: &Context<'_>) -> Result<(), Refusal> {
        context.require_not_future(self.born_on.earliest()).map_err(|no| no.in_field("born_on"))?;
        if let Some(died_on) = self.died_on {
            context.require_not_future(died_on.earliest()).map_err(|no| no.in_field("died_on"))?;
            if died_on.latest() < self.born_on.earliest() {
                return Err(Refusal::DeathBeforeBirth.in_field("died_on"));
            }
        }
        for (unit, field) in [(&self.birth_unit, "birth_unit"), (&self.residence_unit, "residence_unit")] {
            if let Some(unit) = unit {
                context.units.require(unit).map_err(|no| no.in_field(field))?;
            }
        }
        Ok(())
    }

    fn check_numbers(&self, context: &Context<'_>) -> Result<(), Refusal> {
        let number = PersonRef::NationalNumber(self.national_number.clone());
        if let Some(known) = context.person(&number) {
            return Err(if self.is_already(known) { Refusal::NumberTaken } else { Refusal::RowConflicts }
                .in_field("national_number"));
        }
        if (context.taken)(&self.national_number) {
            return Err(Refusal::NumberTaken.in_field("national_number"));
        }
        let civil_id = self.civil_id.clone().map(PersonRef::CivilId);
        if civil_id.is_some_and(|civil_id| context.person(&civil_id).is_some()) {
            return Err(Refusal::CivilIdTaken.in_field("civil_id"));
        }
        Ok(())
    }

    fn relative<'a>(
        &self,
        context: &Context<'a>,
        number: Option<&NationalNumber>,
        field: &str,
    ) -> Result<Option<&'a Person>, Refusal> {
        let Some(number) = number else { return Ok(None) };
        let person = context.person(&PersonRef::NationalNumber(number.clone()));
        person.map(Some).ok_or_else(|| Refusal::RelativeNotFound.in_field(field))
    }

    fn imported(
        &self,
        context: &Context<'_>,
        mother: Option<&Person>,
        father: Option<&Person>,
        spouse: Option<&Person>,
    ) -> Result<Imported, Refusal> {
        let civil_id = self.civil_id.as_ref().or_else(|| context.fresh.civil_ids.first());
        let residence = self.residence_unit.clone().map(|unit| Residence {
            unit,
            address: self.address.clone().unwrap_or_default(),
            since: self.residence_since,
        });
        Ok(Imported {
            v: 1,
            national_number: self.national_number.clone(),
            civil_id: civil_id.ok_or(Refusal::NoFreshValue)?.clone(),
            name: self.name(),
            sex: self.sex,
            born_on: self.born_on,
            birth_place: self.birth_unit.clone(),
            residence,
            mother: mother.map(|mother| mother.id),
            father: father.map(|father| father.id),
            spouse: spouse.map(|spouse| spouse.id),
            spouse_died_on: spouse.and_then(Person::died_on),
            died_on: self.died_on,
        })
    }
}
