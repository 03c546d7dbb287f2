//! Whether later entries rest on one that is to be annulled. Where it cannot be told, the later entry is named and decided
//! on first.

use super::Dossier;
use crate::entry::PartRole;
use crate::history::{Effective, Recorded, in_effect};
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Refuses to annul an entry that a later one rests on.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act number of the first such entry.
pub(super) fn require_nothing_rests(dossier: &Dossier) -> Result<(), Refusal> {
    let header = &dossier.entry.header;
    for part in &dossier.entry.parts {
        let history = dossier.history(part.person);
        // Whoever was brought into the register by the entry is nobody without it.
        let is_newcomer = history.first().is_some_and(|(first, _)| first.id == header.id);
        let resting = later_than(history, header.seq).into_iter().find(|later| {
            later.body.amendment().is_none() && (is_newcomer || rests_on(header.kind, part.role, later))
        });
        if let Some(later) = resting {
            let act_number = later.header.act_number.clone().unwrap_or_default();
            return Err(Refusal::OthersRestOn { act_number });
        }
    }
    Ok(())
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
        // come back; whether they fit is asked of the record.
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
