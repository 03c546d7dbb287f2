//! The one place where a registered person becomes an `issuance::Holder`: the register and the issuance library know nothing of
//! each other.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use issuance::Holder;
use issuance::holder::Sex as HolderSex;
use issuance::profile::{Authentication, HolderSubject, Profile, Signature, SubjectSerial};
use issuance::{Certificate, PublicKey, Validity};
use registry_domain::card::{CardRecord, KeySlot};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::sex::Sex;
use registry_domain::unit::{UnitCode, UnitTree};

use crate::authorities::issuing::{Addresses, IssuingAuthority};
use crate::failure::Failure;

/// Card certificates last five years, and never longer than the card (Electronic Signature Law of 2021) or their issuer.
pub(crate) const CERTIFICATE_YEARS: u32 = 5;

/// What the card says of its holder. Latin names stay as the citizen confirmed them: credentials show them so, and the machine
/// readable zone is reduced from them by [`Holder::zone`].
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

/// The certificate of one key slot, as an authority issues it. The subject's serial says nothing of the person.
pub fn certificate_profile(
    card: &CardRecord,
    slot: KeySlot,
    key: PublicKey,
    opaque_serial: &str,
    issuer: &IssuingAuthority,
    base_url: &str,
) -> Profile {
    let subject = HolderSubject {
        surname: card.latin.parent().unwrap_or_else(|| card.latin.given()).to_owned(),
        given_name: card.latin.given().to_owned(),
        serial: SubjectSerial::Opaque(opaque_serial.to_owned()),
        card_expires_at: end_of(card.expires_on),
    };
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

/// From now to five years on, or to the end of the card or of the issuer, whichever comes first.
///
/// # Errors
/// A card that has expired.
pub fn certificate_validity(
    card_expires_on: NaiveDate,
    issuer: &Certificate,
    now: DateTime<Utc>,
) -> Result<Validity, Failure> {
    let five_years = now + chrono::Months::new(12 * CERTIFICATE_YEARS);
    let end = five_years.min(end_of(card_expires_on)).min(issuer.validity().not_after());
    Validity::new(now, end).map_err(|_| Refusal::CardExpired.into())
}

pub(crate) fn end_of(day: NaiveDate) -> DateTime<Utc> {
    NaiveTime::from_hms_opt(23, 59, 59)
        .map_or_else(|| day.and_time(NaiveTime::MIN), |end| day.and_time(end))
        .and_utc()
}
