//! Keys that never leave a hardware token (PKCS#11 2.40 and later).
//!
//! Invariant: a key of ours is made in the token, cannot be read or wrapped out of it, signs and does nothing else, and has
//! the name of its one purpose as label. What is not so is refused when it is opened, not when it signs.

mod error;
mod key;
mod module;
mod signer;
#[cfg(test)]
mod softhsm;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use issuance::{Algorithm, PublicKey};

pub use self::error::{Remedy, TokenError, fingerprint, remedy};
pub use self::key::{ID_BYTES, KeyInfo};
pub use self::signer::TokenSigner;
use super::pin::Pin;

/// What a token is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To sign, as the service does: sessions that can change nothing.
    Sign,
    /// To make and destroy keys, as a ceremony does.
    Manage,
}

/// A token that is logged in to, with sessions that are opened anew after it was lost.
pub struct Token {
    module: Pkcs11,
    label: String,
    pin: Pin,
    access: Access,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Session>,
    /// Grows when the token was lost: handles of an earlier generation mean nothing.
    generation: u64,
    pin_refused: bool,
}

/// A session that is logged in.
struct Opened {
    session: Session,
    generation: u64,
}

/// A token that the module sees.
#[derive(Debug, Clone)]
pub struct TokenInfo {
    /// Its label; empty before it is initialised.
    pub label: String,
    /// The maker.
    pub manufacturer: String,
    /// The maker's name for it.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Whether it has a label and PINs.
    pub is_initialised: bool,
}

/// The tokens that a module sees.
///
/// # Errors
/// [`TokenError`].
pub fn list_tokens(module: &Path) -> Result<Vec<TokenInfo>, TokenError> {
    let failed = |source| TokenError::function("list the tokens", source);
    let module = module::load(module)?;
    let slots = module.get_slots_with_token().map_err(failed)?;
    let mut tokens = Vec::with_capacity(slots.len());
    for slot in slots {
        let info = module.get_token_info(slot).map_err(failed)?;
        tokens.push(TokenInfo {
            label: info.label().to_owned(),
            manufacturer: info.manufacturer_id().to_owned(),
            model: info.model().to_owned(),
            serial: info.serial_number().to_owned(),
            is_initialised: info.token_initialized(),
        });
    }
    Ok(tokens)
}

impl Token {
    /// Gives the one token that has no label yet a label and its PINs: the security officer's, and the one that signs.
    ///
    /// # Errors
    /// [`TokenError::InUse`] if a token has the label: nothing is ever emptied. [`TokenError::NoneEmpty`],
    /// [`TokenError::Ambiguous`] if not one alone is empty.
    pub fn initialise(module: &Path, label: &str, officer_pin: &Pin, pin: &Pin) -> Result<(), TokenError> {
        let failed = |source| TokenError::function("initialise the token", source);
        let module = module::load(module)?;
        match module::find_slot(&module, label) {
            Err(TokenError::Absent { .. }) => {}
            Err(TokenError::Ambiguous { .. }) | Ok(_) => {
                return Err(TokenError::InUse { label: label.to_owned() });
            }
            Err(error) => return Err(error),
        }
        let mut empty = Vec::new();
        for slot in module.get_slots_with_token().map_err(failed)? {
            if !module.get_token_info(slot).map_err(failed)?.token_initialized() {
                empty.push(slot);
            }
        }
        // Which of two empty tokens becomes the roots' must not be chance.
        let empty = match empty.as_slice() {
            [slot] => *slot,
            [] => return Err(TokenError::NoneEmpty),
            several => return Err(TokenError::Ambiguous { label: String::new(), count: several.len() }),
        };
        module.init_token(empty, &officer_pin.for_token(), label).map_err(failed)?;
        // A module may give the token another slot once it has a label.
        let session = module.open_rw_session(module::find_slot(&module, label)?).map_err(failed)?;
        session.login(UserType::So, Some(&officer_pin.for_token())).map_err(failed)?;
        session.init_pin(&pin.for_token()).map_err(failed)?;
        session.logout().map_err(failed)
    }

    /// Gives a token new PINs: the security officer's, from the old to the new, and the one that signs. Not while this
    /// process is logged in to it.
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
        let session = module.open_rw_session(module::find_slot(&module, label)?).map_err(failed)?;
        session.login(UserType::So, Some(&old_officer.for_token())).map_err(failed)?;
        session.init_pin(&pin.for_token()).map_err(failed)?;
        session.set_pin(&old_officer.for_token(), &new_officer.for_token()).map_err(failed)?;
        session.logout().map_err(failed)
    }

    /// Logs in to the token with that label.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(module: &Path, label: &str, pin: Pin, access: Access) -> Result<Arc<Token>, TokenError> {
        let module = module::load(module)?;
        let token = Token { module, label: label.to_owned(), pin, access, state: Mutex::default() };
        token.run(|_| Ok(()))?;
        Ok(Arc::new(token))
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Makes a key pair in the token. `id` is random and names the pair among those of its purpose.
    ///
    /// # Errors
    /// [`TokenError`]; also when the token made something else than was asked for.
    pub fn generate(
        self: &Arc<Token>,
        purpose: &str,
        id: [u8; ID_BYTES],
        algorithm: Algorithm,
    ) -> Result<TokenSigner, TokenError> {
        let public = self.run(|opened| key::generate(&opened.session, purpose, &id, algorithm))?;
        self.signer(purpose, Some(&public))
    }

    /// The key of a purpose: the one that a certificate names or, without it, the only one.
    ///
    /// # Errors
    /// [`TokenError`]: there is none or not one alone, or it is not fit to be used.
    pub fn signer(
        self: &Arc<Token>,
        purpose: &str,
        certified: Option<&PublicKey>,
    ) -> Result<TokenSigner, TokenError> {
        let found = self.run(|opened| key::find(&opened.session, purpose, certified))?;
        TokenSigner::new(self.clone(), purpose, found.public)
    }

    /// Destroys the key of a purpose that has this public half; gives whether it was there.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn destroy(&self, purpose: &str, public: &PublicKey) -> Result<bool, TokenError> {
        self.run(|opened| key::destroy(&opened.session, purpose, public))
    }

    /// Every private key in the token, also those that are not fit to be used.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn keys(&self) -> Result<Vec<KeyInfo>, TokenError> {
        self.run(|opened| key::list(&opened.session))
    }

    /// Does something in a session, and once more in a new one if the token or the session is gone.
    fn run<T>(&self, act: impl Fn(&Opened) -> Result<T, TokenError>) -> Result<T, TokenError> {
        let opened = self.take()?;
        let outcome = act(&opened);
        match outcome {
            Err(error) if is_gone(&error) => {
                self.forget(opened);
                let again = self.take()?;
                let outcome = act(&again);
                self.give_back(again);
                outcome
            }
            outcome => {
                self.give_back(opened);
                outcome
            }
        }
    }

    fn take(&self) -> Result<Opened, TokenError> {
        // Held while logging in: no two threads try the PIN at once.
        let mut state = self.state();
        let session = match state.idle.pop() {
            Some(session) => session,
            None => self.log_in(&mut state)?,
        };
        Ok(Opened { session, generation: state.generation })
    }

    fn log_in(&self, state: &mut State) -> Result<Session, TokenError> {
        if state.pin_refused {
            return Err(TokenError::PinRefused);
        }
        let outcome = match self.connect() {
            // A module may remember that a token is gone, and forgets it only when it begins anew. A session that another
            // thread still holds is void then; it opens its own.
            Err(error) if state.generation > 0 && (is_gone(&error) || is_absent(&error)) => {
                module::restart(&self.module)
                    .map_err(|source| TokenError::function("start the module anew", source))?;
                self.connect()
            }
            outcome => outcome,
        };
        state.pin_refused = matches!(outcome, Err(TokenError::PinRefused));
        outcome
    }

    fn connect(&self) -> Result<Session, TokenError> {
        let slot = module::find_slot(&self.module, &self.label)?;
        let session = match self.access {
            Access::Sign => self.module.open_ro_session(slot),
            Access::Manage => self.module.open_rw_session(slot),
        }
        .map_err(|source| TokenError::function("open a session", source))?;
        match session.login(UserType::User, Some(&self.pin.for_token())) {
            // All sessions of a process share the login (PKCS#11 2.40, usage guide §2.6.1).
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
                Err(TokenError::PinRefused)
            }
            Err(source) => Err(TokenError::function("log in", source)),
        }
    }

    fn give_back(&self, opened: Opened) {
        let mut state = self.state();
        if state.generation == opened.generation {
            state.idle.push(opened.session);
        }
    }

    /// Closes all sessions of a generation: what they named is gone.
    fn forget(&self, lost: Opened) {
        let mut state = self.state();
        if state.generation == lost.generation {
            state.idle.clear();
            state.generation += 1;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether opening anew may help.
fn is_gone(error: &TokenError) -> bool {
    matches!(error, TokenError::Function { source, .. } if remedy(source) == Remedy::Reopen)
}

fn is_absent(error: &TokenError) -> bool {
    matches!(error, TokenError::Absent { .. })
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("label", &self.label)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}
