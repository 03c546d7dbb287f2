//! A register in this process, on whose use cases a history is played, on the days of the history.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, NaiveDate, Utc};
use registry_core::config::Config;
use registry_core::declare::declare;
use registry_core::deps::{Deps, system_clock};
use registry_core::failure::Failure;
use registry_core::import;
use registry_core::mandates::{self, Proposal};
use registry_core::officers::load_officer;
use registry_core::once::Once;
use registry_core::register::{Ending, Registered, end, register, registered_access};
use registry_core::runtime::{close_writer, open_writer};
use registry_core::store::people;
use registry_core::store::reference::{self, OfficeRow};
use registry_domain::door::Declarable;
use registry_domain::event::legacy;
use registry_domain::id::{DeclarationId, OfficerId, PersonId};
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_histories::command::{Command, Label, What, Who};
use registry_histories::compare::differs;
use registry_histories::founding::founding;
use registry_histories::law::{forbids, impossible};
use registry_histories::model::{Lives, Model};
use registry_histories::naming::Naming;
use registry_tests::kit::installation::Installation;
use uuid::Uuid;

/// The offices of the drawn units, and those above them, each with two registrars.
const OFFICES: [&str; 7] = ["11", "1101", "110151", "110153", "21", "2101", "2104"];
/// The office that takes over the old register.
const CENTRAL: &str = "110151";

/// An open register whose clock shows the day of the history.
pub struct Register {
    deps: Deps,
    /// Seconds since 1970.
    clock: Arc<AtomicI64>,
    officers: BTreeMap<String, [OfficerId; 2]>,
    requests: Cell<u64>,
}

impl Register {
    /// Opens an installation as its writer and appoints officers.
    pub fn open(installation: &Installation) -> anyhow::Result<Register> {
        let mut deps = open_writer(Config::load(&installation.configuration(), &[])?)?;
        let clock = Arc::new(AtomicI64::new(0));
        let reading = Arc::clone(&clock);
        deps.clock = Arc::new(move || {
            DateTime::from_timestamp(reading.load(Ordering::Relaxed), 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
        });
        let mut register = Register { deps, clock, officers: BTreeMap::new(), requests: Cell::new(0) };
        register.go_to(founding(0)[0].today);
        for office in OFFICES {
            let officers = register.appoint(office)?;
            register.officers.insert(office.to_owned(), officers);
        }
        Ok(register)
    }

    /// Closes it in order, at the real time.
    pub fn close(self) -> anyhow::Result<()> {
        Ok(close_writer(&Deps { clock: system_clock(), ..self.deps })?)
    }

    fn appoint(&self, office: &str) -> anyhow::Result<[OfficerId; 2]> {
        let mut db = self.deps.db()?;
        reference::add_office(
            &mut db,
            &OfficeRow { unit_code: office.to_owned(), approval_neighbour: None },
        )?;
        let mut appoint = |roles: &[&str]| -> anyhow::Result<OfficerId> {
            let proposal = Proposal {
                officer: None,
                office: office.to_owned(),
                label: format!("Registrar, {office}"),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                person: None,
            };
            let (now, mut draw) = (self.deps.now(), self.deps.draw());
            let id = db
                .write(|db| mandates::give_alone(db, &proposal, &self.deps.units, now, &mut draw))
                .context("appointing an officer")?;
            Ok(OfficerId::new(id))
        };
        let first = if office == CENTRAL { &["registrar", "administrator"][..] } else { &["registrar"] };
        Ok([appoint(first)?, appoint(&["registrar"])?])
    }

    /// Sets the clock to noon of a day in the east of the country.
    fn go_to(&self, day: NaiveDate) {
        self.clock
            .store(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + 4 * 3600, Ordering::Relaxed);
    }

    fn officers(&self, office: &str) -> anyhow::Result<[Officer; 2]> {
        let [first, second] =
            self.officers.get(office).with_context(|| format!("no officers at {office}"))?;
        Ok([load_officer(&self.deps, *first)?, load_officer(&self.deps, *second)?])
    }

    fn once(&self, officer: &Officer, route: &str) -> anyhow::Result<Once> {
        self.requests.set(self.requests.get() + 1);
        let key = self.requests.get().to_string();
        Once::new(&officer.id.to_string(), Some(&key), route, key.as_bytes()).context("an idempotency key")
    }

    fn person(&self, reference: &PersonRef) -> anyhow::Result<Option<Person>> {
        Ok(people::find(&mut *self.deps.db()?, reference)?)
    }

    /// Declares at the command's office and registers where it is decided; gives the receipt with that
    /// office.
    fn enter(
        &self,
        command: &Command,
        naming: &Names,
    ) -> anyhow::Result<Result<(Registered, String), Refusal>> {
        let [receiver, _] = self.officers(command.office)?;
        let once = self.once(&receiver, "declare")?;
        let kind = Declarable::new(command.what.kind())?;
        let declared = declare(&self.deps, &receiver, &once, kind, command.form(naming), None);
        let declared = match declared {
            Ok(declared) => declared,
            Err(Failure::Refused(refusal)) => return Ok(Err(refusal)),
            Err(fault) => bail!("declaring: {fault}"),
        };
        let id = DeclarationId::new(declared.id);
        let office = declared.deciding_office;
        let [_, decider] = self.officers(&office)?;
        // Tells the declaration apart from each other declaration of the same event in turn.
        let mut held = declared.held_against;
        while held.is_some() {
            let once = self.once(&decider, "decide")?;
            let decided = end(&self.deps, &decider, &once, id, Ending::DifferentEvent, "another event");
            held = decided.context("deciding")?.held_against;
        }
        let once = self.once(&decider, "register")?;
        match register(&self.deps, &decider, &once, id) {
            Ok(registered) => {
                let receipt = registered.release_blocking(&self.deps.access, |registered| {
                    registered_access(&self.deps, &decider, registered)
                })?;
                Ok(Ok((receipt, office)))
            }
            Err(Failure::Refused(refusal)) => {
                let once = self.once(&decider, "refuse")?;
                end(&self.deps, &decider, &once, id, Ending::Refuse, "against the law")
                    .context("refusing")?;
                Ok(Err(refusal))
            }
            Err(fault) => bail!("registering: {fault}"),
        }
    }

    /// Imports one person from the old register; returns the record.
    fn import(&self, command: &Command, naming: &Names) -> anyhow::Result<Person> {
        let What::Import { number, .. } = &command.what else { bail!("not an import") };
        let form = command.form(naming);
        let value = |column: &&str| form.get(*column).and_then(|value| value.as_str()).unwrap_or_default();
        let values: Vec<&str> = legacy::COLUMNS.iter().map(value).collect();
        let file = format!("{}\n{}\n", legacy::COLUMNS.join(","), values.join(","));
        let [officer, _] = self.officers(CENTRAL)?;
        let report = import::import(&self.deps, &officer, &mut file.as_bytes(), &mut |_| ())?;
        ensure!(report.taken == 1, "{report:?}");
        self.person(&PersonRef::parse(number)?)?.context("whoever was imported is in the register")
    }
}

/// The names that people and acts of one history have in the register.
#[derive(Default)]
struct Names {
    people: BTreeMap<Who, PersonId>,
    labels: BTreeMap<PersonId, Who>,
    acts: BTreeMap<Label, String>,
}

impl Names {
    fn call(&mut self, label: Label, person: PersonId) {
        self.people.insert(label, person);
        self.labels.insert(person, label);
    }
}

impl Naming for Names {
    fn person(&self, who: Who) -> PersonId {
        self.people.get(&who).copied().unwrap_or_else(|| PersonId::new(Uuid::from_u128(1 + who as u128)))
    }

    fn who(&self, id: PersonId) -> Who {
        self.labels.get(&id).copied().unwrap_or(usize::MAX)
    }

    fn act_number(&self, label: Label) -> String {
        self.acts.get(&label).cloned().unwrap_or_else(|| format!("{CENTRAL}-1999-{label:07}"))
    }
}

/// One history in the register, compared with the model.
pub struct History<'a> {
    register: &'a Register,
    names: Names,
    pub model: Model,
    pub lives: Lives,
}

impl<'a> History<'a> {
    /// The country after its import.
    pub fn found(register: &'a Register, nth: usize) -> anyhow::Result<History<'a>> {
        let (model, lives) = (Model::default(), Lives::default());
        let mut history = History { register, names: Names::default(), model, lives };
        for command in founding(nth) {
            register.go_to(command.today);
            let person = register.import(&command, &history.names).with_context(|| format!("{command:?}"))?;
            let own = person.acts.first().context("an import is an act")?.number.clone();
            history.names.call(command.label, person.id);
            history.accept(&command, own, command.office)?;
        }
        Ok(history)
    }

    /// Plays one command: accepted, or refused with a number. An error means that register and model differ.
    pub fn step(&mut self, command: &Command) -> anyhow::Result<Result<(), u16>> {
        let forbidden = forbids(command, &self.model, &self.lives);
        self.register.go_to(command.today);
        let (receipt, office) = match self.register.enter(command, &self.names)? {
            Ok(entered) => entered,
            Err(refusal) => return Ok(Err(refusal.number())),
        };
        ensure!(forbidden.is_none(), "accepted, though {}", forbidden.unwrap_or_default());
        if command.what.kind() == Kind::Birth {
            let child = receipt.people.iter().find(|person| person.role == "child");
            let child = child.context("a birth has a child")?.person_id;
            self.names.call(command.label, PersonId::new(child));
        }
        self.accept(command, receipt.act_number, &office)?;
        Ok(Ok(()))
    }

    fn accept(&mut self, command: &Command, act_number: String, office: &str) -> anyhow::Result<()> {
        self.names.acts.insert(command.label, act_number);
        self.model.accept(command, office, &self.lives);
        self.lives = self.model.lives();
        for person in self.model.people_of(command.label) {
            self.is_as_the_law_says(person, command.today)?;
        }
        Ok(())
    }

    fn is_as_the_law_says(&self, person: Who, today: NaiveDate) -> anyhow::Result<()> {
        if let Some(what) = impossible(&self.lives, person, today) {
            bail!("{person} {what}");
        }
        let record = self.register.person(&PersonRef::Id(self.names.person(person)))?;
        match differs(record.as_ref(), &self.names, &self.lives, person) {
            None => Ok(()),
            Some(difference) => bail!("{difference}"),
        }
    }

    /// Compares everyone who was ever in the history.
    pub fn inspect(&self) -> anyhow::Result<()> {
        let today = self.model.acts.last().context("a history has acts")?.today;
        let everyone: BTreeSet<Who> = self.names.people.keys().copied().collect();
        everyone.into_iter().try_for_each(|person| self.is_as_the_law_says(person, today))
    }
}
