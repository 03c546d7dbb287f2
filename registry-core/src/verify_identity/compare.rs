//! Compares a question with the record. An absent and a sealed record are compared in the same way.

use diesel::prelude::*;
use registry_domain::civil_id::CivilId;
use registry_domain::linkage::norm;
use registry_domain::national_number::NationalNumber;
use uuid::Uuid;

use super::{Match, Question, Statement};
use crate::store::codec::Uid;
use crate::store::schema::person;

/// The columns that an answer may need.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = person)]
pub(super) struct ComparedRow {
    pub(super) id: Uid,
    clan_name: Option<String>,
    parent_name: Option<String>,
    given_name: String,
    born_on: String,
    life_cycle: String,
    sealed: bool,
}

/// The normal form of a number asked for; a malformed number is looked up like any other and misses.
pub(super) fn normal_number(number: &str) -> String {
    let number = number.trim();
    NationalNumber::parse(number)
        .map(|parsed| parsed.to_string())
        .or_else(|_| CivilId::parse(number).map(|parsed| parsed.to_string()))
        .unwrap_or_default()
}

/// What the record says to the question.
pub(super) fn compare(
    question: &Question,
    row: Option<&ComparedRow>,
    question_sha256: String,
    at: String,
) -> Statement {
    let unlike = ComparedRow {
        id: Uid(Uuid::nil()),
        clan_name: None,
        parent_name: None,
        given_name: String::new(),
        born_on: String::new(),
        life_cycle: String::new(),
        sealed: true,
    };
    // Absent and sealed go the same way through the comparison.
    let row = row.unwrap_or(&unlike);
    let clan_name = question.clan_name.as_deref().map(|asked| name_match(asked, row.clan_name.as_deref()));
    let parent_name =
        question.parent_name.as_deref().map(|asked| name_match(asked, row.parent_name.as_deref()));
    let given_name = question.given_name.as_deref().map(|asked| name_match(asked, Some(&row.given_name)));
    let born_on = question.born_on.as_deref().map(|asked| matched(asked.trim() == row.born_on));
    let any = [clan_name, parent_name, given_name, born_on].contains(&Some(Match::Matched));
    if !any || row.sealed {
        return Statement {
            matched: false,
            clan_name: None,
            parent_name: None,
            given_name: None,
            born_on: None,
            living: None,
            question_sha256,
            at,
        };
    }
    let living = question.living.then(|| row.life_cycle == "alive");
    Statement { matched: true, clan_name, parent_name, given_name, born_on, living, question_sha256, at }
}

fn matched(is: bool) -> Match {
    if is { Match::Matched } else { Match::NotMatched }
}

/// Names are compared in the normal form of both scripts.
fn name_match(asked: &str, stored: Option<&str>) -> Match {
    matched(stored.is_some_and(|stored| !stored.is_empty() && norm(asked) == norm(stored)))
}
