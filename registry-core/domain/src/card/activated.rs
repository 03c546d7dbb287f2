//! A holder took a card into use: the holder changed the PIN, and the card signed the service's nonce (the
//! shell checks the signature).

use serde::{Deserialize, Serialize};

use super::CardState;
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{self, Entered, Field, Filled, Form, fields, say};
use crate::id::CardId;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "card_activated",
    title: say("Үнэмлэх идэвхжүүлсэн", "Card activated"),
    shelf: Shelf::Card,
    doors: &[Door::Service],
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
    annulled: Annulled::ByDecision,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByCard,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: None,
    after: &[],
};

/// An activation. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: the holder.
    pub person: PersonRef,
    /// `card`: id of the card.
    pub card: CardId,
}

/// What an activation says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the holder.
    Holder {
        /// Version of this payload.
        v: u16,
        /// The card.
        card: CardId,
    },
}

const CARD: Field = Field::entered("card", say("Үнэмлэх", "Card"), Entered::Id).required();

/// The fields that the service itself fills in; no page shows them.
pub(crate) const FORM: Form = Form::unseen(&[fields::PERSON, CARD]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            card: form.required(&CARD, form::id)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    fn claims(&self, _context: &Context<'_>) -> Vec<String> {
        vec![format!("activated/{}", self.card)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        let card = person.require_card(self.card).map_err(|no| no.in_field("card"))?;
        if card.state != CardState::Personalised {
            return Err(card.unfit());
        }
        if context.today > card.expires_on {
            return Err(Refusal::CardExpired);
        }
        let body = PartBody::CardActivated(Body::Holder { v: 1, card: self.card });
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![Detail::new("Үнэмлэх", "Card", self.card)]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Holder { card, .. } => {
                for taken in person.cards.iter_mut().filter(|taken| taken.id == *card) {
                    taken.state = CardState::Active;
                    taken.activated_on = Some(header.registered_on);
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}
