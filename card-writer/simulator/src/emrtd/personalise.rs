//! STORE DATA of the eMRTD application: files and BAC seed, EF.SOD last.

use super::Emrtd;
use super::file::ElementaryFile;
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::dgi::DataGroup;
use crate::secret::{HexBytes, Secret};
use crate::state::LifeCycle;

const BAC_SEED: u16 = 0xC001;
const BAC_SEED_BYTES: usize = 16;

impl Emrtd<'_> {
    /// Takes one block of STORE DATA. Errors: `6A88` unknown group, `6A80` malformed value, `6985` EF.SOD
    /// comes before the others or the last block before EF.SOD.
    pub(super) fn store_data(&mut self, access: Access, command: &Command) -> Outcome {
        access.require_personaliser(self.state.life_cycle)?;
        let block = self.store.take(command)?;
        for group in &block.groups {
            self.store_group(group)?;
        }
        if block.unfinished == Some(ElementaryFile::Sod.id()) {
            self.require_ready_for_sod()?;
        }
        if block.is_last {
            if !self.state.files.contains_key(&ElementaryFile::Sod.name()) {
                return Err(Sw::CONDITIONS);
            }
            self.state.life_cycle = LifeCycle::Personalised;
        }
        Ok(Answer::status(Sw::OK))
    }

    fn store_group(&mut self, group: &DataGroup) -> Result<(), Sw> {
        if group.id == BAC_SEED {
            if group.value.len() != BAC_SEED_BYTES {
                return Err(Sw::WRONG_DATA);
            }
            self.state.bac_seed = Some(Secret::new(group.value.to_vec()));
        } else {
            let file = ElementaryFile::from_id(group.id).ok_or(Sw::REFERENCE_NOT_FOUND)?;
            if group.value.is_empty() {
                return Err(Sw::WRONG_DATA);
            }
            if file == ElementaryFile::Sod {
                self.require_ready_for_sod()?;
            }
            self.state.files.insert(file.name(), HexBytes(group.value.to_vec()));
        }
        self.state.life_cycle = LifeCycle::Personalising;
        Ok(())
    }

    fn require_ready_for_sod(&self) -> Result<(), Sw> {
        let has_others = ElementaryFile::ALL
            .into_iter()
            .filter(|&file| file != ElementaryFile::Sod)
            .all(|file| self.state.files.contains_key(&file.name()));
        if has_others && self.state.bac_seed.is_some() { Ok(()) } else { Err(Sw::CONDITIONS) }
    }
}
