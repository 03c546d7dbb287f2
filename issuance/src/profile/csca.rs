//! The country signing authority: root of the documents (Doc 9303-12 §7.1, table 6, column "CSCA root").

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::public_key::PublicKey;
use crate::validity::Validity;

/// A CSCA. A country has one; this proposal must run as the successor of Mongolia's CSCA, never beside it.
#[derive(Clone, Debug)]
pub struct Csca {
    /// `C, O, CN`; without organizationIdentifier.
    pub name: AuthorityName,
    /// The CSCA's public key: RSA-4096, or P-384 written with explicit parameters.
    pub key: PublicKey,
    /// The period in which the private key signs: 3 to 5 years recommended (Doc 9303-12 §4.1.6.2). The
    /// certificate is valid longer.
    pub usage: Validity,
    /// An e-mail address for other States, in subjectAltName and issuerAltName.
    pub contact: String,
    /// Where the CSCA's CRL is published.
    pub crl_urls: Vec<String>,
}

impl Csca {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let [subject_alt_name, issuer_alt_name] = extension::icao_alternative_names(&self.contact)?;
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::basic_constraints(Some(0))?,
                extension::key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)?,
                extension::private_key_usage_period(&self.usage)?,
                subject_alt_name,
                issuer_alt_name,
                extension::crl_distribution_points(&self.crl_urls)?,
            ],
        })
    }
}
