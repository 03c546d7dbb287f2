//! One history: its commands go through the public interface of the domain, and after each the records are
//! compared.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use registry_domain::history::fold;
use registry_domain::history::moment::as_known_on;
use registry_domain::id::PersonId;
use registry_domain::person::Person;
use registry_domain::register::Register;
use registry_domain::sweep::breaches;

use registry_histories::command::{Command, Label, Who};
use registry_histories::compare::differs;
use registry_histories::founding::founding;
use registry_histories::law::{forbids, impossible};
use registry_histories::model::{Lives, Model};
use registry_histories::naming::Naming;

use crate::country::{Country, Declared, act_number, person_id};

/// Names people and acts by the labels of their commands.
pub struct ByLabel;

impl Naming for ByLabel {
    fn person(&self, who: Who) -> PersonId {
        person_id(who)
    }

    fn who(&self, id: PersonId) -> Who {
        usize::try_from(id.uuid().as_u128() - 1).unwrap()
    }

    fn act_number(&self, label: Label) -> String {
        act_number(label)
    }
}

/// The register beside the model, and how records looked at the end of a day.
#[derive(Clone)]
pub struct History {
    pub country: Country,
    pub model: Model,
    pub lives: Lives,
    seen: BTreeMap<(Who, NaiveDate), Person>,
}

impl History {
    /// The country as it is imported.
    pub fn new() -> Self {
        let mut history = Self {
            country: Country::new(),
            model: Model::default(),
            lives: Lives::default(),
            seen: BTreeMap::new(),
        };
        for command in founding(0) {
            assert_eq!(history.step(&command), Ok(Ok(())));
        }
        history
    }

    /// Registers one command: it is accepted, or refused with a number. An error is a fault of the service.
    pub fn step(&mut self, command: &Command) -> Result<Result<(), u16>, String> {
        let forbidden = forbids(command, &self.model, &self.lives);
        let form = command.form(&ByLabel);
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
                let people: BTreeSet<Who> = entry.parts.iter().map(|part| ByLabel.who(part.person)).collect();
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
        if let Some(difference) = differs(self.country.person(person), &ByLabel, &self.lives, person) {
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

    /// Compares everyone, the fold of the whole ledger, and records as they were known on earlier days.
    pub fn inspect(&self) -> Result<(), String> {
        let today = self.model.acts.last().unwrap().today;
        let everyone: BTreeSet<Who> =
            self.country.register.people().map(|person| ByLabel.who(person.id)).collect();
        let everyone =
            self.lives.people.iter().map(|(who, _)| who).chain(everyone).collect::<BTreeSet<Who>>();
        everyone.into_iter().try_for_each(|person| self.is_as_the_law_says(person, today))?;
        if Register::fold(self.country.entries.iter().cloned()) != self.country.register {
            return Err("the fold of all entries is another register".to_owned());
        }
        // One in seven of the earlier days keeps the test quick; which ones are compared moves with the
        // number of acts.
        for ((person, day), record) in self.seen.iter().skip(self.model.acts.len() % 7).step_by(7) {
            let known = as_known_on(self.country.register.history(person_id(*person)), *day);
            if fold(&known).as_ref() != Some(record) {
                return Err(format!("{person} as known on {day} is not as it was"));
            }
        }
        Ok(())
    }
}
