//! The Master List Signer: signs lists of CSCA certificates (Doc 9303-12 §7.1, table 6, column "Master List
//! Signer").

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;
use crate::validity::Validity;

/// A Master List Signer. Its only purpose is critical, so that nobody can take it for a Document Signer.
#[derive(Clone, Debug)]
pub struct MasterListSigner {
    /// `C, O, CN`.
    pub name: AuthorityName,
    /// The signer's public key: P-256 written with explicit parameters, or RSA-3072.
    pub key: PublicKey,
    /// The period in which the private key signs.
    pub usage: Validity,
    /// An e-mail address for other States.
    pub contact: String,
    /// Where the CSCA's CRL is published.
    pub crl_urls: Vec<String>,
}

impl MasterListSigner {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let [subject_alt_name, issuer_alt_name] = extension::icao_alternative_names(&self.contact)?;
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::only_key_usage(oid::MASTER_LIST_SIGNING)?,
                extension::private_key_usage_period(&self.usage)?,
                subject_alt_name,
                issuer_alt_name,
                extension::crl_distribution_points(&self.crl_urls)?,
            ],
        })
    }
}
