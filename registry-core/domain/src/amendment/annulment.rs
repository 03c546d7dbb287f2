//! Annulment of an entry by decision of a court or competent body. The record then stands as if the entry had
//! never been written; the words of the entry stay in the ledger. An annulment can itself be annulled, which
//! brings the entry back.
//!
//! Written: one part for each person of the entry, because nothing else in that person's record says that
//! something was annulled; and corrections of those later entries that repeat a name which the annulment
//! takes back.

use serde::{Deserialize, Serialize};

use super::correction::part_of;
use super::follow::{Rewriting, is_same};
use super::plausible::{People, require_plausible};
use super::resting::require_nothing_rests;
use super::{CardEnd, Certified, Dossier, EntryRef, Field, merge};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{self, Filled, Form, Section, fields};
use crate::history::{Recorded, in_effect};
use crate::id::EntryId;
use crate::kind::Kind;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "annulment",
    title: say("Бичлэг хүчингүй болгосон", "Annulment of an entry"),
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
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: None,
    after: &[],
};

/// A declared annulment. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `entry`: act number or id.
    pub entry: EntryRef,
    /// `court`: the court or competent body.
    pub court: String,
    /// `decision`: number of its decision.
    pub decision: String,
    /// `reason`: the reason that the decision gives.
    pub reason: String,
}

/// What an annulment says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Body {
    pub v: u16,
    pub of: EntryId,
    pub reason: String,
    pub court: String,
    pub decision: String,
    /// The cards that end with the annulment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<CardEnd>,
}

const COURT: form::Field = fields::COURT.required();

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::ENTRY_AMENDED, &[fields::ENTRY]),
    Section::new(fields::PAPERS, &[COURT, fields::DECISION, fields::REASON]),
])
.example(&[
    ("entry", "110151-2026-0000001"),
    ("court", "Дүүргийн шүүх"),
    ("decision", "ШШ-12"),
    ("reason", "Андуурсан"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            entry: form.required(&fields::ENTRY, EntryRef::parse)?,
            court: form.required_text(&COURT)?,
            decision: form.required_text(&fields::DECISION)?,
            reason: form.required_text(&fields::REASON)?,
        })
    }

    /// The people of the entry, whom the shell loads together with it.
    fn people(&self) -> Vec<PersonRef> {
        Vec::new()
    }

    fn amends(&self) -> Option<EntryRef> {
        Some(self.entry.clone())
    }

    /// The claim names the entry and the last change of its people: once one of their records has changed, an
    /// annulment of the same entry is another event.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(dossier) = context.amended else { return Vec::new() };
        let people = dossier.people();
        let of_entry = context.persons.iter().filter(|person| people.contains(&person.id));
        let last = of_entry.map(|person| person.last_seq).max().unwrap_or_default();
        vec![format!("annulment/{}/{last}", dossier.entry.header.id)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let dossier = context.require_amended()?;
        let header = &dossier.entry.header;
        require_annullable(dossier).map_err(|no| no.in_field("entry"))?;
        dossier.require_in_effect().map_err(|no| no.in_field("entry"))?;
        require_nothing_rests(dossier).map_err(|no| no.in_field("entry"))?;
        let body = Body {
            v: 1,
            of: header.id,
            reason: self.reason.clone(),
            court: self.court.clone(),
            decision: self.decision.clone(),
            ends: Vec::new(),
        };
        let part = |person| Part { person, role: PartRole::Subject, body: PartBody::Annulment(body.clone()) };
        let mut parts: Vec<Part> = dossier.people().into_iter().map(part).collect();
        parts.extend(self.followers(context, dossier, &parts)?);
        finish(context, dossier, Kind::Annulment, parts, (&self.reason, &self.decision))
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Хүчингүй болгох акт", "Act to be annulled", &self.entry),
            Detail::new("Шүүх, байгууллага", "Court or body", &self.court),
            Detail::new("Шийдвэрийн дугаар", "Number of the decision", &self.decision),
            Detail::new("Үндэслэл", "Reason", &self.reason),
        ]
    }
}

impl Facts {
    /// Corrections for the parts that repeat a word of a name that the annulment changes: the person's later
    /// acts that kept the word, and the children who carry it.
    fn followers(
        &self,
        context: &Context<'_>,
        dossier: &Dossier,
        parts: &[Part],
    ) -> Result<Vec<Part>, Refusal> {
        let header = context.amending_header(Kind::Annulment, dossier.entry.header.id);
        let mut annulled = dossier.clone();
        for part in parts {
            annulled.histories.entry(part.person).or_default().push((header.clone(), part.clone()));
        }
        let mut rewriting = Rewriting::new(&annulled);
        for person in context.persons.iter().filter(|person| dossier.people().contains(&person.id)) {
            let before = in_effect(dossier.history(person.id));
            let after = in_effect(annulled.history(person.id));
            let in_both =
                before.iter().filter_map(|part| Some((part, after.iter().find(|now| is_same(part, now))?)));
            for (was, now) in
                in_both.filter(|(was, now)| was.body != now.body && was.body.amendment().is_none())
            {
                for field in Field::ALL.iter().copied().filter(|field| field.is_name()) {
                    let words = field.read(was.body).zip(field.read(now.body));
                    if let Some((old, new)) = words.filter(|(old, new)| old != new) {
                        rewriting.carry(dossier, person, was, field, &old, &new)?;
                    }
                }
            }
        }
        let rewritten = rewriting.into_parts();
        Ok(rewritten.into_iter().map(|part| part_of(part, &self.reason, &self.decision)).collect())
    }
}

/// Refuses an entry that may not be annulled: because of its kind, or because it names certificates that we
/// issued or of which nobody knows who issued them.
fn require_annullable(dossier: &Dossier) -> Result<(), Refusal> {
    let kind = dossier.entry.header.kind;
    let is_annulled = match kind.rules().annulled {
        Annulled::ByDecision => true,
        Annulled::Never => false,
        Annulled::IfUncertified => match dossier.certified {
            Certified::NotKnown | Certified::ByUs => false,
            Certified::ByNobody => true,
        },
    };
    if is_annulled { Ok(()) } else { Err(Refusal::EntryNotAmendable { kind: kind.as_str() }) }
}

/// Completes the parts of an amendment. The survivors of merged records get parts too; the records are folded
/// as the amendment would leave them; a result that contradicts itself is refused; the cards that end are
/// added to the first part of each person.
pub(super) fn finish(
    context: &Context<'_>,
    dossier: &Dossier,
    kind: Kind,
    parts: Vec<Part>,
    (reason, paper): (&str, &str),
) -> Result<Vec<Part>, Refusal> {
    let header = context.amending_header(kind, dossier.entry.header.id);
    let parts = merge::carry(context, dossier, &header, parts, &|part| part_of(part, reason, paper))?;
    let amending: Vec<Recorded> = parts.iter().map(|part| (header.clone(), part.clone())).collect();
    let before: People = context.persons.iter().map(|person| (person.id, person.clone())).collect();
    let mut after = before.clone();
    for part in &parts {
        after.extend(dossier.folded_with(part.person, &amending).map(|person| (part.person, person)));
    }
    let returning = dossier.entry.parts.iter().find(|part| part.role == PartRole::Merged);
    require_plausible(&before, &after, returning.map(|part| part.person), context.today, context.law)?;
    let mut ended: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let is_first = ended.iter().all(|earlier| earlier.person != part.person);
        let ends = match (before.get(&part.person), after.get(&part.person)) {
            (Some(before), Some(after)) if is_first => CardEnd::between(before, after, context.today),
            _ => Vec::new(),
        };
        ended.push(Part { body: part.body.ending(ends), ..part });
    }
    Ok(ended)
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, _header: &Header, _role: PartRole) {
        CardEnd::apply_all(&self.ends, person);
    }
}

#[cfg(test)]
mod tests;
