//! Composed people for measuring: nobody here exists.

use std::fmt::Write as _;

/// The number of people: enough that no look-up finds the row that the look-up before it found.
const COUNT: usize = 2000;
/// The first letters of numbers that neither a unit nor the sample uses.
const SERIES: [&str; 4] = ["ЩЪ", "ЩЫ", "ЩЬ", "ЦЪ"];
const BEGINNINGS: [&str; 10] =
    ["Мөнгөн", "Алтан", "Эрдэнэ", "Оюун", "Наран", "Саран", "Цэцэг", "Мягмар", "Энх", "Тэмүүн"];
const ENDINGS: [&str; 10] =
    ["жаргал", "тулга", "хишиг", "сайхан", "баяр", "чимэг", "төгс", "зориг", "гэрэл", "уянга"];
const CLANS: [&str; 5] = ["Боржигон", "Дөрвөд", "Халх", "Элжигэн", "Чонос"];

/// A composed person.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The register number.
    pub number: String,
    /// The clan name.
    pub clan_name: &'static str,
    /// The parent's name.
    pub parent_name: String,
    /// The given name.
    pub given_name: String,
    /// The birth date as `YYYY-MM-DD`.
    pub born_on: String,
}

/// All of them, the same at every call.
pub fn all() -> Vec<Composed> {
    (0..COUNT).map(one).collect()
}

fn one(index: usize) -> Composed {
    let (year, month, day) = (1950 + index % 49, 1 + index / 49 % 12, 1 + index % 28);
    let name = |index: usize| format!("{}{}", BEGINNINGS[index % 10], ENDINGS[index / 10 % 10]);
    Composed {
        number: format!("{}{:02}{month:02}{day:02}{:02}", SERIES[index % 4], year % 100, index / 588),
        clan_name: CLANS[index % 5],
        parent_name: name(index / 7),
        given_name: name(index),
        born_on: format!("{year}-{month:02}-{day:02}"),
    }
}

/// The file that `registry import` reads.
pub fn csv(people: &[Composed]) -> String {
    let mut csv = String::from("national_number,civil_id,clan_name,parent_name,given_name,sex,born_on,");
    csv.push_str("birth_unit,residence_unit,address,residence_since,mother_number,father_number,spouse_number,died_on\n");
    for person in people {
        let Composed { number, clan_name, parent_name, given_name, born_on } = person;
        // Writing to a String cannot fail.
        let _ =
            writeln!(csv, "{number},,{clan_name},{parent_name},{given_name},female,{born_on},1101,,,,,,,");
    }
    csv
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_number_is_given_twice() {
        let numbers: BTreeSet<String> = all().into_iter().map(|person| person.number).collect();
        assert_eq!(numbers.len(), COUNT);
    }

    #[test]
    fn a_person_is_a_line_with_every_column() {
        let csv = csv(&all()[..3]);
        assert_eq!(csv.lines().count(), 4);
        assert!(csv.lines().all(|line| line.split(',').count() == 15));
    }
}
