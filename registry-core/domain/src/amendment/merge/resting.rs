//! Which later entries rest on a merge. The merge cannot be undone before them.

use super::super::Dossier;
use crate::entry::PartRole;
use crate::history::{Effective, Recorded, fold, in_effect};
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::person::Relation;
use crate::refusal::Refusal;

/// Refuses to undo a merge that a later entry used: another merge of the same people, or an entry of the
/// survivor that is also about someone to whom only the merge ties the survivor.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act number of the first such entry, [`Refusal::ReferToAuthority`] if
/// the entry is under seal.
pub(in super::super) fn require_unused(dossier: &Dossier) -> Result<(), Refusal> {
    let mut resting: Vec<Effective<'_>> = Vec::new();
    for person in dossier.people() {
        resting.extend(later(dossier, person).into_iter().filter(|part| part.header.kind == Kind::Merge));
    }
    let survivors = dossier.entry.parts.iter().filter(|part| part.role == PartRole::Survivor);
    for survivor in survivors.map(|part| part.person) {
        let gained = gained(dossier, survivor);
        let uses = |part: &Effective<'_>| {
            gained.iter().any(|person| {
                let shares =
                    |entry: EntryId| later(dossier, *person).iter().any(|own| own.header.id == entry);
                names(part, *person) || shares(part.header.id)
            })
        };
        resting.extend(later(dossier, survivor).into_iter().filter(uses));
    }
    match resting.into_iter().min_by_key(|part| part.header.seq) {
        None => Ok(()),
        Some(first) => Err(Refusal::rested_on_by(first.header, dossier.hides(first.header))),
    }
}

/// The parts of a person after the merge that are in effect. Amendments are left out: they change earlier
/// entries, which stand with or without the merge.
fn later(dossier: &Dossier, person: PersonId) -> Vec<Effective<'_>> {
    let mut parts = in_effect(dossier.history(person));
    parts.retain(|part| part.header.seq > dossier.entry.header.seq && part.body.amendment().is_none());
    parts
}

/// The people to whom the survivor is tied only because of the merge.
fn gained(dossier: &Dossier, survivor: PersonId) -> Vec<PersonId> {
    let merge = &dossier.entry.header;
    let until: Vec<Recorded> =
        dossier.history(survivor).iter().filter(|(header, _)| header.seq <= merge.seq).cloned().collect();
    let without: Vec<Recorded> = until.iter().filter(|(header, _)| header.id != merge.id).cloned().collect();
    let ties = |parts: &[Recorded]| -> Vec<(PersonId, Option<Relation>, EntryId)> {
        let Some(person) = fold(parts) else { return Vec::new() };
        let links = person.relatives().map(|link| (link.person, Some(link.relation), link.entry));
        let ties = person.ties.iter().map(|tie| (tie.person, None, tie.entry));
        links.chain(ties).collect()
    };
    let own = ties(&without);
    ties(&until).into_iter().filter(|tie| !own.contains(tie)).map(|(person, _, _)| person).collect()
}

/// Whether a part names a person. Ids are random, so no other text can look like one.
fn names(part: &Effective<'_>, person: PersonId) -> bool {
    serde_json::to_string(part.body).is_ok_and(|said| said.contains(&person.to_string()))
}
