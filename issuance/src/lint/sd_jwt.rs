//! Rules about SD-JWT VC (RFC 9901, draft-ietf-oauth-sd-jwt-vc, the EU PID rulebook).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

use super::{Finding, Rule, unmet};
use crate::credential::content::{is_https, is_name};
use crate::credential::path::{self, is_path};
use crate::credential::sd_jwt::{
    CLAIMS, CLAIMS_MUST, DIGESTS, MAX_OCTETS, NAMES, PICTURE_PREFIX, PreparedSdJwt, SALT_OCTETS, TOKEN_TYPE,
    TYPE, read_back,
};
use crate::credential::{StatusReference, jwk};
use crate::lds::portrait::Portrait;
use crate::oid;
use crate::throw_away;
use crate::weak_key::require_strong;

/// A wallet fetches a new credential long before this: one that was shown often becomes recognisable.
const MAX_SECONDS: i64 = 366 * 24 * 3600;

pub(super) const RULES: &[Rule<PreparedSdJwt>] = &[
    Rule {
        number: 140,
        clause: "draft-ietf-oauth-sd-jwt-vc §2.2.1; RFC 7518 §3.1",
        asks: "the header is typ dc+sd-jwt, the algorithm of the signer's key, and x5c",
        holds: |pid| {
            let alg = pid.signer().and_then(|signer| signer.public_key().algorithm().row().jose);
            alg.is_some_and(|alg| pid.header.get("alg") == Some(&json!(alg)))
                && pid.header.get("typ") == Some(&json!(TOKEN_TYPE))
                && pid.header.get("x5c") == Some(&path::to_x5c(&pid.path))
                && pid.header.len() == 3
        },
    },
    Rule {
        number: 141,
        clause: "draft-ietf-oauth-sd-jwt-vc §2.5; RFC 7515 §4.1.6; HAIP 1.0",
        asks: "the certificates are those of a signer of credentials and of its authorities in their order, without the root",
        holds: |pid| is_path(&pid.path, oid::EXAMPLE_CREDENTIAL_SIGNING),
    },
    Rule {
        number: 142,
        clause: "draft-ietf-oauth-sd-jwt-vc §2.2.2.1",
        asks: "vct is the type of our credential",
        holds: |pid| pid.payload.get("vct") == Some(&json!(TYPE)),
    },
    Rule {
        number: 143,
        clause: "draft-ietf-oauth-sd-jwt-vc §2.5",
        asks: "iss is an https URL, and the one in the signer's certificate",
        holds: |pid| {
            let issuer = pid.payload.get("iss").and_then(Value::as_str).unwrap_or_default();
            is_https(issuer) && pid.signer().is_some_and(|signer| signer.uris() == [issuer])
        },
    },
    Rule {
        number: 144,
        clause: "RFC 7519 §4.1.4, §4.1.6; docs: a card's credentials",
        asks: "exp is after iat, by a year at most, and not after the card's last day",
        holds: |pid| {
            times(pid).is_some_and(|(issued, expires)| {
                let lives = expires.checked_sub(issued);
                lives.is_some_and(|lives| (1..=MAX_SECONDS).contains(&lives)) && expires <= pid.limit
            })
        },
    },
    Rule {
        number: 145,
        clause: "RFC 5280 §6.1.3 (shell model)",
        asks: "the credential begins and ends while its signer's certificate is valid",
        holds: |pid| {
            pid.signer().zip(times(pid)).is_some_and(|(signer, (issued, expires))| {
                let validity = signer.validity();
                validity.not_before().timestamp() <= issued && expires <= validity.not_after().timestamp()
            })
        },
    },
    Rule {
        number: 146,
        clause: "RFC 7800 §3.2; RFC 9901 §4.1.2",
        asks: "cnf is one public key in a JWK, strong, and not the signer's",
        holds: |pid| {
            let Some(cnf) = pid.payload.get("cnf").and_then(Value::as_object) else { return false };
            let key = cnf.get("jwk").map(jwk::read);
            cnf.len() == 1
                && matches!(key, Some(Ok(key)) if require_strong(&key).is_ok()
                    && pid.signer().is_some_and(|signer| signer.public_key() != &key))
        },
    },
    Rule {
        number: 147,
        clause: "draft-ietf-oauth-status-list-21 §6.2; HAIP 1.0",
        asks: "status is a place within a list under https, without query and fragment, and nothing else",
        holds: |pid| {
            let status = pid.payload.get("status");
            StatusReference::from_json(status)
                .is_ok_and(|read| read.is_sound() && status == Some(&read.to_json()))
        },
    },
    Rule {
        number: 148,
        clause: "ARCHITECTURE: the least that is needed",
        asks: "nothing stands outside the disclosures but the frame",
        holds: |pid| {
            let frame = ["iss", "iat", "exp", "vct", "cnf", "status", "_sd", "_sd_alg"];
            pid.payload.len() == frame.len() && frame.iter().all(|name| pid.payload.contains_key(*name))
        },
    },
    Rule {
        number: 149,
        clause: "RFC 9901 §4.1.1",
        asks: "the hash is SHA-256, and says so",
        holds: |pid| pid.payload.get("_sd_alg") == Some(&json!("sha-256")),
    },
    Rule {
        number: 150,
        clause: "RFC 9901 §4.2.4.1",
        asks: "the digest of every disclosure stands in _sd",
        holds: |pid| {
            let digests: BTreeSet<&str> = digests(pid).collect();
            !pid.disclosures.is_empty()
                && pid.disclosures.iter().all(|one| digests.contains(one.digest.as_str()))
        },
    },
    Rule {
        number: 151,
        clause: "RFC 9901 §4.2.4.1, §4.2.5",
        asks: "_sd has as many digests as every credential, in the order of their letters, none twice",
        holds: |pid| {
            let all: Vec<&str> = digests(pid).collect();
            all.len() == DIGESTS
                && all.is_sorted_by(|a, b| a < b)
                && all.iter().all(|one| URL_SAFE_NO_PAD.decode(one).is_ok_and(|octets| octets.len() == 32))
        },
    },
    Rule {
        number: 152,
        clause: "RFC 9901 §9.3",
        asks: "every salt has 128 bits, and none stands twice",
        holds: |pid| {
            let salts: BTreeSet<&str> = pid.disclosures.iter().map(|one| one.salt.as_str()).collect();
            let long =
                |salt: &&str| URL_SAFE_NO_PAD.decode(salt).is_ok_and(|octets| octets.len() == SALT_OCTETS);
            salts.len() == pid.disclosures.len() && salts.iter().all(long)
        },
    },
    Rule {
        number: 153,
        clause: "RFC 9901 §4.2.1; PID rulebook 1.7 §4.1.1",
        asks: "a disclosure has the name of a claim of ours, each once",
        holds: |pid| {
            let names: Vec<&str> = pid.disclosures.iter().filter_map(|one| one.name.as_deref()).collect();
            let different: BTreeSet<&str> = names.iter().copied().collect();
            names.len() == pid.disclosures.len()
                && different.len() == names.len()
                && names.iter().all(|name| CLAIMS.contains(name))
        },
    },
    Rule {
        number: 154,
        clause: "PID rulebook 1.7 §2.2, §2.4",
        asks: "the mandatory claims are there, no text is empty, and no name has a space at either end or a < of a readable zone",
        holds: |pid| {
            CLAIMS_MUST.iter().all(|name| value(pid, name).is_some())
                && pid
                    .disclosures
                    .iter()
                    .all(|one| one.value.as_str().is_none_or(|text| !text.trim().is_empty()))
                && NAMES.iter().filter_map(|name| value(pid, name)?.as_str()).all(is_name)
        },
    },
    Rule {
        number: 155,
        clause: "PID rulebook 1.7 §4.1.1; ISO 8601-1",
        asks: "a date is a day of the calendar; birth is not after issuance, and issuance not after expiry",
        holds: |pid| {
            let days = ["birthdate", "date_of_issuance", "date_of_expiry"].map(|name| day(value(pid, name)));
            matches!(days, [Some(born), Some(issued), Some(expires)] if born <= issued && issued <= expires)
        },
    },
    Rule {
        number: 156,
        clause: "PID rulebook 1.7 §2.2, §4.1.1",
        asks: "the picture is a JPEG as it stands on the card, in a data URL",
        holds: |pid| {
            let picture = value(pid, "picture").and_then(Value::as_str);
            let jpeg = picture.and_then(|picture| picture.strip_prefix(PICTURE_PREFIX));
            let octets = jpeg.and_then(|jpeg| STANDARD.decode(jpeg).ok());
            octets.is_some_and(|octets| Portrait::parse(&octets).is_ok())
        },
    },
    Rule {
        number: 157,
        clause: "PID rulebook 1.7 §2.2, §2.3, §4.1.1; ISO 3166-1; ISO/IEC 5218",
        asks: "nationality and issuing country are MN, the place of birth has a name, sex is 0, 1 or 2",
        holds: |pid| {
            let state = json!("MN");
            value(pid, "nationalities") == Some(&json!([state]))
                && value(pid, "issuing_country") == Some(&state)
                && value(pid, "place_of_birth").and_then(Value::as_object).is_some_and(|place| {
                    !place.is_empty()
                        && place
                            .values()
                            .all(|name| name.as_str().is_some_and(|name| !name.trim().is_empty()))
                })
                && value(pid, "sex").is_none_or(|sex| matches!(sex.as_u64(), Some(0..=2)))
        },
    },
    Rule {
        number: 158,
        clause: "docs/issuance-cycle.md",
        asks: "the credential is within what a reader takes",
        holds: |pid| pid.length(96) <= MAX_OCTETS,
    },
    Rule {
        number: 159,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the credential reads back and holds what was prepared",
        holds: |pid| {
            pid.signer().is_some_and(|signer| {
                let algorithm = signer.public_key().algorithm();
                throw_away::rehearse_raw(pid.signing_input(), algorithm, |signature| {
                    read_back(signature, pid).is_ok()
                })
            })
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(pid: &PreparedSdJwt) -> Vec<Finding> {
    unmet(RULES, pid)
}

fn times(pid: &PreparedSdJwt) -> Option<(i64, i64)> {
    let seconds = |name| pid.payload.get(name).and_then(Value::as_i64);
    let (issued, expires) = (seconds("iat")?, seconds("exp")?);
    DateTime::from_timestamp(issued, 0)?;
    Some((issued, expires))
}

fn digests(pid: &PreparedSdJwt) -> impl Iterator<Item = &str> {
    let digests = pid.payload.get("_sd").and_then(Value::as_array);
    // A value that is not text counts as empty text, which is not a digest.
    digests.into_iter().flatten().map(|one| one.as_str().unwrap_or_default())
}

fn value<'a>(pid: &'a PreparedSdJwt, name: &str) -> Option<&'a Value> {
    pid.disclosures.iter().find(|one| one.name.as_deref() == Some(name)).map(|one| &one.value)
}

fn day(value: Option<&Value>) -> Option<NaiveDate> {
    let text = value?.as_str()?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.format("%Y-%m-%d").to_string() == text)
}

#[cfg(test)]
mod tests;
