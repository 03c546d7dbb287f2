//! What our credential says of its holder, under the claim names of the EU PID rulebook (version 1.7, §4.1.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::content::{CredentialContent, sex_number};

/// The State, ISO 3166-1 alpha-2.
const STATE: &str = "MN";
/// A picture is a data URL (RFC 2397) of a JPEG.
pub(crate) const PICTURE_PREFIX: &str = "data:image/jpeg;base64,";

/// Every claim that may be disclosed. A name that ends in `#mn` is in Mongolian (OpenID Connect Core §5.2); the rulebook
/// knows Latin names only.
pub(crate) const CLAIMS: [&str; 15] = [
    "family_name",
    "given_name",
    "family_name#mn",
    "given_name#mn",
    "birthdate",
    "place_of_birth",
    "nationalities",
    "sex",
    "personal_administrative_number",
    "document_number",
    "picture",
    "date_of_issuance",
    "date_of_expiry",
    "issuing_authority",
    "issuing_country",
];

/// The names among them.
pub(crate) const NAMES: [&str; 4] = ["family_name", "given_name", "family_name#mn", "given_name#mn"];

/// Those that every credential has: the mandatory ones of rulebook §2.2 and §2.4, and the card's last day.
pub(crate) const CLAIMS_MUST: [&str; 9] = [
    "family_name",
    "given_name",
    "birthdate",
    "place_of_birth",
    "nationalities",
    "picture",
    "date_of_expiry",
    "issuing_authority",
    "issuing_country",
];

/// The claims of the holder, in the order of [`CLAIMS`].
pub(crate) fn of(content: &CredentialContent) -> Vec<(&'static str, Value)> {
    let holder = &content.holder;
    let day = |on: chrono::NaiveDate| json!(on.format("%Y-%m-%d").to_string());
    let [region, locality] = [holder.birth_place.first(), holder.birth_place.last()];
    // Without country: it may be another one, and the card does not say which.
    let place = match (region, locality) {
        (Some(region), Some(locality)) if region != locality => {
            json!({ "region": region, "locality": locality })
        }
        (_, Some(locality)) => json!({ "locality": locality }),
        (_, None) => json!({}),
    };
    let values = [
        json!(holder.parent_name_latin),
        json!(holder.given_name_latin),
        json!(holder.parent_name),
        json!(holder.given_name),
        day(holder.born_on),
        place,
        json!([STATE]),
        json!(sex_number(holder.sex)),
        json!(holder.civil_id),
        json!(holder.document_number),
        json!(format!("{PICTURE_PREFIX}{}", STANDARD.encode(&holder.portrait_jpeg))),
        day(holder.issued_on),
        day(holder.expires_on),
        json!(content.issuing_authority),
        json!(STATE),
    ];
    CLAIMS.into_iter().zip(values).collect()
}
