//! Steps about tokens themselves: made, opened for the service, listed, given new shares; and keys destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use issuance::PublicKey;

use super::super::plan::{Plan, TokenPlan};
use super::super::transcript::{Entry, Mark, marked};
use super::super::{CeremonyError, read_certificate, write};
use super::{Officiant, Which, read_share};
use crate::vault::VaultError;
use crate::vault::key_file::{Purpose, write_private};
use crate::vault::shares::{self, ShareList, TokenPins};
use crate::vault::token::{Access, KeyInfo, Token, TokenInfo, fingerprint, list_tokens};

/// The tokens that the plan's modules see.
///
/// # Errors
/// [`CeremonyError`].
pub fn tokens(folder: &Path) -> Result<Vec<TokenInfo>, CeremonyError> {
    let plan = Plan::read(folder)?;
    let mut tokens = list_tokens(&plan.offline.module).map_err(VaultError::from)?;
    if plan.online.module != plan.offline.module {
        tokens.extend(list_tokens(&plan.online.module).map_err(VaultError::from)?);
    }
    Ok(tokens)
}

/// One line of an inventory.
pub fn inventory(key: &KeyInfo) -> String {
    let public = key.public.as_ref();
    let algorithm = public.map_or("of no algorithm of ours", |public| public.algorithm().row().name);
    let name = public.map_or_else(String::new, fingerprint);
    let judgement = key.fault.map_or_else(
        || "cannot leave the token, signs and does nothing else".to_owned(),
        |fault| format!("NOT FIT: it {fault}"),
    );
    format!("{}: {algorithm}, {}; {judgement}", key.label, marked(Mark::Key, &name))
}

impl Officiant<'_> {
    /// Gives an empty token its label and drawn PINs, and each holder a share, in a file of its own.
    ///
    /// # Errors
    /// [`CeremonyError`]; a token in use is left as it is.
    pub fn make_token(&mut self, which: Which, share_files: &[PathBuf]) -> Result<String, CeremonyError> {
        let plan = self.token_plan(which).clone();
        if self.folder.join(which.list_file()).exists() {
            return Err(CeremonyError::Refused(format!(
                "the token {:?} of this ceremony was made before; `new-shares` gives it new ones",
                plan.label
            )));
        }
        let mut entry = Entry::new(&format!("make the token {:?}", plan.label), self.by);
        let (pins, list) = self.deal(&plan, share_files)?;
        Token::initialise(&plan.module, &plan.label, &pins.officer, &pins.user).map_err(VaultError::from)?;
        self.prove(&plan, &list, share_files)?;
        self.write_list(which.list_file(), &list)?;
        for token in list_tokens(&plan.module).map_err(VaultError::from)? {
            if token.label == plan.label {
                let serial = marked(Mark::Serial, &token.serial);
                entry.say(format!("it is a {} {}, serial number {serial}", token.manufacturer, token.model));
            }
        }
        tell_shares(&mut entry, &list);
        self.write_down(&entry)
    }

    /// New PINs and new shares for the holders that the plan names now; the old shares open nothing afterwards.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn new_shares(&mut self, which: Which, share_files: &[PathBuf]) -> Result<String, CeremonyError> {
        let plan = self.token_plan(which).clone();
        let mut entry = Entry::new(&format!("give the token {:?} new shares", plan.label), self.by);
        let old = self.pins(which, &mut entry)?;
        let (new, list) = self.deal(&plan, share_files)?;
        // If the power goes from here on, this list is the one of the new shares: it takes the name of the old one by hand.
        self.write_list(&waiting(which), &list)?;
        Token::change_pins(&plan.module, &plan.label, [&old.officer, &new.officer], &new.user)
            .map_err(VaultError::from)?;
        self.prove(&plan, &list, share_files)?;
        let (from, to) = (self.folder.join(waiting(which)), self.folder.join(which.list_file()));
        fs::rename(&from, &to).map_err(|source| CeremonyError::File { path: from, source })?;
        tell_shares(&mut entry, &list);
        entry.say("the shares before are void; their holders destroy them");
        self.write_down(&entry)
    }

    /// Writes the PIN that signs into a file for the service, which nobody else may read.
    ///
    /// # Errors
    /// [`CeremonyError`]; a file that exists is left as it is.
    pub fn unlock(&mut self, which: Which, pin_file: &Path) -> Result<String, CeremonyError> {
        let label = self.token_plan(which).label.clone();
        let mut entry = Entry::new(&format!("unlock the token {label:?} for the service"), self.by);
        let pins = self.pins(which, &mut entry)?;
        write_private(pin_file, pins.user.expose().as_bytes())
            .map_err(|source| CeremonyError::File { path: pin_file.to_owned(), source })?;
        entry.say("the PIN that signs was written into a file for the service");
        self.write_down(&entry)
    }

    /// Lists the keys in a token, and writes the list down.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn keys(&mut self, which: Which) -> Result<String, CeremonyError> {
        let plan = self.token_plan(which).clone();
        let mut entry = Entry::new(&format!("list the keys in the token {:?}", plan.label), self.by);
        let pins = self.pins(which, &mut entry)?;
        let token =
            Token::open(&plan.module, &plan.label, pins.user, Access::Sign).map_err(VaultError::from)?;
        // By what a second run repeats: two keys of a purpose stand in the order of their fingerprints.
        for key in token.keys().map_err(VaultError::from)? {
            entry.say(inventory(&key));
        }
        self.write_down(&entry)
    }

    /// Destroys the key of a certificate, and looks whether it is gone.
    ///
    /// # Errors
    /// [`CeremonyError`]: the certificate is in use, or the key is not there.
    pub fn destroy(
        &mut self,
        which: Which,
        purpose: Purpose,
        certificate: &Path,
        even_in_use: bool,
    ) -> Result<String, CeremonyError> {
        let certificate = read_certificate(certificate)?;
        let key: &PublicKey = certificate.public_key();
        let in_use = read_certificate(&self.certificate_file(purpose.name()));
        if !even_in_use && in_use.is_ok_and(|in_use| in_use.public_key() == key) {
            return Err(CeremonyError::Refused(format!(
                "this is the key for {} that is in use; say --even-in-use if it must be destroyed all the same",
                purpose.name()
            )));
        }
        let mut entry = Entry::new(&format!("destroy a key for {}", purpose.name()), self.by);
        self.vault(which, &mut entry)?.destroy(purpose, key)?;
        entry.say(format!(
            "the key for {} {} was destroyed and is gone from the token",
            purpose.name(),
            marked(Mark::Key, &fingerprint(key))
        ));
        self.write_down(&entry)
    }

    /// Draws PINs and writes the shares, before any token has the PINs.
    fn deal(
        &mut self,
        plan: &TokenPlan,
        share_files: &[PathBuf],
    ) -> Result<(TokenPins, ShareList), CeremonyError> {
        let holders = &self.plan.shares.holders;
        if share_files.len() != holders.len() {
            return Err(CeremonyError::Refused(format!(
                "the plan has {} holders: give each a file with --share-to, in the plan's order",
                holders.len()
            )));
        }
        let drawn = shares::draw(&plan.label, self.plan.shares.any, holders, self.draw.generator());
        let (pins, shares, list) = drawn.map_err(VaultError::from)?;
        for (share, path) in shares.iter().zip(share_files) {
            let text = zeroize::Zeroizing::new(format!("{}\n", share.to_text().as_str()));
            write_private(path, text.as_bytes())
                .map_err(|source| CeremonyError::File { path: path.clone(), source })?;
        }
        Ok((pins, list))
    }

    /// Reads the shares back and opens the token with the PIN they give: the last ones, then the first.
    fn prove(&self, plan: &TokenPlan, list: &ShareList, files: &[PathBuf]) -> Result<(), CeremonyError> {
        let needed = usize::from(list.any);
        let last = files.get(files.len().saturating_sub(needed)..).unwrap_or_default();
        for files in [last, files.get(..needed).unwrap_or_default()] {
            let shares: Result<Vec<_>, CeremonyError> =
                files.iter().map(|path| Ok((path.display().to_string(), read_share(path)?))).collect();
            let pins = list.recover(&shares?)?;
            Token::open(&plan.module, &plan.label, pins.user, Access::Sign).map_err(VaultError::from)?;
        }
        Ok(())
    }

    fn write_list(&self, file: &str, list: &ShareList) -> Result<(), CeremonyError> {
        let text =
            serde_json::to_string_pretty(list).map_err(|e| super::issue("write the list of shares", &e))?;
        write(&self.folder.join(file), format!("{text}\n").as_bytes())
    }
}

/// The list of shares whose PINs are not yet the token's.
fn waiting(which: Which) -> String {
    format!("{}.next", which.list_file())
}

fn tell_shares(entry: &mut Entry, list: &ShareList) {
    entry.say(format!(
        "its PINs were drawn, shown to nobody, and split: any {} of {} shares open it",
        list.any,
        list.holders.len()
    ));
    for (number, held) in (1..).zip(&list.holders) {
        entry.say(format!(
            "share {number}: {}, recognised by {}",
            held.holder,
            marked(Mark::Key, &held.recognised_by)
        ));
    }
    entry.say("the shares were read back, and the token opened by them");
}
