//! The keys of one CSCA through time: a trusted certificate and the link certificates that lead from it to
//! later keys (Doc 9303-12 §4.1.6.2, §7.1).

use chrono::{DateTime, Utc};
use x509_cert::ext::pkix::BasicConstraints;

use super::{
    ChainError, is_issuer_of, name, require_authority, require_not_revoked, require_understood,
    require_usage, require_valid,
};
use crate::certificate::Certificate;
use crate::oid;
use crate::revocation::crl::Crl;

/// Adds to a trusted CSCA the later keys to which links lead, oldest link first. The returned certificates
/// may be trusted as the CSCA is: a link certificate carries the subject, key and key identifier of the later
/// CSCA certificate.
///
/// # Errors
/// The first link that does not continue the line, and why.
pub fn follow_links(
    trusted: &Certificate,
    links: &[Certificate],
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Result<Vec<Certificate>, ChainError> {
    require_valid(trusted, at)?;
    require_understood(trusted)?;
    let mut line = vec![trusted.clone()];
    for link in links {
        require_link(&line, link, crls, at)?;
        line.push(link.clone());
    }
    Ok(line)
}

/// Like [`follow_links`], but skips certificates that do not continue the line: for a path that may hold
/// others too.
pub(super) fn line_from(
    trusted: &Certificate,
    certificates: &[Certificate],
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Vec<Certificate> {
    let mut line = vec![trusted.clone()];
    while let Some(next) =
        certificates.iter().find(|one| !line.contains(one) && require_link(&line, one, crls, at).is_ok())
    {
        line.push(next.clone());
    }
    line
}

/// Whether two trusted CSCA certificates belong to one line by their names: they have the same subject, or
/// one is a link away from the other.
pub(crate) fn are_of_one_line(one: &Certificate, other: &Certificate) -> bool {
    one.subject() == other.subject() || one.issuer() == other.subject() || other.issuer() == one.subject()
}

/// A link has the form that the clause asks for, was signed by a key of the line within that key's time of
/// use, and no list of the line revokes it. The next key itself signs the only list there is, so here it
/// counts as part of the line.
fn require_link(
    line: &[Certificate],
    link: &Certificate,
    crls: &[Crl],
    at: DateTime<Utc>,
) -> Result<(), ChainError> {
    require_form(link)?;
    require_valid(link, at)?;
    require_understood(link)?;
    let issuer = line
        .iter()
        .find(|issuer| is_issuer_of(issuer, link))
        .ok_or_else(|| ChainError::NoPath { subject: name(link) })?;
    require_authority(issuer, 0)?;
    link.verify_signature(issuer.public_key()).map_err(|_| ChainError::Signature { subject: name(link) })?;
    require_usage(link, issuer)?;
    let mut signers = line.to_vec();
    signers.push(link.clone());
    require_not_revoked(link, &signers, crls, at)
}

/// The link is self-issued or carries nameChange, certifies another key than its issuer's, and is an
/// authority with path length 0.
fn require_form(link: &Certificate) -> Result<(), ChainError> {
    let same_name = link.issuer() == link.subject();
    let renamed = link.has_extension(oid::NAME_CHANGE);
    let keys = (link.authority_key_identifier(), link.subject_key_identifier());
    let (Some(old), Some(new)) = keys else {
        return Err(ChainError::NotALink { subject: name(link) });
    };
    let constraints = link.parsed().tbs_certificate().get_extension::<BasicConstraints>().ok().flatten();
    let path_length = constraints.and_then(|(_, value)| value.path_len_constraint);
    if same_name == renamed || old == new || path_length != Some(0) {
        return Err(ChainError::NotALink { subject: name(link) });
    }
    require_authority(link, 0)
}

#[cfg(test)]
mod tests;
