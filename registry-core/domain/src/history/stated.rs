//! What an answer to an agency states about a person, and which entry made the answer out of date.
//!
//! Agencies ask by number. The answers of a number before and after an entry are compared, through merges
//! too: after a merge, the number of the merged record is answered from the record that stays.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Recorded, fold};
use crate::amendment::merge;
use crate::entry::PartBody;
use crate::id::PersonId;
use crate::person::Person;

/// Something that an answer may state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated {
    /// The clan name.
    ClanName,
    /// The parent's name.
    ParentName,
    /// The given name.
    GivenName,
    /// The date of birth.
    BornOn,
    /// Whether the person lives.
    Living,
}

impl Stated {
    /// Everything that an answer states.
    pub const ALL: &[Self] = &[Self::ClanName, Self::ParentName, Self::GivenName, Self::BornOn, Self::Living];

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClanName => "clan_name",
            Self::ParentName => "parent_name",
            Self::GivenName => "given_name",
            Self::BornOn => "born_on",
            Self::Living => "living",
        }
    }

    /// Reads a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stated| stated.as_str() == word)
    }

    /// What an earlier answer states differently from a later one; everything, if the number gets no answer
    /// any more.
    pub fn changed(before: &Person, after: Option<&Person>) -> BTreeSet<Self> {
        let differs = |stated: &Self| after.is_none_or(|after| stated.differs(before, after));
        Self::ALL.iter().copied().filter(differs).collect()
    }

    fn differs(self, before: &Person, after: &Person) -> bool {
        let names = (before.name.as_ref(), after.name.as_ref());
        match self {
            Self::ClanName => names.0.map(|name| &name.clan) != names.1.map(|name| &name.clan),
            Self::ParentName => names.0.map(|name| &name.parent) != names.1.map(|name| &name.parent),
            Self::GivenName => names.0.map(|name| &name.given) != names.1.map(|name| &name.given),
            Self::BornOn => before.born_on != after.born_on,
            Self::Living => before.is_alive() != after.is_alive(),
        }
    }
}

/// The parts of several people, by person. A person's parts are needed together with those of every record
/// merged with theirs.
pub type Histories = BTreeMap<PersonId, Vec<Recorded>>;

/// The records that merges with this record name, whether or not these merges are in effect.
pub fn merged_with(parts: &[Recorded]) -> BTreeSet<PersonId> {
    let named = parts.iter().filter_map(|(_, part)| match &part.body {
        PartBody::Merge(merge::Body::Survivor(body)) => Some(body.taken.person),
        PartBody::Merge(merge::Body::Merged { into, .. }) => Some(*into),
        _ => None,
    });
    named.collect()
}

/// The statements about a record that the entry at a position made out of date; none if there was no answer
/// to give before it.
pub fn outdated(person: PersonId, position: u64, histories: &Histories) -> BTreeSet<Stated> {
    let Some(before) = position.checked_sub(1).and_then(|before| answering(person, before, histories)) else {
        return BTreeSet::new();
    };
    let after = answering(person, position, histories);
    let mut found = Stated::changed(&before, after.as_ref());
    // After a merge was undone, nobody knows for which number an answer was given: both records are compared.
    let still_merged = after.iter().flat_map(|person| &person.merged).map(|record| record.person);
    let still_merged: Vec<PersonId> = still_merged.collect();
    for record in before.merged.iter().filter(|record| !still_merged.contains(&record.person)) {
        if after.as_ref().is_none_or(|after| after.id == before.id) {
            let own = answering(record.person, position, histories);
            found.extend(Stated::changed(&before, own.as_ref()));
        }
    }
    found
}

/// The record that answered for another one right after a position; none if there was none, or only a void
/// one.
fn answering(person: PersonId, position: u64, histories: &Histories) -> Option<Person> {
    let mut asked = person;
    // A chain of merges is at most as long as there are records.
    for _ in 0..=histories.len() {
        let by_then = |(header, _): &&Recorded| header.seq.is_some_and(|seq| seq <= position);
        let parts: Vec<Recorded> = histories.get(&asked)?.iter().filter(by_then).cloned().collect();
        let found = fold(&parts).filter(|person| !person.is_void())?;
        match found.merged_into {
            Some(into) => asked = into,
            None => return Some(found),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kind::Kind;
    use crate::testing::{MOTHER, World};

    const AGAIN: &str = "УА90010143";

    fn histories(world: &World) -> Histories {
        world.register.people().map(|one| (one.id, world.register.history(one.id).to_vec())).collect()
    }

    /// The statements about a record that the last entry made out of date.
    fn last(world: &World, person: PersonId) -> Vec<&'static str> {
        let position = world.entries.len() as u64 - 1;
        outdated(person, position, &histories(world)).into_iter().map(Stated::as_str).collect()
    }

    fn annulment(act: &str) -> Value {
        json!({"entry": act, "court": "Шүүх", "decision": "1", "reason": "1"})
    }

    #[test]
    fn what_is_stated_has_one_word_in_code_and_in_storage() {
        for stated in Stated::ALL {
            assert_eq!(Stated::parse(stated.as_str()), Some(*stated));
            assert_eq!(serde_json::to_string(stated).unwrap(), format!("\"{}\"", stated.as_str()));
        }
    }

    #[test]
    fn an_entry_makes_out_of_date_what_it_changes_and_nothing_else() {
        let mut world = World::new();
        let mother = world.person(MOTHER).id;
        assert!(last(&world, mother).is_empty(), "nothing was answered before the first entry");
        let act = world.person(MOTHER).acts[0].number.clone();
        let change = json!({
            "entry": act, "person": MOTHER, "changes": ["given_name=Саран"], "reason": "1", "evidence": "1",
        });
        world.register(Kind::Correction, change).unwrap();
        assert_eq!(last(&world, mother), ["given_name"]);
        let death = json!({"person": MOTHER, "died_on": "2026-04-30", "paper_number": "1", "informant": "1"});
        world.register(Kind::Death, death).unwrap();
        assert_eq!(last(&world, mother), ["living"]);
        let died = world.last_act();
        world.register(Kind::Annulment, annulment(&died)).unwrap();
        assert_eq!(last(&world, mother), ["living"]);
    }

    #[test]
    fn after_a_merge_the_old_number_answers_with_the_other_record() {
        let mut world = World::new();
        world.import(AGAIN, "Сарнай", "female", "1990-01-02", json!({"parent_name": "Доржи"}));
        let (stays, goes) = (world.person(MOTHER).id, world.person(AGAIN).id);
        let merge = json!({
            "survivor": MOTHER, "merged": AGAIN, "authority": "1", "decision": "1", "reason": "1",
            "answers": ["1490: баримтаар"],
        });
        world.register(Kind::Merge, merge).unwrap();
        assert_eq!(last(&world, goes), ["parent_name", "born_on"]);
        assert!(last(&world, stays).is_empty());
        let act = world.last_act();
        let death = json!({"person": AGAIN, "died_on": "2026-04-30", "paper_number": "1", "informant": "1"});
        world.register(Kind::Death, death).unwrap();
        assert_eq!(last(&world, goes), ["living"], "answers of before the merge too");
        let died = world.last_act();
        world.register(Kind::Annulment, annulment(&died)).unwrap();
        world.register(Kind::Annulment, annulment(&act)).unwrap();
        assert_eq!(last(&world, stays), ["parent_name", "born_on"], "asked for by whichever number");
    }

    #[test]
    fn of_a_record_that_is_void_nothing_stands() {
        let mut world = World::new();
        let id = world.import(AGAIN, "Цэцэг", "female", "1990-01-02", json!({}));
        let act = world.last_act();
        world.register(Kind::Annulment, annulment(&act)).unwrap();
        assert_eq!(last(&world, id).len(), Stated::ALL.len());
    }
}
