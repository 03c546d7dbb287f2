//! Rules about QR identity credentials (RFC 8392, RFC 9052, claim 169).

use chrono::{DateTime, NaiveDate};
use coset::cbor::Value as Cbor;

use super::{Finding, Rule, unmet};
use crate::credential::StatusReference;
use crate::credential::content::{is_https, is_name};
use crate::credential::cose::integer;
use crate::credential::path::{is_path, key_id};
use crate::credential::qr::{
    BIRTH, EXPIRES, FORMAT, GENDER, ID, ISSUED, ISSUER, LANGUAGE, MONGOLIAN, MUST, NAMES, NATIONALITY, PHOTO,
    PreparedQr, STATUS, SmallPhoto, VERSION, VERSION_1, read_back,
};
use crate::oid;
use crate::throw_away;

/// A credential on paper lives longer than one in a wallet, which the wallet can fetch anew.
const MAX_SECONDS: i64 = (5 * 365 + 2) * 24 * 3600;

pub(super) const RULES: &[Rule<PreparedQr>] = &[
    Rule {
        number: 160,
        clause: "RFC 9053 §2; RFC 9052 §3.1",
        asks: "the header has the algorithm of the signer's key, a key identifier, and nothing else",
        holds: |code| {
            code.header.algorithm == code.signer.public_key().algorithm()
                && code.header.kind.is_none()
                && code.header.path.is_empty()
        },
    },
    Rule {
        number: 161,
        clause: "RFC 9052 §3.1; docs/issuance-cycle.md",
        asks: "the key identifier is the first eight octets of the SHA-256 of the signer's certificate",
        holds: |code| code.header.key_id == key_id(&code.signer),
    },
    Rule {
        number: 162,
        clause: "docs/issuance-cycle.md",
        asks: "the signer is certified for credentials",
        holds: |code| is_path(std::slice::from_ref(&code.signer), oid::EXAMPLE_CREDENTIAL_SIGNING),
    },
    Rule {
        number: 163,
        clause: "RFC 8392 §3.1.1",
        asks: "iss is an https URL, and the one in the signer's certificate",
        holds: |code| {
            let issuer = framed(code, ISSUER).and_then(Cbor::as_text).unwrap_or_default();
            is_https(issuer) && code.signer.uris() == [issuer]
        },
    },
    Rule {
        number: 164,
        clause: "RFC 8392 §3.1.4, §3.1.6; docs: a card's credentials",
        asks: "exp is after iat, by five years at most, and not after the card's last day",
        holds: |code| {
            times(code).is_some_and(|(issued, expires)| {
                let lives = expires.checked_sub(issued);
                lives.is_some_and(|lives| (1..=MAX_SECONDS).contains(&lives)) && expires <= code.limit
            })
        },
    },
    Rule {
        number: 165,
        clause: "RFC 5280 §6.1.3 (shell model)",
        asks: "the credential begins and ends while its signer's certificate is valid",
        holds: |code| {
            let validity = code.signer.validity();
            times(code).is_some_and(|(issued, expires)| {
                validity.not_before().timestamp() <= issued && expires <= validity.not_after().timestamp()
            })
        },
    },
    Rule {
        number: 166,
        clause: "RFC 8949 §4.2.1; ARCHITECTURE: the least that is needed",
        asks: "the claims are issuer, times, identity and status, each once, in the order of their numbers",
        holds: |code| code.frame.iter().map(|(name, _)| *name).eq([ISSUER, EXPIRES, ISSUED, STATUS]),
    },
    Rule {
        number: 167,
        clause: "draft-ietf-oauth-status-list-21 §6.3",
        asks: "status is a place within a list under https, without query and fragment, and nothing else",
        holds: |code| {
            let status = framed(code, STATUS);
            StatusReference::from_cbor(status)
                .is_ok_and(|read| read.is_sound() && status == Some(&read.to_cbor()))
        },
    },
    Rule {
        number: 168,
        clause: "claim 169 version 1.2.2; RFC 8949 §4.2.1",
        asks: "claim 169 has the attributes of ours, each once, in the order of their numbers",
        holds: |code| {
            let names: Vec<i64> = code.identity.iter().map(|(name, _)| *name).collect();
            let rest = names.strip_prefix(&MUST);
            matches!(rest, Some([] | [PHOTO, FORMAT]))
        },
    },
    Rule {
        number: 169,
        clause: "claim 169 version 1.2.2, attributes 1 to 3",
        asks: "the identifier is a document number, the version 1.0, the language mon",
        holds: |code| {
            let number = text(code, ID).unwrap_or_default();
            (1..=9).contains(&number.len())
                && number.bytes().all(|octet| octet.is_ascii_uppercase() || octet.is_ascii_digit())
                && text(code, VERSION) == Some(VERSION_1)
                && text(code, LANGUAGE) == Some(MONGOLIAN)
        },
    },
    Rule {
        number: 170,
        clause: "claim 169 version 1.2.2, attributes 4, 5 and 7",
        asks: "the names are there, as they were confirmed: not empty, no space at either end, no < of a readable zone",
        holds: |code| NAMES.iter().all(|name| text(code, *name).is_some_and(is_name)),
    },
    Rule {
        number: 171,
        clause: "claim 169 version 1.2.2, attribute 8",
        asks: "the date of birth is a day of the calendar as YYYYMMDD, not after issuance",
        holds: |code| {
            let born = text(code, BIRTH).filter(|born| born.len() == 8);
            let born = born.and_then(|born| NaiveDate::parse_from_str(born, "%Y%m%d").ok());
            let issued = times(code).and_then(|(issued, _)| DateTime::from_timestamp(issued, 0));
            // One day is added because in Mongolia it may already be tomorrow.
            born.zip(issued).is_some_and(|(born, issued)| Some(born) <= issued.date_naive().succ_opt())
        },
    },
    Rule {
        number: 172,
        clause: "claim 169 version 1.2.2, attributes 9 and 13",
        asks: "the gender is 1, 2 or 3, the nationality MN",
        holds: |code| {
            matches!(integer(attribute(code, GENDER)), Some(1..=3)) && text(code, NATIONALITY) == Some("MN")
        },
    },
    Rule {
        number: 173,
        clause: "claim 169 version 1.2.2, attributes 16 and 17",
        asks: "a photo is a small image of the format that is said, or there is neither",
        holds: |code| match (attribute(code, PHOTO), attribute(code, FORMAT)) {
            (None, None) => true,
            (Some(photo), format @ Some(_)) => photo.as_bytes().is_some_and(|octets| {
                SmallPhoto::parse(octets).is_ok_and(|photo| integer(format) == Some(photo.format().number()))
            }),
            (Some(_), None) | (None, Some(_)) => false,
        },
    },
    Rule {
        number: 174,
        clause: "ISO/IEC 18004 table 7",
        asks: "the code is of version 25 at most, which a phone reads",
        holds: |code| code.fits_under(&longest_signature()),
    },
    Rule {
        number: 179,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the CWT reads back and holds what was prepared",
        holds: |code| {
            throw_away::rehearse_raw(code.to_be_signed(), code.header.algorithm, |signature| {
                code.cwt(signature).is_ok_and(|cwt| read_back(&cwt, code).is_ok())
            })
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(code: &PreparedQr) -> Vec<Finding> {
    unmet(RULES, code)
}

/// As long as a signature by P-384, and no easier to compress.
fn longest_signature() -> Vec<u8> {
    use sha2::Digest as _;
    [&sha2::Sha384::digest(b"r")[..], &sha2::Sha384::digest(b"s")[..]].concat()
}

fn times(code: &PreparedQr) -> Option<(i64, i64)> {
    Some((integer(framed(code, ISSUED))?, integer(framed(code, EXPIRES))?))
}

fn framed(code: &PreparedQr, number: i64) -> Option<&Cbor> {
    code.frame.iter().find(|(name, _)| *name == number).map(|(_, value)| value)
}

fn attribute(code: &PreparedQr, number: i64) -> Option<&Cbor> {
    code.identity.iter().find(|(name, _)| *name == number).map(|(_, value)| value)
}

fn text(code: &PreparedQr, number: i64) -> Option<&str> {
    attribute(code, number).and_then(Cbor::as_text)
}

#[cfg(test)]
mod tests;
