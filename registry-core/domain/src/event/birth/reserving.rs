//! Numbers for all children of one birth.

use super::{Applicant, Facts, Parents};
use crate::context::Context;
use crate::event::{Registrable, Reservation};
use crate::national_number::{NationalNumber, allocate};
use crate::refusal::Refusal;

/// Reserves a number for each child of this birth. Children of one sex get their numbers from one series, so
/// that twins have neighbouring numbers and the second does not find the series exhausted. Nothing is
/// reserved if the declaration does not name the other children of the birth.
///
/// # Errors
/// The refusals of [`allocate`], and those about the residence.
pub(super) fn of(facts: &Facts, context: &Context<'_>) -> Result<Vec<Reservation>, Refusal> {
    if facts.siblings_sex.is_empty() {
        return Ok(Vec::new());
    }
    let find = |parent| Ok::<_, Refusal>(facts.reference(parent)?.and_then(|who| context.person(&who)));
    let parents = Parents { mother: find(Applicant::Mother)?, father: find(Applicant::Father)? };
    let unit = facts.child_residence(context, parents)?.unit;
    let mut kept: Vec<Reservation> = Vec::new();
    let mut others = facts.siblings_sex.iter();
    for order in 1..=facts.plurality {
        let sex = if order == facts.order { Some(&facts.sex) } else { others.next() };
        let child = Facts { order, notification: None, ..facts.clone() };
        let (Some(sex), Some(claim)) = (sex, child.claims(context).into_iter().next()) else { continue };
        let taken = |number: &NationalNumber| {
            (context.taken)(number) || kept.iter().any(|reservation| reservation.number == *number)
        };
        let number = allocate(context.scheme, context.units, &unit, facts.born_on, *sex, &taken)?;
        kept.push(Reservation { claim, number });
    }
    Ok(kept)
}
