//! One history: commands go through the public interface of the domain, and after each the records are compared.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use registry_domain::history::fold;
use registry_domain::history::moment::as_known_on;
use registry_domain::person::Person;
use registry_domain::register::Register;
use registry_domain::sweep::breaches;

use crate::command::{Command, Home, Sex, What, Who};
use crate::compare::{differs, who};
use crate::country::{Country, Declared, person_id};
use crate::draw::name;
use crate::law::{forbids, impossible};
use crate::model::{Lives, Model};

/// The register beside the model, and how records looked at the end of a day.
#[derive(Clone)]
pub struct History {
    pub country: Country,
    pub model: Model,
    pub lives: Lives,
    seen: BTreeMap<(Who, NaiveDate), Person>,
}

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

impl History {
    /// The country as it is imported.
    pub fn new() -> Self {
        let mut history = Self {
            country: Country::new(),
            model: Model::default(),
            lives: Lives::default(),
            seen: BTreeMap::new(),
        };
        for (his, hers, children) in FAMILIES {
            let husband = history.import(his, Sex::Male, None, None);
            let wife = history.import(hers, Sex::Female, None, Some(husband));
            for (order, year) in children.iter().enumerate() {
                let sex = if order % 2 == 0 { Sex::Female } else { Sex::Male };
                history.import(*year, sex, Some((wife, husband)), None);
            }
        }
        for (order, year) in ALONE.into_iter().enumerate() {
            history.import(year, if order % 2 == 0 { Sex::Male } else { Sex::Female }, None, None);
        }
        history
    }

    fn number(&self, of: Who) -> (Who, String) {
        (of, self.country.person(of).unwrap().national_number.as_ref().unwrap().to_string())
    }

    fn import(&mut self, year: i32, sex: Sex, parents: Option<(Who, Who)>, spouse: Option<Who>) -> Who {
        let label = self.model.acts.len();
        let month = if year < 2000 { 3 } else { 23 };
        let father = parents.map(|(_, father)| self.lives.people.get(&father).unwrap().given.clone());
        let command = Command {
            label,
            office: "110151",
            today: NaiveDate::from_ymd_opt(2026, 5, 1).unwrap(),
            what: What::Import {
                number: format!("УЬ{:02}{month:02}01{label:02}", year % 100),
                clan: name(label * 4 + 1),
                parent: father.unwrap_or_else(|| name(label * 4 + 2)),
                given: name(label * 4),
                sex,
                born_on: NaiveDate::from_ymd_opt(year, 3, 1).unwrap(),
                home: Home {
                    unit: if label.is_multiple_of(3) { "210151" } else { "110151" },
                    address: "1-1".into(),
                },
                mother: parents.map(|(mother, _)| self.number(mother)),
                father: parents.map(|(_, father)| self.number(father)),
                spouse: spouse.map(|spouse| self.number(spouse)),
            },
        };
        assert_eq!(self.step(&command), Ok(Ok(())));
        label
    }

    /// One command: accepted, or refused with a number. An error is a fault.
    pub fn step(&mut self, command: &Command) -> Result<Result<(), u16>, String> {
        let forbidden = forbids(command, &self.model, &self.lives);
        let form = command.form();
        let declared = Declared {
            label: command.label,
            kind: command.what.kind(),
            form: &form,
            office: command.office,
            today: command.today,
        };
        let (office, people) = match self.country.register(&declared) {
            Err(refusal) => return Ok(Err(refusal.number())),
            Ok(entry) => {
                let people: BTreeSet<Who> = entry.parts.iter().map(|part| who(part.person)).collect();
                (entry.header.office.to_string(), people)
            }
        };
        if let Some(why) = forbidden {
            return Err(format!("accepted, though {why}"));
        }
        self.model.accept(command, &office, &self.lives);
        self.lives = self.model.lives();
        let concerned: BTreeSet<Who> = self.model.people_of(command.label).union(&people).copied().collect();
        for person in concerned {
            self.is_as_the_law_says(person, command.today)?;
            if let Some(record) = self.country.person(person) {
                self.seen.insert((person, command.today), record.clone());
            }
        }
        Ok(Ok(()))
    }

    fn is_as_the_law_says(&self, person: Who, today: NaiveDate) -> Result<(), String> {
        if let Some(what) = impossible(&self.lives, person, today) {
            return Err(format!("{person} {what}"));
        }
        if let Some(difference) = differs(&self.country, &self.lives, person) {
            return Err(difference);
        }
        let Some(record) = self.country.person(person).filter(|record| !record.is_void()) else {
            return Ok(());
        };
        let relative = |id| self.country.register.get(id);
        match breaches(record, &self.country.law, &relative).first() {
            None => Ok(()),
            Some(breach) => {
                Err(format!("{person}: the sweep finds {} {}", breach.number(), breach.title_en()))
            }
        }
    }

    /// Everyone, the fold of the whole ledger, and records as they were known on earlier days.
    pub fn inspect(&self) -> Result<(), String> {
        let today = self.model.acts.last().unwrap().today;
        let everyone: BTreeSet<Who> = self.country.register.people().map(|person| who(person.id)).collect();
        let everyone =
            self.lives.people.iter().map(|(who, _)| who).chain(everyone).collect::<BTreeSet<Who>>();
        everyone.into_iter().try_for_each(|person| self.is_as_the_law_says(person, today))?;
        if Register::fold(self.country.entries.iter().cloned()) != self.country.register {
            return Err("the fold of all entries is another register".to_owned());
        }
        // Days enough to be sure of, few enough to be quick; which ones moves with the number of acts.
        for ((person, day), record) in self.seen.iter().skip(self.model.acts.len() % 7).step_by(7) {
            let known = as_known_on(self.country.register.history(person_id(*person)), *day);
            if fold(&known).as_ref() != Some(record) {
                return Err(format!("{person} as known on {day} is not as it was"));
            }
        }
        Ok(())
    }
}
