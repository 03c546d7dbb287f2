//! The signer of status lists (draft-ietf-oauth-status-list-21 §10): its key is at work all day, and whoever took it could
//! revive a credential but never make one.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// A signer of status lists, certified by the authority that certified the signer of the credentials.
#[derive(Clone, Debug)]
pub struct StatusListSigner {
    /// Its name; the mark of a test authority as in its issuer.
    pub name: AuthorityName,
    /// Its key: P-256, P-384 or Ed25519.
    pub key: PublicKey,
    /// Where the issuing authority's CRL stands.
    pub crl_urls: Vec<String>,
    /// Where the issuing authority's certificate stands.
    pub issuer_url: String,
    /// Where the issuing authority's OCSP responder answers, when there is one.
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
