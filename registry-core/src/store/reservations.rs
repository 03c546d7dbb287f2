//! Register numbers that are kept for the children of one birth from its declaration on.

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

use super::codec::Uid;
use super::schema::number_reservation;
use super::{Db, StoreError};

/// Whether a number is kept on this day for a registration that has none of these claims. Claims are in their
/// stored form.
///
/// # Errors
/// An error of the database.
pub fn is_kept_for_others(
    db: &mut Db,
    number: &str,
    own_claims: &[String],
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let claim: Option<String> = number_reservation::table
        .find(number)
        .filter(number_reservation::until_on.ge(today.to_string()))
        .select(number_reservation::claim)
        .first(db)
        .optional()?;
    Ok(claim.is_some_and(|claim| !own_claims.contains(&claim)))
}

/// Keeps each number under its claim. A claim that already has a number keeps that one.
///
/// # Errors
/// An error of the database.
pub fn keep(
    db: &mut Db,
    declaration: Uuid,
    numbers: &[(String, String)],
    today: NaiveDate,
    until: NaiveDate,
) -> Result<(), StoreError> {
    for (claim, number) in numbers {
        let known: i64 = number_reservation::table
            .filter(number_reservation::claim.eq(claim))
            .filter(number_reservation::until_on.ge(today.to_string()))
            .count()
            .get_result(db)?;
        if known == 0 {
            // A row of an older declaration that still has this number has run out.
            give_up(db, number)?;
            diesel::insert_into(number_reservation::table)
                .values((
                    number_reservation::number.eq(number),
                    number_reservation::claim.eq(claim),
                    number_reservation::declaration_id.eq(Uid(declaration)),
                    number_reservation::until_on.eq(until.to_string()),
                ))
                .execute(db)?;
        }
    }
    Ok(())
}

/// Gives up the numbers that a declaration kept.
///
/// # Errors
/// An error of the database.
pub fn give_up_all(db: &mut Db, declaration: Uuid) -> Result<(), StoreError> {
    diesel::delete(number_reservation::table.filter(number_reservation::declaration_id.eq(Uid(declaration))))
        .execute(db)?;
    Ok(())
}

/// Ends the reservation of one number, because the number was given.
///
/// # Errors
/// An error of the database.
pub fn give_up(db: &mut Db, number: &str) -> Result<(), StoreError> {
    diesel::delete(number_reservation::table.find(number)).execute(db)?;
    Ok(())
}
