//! Token Status List (draft-ietf-oauth-status-list-21; no RFC that we know of): one list of a few bits for each of very
//! many credentials, signed, fetched by readers in whole, so that nobody learns which credential was asked about.
//!
//! Our own lists have one or two bits a credential. Not here: four and eight bits, aggregation, MACs, historical resolution.

mod prepared;
mod statuses;
mod token;
mod verified;

pub use prepared::{IssuedStatusList, LintedStatusList, PreparedStatusList, StatusListContent};
pub use statuses::{Bits, MAX_ENTRIES, MAX_LIST_OCTETS, OutsideList, Status, Statuses};
pub use token::{Form, MAX_TOKEN_OCTETS};
pub use verified::{VerifiedStatusList, verify_cwt, verify_jwt};

pub(crate) use prepared::read_back;

#[cfg(test)]
mod tests;
