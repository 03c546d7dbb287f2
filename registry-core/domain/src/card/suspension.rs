//! Suspension of a card and its end, at any office: the holder mislays the card and finds it again. Meanwhile
//! nobody may rely on the card; its certificates are on hold (RFC 5280 §5.3.1) and its digital credentials
//! are suspended. A revocation is for ever, a suspension is not.

use serde::{Deserialize, Serialize};

use super::{CardRecord, CardRef, CardState};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{Field, Filled, Form, Section, choice, fields};
use crate::id::CardId;
use crate::kind::Kind;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::step::Step;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "card_suspension",
    title: say("Үнэмлэх түр түдгэлзүүлсэн, сэргээсэн", "Card suspended, or in use again"),
    shelf: Shelf::Card,
    doors: &[Door::Declaration],
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

/// Fills in the newest card that can be suspended or taken into use again.
fn begin(person: &Person) -> Option<Beginning> {
    person.require_alive().ok()?;
    let step = |card: &CardRecord| match card.state {
        CardState::Active => Some(Step::Begins),
        CardState::Suspended { .. } => Some(Step::Ends),
        CardState::Approved | CardState::Personalised | CardState::Revoked { .. } => None,
    };
    let (card, step) = person.cards.iter().rev().find_map(|card| Some((card, step(card)?)))?;
    Some(vec![
        ("step", step.as_str().to_owned()),
        ("person", person.any_number()),
        ("card", card.document_number.as_str().to_owned()),
    ])
}

/// A suspension or its end. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `step`: `begins` or `ends`.
    pub step: Step,
    /// `person`: the holder.
    pub person: PersonRef,
    /// `card`: its id, or the number printed on it.
    pub card: CardRef,
}

/// What a suspension says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Holder {
        v: u16,
        card: CardId,
        /// Whether the suspension begins or ends.
        step: Step,
    },
}

const STEP: Field = Field::one(
    "step",
    fields::WHAT_HAPPENS,
    &[
        choice(
            "begins",
            "Түр алдсан: олдтол хэн ч хүлээн авахгүй",
            "It is mislaid: nobody goes by it until it is found",
        ),
        choice("ends", "Олдсон: дахин хүчинтэй болно", "It was found: it is in use again"),
    ],
)
.required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form =
    Form::new(&[Section::new(fields::APPLICANT, &[STEP, fields::PERSON, fields::CARD])]).example(&[
        ("step", "begins"),
        ("person", "УЪ94080299"),
        ("card", "AB1234567"),
    ]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            step: form.required(&STEP, Step::parse)?,
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            card: form.required(&fields::CARD, CardRef::parse)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The claim counts the person's earlier suspensions and their ends, of all cards, because a card may be
    /// mislaid twice.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(person) = context.person(&self.person) else { return Vec::new() };
        let earlier = person.acts.iter().filter(|act| act.kind == Kind::CardSuspension).count();
        let card = self.card.of(person).ok();
        card.map(|card| format!("suspension/{}/{earlier}", card.id)).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        let card = self.card.of(person).map_err(|no| no.in_field("card"))?;
        self.check_state(context, card).map_err(|no| no.in_field("card"))?;
        let body = PartBody::CardSuspension(Body::Holder { v: 1, card: card.id, step: self.step });
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body }])
    }

    fn describe(&self) -> Vec<Detail> {
        let step = match self.step {
            Step::Begins => "түдгэлзүүлсэн",
            Step::Ends => "сэргээсэн",
        };
        vec![Detail::new("Үнэмлэх", "Card", &self.card), Detail::new("Түр түдгэлзүүлэлт", "Suspension", step)]
    }
}

impl Facts {
    fn check_state(&self, context: &Context<'_>, card: &CardRecord) -> Result<(), Refusal> {
        match (self.step, card.state) {
            (Step::Begins, CardState::Active) if context.today > card.expires_on => Err(Refusal::CardExpired),
            (Step::Begins, CardState::Active) | (Step::Ends, CardState::Suspended { .. }) => Ok(()),
            (Step::Begins, CardState::Suspended { .. })
            | (Step::Ends, CardState::Active)
            | (
                Step::Begins | Step::Ends,
                CardState::Approved | CardState::Personalised | CardState::Revoked { .. },
            ) => Err(card.unfit()),
        }
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Holder { card, step, .. } => {
                for held in person.cards.iter_mut().filter(|held| held.id == *card) {
                    // A card that was ended in the meantime stays ended.
                    held.state = match (step, held.state) {
                        (Step::Begins, CardState::Active) => {
                            CardState::Suspended { on: header.registered_on }
                        }
                        (Step::Ends, CardState::Suspended { .. }) => CardState::Active,
                        (Step::Begins | Step::Ends, other) => other,
                    };
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests;
