//! The root of the eID branch or of the service branch: self-signed, P-384.

use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::public_key::PublicKey;

/// A root (ETSI EN 319 412-3 for its name; RFC 5280 §4.2.1 for the rest). Its list of revoked authorities is
/// the ARL.
#[derive(Clone, Debug)]
pub struct Root {
    /// The root's name, as subject and issuer.
    pub name: AuthorityName,
    /// The root's public key.
    pub key: PublicKey,
}

impl Root {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::basic_constraints(None)?,
                extension::key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)?,
            ],
        })
    }
}
