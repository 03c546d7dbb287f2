//! What else a correction changes: copies of the corrected words that stand in other parts.

use super::{Dossier, Field};
use crate::entry::{PartBody, PartRole};
use crate::history::stated::merged_with;
use crate::history::{Effective, fold, in_effect};
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

    /// Corrects whatever repeats the old value that `part` says of `person`: a word of the name in later acts
    /// that kept it, the day of an event in the other parts of the same entry, a parent's given name in the
    /// parts of the children who carry it, the day of a death in the part of the spouse.
    pub(super) fn follow(
        &mut self,
        person: &Person,
        part: &Effective<'_>,
        field: Field,
        old: &str,
        value: &str,
    ) -> Result<(), Refusal> {
        let dossier = self.dossier;
        if field.is_name() {
            self.follow_name(person.id, part, field, old, value)?;
        }
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
            | Field::DecidedOn
            | Field::LeftOn
            | Field::ReturnedOn
            | Field::ResidenceUnit
            | Field::Address
            | Field::ArrivedOn => return Ok(()),
        };
        let (relatives, copy) = copies;
        for relative in with_merged(dossier, person.id, relatives) {
            let parts = in_effect(dossier.history(relative));
            self.follow_in(relative, &parts, copy, old, value)?;
        }
        Ok(())
    }

    /// Corrects later acts: they say the whole name, so they repeat a word until one of them changes it.
    fn follow_name(
        &mut self,
        person: PersonId,
        part: &Effective<'_>,
        field: Field,
        old: &str,
        value: &str,
    ) -> Result<(), Refusal> {
        let parts = in_effect(self.dossier.history(person));
        for later in repeating(&parts, part, field, old) {
            self.write(person, later, field, value)?;
        }
        Ok(())
    }

    /// Corrects whatever repeated a word of the name before an annulment, so that it says what the name is
    /// now: later acts of the person, and for a given name the children who carry it. `before` has everyone's
    /// parts as they were.
    pub(super) fn carry(
        &mut self,
        before: &Dossier,
        person: &Person,
        part: &Effective<'_>,
        field: Field,
        old: &str,
        new: &str,
    ) -> Result<(), Refusal> {
        let own = in_effect(before.history(person.id));
        for was in repeating(&own, part, field, old) {
            self.say(person.id, was, field, new)?;
        }
        let children = if field == Field::GivenName { person.children.as_slice() } else { &[] };
        for child in with_merged(before, person.id, children) {
            let carried = in_effect(before.history(child));
            let carried = carried.iter().filter(|part| part.body.amendment().is_none());
            for was in carried.filter(|part| Field::ParentName.read(part.body).as_deref() == Some(old)) {
                self.say(child, was, Field::ParentName, new)?;
            }
        }
        Ok(())
    }

    /// Writes the word into a part that is still in effect and says something else.
    fn say(
        &mut self,
        person: PersonId,
        was: &Effective<'_>,
        field: Field,
        word: &str,
    ) -> Result<(), Refusal> {
        let parts = in_effect(self.dossier.history(person));
        match parts.iter().find(|now| is_same(now, was)) {
            Some(now) if field.read(now.body).as_deref() != Some(word) => {
                self.write(person, now, field, word)
            }
            Some(_) | None => Ok(()),
        }
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

/// The people whom the links lead to, and the records merged into theirs that have the tie too: if the merge
/// is undone, these records must say what was corrected meanwhile.
fn with_merged(dossier: &Dossier, person: PersonId, links: &[Link]) -> Vec<PersonId> {
    let mut found: Vec<PersonId> = links.iter().map(|link| link.person).collect();
    for link in links {
        for record in merged_with(dossier.history(link.person)) {
            let folded = fold(dossier.history(record)).filter(Person::is_merged);
            if folded.is_some_and(|merged| merged.relatives().any(|tie| tie.person == person)) {
                found.push(record);
            }
        }
    }
    found
}

/// The parts after `part` that say the same word, up to the first that says another.
pub(super) fn repeating<'a>(
    parts: &'a [Effective<'a>],
    part: &'a Effective<'a>,
    field: Field,
    word: &'a str,
) -> impl Iterator<Item = &'a Effective<'a>> {
    let later = parts.iter().skip_while(move |other| !is_same(other, part)).skip(1);
    let saying = later.filter(move |other| other.body.amendment().is_none());
    let saying = saying.filter_map(move |other| Some((other, field.read(other.body)?)));
    saying.take_while(move |(_, said)| said == word).map(|(other, _)| other)
}

/// Whether a part only repeats a word that an earlier part says: the word is corrected where it was first
/// said.
pub(super) fn is_repeated(parts: &[Effective<'_>], part: &Effective<'_>, field: Field, word: &str) -> bool {
    let earlier = parts.iter().take_while(|other| !is_same(other, part));
    let said = earlier.filter(|other| other.body.amendment().is_none());
    said.filter_map(|other| field.read(other.body)).last().as_deref() == Some(word)
}

/// Whether both are the same part of the same entry, whatever they say.
pub(super) fn is_same(one: &Effective<'_>, other: &Effective<'_>) -> bool {
    (one.header.id, one.role) == (other.header.id, other.role)
}
