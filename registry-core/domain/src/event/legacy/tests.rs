use serde_json::json;

use crate::kind::Kind;
use crate::officer::Role;
use crate::person::{CivilStatus, LifeCycle};
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World, officer};

fn administrator() -> World {
    let mut world = World::new();
    world.officer = officer(1, "11", &[Role::Administrator]);
    world
}

#[test]
fn an_old_number_stands_even_where_it_disagrees_with_the_row() {
    let mut world = administrator();
    let row =
        json!({"national_number": "ЯЯ54071107", "given_name": "Дулмаа", "sex": "male", "born_on": "1953"});
    let parts = world.register(Kind::Legacy, row).unwrap();
    let person = world.register.get(parts[0].person).unwrap();
    assert_eq!(person.national_number.as_ref().unwrap().as_str(), "ЯЯ54071107");
    assert_eq!(person.born_on.unwrap().to_string(), "1953");
}

#[test]
fn the_second_of_a_couple_ties_both() {
    let world = World::new();
    let (mother, father) = (world.person(MOTHER), world.person(FATHER));
    assert!(mother.is_married_to(father) && father.is_married_to(mother));
    assert_eq!(father.civil_status, CivilStatus::Married);
}

#[test]
fn children_are_tied_to_parents_already_in_the_register() {
    let mut world = World::new();
    let more = json!({"mother_number": MOTHER, "father_number": FATHER});
    let child = world.import("УА15210103", "Саран", "female", "2015-01-01", more);
    assert_eq!(world.person(MOTHER).children[0].person, child);
    assert_eq!(world.register.get(child).unwrap().parents.len(), 2);
}

#[test]
fn a_parent_who_is_not_in_the_register_is_named() {
    let mut world = administrator();
    let row = json!({
        "national_number": "УА15210105", "given_name": "Саран", "sex": "female", "born_on": "2015-01-01",
        "mother_number": "УА70010101",
    });
    let refused = world.check(Kind::Legacy, row).unwrap_err();
    assert_eq!(refused, Refusal::RelativeNotFound.in_field("mother_number"));
}

#[test]
fn a_row_imported_twice_is_refused_and_one_that_differs_conflicts() {
    let mut world = administrator();
    let row = |given: &str| {
        json!({
            "national_number": FATHER, "clan_name": "Боржигон", "parent_name": "Дорж", "given_name": given,
            "sex": "male", "born_on": "1988-02-02",
        })
    };
    let again = world.check(Kind::Legacy, row("Бат")).unwrap_err();
    assert_eq!(again.cause(), &Refusal::NumberTaken);
    let other = world.check(Kind::Legacy, row("Болд")).unwrap_err();
    assert_eq!(other.cause(), &Refusal::RowConflicts);
}

#[test]
fn a_dead_person_is_imported_dead() {
    let mut world = World::new();
    let dead = world.import("УА40010101", "Ханд", "female", "1940-01-01", json!({"died_on": "2001-02-03"}));
    let person = world.register.get(dead).unwrap();
    assert!(matches!(person.life_cycle, LifeCycle::Dead { .. }));
}

#[test]
fn a_registrar_cannot_import() {
    let mut world = World::new();
    let row =
        json!({"national_number": "УА54071107", "given_name": "Дулмаа", "sex": "female", "born_on": "1954"});
    assert_eq!(world.check(Kind::Legacy, row), Err(Refusal::RoleMissing { role: "administrator" }));
}

#[test]
fn bad_cells_are_refused_with_their_column() {
    let mut world = administrator();
    let mut refused = |column: &str, value: &str| {
        let mut row = json!({
            "national_number": "УА54071107", "given_name": "Дулмаа", "sex": "female", "born_on": "1954-07-11",
        });
        row[column] = json!(value);
        let refused = world.check(Kind::Legacy, row).unwrap_err();
        assert_eq!(refused.field(), Some(column));
        refused.cause().clone()
    };
    assert_eq!(refused("national_number", "УА5407110"), Refusal::NumberMalformed);
    assert_eq!(refused("born_on", "1954-02-30"), Refusal::InvalidDate);
    assert!(matches!(refused("residence_unit", "990101"), Refusal::UnknownUnit { .. }));
    assert_eq!(refused("died_on", "1950-01-01"), Refusal::DeathBeforeBirth);
    assert!(matches!(refused("given_name", "Дyлмаа"), Refusal::LookAlikeLetter { .. }));
}

#[test]
fn a_civil_id_belongs_to_one_person() {
    let mut world = administrator();
    let civil_id = world.person(FATHER).civil_id.clone().unwrap();
    let row = json!({
        "national_number": "УА54071107", "civil_id": civil_id.as_str(), "given_name": "Дулмаа",
        "sex": "female", "born_on": "1954-07-11",
    });
    assert_eq!(world.check(Kind::Legacy, row), Err(Refusal::CivilIdTaken.in_field("civil_id")));
}
