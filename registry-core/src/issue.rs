//! The one place where a registered person becomes an `issuance::Holder`: the register and the issuance
//! library know nothing of each other.

use chrono::{DateTime, Months, NaiveDate, Utc};
use issuance::Holder;
use issuance::card_data::{LaidOut, Texts};
use issuance::holder::Sex as HolderSex;
use issuance::lds::dg2::FaceFormat;
use issuance::lds::mrz::MrzError;
use issuance::lds::{LdsError, dg11};
use issuance::profile::{Authentication, HolderSubject, Profile, Signature, SubjectError, SubjectSerial};
use issuance::{Certificate, PublicKey, Validity};
use registry_domain::card::{CardRecord, KeySlot};
use registry_domain::law::LawConfig;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::sex::Sex;
use registry_domain::unit::{UnitCode, UnitTree};

use crate::authorities::issuing::{Addresses, IssuingAuthority};
use crate::failure::Failure;

/// Characters of the opaque serial in the subject of a card's certificates.
pub(crate) const OPAQUE_SERIAL: usize = 32;

/// What the card says of its holder. Latin names stay as the citizen confirmed them: credentials show them
/// so, and the machine readable zone is reduced from them by [`Holder::zone`].
///
/// # Errors
/// [`Refusal::RecordErased`] or [`Refusal::DateNotComplete`] if the record lacks what a card needs.
pub fn holder_of(
    person: &Person,
    card: &CardRecord,
    portrait_jpeg: Vec<u8>,
    issued_on: NaiveDate,
    units: &UnitTree,
) -> Result<Holder, Refusal> {
    let name = person.require_name()?;
    Ok(Holder {
        document_number: card.document_number.to_string(),
        parent_name_latin: card.latin.parent().unwrap_or_default().to_owned(),
        given_name_latin: card.latin.given().to_owned(),
        parent_name: name.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        given_name: name.given.to_string(),
        sex: match person.require_sex()? {
            Sex::Female => HolderSex::Female,
            Sex::Male => HolderSex::Male,
        },
        born_on: person.require_born_on()?.full().ok_or(Refusal::DateNotComplete)?,
        issued_on,
        expires_on: card.expires_on,
        civil_id: person.require_civil_id()?.to_string(),
        birth_place: person.birth_place.as_ref().map(|place| place_names(place, units)).unwrap_or_default(),
        portrait_jpeg,
    })
}

/// The names of a unit from large to small.
pub fn place_names(unit: &UnitCode, units: &UnitTree) -> Vec<String> {
    let mut names: Vec<String> = units.parent_chain(unit).iter().map(|unit| unit.name_mn.clone()).collect();
    names.reverse();
    names.extend(units.get(unit).map(|unit| unit.name_mn.clone()));
    names.dedup();
    names
}

/// The certificate of one key slot, as an authority issues it. The subject's serial says nothing of the
/// person.
pub fn certificate_profile(
    card: &CardRecord,
    slot: KeySlot,
    key: PublicKey,
    opaque_serial: &str,
    issuer: &IssuingAuthority,
    base_url: &str,
    units: &UnitTree,
) -> Profile {
    let subject = subject_of(card, opaque_serial, units);
    let Addresses { crl_urls, issuer_url, ocsp_url } = issuer.addresses(base_url);
    match slot {
        KeySlot::Authentication => {
            Profile::Authentication(Authentication { subject, key, crl_urls, issuer_url, ocsp_url })
        }
        KeySlot::Signature => {
            let disclosure = vec![issuance::profile::DisclosureStatement {
                url: format!("{}/pki/disclosure", base_url.replacen("http://", "https://", 1)),
                language: "en".to_owned(),
            }];
            Profile::Signature(Signature { subject, key, crl_urls, issuer_url, ocsp_url, disclosure })
        }
    }
}

fn subject_of(card: &CardRecord, opaque_serial: &str, units: &UnitTree) -> HolderSubject {
    HolderSubject {
        surname: card.latin.parent().unwrap_or_else(|| card.latin.given()).to_owned(),
        given_name: card.latin.given().to_owned(),
        serial: SubjectSerial::Opaque(opaque_serial.to_owned()),
        card_expires_at: card.ends_at(units),
    }
}

/// Refuses an application whose card could not be made. It lays out all text on the chip and in its
/// certificates, with the code that will make the card later. The portrait was checked when it came in.
///
/// # Errors
/// What the chip or a certificate cannot hold, said of the field of the application that can mend it; as
/// [`holder_of`].
pub fn require_fitting(
    person: &Person,
    card: &CardRecord,
    today: NaiveDate,
    units: &UnitTree,
) -> Result<(), Refusal> {
    let holder = holder_of(person, card, Vec::new(), today, units)?;
    Texts::of(&holder).map_err(|no| unfit(&no))?;
    require_subject(card, units)
}

/// Does the same for a card that is about to be made, with its portrait.
///
/// # Errors
/// As [`require_fitting`].
pub fn require_writable(
    holder: &Holder,
    card: &CardRecord,
    face: FaceFormat,
    units: &UnitTree,
) -> Result<(), Refusal> {
    LaidOut::of(holder, face).map_err(|no| unfit(&no))?;
    require_subject(card, units)
}

fn require_subject(card: &CardRecord, units: &UnitTree) -> Result<(), Refusal> {
    // This stand-in is as long as the serial that is drawn when the certificate is made.
    subject_of(card, &"0".repeat(OPAQUE_SERIAL), units).require_fitting().map_err(|no| match no {
        SubjectError::CommonNameTooLong { letters, most } => {
            Refusal::LatinNameTooLongForCard { letters, most }.in_field("latin_given")
        }
        no @ SubjectError::Encode(_) => Refusal::CardDataUnfit { detail: no.to_string() },
    })
}

/// Turns what a data group cannot hold into a refusal that says what to mend.
pub fn unfit(no: &LdsError) -> Refusal {
    match no {
        LdsError::Missing(dg11::PLACE_FIELD) => Refusal::BirthPlaceUnfitForCard.in_field("person"),
        LdsError::Missing(dg11::NAME_FIELD) => Refusal::ParentNameMissingForCard.in_field("person"),
        LdsError::TooLong { field: dg11::NAME_FIELD, octets, most } => {
            Refusal::NameTooLongForChip { octets: *octets, most: *most }.in_field("person")
        }
        LdsError::Mrz(MrzError::Missing(_)) => Refusal::LatinParentMissing.in_field("latin_parent"),
        LdsError::Mrz(no @ (MrzError::Field(_) | MrzError::Length(_) | MrzError::CheckDigit(_))) => {
            Refusal::CardDataUnfit { detail: no.to_string() }
        }
        LdsError::Portrait(no) => Refusal::CardDataUnfit { detail: no.to_string() },
        LdsError::Missing(_) | LdsError::TooLong { .. } | LdsError::Field(_) | LdsError::Structure(_) => {
            Refusal::CardDataUnfit { detail: no.to_string() }
        }
    }
}

/// From now on for as many years as the law gives the certificates of a card, or to the end of the card or of
/// the issuer, whichever comes first.
///
/// # Errors
/// A card that has expired.
pub fn certificate_validity(
    law: &LawConfig,
    card_ends_at: DateTime<Utc>,
    issuer: &Certificate,
    now: DateTime<Utc>,
) -> Result<Validity, Failure> {
    let by_law = now + Months::new(12 * law.card_certificate_years);
    let end = by_law.min(card_ends_at).min(issuer.validity().not_after());
    Validity::new(now, end).map_err(|_| Refusal::CardExpired.into())
}
