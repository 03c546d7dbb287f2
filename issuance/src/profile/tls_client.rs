//! The callers of the service: agencies, hospitals, offices, stations, officers.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;
use x509_cert::ext::pkix::KeyUsages;

use super::Draft;
use crate::certificate::Certificate;
use crate::extension;
use crate::name::NameBuilder;
use crate::oid;
use crate::public_key::PublicKey;

/// What a client is to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientRole {
    /// An agency, which asks questions about persons.
    Agency,
    /// A hospital, which notifies births and deaths.
    Hospital,
    /// A registration office.
    Office,
    /// A card writing station of an office.
    Station,
    /// An officer, a person with a mandate.
    Officer,
}

impl ClientRole {
    const ALL: [Self; 5] = [Self::Agency, Self::Hospital, Self::Office, Self::Station, Self::Officer];

    fn word(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Hospital => "hospital",
            Self::Office => "office",
            Self::Station => "station",
            Self::Officer => "officer",
        }
    }
}

/// The caller that a client certificate names, written as `urn:burtgel:<role>:<uuid>` in subjectAltName. So
/// an agency stays the same caller when it is renamed, and no rule depends on a display name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientIdentity {
    /// What the caller is.
    pub role: ClientRole,
    /// Which caller it is.
    pub id: Uuid,
}

/// A URI that does not name a client of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no urn:burtgel:<role>:<uuid>")]
pub struct ClientIdentityError;

impl ClientIdentity {
    /// The caller that the certificate names; `None` unless exactly one URI in it names a client.
    pub fn of(certificate: &Certificate) -> Option<Self> {
        match certificate.uris().as_slice() {
            [uri] => uri.parse().ok(),
            [] | [_, _, ..] => None,
        }
    }
}

impl fmt::Display for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "urn:burtgel:{}:{}", self.role.word(), self.id)
    }
}

impl FromStr for ClientIdentity {
    type Err = ClientIdentityError;

    fn from_str(uri: &str) -> Result<Self, Self::Err> {
        let rest = uri.strip_prefix("urn:burtgel:").ok_or(ClientIdentityError)?;
        let (word, id) = rest.split_once(':').ok_or(ClientIdentityError)?;
        let role = ClientRole::ALL.into_iter().find(|role| role.word() == word).ok_or(ClientIdentityError)?;
        let identity = Self { role, id: id.parse().map_err(|_| ClientIdentityError)? };
        // A UUID has several spellings; only ours is accepted.
        if identity.to_string() == uri { Ok(identity) } else { Err(ClientIdentityError) }
    }
}

/// A TLS client certificate.
#[derive(Clone, Debug)]
pub struct TlsClient {
    /// The caller that it names.
    pub identity: ClientIdentity,
    /// The organisation, for people who read certificates.
    pub organisation: String,
    /// The common name, for people who read certificates.
    pub common_name: String,
    /// The client's key: Ed25519 or P-256.
    pub key: PublicKey,
    /// Where the authority's CRL is published; may be empty.
    pub crl_urls: Vec<String>,
}

impl TlsClient {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let mut extensions = vec![
            extension::key_usage(KeyUsages::DigitalSignature)?,
            extension::extended_key_usage(&[oid::CLIENT_AUTH])?,
            extension::subject_alt_name(&vec![extension::uri(&self.identity.to_string())?])?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_client_certificate_says_who_calls() {
        let (certificate, identity) = sample::tls_client();
        assert_eq!(ClientIdentity::of(&certificate), Some(identity));
    }

    #[test]
    fn a_certificate_without_our_name_says_nobody() {
        assert_eq!(ClientIdentity::of(sample::eid_root().certificate()), None);
    }

    #[test]
    fn only_our_spelling_names_a_client() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert!(format!("urn:burtgel:agency:{id}").parse::<ClientIdentity>().is_ok());
        for wrong in [
            format!("urn:burtgel:agency:{}", id.to_uppercase()),
            format!("urn:burtgel:emperor:{id}"),
            format!("urn:other:agency:{id}"),
            "urn:burtgel:agency:".to_owned(),
        ] {
            assert_eq!(wrong.parse::<ClientIdentity>(), Err(ClientIdentityError), "{wrong}");
        }
    }
}
