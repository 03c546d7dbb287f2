//! Whether later entries rest on one that is to be annulled. Where it cannot be told, the later entry is named and decided
//! on first.

use std::collections::BTreeSet;

use super::{Dossier, Field};
use crate::entry::PartRole;
use crate::history::{Amendment, Effective, Recorded, in_effect};
use crate::id::EntryId;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Refuses to annul an entry that a later one rests on.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act number of the first such entry.
pub(super) fn require_nothing_rests(dossier: &Dossier) -> Result<(), Refusal> {
    let header = &dossier.entry.header;
    let is_annulment = header.kind == Kind::Annulment;
    let mut people = dossier.people().into_iter();
    let brings_names = is_annulment && people.any(|person| is_of_names(dossier.history(person), header.id));
    for part in &dossier.entry.parts {
        let history = dossier.history(part.person);
        // Whoever was brought into the register by the entry is nobody without it.
        let is_newcomer = history.first().is_some_and(|(first, _)| first.id == header.id);
        let amended = amended_by(history, header.id);
        let resting =
            later_than(history, header.seq).into_iter().find(|later| match later.body.amendment() {
                None => is_newcomer || rests_on(header.kind, part.role, later),
                Some(Amendment::Replaces { of, role, .. }) => brings_names || amended.contains(&(of, role)),
                Some(Amendment::Annuls { .. }) => {
                    brings_names
                        || is_annulment && !amended.is_disjoint(&amended_by(history, later.header.id))
                }
            });
        if let Some(later) = resting {
            let act_number = later.header.act_number.clone().unwrap_or_default();
            return Err(Refusal::OthersRestOn { act_number });
        }
    }
    Ok(())
}

/// The parts of someone that an amendment changes, also by annulling another. A correction says the whole part as the earlier
/// ones had left it, so of several of one part the latest is undone first; and what an annulment took away comes back only
/// to a part that has not been amended since.
fn amended_by(history: &[Recorded], amendment: EntryId) -> BTreeSet<(EntryId, PartRole)> {
    let mut amended = BTreeSet::new();
    for (position, (header, part)) in
        history.iter().enumerate().filter(|(_, (header, _))| header.id == amendment)
    {
        match part.body.amendment() {
            Some(Amendment::Replaces { of, role, .. }) => drop(amended.insert((of, role))),
            Some(Amendment::Annuls { of }) if of != header.id => {
                amended.extend(amended_by(&history[..position], of))
            }
            Some(Amendment::Annuls { .. }) | None => {}
        }
    }
    amended
}

/// Whether an annulment takes away, or brings back, an event that says a name: such a part repeats words that may have been
/// amended since.
fn is_of_names(history: &[Recorded], entry: EntryId) -> bool {
    let mut parts = history.iter().enumerate().filter(|(_, (header, _))| header.id == entry);
    parts.any(|(position, (header, part))| match part.body.amendment() {
        None => Field::GivenName.read(&part.body).is_some(),
        Some(Amendment::Annuls { of }) => of != header.id && is_of_names(&history[..position], of),
        Some(Amendment::Replaces { .. }) => false,
    })
}

fn later_than(history: &[Recorded], seq: Option<u64>) -> Vec<Effective<'_>> {
    let mut parts = in_effect(history);
    parts.retain(|part| part.header.seq > seq);
    parts
}

/// Whether a later part of someone rests on their part of an entry of this kind.
fn rests_on(kind: Kind, role: PartRole, later: &Effective<'_>) -> bool {
    match kind {
        // Parents were there before; an imported marriage may have ended since.
        Kind::Birth => false,
        Kind::Legacy => role == PartRole::Spouse && is_of_marriage(later),
        Kind::Death => role == PartRole::Deceased || is_of_marriage(later),
        Kind::Marriage | Kind::MarriageEnded | Kind::MarriageRestored => is_of_marriage(later),
        // A later move stands by itself; an annotation and a sealing change nothing else. After a correction the old words
        // come back; whether they fit is asked of the record, and what repeats them follows.
        Kind::Residence | Kind::Sealing | Kind::Annotation | Kind::Correction => false,
        // What comes back, or goes, was not there (or was) when the later one was checked.
        Kind::Annulment
        | Kind::DeclaredAlive
        | Kind::Parentage
        | Kind::Adoption
        | Kind::NameChange
        | Kind::NumberChange
        | Kind::SexChange
        | Kind::Citizenship => !is_apart(later.header.kind),
        Kind::CardApplication | Kind::CardPersonalised | Kind::CardActivated | Kind::CardRevoked => true,
    }
}

/// Whether a part makes or ends a marriage of the person.
fn is_of_marriage(part: &Effective<'_>) -> bool {
    let is_parent = matches!(part.role, PartRole::Mother | PartRole::Father);
    let of_marriage = matches!(
        part.header.kind,
        Kind::Death
            | Kind::Legacy
            | Kind::DeclaredAlive
            | Kind::Marriage
            | Kind::MarriageEnded
            | Kind::MarriageRestored
    );
    of_marriage && !is_parent
}

/// Kinds that rest on nothing but the person: moves and cards.
const fn is_apart(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Residence
            | Kind::CardApplication
            | Kind::CardPersonalised
            | Kind::CardActivated
            | Kind::CardRevoked
    )
}
