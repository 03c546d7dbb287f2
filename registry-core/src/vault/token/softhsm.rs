//! SoftHSM for tests: each test in a process of its own, with tokens of its own.
//!
//! SoftHSM finds its tokens by an environment variable, which a process cannot set for itself while other
//! threads run. So a test starts its own program again, for itself alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::pin::Pin;

/// Where Debian's `softhsm2` puts the module.
pub(crate) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const FOLDER: &str = "BURTGEL_TEST_TOKENS";

/// The tokens of one test.
pub(crate) struct SoftHsm {
    folder: PathBuf,
}

/// Runs `test` (its full name is needed to start it again) with an empty SoftHSM.
pub(crate) fn with_softhsm(name: &str, test: impl FnOnce(&SoftHsm)) {
    assert!(Path::new(MODULE).exists(), "there is no {MODULE}; install softhsm2, as ./test does");
    if let Some(folder) = std::env::var_os(FOLDER) {
        test(&SoftHsm { folder: folder.into() });
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    let settings = folder.path().join("softhsm2.conf");
    fs::write(&settings, format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display()))
        .unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env("SOFTHSM2_CONF", settings)
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
}

impl SoftHsm {
    /// The folder that SoftHSM keeps tokens in.
    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.join("tokens")
    }

    /// The test's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn pin(&self) -> Pin {
        Pin::parse("user 123456").unwrap()
    }

    pub(crate) fn officer_pin(&self) -> Pin {
        Pin::parse("officer 123456").unwrap()
    }
}
