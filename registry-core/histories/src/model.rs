//! The plain reference: what the law makes of a list of acts. It is written from the words of the law and
//! uses nothing of the domain, keeps each link at one end only, and is computed anew from all acts each time.
//!
//! An annulled act counts as if it had never been. A corrected act has the corrected words. A child whose
//! parent's name comes from a parent bears the given name that this parent has now; clan names and homes are
//! taken over only once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::command::{Command, Field, Home, Label, Sex, What, Who, Word};

/// An accepted command.
#[derive(Clone, Debug)]
pub struct Act {
    pub label: Label,
    pub office: String,
    pub today: NaiveDate,
    pub what: What,
    /// What a child takes over from its parents at the time.
    taken_over: Option<(Word, Home)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    Single,
    Married,
    Divorced,
    Widowed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Death {
    pub on: NaiveDate,
    pub by_court: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Life {
    pub sex: Sex,
    pub born_on: NaiveDate,
    pub clan: Word,
    pub parent: Word,
    pub given: Word,
    pub mother: Option<Who>,
    pub father: Option<Who>,
    pub home: Home,
    pub arrived_on: Option<NaiveDate>,
    pub dead: Option<Death>,
    /// How often the clan, the parent's and the given name were changed.
    pub changes: [u32; 3],
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marriage {
    pub couple: [Who; 2],
    /// None for a marriage of the old register, which does not say.
    pub began: Option<NaiveDate>,
    pub ended: Option<(NaiveDate, Status)>,
}

impl Marriage {
    pub const fn is_of(&self, who: Who) -> bool {
        self.couple[0] == who || self.couple[1] == who
    }

    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    pub const fn other(&self, who: Who) -> Who {
        if self.couple[0] == who { self.couple[1] } else { self.couple[0] }
    }
}

/// People by label. A vector, because it is searched far too often for a map.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct People(Vec<Option<Life>>);

impl People {
    pub fn get(&self, who: &Who) -> Option<&Life> {
        self.0.get(*who)?.as_ref()
    }

    fn get_mut(&mut self, who: &Who) -> Option<&mut Life> {
        self.0.get_mut(*who)?.as_mut()
    }

    fn insert(&mut self, who: Who, life: Life) {
        if self.0.len() <= who {
            self.0.resize(who + 1, None);
        }
        self.0[who] = Some(life);
    }

    pub fn iter(&self) -> impl Iterator<Item = (Who, &Life)> {
        self.0.iter().enumerate().filter_map(|(who, life)| Some((who, life.as_ref()?)))
    }
}

/// Everyone, as the acts in effect leave them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lives {
    pub people: People,
    /// In the order in which they were registered.
    pub marriages: Vec<Marriage>,
}

impl Lives {
    pub fn living(&self, who: Who) -> Option<&Life> {
        self.people.get(&who).filter(|life| life.dead.is_none())
    }

    pub fn spouse(&self, who: Who) -> Option<Who> {
        let open = self.marriages.iter().find(|marriage| marriage.is_of(who) && marriage.is_open());
        open.map(|marriage| marriage.other(who))
    }

    pub fn last_marriage(&self, who: Who) -> Option<&Marriage> {
        self.marriages.iter().rev().find(|marriage| marriage.is_of(who))
    }

    pub fn status(&self, who: Who) -> Status {
        match self.last_marriage(who) {
            _ if self.spouse(who).is_some() => Status::Married,
            None => Status::Single,
            Some(last) => last.ended.map_or(Status::Married, |(_, status)| status),
        }
    }

    /// In the order in which the children were registered.
    pub fn children(&self, who: Who) -> Vec<Who> {
        let mut children = Vec::new();
        for (child, life) in self.people.0.iter().enumerate() {
            if let Some(Life { mother, father, .. }) = life
                && (*mother == Some(who) || *father == Some(who))
            {
                children.push(child);
            }
        }
        children
    }

    fn end_marriage(&mut self, who: Who, on: NaiveDate, status: Status) {
        let open = self.marriages.iter_mut().find(|marriage| marriage.is_of(who) && marriage.is_open());
        if let Some(marriage) = open {
            marriage.ended = Some((on, status));
        }
    }
}

/// The corrected words in effect by act, in order: of whom (none if they apply to everyone in the act), which
/// field, and the word.
type Corrected<'a> = BTreeMap<Label, Vec<(Option<Who>, Field, &'a str)>>;

/// The latest corrected word of a field.
fn latest<'a>(words: &[(Option<Who>, Field, &'a str)], who: Option<Who>, field: Field) -> Option<&'a str> {
    let meant = words.iter().rev().find(|(whose, which, _)| (*whose, *which) == (who, field));
    meant.map(|(_, _, word)| *word)
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub acts: Vec<Act>,
}

impl Model {
    /// Adds an act that was registered at an office. `lives` is everyone as they were before it.
    pub fn accept(&mut self, command: &Command, office: &str, lives: &Lives) {
        let Command { label, today, what, .. } = command.clone();
        let taken_over = taken_over(lives, &what);
        self.acts.push(Act { label, office: office.to_owned(), today, what, taken_over });
    }

    pub fn act(&self, label: Label) -> Option<&Act> {
        self.acts.iter().find(|act| act.label == label)
    }

    pub fn stands(&self, label: Label) -> bool {
        !self.annulled().contains(&label)
    }

    fn annulled(&self) -> BTreeSet<Label> {
        let mut annulled = BTreeSet::new();
        for act in self.acts.iter().rev() {
            if let What::Annulment { of } = act.what
                && !annulled.contains(&act.label)
            {
                annulled.insert(of);
            }
        }
        annulled
    }

    /// The people whom an act is about.
    pub fn people_of(&self, label: Label) -> BTreeSet<Who> {
        let Some(act) = self.act(label) else { return BTreeSet::new() };
        let mut people = BTreeSet::new();
        match &act.what {
            What::Import { mother, father, spouse, .. } => {
                people.insert(label);
                people.extend([mother, father, spouse].into_iter().flatten().map(|(who, _)| *who));
            }
            What::Birth { mother, father, .. } => {
                people.insert(label);
                people.extend(mother.iter().chain(father));
            }
            What::Death { who, .. } | What::Return { who } | What::Divorce { who, .. } => {
                people.insert(*who);
            }
            What::Marriage { husband, wife, .. } | What::Restoration { husband, wife } => {
                people.extend([*husband, *wife]);
            }
            What::Parentage { child, parent, .. } => people.extend([*child, *parent]),
            What::NameChange { who, children, .. } => {
                people.insert(*who);
                people.extend(children);
            }
            What::Move { who, along, .. } => {
                people.insert(*who);
                people.extend(along);
            }
            What::Correction { of, who, .. } => {
                people.extend(self.people_of(*of));
                people.insert(*who);
            }
            What::Annulment { of } => people.extend(self.people_of(*of)),
        }
        people
    }

    /// Computes everyone's life from all acts in effect.
    pub fn lives(&self) -> Lives {
        let annulled = self.annulled();
        let standing = || self.acts.iter().filter(|act| !annulled.contains(&act.label));
        let mut corrected = Corrected::new();
        for act in standing() {
            let What::Correction { of, who, changes } = &act.what else { continue };
            for (field, value) in changes {
                let whose = (!field.is_of_all()).then_some(*who);
                corrected.entry(*of).or_default().push((whose, *field, value));
            }
        }
        let mut lives = Lives::default();
        for act in standing() {
            happen(act, &mut lives, &corrected);
        }
        lives
    }
}

/// The clan name follows the father's line, or else the mother's; a newborn lives with the mother, or else
/// with the father.
fn taken_over(lives: &Lives, what: &What) -> Option<(Word, Home)> {
    match what {
        What::Birth { foundling: Some((clan, _, home)), .. } => Some((clan.clone(), home.clone())),
        What::Birth { mother, father, .. } => {
            let life = |who: &Option<Who>| who.and_then(|who| lives.people.get(&who));
            let clan = life(father).or_else(|| life(mother))?.clan.clone();
            let home = life(mother).or_else(|| life(father))?.home.clone();
            Some((clan, home))
        }
        What::Parentage { parent, .. } => {
            lives.people.get(parent).map(|parent| (parent.clan.clone(), parent.home.clone()))
        }
        What::Import { .. }
        | What::Death { .. }
        | What::Return { .. }
        | What::Marriage { .. }
        | What::Divorce { .. }
        | What::Restoration { .. }
        | What::NameChange { .. }
        | What::Move { .. }
        | What::Correction { .. }
        | What::Annulment { .. } => None,
    }
}

fn happen(act: &Act, lives: &mut Lives, corrected: &Corrected<'_>) {
    let day = |field: Field, said: NaiveDate| {
        let word = corrected.get(&act.label).and_then(|words| latest(words, None, field));
        word.and_then(|text| text.parse().ok()).unwrap_or(said)
    };
    match &act.what {
        What::Import { .. } | What::Birth { .. } => begin(act, lives, corrected),
        What::Death { who, died_on, by_court, .. } => {
            let on = day(Field::DiedOn, *died_on);
            lives.end_marriage(*who, on, Status::Widowed);
            if let Some(life) = lives.people.get_mut(who) {
                life.dead = Some(Death { on, by_court: *by_court });
            }
        }
        What::Return { who } => {
            if let Some(life) = lives.people.get_mut(who) {
                life.dead = None;
            }
        }
        What::Marriage { husband, wife, on, .. } => {
            let began = Some(day(Field::MarriedOn, *on));
            lives.marriages.push(Marriage { couple: [*husband, *wife], began, ended: None });
        }
        What::Divorce { who, court } => {
            let on = day(Field::EndedOn, court.unwrap_or(act.today));
            lives.end_marriage(*who, on, Status::Divorced);
        }
        What::Restoration { husband, wife } => {
            let began = Some(day(Field::RestoredOn, act.today));
            lives.marriages.push(Marriage { couple: [*husband, *wife], began, ended: None });
        }
        What::Parentage { child, parent, is_mother, takes_name, takes_clan, .. } => {
            let given = lives.people.get(parent).map(|parent| parent.given.clone());
            let Some(life) = lives.people.get_mut(child) else { return };
            *(if *is_mother { &mut life.mother } else { &mut life.father }) = Some(*parent);
            if let (true, Some(given)) = (*takes_name, given) {
                life.parent = given;
            }
            if let (true, Some((clan, _))) = (*takes_clan, &act.taken_over) {
                life.clan.clone_from(clan);
            }
            correct(act.label, *child, lives, corrected);
        }
        What::NameChange { .. } => rename(act, lives, corrected),
        What::Move { who, along, home, on } => {
            for who in std::iter::once(who).chain(along) {
                if let Some(life) = lives.people.get_mut(who) {
                    life.home.clone_from(home);
                    life.arrived_on = Some(*on);
                }
                correct(act.label, *who, lives, corrected);
            }
        }
        What::Correction { .. } | What::Annulment { .. } => {}
    }
}

fn begin(act: &Act, lives: &mut Lives, corrected: &Corrected<'_>) {
    let given_of = |lives: &Lives, who: Option<Who>| {
        who.and_then(|who| lives.people.get(&who)).map(|life| life.given.clone())
    };
    let life = match &act.what {
        What::Import { clan, parent, given, sex, born_on, home, mother, father, spouse, .. } => {
            let (mother, father) =
                (mother.as_ref().map(|(who, _)| *who), father.as_ref().map(|(who, _)| *who));
            if let Some((spouse, _)) = spouse {
                lives.marriages.push(Marriage { couple: [*spouse, act.label], began: None, ended: None });
            }
            let parent = given_of(lives, father.or(mother)).unwrap_or_else(|| parent.clone());
            Life { parent, mother, father, ..blank(*sex, *born_on, clan, given, home, None) }
        }
        What::Birth { mother, father, foundling, given, sex, born_on, .. } => {
            let Some((clan, home)) = &act.taken_over else { return };
            let parent = match foundling {
                Some((_, parent, _)) => parent.clone(),
                None => given_of(lives, father.or(*mother)).unwrap_or_else(|| Word::from("")),
            };
            let life = blank(*sex, *born_on, clan, given, home, Some(*born_on));
            Life { parent, mother: *mother, father: *father, ..life }
        }
        What::Death { .. }
        | What::Return { .. }
        | What::Marriage { .. }
        | What::Divorce { .. }
        | What::Restoration { .. }
        | What::Parentage { .. }
        | What::NameChange { .. }
        | What::Move { .. }
        | What::Correction { .. }
        | What::Annulment { .. } => return,
    };
    lives.people.insert(act.label, life);
    correct(act.label, act.label, lives, corrected);
}

fn blank(
    sex: Sex,
    born_on: NaiveDate,
    clan: &Word,
    given: &Word,
    home: &Home,
    arrived_on: Option<NaiveDate>,
) -> Life {
    Life {
        sex,
        born_on,
        clan: clan.clone(),
        parent: clan.clone(),
        given: given.clone(),
        mother: None,
        father: None,
        home: home.clone(),
        arrived_on,
        dead: None,
        changes: [0; 3],
    }
}

fn rename(act: &Act, lives: &mut Lives, corrected: &Corrected<'_>) {
    let What::NameChange { who, clan, parent, given, children, .. } = &act.what else { return };
    let Some(life) = lives.people.get_mut(who) else { return };
    let words = [(&mut life.clan, clan), (&mut life.parent, parent), (&mut life.given, given)];
    for ((old, new), changes) in words.into_iter().zip(&mut life.changes) {
        if let Some(new) = new {
            old.clone_from(new);
            *changes += 1;
        }
    }
    correct(act.label, *who, lives, corrected);
    let Some(given) = lives.people.get(who).map(|life| life.given.clone()) else { return };
    for child in children {
        if let Some(life) = lives.people.get_mut(child) {
            life.parent.clone_from(&given);
        }
        correct(act.label, *child, lives, corrected);
    }
}

/// Replaces the words of an act about one person by the corrected ones.
fn correct(label: Label, who: Who, lives: &mut Lives, corrected: &Corrected<'_>) {
    let Some(words) = corrected.get(&label) else { return };
    let Some(life) = lives.people.get_mut(&who) else { return };
    let word = |field: Field| latest(words, Some(who), field);
    for (field, said) in
        [(Field::Clan, &mut life.clan), (Field::Parent, &mut life.parent), (Field::Given, &mut life.given)]
    {
        if let Some(word) = word(field) {
            *said = word.into();
        }
    }
    if let Some(word) = word(Field::Address) {
        life.home.address = word.into();
    }
    if let Some(unit) = word(Field::Unit).and_then(crate::draw::known_unit) {
        life.home.unit = unit;
    }
    if let Some(day) = word(Field::BornOn).and_then(|text| text.parse().ok()) {
        life.born_on = day;
    }
    if let Some(day) = word(Field::ArrivedOn).and_then(|text| text.parse().ok()) {
        life.arrived_on = Some(day);
    }
    if let Some(word) = word(Field::Sex) {
        life.sex = if word == "female" { Sex::Female } else { Sex::Male };
    }
}
