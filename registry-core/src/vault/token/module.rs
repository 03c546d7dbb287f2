//! PKCS#11 libraries, loaded once a process: `C_Initialize` may be called once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::Slot;

use super::TokenError;

static LOADED: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

/// A library that is loaded and initialised.
pub(super) struct Module {
    library: Pkcs11,
    /// How often the module was begun anew. Every user of a session holds this lock for reading, because
    /// PKCS#11 does not define what a library does if `C_Finalize` is called while another thread is inside
    /// (PKCS#11 2.40 §5.4).
    restarts: RwLock<u64>,
}

impl Module {
    /// The library's functions.
    pub(super) fn library(&self) -> &Pkcs11 {
        &self.library
    }

    /// While this is held nobody begins the module anew; it says how often that was done.
    pub(super) fn using(&self) -> RwLockReadGuard<'_, u64> {
        self.restarts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the module and begins it anew, unless another thread did since `seen`: every session of this
    /// process is void then, and its number may be given again.
    pub(super) fn restart(&self, seen: u64) -> Result<(), Error> {
        let mut restarts = self.restarts.write().unwrap_or_else(PoisonError::into_inner);
        if *restarts != seen {
            return Ok(());
        }
        *restarts += 1;
        match self.library.clone().finalize() {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiNotInitialized, _)) => initialize(&self.library),
            Err(error) => Err(error),
        }
    }
}

/// Loads a module, or gives the one that is loaded.
pub(super) fn load(path: &Path) -> Result<Arc<Module>, TokenError> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = loaded.get(path) {
        return Ok(module.clone());
    }
    let refuse = |source| TokenError::Module { path: path.to_owned(), source };
    let library = Pkcs11::new(path).map_err(refuse)?;
    initialize(&library).map_err(refuse)?;
    let module = Arc::new(Module { library, restarts: RwLock::default() });
    loaded.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// Initialises a module; one that is already so (by whoever else uses it in this process) is as good.
fn initialize(module: &Pkcs11) -> Result<(), Error> {
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        outcome => outcome,
    }
}

/// The slot of the one token with that label. Numbers of slots change from start to start; labels do not.
pub(super) fn find_slot(module: &Module, label: &str) -> Result<Slot, TokenError> {
    let failed = |source| TokenError::function("look for the token", source);
    let mut found = Vec::new();
    for slot in module.library.get_slots_with_token().map_err(failed)? {
        let info = module.library.get_token_info(slot).map_err(failed)?;
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
