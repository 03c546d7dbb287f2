//! Steps about authorities: made, certified elsewhere, succeeded, rotated; lists signed; the service's own keys.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use issuance::chain::{require_authority, require_path};
use issuance::request::{CertificationRequest, PreparedRequest};
use issuance::revocation::crl::Crl;

use super::super::renewal::next_number;
use super::super::transcript::{Entry, Mark, instant, marked};
use super::super::{
    CSCA_LIST, CeremonyError, EID_LIST, KeptList, Places, issue, make_folders, make_unlock, public_key,
    read_certificate, write,
};
use super::{ListOf, Officiant, Which, described, used_until};
use crate::authorities::{CHAIN_FILE, certificates};
use crate::vault::key_file::Purpose;
use crate::vault::key_vault::KeyVault;
use crate::vault::token::fingerprint;

/// What is asked of a national root.
const REQUEST_FILE: &str = "issuing-ca.csr";
const ROOT: &str = "eid-root";
const ISSUING: &str = "issuing-ca";
const CSCA: &str = "csca";
const NEXT_CSCA: &str = "csca-next";
const SIGNER: &str = "document-signer";

impl Officiant<'_> {
    /// Makes the eID root and its first list.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn root(&mut self) -> Result<String, CeremonyError> {
        self.require_absent(ROOT, "a root has no successor of the same name: plan a new one")?;
        let mut entry = Entry::new("make the eID root", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let root = self.making(|making| {
            let root = making.eid_root(&vault)?;
            making.list(&root, &EID_LIST, 1, Vec::new())?;
            Ok(root)
        })?;
        entry.say(described("certificates/eid-root.pem", root.certificate()));
        entry.say("certificates/eid-root.crl: its list number 1, which names nobody");
        self.write_down(&entry)
    }

    /// Makes the CSCA and its first list.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn csca(&mut self) -> Result<String, CeremonyError> {
        self.require_absent(CSCA, "`roll-over` makes its successor")?;
        let mut entry = Entry::new("make the CSCA", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let csca = self.making(|making| {
            let csca = making.csca(&vault)?;
            making.list(&csca, &CSCA_LIST, 1, Vec::new())?;
            Ok(csca)
        })?;
        entry.say(described("certificates/csca.pem", csca.certificate()));
        entry.lines_of(used_until(csca.certificate()));
        entry.say("certificates/csca.crl: its list number 1, which names nobody");
        self.write_down(&entry)
    }

    /// Makes the issuing authority's key in the service's token and certifies it by our eID root; anew if `next`.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn issuing(&mut self, next: bool) -> Result<String, CeremonyError> {
        let mut entry = self.begin(next, ISSUING, "the issuing authority")?;
        let offline = self.vault(Which::Offline, &mut entry)?;
        let online = self.vault(Which::Online, &mut entry)?;
        let root = self.authority(&offline, Purpose::EidRoot, ROOT)?;
        let key = online.make(Purpose::IssuingCa, self.plan.design.issuing.algorithm, self.draw)?;
        self.retire(next, ISSUING, &mut entry)?;
        let certificate = self.making(|making| making.issuing(&key, &root))?;
        entry.say(described("certificates/issuing-ca.pem", &certificate));
        self.write_down(&entry)
    }

    /// Makes a Document Signer's key in the service's token and certifies it by the CSCA; anew if `next`.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn document_signer(&mut self, next: bool) -> Result<String, CeremonyError> {
        let mut entry = self.begin(next, SIGNER, "the Document Signer")?;
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
        if path.exists() {
            return Err(CeremonyError::Refused(format!(
                "{} is there already; take its answer first",
                path.display()
            )));
        }
        let mut entry = Entry::new("ask a national root to certify the issuing authority", self.by);
        let online = self.vault(Which::Online, &mut entry)?;
        let design = &self.plan.design;
        let key = online.make(Purpose::IssuingCa, design.issuing.algorithm, self.draw)?;
        let request = PreparedRequest::new(&design.name(&design.issuing), public_key(&*key)?)
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

    /// Takes the answer of a national root: the certificate that was asked for, and those between it and the root.
    ///
    /// # Errors
    /// [`CeremonyError`]: another key, no path to the root, not an authority, or the key is not in the token.
    pub fn take_chain(&mut self, chain: &Path, root: &Path) -> Result<String, CeremonyError> {
        self.require_absent(ISSUING, "retire it first")?;
        let mut entry =
            Entry::new("take the certificate of the issuing authority from a national root", self.by);
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|source| CeremonyError::File { path: path.to_owned(), source })
        };
        let request = CertificationRequest::from_pem(&read(&self.folder.join(REQUEST_FILE))?)
            .map_err(|e| issue("read our request", &e))?;
        let root = read_certificate(root)?;
        let mut between = certificates(&read(chain)?).map_err(|e| issue("read the chain", &e))?;
        let at = between.iter().position(|one| one.public_key() == request.public_key());
        let certificate = between.remove(at.ok_or_else(|| {
            CeremonyError::Refused(
                "no certificate in the chain is of the key that our request names".to_owned(),
            )
        })?);
        between.retain(|one| *one != root);
        require_path(&certificate, &between, &root, self.now).map_err(|e| issue("verify the chain", &e))?;
        require_authority(&certificate, 0).map_err(|e| issue("verify the chain", &e))?;
        self.vault(Which::Online, &mut entry)?.signer(Purpose::IssuingCa, certificate.public_key())?;
        let mut chain_pem = String::new();
        for one in &between {
            chain_pem.push_str(&one.to_pem().map_err(|e| issue("write the chain", &e))?);
            entry.say(described("between", one));
        }
        self.making(|making| {
            making.keep(&certificate, ISSUING)?;
            making.keep(&root, ROOT)
        })?;
        write(&self.certificates().join(CHAIN_FILE), chain_pem.as_bytes())?;
        entry.say(described("certificates/issuing-ca.pem", &certificate));
        entry.say(described("certificates/eid-root.pem, which those present compared", &root));
        self.write_down(&entry)
    }

    /// Signs the next list of a root.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn list(&mut self, of: ListOf) -> Result<String, CeremonyError> {
        let list = match of {
            ListOf::EidRoot => &EID_LIST,
            ListOf::Csca => &CSCA_LIST,
        };
        let mut entry = Entry::new(&format!("sign the list {}", list.file), self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        self.sign_list(&vault, list, &mut entry)?;
        self.write_down(&entry)
    }

    /// Draws the CSCA's next key, and lets the old one certify it.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn roll_over(&mut self) -> Result<String, CeremonyError> {
        self.require_absent(NEXT_CSCA, "`succeed` puts it in its place first")?;
        let mut entry = Entry::new("draw the next key of the CSCA", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        let old = self.authority(&vault, Purpose::Csca, CSCA)?;
        let (next, link) = self.making(|making| making.next_csca(&vault, &old))?;
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
        let mut entry = Entry::new("let the next CSCA take its place", self.by);
        let vault = self.vault(Which::Offline, &mut entry)?;
        vault.signer(Purpose::Csca, next.public_key())?;
        self.retire(true, CSCA, &mut entry)?;
        self.making(|making| making.keep(&next, CSCA))?;
        entry.say(described("certificates/csca.pem", &next));
        self.sign_list(&vault, &CSCA_LIST, &mut entry)?;
        // Last, the PEM file last of all: a step that ended before is taken again from its beginning.
        for end in ["cer", "pem"] {
            let path = self.certificates().join(format!("{NEXT_CSCA}.{end}"));
            match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(CeremonyError::File { path, source });
                }
                Ok(()) | Err(_) => {}
            }
        }
        entry.say("the old key signs nothing more; `destroy` it at the end of its time");
        self.write_down(&entry)
    }

    /// Makes what is in files: TLS with its root, the keys of logs, answers and extracts, and the symmetric keys.
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

    fn begin(&self, next: bool, stem: &str, what: &str) -> Result<Entry, CeremonyError> {
        if next {
            read_certificate(&self.certificate_file(stem))?;
            return Ok(Entry::new(&format!("give {what} its next key"), self.by));
        }
        self.require_absent(stem, "`rotate` gives it its next key")?;
        Ok(Entry::new(&format!("make {what}"), self.by))
    }

    /// Keeps the certificate that another will follow, under the name of its key; it stays in its place until then.
    fn retire(&self, next: bool, stem: &str, entry: &mut Entry) -> Result<(), CeremonyError> {
        if !next {
            return Ok(());
        }
        let old = read_certificate(&self.certificate_file(stem))?;
        if stem == CSCA && read_certificate(&self.certificate_file(NEXT_CSCA))? == old {
            // The step was taken before, up to its last line.
            return Ok(());
        }
        let folder = self.folder.join("retired");
        make_folders(&[&folder])?;
        let name = hex::encode(&old.public_key().fingerprint()[..4]);
        for end in ["cer", "pem"] {
            let to = folder.join(format!("{stem}-{name}.{end}"));
            let from = self.certificates().join(format!("{stem}.{end}"));
            fs::copy(&from, &to).map_err(|source| CeremonyError::File { path: from, source })?;
        }
        entry.say(format!("retired/{stem}-{}.pem was in its place before", marked(Mark::Key, &name)));
        Ok(())
    }

    fn sign_list(
        &mut self,
        vault: &KeyVault,
        list: &KeptList,
        entry: &mut Entry,
    ) -> Result<(), CeremonyError> {
        let path = self.certificates().join(list.file);
        let der = fs::read(&path).map_err(|source| CeremonyError::File { path, source })?;
        let old = Crl::from_der(&der).map_err(|e| issue(list.file, &e))?;
        let authority = self.authority(vault, list.purpose, list.authority)?;
        let (number, revoked) = (next_number(&old), old.revocations());
        let (count, ends) = (revoked.len(), self.now + list.lasts);
        self.making(|making| making.list(&authority, list, number, revoked))?;
        entry.say(format!(
            "certificates/{}: its list number {number}, which names {count}, good until {}",
            list.file,
            instant(ends)
        ));
        Ok(())
    }
}
