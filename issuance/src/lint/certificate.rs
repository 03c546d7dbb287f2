//! The last rule about a certificate: it is signed once for nothing.

use super::Rule;
use crate::certificate::{Certificate, signed_part};
use crate::prepared::Prepared;
use crate::throw_away;

pub(super) const RULES: &[Rule<Prepared>] = &[Rule {
    number: 69,
    clause: "docs/issuance-cycle.md",
    asks: "signed with a throw-away key, the certificate reads back and verifies, and holds what was prepared",
    holds: |prepared| {
        throw_away::rehearse(prepared.tbs_der(), prepared.issuer.key.algorithm(), |der, key| {
            Certificate::from_der(der).is_ok_and(|certificate| {
                certificate.verify_signature(key).is_ok()
                    && signed_part(der).is_ok_and(|part| part == prepared.tbs_der())
                    && certificate.parsed().tbs_certificate().signature()
                        == &prepared.issuer.key.algorithm().identifier()
            })
        })
    },
}];
