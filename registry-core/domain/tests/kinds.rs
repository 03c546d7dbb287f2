//! What is asked of each kind, on one page: printed from the constants of the kinds and compared with
//! `kinds.txt`.
//!
//! After an intended change, copy the file in `CARGO_TARGET_TMPDIR` over the committed one. The reviewer
//! reads the difference: each line is a legal or an organisational decision.

use std::path::Path;

use registry_domain::kind::Kind;
use registry_domain::rules::{Eyes, Rules};

/// A table whose columns are as wide as their widest cell.
fn table(title: &str, heads: &[&str], row: impl Fn(Kind, &Rules) -> Vec<String>) -> String {
    let mut rows = vec![heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>()];
    rows.extend(Kind::ALL.iter().map(|kind| row(*kind, kind.rules())));
    let width =
        |column: usize| rows.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    format!("{title}\n\n{}\n", rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// The words of a list of constants, joined.
fn words<T: std::fmt::Debug>(list: &[T]) -> String {
    let all: Vec<String> = list.iter().map(|one| format!("{one:?}")).collect();
    if all.is_empty() { "-".to_owned() } else { all.join("+") }
}

fn eyes(eyes: Eyes) -> String {
    eyes.as_str().to_owned()
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "-" }.to_owned()
}

fn page() -> String {
    let who = table(
        "Who brings it, who decides, and in how many working days",
        &[
            "kind",
            "doors",
            "territory",
            "receives",
            "registers",
            "approves",
            "in time",
            "late",
            "least",
            "days",
            "fee",
        ],
        |kind, rules| {
            vec![
                kind.to_string(),
                words(rules.doors),
                format!("{:?}", rules.territory),
                words(rules.receives),
                words(rules.registers),
                words(rules.approves),
                eyes(rules.eyes.in_time),
                eyes(rules.eyes.late),
                eyes(rules.least_eyes),
                rules.decision_days.to_string(),
                rules.fee_mnt.to_string(),
            ]
        },
    );
    let what = table(
        "What may become of an entry, and what it tells",
        &[
            "kind",
            "basis",
            "about",
            "annulled",
            "corrected",
            "rested on",
            "rests on",
            "seal",
            "where",
            "family",
            "in life",
            "after",
        ],
        |kind, rules| {
            vec![
                kind.to_string(),
                format!("{:?}", rules.basis),
                if rules.is_about_a_record { "a record" } else { "-" }.to_owned(),
                format!("{:?}", rules.annulled),
                format!("{:?}", rules.corrected),
                format!("{:?}", rules.rested_on),
                format!("{:?}", rules.rests_on),
                format!("{:?}", rules.seal),
                yes(rules.tells_where),
                yes(rules.tells_family),
                format!("{:?}", rules.in_life),
                words(rules.after),
            ]
        },
    );
    let names = table("What it is called", &["kind", "shelf", "begins", "title", "paper"], |kind, rules| {
        vec![
            kind.to_string(),
            format!("{:?}", rules.shelf),
            yes(rules.begins.is_some()),
            format!("{} / {}", rules.title.mn, rules.title.en),
            rules
                .paper
                .map_or_else(|| "-".to_owned(), |paper| format!("{} / {}", paper.title.mn, paper.title.en)),
        ]
    });
    [who, what, names].join("\n")
}

#[test]
fn what_is_asked_of_each_kind_is_what_the_committed_page_says() {
    let (now, committed) = (page(), include_str!("kinds.txt"));
    if now != committed {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kinds.txt");
        std::fs::write(&file, &now).unwrap();
        let lines: Vec<&str> =
            now.lines().filter(|line| !committed.lines().any(|old| old == *line)).collect();
        panic!("the rules changed; the new page is {}\n{}", file.display(), lines.join("\n"));
    }
}
