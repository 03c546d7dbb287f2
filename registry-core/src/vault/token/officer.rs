//! What the security officer of a token does: gives it its label and its PINs. Only ceremonies do so, in one
//! thread.

use std::path::Path;

use cryptoki::error::{Error, RvError};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;

use super::super::pin::Pin;
use super::module::{self, Module};
use super::{Token, TokenError};

impl Token {
    /// Whether one token alone is empty and none has the label: what [`Token::initialise`] needs, asked
    /// before anything is drawn or written.
    ///
    /// # Errors
    /// As [`Token::initialise`].
    pub fn require_empty(module: &Path, label: &str) -> Result<(), TokenError> {
        empty_slot(&*module::load(module)?, label).map(drop)
    }

    /// Gives the one token that has no label yet a label and its PINs: the security officer's, and the one
    /// that signs.
    ///
    /// # Errors
    /// [`TokenError::InUse`] if a token has the label: nothing is ever emptied. [`TokenError::NoneEmpty`],
    /// [`TokenError::Ambiguous`] if not one alone is empty.
    pub fn initialise(path: &Path, label: &str, officer_pin: &Pin, pin: &Pin) -> Result<(), TokenError> {
        let module = module::load(path)?;
        let empty = empty_slot(&module, label)?;
        module
            .library()
            .init_token(empty, &officer_pin.for_token(), label)
            .map_err(|source| TokenError::function("initialise the token", source))?;
        Token::set_pin(path, label, officer_pin, pin)
    }

    /// Sets the PIN that signs. A ceremony that starts again after a power failure may set it again.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn set_pin(module: &Path, label: &str, officer_pin: &Pin, pin: &Pin) -> Result<(), TokenError> {
        let failed = |source| TokenError::function("set the PIN", source);
        let module = module::load(module)?;
        // A module may give the token another slot once it has a label.
        let slot = module::find_slot(&module, label)?;
        let session = module.library().open_rw_session(slot).map_err(failed)?;
        session.login(UserType::So, Some(&officer_pin.for_token())).map_err(failed)?;
        session.init_pin(&pin.for_token()).map_err(failed)?;
        session.logout().map_err(failed)
    }

    /// Gives a token new PINs: the security officer's, from the old to the new, and the one that signs. Not
    /// while this process is logged in to it.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn change_pins(
        module: &Path,
        label: &str,
        [old_officer, new_officer]: [&Pin; 2],
        pin: &Pin,
    ) -> Result<(), TokenError> {
        let failed = |source| TokenError::function("change the PINs", source);
        let module = module::load(module)?;
        let slot = module::find_slot(&module, label)?;
        let session = module.library().open_rw_session(slot).map_err(failed)?;
        session.login(UserType::So, Some(&old_officer.for_token())).map_err(failed)?;
        session.init_pin(&pin.for_token()).map_err(failed)?;
        session.set_pin(&old_officer.for_token(), &new_officer.for_token()).map_err(failed)?;
        session.logout().map_err(failed)
    }

    /// Finishes a [`Token::change_pins`] that was cut off anywhere. It tries the old officer's PIN as if
    /// nothing had been done and, if that is refused, the new one. So the token counts one wrong PIN at most,
    /// and forgets it at the right one.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn finish_pins(
        module: &Path,
        label: &str,
        [old_officer, new_officer]: [&Pin; 2],
        pin: &Pin,
    ) -> Result<(), TokenError> {
        match Token::change_pins(module, label, [old_officer, new_officer], pin) {
            Err(TokenError::Function { source: Error::Pkcs11(RvError::PinIncorrect, _), .. }) => {
                Token::set_pin(module, label, new_officer, pin)
            }
            outcome => outcome,
        }
    }
}

fn empty_slot(module: &Module, label: &str) -> Result<Slot, TokenError> {
    let failed = |source| TokenError::function("look for an empty token", source);
    match module::find_slot(module, label) {
        Err(TokenError::Absent { .. }) => {}
        Err(TokenError::Ambiguous { .. }) | Ok(_) => {
            return Err(TokenError::InUse { label: label.to_owned() });
        }
        Err(error) => return Err(error),
    }
    let mut empty = Vec::new();
    for slot in module.library().get_slots_with_token().map_err(failed)? {
        if !module.library().get_token_info(slot).map_err(failed)?.token_initialized() {
            empty.push(slot);
        }
    }
    // Which of two empty tokens becomes the roots' must not be chance.
    match empty.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(TokenError::NoneEmpty),
        several => Err(TokenError::Ambiguous { label: String::new(), count: several.len() }),
    }
}
