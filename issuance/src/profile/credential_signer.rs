//! The signer of digital credentials: SD-JWT VC and QR credentials, never certificates or lists.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// A signer of credentials. Its certificate states the issuer for which it signs.
#[derive(Clone, Debug)]
pub struct CredentialSigner {
    /// Its name; marked as a test authority if its issuer is.
    pub name: AuthorityName,
    /// The signer's public key: P-256, P-384 or Ed25519.
    pub key: PublicKey,
    /// The issuer in `iss` of every credential that this signer makes: an `https` URL, in subjectAltName.
    pub issuer: String,
    /// Where the issuing authority's CRL is published.
    pub crl_urls: Vec<String>,
    /// Where the issuing authority's certificate is published.
    pub issuer_url: String,
    /// The address of the issuing authority's OCSP responder, if it has one.
    pub ocsp_url: Option<String>,
}

impl CredentialSigner {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::extended_key_usage(&[oid::EXAMPLE_CREDENTIAL_SIGNING])?,
                extension::subject_alt_name(&vec![extension::uri(&self.issuer)?])?,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::authority_info_access(&self.issuer_url, self.ocsp_url.as_deref())?,
            ],
        })
    }
}
