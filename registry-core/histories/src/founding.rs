//! The people with whom a country begins, as the old register records them.

use chrono::NaiveDate;

use crate::command::{Command, Home, Sex, What, Who, Word};
use crate::draw::name;

/// Years of birth of a couple, and of their children.
const FAMILIES: [(i32, i32, &[i32]); 15] = [
    (1950, 1953, &[1974, 1979]),
    (1955, 1955, &[1980, 1999]),
    (1960, 1962, &[1985]),
    (1964, 1968, &[1990, 1995]),
    (1970, 1971, &[1995, 2001]),
    (1975, 1974, &[2000]),
    (1976, 1980, &[2003, 2010]),
    (1980, 1982, &[2007, 2008]),
    (1983, 1983, &[2009]),
    (1985, 1986, &[2010, 2015]),
    (1987, 1990, &[2012]),
    (1988, 1989, &[2020, 2024]),
    (1990, 1992, &[2016, 2019]),
    (1993, 1995, &[]),
    (1995, 1998, &[2022]),
];
/// Years of birth of those without a family.
const ALONE: [i32; 9] = [1948, 1966, 1978, 1984, 1991, 1994, 1999, 2003, 2006];
/// Letters that, together with the day of birth, make the register numbers of one country differ from those
/// of another.
const LETTERS: [char; 10] = ['Ь', 'А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'З', 'И'];
const DAYS: usize = 28;
/// How many countries one register can hold.
pub const COUNTRIES: usize = DAYS * LETTERS.len();

/// The imports that found one of several countries in the same register; labels count from 0.
pub fn founding(country: usize) -> Vec<Command> {
    let day = u32::try_from(1 + country % DAYS).unwrap();
    let letter = LETTERS[country / DAYS % LETTERS.len()];
    let mut founders = Founders { letter, day, commands: Vec::new() };
    for (his, hers, children) in FAMILIES {
        let husband = founders.import(his, Sex::Male, None, None);
        let wife = founders.import(hers, Sex::Female, None, Some(husband));
        for (order, year) in children.iter().enumerate() {
            let sex = if order % 2 == 0 { Sex::Female } else { Sex::Male };
            founders.import(*year, sex, Some((wife, husband)), None);
        }
    }
    for (order, year) in ALONE.into_iter().enumerate() {
        founders.import(year, if order % 2 == 0 { Sex::Male } else { Sex::Female }, None, None);
    }
    founders.commands
}

struct Founders {
    letter: char,
    /// Day of birth.
    day: u32,
    commands: Vec<Command>,
}

impl Founders {
    fn import(&mut self, year: i32, sex: Sex, parents: Option<(Who, Who)>, spouse: Option<Who>) -> Who {
        let label = self.commands.len();
        let month = if year < 2000 { 3 } else { 23 };
        let what = What::Import {
            number: format!("У{}{:02}{month:02}{:02}{label:02}", self.letter, year % 100, self.day),
            clan: name(label * 4 + 1),
            parent: parents.map_or_else(|| name(label * 4 + 2), |(_, father)| given_name(father)),
            given: given_name(label),
            sex,
            born_on: NaiveDate::from_ymd_opt(year, 3, self.day).unwrap(),
            home: Home {
                unit: if label.is_multiple_of(3) { "210151" } else { "110151" },
                address: "1-1".into(),
            },
            mother: parents.map(|(mother, _)| self.number(mother)),
            father: parents.map(|(_, father)| self.number(father)),
            spouse: spouse.map(|spouse| self.number(spouse)),
        };
        let today = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        self.commands.push(Command { label, office: "110151", today, what });
        label
    }

    fn number(&self, of: Who) -> (Who, String) {
        match &self.commands[of].what {
            What::Import { number, .. } => (of, number.clone()),
            other => unreachable!("{other:?} founds no country"),
        }
    }
}

fn given_name(of: Who) -> Word {
    name(of * 4)
}
