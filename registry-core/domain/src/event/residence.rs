//! Change of residence (Resolution 332 of 2018). Registered only at the unit of arrival (Order A/207 of 2018,
//! 1.3), and not in the time of an election (Law on Elections to Parliament art. 25.1).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::kind::Kind;
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{Person, Residence};
use crate::person_ref::PersonRef;
use crate::policy::Lateness;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::unit::UnitCode;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "residence",
    title: say("Шилжилт хөдөлгөөн", "Change of residence"),
    shelf: Shelf::Residence,
    doors: &[Door::Declaration],
    territory: Territory::HomeUnit,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: true,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Оршин суугаа хаягийн лавлагаа", "Reference of residence"), lines
    }),
    begins: Some(with_person),
    after: &[],
};

/// A declared move. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `companions`: children under 16 who move along.
    pub companions: Vec<PersonRef>,
    /// `unit`: soum, bag or khoroo of arrival.
    pub unit: UnitCode,
    /// `address`: street, building, door.
    pub address: Option<String>,
    /// `arrived_on`: civil date.
    pub arrived_on: NaiveDate,
    /// `address_proof`: number of the paper.
    pub address_proof: Option<String>,
}

/// What a residence entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the person who moved.
    Resident {
        /// Version of this payload.
        v: u16,
        /// The new residence.
        residence: Residence,
        /// Number of the proof of address.
        address_proof: String,
        /// Whether the move was declared after the deadline.
        late: bool,
    },
}

const COMPANIONS: Field = Field::people("companions", say("Хамт шилжих хүүхдүүд", "Children who move along"))
    .hint(say("16 нас хүрээгүй; дугааруудыг таслалаар зааглана", "Under 16; numbers with commas between"));
const UNIT: Field = Field::unit("unit", say("Ирсэн нэгж", "Unit of arrival")).required();
const ADDRESS: Field = fields::ADDRESS.required_by_law();
const ARRIVED_ON: Field = Field::date("arrived_on", say("Ирсэн огноо", "Date of arrival")).required();
const ADDRESS_PROOF: Field =
    Field::text("address_proof", 100, say("Хаягийн баримтын дугаар", "Number of the proof of address"))
        .hint(say("Өмчлөх эрх, түрээс эсвэл өмчлөгчийн зөвшөөрөл", "Ownership, lease or the owner's consent"))
        .required_by_law();

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(say("Шилжиж буй хүн", "Who moves"), &[fields::PERSON, COMPANIONS]),
    Section::new(say("Шинэ оршин суух газар", "New residence"), &[UNIT, ADDRESS, ARRIVED_ON, ADDRESS_PROOF]),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            companions: form.list(&COMPANIONS, PersonRef::parse)?,
            unit: form.required(&UNIT, UnitCode::parse)?,
            address: form.text(&ADDRESS)?,
            arrived_on: form.required(&ARRIVED_ON, parse_date)?,
            address_proof: form.text(&ADDRESS_PROOF)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        std::iter::once(&self.person).chain(&self.companions).cloned().collect()
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        person.map(|person| format!("residence/{}/{}", person.id, self.arrived_on)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        let address = self.address.clone().ok_or(Refusal::AddressMissing)?;
        let address_proof = self.address_proof.clone().ok_or(Refusal::AddressProofMissing)?;
        context.require_not_future(self.arrived_on).map_err(|no| no.in_field("arrived_on"))?;
        context
            .require_residence_unit(&self.unit, context.received_on())
            .map_err(|no| no.in_field("unit"))?;
        let office = context.units.registration_unit(&self.unit);
        if office.is_none_or(|office| office.code != *context.receiving_office()) {
            return Err(Refusal::NotUnitOfArrival { unit: self.unit.to_string() });
        }
        if let Some(freeze) = context.law.freeze_on(context.today) {
            return Err(Refusal::ElectionFreeze { until: freeze.to.to_string() });
        }
        let stays = person.residence.as_ref();
        if stays.is_some_and(|old| old.unit == self.unit && old.address == address) {
            return Err(Refusal::AlreadyResident);
        }
        self.require_not_moved_since(person)?;
        let residence = Residence { unit: self.unit.clone(), address, since: Some(self.arrived_on) };
        let late = self.lateness(context).is_late();
        let part = |person: &Person| Part {
            person: person.id,
            role: PartRole::Resident,
            body: PartBody::Residence(Body::Resident {
                v: 1,
                residence: residence.clone(),
                address_proof: address_proof.clone(),
                late,
            }),
        };
        let mut parts = vec![part(person)];
        for companion in &self.companions {
            let child = self.companion(context, companion).map_err(|no| no.in_field("companions"))?;
            if parts.iter().all(|part| part.person != child.id) {
                parts.push(part(child));
            }
        }
        Ok(parts)
    }

    fn lateness(&self, context: &Context<'_>) -> Lateness {
        Lateness::after_days(self.arrived_on, context.law.arrival_declaration_days, context.received_on())
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Ирсэн нэгж", "Unit of arrival", &self.unit),
            Detail::new("Ирсэн огноо", "Arrived on", self.arrived_on),
        ];
        details.extend(self.address.as_ref().map(|address| Detail::new("Хаяг", "Address", address)));
        details.extend(
            self.companions.iter().map(|child| Detail::new("Хамт ирсэн хүүхэд", "Child along", child)),
        );
        details
    }
}

impl Facts {
    fn companion<'a>(&self, context: &Context<'a>, companion: &PersonRef) -> Result<&'a Person, Refusal> {
        let child = context.require_living(companion)?;
        if child.require_born_on()?.age_on(context.today) >= context.law.card_minimum_age {
            return Err(Refusal::CompanionNotAChild);
        }
        self.require_not_moved_since(child)?;
        Ok(child)
    }

    /// Refuses a move that another office has registered meanwhile, naming that act, and a late move that
    /// would undo a later one.
    fn require_not_moved_since(&self, person: &Person) -> Result<(), Refusal> {
        let last = person.acts.iter().rev().find(|act| act.kind == Kind::Residence);
        let since = person.residence.as_ref().and_then(|home| home.since);
        match last.filter(|_| since.is_some_and(|since| since >= self.arrived_on)) {
            // The act number begins with the unit, and a protected address must not become known.
            Some(act) if person.hides_act(act.entry, act.kind) => Err(Refusal::ReferToAuthority),
            Some(act) => Err(Refusal::MovedSince { act_number: act.number.clone() }),
            None => Ok(()),
        }
    }
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Residence(Body::Resident { residence, .. }) = &part.body else {
        return Err(Unprinted::ForeignPart);
    };
    let person = sheet.person(part.person)?;
    paper::person_lines(&person, sheet);
    let unit = sheet.place(&residence.unit);
    sheet.line("Оршин суух нэгж", "Unit of residence", Some(unit));
    sheet.line("Хаяг", "Address", Some(&residence.address));
    sheet.line("Ирсэн огноо", "Date of arrival", residence.since);
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Resident { residence, .. } => {
                person.earlier_residences.extend(person.residence.take());
                person.residence = Some(residence.clone());
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
