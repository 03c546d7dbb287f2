//! STORE DATA of the PIV application: transport PIN, PUK and the end of personalisation.

use super::{Piv, Slot, object, pin};
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::dgi::DataGroup;
use crate::secret::Secret;
use crate::state::{LifeCycle, Reference};

const PIN: u16 = 0x8080;
const PUK: u16 = 0x8081;
const END: u16 = 0x9F00;

impl Piv<'_> {
    /// Takes one block of STORE DATA. Errors: `6A88` unknown group, `6A80` malformed value, `6985` the end
    /// comes while something is missing.
    pub(super) fn store_data(&mut self, access: Access, command: &Command) -> Outcome {
        access.require_personaliser(self.state.life_cycle)?;
        let block = self.store.take(command)?;
        for group in &block.groups {
            self.store_group(group, block.is_last)?;
        }
        Ok(Answer::status(Sw::OK))
    }

    fn store_group(&mut self, group: &DataGroup, is_last: bool) -> Result<(), Sw> {
        match group.id {
            PIN => self.state.pin = Some(new_reference(&group.value)?),
            PUK => self.state.puk = Some(new_reference(&group.value)?),
            END => return self.end(group, is_last),
            _ => return Err(Sw::REFERENCE_NOT_FOUND),
        }
        self.state.life_cycle = LifeCycle::Personalising;
        Ok(())
    }

    fn end(&mut self, group: &DataGroup, is_last: bool) -> Result<(), Sw> {
        if !is_last || !group.value.is_empty() {
            return Err(Sw::WRONG_DATA);
        }
        let has_slot = |slot: Slot| {
            self.state.keys.contains_key(slot.name())
                && self.state.objects.contains_key(&object::name(slot.certificate_tag()))
        };
        let is_complete =
            Slot::ALL.into_iter().all(has_slot) && self.state.pin.is_some() && self.state.puk.is_some();
        if !is_complete {
            return Err(Sw::CONDITIONS);
        }
        self.state.life_cycle = LifeCycle::Personalised;
        Ok(())
    }
}

fn new_reference(value: &[u8]) -> Result<Reference, Sw> {
    pin::require_format(value)?;
    Ok(Reference::new(Secret::new(value.to_vec())))
}
