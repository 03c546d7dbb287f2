//! Path validation for the certificates on a card: the part of RFC 5280 §6 that our profiles need.
//!
//! Not here: policy mapping, name constraints, indirect and delta lists. A certificate that needs one of
//! these has a critical extension, and an unknown critical extension is refused.

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::Certificate;
use crate::oid;
use crate::revocation::Revocation;
use crate::revocation::crl::Crl;

mod line;

pub(crate) use line::are_of_one_line;
pub use line::follow_links;

/// A verified path, leaf first, root last.
#[derive(Clone, Debug)]
pub struct VerifiedChain {
    /// The certificates, leaf first, root last.
    pub path: Vec<Certificate>,
}

/// Why a path is refused. `subject` is the common name of the certificate at fault.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// None of the given certificates issued this one.
    #[error("no issuer of `{subject}` leads to the root")]
    NoPath {
        /// The certificate without an issuer.
        subject: String,
    },
    /// The issuer's signature does not verify.
    #[error("the signature of `{subject}` does not verify with its issuer's key")]
    Signature {
        /// The certificate with the bad signature.
        subject: String,
    },
    /// It is not valid yet, or no longer.
    #[error("`{subject}` is not valid at {at}")]
    NotValid {
        /// The certificate at fault.
        subject: String,
        /// The instant for which the path was checked.
        at: DateTime<Utc>,
    },
    /// The issuer is not allowed to issue it.
    #[error("`{subject}` may not issue the certificate below it")]
    NotAnAuthority {
        /// The issuer that lacks the right.
        subject: String,
    },
    /// It was signed before or after the period in which the issuer's key may be used.
    #[error("`{subject}` begins outside the period in which the key of `{issuer}` signs")]
    OutsideUsage {
        /// The certificate at fault.
        subject: String,
        /// Common name of the issuer.
        issuer: String,
    },
    /// It does not have the form of a link certificate (Doc 9303-12 §7.1, table 6).
    #[error("`{subject}` is no link certificate")]
    NotALink {
        /// The certificate at fault.
        subject: String,
    },
    /// The certificate has a critical extension that we do not understand.
    #[error("`{subject}` has a critical extension {oid} that is not understood")]
    Critical {
        /// The certificate at fault.
        subject: String,
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// The certificate is revoked.
    #[error("`{subject}` is revoked since {}", revocation.revoked_at)]
    Revoked {
        /// The revoked certificate.
        subject: String,
        /// The entry in the list.
        revocation: Revocation,
    },
    /// There is no genuine and fresh list of the issuer, so the path is refused.
    #[error("there is no fresh revocation list of `{issuer}`")]
    NoFreshList {
        /// Common name of the issuer.
        issuer: String,
    },
}

/// Verifies the path from the leaf to the given root, at an instant. For every certificate except the root,
/// `crls` must hold a genuine and fresh list of its issuer; if the issuer is a CSCA with several keys, a list
/// by any key to which links lead.
///
/// # Errors
/// The first fault found, searching from the leaf upwards.
pub fn verify_chain(
    leaf: &Certificate,
    intermediates: &[Certificate],
    root: &Certificate,
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Result<VerifiedChain, ChainError> {
    let mut path = vec![leaf.clone()];
    require_valid(root, at)?;
    require_understood(root)?;
    let line = line::line_from(root, intermediates, crls, at);
    loop {
        let current = &path[path.len() - 1];
        // Self-issued certificates are not counted (RFC 5280 §6.1.4 l), but only if they are in the root's
        // own line.
        let below = path[1..].iter().filter(|one| !line.contains(one)).count();
        require_valid(current, at)?;
        require_understood(current)?;
        let issuer = find_issuer(current, &line, intermediates, &path)?.clone();
        require_issued(current, &issuer, below)?;
        let one = [issuer.clone()];
        let signers = if line.contains(&issuer) { line.as_slice() } else { &one };
        require_not_revoked(current, signers, crls, at)?;
        let is_root = &issuer == root;
        path.push(issuer);
        if is_root {
            return Ok(VerifiedChain { path });
        }
    }
}

/// Checks one step of a path, without revocation: whether this authority issued the certificate and was
/// allowed to. `authorities_below` counts the authorities between the issuer and the leaf.
///
/// # Errors
/// [`ChainError`].
pub fn require_issued(
    certificate: &Certificate,
    issuer: &Certificate,
    authorities_below: usize,
) -> Result<(), ChainError> {
    if !is_issuer_of(issuer, certificate) {
        return Err(ChainError::NoPath { subject: name(certificate) });
    }
    require_authority(issuer, authorities_below)?;
    certificate
        .verify_signature(issuer.public_key())
        .map_err(|_| ChainError::Signature { subject: name(certificate) })?;
    require_usage(certificate, issuer)
}

/// Finds the path from a certificate to a root among the given certificates, without revocation lists and
/// links. A service checks its own certificates so when it starts. Returns the issuers, the root last.
///
/// # Errors
/// The first fault found, from the leaf upwards.
pub fn require_path<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    root: &'a Certificate,
    at: DateTime<Utc>,
) -> Result<Vec<&'a Certificate>, ChainError> {
    let mut path = vec![leaf];
    loop {
        let current = path[path.len() - 1];
        require_valid(current, at)?;
        require_understood(current)?;
        let issuer = std::iter::once(root)
            .chain(intermediates)
            .filter(|candidate| !path.contains(candidate))
            .find(|candidate| is_issuer_of(candidate, current))
            .ok_or_else(|| ChainError::NoPath { subject: name(current) })?;
        require_issued(current, issuer, path.len() - 1)?;
        path.push(issuer);
        if issuer == root {
            require_valid(root, at)?;
            require_understood(root)?;
            path.remove(0);
            return Ok(path);
        }
    }
}

/// Finds the issuer by name and key identifier. The root and its line are tried first; no certificate is used
/// twice, so that a cycle ends the search.
fn find_issuer<'a>(
    certificate: &Certificate,
    line: &'a [Certificate],
    intermediates: &'a [Certificate],
    path: &[Certificate],
) -> Result<&'a Certificate, ChainError> {
    line.iter()
        .chain(intermediates)
        .filter(|candidate| !path.contains(candidate))
        .find(|candidate| is_issuer_of(candidate, certificate))
        .ok_or_else(|| ChainError::NoPath { subject: name(certificate) })
}

pub(crate) fn is_issuer_of(issuer: &Certificate, certificate: &Certificate) -> bool {
    let same_key = match (certificate.authority_key_identifier(), issuer.subject_key_identifier()) {
        (Some(wanted), Some(found)) => wanted == found,
        (Some(_) | None, None) | (None, Some(_)) => true,
    };
    certificate.issuer() == issuer.subject() && same_key
}

pub(crate) fn require_valid(certificate: &Certificate, at: DateTime<Utc>) -> Result<(), ChainError> {
    if certificate.is_valid_at(at) {
        return Ok(());
    }
    Err(ChainError::NotValid { subject: name(certificate), at })
}

/// Requires basicConstraints with a sufficient path length (RFC 5280 §6.1.4 k–m) and keyUsage with
/// keyCertSign (n). `authorities_below` counts the certificates between this one and the leaf.
///
/// # Errors
/// [`ChainError::NotAnAuthority`].
pub fn require_authority(certificate: &Certificate, authorities_below: usize) -> Result<(), ChainError> {
    let tbs = certificate.parsed().tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>().ok().flatten();
    let usage = tbs.get_extension::<KeyUsage>().ok().flatten();
    let may_sign = usage.is_some_and(|(_, usage)| usage.key_cert_sign());
    let long_enough = constraints.is_some_and(|(_, value)| {
        value.ca && value.path_len_constraint.is_none_or(|length| usize::from(length) >= authorities_below)
    });
    if may_sign && long_enough {
        return Ok(());
    }
    Err(ChainError::NotAnAuthority { subject: name(certificate) })
}

/// Whether keyUsage has cRLSign: then revocation lists signed by its key are valid (RFC 5280 §6.3.3 f).
pub fn may_sign_lists(certificate: &Certificate) -> bool {
    let usage = certificate.parsed().tbs_certificate().get_extension::<KeyUsage>().ok().flatten();
    usage.is_some_and(|(_, usage)| usage.crl_sign())
}

pub(crate) fn require_understood(certificate: &Certificate) -> Result<(), ChainError> {
    let understood =
        [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE, oid::EXTENDED_KEY_USAGE, oid::CERTIFICATE_POLICIES];
    let extensions = certificate.parsed().tbs_certificate().extensions();
    match extensions.into_iter().flatten().find(|one| one.critical && !understood.contains(&one.extn_id)) {
        Some(one) => Err(ChainError::Critical { subject: name(certificate), oid: one.extn_id }),
        None => Ok(()),
    }
}

/// Refuses a certificate that begins outside the period in which the issuer's key signs, if the issuer's
/// certificate gives that period (Doc 9303-12 §4.1.6.2): a key that should be destroyed must not have signed
/// anything.
pub(crate) fn require_usage(certificate: &Certificate, issuer: &Certificate) -> Result<(), ChainError> {
    match issuer.usage_period() {
        Some(usage) if !usage.contains(certificate.validity().not_before()) => {
            Err(ChainError::OutsideUsage { subject: name(certificate), issuer: name(issuer) })
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks the newest list of every key in `signers`, which are certificates of the same issuer, the issuer's
/// own first. There must be at least one fresh list, and none of the lists may revoke the certificate.
pub(crate) fn require_not_revoked(
    certificate: &Certificate,
    signers: &[Certificate],
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Result<(), ChainError> {
    let newest_of = |signer: &Certificate| {
        crls.iter()
            .filter(|crl| crl.is_by(signer) && crl.is_fresh(at) && crl.verify(signer).is_ok())
            .max_by_key(|crl| (crl.number(), crl.this_update()))
    };
    let newest: Vec<&Crl> = signers.iter().filter_map(newest_of).collect();
    if newest.is_empty() {
        return Err(ChainError::NoFreshList { issuer: signers.first().map(name).unwrap_or_default() });
    }
    match newest.iter().find_map(|crl| crl.revocation(&certificate.serial())) {
        Some(revocation) => Err(ChainError::Revoked { subject: name(certificate), revocation }),
        None => Ok(()),
    }
}

fn name(certificate: &Certificate) -> String {
    certificate.common_name().unwrap_or_default()
}

#[cfg(test)]
mod tests;
