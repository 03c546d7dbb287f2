//! PKCS#11 libraries, loaded once a process: `C_Initialize` may be called once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::Slot;

use super::TokenError;

static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// Loads a module, or gives the one that is loaded.
pub(super) fn load(path: &Path) -> Result<Pkcs11, TokenError> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = loaded.get(path) {
        return Ok(module.clone());
    }
    let refuse = |source| TokenError::Module { path: path.to_owned(), source };
    let module = Pkcs11::new(path).map_err(refuse)?;
    initialize(&module).map_err(refuse)?;
    loaded.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// Ends a module and begins it anew: every session of this process is void then.
pub(super) fn restart(module: &Pkcs11) -> Result<(), Error> {
    match module.clone().finalize() {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiNotInitialized, _)) => initialize(module),
        Err(error) => Err(error),
    }
}

/// Initialises a module; one that is already so (by whoever else uses it in this process) is as good.
fn initialize(module: &Pkcs11) -> Result<(), Error> {
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        outcome => outcome,
    }
}

/// The slot of the one token with that label. Numbers of slots change from start to start; labels do not.
pub(super) fn find_slot(module: &Pkcs11, label: &str) -> Result<Slot, TokenError> {
    let failed = |source| TokenError::function("look for the token", source);
    let mut found = Vec::new();
    for slot in module.get_slots_with_token().map_err(failed)? {
        let info = module.get_token_info(slot).map_err(failed)?;
        if info.token_initialized() && info.label() == label {
            found.push(slot);
        }
    }
    match found.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(TokenError::Absent { label: label.to_owned() }),
        several => Err(TokenError::Ambiguous { label: label.to_owned(), count: several.len() }),
    }
}
