//! Commands drawn from a seed: most of them plausible, many unlawful.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::command::{Command, Field, Home, Label, Sex, What, Who, Word, sex_word};
use crate::law::{age, repeated, said};
use crate::model::{Life, Lives, Model};

/// Units, each with its office.
const UNITS: [(&str, &str); 6] = [
    ("110151", "110151"),
    ("110153", "110153"),
    ("2101", "2101"),
    ("210151", "2101"),
    ("210153", "2101"),
    ("210451", "2104"),
];

/// The code as the table above has it, if it is there.
pub fn known_unit(code: &str) -> Option<&'static str> {
    UNITS.iter().find(|(unit, _)| *unit == code).map(|(unit, _)| *unit)
}

/// The office that registers for a unit.
pub fn office_of(unit: &str) -> &'static str {
    UNITS.iter().find(|(code, _)| *code == unit).map_or("", |(_, office)| office)
}

/// Numbers from a seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % (limit.max(1) as u64)) as usize
    }

    /// True in `percent` of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.below(from.len())])
    }

    fn days_before(&mut self, day: NaiveDate, most: usize) -> NaiveDate {
        day - Days::new(self.below(most + 1) as u64)
    }

    fn days_around(&mut self, day: NaiveDate, most: usize) -> NaiveDate {
        day + Days::new(self.below(most + 1) as u64) - Days::new(self.below(most + 1) as u64)
    }

    /// The day of the next command: often the same day, sometimes up to 300 days later.
    pub fn later(&mut self, day: NaiveDate) -> NaiveDate {
        let most = if self.chance(60) {
            0
        } else if self.chance(80) {
            20
        } else {
            300
        };
        day + Days::new(self.below(most + 1) as u64)
    }
}

/// A name that no other number gives: the number in syllables.
pub fn name(number: usize) -> Word {
    const FIRST: [&str; 10] = ["Ба", "Да", "Га", "Ла", "Ма", "На", "Ра", "Са", "То", "Хо"];
    const MORE: [&str; 10] = ["ба", "да", "га", "ла", "ма", "на", "ра", "са", "то", "хо"];
    let mut rest = number / 10;
    let mut name = FIRST[number % 10].to_owned();
    while rest > 0 {
        name.push_str(MORE[rest % 10]);
        rest /= 10;
    }
    name.into()
}

/// One draw, with what it depends on.
pub struct Draw<'a> {
    pub dice: &'a mut Dice,
    pub model: &'a Model,
    pub lives: &'a Lives,
    pub label: Label,
    pub today: NaiveDate,
}

impl Draw<'_> {
    pub fn command(mut self) -> Command {
        let (what, office) = match self.dice.below(100) {
            0..14 => (self.birth(), None),
            14..21 => (self.death(), None),
            21..24 => (self.comes_back(), None),
            24..40 => (self.marriage(), None),
            40..48 => (self.divorce(), None),
            48..53 => (self.restoration(), None),
            53..59 => (self.parentage(), None),
            59..68 => self.name_change(),
            68..78 => self.arrival(),
            78..90 => self.correction(),
            _ => (self.annulment(), None),
        };
        let anywhere = UNITS[self.dice.below(UNITS.len())].1;
        let office = office.filter(|_| self.dice.chance(85)).unwrap_or(anywhere);
        Command { label: self.label, office, today: self.today, what }
    }

    fn name(&self, which: usize) -> Word {
        name(self.label * 4 + which)
    }

    fn home(&mut self) -> Home {
        let unit = UNITS[self.dice.below(UNITS.len())].0;
        Home { unit, address: format!("{}-1", self.dice.below(1_000)).into() }
    }

    fn those(&self, is_meant: impl Fn(Who, &Life) -> bool) -> Vec<Who> {
        self.lives.people.iter().filter(|(who, life)| is_meant(*who, life)).map(|(who, _)| who).collect()
    }

    /// Any label: the person may be dead, or nobody.
    fn anyone(&mut self) -> Who {
        self.dice.below(self.label)
    }

    /// One of the people meant, if there is one; now and then somebody else.
    fn one(&mut self, is_meant: impl Fn(Who, &Life) -> bool) -> Who {
        let meant = self.those(is_meant);
        if self.dice.chance(92) {
            self.dice.pick(&meant).unwrap_or_else(|| self.anyone())
        } else {
            self.anyone()
        }
    }

    fn years(&self, life: &Life) -> u32 {
        age(life.born_on, self.today)
    }

    fn birth(&mut self) -> What {
        let (label, today) = (self.label, self.today);
        let parent = |sex: Sex, oldest: u32| {
            move |life: &Life| life.sex == sex && (16..oldest).contains(&age(life.born_on, today))
        };
        let (woman, man) = (parent(Sex::Female, 50), parent(Sex::Male, 70));
        let mother = self.one(|_, life| life.dead.is_none() && woman(life));
        let father = match self.lives.spouse(mother) {
            Some(husband) if self.dice.chance(85) => Some(husband),
            Some(_) | None if self.dice.chance(45) => Some(self.one(|_, life| man(life))),
            Some(_) | None => None,
        };
        let foundling = self.dice.chance(6).then(|| (name(label * 4 + 1), name(label * 4 + 2), self.home()));
        let applicants = match father {
            _ if foundling.is_some() => Vec::new(),
            Some(_) if self.dice.chance(60) => vec!["mother", "father"],
            Some(_) if self.dice.chance(30) => vec!["father"],
            Some(_) | None => vec!["mother"],
        };
        let late = if self.dice.chance(85) { 25 } else { 400 };
        What::Birth {
            mother: foundling.is_none().then_some(mother),
            father: father.filter(|_| foundling.is_none()),
            applicants,
            foundling,
            given: self.name(0),
            sex: if self.dice.chance(50) { Sex::Female } else { Sex::Male },
            born_on: self.dice.days_before(today, late),
            answered: self.dice.chance(85),
        }
    }

    fn death(&mut self) -> What {
        let who = self.one(|_, life| life.dead.is_none());
        let long_ago = if self.dice.chance(85) { 5 } else { 900 };
        What::Death {
            who,
            died_on: self.dice.days_before(self.today, long_ago),
            by_court: self.dice.chance(50),
            answered: self.dice.chance(80),
        }
    }

    fn comes_back(&mut self) -> What {
        What::Return { who: self.one(|_, life| life.dead.is_some_and(|death| death.by_court)) }
    }

    fn marriage(&mut self) -> What {
        let (today, lives) = (self.today, self.lives);
        let may = move |sex: Sex| {
            move |who: Who, life: &Life| {
                let is_grown = life.dead.is_none() && life.sex == sex && age(life.born_on, today) >= 18;
                is_grown && lives.spouse(who).is_none()
            }
        };
        let (husband, wife) = (self.one(may(Sex::Male)), self.one(may(Sex::Female)));
        let witness = |who: Who, life: &Life| {
            life.dead.is_none() && age(life.born_on, today) >= 18 && ![husband, wife].contains(&who)
        };
        let witnesses = [self.one(witness), self.one(witness)];
        let on = match self.dice.below(20) {
            0..14 => today,
            14..19 => self.dice.days_before(today, 200),
            _ => today + Days::new(1),
        };
        What::Marriage { husband, wife, witnesses, on, answered: self.dice.chance(90) }
    }

    fn divorce(&mut self) -> What {
        let lives = self.lives;
        let who = self.one(|who, _| lives.spouse(who).is_some());
        let court = self.dice.chance(70).then(|| self.dice.days_before(self.today, 30));
        What::Divorce { who, court }
    }

    fn restoration(&mut self) -> What {
        let ended = self.lives.marriages.iter().filter(|marriage| !marriage.is_open());
        let couples: Vec<[Who; 2]> = ended.map(|marriage| marriage.couple).collect();
        let couple = if self.dice.chance(92) { self.dice.pick(&couples) } else { None };
        let [husband, wife] = couple.unwrap_or_else(|| [self.anyone(), self.anyone()]);
        What::Restoration { husband, wife }
    }

    fn parentage(&mut self) -> What {
        let is_mother = self.dice.chance(25);
        let lacks = |life: &Life| if is_mother { life.mother.is_none() } else { life.father.is_none() };
        let child = self.one(|who, life| lacks(life) && who >= 20);
        let born_on = self.lives.people.get(&child).map_or(self.today, |life| life.born_on);
        let sex = if is_mother { Sex::Female } else { Sex::Male };
        let parent = self.one(|_, life| life.sex == sex && age(life.born_on, born_on) > 15);
        What::Parentage {
            child,
            parent,
            is_mother,
            by_court: self.dice.chance(60),
            takes_name: self.dice.chance(50),
            takes_clan: self.dice.chance(50),
            consents: self.dice.chance(85),
            answered: self.dice.chance(90),
        }
    }

    fn name_change(&mut self) -> (What, Option<&'static str>) {
        let who = self.one(|_, life| life.dead.is_none());
        let mut asked = [false; 3].map(|_| self.dice.chance(40));
        if asked == [false; 3] && self.dice.chance(90) {
            asked[2] = true;
        }
        let life = self.lives.people.get(&who);
        let given = life.map(|life| life.given.clone());
        let bearing = |child: &Who| {
            let parent = self.lives.people.get(child).map(|life| life.parent.clone());
            parent == given
        };
        let mut children: Vec<Who> = self.lives.children(who).into_iter().filter(bearing).collect();
        if !asked[2] && self.dice.chance(90) || self.dice.chance(20) {
            children.clear();
        }
        let consenting =
            if self.dice.chance(85) { [vec![who], children.clone()].concat() } else { Vec::new() };
        let [clan, parent, given] = asked;
        let what = What::NameChange {
            who,
            clan: clan.then(|| self.name(1)),
            parent: parent.then(|| self.name(2)),
            given: given.then(|| self.name(3)),
            children,
            consenting,
            represented: self.dice.chance(90),
        };
        (what, life.map(|life| office_of(life.home.unit)))
    }

    fn arrival(&mut self) -> (What, Option<&'static str>) {
        let who = self.one(|_, life| life.dead.is_none());
        let home = self.home();
        let is_young = |child: &Who| self.lives.living(*child).is_some_and(|life| self.years(life) < 16);
        let mut along: Vec<Who> = self.lives.children(who).into_iter().filter(is_young).collect();
        if self.dice.chance(5) {
            along.push(self.anyone());
        }
        let office = office_of(home.unit);
        (What::Move { who, along, home, on: self.dice.days_before(self.today, 15) }, Some(office))
    }

    fn correction(&mut self) -> (What, Option<&'static str>) {
        let at = self.recent();
        let of = self.model.acts[at].label;
        let repeated = repeated(&self.model.acts[at]);
        let words =
            if self.dice.chance(10) && !repeated.is_empty() { repeated } else { said(self.model, at) };
        let Some((who, field)) = self.dice.pick(&words) else {
            let who = self.anyone();
            return (
                What::Correction { of, who, changes: vec![(Field::Given, self.name(0).to_string())] },
                None,
            );
        };
        let mut changes = vec![(field, self.value(who, field, 0))];
        let others: Vec<Field> = words
            .iter()
            .filter(|(whose, other)| *whose == who && *other != field)
            .map(|(_, other)| *other)
            .collect();
        if let Some(other) = self.dice.pick(&others).filter(|_| self.dice.chance(25)) {
            changes.push((other, self.value(who, other, 1)));
        }
        let home = self.lives.people.get(&who).map(|life| office_of(life.home.unit));
        (What::Correction { of, who, changes }, home)
    }

    fn value(&mut self, who: Who, field: Field, which: usize) -> String {
        let life = self.lives.people.get(&who);
        let near = |dice: &mut Dice, day: NaiveDate, most: usize| dice.days_around(day, most).to_string();
        match field {
            Field::Clan | Field::Parent | Field::Given => self.name(which).to_string(),
            Field::Sex => {
                let sex = life.map_or(Sex::Male, |life| life.sex);
                sex_word(if sex == Sex::Male { Sex::Female } else { Sex::Male }).to_owned()
            }
            Field::BornOn => {
                let born_on = life.map_or(self.today, |life| life.born_on);
                let most = if self.dice.chance(80) { 40 } else { 9_000 };
                near(self.dice, born_on, most)
            }
            Field::Unit => UNITS[self.dice.below(UNITS.len())].0.to_owned(),
            Field::Address => format!("{}-2", self.dice.below(1_000)),
            Field::DiedOn | Field::MarriedOn | Field::EndedOn | Field::RestoredOn | Field::ArrivedOn => {
                let most = if self.dice.chance(80) { 60 } else { 900 };
                near(self.dice, self.today - Days::new(60), most)
            }
        }
    }

    /// An act, often a recent one; it may be annulled already.
    fn recent(&mut self) -> usize {
        let acts = self.model.acts.len();
        let near = if self.dice.chance(60) { 15.min(acts) } else { acts };
        acts - 1 - self.dice.below(near)
    }

    fn annulment(&mut self) -> What {
        let acts: Vec<usize> = (0..3).map(|_| self.recent()).collect();
        let acts: BTreeSet<Label> = acts.into_iter().map(|at| self.model.acts[at].label).collect();
        let standing: Vec<Label> = acts.iter().copied().filter(|label| self.model.stands(*label)).collect();
        let of = self.dice.pick(&standing).or_else(|| acts.first().copied()).unwrap_or_default();
        What::Annulment { of }
    }
}
