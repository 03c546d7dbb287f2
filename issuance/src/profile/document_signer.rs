//! The Document Signer: signs the SOD of every document (Doc 9303-12 §7.1, table 6, column "Document
//! Signer").

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::public_key::PublicKey;
use crate::validity::Validity;

/// A Document Signer. Its key signs for at most three months; its certificate is valid as long as the last
/// document.
#[derive(Clone, Debug)]
pub struct DocumentSigner {
    /// `C, O, CN`; the common name distinguishes one signer from the next.
    pub name: AuthorityName,
    /// The signer's public key: P-256 written with explicit parameters, or RSA-3072.
    pub key: PublicKey,
    /// The period in which the private key signs.
    pub usage: Validity,
    /// The document codes for which it signs, as in the MRZ: `I` for our card.
    pub document_types: Vec<String>,
    /// An e-mail address for other States.
    pub contact: String,
    /// Where the CSCA's CRL is published.
    pub crl_urls: Vec<String>,
}

impl DocumentSigner {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let [subject_alt_name, issuer_alt_name] = extension::icao_alternative_names(&self.contact)?;
        let types: Vec<&str> = self.document_types.iter().map(String::as_str).collect();
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::private_key_usage_period(&self.usage)?,
                subject_alt_name,
                issuer_alt_name,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::document_types(&types)?,
            ],
        })
    }
}
