//! Rules about the certified key itself, and the last rule: a throw-away key signs the certificate, which is
//! then read back.

use super::Rule;
use crate::certificate::{Certificate, signed_part};
use crate::prepared::Prepared;
use crate::public_key::PublicKey;
use crate::throw_away;
use crate::weak_key::require_strong;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 60,
        clause: "CVE-2017-15361; SP 800-89 §5.3.3",
        asks: "an RSA key has neither the fingerprint of ROCA nor a small factor",
        holds: |prepared| {
            PublicKey::from_spki(&prepared.tbs.key).is_ok_and(|(key, _)| require_strong(&key).is_ok())
        },
    },
    Rule {
        number: 61,
        clause: "ARCHITECTURE: one owner for a public key, for ever",
        asks: "only a certificate that signs itself certifies its issuer's key",
        holds: |prepared| {
            PublicKey::from_spki(&prepared.tbs.key)
                .is_ok_and(|(key, _)| (key == prepared.issuer.key) == prepared.purpose.is_self_signed())
        },
    },
    Rule {
        number: 69,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the certificate reads back and holds what was prepared",
        holds: |prepared| {
            throw_away::rehearse_signed(prepared.tbs_der(), prepared.issuer.key.algorithm(), |der| {
                Certificate::from_der(der).is_ok_and(|certificate| {
                    signed_part(der).is_ok_and(|part| part == prepared.tbs_der())
                        && certificate.parsed().tbs_certificate().signature()
                            == &prepared.issuer.key.algorithm().identifier()
                })
            })
        },
    },
];
