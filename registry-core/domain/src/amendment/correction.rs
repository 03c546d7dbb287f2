//! Correction of an entry that was written wrongly, on evidence. It reaches every copy of the corrected
//! words: the other parts of the entry, the children who carry a parent's name, the cards that print it.
//!
//! Written: the corrected body of each part, in full, so that the record can be folded without knowing how
//! the body was corrected.

use serde::{Deserialize, Serialize};

use super::annulment::finish;
use super::follow::{Rewriting, Rewritten, is_repeated};
use super::{CardEnd, Change, Dossier, EntryRef, Field};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{self, Choice, Entered, Filled, Form, Section, choice, fields, say};
use crate::history::in_effect;
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::unit::UnitCode;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "correction",
    title: say("Бичлэгийн засвар", "Correction of an entry"),
    shelf: Shelf::Amendment,
    doors: &[Door::Declaration],
    territory: Territory::HomeUnit,
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
    rested_on: RestedOn::ByNothing,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(with_person),
    after: &[],
};

/// A declared correction. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `entry`: act number or id.
    pub entry: EntryRef,
    /// `person`: whose part of the entry is corrected; number, civil id or id.
    pub person: PersonRef,
    /// `field` and `value`, or several in `changes` as `field=value`.
    pub changes: Vec<Change>,
    /// `reason`: what went wrong.
    pub reason: String,
    /// `evidence`: number of the paper that proves it.
    pub evidence: String,
}

/// What a correction says of one part of an earlier entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Body {
    pub v: u16,
    pub of: EntryId,
    pub role: PartRole,
    /// The whole body of the part from now on.
    pub body: Box<PartBody>,
    pub reason: String,
    pub evidence: String,
    /// The cards that end with the correction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<CardEnd>,
}

const PERSON: form::Field = form::Field::person("person", say("Хэний мэдээлэл", "Whose data")).required();
const WORDS: [Choice; Field::ALL.len()] = {
    let mut words = [choice("", "", ""); Field::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        let field = Field::ALL[at];
        words[at] = choice(field.as_str(), field.title_mn(), field.title_en());
        at += 1;
    }
    words
};
const FIELD: form::Field =
    form::Field::entered("field", say("Талбар", "Field"), Entered::Listed(&WORDS)).required_by_law();
const VALUE: form::Field = form::Field::line("value", say("Зөв утга", "Right value"))
    .hint(say("Мэдүүлэгт бичдэгийн адил", "Written as in a declaration"))
    .required_by_law();
const EVIDENCE: form::Field =
    form::Field::text("evidence", 200, say("Нотлох баримтын дугаар", "Number of the paper that proves it"))
        .required();
const CHANGES: form::Field = form::Field::entered("changes", say("Засварууд", "Corrections"), Entered::List)
    .hint(say("талбар=утга", "FIELD=VALUE"));

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::ENTRY_AMENDED, &[fields::ENTRY, PERSON]),
    Section::new(say("Юу буруу вэ", "What is wrong"), &[FIELD, VALUE]),
    Section::new(fields::PAPERS, &[fields::REASON, EVIDENCE]),
])
.and(&[CHANGES])
.example(&[
    ("entry", "110151-2026-0000001"),
    ("person", "УЪ39121877"),
    ("field", "parent_name"),
    ("value", "Мягмархүү"),
    ("reason", "Бичгийн алдаа"),
    ("evidence", "Архив 12"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let field = form.optional(&FIELD, Field::parse)?;
        let value = form.optional(&VALUE, |text| Ok(text.to_owned()))?;
        let mut changes = form.list(&CHANGES, Change::parse)?;
        match (field, value) {
            (Some(field), Some(value)) => {
                changes.push(Change::new(field, &value).map_err(|no| no.in_field("value"))?);
            }
            (Some(_), None) => return Err(Refusal::MissingField { field: "value".to_owned() }),
            (None, Some(_)) => return Err(Refusal::MissingField { field: "field".to_owned() }),
            (None, None) if changes.is_empty() => {
                return Err(Refusal::MissingField { field: "field".to_owned() });
            }
            (None, None) => {}
        }
        Ok(Self {
            entry: form.required(&fields::ENTRY, EntryRef::parse)?,
            person: form.required(&PERSON, PersonRef::parse)?,
            changes,
            reason: form.required_text(&fields::REASON)?,
            evidence: form.required_text(&EVIDENCE)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The relatives: their records hold copies of the corrected words, and the corrected record must not
    /// contradict theirs.
    fn also_concerned(&self, named: &[&Person]) -> Vec<PersonId> {
        let corrected = named.iter().filter(|person| self.person.is_of(person));
        corrected
            .flat_map(|person| person.parents.iter().chain(&person.children).chain(&person.spouses))
            .map(|link| link.person)
            .collect()
    }

    fn amends(&self) -> Option<EntryRef> {
        Some(self.entry.clone())
    }

    /// The claim names the entry and the last change of the person: after a correction, the next one is
    /// another event.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let (Some(dossier), Some(person)) = (context.amended, context.person(&self.person)) else {
            return Vec::new();
        };
        vec![format!("correction/{}/{}/{}", dossier.entry.header.id, person.id, person.last_seq)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let dossier = context.require_amended()?;
        let person = context.require_person(&self.person).map_err(|no| no.in_field("person"))?;
        require_correctable(dossier.entry.header.kind).map_err(|no| no.in_field("entry"))?;
        let person = of_entry(context, dossier, person)?;
        dossier.require_in_effect().map_err(|no| no.in_field("entry"))?;
        require_office(context, &dossier.entry.header.office, person)?;
        let rewritten = self.rewrite(context, dossier, person)?;
        let part = |rewritten| part_of(rewritten, &self.reason, &self.evidence);
        let parts = rewritten.into_iter().map(part).collect();
        finish(context, dossier, Kind::Correction, parts, (&self.reason, &self.evidence))
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Засах акт", "Act to be corrected", &self.entry),
            Detail::new("Иргэн", "Citizen", &self.person),
        ];
        let changes = self.changes.iter();
        details.extend(
            changes
                .map(|change| Detail::new(change.field.title_mn(), change.field.title_en(), &change.value)),
        );
        details.push(Detail::new("Үндэслэл", "Reason", &self.reason));
        details.push(Detail::new("Нотлох баримт", "Evidence", &self.evidence));
        details
    }
}

impl Facts {
    fn rewrite(
        &self,
        context: &Context<'_>,
        dossier: &Dossier,
        person: &Person,
    ) -> Result<Vec<Rewritten>, Refusal> {
        let own = dossier.effective(person.id);
        let mut rewriting = Rewriting::new(dossier);
        for change in &self.changes {
            let (field, value) = (change.field, change.value.as_str());
            require_place(context, change).map_err(|no| no.in_field(field.as_str()))?;
            let holding = own.iter().find(|part| field.write(part.body, value).is_ok());
            // If no part takes the value, the first part gives the reason.
            let part = holding.or_else(|| own.first()).ok_or(Refusal::EntryNotOfPerson)?;
            let old = field.read(part.body);
            if old.as_deref() == Some(value) {
                return Err(Refusal::NothingChanges.in_field(field.as_str()));
            }
            let said = in_effect(dossier.history(person.id));
            if old.as_ref().is_some_and(|old| field.is_name() && is_repeated(&said, part, field, old)) {
                return Err(Refusal::FieldNotInEntry { field: field.as_str() }.in_field(field.as_str()));
            }
            rewriting.write(person.id, part, field, value).map_err(|no| no.in_field(field.as_str()))?;
            if let Some(old) = old {
                rewriting.follow(person, part, field, &old, value)?;
            }
        }
        Ok(rewriting.into_parts())
    }
}

/// The record that the entry is about: the person's own, or one that was merged into it.
fn of_entry<'a>(context: &Context<'a>, dossier: &Dossier, person: &'a Person) -> Result<&'a Person, Refusal> {
    let people = dossier.people();
    let merged = person.merged.iter().map(|record| record.person);
    let named = std::iter::once(person.id).chain(merged).find(|id| people.contains(id));
    let record = named.and_then(|id| context.persons.iter().find(|person| person.id == id));
    record.ok_or_else(|| Refusal::EntryNotOfPerson.in_field("person"))
}

/// The part of a correction that puts the rewritten body into effect.
pub(super) fn part_of(rewritten: Rewritten, reason: &str, evidence: &str) -> Part {
    let Rewritten { person, of, role, body } = rewritten;
    let body = Body {
        v: 1,
        of,
        role,
        body: Box::new(body),
        reason: reason.to_owned(),
        evidence: evidence.to_owned(),
        ends: Vec::new(),
    };
    Part { person, role, body: PartBody::Correction(body) }
}

/// Refuses an entry whose kind cannot be corrected.
const fn require_correctable(kind: Kind) -> Result<(), Refusal> {
    match kind.rules().corrected {
        Corrected::ByField => Ok(()),
        Corrected::Never => Err(Refusal::EntryNotAmendable { kind: kind.as_str() }),
        Corrected::AsAmendment => Err(Refusal::AmendmentNotCorrected),
    }
}

/// Refuses an office that neither registered the entry nor is where the person lives.
pub(crate) fn require_office(
    context: &Context<'_>,
    of_entry: &UnitCode,
    person: &Person,
) -> Result<(), Refusal> {
    let (here, day) = (context.receiving_office(), context.received_on());
    let home = person.residence.as_ref().map(|home| &home.unit);
    let is_home = home.is_some_and(|home| context.units.offices_on(home, day).contains(here));
    let is_of_entry = of_entry == here || context.units.offices_on(of_entry, day).contains(here);
    if !context.law.correction_at_home || is_home || is_of_entry {
        Ok(())
    } else {
        Err(Refusal::NotOfficeOfEntry)
    }
}

/// Refuses a unit that does not exist, or in which nobody can be resident.
fn require_place(context: &Context<'_>, change: &Change) -> Result<(), Refusal> {
    let unit = || UnitCode::parse(&change.value);
    match change.field {
        Field::BirthPlace | Field::DeathPlace => context.units.require(&unit()?).map(drop),
        Field::ResidenceUnit => context.require_residence_unit(&unit()?, context.today),
        Field::ClanName
        | Field::ParentName
        | Field::GivenName
        | Field::Sex
        | Field::BornOn
        | Field::DiedOn
        | Field::SpouseDiedOn
        | Field::MarriedOn
        | Field::EndedOn
        | Field::RestoredOn
        | Field::DecidedOn
        | Field::LeftOn
        | Field::ReturnedOn
        | Field::Address
        | Field::ArrivedOn => Ok(()),
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        CardEnd::apply_all(&self.ends, person);
        // One entry may correct several parts of one person; the record names it once.
        if person.acts.last().is_none_or(|act| act.entry != header.id) {
            person.acts.push(header.act_ref());
        }
    }
}

#[cfg(test)]
mod tests;
