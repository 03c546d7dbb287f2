//! Turns a counted copy into the paper that is drawn. Only here do acts meet the crate `civil_paper`.

use chrono::{DateTime, Utc};
use civil_paper::{Line as PaperLine, Paper, Words};
use registry_domain::unit::{Unit, UnitCode};

use super::seal::{Claim, CopyClaim, check_code};
use crate::config::Mode;
use crate::deps::Deps;
use registry_domain::paper::Line;

/// What a paper is drawn from.
pub(super) struct Drawn<'a> {
    pub claim: &'a Claim,
    pub copy: &'a CopyClaim,
    pub lines: &'a [Line],
    pub seal: &'a str,
    pub issued_at: DateTime<Utc>,
    pub proof: Vec<u8>,
}

/// Puts the paper together.
pub(super) fn paper_of_copy(deps: &Deps, drawn: Drawn<'_>) -> Paper {
    let Drawn { claim, copy, lines, seal, issued_at, proof } = drawn;
    let title = claim.kind.paper_title();
    Paper {
        title: Words::new(title.mn, title.en),
        act_number: claim.act_number.clone(),
        lines: lines.iter().filter(|line| !line.is_spelling).map(line).collect(),
        columns: lines.iter().filter(|line| line.is_spelling).map(line).collect(),
        office: Words::new(
            place(deps, &claim.office, |unit| &unit.name_mn),
            place(deps, &claim.office, |unit| &unit.name_latin),
        ),
        registered_on: claim.registered_on,
        issued_on: claim.printed_on,
        issued_at,
        copy: copy.number,
        sheet: copy.sheet.clone(),
        qr: seal.to_owned(),
        check_code: check_code(seal),
        check_at: format!("{}/check", deps.config.console.public_url.trim_end_matches('/')),
        is_specimen: deps.config.mode == Mode::Demo,
        proof,
    }
}

fn line(line: &Line) -> PaperLine {
    PaperLine { label: Words::new(line.label_mn, line.label_en), value: line.value.clone() }
}

/// The names of a unit and of those above it, from the aimag down.
fn place(deps: &Deps, code: &UnitCode, name: fn(&Unit) -> &String) -> String {
    let mut names: Vec<&str> =
        deps.units.parent_chain(code).into_iter().map(|unit| name(unit).as_str()).collect();
    names.reverse();
    if names.is_empty() { code.to_string() } else { names.join(", ") }
}
