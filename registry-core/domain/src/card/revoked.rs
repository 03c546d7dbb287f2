//! Revocation of a card at any office, whatever its state before.

use serde::{Deserialize, Serialize};

use super::{CardRef, CardState, RevocationReason};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::CardId;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "card_revoked",
    title: say("Үнэмлэх хүчингүй болгосон", "Card revoked"),
    shelf: Shelf::Card,
    doors: &[Door::Declaration, Door::Service],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar, Role::CardOfficer],
    registers: &[Role::Registrar, Role::CardOfficer],
    approves: &[Role::Approver, Role::Registrar, Role::CardOfficer],
    basis: Basis::Card,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::Never,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByAll,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(begin),
    after: &[],
};

/// The form begins with the newest card that is not revoked.
fn begin(person: &Person) -> Option<Beginning> {
    person.require_alive().ok()?;
    let card = person.cards.iter().rev().find(|card| !matches!(card.state, CardState::Revoked { .. }))?;
    Some(vec![("person", person.any_number()), ("card", card.document_number.as_str().to_owned())])
}

/// A revocation. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: the holder.
    pub person: PersonRef,
    /// `card`: its id, or the number printed on it.
    pub card: CardRef,
    /// `reason`: a word of [`RevocationReason`].
    pub reason: RevocationReason,
}

/// What a revocation says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the holder.
    Holder {
        /// Version of this payload.
        v: u16,
        /// The card.
        card: CardId,
        /// The reason of the revocation.
        reason: RevocationReason,
    },
}

const REASON: Field = Field::one(
    "reason",
    say("Хүчингүй болгох шалтгаан", "Why it ends"),
    &[
        choice("lost", "Гээсэн", "It was lost"),
        choice("stolen", "Хулгайд алдсан", "It was stolen"),
        choice("damaged", "Гэмтсэн", "It is damaged"),
        choice("data_changed", "Үнэмлэх дээрх мэдээлэл өөрчлөгдсөн", "What it says has changed"),
        choice(
            "key_compromise",
            "Түлхүүр эсвэл ПИН кодыг нь өөр хүн мэдэж болзошгүй",
            "Its keys or its PIN may be known to others",
        ),
    ],
)
.required();

/// What is asked for, section by section.
pub(crate) const FORM: Form =
    Form::new(&[Section::new(fields::APPLICANT, &[fields::PERSON, fields::CARD, REASON])]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            card: form.required(&fields::CARD, CardRef::parse)?,
            reason: form.required(&REASON, RevocationReason::parse)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// Claims the card by its id, whichever way the form names it. If there is no such card, there is nothing
    /// to claim, and the check refuses.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let card = context.person(&self.person).and_then(|person| self.card.of(person).ok());
        card.map(|card| format!("revoked/{}", card.id)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        let card = self.card.of(person).map_err(|no| no.in_field("card"))?;
        match card.state {
            CardState::Revoked { .. } => return Err(Refusal::CardRevoked),
            CardState::Approved
            | CardState::Personalised
            | CardState::Active
            | CardState::Suspended { .. } => {}
        }
        let body = PartBody::CardRevoked(Body::Holder { v: 1, card: card.id, reason: self.reason });
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Үнэмлэх", "Card", &self.card),
            Detail::new("Шалтгаан", "Reason", self.reason.as_str()),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Holder { card, reason, .. } => {
                for ended in person.cards.iter_mut().filter(|ended| ended.id == *card) {
                    ended.state = CardState::Revoked { reason: *reason, on: header.registered_on };
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}
