//! Steps about tokens themselves: made, opened for the service, listed, given new shares; and keys destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use issuance::PublicKey;

use super::super::plan::{Plan, TokenPlan};
use super::super::transcript::{Entry, Mark, marked};
use super::super::{CeremonyError, read_certificate, write};
use super::{Officiant, Which, files_in, read_list, read_share};
use crate::authorities::certificates;
use crate::durable;
use crate::vault::VaultError;
use crate::vault::key_file::Purpose;
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
    /// Gives an empty token its label and drawn PINs, and each holder a share, in a file of its own. A step
    /// whose power went is taken again with the same files, and finishes what the one before began.
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
        let dealt = match self.begun(which, share_files)? {
            Some(dealt) => dealt,
            None => {
                Token::require_empty(&plan.module, &plan.label).map_err(VaultError::from)?;
                self.deal(which, &plan, share_files)?
            }
        };
        let (officer, user) = (&dealt.pins.officer, &dealt.pins.user);
        let has_label = |token: &TokenInfo| token.label == plan.label;
        if dealt.is_begun && list_tokens(&plan.module).map_err(VaultError::from)?.iter().any(has_label) {
            Token::set_pin(&plan.module, &plan.label, officer, user).map_err(VaultError::from)?;
        } else {
            Token::initialise(&plan.module, &plan.label, officer, user).map_err(VaultError::from)?;
        }
        self.prove_and_keep(which, &plan, &dealt)?;
        for token in list_tokens(&plan.module).map_err(VaultError::from)?.iter().filter(|one| has_label(one))
        {
            let serial = marked(Mark::Serial, &token.serial);
            entry.say(format!("it is a {} {}, serial number {serial}", token.manufacturer, token.model));
        }
        tell_shares(&mut entry, &dealt);
        self.write_down(&entry)
    }

    /// New PINs and new shares for the holders that the plan names now; the old shares open nothing
    /// afterwards. A step whose power went is taken again with the same files, old and new, and finishes what
    /// the one before began.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn new_shares(&mut self, which: Which, share_files: &[PathBuf]) -> Result<String, CeremonyError> {
        let plan = self.token_plan(which).clone();
        let mut entry = Entry::new(&format!("give the token {:?} new shares", plan.label), self.by);
        let old = self.pins(which, &mut entry)?;
        let dealt = match self.begun(which, share_files)? {
            Some(dealt) => dealt,
            None => self.deal(which, &plan, share_files)?,
        };
        let officers = [&old.officer, &dealt.pins.officer];
        let change = if dealt.is_begun { Token::finish_pins } else { Token::change_pins };
        change(&plan.module, &plan.label, officers, &dealt.pins.user).map_err(VaultError::from)?;
        self.prove_and_keep(which, &plan, &dealt)?;
        tell_shares(&mut entry, &dealt);
        entry.say("the shares before are void; their holders destroy them");
        self.write_down(&entry)
    }

    /// Writes the PIN that signs into a file for the service, which nobody else may read.
    ///
    /// # Errors
    /// [`CeremonyError`]: the roots' token, which no service opens; a file that exists is left as it is.
    pub fn unlock(&mut self, which: Which, pin_file: &Path) -> Result<String, CeremonyError> {
        if which == Which::Offline {
            return Err(CeremonyError::Refused(
                "the roots' token is opened by shares, step by step; its PIN is never in a file".to_owned(),
            ));
        }
        let label = self.token_plan(which).label.clone();
        let mut entry = Entry::new(&format!("unlock the token {label:?} for the service"), self.by);
        let pins = self.pins(which, &mut entry)?;
        durable::create_private(pin_file, pins.user.expose().as_bytes())
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
        // Sorted by what a second run repeats; several keys of one purpose are sorted by their fingerprints.
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
        if let Some(file) = self.in_use(key)?.filter(|_| !even_in_use) {
            return Err(CeremonyError::Refused(format!(
                "this is the key of {}, which is in use; say --even-in-use if it must be destroyed all the same",
                file.display()
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

    /// The certificate in use that a key has, whatever its purpose. A file that cannot be read might be it.
    fn in_use(&self, key: &PublicKey) -> Result<Option<PathBuf>, CeremonyError> {
        for file in files_in(&self.certificates())? {
            if file.extension().is_none_or(|end| end != "pem") {
                continue;
            }
            let pem = fs::read_to_string(&file)
                .map_err(|source| CeremonyError::File { path: file.clone(), source })?;
            let found =
                certificates(&pem).map_err(|e| super::super::issue("read a certificate in use", &e))?;
            if found.iter().any(|one| one.public_key() == key) {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// The list that an earlier try left waiting. Its shares must be used and no others, because the token
    /// may have their PINs.
    fn begun(&self, which: Which, share_files: &[PathBuf]) -> Result<Option<Dealt>, CeremonyError> {
        let path = self.folder.join(waiting(which));
        if !path.exists() {
            return Ok(None);
        }
        let list = read_list(&path)?;
        let (pins, holders) = recover_from_all(&list, share_files)?;
        Ok(Some(Dealt { pins, list, holders, is_begun: true }))
    }

    /// Draws PINs, writes the shares, and reads every one of them back, before any token has the PINs.
    fn deal(
        &mut self,
        which: Which,
        plan: &TokenPlan,
        share_files: &[PathBuf],
    ) -> Result<Dealt, CeremonyError> {
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
            durable::create_private(path, text.as_bytes())
                .map_err(|source| CeremonyError::File { path: path.clone(), source })?;
        }
        let (read_back, holders) = recover_from_all(&list, share_files)?;
        if read_back != pins || holders.len() != list.holders.len() {
            return Err(CeremonyError::Refused(
                "the shares that were read back do not give the PINs that were drawn; the token was not changed".to_owned(),
            ));
        }
        // From here on the shares may be the token's: the list says so to whoever takes the step again.
        self.write_list(&waiting(which), &list)?;
        Ok(Dealt { pins, list, holders, is_begun: false })
    }

    /// Opens the token with the PIN that the shares gave, and lets their list take its place.
    fn prove_and_keep(&self, which: Which, plan: &TokenPlan, dealt: &Dealt) -> Result<(), CeremonyError> {
        Token::open(&plan.module, &plan.label, dealt.pins.user.clone(), Access::Sign)
            .map_err(VaultError::from)?;
        let (from, to) = (self.folder.join(waiting(which)), self.folder.join(which.list_file()));
        durable::rename(&from, &to).map_err(|source| CeremonyError::File { path: from, source })
    }

    fn write_list(&self, file: &str, list: &ShareList) -> Result<(), CeremonyError> {
        let text =
            serde_json::to_string_pretty(list).map_err(|e| super::issue("write the list of shares", &e))?;
        write(&self.folder.join(file), format!("{text}\n").as_bytes())
    }
}

/// PINs in shares that were written and read back.
struct Dealt {
    pins: TokenPins,
    list: ShareList,
    /// Whose shares were read back.
    holders: Vec<String>,
    /// Whether a try before dealt them.
    is_begun: bool,
}

/// The PINs that shares in files give: the same ones from every few of them that are enough, so that every
/// share takes part.
fn recover_from_all(list: &ShareList, files: &[PathBuf]) -> Result<(TokenPins, Vec<String>), CeremonyError> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), read_share(path)?));
    let shares = files.iter().map(read).collect::<Result<Vec<_>, CeremonyError>>()?;
    let pins = list.recover(&shares)?;
    let needed = usize::from(list.any);
    for few in shares.windows(needed) {
        if list.recover(few)? != pins {
            return Err(CeremonyError::Refused("the shares contradict each other".to_owned()));
        }
    }
    let holders = list.holders_of(&shares).map(str::to_owned).collect();
    Ok((pins, holders))
}

/// The list of shares whose PINs are not yet the token's.
fn waiting(which: Which) -> String {
    format!("{}.next", which.list_file())
}

fn tell_shares(entry: &mut Entry, dealt: &Dealt) {
    let list = &dealt.list;
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
    if dealt.is_begun {
        entry.say("a try before drew them and was not finished; this one finished it");
    }
    entry.say(format!(
        "the shares of {} were read back, each with others gave the same PINs, and the token opened by them",
        dealt.holders.join(", ")
    ));
}

#[cfg(test)]
mod tests;
