//! How an amendment of a merged record reaches its survivor: what the survivor took over is written anew.

use super::super::follow::Rewritten;
use super::{Body, Survivor, Taken};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::history::{Recorded, in_effect};
use crate::id::{EntryId, PersonId};
use crate::person::Person;
use crate::refusal::Refusal;

use super::super::Dossier;

/// Adds to the parts of an amendment those that rewrite what survivors took over from the amended records,
/// through chains of merges too.
///
/// # Errors
/// [`Refusal::OthersRestOn`] with the act of the merge, if the merged record would be tied to a person whose
/// own record has no part of the merge.
pub(in super::super) fn carry(
    context: &Context<'_>,
    dossier: &Dossier,
    header: &Header,
    mut parts: Vec<Part>,
    as_part: &dyn Fn(Rewritten) -> Part,
) -> Result<Vec<Part>, Refusal> {
    // A chain of merges is at most as long as there are records.
    for _ in 0..context.persons.len() {
        let before = parts.len();
        let mut has_changed = false;
        for person in context.persons {
            if let Some(rewritten) = rewrite(dossier, header, &parts, person)? {
                has_changed = true;
                let is_known = |part: &Part| {
                    part.person == rewritten.person
                        && part_target(part) == Some((rewritten.of, rewritten.role))
                };
                parts.retain(|part| !is_known(part));
                parts.push(as_part(rewritten));
            }
        }
        if !has_changed && parts.len() == before {
            break;
        }
    }
    Ok(parts)
}

/// The survivor's part of the merge as it must read now, if the amendment changes what was taken over.
fn rewrite(
    dossier: &Dossier,
    header: &Header,
    parts: &[Part],
    person: &Person,
) -> Result<Option<Rewritten>, Refusal> {
    let amending: Vec<Recorded> = parts.iter().map(|part| (header.clone(), part.clone())).collect();
    let Some(becomes) = dossier.folded_with(person.id, &amending) else { return Ok(None) };
    let Some(into) = becomes.merged_into else { return Ok(None) };
    let mut history = dossier.history(into).to_vec();
    history.extend(amending.into_iter().filter(|(_, part)| part.person == into));
    for counts in in_effect(&history) {
        let PartBody::Merge(Body::Survivor(said)) = counts.body else { continue };
        if said.taken.person != person.id {
            continue;
        }
        let taken = Taken::of(&becomes, Some(counts.header.id));
        if taken == said.taken {
            return Ok(None);
        }
        require_led_on(dossier, counts.header, &said.taken, &taken)?;
        let body = Body::Survivor(Box::new(Survivor { taken, ..(**said).clone() }));
        let (of, role) = (counts.header.id, counts.role);
        return Ok(Some(Rewritten { person: into, of, role, body: PartBody::Merge(body) }));
    }
    Ok(None)
}

/// Refuses a tie to a person of whom the merge says nothing.
fn require_led_on(dossier: &Dossier, merge: &Header, before: &Taken, after: &Taken) -> Result<(), Refusal> {
    let was_tied: Vec<PersonId> = before.relatives().collect();
    let is_led_on = |person: PersonId| {
        let parts = dossier.history(person);
        was_tied.contains(&person) || parts.iter().any(|(header, _)| header.id == merge.id)
    };
    if after.relatives().all(is_led_on) {
        Ok(())
    } else {
        Err(Refusal::rested_on_by(merge, dossier.hides(merge)).in_field("entry"))
    }
}

fn part_target(part: &Part) -> Option<(EntryId, PartRole)> {
    match &part.body {
        PartBody::Correction(body) => Some((body.of, body.role)),
        _ => None,
    }
}
