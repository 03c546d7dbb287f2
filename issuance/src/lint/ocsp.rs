//! Rules about OCSP responses (RFC 6960, RFC 5019, RFC 9654).

use chrono::{DateTime, Duration, Utc};

use super::{Finding, Rule, unmet};
use crate::chain::is_issuer_of;
use crate::oid;
use crate::revocation::Reason;
use crate::revocation::ocsp::{
    PreparedResponse, ResponderId, ResponseData, SingleResponse, StatusField, reads_back,
};
use crate::throw_away;
use crate::validity::from_generalized;

/// A response is good for a day or a few, not for as long as a revocation list.
const MAX_DAYS: i64 = 7;

pub(super) const RULES: &[Rule<PreparedResponse>] = &[
    Rule {
        number: 110,
        clause: "RFC 6960 §4.2.2.3",
        asks: "the version is 1",
        holds: |prepared| prepared.data.version == 0,
    },
    Rule {
        number: 111,
        clause: "RFC 6960 §4.2.2.3",
        asks: "the responder is named by the SHA-1 of its key",
        holds: |prepared| {
            let expected = prepared.responder.public_key().key_identifier();
            matches!(&prepared.data.responder, ResponderId::ByKey(hash) if hash.as_bytes() == expected)
        },
    },
    Rule {
        number: 112,
        clause: "RFC 6960 §4.2.1",
        asks: "there is one answer to every question, in the order asked, under the same CertID",
        holds: |prepared| {
            let answered = prepared.data.responses.iter().map(|one| &one.id);
            !prepared.data.responses.is_empty() && answered.eq(prepared.request.questions())
        },
    },
    Rule {
        number: 113,
        clause: "RFC 6960 §4.2.2.1, RFC 5019 §2.2.4",
        asks: "thisUpdate is not after producedAt, nextUpdate is there and after it",
        holds: |prepared| {
            let produced = from_generalized(&prepared.data.produced_at);
            each(prepared, |one| {
                from_generalized(&one.this_update) <= produced
                    && next_update(one).is_some_and(|next_update| produced < next_update)
            })
        },
    },
    Rule {
        number: 114,
        clause: "ETSI EN 319 411-1 §6.3.10",
        asks: "an answer is for a week at most",
        holds: |prepared| {
            each(prepared, |one| {
                next_update(one)
                    .is_some_and(|next| next - from_generalized(&one.this_update) <= Duration::days(MAX_DAYS))
            })
        },
    },
    Rule {
        number: 115,
        clause: "RFC 6960 §4.2.2.2",
        asks: "nothing is revoked after thisUpdate",
        holds: |prepared| {
            each(prepared, |one| match &one.status {
                StatusField::Revoked(info) => {
                    from_generalized(&info.revoked_at) <= from_generalized(&one.this_update)
                }
                StatusField::Good(_) | StatusField::Unknown(_) => true,
            })
        },
    },
    Rule {
        number: 116,
        clause: "RFC 5280 §5.3.1",
        asks: "a reason is one that has a code; unspecified is left out",
        holds: |prepared| {
            each(prepared, |one| match &one.status {
                StatusField::Revoked(info) => info.reason.as_ref().is_none_or(
                    |reason| matches!(reason.value(), [code] if Reason::from_code(*code).is_some()),
                ),
                StatusField::Good(_) | StatusField::Unknown(_) => true,
            })
        },
    },
    Rule {
        number: 117,
        clause: "RFC 9654 §2.1",
        asks: "the nonce is the one of the request, or absent as there",
        holds: |prepared| {
            let found = extensions(&prepared.data).find(|one| one.extn_id == oid::OCSP_NONCE);
            match (prepared.request.nonce(), found) {
                (None, None) => true,
                (Some(sent), Some(one)) => {
                    use der::Decode as _;
                    !one.critical
                        && der::asn1::OctetString::from_der(one.extn_value.as_bytes())
                            .is_ok_and(|nonce| nonce.as_bytes() == sent)
                }
                (Some(_), None) | (None, Some(_)) => false,
            }
        },
    },
    Rule {
        number: 118,
        clause: "RFC 5019 §2.2.1, RFC 6960 §4.4.4",
        asks: "there is no extension but the nonce: no archive cutoff, none on a single answer",
        holds: |prepared| {
            extensions(&prepared.data).all(|one| one.extn_id == oid::OCSP_NONCE)
                && extensions(&prepared.data).count() <= 1
                && each(prepared, |one| one.extensions.is_none())
        },
    },
    Rule {
        number: 119,
        clause: "RFC 6960 §4.2.2.2",
        asks: "the responder was certified for OCSP by the authority that is asked about",
        holds: |prepared| {
            // The signature on its certificate was verified by `Responder::new`.
            prepared.responder.is_for(oid::OCSP_SIGNING)
                && is_issuer_of(&prepared.issuer, &prepared.responder)
        },
    },
    Rule {
        number: 120,
        clause: "RFC 6960 §4.2.2.2.1",
        asks: "the responder's certificate has id-pkix-ocsp-nocheck and is valid until nextUpdate",
        holds: |prepared| {
            let validity = prepared.responder.validity();
            prepared.responder.has_extension(oid::OCSP_NO_CHECK)
                && validity.contains(from_generalized(&prepared.data.produced_at))
                && each(prepared, |one| next_update(one).is_some_and(|next| validity.contains(next)))
        },
    },
    Rule {
        number: 121,
        clause: "RFC 6960 §2.2",
        asks: "good and revoked are said of the authority's own certificates only",
        holds: |prepared| {
            each(prepared, |one| match &one.status {
                StatusField::Good(_) | StatusField::Revoked(_) => one.id.is_of(&prepared.issuer),
                StatusField::Unknown(_) => true,
            })
        },
    },
    Rule {
        number: 129,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the response reads back and holds what was prepared",
        holds: |prepared| {
            let algorithm = prepared.responder.public_key().algorithm();
            throw_away::rehearse_signed(prepared.tbs_der(), algorithm, |der| reads_back(der, &prepared.data))
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(prepared: &PreparedResponse) -> Vec<Finding> {
    unmet(RULES, prepared)
}

fn each(prepared: &PreparedResponse, holds: impl Fn(&SingleResponse) -> bool) -> bool {
    prepared.data.responses.iter().all(holds)
}

fn next_update(one: &SingleResponse) -> Option<DateTime<Utc>> {
    one.next_update.as_ref().map(from_generalized)
}

fn extensions(data: &ResponseData) -> impl Iterator<Item = &x509_cert::ext::Extension> {
    data.extensions.iter().flatten()
}

#[cfg(test)]
mod tests;
