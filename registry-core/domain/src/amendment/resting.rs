//! Whether later entries rest on one that is to be annulled. Where it cannot be told, the later entry is named and decided
//! on first.

use super::card_end::revocation;
use super::merge::require_unused;
use super::{Dossier, Field};
use crate::card::{activated, personalised, suspension};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::history::{Amendment, Effective, Recorded, fold, in_effect};
use crate::id::{CardId, EntryId};
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Refuses to annul an entry that a later one rests on.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act number of the first such entry, [`Refusal::ReferToAuthority`] if it is under seal.
pub(super) fn require_nothing_rests(dossier: &Dossier) -> Result<(), Refusal> {
    let header = &dossier.entry.header;
    if header.kind == Kind::Merge {
        return require_unused(dossier);
    }
    let brings_names = dossier.people().into_iter().any(|person| {
        let about = about(dossier.history(person), header.id);
        header.kind == Kind::Annulment && about.iter().any(|(_, part)| says_name(part))
    });
    for part in &dossier.entry.parts {
        let history = dossier.history(part.person);
        // Whoever was brought into the register by the entry is nobody without it, also if it had been annulled and back.
        let is_newcomer = about(history, header.id).iter().any(|(header, _)| brings(header, history));
        let resting = later_than(history, header.seq).into_iter().find(|later| {
            if later.body.amendment().is_some() {
                brings_names || amendment_rests_on(history, header, later)
            } else {
                is_newcomer || rests_on(header.kind, part, history, later)
            }
        });
        if let Some(later) = resting {
            return Err(Refusal::rested_on_by(later.header, dossier.hides(later.header)));
        }
    }
    Ok(())
}

/// Whether a later amendment of someone stands in the way of annulling an entry, itself perhaps an amendment.
///
/// A correction says the whole part as the earlier ones had left it, so of several of one part the latest is undone first.
/// What an annulment took away comes back only beside what stood when it went: what was there before and has been annulled
/// since, or brought back, stands in its way.
fn amendment_rests_on(history: &[Recorded], earlier: &Header, later: &Effective<'_>) -> bool {
    let mine = about(history, earlier.id);
    let corrects = |part: &Part| match part.body.amendment() {
        Some(Amendment::Replaces { of, role, .. }) => Some((of, role)),
        Some(Amendment::Annuls { .. }) | None => None,
    };
    let is_mine = |target| mine.iter().any(|(_, part)| corrects(part) == Some(target));
    match later.body.amendment() {
        Some(Amendment::Replaces { of, role, .. }) => is_mine((of, role)),
        Some(Amendment::Annuls { .. }) if earlier.kind == Kind::Annulment => {
            let mut events = mine.iter().filter(|(_, part)| corrects(part).is_none());
            let is_of_life = events.clone().any(|(header, _)| !is_apart(header.kind));
            let is_event = events.next().is_some();
            let later = about(history, later.header.id).into_iter();
            later.filter(|(header, _)| header.seq < earlier.seq).any(|(header, part)| match corrects(part) {
                Some(target) => is_mine(target),
                // Nothing comes back to somebody who is nobody by now.
                None => is_event && brings(header, history) || is_of_life && !is_beside(header.kind),
            })
        }
        Some(Amendment::Annuls { .. }) | None => false,
    }
}

/// Whether an entry brought the person whose parts these are into the register.
fn brings(header: &Header, history: &[Recorded]) -> bool {
    history.first().is_some_and(|(first, _)| first.id == header.id)
}

/// What an entry is about in the end: its own parts of someone, or through annulments the events and corrections that it
/// takes away or brings back.
fn about(history: &[Recorded], entry: EntryId) -> Vec<&Recorded> {
    let mut found = Vec::new();
    for (position, recorded) in history.iter().enumerate().filter(|(_, (header, _))| header.id == entry) {
        match recorded.1.body.amendment() {
            Some(Amendment::Annuls { of }) if of != entry => found.extend(about(&history[..position], of)),
            Some(Amendment::Annuls { .. }) => {}
            Some(Amendment::Replaces { .. }) | None => found.push(recorded),
        }
    }
    found
}

/// Whether a part is an event that says a name: it repeats words that may have been amended since.
fn says_name(part: &Part) -> bool {
    part.body.amendment().is_none() && Field::GivenName.read(&part.body).is_some()
}

fn later_than(history: &[Recorded], seq: Option<u64>) -> Vec<Effective<'_>> {
    let mut parts = in_effect(history);
    parts.retain(|part| part.header.seq > seq);
    parts
}

/// Whether a later part of someone, whose parts these are, rests on their part of an entry of this kind.
fn rests_on(kind: Kind, part: &Part, history: &[Recorded], later: &Effective<'_>) -> bool {
    let role = part.role;
    // That ties lead on to another record of the same person is no event of the relative's.
    if later.role == PartRole::Relative && kind != Kind::Annulment {
        return false;
    }
    match kind {
        // Parents were there before; an imported marriage may have ended since.
        Kind::Birth => false,
        Kind::Legacy => role == PartRole::Spouse && is_of_marriage(later),
        Kind::Death => role == PartRole::Deceased || is_of_marriage(later),
        Kind::Marriage | Kind::MarriageEnded | Kind::MarriageRestored => is_of_marriage(later),
        // An end rests on the beginning. Which of several guardianships it ends is not looked at.
        Kind::Guardianship => later.header.kind == Kind::Guardianship,
        Kind::Migration => later.header.kind == Kind::Migration,
        Kind::Passport => later.header.kind == Kind::Passport,
        // A later move stands by itself; an annotation and a sealing change nothing else. After a correction the old words
        // come back; whether they fit is asked of the record, and what repeats them follows.
        Kind::Residence
        | Kind::Stillbirth
        | Kind::Sealing
        | Kind::Annotation
        | Kind::Fingerprint
        | Kind::Correction
        | Kind::Erasure => false,
        // What comes back, or goes, was not there (or was) when the later one was checked.
        Kind::Annulment
        | Kind::Merge
        | Kind::DeclaredAlive
        | Kind::Parentage
        | Kind::Adoption
        | Kind::AdoptionEnded
        | Kind::NameChange
        | Kind::NumberChange
        | Kind::SexChange
        | Kind::Citizenship => !is_apart(later.header.kind),
        Kind::CardPersonalised | Kind::CardActivated => uses_card(part, history, later),
        Kind::CardApplication | Kind::CardSuspension | Kind::CardRevoked => true,
    }
}

/// Whether a later part takes for granted that the card of an earlier one was written or is in use. Once the card is revoked, its
/// end stands whatever came before.
fn uses_card(part: &Part, history: &[Recorded], later: &Effective<'_>) -> bool {
    let Some(card) = card_of(&part.body) else { return true };
    let person = fold(history);
    let is_over = person.as_ref().and_then(|person| person.card(card)).and_then(revocation).is_some();
    !is_over && card_of(later.body) == Some(card)
}

/// The card that a part says was written, taken into use, or suspended.
fn card_of(body: &PartBody) -> Option<CardId> {
    if let PartBody::CardPersonalised(personalised::Body::Holder { card, .. })
    | PartBody::CardActivated(activated::Body::Holder { card, .. })
    | PartBody::CardSuspension(suspension::Body::Holder { card, .. }) = body
    {
        Some(*card)
    } else {
        None
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

/// Kinds that what comes back does not need: moves, cards, and a merge, which leaves the events of both records as they are.
const fn is_beside(kind: Kind) -> bool {
    is_apart(kind) || matches!(kind, Kind::Merge)
}

/// Kinds that rest on nothing but the person: moves, remarks and cards.
const fn is_apart(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Residence
            | Kind::Migration
            | Kind::Stillbirth
            | Kind::Annotation
            | Kind::Fingerprint
            | Kind::Passport
            | Kind::CardApplication
            | Kind::CardPersonalised
            | Kind::CardActivated
            | Kind::CardSuspension
            | Kind::CardRevoked
    )
}
