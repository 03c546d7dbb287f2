//! Steps about authorities: made, certified elsewhere, succeeded, rotated; lists signed; the service's own
//! keys.

#[cfg(test)]
mod tests;

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use issuance::chain::{may_sign_lists, require_authority, require_path};
use issuance::request::{CertificationRequest, PreparedRequest};
use issuance::revocation::{Reason, Revocation};
use issuance::{Certificate, PublicKey};

use super::super::transcript::{Entry, Mark, instant, marked};
use super::super::{
    CSCA_LIST, CeremonyError, EID_LIST, KeptList, Places, issue, make_folders, make_unlock, public_key,
    read_certificate, remove, write,
};
use super::{ListOf, Officiant, Which, described, files_in, used_until};
use crate::authorities::generation::Generation;
use crate::authorities::{CHAIN_FILE, certificates};
use crate::vault::key_file::Purpose;
use crate::vault::key_vault::KeyVault;
use crate::vault::token::fingerprint;

/// What is asked of a national root.
const REQUEST_FILE: &str = "issuing-ca.csr";
const ROOT: &str = "eid-root";
const CSCA: &str = "csca";
const NEXT_CSCA: &str = "csca-next";
const LINK: &str = "csca-link";
const RETIRED: &str = "retired";
const SIGNER: &str = "document-signer";

impl Officiant<'_> {
    /// Makes the eID root and its first list.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn root(&mut self) -> Result<String, CeremonyError> {
        let is_made =
            self.lacks_its_list(&EID_LIST, "a root has no successor of the same name: plan a new one")?;
        let mut entry = Entry::new("make the eID root", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let root = if is_made {
            entry.say("its certificate was made in a try before, which ended without a list");
            self.authority(&vault, Purpose::EidRoot, ROOT)?
        } else {
            self.making(|making| making.eid_root(&vault))?
        };
        let number = self.making(|making| making.list(&root, &EID_LIST, None, Vec::new()))?;
        entry.say(described("certificates/eid-root.pem", root.certificate()));
        entry.say(format!("certificates/eid-root.crl: its list number {number}, which names nobody"));
        self.write_down(&entry)
    }

    /// Makes the CSCA and its first list.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn csca(&mut self) -> Result<String, CeremonyError> {
        let is_made = self.lacks_its_list(&CSCA_LIST, "`roll-over` makes its successor")?;
        let mut entry = Entry::new("make the CSCA", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let csca = if is_made {
            entry.say("its certificate was made in a try before, which ended without a list");
            self.authority(&vault, Purpose::Csca, CSCA)?
        } else {
            self.making(|making| making.csca(&vault))?
        };
        let number = self.making(|making| making.list(&csca, &CSCA_LIST, None, Vec::new()))?;
        entry.say(described("certificates/csca.pem", csca.certificate()));
        entry.lines_of(used_until(csca.certificate()));
        entry.say(format!("certificates/csca.crl: its list number {number}, which names nobody"));
        self.write_down(&entry)
    }

    /// Makes the first issuing authority's key in the service's token and certifies it by our eID root.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn issuing(&mut self) -> Result<String, CeremonyError> {
        self.require_absent(&Generation::FIRST.stem(), "`rotate` makes the next one")?;
        self.certify_issuing(Generation::FIRST, Entry::new("make the issuing authority", self.by))
    }

    /// Makes the next issuing authority. The one before it certifies nothing more, and keeps its key for its
    /// list and answers.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn next_issuing(&mut self) -> Result<String, CeremonyError> {
        let Some(newest) = self.newest_issuing()? else {
            return Err(CeremonyError::Refused(
                "there is no issuing authority yet: `issuing` makes it".to_owned(),
            ));
        };
        if self.folder.join(REQUEST_FILE).exists() {
            return Err(CeremonyError::Refused(
                "the issuing authority is under a national root: take `request` and `take-chain` again"
                    .to_owned(),
            ));
        }
        let mut entry = Entry::new("let another issuing authority follow", self.by);
        entry.say(format!(
            "certificates/{}.pem certifies nothing more once the service is started with the next one; its key is kept, for its \
             list and answers",
            newest.stem()
        ));
        self.certify_issuing(newest.next(), entry)
    }

    fn certify_issuing(&mut self, generation: Generation, mut entry: Entry) -> Result<String, CeremonyError> {
        let offline = self.vault(Which::Offline, &mut entry)?;
        let online = self.vault(Which::Online, &mut entry)?;
        let root = self.authority(&offline, Purpose::EidRoot, ROOT)?;
        let key = online.make(Purpose::IssuingCa, self.plan.design.issuing.algorithm, self.draw)?;
        let certificate = self.making(|making| making.issuing(generation, &key, &root))?;
        entry.say(described(&format!("certificates/{}.pem", generation.stem()), &certificate));
        self.write_down(&entry)
    }

    fn newest_issuing(&self) -> Result<Option<Generation>, CeremonyError> {
        Ok(self.all_issuing()?.last().copied())
    }

    /// The place of the next issuing authority.
    fn following(&self) -> Result<Generation, CeremonyError> {
        Ok(self.newest_issuing()?.map_or(Generation::FIRST, Generation::next))
    }

    fn all_issuing(&self) -> Result<Vec<Generation>, CeremonyError> {
        let path = self.certificates();
        Generation::all_in(&path).map_err(|source| CeremonyError::File { path, source })
    }

    /// The issuing authority that has this key.
    fn issuing_with(&self, key: &PublicKey) -> Result<Option<Generation>, CeremonyError> {
        for generation in self.all_issuing()? {
            if read_certificate(&self.certificate_file(&generation.stem()))?.public_key() == key {
                return Ok(Some(generation));
            }
        }
        Ok(None)
    }

    /// Makes a Document Signer's key in the service's token and certifies it by the CSCA; anew if `next`.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn document_signer(&mut self, next: bool) -> Result<String, CeremonyError> {
        let mut entry = self.begin_signer(next)?;
        let offline = self.vault(Which::Offline, &mut entry)?;
        let online = self.vault(Which::Online, &mut entry)?;
        let csca = self.authority(&offline, Purpose::Csca, CSCA)?;
        let key =
            online.make(Purpose::DocumentSigner, self.plan.design.document_signer.algorithm, self.draw)?;
        self.retire(next, SIGNER, &mut entry)?;
        let certificate = self.making(|making| making.document_signer(&key, &csca))?;
        entry.say(described("certificates/document-signer.pem", &certificate));
        entry.lines_of(used_until(&certificate));
        self.write_down(&entry)
    }

    /// Makes the issuing authority's key and asks a national root to certify it.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn request(&mut self) -> Result<String, CeremonyError> {
        let path = self.folder.join(REQUEST_FILE);
        if path.exists() && self.issuing_with(self.requested()?.public_key())?.is_none() {
            return Err(CeremonyError::Refused(format!(
                "{} is there already; take its answer first",
                path.display()
            )));
        }
        let generation = self.following()?;
        let mut entry = Entry::new("ask a national root to certify the issuing authority", self.by);
        let online = self.vault(Which::Online, &mut entry)?;
        let design = &self.plan.design;
        let key = online.make(Purpose::IssuingCa, design.issuing.algorithm, self.draw)?;
        let request = PreparedRequest::new(&design.issuing_name(generation), public_key(&*key)?)
            .and_then(|prepared| prepared.sign(&*key))
            .map_err(|e| issue("make a request", &e))?;
        write(&path, request.to_pem().map_err(|e| issue("make a request", &e))?.as_bytes())?;
        entry.say(format!(
            "{REQUEST_FILE}: {}, {}, key {}",
            request.subject(),
            request.public_key().algorithm().row().name,
            marked(Mark::Key, &fingerprint(request.public_key()))
        ));
        self.write_down(&entry)
    }

    /// Takes the answer of a national root: the certificate that was asked for, and those between it and the
    /// root.
    ///
    /// # Errors
    /// [`CeremonyError`]: another key, no path to the root, not an authority, or the key is not in the token.
    pub fn take_chain(&mut self, chain: &Path, root: &Path) -> Result<String, CeremonyError> {
        let mut entry =
            Entry::new("take the certificate of the issuing authority from a national root", self.by);
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|source| CeremonyError::File { path: path.to_owned(), source })
        };
        let request = self.requested()?;
        let root = read_certificate(root)?;
        let mut between = certificates(&read(chain)?).map_err(|e| issue("read the chain", &e))?;
        let at = between.iter().position(|one| one.public_key() == request.public_key());
        let certificate = between.remove(at.ok_or_else(|| {
            CeremonyError::Refused(
                "no certificate in the chain is of the key that our request names".to_owned(),
            )
        })?);
        between.retain(|one| *one != root);
        // The same key again keeps its place; another one follows those that are there.
        let generation = match self.issuing_with(certificate.public_key())? {
            Some(certified) => certified,
            None => self.following()?,
        };
        // Also when the step is taken again, or the newest is certified again.
        let has_others = self.all_issuing()?.iter().any(|one| *one != generation);
        if has_others && read_certificate(&self.certificate_file(ROOT))? != root {
            return Err(CeremonyError::Refused(
                "this is another root than that of the issuing authority before, whose cards would lead to none; nothing was \
                 changed"
                    .to_owned(),
            ));
        }
        require_path(&certificate, &between, &root, self.now).map_err(|e| issue("verify the chain", &e))?;
        require_authority(&certificate, 0).map_err(|e| issue("verify the chain", &e))?;
        if !may_sign_lists(&certificate) {
            return Err(CeremonyError::Refused(
                "the certificate may not sign lists (keyUsage without cRLSign): ask the root for one that may".to_owned(),
            ));
        }
        self.vault(Which::Online, &mut entry)?.signer(Purpose::IssuingCa, certificate.public_key())?;
        between.iter().for_each(|one| entry.say(described("between", one)));
        if has_others {
            // The others lead to the root by what was taken with them.
            let before = certificates(&read(&self.certificates().join(CHAIN_FILE))?)
                .map_err(|e| issue("read the chain before", &e))?;
            between.extend(before.into_iter().filter(|one| !between.contains(one)).collect::<Vec<_>>());
        }
        let chain_pem = between.iter().map(Certificate::to_pem).collect::<Result<String, _>>();
        let chain_pem = chain_pem.map_err(|e| issue("write the chain", &e))?;
        let stem = generation.stem();
        let issuing = self.certificate_file(&stem);
        let is_another = issuing.exists() && read_certificate(&issuing)? != certificate;
        self.retire(is_another, &stem, &mut entry)?;
        write(&self.certificates().join(CHAIN_FILE), chain_pem.as_bytes())?;
        // The one that was asked for last: a step that ended before is taken again.
        self.making(|making| {
            making.keep(&root, ROOT)?;
            making.keep(&certificate, &stem)
        })?;
        entry.say(described(&format!("certificates/{stem}.pem"), &certificate));
        entry.say(described("certificates/eid-root.pem, which those present compared", &root));
        self.write_down(&entry)
    }

    /// Signs the next list of a root, with a certificate more that is revoked from now on if one is given.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn list(&mut self, of: ListOf, revoke: Option<(&Path, Reason)>) -> Result<String, CeremonyError> {
        let list = match of {
            ListOf::EidRoot => &EID_LIST,
            ListOf::Csca => &CSCA_LIST,
        };
        let mut entry = Entry::new(&format!("sign the list {}", list.file), self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let signer = read_certificate(&self.certificate_file(list.authority))?;
        let revocation = match revoke {
            Some((certificate, reason)) => {
                let certificate = read_certificate(certificate)?;
                self.require_issued_by(&certificate, &signer, list)?;
                entry.say(described("revoked from now on", &certificate));
                Some(Revocation { serial: certificate.serial(), revoked_at: self.now, reason })
            }
            None => None,
        };
        self.sign_list(&vault, list, &[signer], revocation, &mut entry)?;
        self.write_down(&entry)
    }

    /// Draws the CSCA's next key, and lets the old one certify it.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn roll_over(&mut self) -> Result<String, CeremonyError> {
        let is_drawn = self.certificate_file(NEXT_CSCA).exists();
        if is_drawn && self.link_of(&read_certificate(&self.certificate_file(NEXT_CSCA))?)?.is_some() {
            self.require_absent(NEXT_CSCA, "`succeed` puts it in its place first")?;
        }
        let mut entry = Entry::new("draw the next key of the CSCA", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let old = self.authority(&vault, Purpose::Csca, CSCA)?;
        let next = if is_drawn {
            entry.say("it was drawn in a try before, which ended without a link");
            self.authority(&vault, Purpose::Csca, NEXT_CSCA)?
        } else {
            self.making(|making| making.next_csca(&vault))?
        };
        let link = self.making(|making| making.csca_link(next.certificate(), &old))?;
        entry.say(described("certificates/csca-next.pem", next.certificate()));
        entry.lines_of(used_until(next.certificate()));
        entry.say(described("certificates/csca-link.pem, signed by the old key", &link));
        entry.say("both are published now; the old key signs until `succeed`");
        self.write_down(&entry)
    }

    /// Puts the next CSCA in the place of the old one, and signs the list for all keys with the next key.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn succeed(&mut self) -> Result<String, CeremonyError> {
        let next = read_certificate(&self.certificate_file(NEXT_CSCA))?;
        let link = self.link_of(&next)?.ok_or_else(|| {
            CeremonyError::Refused(
                "csca-link.pem does not certify the next key: take `roll-over` again, which makes it"
                    .to_owned(),
            )
        })?;
        let old = self.predecessor(&next, &link)?;
        let mut entry = Entry::new("let the next CSCA take its place", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        vault.signer(Purpose::Csca, next.public_key())?;
        let signers = [next.clone(), old];
        self.making(|making| making.genuine_list(&CSCA_LIST, &signers).map(drop))?;
        self.retire(true, CSCA, &mut entry)?;
        self.making(|making| making.keep(&next, CSCA))?;
        entry.say(described("certificates/csca.pem", &next));
        self.sign_list(&vault, &CSCA_LIST, &signers, None, &mut entry)?;
        // Last, the PEM file last of all: a step that ended before is taken again from its beginning.
        for end in ["cer", "pem"] {
            remove(&self.certificates().join(format!("{NEXT_CSCA}.{end}")))?;
        }
        entry.say("the old key signs nothing more; `destroy` it at the end of its time");
        self.write_down(&entry)
    }

    /// What a national root was asked for last.
    fn requested(&self) -> Result<CertificationRequest, CeremonyError> {
        let path = self.folder.join(REQUEST_FILE);
        let pem = fs::read_to_string(&path).map_err(|source| CeremonyError::File { path, source })?;
        CertificationRequest::from_pem(&pem).map_err(|e| issue("read our request", &e))
    }

    /// The link by which the CSCA's key certifies its next one, if it was made.
    fn link_of(&self, next: &Certificate) -> Result<Option<Certificate>, CeremonyError> {
        let path = self.certificate_file(LINK);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(read_certificate(&path)?).filter(|link| link.public_key() == next.public_key()))
    }

    /// The CSCA whose key signed the link: in its place, or retired by a try before.
    fn predecessor(&self, next: &Certificate, link: &Certificate) -> Result<Certificate, CeremonyError> {
        let is_it = |one: &Certificate| one != next && link.verify_signature(one.public_key()).is_ok();
        let in_place = read_certificate(&self.certificate_file(CSCA))?;
        if is_it(&in_place) {
            return Ok(in_place);
        }
        let retired = self.retired(CSCA)?;
        retired.into_iter().find(is_it).ok_or_else(|| {
            CeremonyError::Refused(
                "the link was signed by no CSCA of this ceremony: nothing was changed".to_owned(),
            )
        })
    }

    /// Makes what is in files: TLS with its root, the keys of logs, answers and extracts, and the symmetric
    /// keys.
    ///
    /// # Errors
    /// [`CeremonyError`]; nothing that exists is overwritten.
    pub fn service(
        &mut self,
        places: &Places,
        names: &[String],
        addresses: &[IpAddr],
    ) -> Result<String, CeremonyError> {
        let mut entry = Entry::new("make the service's keys in files", self.by);
        make_folders(&[&places.online, &places.offline])?;
        make_unlock(&places.online_unlock, self.draw)?;
        make_unlock(&places.offline_unlock, self.draw)?;
        self.making(|making| making.service(places, names, addresses))?;
        for stem in ["service-root", "tls-server"] {
            let certificate = read_certificate(&self.certificate_file(stem))?;
            entry.say(described(&format!("certificates/{stem}.pem"), &certificate));
        }
        entry.say("sealed files for the register log, the access log, answers, extracts, data keys and card masters");
        self.write_down(&entry)
    }

    fn begin_signer(&self, next: bool) -> Result<Entry, CeremonyError> {
        if next {
            read_certificate(&self.certificate_file(SIGNER))?;
            return Ok(Entry::new("give the Document Signer its next key", self.by));
        }
        self.require_absent(SIGNER, "`rotate` gives it its next key")?;
        Ok(Entry::new("make the Document Signer", self.by))
    }

    /// Whether a root's certificate is there and its first list is not, for the power went between; refuses
    /// if both are.
    fn lacks_its_list(&self, list: &KeptList, instead: &str) -> Result<bool, CeremonyError> {
        if self.certificates().join(list.file).exists() {
            self.require_absent(list.authority, instead)?;
        }
        Ok(self.certificate_file(list.authority).exists())
    }

    /// Refuses to put on a list what its authority, or the same one with a key before, did not issue.
    fn require_issued_by(
        &self,
        certificate: &Certificate,
        signer: &Certificate,
        list: &KeptList,
    ) -> Result<(), CeremonyError> {
        let mut signers = self.retired(list.authority)?;
        signers.push(signer.clone());
        let is_of = |one: &Certificate| {
            certificate != one
                && certificate.issuer() == one.subject()
                && certificate.verify_signature(one.public_key()).is_ok()
        };
        if signers.iter().any(is_of) {
            return Ok(());
        }
        Err(CeremonyError::Refused(format!(
            "the certificate was not issued by the authority of {}",
            list.file
        )))
    }

    /// Keeps the certificate that another will follow under a name of its own; it stays in its place until
    /// then.
    fn retire(&self, next: bool, stem: &str, entry: &mut Entry) -> Result<(), CeremonyError> {
        if !next {
            return Ok(());
        }
        let old = read_certificate(&self.certificate_file(stem))?;
        if stem == CSCA && read_certificate(&self.certificate_file(NEXT_CSCA))? == old {
            // The step was taken before, up to its last line.
            return Ok(());
        }
        let folder = self.folder.join(RETIRED);
        make_folders(&[&folder])?;
        // By its key, as `keys` lists it, and by its serial: a key may have been certified twice.
        let of = |bytes: &[u8]| hex::encode(bytes.get(..4).unwrap_or(bytes));
        let name = format!("{}-{}", of(&old.public_key().fingerprint()), of(old.serial().as_bytes()));
        for end in ["cer", "pem"] {
            let from = self.certificates().join(format!("{stem}.{end}"));
            let bytes = fs::read(&from).map_err(|source| CeremonyError::File { path: from, source })?;
            write(&folder.join(format!("{stem}-{name}.{end}")), &bytes)?;
        }
        entry.say(format!("retired/{stem}-{}.pem was in its place before", marked(Mark::Key, &name)));
        Ok(())
    }

    /// What was retired under that name.
    fn retired(&self, stem: &str) -> Result<Vec<Certificate>, CeremonyError> {
        let prefix = format!("{stem}-");
        let is_of = |path: &Path| {
            path.extension().is_some_and(|end| end == "pem")
                && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
        };
        let found = files_in(&self.folder.join(RETIRED))?;
        found.iter().filter(|path| is_of(path)).map(|path| read_certificate(path)).collect()
    }

    fn sign_list(
        &mut self,
        vault: &KeyVault,
        list: &KeptList,
        signers: &[Certificate],
        revocation: Option<Revocation>,
        entry: &mut Entry,
    ) -> Result<(), CeremonyError> {
        let authority = self.authority(vault, list.purpose, list.authority)?;
        let ends = self.now + list.lasts;
        let (number, count) = self.making(|making| {
            let old = making.genuine_list(list, signers)?;
            let mut revoked = old.revocations();
            revoked.extend(revocation);
            let count = revoked.len();
            Ok((making.list(&authority, list, Some(&old), revoked)?, count))
        })?;
        entry.say(format!(
            "certificates/{}: its list number {number}, which names {count}, good until {}",
            list.file,
            instant(ends)
        ));
        Ok(())
    }
}
