//! Rules about a CSCA master list (Doc 9303-12 §9).

use chrono::{DateTime, Utc};
use der::Decode as _;
use x509_cert::time::Time;

use super::{Finding, Rule, unmet};
use crate::chain::is_issuer_of;
use crate::master_list::{CscaMasterList, PreparedMasterList, is_csca, require_attributes, require_signer};
use crate::oid;
use crate::throw_away;
use crate::validity::from_time;

pub(super) const RULES: &[Rule<PreparedMasterList>] = &[
    Rule {
        number: 220,
        clause: "Doc 9303-12 §9.2",
        asks: "the list has version 0 and at least one certificate, none twice",
        holds: |list| {
            CscaMasterList::from_der(&list.content).is_ok_and(|list| {
                // The certificates are sorted, so two equal ones would stand side by side.
                let certificates = list.certificates.as_slice();
                list.version == 0
                    && !certificates.is_empty()
                    && certificates.windows(2).all(|pair| pair[0] != pair[1])
            })
        },
    },
    Rule {
        number: 221,
        clause: "Doc 9303-12 §9.2, table 6",
        asks: "every certificate listed is that of a CSCA",
        holds: |list| {
            CscaMasterList::from_der(&list.content).is_ok_and(|list| {
                list.certificates.iter().all(|one| der::Encode::to_der(one).is_ok_and(|der| is_csca(&der)))
            })
        },
    },
    Rule {
        number: 222,
        clause: "Doc 9303-12 §7.1, table 6",
        asks: "the signer's certificate is that of a Master List Signer",
        holds: |list| require_signer(&list.signer).is_ok(),
    },
    Rule {
        number: 223,
        clause: "Doc 9303-12 §9.1",
        asks: "the CSCA whose certificate stands beside the signer's certified it",
        holds: |list| {
            is_issuer_of(&list.csca, &list.signer)
                && list.signer.verify_signature(list.csca.public_key()).is_ok()
        },
    },
    Rule {
        number: 224,
        clause: "Doc 9303-12 §9.1, RFC 5652 §11",
        asks: "the signed attributes are content type, message digest and signing time, each with one value",
        holds: |list| {
            list.attributes.len() == 3 && require_attributes(&list.attributes, &list.content).is_ok()
        },
    },
    Rule {
        number: 225,
        clause: "Doc 9303-12 §4.1.6.2",
        asks: "the list is signed while the signer's certificate is valid and its key in use",
        holds: |list| {
            signing_time(list).is_some_and(|at| {
                list.signer.is_valid_at(at)
                    && list.signer.usage_period().is_none_or(|usage| usage.contains(at))
            })
        },
    },
    Rule {
        number: 239,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the list reads back and holds what was prepared",
        holds: |list| {
            let algorithm = list.signer.public_key().algorithm();
            throw_away::rehearse(list.signed_attributes_der(), algorithm, |signature| {
                list.file(signature).is_ok_and(|der| list.read_back(&der).is_ok())
            })
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(list: &PreparedMasterList) -> Vec<Finding> {
    unmet(RULES, list)
}

fn signing_time(list: &PreparedMasterList) -> Option<DateTime<Utc>> {
    let attribute = list.attributes.iter().find(|one| one.oid == oid::SIGNING_TIME)?;
    attribute.values.get(0)?.decode_as::<Time>().ok().map(|time| from_time(&time))
}

#[cfg(test)]
mod tests;
