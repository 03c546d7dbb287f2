use uuid::Uuid;

use super::*;
use crate::date::parse_date;
use crate::interest::Interest;
use crate::officer::Role;
use crate::testing::{OFFICE, officer, unit, units};

const NEIGHBOUR: &str = "110153";

fn law() -> LawConfig {
    let mut law = LawConfig::default();
    law.approving_neighbours.insert(unit(OFFICE), unit(NEIGHBOUR));
    law
}

fn received(kind: Kind, eyes: Eyes, at: &UnitCode) -> Received<'_> {
    Received { kind, eyes, by: Some(officer(1, OFFICE, &[]).id), at }
}

fn day() -> NaiveDate {
    parse_date("2026-05-01").unwrap()
}

fn goes_to(eyes: Eyes, officers: &[Officer]) -> Result<String, Refusal> {
    let at = unit(OFFICE);
    let person = PersonId::new(Uuid::from_u128(7));
    let case = received(Kind::Birth, eyes, &at);
    deciding_office(&case, &[person], officers, day(), &law(), units()).map(|office| office.to_string())
}

#[test]
fn a_birth_in_time_takes_one_officer_and_a_late_one_two_units() {
    let law = LawConfig::default();
    assert_eq!(law.eyes(Kind::Birth, Lateness::InTime), Eyes::One);
    assert_eq!(law.eyes(Kind::Birth, Lateness::Late), Eyes::TwoUnits);
    for kind in [Kind::CardApplication, Kind::Parentage, Kind::Correction, Kind::Annulment, Kind::NameChange]
    {
        assert!(law.eyes(kind, Lateness::InTime).needs_second(), "{kind}");
    }
}

#[test]
fn a_line_of_the_policy_is_configuration() {
    let line = r#"{"four_eyes": {"death": {"in_time": "two", "late": "two_units"}}}"#;
    let law: LawConfig = serde_json::from_str(line).unwrap();
    assert_eq!(law.eyes(Kind::Death, Lateness::InTime), Eyes::Two);
    assert_eq!(law.eyes(Kind::Death, Lateness::Late), Eyes::TwoUnits);
    assert_eq!(law.eyes(Kind::Birth, Lateness::InTime), Eyes::One);
}

#[test]
fn a_sealing_takes_two_whatever_is_configured() {
    let law = LawConfig::default();
    assert_eq!(law.eyes(Kind::Sealing, Lateness::InTime), Eyes::Two);
    let line = r#"{"four_eyes": {"sealing": {"in_time": "one", "late": "two_units"}, "death": {"in_time": "one", "late": "one"}}}"#;
    let law: LawConfig = serde_json::from_str(line).unwrap();
    assert_eq!(law.eyes(Kind::Sealing, Lateness::InTime), Eyes::Two);
    assert_eq!(law.eyes(Kind::Sealing, Lateness::Late), Eyes::TwoUnits);
    assert_eq!(
        (law.line_below_least(), LawConfig::default().line_below_least()),
        (Some(Kind::Sealing), None)
    );
}

#[test]
fn late_begins_the_day_after_the_deadline() {
    let on = |text| parse_date(text).unwrap();
    let of = |received| Lateness::after_days(on("2026-04-01"), 30, on(received));
    assert_eq!((of("2026-05-01"), of("2026-05-02")), (Lateness::InTime, Lateness::Late));
}

#[test]
fn one_officer_decides_alone_where_one_is_enough() {
    let at = unit(OFFICE);
    let registrar = officer(1, OFFICE, &[Role::Registrar]);
    let alone = received(Kind::Birth, Eyes::One, &at);
    assert_eq!(may_decide(&registrar, &alone, &law(), units()), Ok(()));
    let second = received(Kind::Birth, Eyes::Two, &at);
    assert_eq!(may_decide(&registrar, &second, &law(), units()), Err(Refusal::SecondOfficerNeeded));
}

#[test]
fn a_second_officer_is_of_the_office_its_neighbour_or_an_office_above() {
    let at = unit(OFFICE);
    let case = received(Kind::CardApplication, Eyes::Two, &at);
    let may = |number, office: &str| {
        may_decide(&officer(number, office, &[Role::Approver]), &case, &law(), units())
    };
    assert_eq!(may(1, OFFICE), Err(Refusal::SecondOfficerNeeded));
    for office in [OFFICE, NEIGHBOUR, "1101", "11"] {
        assert_eq!(may(2, office), Ok(()), "{office}");
    }
    assert_eq!(may(2, "8301"), Err(Refusal::NotEligibleApprover));
    let registrar = officer(2, OFFICE, &[Role::Registrar]);
    let refused = may_decide(&registrar, &case, &law(), units());
    assert_eq!(refused, Err(Refusal::RoleMissing { role: "approver" }));
}

#[test]
fn what_comes_late_is_decided_in_another_unit() {
    let at = unit(OFFICE);
    let case = received(Kind::Birth, Eyes::TwoUnits, &at);
    let may = |office: &str| may_decide(&officer(2, office, &[Role::Registrar]), &case, &law(), units());
    assert_eq!(may(OFFICE), Err(Refusal::OtherUnitNeeded));
    assert_eq!((may(NEIGHBOUR), may("1101")), (Ok(()), Ok(())));
}

#[test]
fn what_came_without_an_officer_has_no_second_one() {
    let at = unit(OFFICE);
    let case = Received { by: None, ..received(Kind::Correction, Eyes::Two, &at) };
    let refused = may_decide(&officer(2, OFFICE, &[Role::Registrar]), &case, &law(), units());
    assert_eq!(refused, Err(Refusal::SecondOfficerNeeded));
}

#[test]
fn a_case_stays_where_somebody_else_may_decide_and_else_goes_to_the_neighbour_or_up() {
    let receiver = officer(1, OFFICE, &[Role::Registrar, Role::Approver]);
    let colleague = officer(2, OFFICE, &[Role::Approver]);
    let near = officer(3, NEIGHBOUR, &[Role::Approver]);
    let above = officer(4, "1101", &[Role::Registrar]);
    let auditor = officer(5, OFFICE, &[Role::Auditor]);
    let all = [receiver.clone(), colleague, near.clone(), above.clone()];
    assert_eq!(goes_to(Eyes::One, &[]).as_deref(), Ok(OFFICE));
    assert_eq!(goes_to(Eyes::Two, &all).as_deref(), Ok(OFFICE));
    assert_eq!(goes_to(Eyes::TwoUnits, &all).as_deref(), Ok(NEIGHBOUR));
    assert_eq!(goes_to(Eyes::Two, &[receiver.clone(), auditor, near]).as_deref(), Ok(NEIGHBOUR));
    assert_eq!(goes_to(Eyes::Two, &[receiver.clone(), above]).as_deref(), Ok("1101"));
    assert_eq!(goes_to(Eyes::Two, &[receiver]), Err(Refusal::NobodyEligible));
}

#[test]
fn a_relative_and_an_ended_mandate_are_passed_over() {
    let person = PersonId::new(Uuid::from_u128(7));
    let mut relative = officer(2, OFFICE, &[Role::Approver]);
    relative.interest = Interest::alone(person);
    let mut retired = officer(3, OFFICE, &[Role::Approver]);
    retired.valid_to = day().pred_opt();
    let near = officer(4, NEIGHBOUR, &[Role::Approver]);
    assert_eq!(goes_to(Eyes::Two, &[relative, retired, near]).as_deref(), Ok(NEIGHBOUR));
}
