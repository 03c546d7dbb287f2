//! Rules about status lists (draft-ietf-oauth-status-list-21).

use super::{Finding, Rule, unmet};
use crate::credential::is_list_uri;
use crate::credential::path::is_path;
use crate::oid;
use crate::status_list::{Bits, Form, MAX_TOKEN_OCTETS, PreparedStatusList, read_back};
use crate::throw_away;

/// A list is good for a week at most, as an OCSP response is (rule 114).
const MAX_SECONDS: i64 = 7 * 24 * 3600;
/// In a list of fewer places a credential can be guessed (§12.1); 2¹⁰ places of one bit are 128 octets.
const MIN_PLACES: u64 = 1024;

pub(super) const RULES: &[Rule<PreparedStatusList>] = &[
    Rule {
        number: 180,
        clause: "draft-ietf-oauth-status-list-21 §5.1, §5.2",
        asks: "the type is statuslist+jwt in a JWT, application/statuslist+cwt in a CWT",
        holds: |list| list.fields.kind == list.form.token_type(),
    },
    Rule {
        number: 181,
        clause: "RFC 7518 §3.1, RFC 9053 §2",
        asks: "the algorithm is the one of the signer's key",
        holds: |list| {
            list.signer().is_some_and(|signer| signer.public_key().algorithm() == list.fields.algorithm)
        },
    },
    Rule {
        number: 182,
        clause: "draft-ietf-oauth-status-list-21 §10, §11.3; RFC 7515 §4.1.6; RFC 9360 §2",
        asks: "the certificates are those of a signer of status lists and of its authorities in their order, without the root",
        holds: |list| is_path(&list.fields.path, oid::EXAMPLE_STATUS_LIST_SIGNING),
    },
    Rule {
        number: 183,
        clause: "draft-ietf-oauth-status-list-21 §5.1, §8.1",
        asks: "the subject is the https URL of the list, without query and fragment",
        holds: |list| is_list_uri(&list.fields.subject),
    },
    Rule {
        number: 184,
        clause: "draft-ietf-oauth-status-list-21 §5.1, §13.7",
        asks: "the list says until when it is good: after iat, a week at most",
        holds: |list| {
            list.fields.expires.is_some_and(|expires| {
                expires
                    .checked_sub(list.fields.issued)
                    .is_some_and(|lives| (1..=MAX_SECONDS).contains(&lives))
            })
        },
    },
    Rule {
        number: 185,
        clause: "draft-ietf-oauth-status-list-21 §5.1, §13.7",
        asks: "ttl is there, positive, and not longer than the list is good",
        holds: |list| match (list.fields.time_to_live, list.fields.expires) {
            (Some(kept), Some(expires)) => kept > 0 && list.fields.issued.saturating_add(kept) <= expires,
            (Some(_) | None, None) | (None, Some(_)) => false,
        },
    },
    Rule {
        number: 186,
        clause: "RFC 5280 §6.1.3 (shell model)",
        asks: "the list is made and good while its signer's certificate is valid",
        holds: |list| {
            list.signer().zip(list.fields.expires).is_some_and(|(signer, expires)| {
                let validity = signer.validity();
                validity.not_before().timestamp() <= list.fields.issued
                    && expires <= validity.not_after().timestamp()
            })
        },
    },
    Rule {
        number: 187,
        clause: "draft-ietf-oauth-status-list-21 §4.1, §4.2, §4.3",
        asks: "a credential has one bit or two, and the list inflates to what a reader takes",
        holds: |list| Bits::from_count(list.fields.bits).is_some() && list.statuses().is_some(),
    },
    Rule {
        number: 188,
        clause: "draft-ietf-oauth-status-list-21 §12.1; docs/issuance-cycle.md",
        asks: "the list has 1024 places at least",
        holds: |list| list.statuses().is_some_and(|statuses| statuses.places() >= MIN_PLACES),
    },
    Rule {
        number: 189,
        clause: "docs/issuance-cycle.md; RFC 7515 §3.1",
        asks: "the token is within what a reader takes, its signature included, and a JWT is ASCII",
        holds: |list| {
            let signature = [0; 96];
            list.laid.token(&signature).is_ok_and(|token| token.len() <= MAX_TOKEN_OCTETS)
                && match list.form {
                    Form::Jwt => list.to_be_signed().is_ascii(),
                    Form::Cwt => true,
                }
        },
    },
    Rule {
        number: 190,
        clause: "draft-ietf-oauth-status-list-21 §5.1, §5.2; docs/issuance-cycle.md",
        asks: "there is no nbf: a list says what stands at iat",
        holds: |list| list.fields.not_before.is_none(),
    },
    Rule {
        number: 199,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the token reads back and holds what was prepared",
        holds: |list| {
            throw_away::rehearse_raw(list.to_be_signed(), list.fields.algorithm, |signature| {
                list.laid.token(signature).is_ok_and(|token| read_back(&token, list).is_ok())
            })
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(list: &PreparedStatusList) -> Vec<Finding> {
    unmet(RULES, list)
}

#[cfg(test)]
mod tests;
