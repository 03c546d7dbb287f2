//! The issuing authority of the eID branch: the root signs it; it signs holders' certificates and its CRL.

use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::KeyUsages;

use super::{AuthorityName, Draft};
use crate::extension;
use crate::oid;
use crate::public_key::PublicKey;

/// The policies of the holders' certificates. An issuing authority must have all of them: RFC 5280 §6.1.3 (d)
/// drops a policy of the leaf that the authority above it lacks.
pub const HOLDER_POLICIES: [ObjectIdentifier; 4] = [
    oid::EXAMPLE_POLICY_AUTHENTICATION,
    oid::POLICY_NCP_PLUS,
    oid::EXAMPLE_POLICY_SIGNATURE,
    oid::POLICY_QCP_N_QSCD,
];

/// An authority under a root that issues to end entities only (path length 0).
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Issuing {
    pub name: AuthorityName,
    pub key: PublicKey,
    /// The policies under which it may issue (RFC 5280 §4.2.1.4): [`HOLDER_POLICIES`] for the eID branch.
    pub policies: Vec<ObjectIdentifier>,
    /// Where the root's list of revoked authorities is published.
    pub crl_urls: Vec<String>,
    /// Where the root's certificate is published.
    pub issuer_url: String,
}

impl Issuing {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        Ok(Draft {
            subject: self.name.to_x509()?,
            extensions: vec![
                extension::basic_constraints(Some(0))?,
                extension::key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)?,
                extension::certificate_policies(&self.policies)?,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::authority_info_access(&self.issuer_url, None)?,
            ],
        })
    }
}
