//! What the law forbids, stated a second time in plain words over the plain model: a command that falls under
//! it must be refused, and no accepted command may lead to something impossible.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use crate::command::{Command, Field, Sex, What, Who};
use crate::draw::office_of;
use crate::model::{Act, Life, Lives, Model};

pub fn age(born_on: NaiveDate, day: NaiveDate) -> u32 {
    day.years_since(born_on).unwrap_or(0)
}

/// The reason why a command must be refused; none if no rule here forbids it.
pub fn forbids(command: &Command, model: &Model, lives: &Lives) -> Option<&'static str> {
    let today = command.today;
    let lives_not = |who: &Who| lives.living(*who).is_none();
    match &command.what {
        What::Import { .. } => None,
        What::Birth { .. } => birth(command, lives),
        What::Death { who, died_on, .. } => match lives.people.get(who) {
            None => Some("nobody dies who is not there"),
            Some(life) if life.dead.is_some() => Some("one dies once"),
            Some(life) if *died_on < life.born_on || *died_on > today => Some("a death within the life"),
            Some(_) => None,
        },
        What::Return { who } => {
            let by_court =
                lives.people.get(who).and_then(|life| life.dead).is_some_and(|death| death.by_court);
            (!by_court).then_some("only who was declared dead by a court returns")
        }
        What::Marriage { .. } => marriage(command, lives),
        What::Divorce { who, court } => {
            if lives_not(who) || lives.spouse(*who).is_none() {
                return Some("only the living and married divorce");
            }
            let spouse = lives.spouse(*who)?;
            let of_spouse = lives.children(spouse);
            let minor = |child: &Who| lives.living(*child).is_some_and(|life| age(life.born_on, today) < 18);
            let common = lives.children(*who).into_iter().filter(|child| of_spouse.contains(child));
            let is_barred = court.is_none() && common.into_iter().any(|child| minor(&child));
            is_barred.then_some("a common child under age leaves the court")
        }
        What::Restoration { husband, wife } => {
            let last = |who: Who| lives.last_marriage(who).filter(|last| !last.is_open());
            if last(*husband).is_none() || last(*husband) != last(*wife) {
                Some("only the last marriage of both, ended, is restored")
            } else {
                couple(*husband, *wife, today, lives)
            }
        }
        What::Parentage { .. } => parentage(command, lives),
        What::NameChange { .. } => name_change(command, lives),
        What::Move { who, along, home, on } => {
            if lives_not(who) || along.iter().any(lives_not) {
                return Some("the dead do not move");
            }
            let grown = |child: &Who| lives.living(*child).is_some_and(|life| age(life.born_on, today) >= 16);
            let moves = |act: &Act, of: &Who| match &act.what {
                What::Move { who, along, .. } => who == of || along.contains(of),
                _ => false,
            };
            let moved = |of: &&Who| model.acts.iter().any(|act| moves(act, of) && model.stands(act.label));
            let since = |of: &Who| lives.living(*of).and_then(|life| life.arrived_on);
            let mut movers = std::iter::once(who).chain(along).filter(moved);
            if movers.any(|of| since(of).is_some_and(|since| since >= *on)) {
                Some("a later move stands")
            } else if along.iter().any(grown) {
                Some("who is sixteen declares a move alone")
            } else if *on > today {
                Some("nobody arrives tomorrow")
            } else {
                (office_of(home.unit) != command.office).then_some("a move is registered where one arrives")
            }
        }
        What::Correction { of, who, changes } => {
            let Some(act) = model.act(*of).filter(|_| model.stands(*of)) else {
                return Some("what does not stand is not corrected");
            };
            if matches!(act.what, What::Correction { .. } | What::Annulment { .. }) {
                return Some("an amendment is not corrected");
            }
            if changes.iter().any(|(field, _)| repeated(act).contains(&(*who, *field))) {
                return Some("a word is corrected where it was first said");
            }
            let home = lives.people.get(who).map(|life| office_of(life.home.unit));
            (act.office != command.office && home != Some(command.office))
                .then_some("an entry is corrected at its office or at home")
        }
        What::Annulment { of } => {
            (model.act(*of).is_none() || !model.stands(*of)).then_some("what does not stand is not annulled")
        }
    }
}

fn birth(command: &Command, lives: &Lives) -> Option<&'static str> {
    let What::Birth { mother, father, applicants, foundling, born_on, .. } = &command.what else {
        return None;
    };
    if *born_on > command.today {
        return Some("nobody is born tomorrow");
    }
    if foundling.is_some() {
        return (mother.is_some() || father.is_some()).then_some("a foundling has no known parents");
    }
    let known = |who: &Option<Who>| who.map(|who| lives.people.get(&who));
    let (mother_life, father_life) = (known(mother), known(father));
    if mother_life == Some(None) || father_life == Some(None) || (mother.is_none() && father.is_none()) {
        return Some("a parent is in the register");
    }
    for (life, sex) in [(mother_life.flatten(), Sex::Female), (father_life.flatten(), Sex::Male)] {
        if life.is_some_and(|life| life.sex != sex) {
            return Some("a mother is a woman and a father a man");
        }
        if life.is_some_and(|life| age(life.born_on, *born_on) < 12) {
            return Some("a child has no child");
        }
    }
    let died = |life: Option<Option<&Life>>| Some(life??.dead?.on);
    if died(mother_life).is_some_and(|on| on < *born_on) {
        return Some("the dead do not give birth");
    }
    if died(father_life).is_some_and(|on| on + Months::new(10) < *born_on) {
        return Some("a posthumous child is born within ten months");
    }
    let alive = |who: &Option<Who>| who.is_some_and(|who| lives.living(who).is_some());
    let applies = |role: &str| applicants.contains(&role);
    if applicants.is_empty() || (applies("mother") && !alive(mother)) || (applies("father") && !alive(father))
    {
        return Some("a living parent applies");
    }
    let sibling = |life: &Life| mother.is_some() && life.mother == *mother && life.born_on == *born_on;
    if lives.people.iter().any(|(_, life)| sibling(life)) {
        return Some("a child is registered once");
    }
    let couple = mother.zip(*father)?;
    let is_couple = |couple: (Who, Who)| {
        lives.marriages.iter().any(|marriage| marriage.is_of(couple.0) && marriage.is_of(couple.1))
    };
    let both = applies("mother") && applies("father");
    (!both && !is_couple(couple)).then_some("unmarried parents apply each")
}

fn marriage(command: &Command, lives: &Lives) -> Option<&'static str> {
    let What::Marriage { husband, wife, witnesses, on, .. } = &command.what else { return None };
    if *on > command.today {
        return Some("nobody marries tomorrow");
    }
    if let Some(bar) = couple(*husband, *wife, *on, lives) {
        return Some(bar);
    }
    let [one, other] = witnesses;
    let grown = |who: &Who| lives.living(*who).is_some_and(|life| age(life.born_on, command.today) >= 18);
    let is_party = |who: &Who| who == husband || who == wife;
    (one == other || witnesses.iter().any(|who| !grown(who) || is_party(who)))
        .then_some("two other adults witness")
}

/// Why the law does not let these two be married from the day, for the first time or again; none if it does.
fn couple(husband: Who, wife: Who, on: NaiveDate, lives: &Lives) -> Option<&'static str> {
    let (Some(man), Some(woman)) = (lives.living(husband), lives.living(wife)) else {
        return Some("the dead do not marry");
    };
    if man.sex != Sex::Male || woman.sex != Sex::Female {
        return Some("a marriage is between a man and a woman");
    }
    if age(man.born_on, on) < 18 || age(woman.born_on, on) < 18 {
        return Some("both are eighteen");
    }
    if lives.spouse(husband).is_some() || lives.spouse(wife).is_some() {
        return Some("one has one spouse");
    }
    are_kin(lives, husband, wife).then_some("kin do not marry")
}

fn parents(lives: &Lives, who: Who) -> BTreeSet<Who> {
    lives.people.get(&who).into_iter().flat_map(|life| life.mother.into_iter().chain(life.father)).collect()
}

/// Whether two people are of kin: in direct line to great-grandparents, siblings with one parent or two,
/// uncle and niece.
fn are_kin(lives: &Lives, one: Who, other: Who) -> bool {
    let up =
        |people: &BTreeSet<Who>| people.iter().flat_map(|who| parents(lives, *who)).collect::<BTreeSet<_>>();
    let line = |who: Who| {
        let own = BTreeSet::from([who]);
        let (first, second) = (up(&own), up(&up(&own)));
        let third = up(&second);
        [own, first, second, third]
    };
    let ([own, first, second, third], [own_too, first_too, second_too, third_too]) = (line(one), line(other));
    let meet = |these: &BTreeSet<Who>, those: &BTreeSet<Who>| !these.is_disjoint(those);
    [&first_too, &second_too, &third_too].into_iter().any(|line| meet(&own, line))
        || [&first, &second, &third].into_iter().any(|line| meet(&own_too, line))
        || meet(&first, &first_too)
        || meet(&first, &second_too)
        || meet(&second, &first_too)
}

fn parentage(command: &Command, lives: &Lives) -> Option<&'static str> {
    let What::Parentage { child, parent, is_mother, by_court, consents, .. } = &command.what else {
        return None;
    };
    let (Some(young), Some(old)) = (lives.people.get(child), lives.people.get(parent)) else {
        return Some("both are in the register");
    };
    let (has, sex, other) = if *is_mother {
        (young.mother, Sex::Female, young.father)
    } else {
        (young.father, Sex::Male, young.mother)
    };
    if has.is_some() {
        return Some("one has one father and one mother");
    }
    if old.sex != sex {
        return Some("a mother is a woman and a father a man");
    }
    if age(old.born_on, young.born_on) < 12 {
        return Some("a child has no child");
    }
    if *is_mother && old.dead.is_some_and(|death| death.on < young.born_on) {
        return Some("the dead do not give birth");
    }
    let apply = old.dead.is_none() && other.is_some_and(|other| lives.living(other).is_some());
    if !by_court && (young.dead.is_some() || !apply) {
        return Some("without two living parents a court decides");
    }
    let asked = young.dead.is_none() && age(young.born_on, command.today) >= 16;
    (asked && !consents).then_some("from sixteen the child consents")
}

fn name_change(command: &Command, lives: &Lives) -> Option<&'static str> {
    let What::NameChange { who, clan, parent, given, children, consenting, represented } = &command.what
    else {
        return None;
    };
    let Some(life) = lives.living(*who) else { return Some("the dead keep their names") };
    if office_of(life.home.unit) != command.office {
        return Some("a name changes at home");
    }
    let asked = [clan.is_some(), parent.is_some(), given.is_some()];
    if asked == [false; 3] || asked.iter().zip(life.changes).any(|(asked, before)| *asked && before > 0) {
        return Some("each part of a name changes once");
    }
    let years = age(life.born_on, command.today);
    if years < 18 && (!represented || (years >= 16 && !consenting.contains(who))) {
        return Some("who is under age is represented, and consents from sixteen");
    }
    if given.is_none() && !children.is_empty() {
        return Some("children follow a given name");
    }
    let follows = |child: &Who| {
        let Some(young) = lives.living(*child) else { return false };
        let is_theirs = young.mother == Some(*who) || young.father == Some(*who);
        let agrees = age(young.born_on, command.today) < 16 || consenting.contains(child);
        is_theirs && young.parent == life.given && agrees
    };
    (!children.iter().all(follows)).then_some("a child who bears the name follows, from sixteen with consent")
}

/// What is impossible in the life of one person and their children, whatever was registered, corrected and
/// annulled.
pub fn impossible(lives: &Lives, who: Who, today: NaiveDate) -> Option<&'static str> {
    let life = lives.people.get(&who)?;
    let died_on = life.dead.map(|death| death.on);
    if life.born_on > today || died_on.is_some_and(|day| day > today) {
        return Some("was born or died in the future");
    }
    if died_on.is_some_and(|day| day < life.born_on) {
        return Some("died before being born");
    }
    if life.arrived_on.is_some_and(|day| day > today || died_on.is_some_and(|died_on| day > died_on)) {
        return Some("moved after death or in the future");
    }
    let children = lives.children(who);
    let young = children.iter().chain([&who]).filter_map(|child| lives.people.get(child));
    young
        .filter_map(|child| impossible_parent(lives, child))
        .next()
        .or_else(|| impossible_marriage(lives, who, life, today))
}

fn impossible_parent(lives: &Lives, child: &Life) -> Option<&'static str> {
    for (parent, sex) in [(child.mother, Sex::Female), (child.father, Sex::Male)] {
        let Some(parent) = parent.and_then(|parent| lives.people.get(&parent)) else { continue };
        if parent.sex != sex || age(parent.born_on, child.born_on) < 12 {
            return Some("has or is a parent who cannot be one");
        }
        if sex == Sex::Female && parent.dead.is_some_and(|death| death.on < child.born_on) {
            return Some("was born of the dead, or bore a child after death");
        }
    }
    None
}

fn impossible_marriage(lives: &Lives, who: Who, life: &Life, today: NaiveDate) -> Option<&'static str> {
    let own: Vec<_> = lives.marriages.iter().filter(|marriage| marriage.is_of(who)).collect();
    if own.iter().filter(|marriage| marriage.is_open()).count() > 1 {
        return Some("has two spouses");
    }
    if life.dead.is_some() && own.iter().any(|marriage| marriage.is_open()) {
        return Some("is dead and married");
    }
    for marriage in &own {
        let ended = marriage.ended.map(|(day, _)| day);
        if marriage.began.is_some_and(|day| age(life.born_on, day) < 18) {
            return Some("married as a child");
        }
        if marriage.began.is_some_and(|day| day > today) || ended.is_some_and(|day| day > today) {
            return Some("has a marriage in the future");
        }
        if marriage.began.zip(ended).is_some_and(|(began, ended)| ended < began) {
            return Some("has a marriage that ended before it began");
        }
        let died_on = life.dead.map(|death| death.on);
        if died_on.zip(marriage.began).is_some_and(|(died_on, began)| began > died_on) {
            return Some("married after death");
        }
        let during = |other: &&&crate::model::Marriage| {
            other.began.is_some_and(|began| marriage.began.is_none_or(|own| own <= began))
                && other.began > marriage.began
                && ended.is_none_or(|ended| other.began < Some(ended))
        };
        if own.iter().any(|other| during(&other)) {
            return Some("had two spouses at once");
        }
    }
    None
}

/// Words of a name that an act only repeats, because it holds the whole name.
pub fn repeated(act: &Act) -> Vec<(Who, Field)> {
    match &act.what {
        What::NameChange { who, clan, parent, given, children, .. } => {
            let said = [(Field::Clan, clan), (Field::Parent, parent), (Field::Given, given)];
            let kept = said.into_iter().filter(|(_, new)| new.is_none()).map(|(field, _)| (*who, field));
            let of_children =
                children.iter().flat_map(|child| [(*child, Field::Clan), (*child, Field::Given)]);
            kept.chain(of_children).collect()
        }
        What::Parentage { child, takes_name, takes_clan, .. } => {
            let taken = [(Field::Clan, *takes_clan), (Field::Parent, *takes_name), (Field::Given, false)];
            taken.into_iter().filter(|(_, taken)| !taken).map(|(field, _)| (*child, field)).collect()
        }
        What::Import { .. }
        | What::Birth { .. }
        | What::Death { .. }
        | What::Return { .. }
        | What::Marriage { .. }
        | What::Divorce { .. }
        | What::Restoration { .. }
        | What::Move { .. }
        | What::Correction { .. }
        | What::Annulment { .. } => Vec::new(),
    }
}

/// The words that an act itself introduces for a person, and that may be corrected there. If a child's parent
/// is known, the parent's name is the parent's own given name and is corrected with the parent.
pub fn said(model: &Model, at: usize) -> Vec<(Who, Field)> {
    let act = &model.acts[at];
    let label = act.label;
    match &act.what {
        What::Import { mother, father, .. } => {
            let mut words = own_words(label);
            if mother.is_none() && father.is_none() {
                words.push((label, Field::Parent));
            }
            words
        }
        What::Birth { foundling, .. } => {
            let mut words = own_words(label);
            words.push((label, Field::ArrivedOn));
            if foundling.is_some() {
                words.push((label, Field::Parent));
            }
            words
        }
        What::Death { who, .. } => vec![(*who, Field::DiedOn)],
        What::Marriage { husband, wife, .. } => vec![(*husband, Field::MarriedOn), (*wife, Field::MarriedOn)],
        What::Divorce { who, .. } => vec![(*who, Field::EndedOn)],
        What::Restoration { husband, .. } => vec![(*husband, Field::RestoredOn)],
        What::NameChange { who, clan, parent, given, .. } => {
            let said = [
                (Field::Clan, clan.is_some()),
                (Field::Parent, parent.is_some()),
                (Field::Given, given.is_some()),
            ];
            said.into_iter().filter(|(_, said)| *said).map(|(field, _)| (*who, field)).collect()
        }
        What::Move { who, along, .. } => {
            let people = std::iter::once(who).chain(along);
            people
                .flat_map(|who| [Field::Unit, Field::Address, Field::ArrivedOn].map(|field| (*who, field)))
                .collect()
        }
        What::Return { .. } | What::Parentage { .. } | What::Correction { .. } | What::Annulment { .. } => {
            Vec::new()
        }
    }
}

fn own_words(who: Who) -> Vec<(Who, Field)> {
    [Field::Clan, Field::Given, Field::Sex, Field::BornOn, Field::Unit, Field::Address]
        .map(|field| (who, field))
        .to_vec()
}
