//! Entering: the domain checks the facts against the people concerned, and they become one entry of the
//! ledger and its fold.
//!
//! Every kind goes this way: vital events, imports, the life of a card.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use registry_domain::amendment::{Consequences, Dossier, Told};
use registry_domain::card::DocumentNumber;
use registry_domain::civil_id::{self, CivilId};
use registry_domain::context::{Context, Fresh, Stage};
use registry_domain::date::civil_date;
use registry_domain::door::Door;
use registry_domain::entry::{self, Entry, Header, Part, PartBody, PartRole};
use registry_domain::event::{Facts, Reservation};
use registry_domain::history::{self as domain_history, Recorded};
use registry_domain::id::{CardId, EntryId, PersonId};
use registry_domain::kind::Kind;
use registry_domain::law::Basis;
use registry_domain::law::LawConfig;
use registry_domain::national_number::{DemoScheme, NumberScheme};
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::policy::{Eyes, Lateness};
use registry_domain::refusal::Refusal;
use registry_domain::rules::After;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use crate::card_jobs::{self, keys::certified};
use crate::claims::claim_hash;
use crate::config::Mode;
use crate::deps::Deps;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::issue;
use crate::notices;
use crate::store::ledger_log::{self, Head};
use crate::store::{Db, StoreError, history, people, reservations};
use crate::superseded;
use crate::under_seal::find_named;
use crate::vault::VaultError;

/// At most this many fresh values of a sort may be used by one entry.
const FRESH: usize = 4;
/// How many random civil ids are tried until one was never given before.
const CIVIL_ID_TRIES: usize = 16;

/// What one entry is decided from: who enters what, where, at which stage, when.
pub struct Case<'a> {
    /// What is declared.
    pub facts: &'a Facts,
    /// The office that acts.
    pub office: &'a UnitCode,
    /// The officer of that office who acts.
    pub officer: &'a Officer,
    /// The door by which it comes in.
    pub door: Door,
    /// Whether it is being declared or registered.
    pub stage: &'a Stage,
    /// The instant of the act.
    pub now: DateTime<Utc>,
}

/// What the domain decided, with the people it looked at.
pub struct Decided {
    /// The parts, one for each person concerned.
    pub parts: Vec<Part>,
    /// The people named or concerned, as they were before.
    pub people: Vec<Person>,
    /// The claims that make this event the same as another.
    pub claims: Vec<String>,
    /// Numbers to keep with the declaration.
    pub reserved: Vec<Reservation>,
    /// For an amendment: the entry to be amended, with the parts of everyone looked at.
    pub amended: Option<Dossier>,
    /// The people named by the facts.
    pub named: Vec<PersonId>,
    /// The kind of the entry.
    pub kind: Kind,
    /// Whether it comes after its deadline, or reaches back.
    pub lateness: Lateness,
    /// The civil date at the office.
    pub today: NaiveDate,
    /// The figures of the law that were used to decide.
    pub law: LawConfig,
}

impl Decided {
    /// How many officers must decide.
    pub fn eyes(&self) -> Eyes {
        self.law.eyes(self.kind, self.lateness)
    }

    /// Everyone whom the facts name or of whom the entry will say something. People who were only looked at
    /// are left out.
    pub fn concerned(&self) -> Vec<PersonId> {
        let parts = self.parts.iter().map(|part| part.person);
        let mut concerned: Vec<PersonId> = self.named.iter().copied().chain(parts).collect();
        concerned.sort_unstable();
        concerned.dedup();
        concerned
    }
}

impl Case<'_> {
    /// The civil date at the office.
    pub fn today(&self, deps: &Deps) -> NaiveDate {
        civil_date(self.now, deps.units.zone(self.office))
    }

    /// Loads the people concerned and asks the domain.
    ///
    /// # Errors
    /// The domain refused, or the store failed.
    pub fn decide(
        &self,
        deps: &Deps,
        db: &mut Db,
        draw: &mut Draw,
        act_number: &str,
    ) -> Result<Decided, Failure> {
        let Concerned { people, amended } = Concerned::load(deps, db, self)?;
        let fresh = fresh_values(deps, db, self.now, draw)?;
        let law = law_of(deps, db, self.office)?;
        let today = self.today(deps);
        let context = Context {
            now: self.now,
            today,
            door: self.door,
            stage: self.stage,
            office: self.office,
            officer: self.officer,
            units: &deps.units,
            law: &law,
            scheme: scheme_of(deps),
            persons: &people,
            taken: &|_| true,
            fresh: &fresh,
            act_number,
            amended: amended.as_ref(),
        };
        let claims = self.facts.claims(&context);
        let own_claims: Vec<String> = claims.iter().map(|claim| claim_hash(deps, claim)).collect();
        // The domain asks number by number and cannot carry a store error, so the error is kept aside and
        // reported afterwards.
        let asked = RefCell::new((db, None));
        let taken = |number: &registry_domain::national_number::NationalNumber| {
            let (db, fault) = &mut *asked.borrow_mut();
            is_taken(deps, db, number.as_str(), &own_claims, today).unwrap_or_else(|error| {
                *fault = Some(error);
                true
            })
        };
        let context = Context { taken: &taken, ..context };
        let parts = self.facts.check(&context);
        let reserved = match self.stage {
            Stage::Declaring => self.facts.reserves(&context),
            Stage::Registering { .. } => Ok(Vec::new()),
        };
        let lateness = self.facts.lateness(&context);
        let named = self.facts.people();
        let named = named.iter().filter_map(|who| context.person(who)).map(|person| person.id).collect();
        let kind = self.facts.kind();
        let (db, fault) = asked.into_inner();
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        let (parts, reserved) = (parts?, reserved?);
        notices::require_of_event(deps, db, self.facts, &own_claims)?;
        require_fitting_cards(deps, &parts, &people, today)?;
        Ok(Decided { parts, people, claims, reserved, amended, named, kind, lateness, today, law })
    }

    /// Decides and appends the entry, its leaf and the folded record, all in the transaction in which `head`
    /// was moved.
    ///
    /// # Errors
    /// The domain refused, or the store failed.
    pub fn enter(&self, deps: &Deps, db: &mut Db, head: Head, draw: &mut Draw) -> Result<Entered, Failure> {
        let act_number = act_number(self.office, self.today(deps), head.seq);
        let decided = self.decide(deps, db, draw, &act_number)?;
        let header = self.header(deps, draw, &decided, &act_number);
        let entry = match ledger_log::append(db, &deps.keys.sealing, head, &header, &decided.parts, draw) {
            // Somebody named by or tied to the entry was erased: nothing more is written about them.
            Err(StoreError::Vault(VaultError::Erased)) => return Err(Refusal::RecordErased.into()),
            outcome => outcome?,
        };
        let people = fold(deps, db, decided.people, &entry)?;
        card_jobs::ends::with_cards(db, people.values(), self.now)?;
        if decided.kind.is_followed_by(After::NumbersAreGiven) {
            let children = entry.parts.iter().filter(|part| part.role == PartRole::Child);
            let children = children.filter_map(|part| people.get(&part.person));
            for number in children.filter_map(|child| child.national_number.as_ref()) {
                reservations::give_up(db, number.as_str())?;
            }
        }
        Ok(Entered { entry, act_number, people, claims: decided.claims })
    }

    /// Decides and folds in memory, and says what would change. Nothing is written.
    ///
    /// # Errors
    /// The domain refused, or the store failed.
    pub fn preview(&self, deps: &Deps, db: &mut Db, draw: &mut Draw) -> Result<Preview, Failure> {
        let decided = self.decide(deps, db, draw, "")?;
        let header = self.header(deps, draw, &decided, "");
        let recorded: Vec<Recorded> =
            decided.parts.iter().map(|part| (header.clone(), part.clone())).collect();
        let mut after: BTreeMap<PersonId, Person> =
            decided.people.iter().map(|person| (person.id, person.clone())).collect();
        for part in &decided.parts {
            let folded = match &decided.amended {
                Some(dossier) => dossier.folded_with(part.person, &recorded),
                None => Some(entry::apply(after.remove(&part.person), &header, part)),
            };
            after.extend(folded.map(|person| (part.person, person)));
        }
        let consequences = Consequences::of(&header, &decided.parts, &decided.people, &after);
        let mut told = consequences.told();
        told.extend(superseded::foreseen(db, &decided.people, &after)?);
        // People who were only looked at, perhaps behind a seal, are not shown.
        let concerned = decided.concerned();
        let is_behind_a_seal = |person: &Person| {
            let mut roles =
                decided.parts.iter().filter(|part| part.person == person.id).map(|part| part.role);
            roles.clone().next().is_some() && roles.all(PartRole::is_behind_a_seal)
        };
        let shown = decided.people.iter().filter(|person| concerned.contains(&person.id));
        let shown = shown.filter(|person| !person.sealed && !is_behind_a_seal(person));
        Ok(Preview {
            basis: self.facts.kind().rules().basis,
            told,
            people: shown.map(|person| person.id.uuid()).collect(),
        })
    }

    fn header(&self, deps: &Deps, draw: &mut Draw, decided: &Decided, act_number: &str) -> Header {
        Header {
            id: EntryId::new(draw.opaque_uuid()),
            seq: None,
            kind: self.facts.kind(),
            recorded_at: crate::store::codec::Instant::new(self.now).utc(),
            registered_on: self.today(deps),
            office: self.office.clone(),
            officer: Some(self.officer.id),
            act_number: Some(act_number.to_owned()),
            amends: decided.amended.as_ref().map(|dossier| dossier.entry.header.id),
            erases: None,
        }
    }
}

/// What an entry would change, and whose records were looked at for that.
pub struct Preview {
    /// The law that allows looking at these records.
    pub basis: Basis,
    /// The changes in words, including the answers to agencies that the entry would make out of date.
    pub told: Vec<Told>,
    /// The people whose records were looked at, without those under seal.
    pub people: Vec<Uuid>,
}

/// An entry that was made.
pub struct Entered {
    /// The entry with its position in the ledger.
    pub entry: Entry,
    /// The number of the act.
    pub act_number: String,
    /// The people it changed, as they are now.
    pub people: BTreeMap<PersonId, Person>,
    /// The claims of the event, by the record as it was before this entry.
    pub claims: Vec<String>,
}

/// Refuses an application for a card that could not be made, before anybody approves it.
fn require_fitting_cards(
    deps: &Deps,
    parts: &[Part],
    people: &[Person],
    today: NaiveDate,
) -> Result<(), Refusal> {
    for part in parts {
        let PartBody::CardApplication(application) = &part.body else { continue };
        if let Some(person) = people.iter().find(|person| person.id == part.person) {
            issue::require_fitting(person, &application.card(), today, &deps.units)?;
        }
    }
    Ok(())
}

/// Whether a number was given before, or is kept for somebody else.
fn is_taken(
    deps: &Deps,
    db: &mut Db,
    number: &str,
    own_claims: &[String],
    today: NaiveDate,
) -> Result<bool, StoreError> {
    Ok(people::is_claimed(db, &deps.keys.sealing, number)?
        || reservations::is_kept_for_others(db, number, own_claims, today)?)
}

/// Folds an entry into the records of the people it changes, and writes them. An amendment folds each of its
/// people anew from all their parts, including its own; any other entry is applied on top of the record as it
/// stands.
fn fold(
    deps: &Deps,
    db: &mut Db,
    before: Vec<Person>,
    entry: &Entry,
) -> Result<BTreeMap<PersonId, Person>, Failure> {
    let salt = deps.keys.sealing.match_salt();
    let mut changed = BTreeMap::new();
    if entry.header.amends.is_some() {
        for part in &entry.parts {
            if !changed.contains_key(&part.person) {
                let parts = history::load(db, &deps.keys.sealing, part.person)?;
                changed.extend(domain_history::fold(&parts).map(|person| (part.person, person)));
            }
        }
        people::replace(db, changed.values(), salt)?;
        return Ok(changed);
    }
    let mut known: BTreeMap<PersonId, Person> =
        before.into_iter().map(|person| (person.id, person)).collect();
    for part in &entry.parts {
        let earlier = match changed.remove(&part.person).or_else(|| known.remove(&part.person)) {
            Some(person) => Some(person),
            None => people::load(db, part.person)?,
        };
        changed.insert(part.person, entry::apply(earlier, &entry.header, part));
    }
    if entry.header.kind.is_followed_by(After::RecordsAreReplaced) {
        people::replace(db, changed.values(), salt)?;
        return Ok(changed);
    }
    for person in changed.values() {
        people::save(db, person, salt)?;
    }
    Ok(changed)
}

/// The people whom the facts name or concern; for an amendment, also its entry and everyone's parts.
struct Concerned {
    people: Vec<Person>,
    amended: Option<Dossier>,
}

impl Concerned {
    fn load(deps: &Deps, db: &mut Db, case: &Case<'_>) -> Result<Self, Failure> {
        let (sealing, facts) = (&deps.keys.sealing, case.facts);
        let entry = match facts.amends() {
            Some(reference) => {
                let at = case.stage.receiving_office(case.office);
                find_named(deps, db, &reference, case.officer, at, case.today(deps))?
            }
            None => None,
        };
        // The domain says, round by round, whom it wants next, and limits the rounds; this code only finds
        // the people.
        let people = facts.load(entry.as_ref(), |reference| people::find(db, reference))?;
        let Some(entry) = entry else { return Ok(Self { people, amended: None }) };
        let certified = certified(db, &entry)?;
        let mut histories = BTreeMap::new();
        for person in &people {
            histories.insert(person.id, history::load(db, sealing, person.id)?);
        }
        Ok(Self { people, amended: Some(Dossier { entry, certified, histories }) })
    }
}

/// Values drawn for one entry. A random civil id that was given before is skipped here, so that the domain
/// never sees it.
fn fresh_values(deps: &Deps, db: &mut Db, now: DateTime<Utc>, draw: &mut Draw) -> Result<Fresh, Failure> {
    let mut fresh = Fresh::default();
    for _ in 0..FRESH {
        fresh.person_ids.push(PersonId::new(draw.opaque_uuid()));
        fresh.card_ids.push(CardId::new(draw.uuid(now)));
        fresh.document_numbers.push(DocumentNumber::from_random(draw.number()));
    }
    for _ in 0..CIVIL_ID_TRIES {
        let candidate = CivilId::from_random(draw.number() % civil_id::SPACE);
        if !people::is_claimed(db, &deps.keys.sealing, candidate.as_str())? {
            fresh.civil_ids.push(candidate);
            return Ok(fresh);
        }
    }
    Err(Refusal::NoFreshValue.into())
}

/// The figures of the law, with the approving neighbours that are configured for offices.
///
/// # Errors
/// The store failed.
pub fn law_of(deps: &Deps, db: &mut Db, office: &UnitCode) -> Result<LawConfig, Failure> {
    let mut law = deps.config.law.rules.clone();
    law.is_demo = deps.config.mode == Mode::Demo;
    for row in crate::store::reference::offices_with_neighbours(db)? {
        let (Ok(from), Some(Ok(to))) =
            (UnitCode::parse(&row.unit_code), row.approval_neighbour.as_deref().map(UnitCode::parse))
        else {
            return Err(Failure::damaged("office", office));
        };
        law.approving_neighbours.insert(from, to);
    }
    Ok(law)
}

fn scheme_of(deps: &Deps) -> &'static dyn NumberScheme {
    match deps.config.law.number_scheme.as_str() {
        "demo" => &DemoScheme,
        _ => &NoScheme,
    }
}

/// The number scheme of an instance that was given none: it has no letters, so every allocation of a number
/// is refused.
struct NoScheme;

impl NumberScheme for NoScheme {
    fn letters(&self, _: &registry_domain::unit::UnitTree, _: &UnitCode) -> Vec<[char; 2]> {
        Vec::new()
    }

    fn check_character(&self, _: &str) -> char {
        '0'
    }

    fn is_demo(&self) -> bool {
        false
    }
}

/// `office-year-position`: it is never repeated, because a position is used once.
pub(crate) fn act_number(office: &UnitCode, on: NaiveDate, seq: u64) -> String {
    format!("{office}-{}-{:07}", on.format("%Y"), seq + 1)
}
