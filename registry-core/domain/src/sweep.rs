//! What must hold between the events of the register, whoever registered them and whenever. The check of a
//! registration sees one event; the sweep sees all that is registered. It changes nothing: an officer decides
//! what is wrong, and corrects it.

use crate::card::CardState;
use crate::date::PartialDate;
use crate::id::PersonId;
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::person::{Link, Person, Relation, Tie, TieRole};
use crate::sex::Sex;

/// A rule that a record breaks. Each has a number that is never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Breach {
    /// More than one marriage is open (Family Law, impediment of an existing marriage).
    Bigamy,
    /// A marriage began below the age of marriage.
    MarriedTooYoung,
    /// A marriage of a dead person is open.
    MarriedAfterDeath,
    /// An act that only the living can do is dated after the death.
    ActAfterDeath,
    /// A parent is not old enough to be one.
    ParentTooYoung,
    /// A mother died before the birth of the child.
    MotherDeadBeforeBirth,
    /// Mother or father of the wrong sex, or more than one of either.
    ParentsImpossible,
    /// A tie that the other record does not have.
    OneSidedTie,
    /// A relative who is not in the register.
    RelativeMissing,
    /// A card of a dead person is open.
    CardOfTheDead,
    /// More than one card is open; a person may have one.
    TwoOpenCards,
    /// The death is dated before the birth.
    DeathBeforeBirth,
    /// Two declarations of one event were registered. No record shows this; the declarations do.
    RegisteredTwice,
}

impl Breach {
    /// All rules, in order of number.
    pub const ALL: &[Self] = &[
        Self::Bigamy,
        Self::MarriedTooYoung,
        Self::MarriedAfterDeath,
        Self::ActAfterDeath,
        Self::ParentTooYoung,
        Self::MotherDeadBeforeBirth,
        Self::ParentsImpossible,
        Self::OneSidedTie,
        Self::RelativeMissing,
        Self::CardOfTheDead,
        Self::TwoOpenCards,
        Self::DeathBeforeBirth,
        Self::RegisteredTwice,
    ];

    /// The number, never reused, and never that of a refusal.
    pub const fn number(self) -> u16 {
        match self {
            Self::Bigamy => 1501,
            Self::MarriedTooYoung => 1502,
            Self::MarriedAfterDeath => 1503,
            Self::ActAfterDeath => 1504,
            Self::ParentTooYoung => 1505,
            Self::MotherDeadBeforeBirth => 1506,
            Self::ParentsImpossible => 1507,
            Self::OneSidedTie => 1508,
            Self::RelativeMissing => 1509,
            Self::CardOfTheDead => 1510,
            Self::TwoOpenCards => 1511,
            Self::DeathBeforeBirth => 1512,
            Self::RegisteredTwice => 1513,
        }
    }

    /// The rule in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::Bigamy => "Нэгээс олон хүчинтэй гэрлэлттэй байна.",
            Self::MarriedTooYoung => "Гэрлэх насанд хүрээгүй байхад гэрлэлт эхэлсэн байна.",
            Self::MarriedAfterDeath => "Нас барсан хүний гэрлэлт хүчинтэй хэвээр байна.",
            Self::ActAfterDeath => "Нас барснаас хойш амьд хүний үйлдэл бүртгэсэн байна.",
            Self::ParentTooYoung => "Эцэг (эх) болохоор нас нь хүрэхгүй байна.",
            Self::MotherDeadBeforeBirth => "Хүүхэд төрөхөөс өмнө эх нь нас барсан байна.",
            Self::ParentsImpossible => "Эцэг, эхийн хүйс буруу, эсвэл тус бүр нэгээс олон байна.",
            Self::OneSidedTie => "Холбоо нөгөө хүний бичлэгт алга.",
            Self::RelativeMissing => "Төрөл садан нь бүртгэлд алга.",
            Self::CardOfTheDead => "Нас барсан хүний үнэмлэх хүчинтэй хэвээр байна.",
            Self::TwoOpenCards => "Нэгээс олон хүчинтэй үнэмлэхтэй байна.",
            Self::DeathBeforeBirth => "Нас барсан огноо төрсөн огнооноос өмнө байна.",
            Self::RegisteredTwice => "Нэг үйл явдлыг хоёр мэдүүлгээр бүртгэсэн байна.",
        }
    }

    /// The rule in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::Bigamy => "More than one marriage is open.",
            Self::MarriedTooYoung => "A marriage began before the age at which one may marry.",
            Self::MarriedAfterDeath => "A marriage of a dead person is open.",
            Self::ActAfterDeath => "An act of the living is registered after the death.",
            Self::ParentTooYoung => "A parent is not old enough to be one.",
            Self::MotherDeadBeforeBirth => "The mother died before the birth of the child.",
            Self::ParentsImpossible => "A parent is of the wrong sex, or there is more than one of either.",
            Self::OneSidedTie => "The other record does not have this tie.",
            Self::RelativeMissing => "A relative is not in the register.",
            Self::CardOfTheDead => "A card of a dead person is open.",
            Self::TwoOpenCards => "More than one card is open.",
            Self::DeathBeforeBirth => "The date of death lies before the date of birth.",
            Self::RegisteredTwice => "Two declarations of one event are registered.",
        }
    }
}

/// The rules that a record breaks, in order of number, each once. `relative` returns the record of a person
/// to whom this one is tied.
pub fn breaches<'a>(
    person: &Person,
    law: &LawConfig,
    relative: &dyn Fn(PersonId) -> Option<&'a Person>,
) -> Vec<Breach> {
    // A merged record is no longer a person: what it had is in its survivor's record and is checked there.
    if person.is_merged() {
        return Vec::new();
    }
    let mut found = of_one(person, law);
    for link in person.parents.iter().chain(&person.spouses).chain(&person.children) {
        match relative(link.person) {
            None => found.push(Breach::RelativeMissing),
            // A tie must lead to a person, never to a record that was merged into another.
            Some(other) if other.is_merged() => found.push(Breach::RelativeMissing),
            Some(other) if !returns(other, person, link.relation) => found.push(Breach::OneSidedTie),
            Some(_) => {}
        }
    }
    for tie in &person.ties {
        let answering = match tie.role {
            TieRole::Guardian => TieRole::Ward,
            TieRole::Ward => TieRole::Guardian,
            // A sealed adoption may be in one of the two records only.
            TieRole::Adopter | TieRole::Adoptee => continue,
        };
        let answers = |other: &Tie| (other.person, other.role) == (person.id, answering);
        match relative(tie.person) {
            None => found.push(Breach::RelativeMissing),
            Some(other) if !other.ties.iter().any(answers) => found.push(Breach::OneSidedTie),
            Some(_) => {}
        }
    }
    for link in &person.parents {
        if let Some(parent) = relative(link.person) {
            of_parent(person, parent, link, law, &mut found);
        }
    }
    let of_relation = |relation| person.parents.iter().filter(|link| link.relation == relation).count();
    if of_relation(Relation::Mother) > 1 || of_relation(Relation::Father) > 1 {
        found.push(Breach::ParentsImpossible);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The rules that one record breaks by itself.
pub(crate) fn of_one(person: &Person, law: &LawConfig) -> Vec<Breach> {
    let mut found = Vec::new();
    let open_marriages = person.open_spouses().count();
    if open_marriages > 1 {
        found.push(Breach::Bigamy);
    }
    let began_too_young = |link: &Link| {
        let began = link.began_on.zip(person.born_on);
        began.is_some_and(|(began_on, born_on)| oldest_on(born_on, began_on) < law.marriage_minimum_age)
    };
    if person.spouses.iter().any(began_too_young) {
        found.push(Breach::MarriedTooYoung);
    }
    let open_cards = person.cards.iter().filter(|card| !matches!(card.state, CardState::Revoked { .. }));
    let unexpired = |died_on| open_cards.clone().filter(move |card| card.expires_on >= died_on).count();
    if let Some(died_on) = person.died_on() {
        let last_day = died_on.latest();
        if open_marriages > 0 {
            found.push(Breach::MarriedAfterDeath);
        }
        if unexpired(last_day) > 0 {
            found.push(Breach::CardOfTheDead);
        }
        if person.born_on.is_some_and(|born_on| last_day < born_on.earliest()) {
            found.push(Breach::DeathBeforeBirth);
        }
        let moved =
            person.residence.as_ref().and_then(|home| home.since).is_some_and(|since| since > last_day);
        let wed = person.spouses.iter().any(|link| link.began_on.is_some_and(|day| day > last_day));
        if moved || wed {
            found.push(Breach::ActAfterDeath);
        }
    }
    let last_day = person.acts.iter().map(|act| act.registered_on).max();
    if last_day.is_some_and(|day| unexpired(day) > 1) {
        found.push(Breach::TwoOpenCards);
    }
    found
}

fn of_parent(child: &Person, parent: &Person, link: &Link, law: &LawConfig, found: &mut Vec<Breach>) {
    let wanted = match link.relation {
        Relation::Mother => Sex::Female,
        Relation::Father => Sex::Male,
        Relation::Child | Relation::Spouse => return found.push(Breach::ParentsImpossible),
    };
    let sex_changed = parent.acts.iter().any(|act| act.kind == Kind::SexChange);
    if parent.sex.is_some_and(|sex| sex != wanted) && !sex_changed {
        found.push(Breach::ParentsImpossible);
    }
    let Some(born_on) = child.born_on else { return };
    let age = parent.born_on.map(|parent_born| oldest_on(parent_born, born_on.latest()));
    if age.is_some_and(|age| age < law.parent_minimum_age) {
        found.push(Breach::ParentTooYoung);
    }
    let died_before = parent.died_on().is_some_and(|died_on| died_on.latest() < born_on.earliest());
    if link.relation == Relation::Mother && died_before {
        found.push(Breach::MotherDeadBeforeBirth);
    }
}

/// The greatest age that a person can have on a day: an uncertain date of birth breaks no rule.
fn oldest_on(born_on: PartialDate, day: chrono::NaiveDate) -> u32 {
    crate::date::age_on(born_on.earliest(), day)
}

/// Whether the other record has the tie as well.
fn returns(other: &Person, person: &Person, relation: Relation) -> bool {
    let links = match relation {
        Relation::Mother | Relation::Father => &other.children,
        Relation::Child => &other.parents,
        Relation::Spouse => &other.spouses,
    };
    links.iter().any(|link| link.person == person.id)
}

#[cfg(test)]
mod tests;
