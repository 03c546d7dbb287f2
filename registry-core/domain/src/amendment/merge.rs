//! Merge of two records of one person, on the decision of a court or the finding of the authority. Decided
//! centrally, by two officers.
//!
//! The survivor takes over what the other record has and keeps its own numbers. The other record is hidden,
//! and whatever named it names the survivor. Written: a part for the survivor, for the merged record, and for
//! each relative of the merged record. The annulment of the entry undoes the merge
//! (`docs/decisions/0011-merging-two-records.md`).

mod barred;
mod carry;
mod resting;
mod status;
mod taken;

use serde::{Deserialize, Serialize};

use super::CardEnd;
use super::card_end::revocation;
use super::plausible::{People, require_plausible_merge};
use crate::card::RevocationReason;
use crate::context::Context;
use crate::entry::{self, Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{Field, Filled, Form, Section, fields, say};
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::person::{Link, Person};
use crate::person_ref::PersonRef;
use crate::question::{self, Answer, Answers};
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "merge",
    title: say("Нэг хүний хоёр бичлэг нэгтгэсэн", "Merge of two records of one person"),
    shelf: Shelf::Amendment,
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
    corrected: Corrected::AsAmendment,
    rested_on: RestedOn::ByUseOfMerge,
    rests_on: RestsOn::Records,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::Merge,
    paper: None,
    begins: Some(begin),
    after: &[After::RecordsAreReplaced],
};

/// Fills in the record that stays.
fn begin(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("survivor", person.any_number())])
}

pub(super) use carry::carry;
pub(super) use resting::require_unused;
pub use taken::Taken;

/// A declared merge. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `survivor`: the record that stays; number, civil id, foreign document or id.
    pub survivor: PersonRef,
    /// `merged`: the record that is merged into it.
    pub merged: PersonRef,
    /// `authority`: the court, or the authority that found it.
    pub authority: String,
    /// `decision`: number of the decision or finding.
    pub decision: String,
    /// `reason`: how the authority found that both records are of one person.
    pub reason: String,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// What a merge says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    /// About the record that stays.
    Survivor(Box<Survivor>),
    /// About the record that is merged into it.
    Merged {
        v: u16,
        into: PersonId,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ends: Vec<CardEnd>,
    },
    /// Of a relative of the merged record: their ties to it lead to the surviving record from now on.
    Relative {
        v: u16,
        /// The record that is merged.
        from: PersonId,
        /// The record that stays.
        to: PersonId,
    },
}

/// What a merge says of the record that stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Survivor {
    pub v: u16,
    /// What it takes over from the merged record.
    pub taken: Taken,
    pub authority: String,
    pub decision: String,
    /// How the authority found that both records are of one person.
    pub reason: String,
    /// The officer's answers to what only looked unlike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

const SURVIVOR: Field = Field::person("survivor", say("Үлдэх бичлэг", "Record that stays"))
    .hint(say("Дугаар, нэр, үнэмлэх нь хэвээр үлдэнэ.", "Its number, name and card stay as they are."))
    .required();
const MERGED: Field = Field::person("merged", say("Нэгтгэгдэх бичлэг", "Record merged into it"))
    .hint(say(
        "Цаашид энэ дугаараар үлдэх бичлэг олдож, үнэмлэх нь хүчингүй болно.",
        "Its number leads to the other record from now on, and its cards end.",
    ))
    .required();
const AUTHORITY: Field =
    Field::text("authority", 200, say("Тогтоосон шүүх, байгууллага", "Court or authority that found it"))
        .required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(say("Хоёр бичлэг", "The two records"), &[SURVIVOR, MERGED]),
    Section::new(fields::PAPERS, &[AUTHORITY, fields::DECISION, fields::REASON]),
])
.and(&[question::ANSWERS])
.example(&[
    ("survivor", "УЬ96031422"),
    ("merged", "УА96031422"),
    ("authority", "Улсын бүртгэлийн ерөнхий газар"),
    ("decision", "Д-7"),
    ("reason", "Хоёр удаа орсон"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            survivor: form.required(&SURVIVOR, PersonRef::parse)?,
            merged: form.required(&MERGED, PersonRef::parse)?,
            authority: form.required_text(&AUTHORITY)?,
            decision: form.required_text(&fields::DECISION)?,
            reason: form.required_text(&fields::REASON)?,
            answers: Answers::parse(form)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.survivor.clone(), self.merged.clone()]
    }

    /// The relatives of both: ties to the merged record are moved to the survivor, and the joined record must
    /// not contradict the relatives' records.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let both = loaded.iter().filter(|person| self.survivor.is_of(person) || self.merged.is_of(person));
        both.flat_map(|person| tied_to(person)).collect()
    }

    /// The claim names both people, in the same order whichever record stays, and the last change of either:
    /// once one record has changed, a merge of the two is another event.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let both = context.person(&self.survivor).zip(context.person(&self.merged));
        let claim = |(one, other): (&Person, &Person)| {
            let (first, second) = (one.id.min(other.id), one.id.max(other.id));
            format!("merge/{first}/{second}/{}", one.last_seq.max(other.last_seq))
        };
        both.map(claim).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let survivor = require_open(context, &self.survivor).map_err(|no| no.in_field("survivor"))?;
        let merged = require_open(context, &self.merged).map_err(|no| no.in_field("merged"))?;
        barred::require_one_person(survivor, merged, context.today)?;
        let answers = self.answers.to(&barred::questions(survivor, merged))?;
        let part = |person, role, body| Part { person, role, body: PartBody::Merge(body) };
        let takes = Survivor {
            v: 1,
            taken: Taken::of(merged, None),
            authority: self.authority.clone(),
            decision: self.decision.clone(),
            reason: self.reason.clone(),
            answers,
        };
        let goes = Body::Merged { v: 1, into: survivor.id, ends: all_cards_end(context, merged) };
        let mut parts = vec![
            part(survivor.id, PartRole::Survivor, Body::Survivor(Box::new(takes))),
            part(merged.id, PartRole::Merged, goes),
        ];
        for relative in tied_to(merged) {
            let is_known = context.persons.iter().any(|person| person.id == relative);
            if is_known && parts.iter().all(|part| part.person != relative) {
                let led_on = Body::Relative { v: 1, from: merged.id, to: survivor.id };
                parts.push(part(relative, PartRole::Relative, led_on));
            }
        }
        require_sense(context, &parts, survivor.id, merged.id)?;
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Үлдэх бичлэг", "Record that stays", &self.survivor),
            Detail::new("Нэгтгэгдэх бичлэг", "Record that is merged", &self.merged),
            Detail::new("Шүүх, байгууллага", "Court or authority", &self.authority),
            Detail::new("Шийдвэр, дүгнэлтийн дугаар", "Number of the decision or finding", &self.decision),
            Detail::new("Үндэслэл", "Reason", &self.reason),
        ]
    }
}

/// The person meant, if the record is not sealed. Who may open the seal opens it before the merge; everybody
/// else is told only that the person was not found.
fn require_open<'a>(context: &Context<'a>, reference: &PersonRef) -> Result<&'a Person, Refusal> {
    let person = context.require_person(reference)?;
    if person.sealed { Err(Refusal::PersonNotFound) } else { Ok(person) }
}

/// Everyone whom a record is tied to.
fn tied_to(person: &Person) -> Vec<PersonId> {
    person.relatives().map(|link| link.person).chain(person.ties.iter().map(|tie| tie.person)).collect()
}

fn all_cards_end(context: &Context<'_>, merged: &Person) -> Vec<CardEnd> {
    let open = merged.cards.iter().filter(|card| revocation(card).is_none());
    let end = |card: &crate::card::CardRecord| CardEnd {
        card: card.id,
        reason: RevocationReason::DataChanged,
        on: context.today,
    };
    open.map(end).collect()
}

/// Refuses a joined record that contradicts itself where neither record did before.
fn require_sense(
    context: &Context<'_>,
    parts: &[Part],
    survivor: PersonId,
    merged: PersonId,
) -> Result<(), Refusal> {
    let header =
        Header { amends: None, ..context.amending_header(Kind::Merge, EntryId::new(uuid::Uuid::nil())) };
    let before: People = context.persons.iter().map(|person| (person.id, person.clone())).collect();
    let mut after = before.clone();
    for part in parts {
        let folded = entry::apply(after.remove(&part.person), &header, part);
        after.insert(part.person, folded);
    }
    require_plausible_merge(&before, &after, (merged, survivor), context.today, context.law)
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Survivor(body) => {
                body.taken.apply(person);
                person.acts.push(header.act_ref());
            }
            Self::Merged { into, ends, .. } => {
                CardEnd::apply_all(ends, person);
                person.merged_into = Some(*into);
                person.acts.push(header.act_ref());
            }
            Self::Relative { from, to, .. } => lead_on(person, *from, *to),
        }
    }
}

/// Moves ties from one record to another. Where the person already had the same tie to the other record, one
/// of the two is kept.
fn lead_on(person: &mut Person, from: PersonId, to: PersonId) {
    let renamed = |links: &mut Vec<Link>, is_same: fn(&Link, &Link) -> bool| {
        let mut led_on: Vec<Link> = Vec::with_capacity(links.len());
        for mut link in links.drain(..) {
            if link.person == from {
                link.person = to;
            }
            if link.person != to || led_on.iter().all(|known| !is_same(known, &link)) {
                led_on.push(link);
            }
        }
        *links = led_on;
    };
    renamed(&mut person.parents, taken::is_same_tie);
    renamed(&mut person.children, taken::is_same_tie);
    renamed(&mut person.spouses, taken::is_same_marriage);
    for tie in person.ties.iter_mut().filter(|tie| tie.person == from) {
        tie.person = to;
    }
}

#[cfg(test)]
mod tests;
