//! Token Status List (draft-ietf-oauth-status-list-21; not an RFC as far as we know): one signed list with a
//! few bits for each of very many credentials. Readers fetch the whole list, so that nobody learns which
//! credential they asked about.
//!
//! Our own lists have one or two bits for each credential. Not here: four and eight bits, aggregation, MACs,
//! historical resolution.

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
