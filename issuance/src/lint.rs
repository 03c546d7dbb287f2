//! The rules a certificate must meet before it is signed. Numbers are never reused; each rule has a clause, and its test
//! has a sample that it accepts and one that it refuses.

use std::fmt;

use der::asn1::ObjectIdentifier;
use x509_cert::ext::Extension;

use crate::prepared::Prepared;

mod eid;
mod frame;
mod icao;
mod naming;
mod usage;

/// One rule.
pub struct Rule {
    /// Its number.
    pub number: u16,
    /// Where it stands.
    pub clause: &'static str,
    /// What it asks, as a sentence.
    pub asks: &'static str,
    holds: fn(&Prepared) -> bool,
}

/// A rule that a certificate to be does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's number.
    pub rule: u16,
    /// Where the rule stands.
    pub clause: &'static str,
    /// What the rule asks.
    pub asks: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} ({}): {}", self.rule, self.clause, self.asks)
    }
}

/// All rules, in the order of their numbers.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [frame::RULES, naming::RULES, usage::RULES, icao::RULES, eid::RULES].into_iter().flatten()
}

/// Every rule that is not met.
pub(crate) fn findings(prepared: &Prepared) -> Vec<Finding> {
    rules()
        .filter(|rule| !(rule.holds)(prepared))
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
