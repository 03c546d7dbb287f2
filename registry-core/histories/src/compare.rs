//! Compares the folded record with the plain model.

use chrono::NaiveDate;
use registry_domain::person::{CivilStatus, Link, Person};
use registry_domain::sex;

use crate::command::{Sex, Who};
use crate::model::{Life, Lives, Marriage, Status};
use crate::naming::Naming;

/// What the record and the model both know of one person.
#[derive(PartialEq, Eq, Debug)]
struct Known<'a> {
    names: [&'a str; 3],
    sex: Sex,
    born_on: NaiveDate,
    died_on: Option<NaiveDate>,
    /// None for the dead, whose status no longer matters.
    status: Option<Status>,
    parents: Vec<Who>,
    children: Vec<Who>,
    /// The spouse, the day it began, and the day it ended.
    marriages: Vec<(Who, Option<NaiveDate>, Option<NaiveDate>)>,
    home: (&'a str, &'a str, Option<NaiveDate>),
}

/// Says how the record of one person differs from what the law makes of the acts; none if it does not.
pub fn differs(record: Option<&Person>, naming: &dyn Naming, lives: &Lives, whose: Who) -> Option<String> {
    let record = record.filter(|record| !record.is_void());
    match (record, lives.people.get(&whose)) {
        (None, None) => None,
        (Some(_), None) => Some(format!("{whose} is in the register, and should not be")),
        (None, Some(_)) => Some(format!("{whose} is not in the register")),
        (Some(record), Some(life)) => {
            let (record, law) = (of_record(record, naming), of_life(lives, whose, life));
            (record != law).then(|| format!("{whose}: the record has\n  {record:?}, the law\n  {law:?}"))
        }
    }
}

fn sorted(people: impl Iterator<Item = Who>) -> Vec<Who> {
    let mut people: Vec<Who> = people.collect();
    people.sort_unstable();
    people
}

fn of_record<'a>(record: &'a Person, naming: &dyn Naming) -> Known<'a> {
    let name = record.name.as_ref().unwrap();
    let home = record.residence.as_ref().unwrap();
    let people = |links: &[Link]| sorted(links.iter().map(|link| naming.who(link.person)));
    let marriage = |link: &Link| {
        let ended_on = link.ended_on.map(|on| on.full().unwrap());
        (naming.who(link.person), link.began_on, ended_on)
    };
    let status = match record.civil_status {
        CivilStatus::Single => Status::Single,
        CivilStatus::Married => Status::Married,
        CivilStatus::Divorced => Status::Divorced,
        CivilStatus::Widowed => Status::Widowed,
    };
    Known {
        names: [
            name.clan.as_ref().unwrap().as_str(),
            name.parent.as_ref().unwrap().as_str(),
            name.given.as_str(),
        ],
        sex: match record.sex.unwrap() {
            sex::Sex::Female => Sex::Female,
            sex::Sex::Male => Sex::Male,
        },
        born_on: record.born_on.unwrap().full().unwrap(),
        died_on: record.died_on().map(|on| on.full().unwrap()),
        status: record.is_alive().then_some(status),
        parents: people(&record.parents),
        children: people(&record.children),
        marriages: record.spouses.iter().map(marriage).collect(),
        home: (home.unit.as_str(), &home.address, home.since),
    }
}

fn of_life<'a>(lives: &Lives, whose: Who, life: &'a Life) -> Known<'a> {
    let own = lives.marriages.iter().filter(|marriage| marriage.is_of(whose));
    let marriage =
        |marriage: &Marriage| (marriage.other(whose), marriage.began, marriage.ended.map(|(day, _)| day));
    Known {
        names: [&life.clan, &life.parent, &life.given],
        sex: life.sex,
        born_on: life.born_on,
        died_on: life.dead.map(|death| death.on),
        status: life.dead.is_none().then(|| lives.status(whose)),
        parents: sorted(life.mother.into_iter().chain(life.father)),
        children: lives.children(whose),
        marriages: own.map(marriage).collect(),
        home: (life.home.unit, &life.home.address, life.arrived_on),
    }
}
