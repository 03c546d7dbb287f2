//! Whether a later entry rests on one that is to be annulled. Where that cannot be told for certain, the
//! refusal names the later entry, so that an officer decides on it first.

use super::card_end::revocation;
use super::merge::require_unused;
use super::{Dossier, Field};
use crate::card::{activated, personalised, suspension};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::history::{Amendment, Effective, Recorded, fold, in_effect};
use crate::id::{CardId, EntryId};
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::rules::{RestedOn, RestsOn};

/// Refuses to annul an entry that a later one rests on.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act number of the first such entry, [`Refusal::ReferToAuthority`] if
/// the entry is under seal.
pub(super) fn require_nothing_rests(dossier: &Dossier) -> Result<(), Refusal> {
    let header = &dossier.entry.header;
    if header.kind.rules().rested_on == RestedOn::ByUseOfMerge {
        return require_unused(dossier);
    }
    let brings_names = dossier.people().into_iter().any(|person| {
        let about = about(dossier.history(person), header.id);
        header.kind == Kind::Annulment && about.iter().any(|(_, part)| says_name(part))
    });
    for part in &dossier.entry.parts {
        let history = dossier.history(part.person);
        // Without this entry, the people whom it brought into the register have no record. This also holds if
        // the entry was annulled and restored in between.
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

/// Whether a later amendment of a person's parts stands in the way of annulling `earlier`, which may itself
/// be an amendment.
///
/// A correction holds the whole part as the earlier corrections left it. So if a part was corrected several
/// times, the latest correction is annulled first.
///
/// Annulling an annulment restores an entry. This is refused if a later annulment changed whether the entries
/// before `earlier` count: the entry may have been checked against others that are gone now, or without those
/// that are back.
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
            let is_of_life = events.clone().any(|(header, _)| rests_on_life(header.kind));
            let is_event = events.next().is_some();
            let later = about(history, later.header.id).into_iter();
            later.filter(|(header, _)| header.seq < earlier.seq).any(|(header, part)| match corrects(part) {
                Some(target) => is_mine(target),
                // An event is not restored in the record of a person whose own first entry was annulled.
                None => is_event && brings(header, history) || is_of_life && rests_on_events(header.kind),
            })
        }
        Some(Amendment::Annuls { .. }) | None => false,
    }
}

/// Whether this entry brought the person with this history into the register.
fn brings(header: &Header, history: &[Recorded]) -> bool {
    history.first().is_some_and(|(first, _)| first.id == header.id)
}

/// What an entry finally acts on: its own parts in this history or, if it is an annulment, the events and
/// corrections that it takes away or restores.
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

/// Whether a part is an event that holds a name: the words of that name may have been amended since.
fn says_name(part: &Part) -> bool {
    part.body.amendment().is_none() && Field::GivenName.read(&part.body).is_some()
}

fn later_than(history: &[Recorded], seq: Option<u64>) -> Vec<Effective<'_>> {
    let mut parts = in_effect(history);
    parts.retain(|part| part.header.seq > seq);
    parts
}

/// Whether a later part of the person with this history rests on `part`, which is of an entry of this kind.
fn rests_on(kind: Kind, part: &Part, history: &[Recorded], later: &Effective<'_>) -> bool {
    let role = part.role;
    // A merge that moves a relative's ties to another record of the same person is no event in the relative's
    // life.
    if later.role == PartRole::Relative && kind != Kind::Annulment {
        return false;
    }
    match kind.rules().rested_on {
        RestedOn::ByNothing => false,
        RestedOn::BySameKind => later.header.kind == kind,
        RestedOn::ByMarriages => is_of_marriage(later),
        RestedOn::ByMarriagesOfSpouse => role == PartRole::Spouse && is_of_marriage(later),
        RestedOn::ByAllOfDeceased => role == PartRole::Deceased || is_of_marriage(later),
        // `require_unused` checks the rest for a merge.
        RestedOn::ByLife | RestedOn::ByUseOfMerge => rests_on_life(later.header.kind),
        RestedOn::ByCard => uses_card(part, history, later),
        RestedOn::ByAll => true,
    }
}

/// Whether a later part assumes that the card of `part` was written or is in use. Once the card is revoked,
/// nothing rests on what came before: the revocation stands in any case.
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

/// Whether a part makes or ends a marriage of its person.
fn is_of_marriage(part: &Effective<'_>) -> bool {
    let is_parent = matches!(part.role, PartRole::Mother | PartRole::Father);
    part.header.kind.rules().rests_on == RestsOn::Marriage && !is_parent
}

/// Whether entries of a kind depend on the events of life that an annulment restores. Moves, cards and merges
/// do not.
const fn rests_on_events(kind: Kind) -> bool {
    match kind.rules().rests_on {
        RestsOn::Person | RestsOn::Records => false,
        RestsOn::Life | RestsOn::Marriage => true,
    }
}

/// Whether entries of a kind depend on more than the existence of the person.
const fn rests_on_life(kind: Kind) -> bool {
    match kind.rules().rests_on {
        RestsOn::Person => false,
        RestsOn::Records | RestsOn::Life | RestsOn::Marriage => true,
    }
}
