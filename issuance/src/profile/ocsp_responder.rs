//! The delegated OCSP responder (RFC 6960 §4.2.2.2): signs answers for the authority that certified it.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// A responder. Nobody asks whether it is revoked (id-pkix-ocsp-nocheck), so it lives for a month at most.
#[derive(Clone, Debug)]
pub struct OcspResponder {
    /// Its name; the mark of a test authority as in its issuer.
    pub name: AuthorityName,
    /// Its key.
    pub key: PublicKey,
    /// Where the issuing authority's certificate stands.
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
