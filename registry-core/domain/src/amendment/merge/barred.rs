//! Which two records cannot be of one person, and what only looks unlike.

use chrono::NaiveDate;

use super::taken::is_same_marriage;
use super::tied_to;
use crate::date::PartialDate;
use crate::linkage::norm;
use crate::person::{Link, Person};
use crate::question::Question;
use crate::refusal::Refusal;

/// Refuses two records that cannot be of one person, or that contradict each other.
///
/// # Errors
/// The refusals with the numbers 1414 to 1421.
pub(super) fn require_one_person(
    survivor: &Person,
    merged: &Person,
    today: NaiveDate,
) -> Result<(), Refusal> {
    if survivor.id == merged.id {
        return Err(Refusal::MergeWithItself.in_field("merged"));
    }
    // What lies behind a seal is neither led from one record to another nor told.
    if has_seal(survivor) || has_seal(merged) {
        return Err(Refusal::ReferToAuthority);
    }
    if tied_to(survivor).contains(&merged.id) || tied_to(merged).contains(&survivor.id) {
        return Err(Refusal::MergeOfRelatives.in_field("merged"));
    }
    if survivor.national_number.is_none() && merged.national_number.is_some() {
        return Err(Refusal::MergeSurvivorWithoutNumber.in_field("survivor"));
    }
    if survivor.sex.zip(merged.sex).is_some_and(|(one, other)| one != other) {
        return Err(Refusal::MergeSexDiffers);
    }
    if !lives_agree(survivor, merged) {
        return Err(Refusal::MergeLivesContradict);
    }
    if marriages_overlap(survivor, merged, today) {
        return Err(Refusal::MergeMarriagesContradict);
    }
    let differs = |link: &Link| {
        let same_relation = survivor.parents.iter().find(|known| known.relation == link.relation);
        same_relation.is_some_and(|known| known.person != link.person)
    };
    if merged.parents.iter().any(differs) { Err(Refusal::MergeParentsDiffer) } else { Ok(()) }
}

fn has_seal(person: &Person) -> bool {
    person.sealed_address || !person.sealed_family.is_empty()
}

/// Whether the lives agree: both live; or both died on the same day; or the record that stays is dead, and
/// nothing in the other happened after the death.
fn lives_agree(survivor: &Person, merged: &Person) -> bool {
    match (survivor.died_on(), merged.died_on()) {
        (None, None) => true,
        (Some(one), Some(other)) => one == other,
        (None, Some(_)) => false,
        (Some(died_on), None) => {
            let moves = merged.residence.iter().filter_map(|home| home.since);
            let days = moves.chain(merged.spouses.iter().filter_map(|link| link.began_on));
            // The spouse in an open marriage of the merged record would not be widowed by the merge: the
            // death must be registered in that record first.
            let is_open = |link: &Link| {
                link.ended_on.is_none() && survivor.spouses.iter().all(|known| known.person != link.person)
            };
            days.into_iter().all(|day| day <= died_on.latest()) && !merged.spouses.iter().any(is_open)
        }
    }
}

/// Whether two different marriages were open at once, as far as their days are known.
fn marriages_overlap(survivor: &Person, merged: &Person, today: NaiveDate) -> bool {
    // A marriage whose beginning is unknown counts as beginning on its last day, so that an unknown day
    // contradicts nothing.
    let span = |link: &Link| {
        let until = link.ended_on.map_or(NaiveDate::MAX, PartialDate::earliest);
        (link.began_on.unwrap_or_else(|| link.ended_on.map_or(today, PartialDate::latest)), until)
    };
    let pairs = survivor.spouses.iter().flat_map(|own| merged.spouses.iter().map(move |other| (own, other)));
    pairs.filter(|(own, other)| !is_same_marriage(own, other)).any(|(own, other)| {
        let ((from, until), (other_from, other_until)) = (span(own), span(other));
        from < other_until && other_from < until
    })
}

/// The differences between two records that an officer must have looked at.
pub(super) fn questions(survivor: &Person, merged: &Person) -> Vec<Question> {
    let births = survivor.born_on.zip(merged.born_on);
    let names = survivor.name.as_ref().zip(merged.name.as_ref());
    let is_unlike = names.is_some_and(|(one, other)| norm(one.given.as_str()) != norm(other.given.as_str()));
    let asked = [
        births.is_some_and(|(one, other)| one != other).then_some(Question::RecordsBirthDiffers),
        is_unlike.then_some(Question::RecordsNameDiffers),
    ];
    asked.into_iter().flatten().collect()
}
