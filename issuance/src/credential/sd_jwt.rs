//! SD-JWT VC: a credential of which the holder shows only what a verifier asks for (RFC 9901;
//! draft-ietf-oauth-sd-jwt-vc).
//!
//! Our type is `urn:mn:pid:1`; its claims have the names of the EU PID rulebook. What the register says about
//! a person stands only in disclosures. Not here: nested disclosures in credentials that we issue (we do read
//! them), JSON serialisation, type metadata.

mod binding;
mod claims;
mod disclosure;
mod prepared;
mod presentation;
mod verified;

pub use binding::BindingDemand;
pub use prepared::{IssuedSdJwt, LintedSdJwt, PreparedSdJwt};
pub use presentation::present;
pub use verified::{PidClaims, SignedPid, verify_held, verify_presentation};

pub(crate) use claims::{CLAIMS, CLAIMS_MUST, NAMES, PICTURE_PREFIX};
#[cfg(test)]
pub(crate) use disclosure::Disclosure;
pub(crate) use disclosure::SALT_OCTETS;
pub(crate) use prepared::{DIGESTS, read_back};

/// The type of our credential, in `vct`. The type of the EU's PID is `urn:eudi:pid:1`; we use its claim
/// names.
pub const TYPE: &str = "urn:mn:pid:1";
/// `typ` of the issuer's JWT (draft-ietf-oauth-sd-jwt-vc §2.2.1).
pub const TOKEN_TYPE: &str = "dc+sd-jwt";
/// Content-Type of a credential (draft-ietf-oauth-sd-jwt-vc §3.1).
pub const MEDIA_TYPE: &str = "application/dc+sd-jwt";
/// A credential or presentation with more octets is not read.
pub const MAX_OCTETS: usize = 256 * 1024;

#[cfg(test)]
mod tests;
