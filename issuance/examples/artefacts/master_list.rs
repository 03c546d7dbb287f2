//! Master lists: one under the CSCA on P-384, one in the branch of RSA keys.

use issuance::authority::CertificationAuthority;
use issuance::master_list::PreparedMasterList;
use issuance::profile::{AuthorityName, Environment, MasterListSigner, Profile};
use issuance::signer::Algorithm;

use super::{Outcome, Workshop, found};

impl Workshop {
    pub(super) fn master_list(
        &mut self,
        name: &str,
        algorithm: Algorithm,
        csca: &CertificationAuthority,
        others: &[&CertificationAuthority],
    ) -> Outcome<()> {
        let key = self.signer(algorithm)?;
        let profile = Profile::MasterListSigner(MasterListSigner {
            name: AuthorityName::new(
                Environment::Test,
                "Burtgel demonstration",
                None,
                "Master List Signer 1",
            ),
            key: key.public_key(),
            usage: self.validity(1)?,
            contact: "csca@example.mn".to_owned(),
            crl_urls: vec!["http://pki.example.mn/csca.crl".to_owned()],
        });
        let signer = self.authority(profile, Some(csca), key, 2)?;
        let listed = std::iter::once(&csca).chain(others).map(|one| one.certificate().der().to_vec());
        let listed: Vec<Vec<u8>> = listed.collect();
        let prepared = PreparedMasterList::new(&listed, signer.certificate(), csca.certificate(), self.now)?;
        self.write_pem(&format!("{name}_signer.pem"), signer.certificate())?;
        self.write(&format!("{name}.ml"), prepared.lint().map_err(found)?.sign(&signer)?)
    }
}
