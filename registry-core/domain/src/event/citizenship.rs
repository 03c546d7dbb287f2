//! Citizenship acquired, lost or restored, by decree of the President. Registered centrally.
//!
//! A foreign citizen who becomes a citizen of Mongolia gets a register number and a civil id and keeps the
//! foreign document, by which earlier acts name them; one who is not in the register yet enters it with this
//! event. A person who loses citizenship keeps number and record; the cards end and nothing else. The entry
//! has one part, for the person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::card::RevocationReason;
use crate::civil_id::CivilId;
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::foreign::{self, Country, ForeignEntrant, ForeignFacts, Party};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::name::ClanName;
use crate::national_number::NationalNumber;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{Citizenship, Person, Residence};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "citizenship",
    title: say("Харьяатын өөрчлөлт", "Citizenship acquired, lost or restored"),
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
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Харьяаллын лавлагаа", "Reference of citizenship"), lines
    }),
    begins: Some(with_person),
    after: &[],
};

/// What becomes of the citizenship.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A foreign citizen becomes one of Mongolia.
    Acquired,
    /// A citizen stops being one.
    Lost,
    /// A former citizen becomes one again.
    Restored,
}

impl Change {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "acquired" => Ok(Self::Acquired),
            "lost" => Ok(Self::Lost),
            "restored" => Ok(Self::Restored),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The name in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::Acquired => "Монгол Улсын харьяат болсон",
            Self::Lost => "Монгол Улсын харьяатаас гарсан",
            Self::Restored => "Монгол Улсын харьяатаа сэргээсэн",
        }
    }

    /// The name in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::Acquired => "acquired",
            Self::Lost => "lost",
            Self::Restored => "restored",
        }
    }
}

/// A declared change of citizenship. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `change`: `acquired`, `lost` or `restored`.
    pub change: Change,
    /// `person`: number, civil id, foreign document or id; absent for someone who enters the register.
    pub person: Option<PersonRef>,
    /// `foreign_party` (`person`) with `foreign_citizenship`, `foreign_document` and so on: see
    /// [`ForeignFacts`].
    pub foreign: Option<ForeignFacts>,
    /// `sex`: only for a person who enters the register.
    pub sex: Option<Sex>,
    /// `clan_name`: the one a new citizen takes, if any.
    pub clan_name: Option<ClanName>,
    /// `unit`: where a new citizen lives.
    pub unit: Option<UnitCode>,
    /// `address`: street, building, door of a new citizen.
    pub address: Option<String>,
    /// `other_citizenship`: three letters, for a person who loses the citizenship of Mongolia.
    pub other_citizenship: Option<Country>,
    /// `decree_number`: number of the President's decree.
    pub decree_number: String,
    /// `decided_on`: the day of the decree.
    pub decided_on: NaiveDate,
}

/// What a change of citizenship says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the person.
    Subject(Box<Subject>),
}

/// What a change of citizenship says of its person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// Version of this payload.
    pub v: u16,
    /// What becomes of the citizenship.
    pub change: Change,
    /// Number of the President's decree.
    pub decree_number: String,
    /// The day of the decree.
    pub decided_on: NaiveDate,
    /// The citizenship taken instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_citizenship: Option<Country>,
    /// What a new citizen is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Given>,
    /// The foreign citizen's particulars, if this entry brings the person into the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enters: Option<Box<ForeignEntrant>>,
}

/// What a new citizen is given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Given {
    /// Register number.
    pub national_number: NationalNumber,
    /// Civil id.
    pub civil_id: CivilId,
    /// Where the new citizen lives.
    pub residence: Residence,
    /// The clan name taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clan_name: Option<ClanName>,
}

const PERSON: Field = Field::person("person", fields::NUMBER);
const CHANGE: Field = Field::one(
    "change",
    fields::WHAT_HAPPENS,
    &[
        choice(
            "acquired",
            "Гадаадын иргэн Монгол Улсын харьяат болсон",
            "A foreign citizen becomes a citizen of Mongolia",
        ),
        choice("lost", "Монгол Улсын харьяатаас гарсан", "A citizen of Mongolia is one no more"),
        choice("restored", "Монгол Улсын харьяатаа сэргээсэн", "A former citizen is one again"),
    ],
)
.required();
const OTHER_CITIZENSHIP: Field =
    Field::country("other_citizenship", say("Оронд нь авсан харьяалал", "Citizenship taken instead"));
const DECREE_NUMBER: Field = Field::text(
    "decree_number",
    100,
    say("Ерөнхийлөгчийн зарлигийн дугаар", "Number of the President's decree"),
)
.required();
const DECIDED_ON: Field = Field::date("decided_on", say("Зарлигийн огноо", "Date of the decree")).required();
const UNIT: Field = Field::unit("unit", say("Оршин суух газар", "Residence"));
const FOREIGN_PARTY: Field =
    foreign::party(&[foreign::NOBODY, choice("person", "Шинэ иргэн", "The new citizen")]);

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[PERSON, CHANGE, OTHER_CITIZENSHIP]),
    Section::new(fields::PAPERS, &[DECREE_NUMBER, DECIDED_ON]),
    Section::new(
        say("Шинэ иргэн", "The new citizen"),
        &[UNIT, fields::ADDRESS, fields::CLAN_NAME, fields::SEX],
    ),
    Section::asked(
        say("Шинэ иргэн регистрийн дугааргүй юу?", "Is the new citizen without a register number?"),
        foreign::LEGEND,
        &[
            FOREIGN_PARTY,
            foreign::CITIZENSHIP,
            foreign::DOCUMENT,
            foreign::PARENT_NAME,
            foreign::GIVEN_NAME,
            foreign::LATIN_NAME,
            foreign::BORN_ON,
        ],
    )
    .hint(foreign::HINT),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let party = |word: &str| if word == "person" { Ok(()) } else { Err(Refusal::unknown_word(word)) };
        let facts = Self {
            change: form.required(&CHANGE, Change::parse)?,
            person: form.optional(&PERSON, PersonRef::parse)?,
            foreign: ForeignFacts::parse(form, party)?.map(|(_, foreign)| foreign),
            sex: form.optional(&fields::SEX, Sex::parse)?,
            clan_name: form.optional(&fields::CLAN_NAME, ClanName::parse)?,
            unit: form.optional(&UNIT, UnitCode::parse)?,
            address: form.text(&fields::ADDRESS)?,
            other_citizenship: form.optional(&OTHER_CITIZENSHIP, Country::parse_foreign)?,
            decree_number: form.required_text(&DECREE_NUMBER)?,
            decided_on: form.required(&DECIDED_ON, parse_date)?,
        };
        facts.reference()?;
        Ok(facts)
    }

    fn people(&self) -> Vec<PersonRef> {
        self.reference().into_iter().collect()
    }

    /// Claims the decree for this person.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Ok(reference) = self.reference() else { return Vec::new() };
        let known = context.person(&reference);
        let person = known.map_or_else(|| reference.to_string(), |known| known.id.to_string());
        vec![format!("citizenship/{person}/{}", self.decree_number)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let Party { person, enters } = self.party(context)?;
        person.require_alive().map_err(|no| no.in_field("person"))?;
        context.require_not_future(self.decided_on).map_err(|no| no.in_field("decided_on"))?;
        self.check_standing(&person).map_err(|no| no.in_field("person"))?;
        let earlier = person.citizenship.as_ref().map(|earlier| earlier.since);
        let born_on = person.require_born_on()?.earliest();
        if earlier.is_some_and(|since| self.decided_on < since) || self.decided_on < born_on {
            return Err(Refusal::CitizenshipOutOfOrder.in_field("decided_on"));
        }
        let gives = match self.change {
            Change::Acquired => Some(self.given(context, &person)?),
            Change::Lost | Change::Restored => None,
        };
        let body = Subject {
            v: 1,
            change: self.change,
            decree_number: self.decree_number.clone(),
            decided_on: self.decided_on,
            other_citizenship: self.other_citizenship.clone(),
            gives,
            enters,
        };
        let body = PartBody::Citizenship(Body::Subject(Box::new(body)));
        Ok(vec![Part { person: person.id, role: PartRole::Subject, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        let person = self.reference().map(|reference| reference.to_string()).unwrap_or_default();
        vec![
            Detail::new("Хүн", "Person", person),
            Detail::new("Харьяатын өөрчлөлт", "Change of citizenship", self.change.title_mn()),
            Detail::new("Зарлигийн дугаар", "Number of the decree", &self.decree_number),
            Detail::new("Зарлигийн огноо", "Date of the decree", self.decided_on),
        ]
    }
}

impl Facts {
    fn reference(&self) -> Result<PersonRef, Refusal> {
        match (&self.person, &self.foreign) {
            (Some(_), Some(_)) => Err(Refusal::PartyNamedTwice.in_field("person")),
            (Some(person), None) => Ok(person.clone()),
            (None, Some(foreign)) => Ok(foreign.reference()),
            (None, None) => Err(Refusal::MissingField { field: "person".to_owned() }),
        }
    }

    fn party(&self, context: &Context<'_>) -> Result<Party, Refusal> {
        if let Some(foreign) = &self.foreign {
            if let Some(known) = context.person(&foreign.reference()) {
                // The sex of a person who is in the register is looked up there.
                return foreign.party(context, known.require_sex()?, None);
            }
            let sex =
                self.sex.ok_or_else(|| Refusal::ForeignDetailsMissing { field: "sex" }.in_field("sex"))?;
            return foreign.party(context, sex, context.fresh.person_ids.first());
        }
        let person = context.require_person(&self.reference()?);
        person.map(Party::registered).map_err(|no| no.in_field("person"))
    }

    /// Only a foreigner acquires citizenship, only a citizen loses it, and only a former citizen gets it
    /// back.
    fn check_standing(&self, person: &Person) -> Result<(), Refusal> {
        match self.change {
            Change::Lost => person.require_citizen(),
            Change::Acquired | Change::Restored if person.is_citizen() => Err(Refusal::CitizenAlready),
            Change::Acquired => match person.require_citizen() {
                Err(former @ Refusal::FormerCitizen { .. }) => Err(former),
                Err(_) | Ok(()) => Ok(()),
            },
            Change::Restored if person.citizenship.is_none() => Err(Refusal::NeverACitizen),
            Change::Restored => Ok(()),
        }
    }

    fn given(&self, context: &Context<'_>, person: &Person) -> Result<Given, Refusal> {
        let (Some(unit), Some(address)) = (&self.unit, &self.address) else {
            let field = if self.unit.is_none() { "unit" } else { "address" };
            return Err(Refusal::NewCitizensResidence.in_field(field));
        };
        context.require_residence_unit(unit, context.today).map_err(|no| no.in_field("unit"))?;
        let residence =
            Residence { unit: unit.clone(), address: address.clone(), since: Some(self.decided_on) };
        let settled = Person { residence: Some(residence.clone()), ..person.clone() };
        Ok(Given {
            national_number: context.new_number(&settled, person.require_sex()?)?,
            civil_id: context.fresh.civil_ids.first().ok_or(Refusal::NoFreshValue)?.clone(),
            residence,
            clan_name: self.clan_name.clone(),
        })
    }
}

/// The lines of the paper: whose citizenship changed, how, and by which decree.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Citizenship(Body::Subject(said)) = &part.body else { return Err(Unprinted::ForeignPart) };
    let person = sheet.person(part.person)?;
    paper::person_lines(&person, sheet);
    let change = format!("{} / {}", said.change.title_mn(), said.change.title_en());
    sheet.line("Харьяатын өөрчлөлт", "Change of citizenship", Some(change));
    sheet.line("Гадаадын баримт бичиг", "Foreign document", person.foreign.as_ref());
    sheet.line("Авсан харьяалал", "Citizenship taken instead", said.other_citizenship.as_ref());
    sheet.line("Ерөнхийлөгчийн зарлиг", "Decree of the President", Some(&said.decree_number));
    sheet.line("Зарлигийн огноо", "Date of the decree", Some(said.decided_on));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject(body) => body.apply(person, header),
        }
    }
}

impl Subject {
    fn apply(&self, person: &mut Person, header: &Header) {
        if let Some(entrant) = &self.enters {
            entrant.apply(person);
        }
        if let Some(given) = &self.gives {
            person.renumber(given.national_number.clone());
            person.civil_id = Some(given.civil_id.clone());
            person.residence = Some(given.residence.clone());
            if let (Some(name), Some(clan)) = (&mut person.name, &given.clan_name) {
                name.clan = Some(clan.clone());
            }
        }
        let is_citizen = match self.change {
            Change::Acquired | Change::Restored => true,
            Change::Lost => false,
        };
        if !is_citizen {
            person.revoke_cards(RevocationReason::CitizenshipLost, header.registered_on);
        }
        let act_number = header.act_number.clone().unwrap_or_default();
        person.citizenship = Some(Citizenship { is_citizen, since: self.decided_on, act_number });
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
