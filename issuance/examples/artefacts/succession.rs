//! A CSCA, its next key and the link certificate between them; and a branch that has RSA keys only.

use chrono::Duration;
use issuance::authority::CertificationAuthority;
use issuance::chain::{follow_links, verify_chain};
use issuance::lds::DataGroup;
use issuance::lds::sod::PreparedSod;
use issuance::profile::{AuthorityName, Csca, CscaLink, Environment, Profile};
use issuance::revocation::Reason;
use issuance::revocation::Revocation;
use issuance::revocation::crl::CrlKind;
use issuance::signer::{Algorithm, SoftwareSigner};
use issuance::validity::Validity;

use super::{Outcome, Workshop, found};

impl Workshop {
    /// From RSA to P-384 and from P-384 to RSA, each with a Document Signer under the next key, its SOD, and
    /// the one list; then the RSA branch for tools that do not take explicit curves.
    pub(super) fn successions(&mut self) -> Outcome<()> {
        let rsa = self.succession("rsa_ec", Algorithm::RsaPss4096Sha256, Algorithm::EcdsaP384Sha384)?;
        self.succession("ec_rsa", Algorithm::EcdsaP384Sha384, Algorithm::RsaPss4096Sha256)?;
        let signer = self.document_signer_with(&rsa, Algorithm::RsaPss3072Sha256, 9)?;
        self.write("rsa_csca.pem", rsa.certificate().to_pem()?)?;
        self.write("rsa_ds.pem", signer.certificate().to_pem()?)?;
        self.write("rsa_csca.crl", self.list(CrlKind::Csca, &rsa, vec![])?.to_pem()?)?;
        self.master_list("rsa", Algorithm::RsaPss3072Sha256, &rsa, &[])?;
        self.write_pair_sod("rsa_sod.bin", &signer)
    }

    fn succession(&mut self, name: &str, from: Algorithm, to: Algorithm) -> Outcome<CertificationAuthority> {
        let old_key = self.signer(from)?;
        // The key signs for four years, of which two weeks are left.
        let begun = self.now - Duration::days(4 * 365 - 16);
        let usage = Validity::new(begun, begun + Duration::days(4 * 365))?;
        let validity = Validity::new(begun, begun + Duration::days(14 * 365))?;
        let old = self.authority_for(Profile::Csca(csca(&old_key, usage)), None, old_key, validity)?;
        let next_key = self.signer(to)?;
        let usage = Validity::new(self.now, self.now + Duration::days(4 * 365))?;
        let next_profile = csca(&next_key, usage);
        let link = Profile::CscaLink(Box::new(CscaLink { next: next_profile.clone(), changes_name: false }));
        let until = old.certificate().validity().not_after();
        let link = self.certify_for(link, &old, Validity::new(self.now, until)?)?;
        let validity = self.validity(14)?;
        let next = self.authority_for(Profile::Csca(next_profile), None, next_key, validity)?;
        let signer = self.document_signer_with(&next, Algorithm::EcdsaP256Sha256, 9)?;
        let list = self.list(CrlKind::Csca, &next, vec![])?;
        let (links, lists) = ([link.clone()], [list.clone()]);
        follow_links(old.certificate(), &links, &lists, self.now)?;
        let (leaf, root) = (signer.certificate(), old.certificate());
        verify_chain(leaf, &links, root, &lists, self.now)?;
        let revoked = Revocation {
            serial: signer.certificate().serial(),
            revoked_at: self.now,
            reason: Reason::KeyCompromise,
        };
        self.write(&format!("{name}_old.der"), old.certificate().der())?;
        self.write(&format!("{name}_next.der"), next.certificate().der())?;
        self.write(&format!("{name}_link.der"), link.der())?;
        self.write(&format!("{name}_ds.der"), signer.certificate().der())?;
        self.write(&format!("{name}_next.crl"), list.der())?;
        self.write(&format!("{name}_old.crl"), self.list(CrlKind::Csca, &old, vec![])?.der())?;
        self.write(&format!("{name}_revoking.crl"), self.list(CrlKind::Csca, &next, vec![revoked])?.der())?;
        self.write_pair_sod(&format!("{name}_sod.bin"), &signer)?;
        Ok(old)
    }

    /// A SOD over DG1 and DG2 of the card.
    fn write_pair_sod(&self, name: &str, signer: &CertificationAuthority) -> Outcome<()> {
        let read = |file: &str| std::fs::read(self.folder.join(file));
        let (dg1, dg2) = (read("dg1.bin")?, read("dg2.bin")?);
        let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, &dg1), (DataGroup::Dg2, &dg2)];
        self.write(name, PreparedSod::new(&files, signer.certificate())?.lint().map_err(found)?.sign(signer)?)
    }
}

fn csca(key: &SoftwareSigner, usage: Validity) -> Csca {
    Csca {
        name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "CSCA"),
        key: key.public_key(),
        usage,
        contact: "csca@example.mn".to_owned(),
        crl_urls: vec!["http://pki.example.mn/csca.crl".to_owned()],
    }
}
