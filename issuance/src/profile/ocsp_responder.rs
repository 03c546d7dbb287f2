//! The delegated OCSP responder (RFC 6960 §4.2.2.2): signs answers for the authority that certified it.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// A responder. Readers do not check whether it is revoked (id-pkix-ocsp-nocheck), so it is valid for a month
/// at most.
#[derive(Clone, Debug)]
pub struct OcspResponder {
    /// Its name; marked as a test authority if its issuer is.
    pub name: AuthorityName,
    /// The responder's public key.
    pub key: PublicKey,
    /// Where the issuing authority's certificate is published.
    pub issuer_url: String,
}

impl OcspResponder {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::extended_key_usage(&[oid::OCSP_SIGNING])?,
                extension::ocsp_no_check()?,
                extension::authority_info_access(&self.issuer_url, None)?,
            ],
        })
    }
}
