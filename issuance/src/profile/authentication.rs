//! The holder's authentication certificate (ETSI EN 319 412-2, policy NCP+).

use chrono::{DateTime, Utc};
use x509_cert::ext::pkix::KeyUsages;
use x509_cert::name::Name;

use super::Draft;
use crate::extension::{self, QcStatement};
use crate::name::{COMMON_NAME_LETTERS, NameBuilder, common_name_letters};
use crate::oid;
use crate::public_key::PublicKey;

/// How the subject's serialNumber names the holder (ETSI EN 319 412-1 §5.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectSerial {
    /// A number drawn for this card that says nothing about the person: the default. Up to 40 letters,
    /// digits, `-`. Written as `OP:MN-<number>`, a scheme of our own (two letters and a colon).
    Opaque(String),
    /// The register number, as `PNOMN-<number>`: every site that sees the certificate can read it. Used only
    /// if configured.
    Personal(String),
}

impl SubjectSerial {
    /// Who assigns the numbers: for our own scheme the issuing authority, named by the URL of its
    /// certificate; for the register number none is named, because the scheme implies it.
    pub(super) fn registration_authority<'a>(&self, issuer_url: &'a str) -> Option<&'a str> {
        match self {
            Self::Opaque(_) => Some(issuer_url),
            Self::Personal(_) => None,
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Opaque(number) => format!("OP:MN-{number}"),
            Self::Personal(number) => format!("PNOMN-{number}"),
        }
    }
}

/// The holder as the certificates of a card name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderSubject {
    /// In Latin letters, as confirmed for the card: the parent's name takes the place of a surname.
    pub surname: String,
    /// The given name in Latin letters.
    pub given_name: String,
    /// The number that names the subject.
    pub serial: SubjectSerial,
    /// When the card expires. No certificate of the card is valid longer.
    pub card_expires_at: DateTime<Utc>,
}

/// Why a holder cannot be the subject of a certificate.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Surname, a space and given name are too long together.
    #[error("the common name has {letters} characters, more than {most}")]
    CommonNameTooLong {
        /// The length of the common name.
        letters: usize,
        /// The limit of RFC 5280.
        most: usize,
    },
    /// A value does not fit its string type.
    #[error("the subject cannot be encoded")]
    Encode(#[from] der::Error),
}

impl HolderSubject {
    /// Refuses a holder whose certificates lint would refuse, before a key is made for them.
    pub fn require_fitting(&self) -> Result<(), SubjectError> {
        let letters = common_name_letters(&self.to_x509()?);
        if letters <= COMMON_NAME_LETTERS {
            return Ok(());
        }
        Err(SubjectError::CommonNameTooLong { letters, most: COMMON_NAME_LETTERS })
    }

    pub(super) fn to_x509(&self) -> der::Result<Name> {
        NameBuilder::new()
            .country()?
            .text(oid::SURNAME, &self.surname)?
            .text(oid::GIVEN_NAME, &self.given_name)?
            .printable(oid::SERIAL_NUMBER, &self.serial.to_text())?
            .text(oid::COMMON_NAME, &format!("{} {}", self.surname, self.given_name))?
            .build()
    }
}

/// A card authentication certificate: its key signs nonces, after the PIN.
#[derive(Clone, Debug)]
pub struct Authentication {
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
}

impl Authentication {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let registration_authority = self.subject.serial.registration_authority(&self.issuer_url);
        Ok(Draft {
            subject: self.subject.to_x509()?,
            extensions: vec![
                extension::key_usage(KeyUsages::DigitalSignature)?,
                extension::extended_key_usage(&[oid::CLIENT_AUTH])?,
                extension::certificate_policies(&[oid::EXAMPLE_POLICY_AUTHENTICATION, oid::POLICY_NCP_PLUS])?,
                extension::crl_distribution_points(&self.crl_urls)?,
                extension::authority_info_access(&self.issuer_url, self.ocsp_url.as_deref())?,
                extension::qc_statements(&vec![QcStatement::natural_semantics(registration_authority)?])?,
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::name::attribute;
    use crate::{oid, sample};

    use super::*;

    #[test]
    fn the_personal_number_is_in_the_subject_only_when_asked_for() {
        let mut subject = sample::subject();
        let serial =
            |subject: &HolderSubject| attribute(&subject.to_x509().unwrap(), oid::SERIAL_NUMBER).unwrap();
        assert_eq!(serial(&subject), "OP:MN-7f3a9c2e51");
        subject.serial = SubjectSerial::Personal("999901312345".to_owned());
        assert_eq!(serial(&subject), "PNOMN-999901312345");
    }

    #[test]
    fn a_common_name_is_no_longer_than_a_certificate_takes() {
        let mut subject = sample::subject();
        (subject.surname, subject.given_name) = ("A".repeat(32), "B".repeat(31));
        assert_eq!(subject.require_fitting(), Ok(()));
        subject.given_name.push('B');
        let no = subject.require_fitting();
        assert_eq!(no, Err(SubjectError::CommonNameTooLong { letters: 65, most: 64 }));
    }
}
