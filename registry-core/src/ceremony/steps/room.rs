//! A room for the tests of steps: tokens in SoftHSM, the example plan, three sticks.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};

use super::super::CeremonyError;
use super::super::plan::PLAN_FILE;
use super::{Officiant, Which};
use crate::draw::Draw;
use crate::vault::token::softhsm::SoftHsm;

const PLAN: &str = include_str!("../../../../deploy/ceremony-plan.example.toml");
/// The label of the service's token in that plan.
pub(super) const LABEL: &str = "registry-service";

/// The folder of a ceremony.
pub(super) struct Room<'a> {
    hsm: &'a SoftHsm,
    pub(super) draw: Draw,
    pub(super) now: DateTime<Utc>,
    by: [String; 1],
}

impl Room<'_> {
    pub(super) fn new(hsm: &SoftHsm) -> Room<'_> {
        fs::write(hsm.folder().join(PLAN_FILE), PLAN).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Room { hsm, draw: Draw::from_seed([5; 32]), now, by: ["Conductor".to_owned()] }
    }

    /// A room with both tokens made; their shares are called `offline` and `online`.
    pub(super) fn with_tokens(hsm: &SoftHsm) -> Room<'_> {
        let mut room = Room::new(hsm);
        room.make_token(Which::Offline, "offline").unwrap();
        room.make_token(Which::Online, "online").unwrap();
        room
    }

    /// The files of three shares.
    pub(super) fn files(&self, name: &str) -> Vec<PathBuf> {
        (1..=3).map(|stick| self.at(&format!("{name}-{stick}.share"))).collect()
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.hsm.folder().join(name)
    }

    /// A file among the certificates.
    pub(super) fn certificate(&self, name: &str) -> PathBuf {
        self.at("certificates").join(name)
    }

    pub(super) fn days_later(&mut self, days: i64) {
        self.now += Duration::days(days);
    }

    /// Takes a step with these shares.
    pub(super) fn take<T>(
        &mut self,
        shares: &[PathBuf],
        act: impl FnOnce(&mut Officiant<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        let mut officiant = Officiant::new(self.hsm.folder(), &self.by, shares, self.now, &mut self.draw)?;
        act(&mut officiant)
    }

    /// Takes a step with the shares of both tokens.
    pub(super) fn step<T>(
        &mut self,
        act: impl FnOnce(&mut Officiant<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        let shares = [self.files("offline"), self.files("online")].concat();
        self.take(&shares, act)
    }

    pub(super) fn make_token(&mut self, which: Which, name: &str) -> Result<String, CeremonyError> {
        let files = self.files(name);
        self.take(&[], |officiant| officiant.make_token(which, &files))
    }
}
