//! GENERATE ASYMMETRIC KEY PAIR and GENERAL AUTHENTICATE with P-256 (algorithm 11).

use super::{Piv, Slot};
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::entropy::{self, Entropy};
use crate::secret::Secret;
use crate::state::LifeCycle;
use crate::tlv;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, SigningKey};
use zeroize::Zeroizing;

const P256: u8 = 0x11;
const HASH_BYTES: usize = 32;
/// A random number is not a valid private key once in about 2^32; more failures than this mean that the
/// generator is broken.
const GENERATION_TRIES: usize = 8;

impl Piv<'_> {
    /// GENERATE `47 00 <slot>` with `AC 03 80 01 11`; answers `7F49 43 86 41 04 ‖ x ‖ y`.
    pub(super) fn generate_key_pair(&mut self, access: Access, command: &Command) -> Outcome {
        access.require_personaliser(self.state.life_cycle)?;
        if command.p1 != 0 {
            return Err(Sw::WRONG_P1P2);
        }
        let slot = Slot::parse(command.p2)?;
        let objects = tlv::parse(&command.data)?;
        let template = tlv::parse(tlv::find(&objects, 0xAC).ok_or(Sw::WRONG_DATA)?)?;
        if tlv::find(&template, 0x80) != Some(&[P256]) {
            return Err(Sw::WRONG_DATA);
        }
        let key = new_key(self.entropy)?;
        self.state.keys.insert(slot.name().to_owned(), Secret::new(key.to_bytes().to_vec()));
        self.state.life_cycle = LifeCycle::Personalising;
        let point = key.verifying_key().to_sec1_point(false);
        Ok(Answer::ok(tlv::write(0x7F49, &tlv::write(0x86, point.as_bytes()))))
    }

    /// GENERAL AUTHENTICATE `87 11 <slot>`: signs a SHA-256 value. Errors: `6A88` no key, `6985` the
    /// transport PIN was not changed yet, `6982` the PIN is missing.
    pub(super) fn sign(&mut self, access: Access, was_pin_fresh: bool, command: &Command) -> Outcome {
        if command.p1 != P256 {
            return Err(Sw::WRONG_P1P2);
        }
        let slot = Slot::parse(command.p2)?;
        let key = self.state.keys.get(slot.name()).ok_or(Sw::REFERENCE_NOT_FOUND)?;
        self.require_use(slot, access, was_pin_fresh)?;
        let objects = tlv::parse(&command.data)?;
        let template = tlv::parse(tlv::find(&objects, 0x7C).ok_or(Sw::WRONG_DATA)?)?;
        let hash =
            tlv::find(&template, 0x81).filter(|hash| hash.len() == HASH_BYTES).ok_or(Sw::WRONG_DATA)?;
        let wants_response = tlv::find(&template, 0x82).is_some_and(<[u8]>::is_empty);
        if !wants_response {
            return Err(Sw::WRONG_DATA);
        }
        let key = SigningKey::from_slice(key.expose()).map_err(|_| Sw::CHIP_FAILED)?;
        let signature: DerSignature = key.sign_prehash(hash).map_err(|_| Sw::CHIP_FAILED)?;
        Ok(Answer::ok(tlv::write(0x7C, &tlv::write(0x82, signature.as_bytes()))))
    }

    /// Before the end of personalisation the issuer proves possession; afterwards the holder signs with their
    /// own PIN.
    fn require_use(&self, slot: Slot, access: Access, was_pin_fresh: bool) -> Result<(), Sw> {
        match self.state.life_cycle {
            LifeCycle::Transport | LifeCycle::Personalising if access.is_issuer() => Ok(()),
            LifeCycle::Transport | LifeCycle::Personalising => Err(Sw::SECURITY_STATUS),
            LifeCycle::Personalised if !self.state.is_pin_changed => Err(Sw::CONDITIONS),
            LifeCycle::Personalised => match slot {
                Slot::Authentication if self.session.is_pin_verified => Ok(()),
                Slot::Signature if was_pin_fresh => Ok(()),
                Slot::Authentication | Slot::Signature => Err(Sw::SECURITY_STATUS),
            },
        }
    }
}

/// Draws a new private key from the chip's random numbers.
pub(crate) fn new_key(entropy: &mut dyn Entropy) -> Result<SigningKey, Sw> {
    for _ in 0..GENERATION_TRIES {
        let bytes = Zeroizing::new(entropy::draw::<32>(entropy)?);
        if let Ok(key) = SigningKey::from_slice(bytes.as_slice()) {
            return Ok(key);
        }
    }
    Err(Sw::CHIP_FAILED)
}
