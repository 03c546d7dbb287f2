//! What left the register before an entry and is out of date since: answers to agencies, and printed
//! extracts.
//!
//! Nothing personal leaves: answers are named by their opaque ids, extracts by their act numbers. Nothing is
//! told of a person whose record is sealed, so an answer about them looks like one that still holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use registry_domain::amendment::{EntryRef, Told, merge};
use registry_domain::entry::{Entry, PartBody};
use registry_domain::history::Amendment;
use registry_domain::history::stated::{Histories, Stated, outdated};
use registry_domain::id::{EntryId, PersonId};
use registry_domain::law::Basis;
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, ActorKind, Withheld};
use crate::agency::CallingAgency;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::register::officer_access;
use crate::store::access_index::{Sought, of_kind};
use crate::store::access_log::AccessRow;
use crate::store::codec::Instant;
use crate::store::{Db, history, people};
use crate::vault::sealing::Sealing;

/// At most this many entries are looked through for one answer to an agency.
const ENTRIES: i64 = 500;
/// An entry carries the instant at which its transaction began. An answer may carry a slightly later instant
/// and still have been read from the record before that entry. So an answer counts as given before an entry
/// if it is less than this much younger. To ask once too often does no harm.
const UNTIL_DURABLE: Duration = Duration::seconds(5);
/// An entry carries an instant from before it could be read: its transaction may wait for another one as long
/// as SQLite's `busy_timeout` of ten seconds, and commits after that. So no list is complete up to an instant
/// nearer than this.
const UNTIL_COMMITTED: Duration = Duration::seconds(15);

/// What an act made out of date.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Superseded {
    /// The number of the act that made them out of date.
    pub act_number: String,
    /// Answers to agencies.
    pub answers: Vec<SupersededAnswer>,
    /// Printed extracts that are out of date.
    pub extracts: Vec<SupersededExtract>,
}

/// An answer that is out of date.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupersededAnswer {
    /// Its opaque id.
    pub answer_id: Uuid,
    /// To whom it was given.
    pub agency: String,
    /// When the agency was told.
    pub at: String,
    /// What it stated that is otherwise now: `clan_name`, `parent_name`, `given_name`, `born_on`, `living`.
    pub attributes: Vec<String>,
}

/// A printed extract that is out of date.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupersededExtract {
    /// Number of the act on the paper.
    pub act_number: String,
    /// `superseded`: the act says something else now; `void`: it stands no more.
    pub state: String,
    /// When it was printed.
    pub printed_at: String,
    /// The office that printed it.
    pub office: Option<String>,
}

/// A list of what is superseded, and the people whose data it is about.
pub struct Listed {
    /// The list that is told.
    pub superseded: Superseded,
    people: Vec<Uuid>,
}

/// What an entry made out of date, for an officer who may read records.
///
/// # Errors
/// [`Refusal::EntryNotFound`], the record is the officer's own or a relative's, the officer has no mandate,
/// or the store failed.
pub fn by_entry(deps: &Deps, officer: &Officer, id: EntryId) -> Result<Withheld<Listed>, Failure> {
    officer.may(Act::ReadRecord, &officer.office, &deps.units)?;
    let mut db = deps.db()?;
    let sealing = &deps.keys.sealing;
    let entry = history::find_entry(&mut db, sealing, &EntryRef::Id(id))?;
    let entry = entry.filter(|entry| !entry.header.kind.is_under_seal()).ok_or(Refusal::EntryNotFound)?;
    let mut concerned: BTreeSet<PersonId> = entry.parts.iter().map(|part| part.person).collect();
    concerned.iter().try_for_each(|person| officer.interest.require_none_in(*person))?;
    let survivors: Vec<PersonId> = concerned.iter().copied().collect();
    concerned.extend(merged_records(&mut db, &survivors)?.into_iter().map(|(record, _)| record));
    let mut shown = Vec::new();
    for person in concerned {
        if !is_sealed(&mut db, person)? {
            shown.push(person);
        }
    }
    let position = entry.header.seq.unwrap_or_default();
    let until = entry.header.recorded_at;
    let answers = of_kind(&mut db, &uuids(&shown), Sought::Answers)?;
    let answers: Vec<(Uuid, AccessRow)> =
        answers.into_iter().filter(|(_, row)| is_before(row, until)).collect();
    let histories = history::load_merged(&mut db, sealing, asked_about(&answers))?;
    let mut told = Vec::new();
    for (person, row) in &answers {
        let attributes = outdated_in(row, &outdated(PersonId::new(*person), position, &histories));
        if !attributes.is_empty() {
            told.push((*person, answer_line(row, &attributes)));
        }
    }
    let extracts = extracts_of(&mut db, sealing, &entry, &shown)?;
    let mut people: Vec<Uuid> = told.iter().map(|(person, _)| *person).collect();
    people.extend(extracts.iter().map(|(person, _)| *person));
    let superseded = Superseded {
        act_number: entry.header.act_number.clone().unwrap_or_default(),
        answers: told.into_iter().map(|(_, line)| line).collect(),
        extracts: extracts.into_iter().map(|(_, line)| line).collect(),
    };
    Ok(Withheld::new(Listed { superseded, people }))
}

/// The access entry of such a list.
pub fn listed(deps: &Deps, officer: &Officer, listed: &Listed) -> AccessEntry {
    let act = Some(listed.superseded.act_number.clone());
    officer_access(
        deps,
        officer,
        Basis::Registration,
        "superseded answers listed",
        "what an act made out of date",
        act,
        listed.people.clone(),
    )
}

/// The answers of an agency that became out of date after an instant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ToAskAgain {
    /// The answers, oldest change first.
    pub answers: Vec<OutOfDate>,
    /// The list is complete up to this instant: ask for what comes after it next time. It lies some seconds
    /// back, so that an answer that became out of date just now may be told once more.
    pub until: String,
    /// Whether there is more after it already.
    pub more: bool,
}

/// An answer to ask for again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OutOfDate {
    /// The id that came with the answer.
    pub answer_id: Uuid,
    /// Since when it is out of date.
    pub superseded_at: String,
}

/// What an agency is told, and whose data its answers were about.
pub struct Again {
    /// What the agency is told.
    pub told: ToAskAgain,
    people: Vec<Uuid>,
}

/// The agency's own answers that became out of date after `since`.
///
/// # Errors
/// [`Refusal::MissingField`], [`Refusal::InvalidDate`], or the store failed.
pub fn to_ask_again(
    deps: &Deps,
    agency: &CallingAgency,
    since: Option<&str>,
) -> Result<Withheld<Again>, Failure> {
    let since = since.ok_or_else(|| Refusal::MissingField { field: "since".to_owned() })?;
    let since = DateTime::parse_from_rfc3339(since).map_err(|_| Refusal::InvalidDate.in_field("since"))?;
    let now = deps.now();
    let mut cut_at = None;
    let mut db = deps.db()?;
    let again = db.snapshot(|db| {
        let mut touched = history::touched_since(db, Instant::new(since.with_timezone(&Utc)), ENTRIES)?;
        let seqs: BTreeSet<i64> = touched.iter().map(|one| one.seq).collect();
        let more = i64::try_from(seqs.len()).unwrap_or(ENTRIES) >= ENTRIES;
        if more && let (Some(first), Some(last)) = (touched.first().copied(), touched.last().copied()) {
            // Entries with the same instant are told together: the last instant may be cut off in the middle,
            // so it waits for the next list.
            if first.at != last.at {
                touched.retain(|one| one.at != last.at);
            }
            cut_at = touched.last().map(|one| one.at);
        }
        let told = out_of_date(db, &deps.keys.sealing, agency.id.uuid(), &touched)?;
        Ok::<_, Failure>((told, more))
    })?;
    let (told, more) = again;
    let until = complete_until(now, cut_at);
    let people = told.iter().map(|(person, _)| *person).collect();
    let answers = told.into_iter().map(|(_, answer)| answer).collect();
    Ok(Withheld::new(Again { told: ToAskAgain { answers, until: until.to_text(), more }, people }))
}

/// The instant up to which a list that was read at `now` is complete. `last` is the last instant in the list,
/// if there is more after it.
fn complete_until(now: DateTime<Utc>, last: Option<Instant>) -> Instant {
    let committed = Instant::new(now - UNTIL_COMMITTED);
    last.map_or(committed, |last| last.min(committed))
}

/// The access entry of such a list: the citizens see that the agency learned that something changed.
pub fn told_again(deps: &Deps, agency: &CallingAgency, again: &Again) -> AccessEntry {
    let mut people = again.people.clone();
    people.sort_unstable();
    people.dedup();
    AccessEntry {
        act: "superseded answers told".to_owned(),
        actor_id: agency.id.uuid(),
        actor_kind: ActorKind::Agency,
        actor_label: agency.label.clone(),
        answered: None,
        case_reference: None,
        end_user: None,
        id: deps.draw().opaque_uuid(),
        legal_basis: None,
        office: None,
        people,
        purpose: "which answers are out of date".to_owned(),
        recorded_at: Instant::new(deps.now()),
    }
}

/// Each answer once, with the first entry that made it out of date.
fn out_of_date(
    db: &mut Db,
    sealing: &Sealing,
    agency: Uuid,
    touched: &[history::Touched],
) -> Result<Vec<(Uuid, OutOfDate)>, Failure> {
    let mut entries: BTreeMap<PersonId, Vec<history::Touched>> = BTreeMap::new();
    for one in touched {
        entries.entry(one.person).or_default().push(*one);
    }
    let survivors: Vec<PersonId> = entries.keys().copied().collect();
    for (record, into) in merged_records(db, &survivors)? {
        let of_survivor = entries.get(&into).cloned().unwrap_or_default();
        entries.entry(record).or_default().extend(of_survivor);
    }
    let asked: Vec<PersonId> = entries.keys().copied().collect();
    let answers = of_kind(db, &uuids(&asked), Sought::AnswersTo(agency))?;
    let mut open = Vec::new();
    for (person, row) in answers {
        if !is_sealed(db, PersonId::new(person))? {
            open.push((person, row));
        }
    }
    let histories = history::load_merged(db, sealing, asked_about(&open))?;
    let mut told: Vec<(i64, Uuid, OutOfDate)> = Vec::new();
    for (person, row) in open {
        let id = PersonId::new(person);
        let mut changes = entries.get(&id).cloned().unwrap_or_default();
        changes.sort_by_key(|one| one.seq);
        let supersedes = |one: &&history::Touched| {
            let position = u64::try_from(one.seq).unwrap_or_default();
            is_before(&row, one.at.utc())
                && !outdated_in(&row, &outdated(id, position, &histories)).is_empty()
        };
        if let Some(first) = changes.iter().find(supersedes) {
            let answer = OutOfDate { answer_id: row.id.0, superseded_at: first.at.to_text() };
            told.push((first.seq, person, answer));
        }
    }
    told.sort_by_key(|(seq, _, answer)| (*seq, answer.answer_id));
    told.dedup_by_key(|(_, _, answer)| answer.answer_id);
    Ok(told.into_iter().map(|(_, person, answer)| (person, answer)).collect())
}

/// Says in words, before an entry is registered, how many answers it would make out of date, and to whom they
/// were given. `before` are the people as they are, `after` as they would be; nobody whose record is sealed
/// is counted.
///
/// # Errors
/// The store failed.
pub fn foreseen(
    db: &mut Db,
    before: &[Person],
    after: &BTreeMap<PersonId, Person>,
) -> Result<Vec<Told>, Failure> {
    let mut changed: BTreeMap<Uuid, BTreeSet<Stated>> = BTreeMap::new();
    for person in before.iter().filter(|person| !person.is_hidden()) {
        let mut becomes = after.get(&person.id);
        while let Some(into) = becomes.and_then(|becomes| becomes.merged_into) {
            becomes = after.get(&into);
        }
        let stated = Stated::changed(person, becomes.filter(|becomes| !becomes.is_void()));
        for id in std::iter::once(person.id).chain(person.merged.iter().map(|record| record.person)) {
            changed.entry(id.uuid()).or_default().extend(stated.iter().copied());
        }
    }
    changed.retain(|_, stated| !stated.is_empty());
    let people: Vec<Uuid> = changed.keys().copied().collect();
    let mut counted: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (person, row) in of_kind(db, &people, Sought::Answers)? {
        if changed.get(&person).is_some_and(|stated| !outdated_in(&row, stated).is_empty()) {
            counted.entry(row.actor_label).or_default().insert(row.seq);
        }
    }
    let told = |(agency, answers): (String, BTreeSet<i64>)| {
        let count = answers.len();
        Told {
            what: "answer",
            mn: format!("Өмнө өгсөн хариу хуучирна: {agency}, {count} хариу."),
            en: format!("Answers given before are out of date: {agency}, {count} in number."),
        }
    };
    Ok(counted.into_iter().map(told).collect())
}

/// Whether a later entry changed what an access stated, for the citizen's page. `person` is whom the access
/// concerned.
pub(crate) fn is_superseded(row: &AccessRow, person: PersonId, histories: &Histories) -> bool {
    let Some(_) = &row.answered else { return false };
    let entries = histories.values().flatten().filter_map(|(header, _)| {
        Some((header.seq?, header.recorded_at)).filter(|(_, at)| is_before(row, *at))
    });
    entries.into_iter().any(|(seq, _)| !outdated_in(row, &outdated(person, seq, histories)).is_empty())
}

/// The printed extracts of the acts that an entry amends, or whose paper shows the number of a record that
/// the entry merges.
fn extracts_of(
    db: &mut Db,
    sealing: &Sealing,
    entry: &Entry,
    shown: &[PersonId],
) -> Result<Vec<(Uuid, SupersededExtract)>, Failure> {
    let mut acts: BTreeMap<String, &'static str> = BTreeMap::new();
    for part in entry.parts.iter().filter(|part| shown.contains(&part.person)) {
        let (of, state) = match (part.body.amendment(), &part.body) {
            (Some(Amendment::Annuls { of }), _) => (vec![of], "void"),
            (Some(Amendment::Replaces { of, .. }), _) => (vec![of], "superseded"),
            (None, PartBody::Merge(merge::Body::Survivor(body))) => {
                let acts = body.taken.acts.iter().map(|act| act.entry);
                (acts.chain(body.taken.children.iter().map(|link| link.entry)).collect(), "superseded")
            }
            (None, _) => continue,
        };
        for of in of {
            let amended = history::find_entry(db, sealing, &EntryRef::Id(of))?;
            let header = amended.map(|entry| entry.header).filter(|header| header.kind.is_printed());
            if let Some(number) = header.and_then(|header| header.act_number) {
                acts.entry(number).or_insert(state);
            }
        }
    }
    let printed = of_kind(db, &uuids(shown), Sought::Extracts)?;
    let mut lines: Vec<(i64, Uuid, SupersededExtract)> = Vec::new();
    for (person, row) in printed.into_iter().filter(|(_, row)| is_before(row, entry.header.recorded_at)) {
        let Some((number, state)) = row.case_reference.as_ref().and_then(|act| acts.get_key_value(act))
        else {
            continue;
        };
        if lines.iter().all(|(seq, _, _)| *seq != row.seq) {
            let line = SupersededExtract {
                act_number: number.clone(),
                state: (*state).to_owned(),
                printed_at: row.recorded_at.to_text(),
                office: row.office.clone(),
            };
            lines.push((row.seq, person, line));
        }
    }
    Ok(lines.into_iter().map(|(_, person, line)| (person, line)).collect())
}

/// The records that were merged into any of these, also through chains of merges.
fn merged_records(db: &mut Db, survivors: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, Failure> {
    let mut found: Vec<(PersonId, PersonId)> = Vec::new();
    let mut wanted: Vec<(PersonId, PersonId)> = survivors.iter().map(|person| (*person, *person)).collect();
    while !wanted.is_empty() {
        let asked: Vec<PersonId> = wanted.iter().map(|(person, _)| *person).collect();
        let mut next = Vec::new();
        for (record, into) in history::merged_into(db, &asked)? {
            for (_, survivor) in wanted.iter().filter(|(person, _)| *person == into) {
                if !found.contains(&(record, *survivor)) {
                    found.push((record, *survivor));
                    next.push((record, *survivor));
                }
            }
        }
        wanted = next;
    }
    Ok(found)
}

/// Whether a record is sealed, or the record that it was merged into.
fn is_sealed(db: &mut Db, person: PersonId) -> Result<bool, Failure> {
    let own = people::load(db, person)?.is_some_and(|person| person.sealed);
    Ok(own || people::load_survivor(db, person)?.is_some_and(|person| person.sealed))
}

fn is_before(row: &AccessRow, entered: DateTime<Utc>) -> bool {
    row.recorded_at.utc() < entered + UNTIL_DURABLE
}

/// Those of an answer's statements that have changed since.
fn outdated_in(row: &AccessRow, changed: &BTreeSet<Stated>) -> Vec<Stated> {
    let words = row.answered.as_deref().unwrap_or_default().split(' ');
    words.filter_map(Stated::parse).filter(|stated| changed.contains(stated)).collect()
}

fn answer_line(row: &AccessRow, attributes: &[Stated]) -> SupersededAnswer {
    SupersededAnswer {
        answer_id: row.id.0,
        agency: row.actor_label.clone(),
        at: row.recorded_at.to_text(),
        attributes: attributes.iter().map(|stated| stated.as_str().to_owned()).collect(),
    }
}

fn asked_about(answers: &[(Uuid, AccessRow)]) -> BTreeSet<PersonId> {
    answers.iter().map(|(person, _)| PersonId::new(*person)).collect()
}

fn uuids(people: &[PersonId]) -> Vec<Uuid> {
    people.iter().map(|person| person.uuid()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_claims_nothing_of_the_instants_in_which_an_entry_may_still_be_on_its_way() {
        let now = at("2026-05-01T04:00:00Z");
        assert!(UNTIL_COMMITTED > Duration::seconds(10), "longer than SQLite waits for a lock");
        assert_eq!(complete_until(now, None).utc(), at("2026-05-01T03:59:45Z"));
        // The list was cut off after an entry five seconds old. The next entry may carry an earlier instant
        // than that one and be committed after it.
        let just_now = Instant::new(at("2026-05-01T03:59:55Z"));
        assert_eq!(complete_until(now, Some(just_now)).utc(), at("2026-05-01T03:59:45Z"));
        let long_ago = Instant::new(at("2026-04-01T00:00:00Z"));
        assert_eq!(complete_until(now, Some(long_ago)), long_ago);
    }
}
