//! Keys that never leave a hardware token (PKCS#11 2.40 and later).
//!
//! Invariant: a key of ours is made in the token, cannot be read or wrapped out of it, only signs, and has
//! the name of its one purpose as label. A key that is otherwise is refused when it is opened, not when it
//! signs.

mod error;
mod key;
mod module;
mod officer;
mod signer;
#[cfg(test)]
pub(crate) mod softhsm;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLockReadGuard};

use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use issuance::{Algorithm, PublicKey};

pub use self::error::{Remedy, TokenError, fingerprint, remedy};
pub use self::key::{ID_BYTES, KeyInfo};
use self::module::Module;
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

/// Where a token's PIN comes from.
#[derive(Debug, Clone)]
pub enum PinSource {
    /// Shares that were gathered, each of which was recognised before.
    Shares(Pin),
    /// A file, read again whenever somebody logs in: new shares give the token a new PIN while the service
    /// runs.
    File(PathBuf),
}

impl PinSource {
    fn read(&self) -> Result<Pin, TokenError> {
        match self {
            PinSource::Shares(pin) => Ok(pin.clone()),
            PinSource::File(path) => Pin::read(path).map_err(|error| TokenError::PinFile(Box::new(error))),
        }
    }
}

impl From<Pin> for PinSource {
    fn from(pin: Pin) -> PinSource {
        PinSource::Shares(pin)
    }
}

/// A token that is logged in to, with sessions that are opened anew after it was lost.
pub struct Token {
    module: Arc<Module>,
    label: String,
    pin: PinSource,
    access: Access,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Session>,
    /// Grows when the token was lost: handles of an earlier generation mean nothing.
    generation: u64,
    /// How often the module had begun anew when the idle sessions were opened.
    restarts: u64,
    /// Whether the token took a PIN from this process.
    was_logged_in: bool,
    /// The PIN that the token refused; it is not tried again.
    refused: Option<Pin>,
}

/// A session that is logged in.
struct Opened {
    session: Session,
    generation: u64,
}

/// The same while it is used: until it is given back or closed, nobody begins the module anew.
struct Entered<'t> {
    token: &'t Token,
    opened: Opened,
    using: RwLockReadGuard<'t, u64>,
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
    let slots = module.library().get_slots_with_token().map_err(failed)?;
    let mut tokens = Vec::with_capacity(slots.len());
    for slot in slots {
        let info = module.library().get_token_info(slot).map_err(failed)?;
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
    /// Logs in to the token with that label.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(
        module: &Path,
        label: &str,
        pin: impl Into<PinSource>,
        access: Access,
    ) -> Result<Arc<Token>, TokenError> {
        let token = Token::closed(module, label, pin.into(), access)?;
        token.run(|_| Ok(()))?;
        Ok(Arc::new(token))
    }

    fn closed(module: &Path, label: &str, pin: PinSource, access: Access) -> Result<Token, TokenError> {
        let module = module::load(module)?;
        let state = State { restarts: *module.using(), ..State::default() };
        Ok(Token { module, label: label.to_owned(), pin, access, state: Mutex::new(state) })
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
        let public = self.run_once(|opened| key::generate(&opened.session, purpose, &id, algorithm))?;
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
        self.run_once(|opened| key::destroy(&opened.session, purpose, public))
    }

    /// Every private key in the token, also those that are not fit to be used.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn keys(&self) -> Result<Vec<KeyInfo>, TokenError> {
        self.run(|opened| key::list(&opened.session))
    }

    /// Does something that changes nothing (looks, signs) in a session, and once more in a new one if the
    /// token or the session is gone.
    fn run<T>(&self, act: impl Fn(&Opened) -> Result<T, TokenError>) -> Result<T, TokenError> {
        match self.enter()?.does(&act) {
            Err(error) if is_gone(&error) => self.enter()?.does(act),
            outcome => outcome,
        }
    }

    /// Does something once that must not be done twice: a key may have been made or destroyed before the
    /// answer was lost.
    fn run_once<T>(&self, act: impl FnOnce(&Opened) -> Result<T, TokenError>) -> Result<T, TokenError> {
        self.enter()?.does(act)
    }

    /// Takes a session. If none can be opened, the module is begun anew and it is tried once more, because a
    /// module may remember that a token is gone until then.
    fn enter(&self) -> Result<Entered<'_>, TokenError> {
        let using = self.module.using();
        match self.take(*using) {
            Err(error) if self.state().generation > 0 && (is_gone(&error) || is_absent(&error)) => {
                let seen = *using;
                drop(using);
                self.module
                    .restart(seen)
                    .map_err(|source| TokenError::function("start the module anew", source))?;
                let using = self.module.using();
                let opened = self.take(*using)?;
                Ok(Entered { token: self, opened, using })
            }
            outcome => Ok(Entered { token: self, opened: outcome?, using }),
        }
    }

    fn take(&self, restarts: u64) -> Result<Opened, TokenError> {
        // Held while logging in: no two threads try the PIN at once.
        let mut state = self.state();
        if state.restarts != restarts {
            // These sessions are void. They are not closed, because another session may have got the number
            // of one of them since.
            state.idle.drain(..).for_each(std::mem::forget);
            state.restarts = restarts;
            state.generation += 1;
        }
        let session = match state.idle.pop() {
            Some(session) => session,
            None => self.log_in(&mut state)?,
        };
        Ok(Opened { session, generation: state.generation })
    }

    fn log_in(&self, state: &mut State) -> Result<Session, TokenError> {
        let pin = self.pin.read()?;
        if state.refused.as_ref() == Some(&pin) {
            return Err(TokenError::PinRefused);
        }
        let outcome = self.connect(&pin, state.was_logged_in);
        match &outcome {
            Ok(_) => (state.was_logged_in, state.refused) = (true, None),
            Err(TokenError::PinRefused) => state.refused = Some(pin),
            Err(_) => {}
        }
        outcome
    }

    fn connect(&self, pin: &Pin, was_logged_in: bool) -> Result<Session, TokenError> {
        let library = self.module.library();
        let slot = module::find_slot(&self.module, &self.label)?;
        if matches!(self.pin, PinSource::File(_)) && !was_logged_in {
            let info = library
                .get_token_info(slot)
                .map_err(|source| TokenError::function("ask the token how many tries are left", source))?;
            if info.user_pin_count_low() || info.user_pin_final_try() {
                return Err(TokenError::FewTries { label: self.label.clone() });
            }
        }
        let session = match self.access {
            Access::Sign => library.open_ro_session(slot),
            Access::Manage => library.open_rw_session(slot),
        }
        .map_err(|source| TokenError::function("open a session", source))?;
        match session.login(UserType::User, Some(&pin.for_token())) {
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

impl Entered<'_> {
    /// Does something in the session, and puts it back unless it is gone.
    fn does<T>(self, act: impl FnOnce(&Opened) -> Result<T, TokenError>) -> Result<T, TokenError> {
        let Entered { token, opened, using } = self;
        let outcome = act(&opened);
        match &outcome {
            Err(error) if is_gone(error) => token.forget(opened),
            Ok(_) | Err(_) => token.give_back(opened),
        }
        drop(using);
        outcome
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
