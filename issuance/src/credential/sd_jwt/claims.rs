//! What our credential says about its holder, under the claim names of the EU PID rulebook (version 1.7,
//! §4.1.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::content::{CredentialContent, sex_number};

/// The State, ISO 3166-1 alpha-2.
const STATE: &str = "MN";
/// A picture is a data URL (RFC 2397) of a JPEG.
pub(crate) const PICTURE_PREFIX: &str = "data:image/jpeg;base64,";

/// Every claim that may be disclosed. A name that ends in `#mn` is in Mongolian (OpenID Connect Core §5.2);
/// the rulebook has Latin names only.
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

/// The claims that are names.
pub(crate) const NAMES: [&str; 4] = ["family_name", "given_name", "family_name#mn", "given_name#mn"];

/// The claims of every credential: the mandatory ones of rulebook §2.2 and §2.4, and the card's last day.
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
    let values = [
        json!(holder.parent_name_latin),
        json!(holder.given_name_latin),
        json!(holder.parent_name),
        json!(holder.given_name),
        day(holder.born_on),
        place(&holder.birth_place),
        json!([STATE]),
        json!(sex_number(holder.sex)),
        json!(holder.civil_id),
        json!(holder.document_number),
        picture(&holder.portrait_jpeg),
        day(holder.issued_on),
        day(holder.expires_on),
        json!(content.issuing_authority),
        json!(STATE),
    ];
    CLAIMS.into_iter().zip(values).collect()
}

/// A picture as a data URL.
fn picture(jpeg: &[u8]) -> Value {
    let mut url = PICTURE_PREFIX.to_owned();
    STANDARD.encode_string(jpeg, &mut url);
    Value::String(url)
}

/// A place by its names from large to small: the aimag or the capital is the region, the soum or district the
/// locality. A bag or khoroo is left out, because it says more than the card does. The country is left out,
/// because it may be another one, and the card does not say which.
fn place(names: &[String]) -> Value {
    match names {
        [] => json!({}),
        [region] => json!({ "region": region }),
        [region, locality, ..] => json!({ "region": region, "locality": locality }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_birth_is_region_and_locality() {
        let of = |names: &[&str]| place(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        let soum = json!({ "region": "Өвөрхангай", "locality": "Арвайхээр" });
        assert_eq!(of(&["Өвөрхангай", "Арвайхээр"]), soum);
        assert_eq!(of(&["Өвөрхангай", "Арвайхээр", "1-р баг"]), soum);
        let district = json!({ "region": "Улаанбаатар", "locality": "Сүхбаатар" });
        assert_eq!(of(&["Улаанбаатар", "Сүхбаатар", "8-р хороо"]), district);
        assert_eq!(of(&["Улаанбаатар"]), json!({ "region": "Улаанбаатар" }));
        assert_eq!(of(&[]), json!({}));
    }
}
