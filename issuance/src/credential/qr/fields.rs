//! What claim 169 says about the holder, under the numbers that the specification has used since version
//! 1.0.0.

use coset::cbor::Value as Cbor;

use super::super::content::CredentialContent;
use super::photo::SmallPhoto;
use crate::holder::Sex;

/// Claims of a CWT (RFC 8392 §3.1) and the private ones we add, in the order in which they are written.
pub(crate) const ISSUER: i64 = 1;
pub(crate) const EXPIRES: i64 = 4;
pub(crate) const ISSUED: i64 = 6;
pub(crate) const IDENTITY: i64 = 169;
pub(crate) const STATUS: i64 = 65535;

/// Attributes within claim 169.
pub(crate) const ID: i64 = 1;
pub(crate) const VERSION: i64 = 2;
pub(crate) const LANGUAGE: i64 = 3;
const FULL_NAME: i64 = 4;
const FIRST_NAME: i64 = 5;
const LAST_NAME: i64 = 7;
pub(crate) const BIRTH: i64 = 8;
pub(crate) const GENDER: i64 = 9;
pub(crate) const NATIONALITY: i64 = 13;
/// The table of the specification says `tstr`, but octets that are not text can only be a byte string, and
/// its implementations write them so. Version 1.2.2 calls this attribute and the next one deprecated in
/// favour of attribute 62; decision 14 says why we write them.
pub(crate) const PHOTO: i64 = 16;
pub(crate) const FORMAT: i64 = 17;

/// The version of the data.
pub(crate) const VERSION_1: &str = "1.0";
/// Mongolian in ISO 639-3, which the specification has asked for since version 1.0.0. ISO 639-1, `mn`, has
/// two letters.
pub(crate) const MONGOLIAN: &str = "mon";
/// Full name, first name, last name.
pub(crate) const NAMES: [i64; 3] = [FULL_NAME, FIRST_NAME, LAST_NAME];
/// What stands in every credential, in order; photo and format may follow.
pub(crate) const MUST: [i64; 9] =
    [ID, VERSION, LANGUAGE, FULL_NAME, FIRST_NAME, LAST_NAME, BIRTH, GENDER, NATIONALITY];

/// The full name is as registered, in Cyrillic, which is the script of the stated language; first and last
/// name are in Latin, as the citizen confirmed them.
pub(crate) fn of(content: &CredentialContent, photo: Option<&SmallPhoto>) -> Vec<(i64, Cbor)> {
    let holder = &content.holder;
    let text = |text: &str| Cbor::from(text);
    let mut fields = vec![
        (ID, text(&holder.document_number)),
        (VERSION, text(VERSION_1)),
        (LANGUAGE, text(MONGOLIAN)),
        (FULL_NAME, Cbor::from(format!("{} {}", holder.parent_name, holder.given_name))),
        (FIRST_NAME, text(&holder.given_name_latin)),
        (LAST_NAME, text(&holder.parent_name_latin)),
        (BIRTH, Cbor::from(holder.born_on.format("%Y%m%d").to_string())),
        (GENDER, Cbor::from(gender(holder.sex))),
        (NATIONALITY, text("MN")),
    ];
    if let Some(photo) = photo {
        fields.push((PHOTO, Cbor::from(photo.octets())));
        fields.push((FORMAT, Cbor::from(photo.format().number())));
    }
    fields
}

fn gender(sex: Sex) -> u8 {
    match sex {
        Sex::Male => 1,
        Sex::Female => 2,
        Sex::Unspecified => 3,
    }
}
