//! A listener of the service (RFC 5280, RFC 9525).

use std::net::IpAddr;

use x509_cert::ext::pkix::KeyUsages;
use x509_cert::ext::pkix::name::GeneralName;

use super::Draft;
use crate::extension;
use crate::name::NameBuilder;
use crate::oid;
use crate::public_key::PublicKey;

/// The certificate of a TLS server. Clients check only the names in subjectAltName.
#[derive(Clone, Debug)]
pub struct TlsServer {
    /// The organisation, for people who read certificates.
    pub organisation: String,
    /// The common name; clients ignore it.
    pub common_name: String,
    /// The server's public key.
    pub key: PublicKey,
    /// The DNS names at which it can be reached.
    pub dns_names: Vec<String>,
    /// The addresses at which it can be reached.
    pub addresses: Vec<IpAddr>,
    /// Where the authority's CRL is published; may be empty.
    pub crl_urls: Vec<String>,
}

impl TlsServer {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let mut names = self.dns_names.iter().map(|n| extension::dns(n)).collect::<der::Result<Vec<_>>>()?;
        names.extend(self.addresses.iter().map(|address| GeneralName::from(*address)));
        let mut extensions = vec![
            extension::key_usage(KeyUsages::DigitalSignature)?,
            extension::extended_key_usage(&[oid::SERVER_AUTH])?,
            extension::subject_alt_name(&names)?,
            extension::certificate_policies(&[oid::EXAMPLE_POLICY_SERVICE])?,
        ];
        if !self.crl_urls.is_empty() {
            extensions.push(extension::crl_distribution_points(&self.crl_urls)?);
        }
        let subject = NameBuilder::new()
            .country()?
            .text(oid::ORGANISATION, &self.organisation)?
            .text(oid::COMMON_NAME, &self.common_name)?
            .build()?;
        Ok(Draft { subject, extensions })
    }
}
