use super::*;
use crate::date::parse_date;
use crate::testing::{unit, units};
use crate::unit::tree::COLUMNS;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn row(code: &str, name: &str, latin: &str, from: &str, to: &str, next: &str) -> String {
    let parent = &code[..4];
    let level = if parent.starts_with("11") { "khoroo" } else { "bag" };
    format!(
        "{code}\t{parent}\t{level}\t{name}\t{latin}\t\tAsia/Ulaanbaatar\t\t{from}\t{to}\t{next}\tResolution 1\tsure\n"
    )
}

fn table(rows: &[String]) -> String {
    format!("{}\n{}", COLUMNS.join("\t"), rows.concat())
}

/// A table in which the first khoroo of Baganuur splits in two at the new year.
fn split() -> [String; 3] {
    [
        row("110151", "1-р хороо", "1-r khoroo", "", "2026-12-31", "110171,110172"),
        row("110171", "11-р хороо", "11-r khoroo", "2027-01-01", "", ""),
        row("110172", "12-р хороо", "12-r khoroo", "2027-01-01", "", ""),
    ]
}

fn codes(of: impl IntoIterator<Item = UnitCode>) -> Vec<String> {
    of.into_iter().map(|code| code.to_string()).collect()
}

#[test]
fn a_khoroo_that_splits_is_followed_by_both_halves_from_the_next_day() {
    let tree = units().changed(&table(&split())).unwrap();
    let old = unit("110151");
    assert_eq!(codes(tree.offices_on(&old, day("2026-12-31"))), ["110151"]);
    assert_eq!(codes(tree.offices_on(&old, day("2027-01-01"))), ["110171", "110172"]);
    assert_eq!(tree.only_successor_on(&old, day("2027-01-01")), None);
    assert_eq!(codes(tree.followed_by(&unit("110172"), day("2027-01-01"))), ["110151"]);
    assert!(tree.followed_by(&unit("110172"), day("2026-12-31")).is_empty());
    assert_eq!(tree.counts_on(day("2026-12-31")).khoroos + 1, tree.counts_on(day("2027-01-01")).khoroos);
    assert_eq!(codes(tree.differing_from(units()).into_keys().cloned()), ["110151", "110171", "110172"]);
}

#[test]
fn units_that_merge_and_then_move_have_one_successor() {
    let merged = [
        row("110151", "1-р хороо", "1-r khoroo", "", "2026-12-31", "110171"),
        row("110153", "2-р хороо", "2-r khoroo", "", "2026-12-31", "110171"),
        row("110171", "11-р хороо", "11-r khoroo", "2027-01-01", "", ""),
    ];
    let moved = [
        row("110171", "11-р хороо", "11-r khoroo", "2027-01-01", "2029-12-31", "110181"),
        row("110181", "11-р хороо", "11-r khoroo", "2030-01-01", "", ""),
    ];
    let tree = units().changed(&table(&merged)).unwrap().changed(&table(&moved)).unwrap();
    for (on, only) in [("2026-12-31", "110151"), ("2027-01-01", "110171"), ("2030-01-01", "110181")] {
        assert_eq!(tree.only_successor_on(&unit("110151"), day(on)), Some(unit(only)), "{on}");
    }
    assert_eq!(codes(tree.followed_by(&unit("110181"), day("2030-01-01"))), ["110151", "110153", "110171"]);
}

#[test]
fn the_same_changes_again_change_nothing() {
    let once = units().changed(&table(&split())).unwrap();
    let twice = once.changed(&table(&split())).unwrap();
    assert!(twice.differing_from(&once).is_empty());
}

#[test]
fn what_stands_is_not_said_otherwise() {
    let changed = |rows: &[String]| units().changed(&table(rows)).unwrap_err();
    let renamed = [row("110151", "Нэгдүгээр хороо", "1-r khoroo", "", "", "")];
    assert!(matches!(changed(&renamed), UnitError::SaidOtherwise { .. }));
    let closed = units().changed(&table(&split())).unwrap();
    let later = [row("110151", "1-р хороо", "1-r khoroo", "", "2027-06-30", "110171")];
    assert!(matches!(closed.changed(&table(&later)), Err(UnitError::SaidOtherwise { .. })));
    let reopened = [row("110151", "1-р хороо", "1-r khoroo", "", "", "")];
    assert!(matches!(closed.changed(&table(&reopened)), Err(UnitError::SaidOtherwise { .. })));
}

#[test]
fn nobody_is_left_without_a_unit() {
    let changed = |rows: &[String]| units().changed(&table(rows)).unwrap_err();
    let alone = [row("110151", "1-р хороо", "1-r khoroo", "", "2026-12-31", "")];
    assert!(matches!(changed(&alone), UnitError::NoSuccessor { .. }));
    let [old, first, _] = split();
    assert!(matches!(changed(&[old.clone(), first.clone()]), UnitError::Missing { .. }));
    let late = row("110172", "12-р хороо", "12-r khoroo", "2027-01-02", "", "");
    assert!(matches!(changed(&[old, first, late]), UnitError::Missing { .. }));
    let undated = [row("110171", "11-р хороо", "11-r khoroo", "", "", "")];
    assert!(matches!(changed(&undated), UnitError::NoFirstDay { .. }));
}

#[test]
fn a_soum_is_not_closed_over_bags_that_stay() {
    let soum =
        "2101\t21\tsoum\t{name}\t{latin}\t\tAsia/Ulaanbaatar\t\t\t2026-12-31\t2104\tResolution 1\tsure\n";
    let known = units().get(&unit("2101")).unwrap();
    let soum = soum.replace("{name}", &known.name_mn).replace("{latin}", &known.name_latin);
    let refused = units().changed(&table(&[soum])).unwrap_err();
    assert!(matches!(refused, UnitError::OutlivesParent { .. }), "{refused}");
}
