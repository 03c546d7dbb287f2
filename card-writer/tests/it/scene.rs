//! A station at work: folder, service, clock.

use std::path::PathBuf;

use card_writer::backend::Backend;
use card_writer::card::Card;
use card_writer::edge::{Edge, NoRandomness};
use card_writer::personalise::{Service, Told, Workplace, personalise};
use card_writer::pin::CardPin;
use card_writer::receipt::StationKey;
use card_writer::refusal::Refusal;
use card_writer::transport_pin::Slip;
use chrono::{DateTime, Utc};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tempfile::TempDir;

use crate::authorities::now;
use crate::card_slot::CardSlot;
use crate::registry::{FakeRegistry, STATION_KEY, TRANSPORT_MASTER};

pub struct Scene {
    pub folder: TempDir,
    pub registry: FakeRegistry,
    pub edge: TestEdge,
    /// The numbers of the refusals by which jobs were skipped.
    pub passed_over: Vec<u32>,
    station_key: StationKey,
}

impl Scene {
    pub fn new() -> Self {
        let key = p256::ecdsa::SigningKey::from_slice(&STATION_KEY).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            registry: FakeRegistry::new(),
            edge: TestEdge::new(1),
            passed_over: Vec::new(),
            station_key: StationKey::parse_pem(&key.to_pkcs8_pem(LineEnding::LF).unwrap()).unwrap(),
        }
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("card.json")
    }

    pub fn slip(&self) -> PathBuf {
        self.folder.path().join("slip.txt")
    }

    pub fn journal(&self) -> String {
        let path = self.folder.path().join("journal").join("00000000-0000-0000-0000-000000000001.jsonl");
        std::fs::read_to_string(path).unwrap()
    }

    pub fn new_card(&self) -> CardSlot {
        CardSlot::with_new_card(&self.state(), "00000001", &hex::encode(TRANSPORT_MASTER))
    }

    pub fn card_again(&self) -> CardSlot {
        CardSlot::with_card(&self.state())
    }

    /// Lets the engine write the card in the backend.
    pub fn write(&mut self, backend: &mut dyn Backend) -> Result<(), Refusal> {
        let journals = self.folder.path().join("journal");
        let slip = Slip::new(&self.slip());
        let workplace = Workplace { journals: &journals, slip: &slip, station_key: &self.station_key };
        let mut card = Card::open(backend)?;
        let passed_over = &mut self.passed_over;
        let mut tell = |told: Told<'_>| match told {
            Told::Progress(_) => {}
            Told::PassedOver(problem) => passed_over.push(problem.number),
        };
        personalise(&mut card, &mut self.registry, &mut self.edge, &workplace, &mut tell).map(|_| ())
    }

    /// Like [`Scene::write`], with another service.
    pub fn write_with(
        &mut self,
        backend: &mut dyn Backend,
        wrap: &mut dyn for<'r> FnMut(&'r mut FakeRegistry) -> Box<dyn Service + 'r>,
    ) -> Result<(), Refusal> {
        let journals = self.folder.path().join("journal");
        let slip = Slip::new(&self.slip());
        let workplace = Workplace { journals: &journals, slip: &slip, station_key: &self.station_key };
        let mut card = Card::open(backend)?;
        let mut service = wrap(&mut self.registry);
        personalise(&mut card, &mut *service, &mut self.edge, &workplace, &mut |_| {}).map(|_| ())
    }

    pub fn transport_pin(&self) -> CardPin {
        let slip = std::fs::read_to_string(self.slip()).unwrap();
        let line = slip.lines().find_map(|line| line.strip_prefix("Түр ПИН / Transport PIN: ")).unwrap();
        CardPin::parse(line).unwrap()
    }
}

pub struct TestEdge(ChaCha20Rng);

impl TestEdge {
    pub fn new(seed: u8) -> Self {
        Self(ChaCha20Rng::from_seed([seed; 32]))
    }
}

impl Edge for TestEdge {
    fn now(&self) -> DateTime<Utc> {
        now()
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}
