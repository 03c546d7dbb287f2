//! What a record says of a person's status, in lines: citizenship, documents, life abroad, official
//! guardians, remarks.

use chrono::NaiveDate;
use registry_domain::person::{PassportKind, PassportState, Person};

use super::Fact;
use crate::console::page::Page;

/// The lines; there is one only if there is something to say.
pub(super) fn facts(page: &Page, person: &Person) -> Vec<Fact> {
    let w = page.w;
    let mut facts = Vec::new();
    let mut line = |label: &'static str, id: &'static str, value: String| {
        facts.push(Fact { label, id, value });
    };
    if let Some(change) = &person.citizenship {
        let standing = if change.is_citizen { w.is_citizen } else { w.former_citizen };
        line(w.foreign_citizenship, "citizenship", format!("{standing} ({})", change.since));
    }
    for life in &person.lives_abroad {
        line(w.lives_abroad, "", format!("{}: {}", life.country, period(life.left_on, life.returned_on)));
    }
    for body in &person.guardian_bodies {
        let period = period(body.began_on, body.ended_on.or(body.until));
        line(w.guardian_body, "", format!("{}: {period}", body.name));
    }
    for taken in &person.fingerprints {
        let hand = page.lang.pick(taken.hand.title_mn(), taken.hand.title_en());
        line(w.fingerprints, "", format!("{}, {hand}, {}", taken.taken_on, page.place(&taken.office)));
    }
    for passport in &person.passports {
        let kind = match passport.kind {
            PassportKind::Ordinary => w.passport_ordinary,
            PassportKind::Official => w.passport_official,
            PassportKind::Diplomatic => w.passport_diplomatic,
        };
        let state = match passport.state {
            PassportState::Valid => String::new(),
            PassportState::Lost { .. } => format!(". {}", w.passport_lost),
            PassportState::Cancelled { .. } => format!(". {}", w.passport_cancelled),
        };
        let period = period(passport.issued_on, Some(passport.expires_on));
        line(w.passport, "", format!("{} ({kind}): {period}{state}", passport.number));
    }
    for remark in &person.annotations {
        line(w.remark, "", format!("{} ({})", remark.text, remark.paper));
    }
    facts
}

fn period(from: NaiveDate, to: Option<NaiveDate>) -> String {
    format!("{from} – {}", to.map(|day| day.to_string()).unwrap_or_default())
}
