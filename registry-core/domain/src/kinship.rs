//! Kinship, read from the links between parents and children, by a table of degrees.
//!
//! A degree counts generations up from each of two people to an ancestor they share: parent and child are 0
//! and 1, siblings 1 and 1, uncle and niece 1 and 2, first cousins 2 and 2.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::PersonId;
use crate::person::{Link, Person, TieRole};

/// The number of generations in which a check knows a person's ancestors: great-grandparents are loaded, and
/// their parents are named.
const GENERATIONS: usize = 4;

/// A row of the table of forbidden kinship.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// Ancestor and descendant.
    DirectLine,
    /// Siblings who share both parents.
    FullSiblings,
    /// Siblings who share one parent, as far as the register knows.
    HalfSiblings,
    /// Uncle or aunt and niece or nephew.
    UncleNiece,
    /// First cousins.
    FirstCousins,
}

/// Whether ties that an adoption sealed count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seals {
    /// Only the ties that the record shows.
    Closed,
    /// The ties under seal, too: kinship found only by them is referred to the authority, not told.
    LookedThrough,
}

/// The ancestors of one person by generation: the person, parents, grandparents and so on.
struct Ancestry(Vec<BTreeSet<PersonId>>);

impl Ancestry {
    fn of(person: PersonId, known: &[&Person], seals: Seals) -> Self {
        let mut generations = vec![BTreeSet::from([person])];
        for _ in 0..GENERATIONS {
            let parents = generations.last().into_iter().flatten();
            generations.push(parents.flat_map(|child| parents_of(*child, known, seals)).collect());
        }
        Self(generations)
    }

    fn generation(&self, up: usize) -> &BTreeSet<PersonId> {
        &self.0[up.min(GENERATIONS)]
    }
}

/// The parents, read from both ends of each tie, so that an erased part at one end hides nothing.
fn parents_of(child: PersonId, known: &[&Person], seals: Seals) -> BTreeSet<PersonId> {
    let behind = |links: &[Link]| match seals {
        Seals::Closed => Vec::new(),
        Seals::LookedThrough => links.iter().map(|link| link.person).collect(),
    };
    let ids = |open: &[Link], sealed: &[Link]| {
        open.iter().map(|link| link.person).chain(behind(sealed)).collect::<Vec<_>>()
    };
    let own = known.iter().filter(|person| person.id == child);
    let own = own.flat_map(|person| ids(&person.parents, &person.sealed_family.parents));
    let claimed =
        known.iter().filter(|person| ids(&person.children, &person.sealed_family.children).contains(&child));
    own.chain(claimed.map(|person| person.id)).collect()
}

/// The ancestors who must be known before the kinship of a person can be told. Ask again once they are
/// loaded.
pub fn ancestors_to_load(person: PersonId, known: &[&Person]) -> Vec<PersonId> {
    let ancestry = Ancestry::of(person, known, Seals::LookedThrough);
    ancestry.0.iter().skip(1).take(GENERATIONS - 1).flatten().copied().collect()
}

/// The first row of the table under which two people fall.
pub fn forbidden(
    table: &[Kinship],
    one: &Person,
    other: &Person,
    known: &[&Person],
    seals: Seals,
) -> Option<Kinship> {
    let ancestry = [Ancestry::of(one.id, known, seals), Ancestry::of(other.id, known, seals)];
    table.iter().copied().find(|kinship| kinship.ties(&ancestry))
}

impl Kinship {
    fn ties(self, [one, other]: &[Ancestry; 2]) -> bool {
        let shared =
            |up: usize, across: usize| one.generation(up).intersection(other.generation(across)).count();
        match self {
            Self::DirectLine => (1..=GENERATIONS).any(|up| shared(0, up) > 0 || shared(up, 0) > 0),
            Self::FullSiblings => shared(1, 1) > 1,
            Self::HalfSiblings => shared(1, 1) == 1,
            Self::UncleNiece => shared(1, 2) > 0 || shared(2, 1) > 0,
            Self::FirstCousins => shared(2, 2) > 0,
        }
    }
}

/// Whether one person is to the other what the roles say, by a tie at either end that is open on the day.
pub fn is_tied(one: &Person, other: &Person, roles: &[TieRole], day: NaiveDate) -> bool {
    let ties = |of: &Person, to: &Person| {
        let mut open = of.ties.iter().filter(|tie| tie.is_open_on(day));
        open.any(|tie| tie.person == to.id && roles.contains(&tie.role))
    };
    ties(one, other) || ties(other, one)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::EntryId;
    use crate::person::{Relation, Tie};

    const ALL: &[Kinship] = &[
        Kinship::DirectLine,
        Kinship::FullSiblings,
        Kinship::HalfSiblings,
        Kinship::UncleNiece,
        Kinship::FirstCousins,
    ];

    fn id(number: u128) -> PersonId {
        PersonId::new(Uuid::from_u128(number))
    }

    fn link(number: u128, relation: Relation) -> Link {
        Link::new(id(number), relation, EntryId::new(Uuid::from_u128(1)))
    }

    /// People numbered by parents: `(child, its parents)`.
    fn family(ties: &[(u128, &[u128])]) -> Vec<Person> {
        let person = |(number, parents): &(u128, &[u128])| {
            let mut person = Person::blank(id(*number));
            person.parents = parents.iter().map(|parent| link(*parent, Relation::Mother)).collect();
            person
        };
        ties.iter().map(person).collect()
    }

    fn between(family: &[Person], one: u128, other: u128) -> Option<Kinship> {
        let known: Vec<&Person> = family.iter().collect();
        let of = |number| *known.iter().find(|person| person.id == id(number)).unwrap();
        forbidden(ALL, of(one), of(other), &known, Seals::Closed)
    }

    #[test]
    fn each_degree_of_the_table_is_told_from_the_links() {
        // 1 and 2 are the parents of 3 and 4, 1 and 9 of 5; 3 is a parent of 6, 4 of 7, 6 of 8, and 8 of 10.
        let family = family(&[
            (1, &[]),
            (3, &[1, 2]),
            (4, &[1, 2]),
            (5, &[1, 9]),
            (6, &[3]),
            (7, &[4]),
            (8, &[6]),
            (10, &[8]),
            (11, &[]),
        ]);
        assert_eq!(between(&family, 1, 3), Some(Kinship::DirectLine));
        assert_eq!(between(&family, 10, 1), Some(Kinship::DirectLine), "four generations");
        assert_eq!(between(&family, 3, 4), Some(Kinship::FullSiblings));
        assert_eq!(between(&family, 5, 4), Some(Kinship::HalfSiblings));
        assert_eq!(between(&family, 3, 7), Some(Kinship::UncleNiece));
        assert_eq!(between(&family, 6, 5), Some(Kinship::UncleNiece));
        assert_eq!(between(&family, 6, 7), Some(Kinship::FirstCousins));
        assert_eq!(between(&family, 8, 7), None);
        assert_eq!(between(&family, 3, 11), None);
    }

    #[test]
    fn a_tie_left_at_one_end_only_still_counts() {
        let mut family = family(&[(1, &[]), (3, &[]), (4, &[1])]);
        family[0].children = vec![link(3, Relation::Child)];
        assert_eq!(between(&family, 3, 4), Some(Kinship::HalfSiblings));
    }

    #[test]
    fn ancestors_are_asked_for_as_they_become_known() {
        let family = family(&[(5, &[4]), (4, &[3]), (3, &[2]), (2, &[1])]);
        let known: Vec<&Person> = family.iter().collect();
        assert_eq!(ancestors_to_load(id(5), &known[..1]), [id(4)]);
        assert_eq!(ancestors_to_load(id(5), &known[..2]), [id(4), id(3)]);
        assert_eq!(
            ancestors_to_load(id(5), &known),
            [id(4), id(3), id(2)],
            "no further than the table needs"
        );
    }

    #[test]
    fn a_guardian_is_tied_to_the_ward_until_the_tie_ends() {
        let mut family = family(&[(1, &[]), (2, &[])]);
        let day = |text| crate::date::parse_date(text).unwrap();
        let tied = |family: &[Person], on| {
            is_tied(&family[0], &family[1], &[TieRole::Guardian, TieRole::Ward], day(on))
        };
        assert!(!tied(&family, "2026-05-01"));
        let entry = EntryId::new(Uuid::from_u128(1));
        family[1].ties = vec![Tie::new(id(1), TieRole::Guardian, entry)];
        assert!(tied(&family, "2026-05-01"));
        family[1].ties[0].ended_on = Some(day("2020-01-01"));
        assert!(!tied(&family, "2026-05-01") && tied(&family, "2019-12-31"));
        family[1].ties[0] =
            Tie { until: Some(day("2020-01-01")), ..Tie::new(id(1), TieRole::Guardian, entry) };
        assert!(!tied(&family, "2020-01-01") && tied(&family, "2019-12-31"));
    }
}
