//! The authorisation matrix (role × act × relation of the units × state of the record) and the four-eyes
//! matrix (kind × lateness × approver). The test prints them from the policy and compares them cell by cell
//! with `authorisation.txt`.
//!
//! A cell is `yes` or the number of the refusal. After an intended change, replace the committed file by the
//! one in `CARGO_TARGET_TMPDIR`; the reviewer reads the difference.

#![expect(clippy::unwrap_used, reason = "a test builds its officers from constants")]

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use registry_domain::id::{EntryId, OfficerId, PersonId};
use registry_domain::interest::Interest;
use registry_domain::kind::Kind;
use registry_domain::law::LawConfig;
use registry_domain::officer::{Act, Officer, Role};
use registry_domain::person::{Link, Person, Relation};
use registry_domain::policy::{Lateness, Received, may_decide};
use registry_domain::refusal::Refusal;
use registry_domain::unit::{UNITS_TSV, UnitCode, UnitTree};
use uuid::Uuid;

/// The officer's office, a district; and the units in each relation to it.
const OFFICE: &str = "1101";
const RELATIONS: [(&str, &str); 4] =
    [("own", OFFICE), ("within", "110151"), ("above", "11"), ("elsewhere", "8301")];
/// The records that an act may be about.
const STATES: [&str; 4] = ["open", "own", "relative", "sealed"];
const SELF: u128 = 1;
const STRANGER: u128 = 2;
const RELATIVE: u128 = 3;

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

fn record(number: u128) -> Person {
    Person::blank(PersonId::new(Uuid::from_u128(number)))
}

fn record_in(state: &str) -> Person {
    match state {
        "own" => record(SELF),
        "relative" => record(RELATIVE),
        "sealed" => Person { sealed: true, ..record(STRANGER) },
        _ => record(STRANGER),
    }
}

fn officer(number: u128, office: &str, roles: &[Role]) -> Officer {
    let mut own = record(SELF);
    own.children.push(Link::new(
        PersonId::new(Uuid::from_u128(RELATIVE)),
        Relation::Child,
        EntryId::new(Uuid::from_u128(1)),
    ));
    Officer {
        id: OfficerId::new(Uuid::from_u128(number)),
        name_label: "Officer".to_owned(),
        roles: roles.to_vec(),
        office: unit(office),
        valid_from: NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(),
        valid_to: None,
        interest: Interest::of(&own, &[]),
        follows: Vec::new(),
    }
}

fn acts() -> Vec<(String, Act)> {
    let of_kinds = Kind::ALL.iter().flat_map(|kind| {
        [
            (format!("declare {kind}"), Act::Declare(*kind)),
            (format!("register {kind}"), Act::Register(*kind)),
            (format!("approve {kind}"), Act::Approve(*kind)),
        ]
    });
    let others = [
        ("end declaration", Act::EndDeclaration),
        ("decide held", Act::DecideHeld),
        ("read record", Act::ReadRecord),
        ("open sealed", Act::OpenSealed),
        ("print extract", Act::PrintExtract),
        ("personalise card", Act::PersonaliseCard),
        ("hand over card", Act::HandOverCard),
        ("import legacy", Act::ImportLegacy),
        ("manage officers", Act::ManageOfficers),
        ("manage partners", Act::ManagePartners),
        ("audit", Act::Audit),
        ("erase", Act::Erase),
    ];
    of_kinds.chain(others.map(|(name, act)| (name.to_owned(), act))).collect()
}

fn cell(outcome: Result<(), Refusal>) -> String {
    outcome.map_or_else(|no| no.number().to_string(), |()| "yes".to_owned())
}

/// One line for each role and act, one cell for each relation and state.
fn acts_matrix(units: &UnitTree) -> String {
    let mut table = format!("# role | act | relation of the units = record {}\n", STATES.join("/"));
    for role in Role::ALL {
        let officer = officer(1, OFFICE, &[*role]);
        for (name, act) in acts() {
            let _ = write!(table, "{} | {name} |", role.as_str());
            for (relation, at) in RELATIONS {
                let outcome = |state| cell(officer.may_about(act, &unit(at), &record_in(state), units));
                let _ = write!(table, " {relation}={}", STATES.map(outcome).join("/"));
            }
            table.push('\n');
        }
    }
    table
}

/// One line for each kind, lateness and role: who may decide on what officer 1 received at the office.
fn four_eyes_matrix(units: &UnitTree) -> String {
    let mut law = LawConfig::default();
    law.approving_neighbours.insert(unit(OFFICE), unit("1104"));
    let deciders = [
        ("receiver", 1, OFFICE),
        ("colleague", 2, OFFICE),
        ("neighbour", 2, "1104"),
        ("above", 2, "11"),
        ("elsewhere", 2, "8301"),
    ];
    let mut table = String::from("# kind | lateness | eyes | role | decider …\n");
    for kind in Kind::ALL {
        for lateness in Lateness::ALL {
            let eyes = law.eyes(*kind, *lateness);
            for role in Role::ALL {
                let _ =
                    write!(table, "{kind} | {} | {} | {} |", lateness.as_str(), eyes.as_str(), role.as_str());
                for (name, number, office) in deciders {
                    let at = unit(OFFICE);
                    let by = Some(OfficerId::new(Uuid::from_u128(1)));
                    let received = Received { kind: *kind, eyes, by, at: &at };
                    let outcome = may_decide(&officer(number, office, &[*role]), &received, &law, units);
                    let _ = write!(table, " {name}={}", cell(outcome));
                }
                table.push('\n');
            }
        }
    }
    table
}

fn matrix() -> String {
    let units = UnitTree::parse_tsv(UNITS_TSV).unwrap();
    format!("{}\n{}", acts_matrix(&units), four_eyes_matrix(&units))
}

/// The lines that differ, as text that people read.
fn differences(committed: &str, now: &str) -> Vec<String> {
    let gone = committed.lines().filter(|line| !now.lines().any(|other| other == *line));
    let new = now.lines().filter(|line| !committed.lines().any(|other| other == *line));
    gone.map(|line| format!("- {line}")).chain(new.map(|line| format!("+ {line}"))).collect()
}

#[test]
fn who_may_do_what_is_what_the_committed_matrix_says() {
    let now = matrix();
    let committed = include_str!("authorisation.txt");
    if now != committed {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authorisation.txt");
        std::fs::write(&file, &now).unwrap();
        panic!(
            "the policy changed; the new matrix is {}\n{}",
            file.display(),
            differences(committed, &now).join("\n")
        );
    }
}

#[test]
fn a_changed_cell_is_found() {
    let committed = include_str!("authorisation.txt");
    let changed = committed.replacen("=yes", "=202", 1);
    assert_eq!(differences(committed, &changed).len(), 2);
    assert!(differences(committed, committed).is_empty());
}

#[test]
fn nobody_does_anything_with_the_own_or_a_relatives_record() {
    let units = UnitTree::parse_tsv(UNITS_TSV).unwrap();
    let not_about_a_record = [
        "declare legacy",
        "register legacy",
        "approve legacy",
        "import legacy",
        "manage officers",
        "manage partners",
        "audit",
    ];
    for (name, act) in acts() {
        let officer = officer(1, OFFICE, Role::ALL);
        for (_, at) in RELATIONS {
            for state in ["own", "relative"] {
                let outcome = officer.may_about(act, &unit(at), &record_in(state), &units);
                assert!(outcome.is_err() || not_about_a_record.contains(&name.as_str()), "{name}");
            }
        }
    }
}
