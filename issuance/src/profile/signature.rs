//! The holder's signature certificate (ETSI EN 319 412-2 and -5, policy QCP-n-qscd, under the law of
//! Mongolia).

use x509_cert::ext::pkix::KeyUsages;

use super::{DisclosureStatement, Draft, HolderSubject};
use crate::extension::{self, QcStatement};
use crate::name::COUNTRY;
use crate::oid;
use crate::public_key::PublicKey;

/// A card signature certificate: its key signs documents, and the card asks for the PIN before every
/// signature.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The subject of the certificate.
    pub subject: HolderSubject,
    /// The public key that was made on the card.
    pub key: PublicKey,
    /// Where the issuing authority's CRL is published.
    pub crl_urls: Vec<String>,
    /// Where the issuing authority's certificate is published.
    pub issuer_url: String,
    /// The address of the issuing authority's OCSP responder, if it has one.
    pub ocsp_url: Option<String>,
    /// The disclosure statements; at least one must be in English (ETSI EN 319 412-5 §4.3.4).
    pub disclosure: Vec<DisclosureStatement>,
}

impl Signature {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let statements = vec![
            QcStatement::plain(oid::QC_COMPLIANCE),
            QcStatement::plain(oid::QC_SSCD),
            QcStatement::electronic_signature()?,
            QcStatement::disclosure(&self.disclosure)?,
            QcStatement::legislation(COUNTRY)?,
            QcStatement::natural_semantics(self.subject.serial.registration_authority(&self.issuer_url))?,
        ];
        Ok(Draft {
            subject: self.subject.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::NonRepudiation)?,
                extension::certificate_policies(&[oid::EXAMPLE_POLICY_SIGNATURE, oid::POLICY_QCP_N_QSCD])?,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::authority_info_access(&self.issuer_url, self.ocsp_url.as_deref())?,
                extension::qc_statements(&statements)?,
            ],
        })
    }
}
