//! The steps of a ceremony with tokens, each a command of its own: opened by shares, taken once, written
//! down.

mod authorities;
#[cfg(test)]
mod room;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use issuance::{Certificate, CertificationAuthority};
use sha2::{Digest as _, Sha256};

pub use self::tokens::{inventory, tokens};
use super::plan::{Plan, TokenPlan, require_name};
use super::transcript::{Entry, Mark, Transcript, instant, marked};
use super::{Ceremony, CeremonyError, issue, make_folders, read_certificate};
use crate::draw::Draw;
use crate::vault::VaultError;
use crate::vault::key_file::Purpose;
use crate::vault::key_vault::KeyVault;
use crate::vault::shares::{Share, ShareList, TokenPins};
use crate::vault::token::{Access, Token, fingerprint};

/// Which of the plan's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The roots', locked away after the ceremony.
    Offline,
    /// The service's.
    Online,
}

impl Which {
    fn list_file(self) -> &'static str {
        match self {
            Which::Offline => "shares-offline.json",
            Which::Online => "shares-online.json",
        }
    }
}

/// Which authority signs a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    /// The eID root's.
    EidRoot,
    /// The CSCA's.
    Csca,
}

/// Whoever takes a step, with everything it needs.
pub struct Officiant<'a> {
    folder: &'a Path,
    by: &'a [String],
    shares: &'a [PathBuf],
    now: DateTime<Utc>,
    draw: &'a mut Draw,
    plan: Plan,
}

impl<'a> Officiant<'a> {
    /// Reads the plan in `folder`. `by` stands for the step; `shares` are the files that holders brought.
    ///
    /// # Errors
    /// [`CeremonyError`]: no plan, or nobody who stands for the step.
    pub fn new(
        folder: &'a Path,
        by: &'a [String],
        shares: &'a [PathBuf],
        now: DateTime<Utc>,
        draw: &'a mut Draw,
    ) -> Result<Officiant<'a>, CeremonyError> {
        if by.is_empty() {
            return Err(CeremonyError::Refused(
                "nobody stands for this step: name who does with --by".to_owned(),
            ));
        }
        by.iter()
            .try_for_each(|name| require_name(name))
            .map_err(|reason| CeremonyError::Refused(format!("--by: {reason}")))?;
        let plan = Plan::read(folder)?;
        let officiant = Officiant { folder, by, shares, now, draw, plan };
        make_folders(&[&officiant.certificates()])?;
        Ok(officiant)
    }

    fn certificates(&self) -> PathBuf {
        self.folder.join("certificates")
    }

    fn certificate_file(&self, stem: &str) -> PathBuf {
        self.certificates().join(format!("{stem}.pem"))
    }

    fn token_plan(&self, which: Which) -> &TokenPlan {
        match which {
            Which::Offline => &self.plan.offline,
            Which::Online => &self.plan.online,
        }
    }

    fn share_list(&self, which: Which) -> Result<ShareList, CeremonyError> {
        read_list(&self.folder.join(which.list_file()))
    }

    /// The PINs of a token, from the shares that were brought for it. A share of no token of this ceremony is
    /// named.
    fn pins(&self, which: Which, entry: &mut Entry) -> Result<TokenPins, CeremonyError> {
        let list = self.share_list(which)?;
        let other = match which {
            Which::Offline => Which::Online,
            Which::Online => Which::Offline,
        };
        let other = self.share_list(other).ok();
        let mut shares = Vec::new();
        for path in self.shares {
            let share = read_share(path)?;
            if other.as_ref().is_none_or(|other| !other.is_of(&share)) {
                shares.push((path.display().to_string(), share));
            }
        }
        let pins = list.recover(&shares)?;
        let holders: Vec<&str> = list.holders_of(&shares).collect();
        entry.say(format!("token {:?} was opened by the shares of {}", list.token, holders.join(", ")));
        Ok(pins)
    }

    /// Opens a token to make and destroy keys in it.
    fn vault(&self, which: Which, entry: &mut Entry) -> Result<KeyVault, CeremonyError> {
        let pins = self.pins(which, entry)?;
        let plan = self.token_plan(which);
        let token =
            Token::open(&plan.module, &plan.label, pins.user, Access::Manage).map_err(VaultError::from)?;
        Ok(KeyVault::Token(token))
    }

    /// An authority whose key is in a token and whose certificate a step made.
    fn authority(
        &self,
        vault: &KeyVault,
        purpose: Purpose,
        stem: &str,
    ) -> Result<CertificationAuthority, CeremonyError> {
        let certificate = read_certificate(&self.certificate_file(stem))?;
        let key = vault.signer(purpose, certificate.public_key())?;
        CertificationAuthority::new(certificate, key).map_err(|e| issue("open an authority", &e))
    }

    /// Refuses to make what is there.
    fn require_absent(&self, stem: &str, instead: &str) -> Result<(), CeremonyError> {
        let path = self.certificate_file(stem);
        if path.exists() {
            return Err(CeremonyError::Refused(format!("{} is there already; {instead}", path.display())));
        }
        Ok(())
    }

    fn write_down(&self, entry: &Entry) -> Result<String, CeremonyError> {
        let mut entry = entry.clone();
        entry.say(format!("on the plan with SHA-256 {}", self.plan.sha256));
        Transcript::of(self.folder).append(&entry, self.now)
    }

    /// Does something with the parts that make authorities.
    fn making<T>(
        &mut self,
        act: impl FnOnce(&mut Ceremony<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        let certificates = self.certificates();
        act(&mut Ceremony {
            design: &self.plan.design,
            certificates: &certificates,
            now: self.now,
            draw: &mut *self.draw,
        })
    }
}

/// The files in a folder; of one that is not there, none.
pub(super) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, CeremonyError> {
    let failed = |source| CeremonyError::File { path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(entries) => {
            let mut files = entries
                .map(|entry| Ok(entry?.path()))
                .collect::<std::io::Result<Vec<_>>>()
                .map_err(failed)?;
            files.sort();
            Ok(files)
        }
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(failed(source)),
    }
}

fn read_list(path: &Path) -> Result<ShareList, CeremonyError> {
    let text =
        fs::read_to_string(path).map_err(|source| CeremonyError::File { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|e| issue("read the list of shares", &e))
}

fn read_share(path: &Path) -> Result<Share, CeremonyError> {
    let text = fs::read_to_string(path)
        .map(zeroize::Zeroizing::new)
        .map_err(|source| CeremonyError::File { path: path.to_owned(), source })?;
    Ok(Share::parse(&path.display().to_string(), &text).map_err(VaultError::from)?)
}

/// A certificate as the transcript names it.
fn described(file: &str, certificate: &Certificate) -> String {
    let validity = certificate.validity();
    let day = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "{file}: {} by {}, {}, key {}, serial {}, {} to {}, SHA-256 {}",
        certificate.subject(),
        certificate.issuer(),
        certificate.public_key().algorithm().row().name,
        marked(Mark::Key, &fingerprint(certificate.public_key())),
        marked(Mark::Serial, &hex::encode(certificate.serial().as_bytes())),
        marked(Mark::Time, &day(validity.not_before())),
        marked(Mark::Time, &day(validity.not_after())),
        marked(Mark::Key, &hex::encode(Sha256::digest(certificate.der()))),
    )
}

fn used_until(certificate: &Certificate) -> Option<String> {
    let usage = certificate.usage_period()?;
    Some(format!("its key signs until {}", instant(usage.not_after())))
}
