//! Rules about the files of a card and their SOD (Doc 9303-10).

use super::{Finding, Rule, unmet};
use crate::card_data::PreparedCard;
use crate::lds::com::Com;
use crate::lds::dg11::PersonalDetails;
use crate::lds::sod::{PreparedSod, hash, require_document_signer, signed_attributes};
use crate::lds::{DataGroup, dg1, dg2};
use crate::throw_away;

pub(super) const RULES: &[Rule<PreparedSod>] = &[
    Rule {
        number: 200,
        clause: "Doc 9303-10 §4.6.2.3",
        asks: "the LDS security object has version 1, LDS 0108, Unicode 040000, SHA-256 without parameters, and a hash of 32 octets for each group",
        holds: |sod| sod.hashes.is_some(),
    },
    Rule {
        number: 201,
        clause: "Doc 9303-10 §4.6.2.3, table 33",
        asks: "DG1 and DG2 are among the data groups, in the order of their numbers, none twice",
        holds: |sod| {
            let numbers = groups(sod);
            numbers.starts_with(&[1, 2]) && numbers.is_sorted_by(|one, next| one < next)
        },
    },
    Rule {
        number: 202,
        clause: "Doc 9303-12 §4.1.6.3, §4.4, table 6",
        asks: "the signer is a Document Signer: digitalSignature alone, no purpose of its own, a key on P-256 spelt out or RSA of 3072 bits",
        holds: |sod| require_document_signer(&sod.document_signer).is_ok(),
    },
    Rule {
        number: 204,
        clause: "RFC 5652 §5.3, §11; Doc 9303-10 §4.6.2.2",
        asks: "the signed attributes are content type and message digest, each with one value, and nothing that says when the card was made",
        holds: |sod| signed_attributes(&sod.content).is_ok_and(|expected| sod.attributes == expected),
    },
    Rule {
        number: 219,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the SOD reads back and holds what was prepared",
        holds: |sod| {
            let algorithm = sod.document_signer.public_key().algorithm();
            throw_away::rehearse(sod.signed_attributes_der(), algorithm, |signature| {
                sod.read_back(&sod.file(signature)).is_ok()
            })
        },
    },
];

pub(super) const CARD_RULES: &[Rule<PreparedCard>] = &[
    Rule {
        number: 205,
        clause: "Doc 9303-10 §4.6.1",
        asks: "EF.COM lists the data groups that the SOD does",
        holds: |card| {
            let listed = Com::decode(&card.com).map(|com| com.data_groups);
            listed.is_ok_and(|listed| {
                groups(card.sod()) == listed.iter().map(|group| group.number()).collect::<Vec<_>>()
            })
        },
    },
    Rule {
        number: 206,
        clause: "Doc 9303-10 §4.6.2.3",
        asks: "the hashes in the SOD are those of the files",
        holds: |card| {
            let files =
                [(DataGroup::Dg1, &card.dg1), (DataGroup::Dg2, &card.dg2), (DataGroup::Dg11, &card.dg11)];
            let expected = files.map(|(group, file)| (group.number(), hash(file)));
            card.sod().hashes.as_ref().is_some_and(|hashes| hashes == &expected)
        },
    },
    Rule {
        number: 207,
        clause: "Doc 9303-5 §4.2, Doc 9303-10 §4.7.1",
        asks: "DG1 is the machine readable zone of a TD1 document, with its check digits",
        holds: |card| dg1::decode(&card.dg1).is_ok(),
    },
    Rule {
        number: 208,
        clause: "ISO/IEC 19794-5, ISO/IEC 39794-5, Doc 9303-10 §4.7.2",
        asks: "DG2 is one portrait",
        holds: |card| dg2::decode(&card.dg2).is_ok(),
    },
    Rule {
        number: 209,
        clause: "Doc 9303-10 §4.7.11",
        asks: "DG11 has the given name in the letters of the State",
        holds: |card| {
            PersonalDetails::decode(&card.dg11).is_ok_and(|details| !details.secondary.trim().is_empty())
        },
    },
];

/// The rules about a SOD that are not met.
pub(crate) fn findings(sod: &PreparedSod) -> Vec<Finding> {
    unmet(RULES, sod)
}

/// The rules about the files of a card that are not met; [`findings`] checks those about the SOD.
pub(crate) fn card_findings(card: &PreparedCard) -> Vec<Finding> {
    unmet(CARD_RULES, card)
}

/// The numbers of the data groups in a SOD.
fn groups(sod: &PreparedSod) -> Vec<u8> {
    sod.hashes.iter().flatten().map(|(number, _)| *number).collect()
}

#[cfg(test)]
mod tests;
