//! GET DATA and PUT DATA: certificates, CHUID, CCC and the discovery object.

use super::{AID, Piv};
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::secret::HexBytes;
use crate::state::LifeCycle;
use crate::tlv;

/// The tags that can be written: both certificates, CHUID, CCC.
const WRITABLE: [u32; 4] = [0x5F_C105, 0x5F_C10A, 0x5F_C102, 0x5F_C107];
const DISCOVERY: u32 = 0x7E;
/// PIN usage policy: the application PIN satisfies the access rules, no global PIN, no biometrics.
const PIN_USAGE_POLICY: [u8; 2] = [0x40, 0x00];

pub(super) fn name(tag: u32) -> String {
    format!("{tag:x}")
}

impl Piv<'_> {
    /// GET DATA `CB 3F FF` with the tag in a `5C` list.
    pub(super) fn get_data(&mut self, command: &Command) -> Outcome {
        require_current_application(command)?;
        let tag = requested_tag(&tlv::parse(&command.data)?)?;
        if tag == DISCOVERY {
            return Ok(Answer::ok(discovery_object()));
        }
        let object = self.state.objects.get(&name(tag)).ok_or(Sw::NOT_FOUND)?;
        Ok(Answer::ok(object.0.clone()))
    }

    /// PUT DATA `DB 3F FF`, allowed to the issuer until personalisation ends.
    pub(super) fn put_data(&mut self, access: Access, command: &Command) -> Outcome {
        access.require_personaliser(self.state.life_cycle)?;
        require_current_application(command)?;
        let objects = tlv::parse(&command.data)?;
        let tag = requested_tag(&objects)?;
        if !WRITABLE.contains(&tag) {
            return Err(Sw::NOT_SUPPORTED);
        }
        let content = tlv::find(&objects, 0x53).ok_or(Sw::WRONG_DATA)?;
        self.state.objects.insert(name(tag), HexBytes(tlv::write(0x53, content)));
        self.state.life_cycle = LifeCycle::Personalising;
        Ok(Answer::status(Sw::OK))
    }
}

fn require_current_application(command: &Command) -> Result<(), Sw> {
    if command.p1p2() == 0x3FFF { Ok(()) } else { Err(Sw::WRONG_P1P2) }
}

fn requested_tag(objects: &[tlv::Tlv<'_>]) -> Result<u32, Sw> {
    let list = tlv::find(objects, 0x5C).ok_or(Sw::WRONG_DATA)?;
    match list {
        [tag] => Ok(u32::from(*tag)),
        [a, b, c] => Ok(u32::from_be_bytes([0, *a, *b, *c])),
        _ => Err(Sw::WRONG_DATA),
    }
}

fn discovery_object() -> Vec<u8> {
    tlv::write(DISCOVERY, &[tlv::write(0x4F, &AID), tlv::write(0x5F2F, &PIN_USAGE_POLICY)].concat())
}
