//! Makes the authorities themselves, each from its design, wherever its key lives.

use std::sync::Arc;

use chrono::{DateTime, Months, Utc};
use issuance::profile::{Csca, CscaLink, DocumentSigner, HOLDER_POLICIES, Issuing, Profile, Root};
use issuance::{Certificate, CertificationAuthority, Signer, Validity};

use super::{Ceremony, CeremonyError, public_key};
use crate::authorities::generation::Generation;
use crate::vault::key_file::Purpose;
use crate::vault::key_vault::KeyVault;

impl Ceremony<'_> {
    /// Makes the national eID root.
    pub(super) fn eid_root(&mut self, vault: &KeyVault) -> Result<CertificationAuthority, CeremonyError> {
        let design = self.design;
        let key = self.key(vault, Purpose::EidRoot, &design.eid_root)?;
        let profile = Profile::Root(Root { name: design.name(&design.eid_root), key: public_key(&*key)? });
        self.self_signed(&profile, key, design.eid_root.lasts, "eid-root")
    }

    /// Makes an issuing authority under the eID root.
    pub(super) fn issuing(
        &mut self,
        generation: Generation,
        key: &Arc<dyn Signer>,
        root: &CertificationAuthority,
    ) -> Result<Certificate, CeremonyError> {
        let design = self.design;
        let profile = Profile::Issuing(Issuing {
            name: design.issuing_name(generation),
            key: public_key(&**key)?,
            policies: HOLDER_POLICIES.to_vec(),
            crl_urls: vec![self.url("eid-root.crl")],
            issuer_url: self.url("eid-root.cer"),
        });
        let (stem, ends) = (generation.stem(), self.issuing_ends(root.certificate()));
        let validity = Validity::new(self.now, ends).map_err(|e| super::issue(&stem, &e))?;
        self.certify_for(&profile, root, &validity, &stem)
    }

    /// When an issuing authority made now would end: never after its root (lint rule 6).
    pub(super) fn issuing_ends(&self, root: &Certificate) -> DateTime<Utc> {
        (self.now + self.design.issuing.lasts).min(root.validity().not_after())
    }

    /// Makes the country signing authority, with a new key.
    pub(super) fn csca(&mut self, vault: &KeyVault) -> Result<CertificationAuthority, CeremonyError> {
        self.csca_as(vault, "csca")
    }

    /// Makes its next certificate: the same name with the next key.
    pub(super) fn next_csca(&mut self, vault: &KeyVault) -> Result<CertificationAuthority, CeremonyError> {
        self.csca_as(vault, "csca-next")
    }

    /// Makes the link certificate, in which the old key certifies the next (Doc 9303-12 §4.1.6.3).
    pub(super) fn csca_link(
        &mut self,
        next: &Certificate,
        old: &CertificationAuthority,
    ) -> Result<Certificate, CeremonyError> {
        let design = self.design;
        let changes_name = next.subject() != old.certificate().subject();
        let profile = Profile::CscaLink(Box::new(CscaLink {
            next: Csca {
                name: design.icao_name(&design.csca),
                key: next.public_key().clone(),
                usage: next.usage_period().unwrap_or_else(|| next.validity()),
                contact: design.contact.clone(),
                crl_urls: vec![self.url("csca.crl")],
            },
            changes_name,
        }));
        // The link ends no later than the old certificate (lint rule 6).
        let ends = old.certificate().validity().not_after().min(next.validity().not_after());
        let validity = Validity::new(self.now, ends).map_err(|e| super::issue("csca-link", &e))?;
        self.certify_for(&profile, old, &validity, "csca-link")
    }

    fn csca_as(
        &mut self,
        vault: &KeyVault,
        file: &'static str,
    ) -> Result<CertificationAuthority, CeremonyError> {
        let design = self.design;
        let key = self.key(vault, Purpose::Csca, &design.csca)?;
        let profile = Profile::Csca(Csca {
            name: design.icao_name(&design.csca),
            key: public_key(&*key)?,
            usage: self.usage(design.csca.signs, "the CSCA's key usage period")?,
            contact: design.contact.clone(),
            crl_urls: vec![self.url("csca.crl")],
        });
        self.self_signed(&profile, key, design.csca.lasts, file)
    }

    /// Makes a Document Signer under the CSCA.
    pub(super) fn document_signer(
        &mut self,
        key: &Arc<dyn Signer>,
        csca: &CertificationAuthority,
    ) -> Result<Certificate, CeremonyError> {
        let design = self.design;
        let profile = Profile::DocumentSigner(DocumentSigner {
            name: design.icao_name(&design.document_signer),
            key: public_key(&**key)?,
            usage: self.usage(design.document_signer.signs, "the Document Signer's key usage period")?,
            document_types: design.document_types.clone(),
            contact: design.contact.clone(),
            crl_urls: vec![self.url("csca.crl")],
        });
        self.certify(&profile, csca, design.document_signer.lasts, "document-signer")
    }

    fn usage(&self, signs: Months, step: &str) -> Result<Validity, CeremonyError> {
        self.validity(signs, step)
    }
}
