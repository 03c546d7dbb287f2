//! The rules that everything must meet before it is signed: certificates, revocation lists, OCSP responses,
//! credentials, documents and master lists. Numbers are never reused. Each rule has a clause and a test with
//! a sample that it accepts and one that it refuses.

use std::fmt;

use der::asn1::ObjectIdentifier;
use x509_cert::ext::Extension;

use crate::prepared::Prepared;

mod certificate;
mod credential_signer;
pub(crate) mod crl;
pub(crate) mod document;
mod eid;
mod frame;
mod icao;
pub(crate) mod master_list;
mod naming;
pub(crate) mod ocsp;
pub(crate) mod qr;
pub(crate) mod sd_jwt;
pub(crate) mod status_list;
mod usage;

/// One rule about a kind of artefact.
pub struct Rule<Artefact> {
    /// The number of the rule.
    pub number: u16,
    /// The clause from which it comes.
    pub clause: &'static str,
    /// What it asks for, as a sentence.
    pub asks: &'static str,
    holds: fn(&Artefact) -> bool,
}

/// A rule that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's number.
    pub rule: u16,
    /// The clause from which the rule comes.
    pub clause: &'static str,
    /// What the rule asks for.
    pub asks: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} ({}): {}", self.rule, self.clause, self.asks)
    }
}

/// A rule as text, without its check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// The number of the rule.
    pub number: u16,
    /// The clause from which it comes.
    pub clause: &'static str,
    /// What it asks for, as a sentence.
    pub asks: &'static str,
}

/// All rules, in the order of their numbers.
pub fn rules() -> impl Iterator<Item = RuleText> {
    fn texts<T>(rules: &[Rule<T>]) -> impl Iterator<Item = RuleText> {
        rules.iter().map(|rule| RuleText { number: rule.number, clause: rule.clause, asks: rule.asks })
    }
    let mut all: Vec<RuleText> = certificate_rules()
        .flat_map(texts)
        .chain(texts(crl::RULES))
        .chain(texts(ocsp::RULES))
        .chain(texts(sd_jwt::RULES))
        .chain(texts(qr::RULES))
        .chain(texts(status_list::RULES))
        .chain(texts(document::RULES))
        .chain(texts(document::CARD_RULES))
        .chain(texts(master_list::RULES))
        .collect();
    all.sort_by_key(|rule| rule.number);
    all.into_iter()
}

fn certificate_rules() -> impl Iterator<Item = &'static [Rule<Prepared>]> {
    [
        frame::RULES,
        naming::RULES,
        usage::RULES,
        icao::RULES,
        eid::RULES,
        certificate::RULES,
        credential_signer::RULES,
    ]
    .into_iter()
}

/// The rules that are not met.
pub(crate) fn findings(prepared: &Prepared) -> Vec<Finding> {
    certificate_rules().flat_map(|rules| unmet(rules, prepared)).collect()
}

fn unmet<T>(rules: &[Rule<T>], artefact: &T) -> Vec<Finding> {
    rules
        .iter()
        .filter(|rule| !(rule.holds)(artefact))
        .map(|rule| Finding { rule: rule.number, clause: rule.clause, asks: rule.asks })
        .collect()
}

/// The first extension with this OID.
fn find(prepared: &Prepared, oid: ObjectIdentifier) -> Option<&Extension> {
    prepared.tbs.extensions.iter().find(|extension| extension.extn_id == oid)
}

/// The decoded value of an extension; `None` when it is absent or cannot be read.
fn decode<'a, T: der::Decode<'a>>(prepared: &'a Prepared, oid: ObjectIdentifier) -> Option<T> {
    T::from_der(find(prepared, oid)?.extn_value.as_bytes()).ok()
}

#[cfg(test)]
mod tests;
