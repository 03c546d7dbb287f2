//! The people of the story, chosen from the sample by age, so that it can be played in any year.

use std::fs;

use anyhow::Context;
use chrono::NaiveDate;

use crate::kit::dates::today;
use crate::kit::town::sample;

/// The days of a mean year, for ages that need not be exact.
const YEAR: f64 = 365.2425;
/// Rows that are wrong on purpose have this name or one like it.
const SPECIMEN: &str = "Жишэ";

/// A living person of the sample.
#[derive(Clone, Debug)]
pub struct Person {
    /// The register number.
    pub number: String,
    /// The clan name.
    pub clan_name: String,
    /// The parent's name.
    pub parent_name: String,
    /// The given name.
    pub given_name: String,
    /// The birth date.
    pub born_on: String,
    /// The unit of residence.
    pub unit: String,
    is_female: bool,
    is_single: bool,
    age: f64,
}

/// The people in the parts of the story.
#[derive(Clone, Debug)]
pub struct People {
    /// A woman without a husband.
    pub mother: Person,
    /// A man without a wife.
    pub father: Person,
    /// The oldest person who is alive.
    pub deceased: Person,
    /// An adult who lives outside the unit in which the story plays.
    pub mover: Person,
    /// The youngest person who may have a card.
    pub holder: Person,
    /// The next youngest person who may have one.
    pub soum_holder: Person,
}

impl People {
    /// Chooses the people from the sample. `office` is the unit in which the story plays.
    ///
    /// # Errors
    /// If the sample has nobody for a part.
    pub fn choose(office: &str) -> anyhow::Result<Self> {
        let text = fs::read_to_string(sample()).context("the sample's people")?;
        let mut left = living(&text)?;
        let mut cast = |what: &str, fits: &dyn Fn(&Person) -> bool, age: f64| {
            let distance = |person: &Person| (person.age - age).abs();
            let fitting = left.iter().enumerate().filter(|(_, person)| fits(person));
            let nearest = fitting.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
            let (at, _) = nearest.with_context(|| format!("the sample has no {what}"))?;
            anyhow::Ok(left.remove(at))
        };
        Ok(People {
            holder: cast("young holder", &|person| person.age >= 16.01, 16.0)?,
            soum_holder: cast("second holder", &|person| person.age >= 16.01, 16.0)?,
            mother: cast("mother", &|person| person.is_female && person.is_single, 30.0)?,
            father: cast("father", &|person| !person.is_female && person.is_single, 32.0)?,
            deceased: cast("old person", &|_| true, 150.0)?,
            mover: cast("mover", &|person| person.age >= 18.0 && person.unit != office, 40.0)?,
        })
    }
}

/// The living people with a name, a full birth date and a residence.
fn living(text: &str) -> anyhow::Result<Vec<Person>> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().context("a header")?.split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let column = |name: &str| header.iter().position(|found| *found == name);
    let cell = |row: &[&str], name: &str| {
        column(name).and_then(|at| row.get(at).map(|text| text.trim().to_owned())).unwrap_or_default()
    };
    let spouses: Vec<String> = rows.iter().map(|row| cell(row, "spouse_number")).collect();
    let mut people = Vec::new();
    for row in &rows {
        let Ok(born_on) = NaiveDate::parse_from_str(&cell(row, "born_on"), "%Y-%m-%d") else { continue };
        let person = Person {
            number: cell(row, "national_number"),
            clan_name: cell(row, "clan_name"),
            parent_name: cell(row, "parent_name"),
            given_name: cell(row, "given_name"),
            born_on: cell(row, "born_on"),
            unit: cell(row, "residence_unit"),
            is_female: cell(row, "sex") == "female",
            is_single: cell(row, "spouse_number").is_empty()
                && !spouses.contains(&cell(row, "national_number")),
            age: (today() - born_on).num_days() as f64 / YEAR,
        };
        let is_whole =
            [&person.clan_name, &person.parent_name, &person.unit].iter().all(|text| !text.is_empty());
        if is_whole && cell(row, "died_on").is_empty() && !person.given_name.starts_with(SPECIMEN) {
            people.push(person);
        }
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_plays_one_part() {
        let people = People::choose("110151").unwrap();
        assert!(people.mother.is_female && !people.father.is_female);
        assert!(people.holder.age >= 16.0 && people.holder.age <= people.soum_holder.age);
        assert!(people.deceased.age > people.mover.age);
        assert_ne!(people.mover.unit, "110151");
    }
}
