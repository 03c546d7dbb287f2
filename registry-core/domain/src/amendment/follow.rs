//! What a correction takes along: copies of the corrected words that stand in other parts.

use super::{Dossier, Field};
use crate::entry::{PartBody, PartRole};
use crate::history::{Effective, in_effect};
use crate::id::{EntryId, PersonId};
use crate::person::{Link, Person};
use crate::refusal::Refusal;

/// A part that will say something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rewritten {
    pub(super) person: PersonId,
    pub(super) of: EntryId,
    pub(super) role: PartRole,
    pub(super) body: PartBody,
}

/// The parts rewritten so far, each once, in the order in which they were first touched.
pub(super) struct Rewriting<'a> {
    dossier: &'a Dossier,
    parts: Vec<Rewritten>,
}

impl<'a> Rewriting<'a> {
    pub(super) const fn new(dossier: &'a Dossier) -> Self {
        Self { dossier, parts: Vec::new() }
    }

    pub(super) fn into_parts(self) -> Vec<Rewritten> {
        self.parts
    }

    /// Writes a field of one part.
    pub(super) fn write(
        &mut self,
        person: PersonId,
        part: &Effective<'_>,
        field: Field,
        value: &str,
    ) -> Result<(), Refusal> {
        let is_same = |known: &&mut Rewritten| {
            (known.person, known.of, known.role) == (person, part.header.id, part.role)
        };
        if let Some(known) = self.parts.iter_mut().find(is_same) {
            known.body = field.write(&known.body, value)?;
        } else {
            let body = field.write(part.body, value)?;
            self.parts.push(Rewritten { person, of: part.header.id, role: part.role, body });
        }
        Ok(())
    }

    /// Takes along what repeats the old value of `field` of `person`: the day of an event in the other parts of the same
    /// entry, a parent's given name with the children who carry it, the day of a death with the spouse.
    pub(super) fn follow(
        &mut self,
        person: &Person,
        field: Field,
        old: &str,
        value: &str,
    ) -> Result<(), Refusal> {
        let dossier = self.dossier;
        if field.is_event() {
            for other in dossier.people() {
                self.follow_in(other, &dossier.effective(other), field, old, value)?;
            }
        }
        let copies: (&[Link], Field) = match field {
            Field::GivenName => (&person.children, Field::ParentName),
            Field::DiedOn => (&person.spouses, Field::SpouseDiedOn),
            Field::ClanName
            | Field::ParentName
            | Field::Sex
            | Field::BornOn
            | Field::BirthPlace
            | Field::SpouseDiedOn
            | Field::DeathPlace
            | Field::MarriedOn
            | Field::EndedOn
            | Field::RestoredOn
            | Field::ResidenceUnit
            | Field::Address
            | Field::ArrivedOn => return Ok(()),
        };
        let (relatives, copy) = copies;
        for relative in relatives {
            let parts = in_effect(dossier.history(relative.person));
            self.follow_in(relative.person, &parts, copy, old, value)?;
        }
        Ok(())
    }

    fn follow_in(
        &mut self,
        person: PersonId,
        parts: &[Effective<'_>],
        field: Field,
        old: &str,
        value: &str,
    ) -> Result<(), Refusal> {
        let repeating = parts.iter().filter(|part| field.read(part.body).as_deref() == Some(old));
        for part in repeating.filter(|part| part.body.amendment().is_none()) {
            self.write(person, part, field, value)?;
        }
        Ok(())
    }
}
