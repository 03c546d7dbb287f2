//! The signer of status lists (draft-ietf-oauth-status-list-21 §10). Its key is in use all day; a thief of
//! the key could make a revoked credential look valid, but never make a credential.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// A signer of status lists, certified by the authority that certified the signer of the credentials.
#[derive(Clone, Debug)]
pub struct StatusListSigner {
    /// Its name; marked as a test authority if its issuer is.
    pub name: AuthorityName,
    /// The signer's public key: P-256, P-384 or Ed25519.
    pub key: PublicKey,
    /// Where the issuing authority's CRL is published.
    pub crl_urls: Vec<String>,
    /// Where the issuing authority's certificate is published.
    pub issuer_url: String,
    /// The address of the issuing authority's OCSP responder, if it has one.
    pub ocsp_url: Option<String>,
}

impl StatusListSigner {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::extended_key_usage(&[oid::EXAMPLE_STATUS_LIST_SIGNING])?,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::authority_info_access(&self.issuer_url, self.ocsp_url.as_deref())?,
            ],
        })
    }
}
