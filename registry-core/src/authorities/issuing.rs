//! An issuing authority: it certifies cards and the service's own signers while it is the newest, and keeps
//! its list and answers as long as anything it issued is good.

use chrono::{DateTime, Duration, Months, Utc};
use issuance::chain::{may_sign_lists, require_authority};
use issuance::revocation::Revocation;
use issuance::revocation::crl::{Crl, CrlContent, CrlKind};
use issuance::{Certificate, CertificationAuthority};
use registry_domain::law::LawConfig;

use super::generation::Generation;
use crate::failure::Failure;
use crate::issuing_list::IssuingList;

/// How long its list is good for.
const LIST_HOURS: i64 = 24;

/// One of the issuing authorities.
#[derive(Debug)]
pub struct IssuingAuthority {
    /// Its key with its certificate.
    pub authority: CertificationAuthority,
    /// The list that was made last.
    pub(crate) list: IssuingList,
    generation: Generation,
    above: Vec<Certificate>,
}

/// Where certificates say that their issuer, its list and its answers are.
pub struct Addresses {
    /// Of the issuer's list.
    pub crl_urls: Vec<String>,
    /// Of the issuer's certificate.
    pub issuer_url: String,
    /// Of the responder.
    pub ocsp_url: Option<String>,
}

impl IssuingAuthority {
    /// `above` are the authorities between it and the root, its own issuer first.
    ///
    /// # Errors
    /// The authority may not issue, or could revoke nothing: nobody would accept what it makes.
    pub fn new(
        authority: CertificationAuthority,
        generation: Generation,
        above: Vec<Certificate>,
    ) -> Result<IssuingAuthority, String> {
        require_authority(authority.certificate(), 0).map_err(|e| e.to_string())?;
        if !may_sign_lists(authority.certificate()) {
            return Err("it may not sign lists (keyUsage without cRLSign), so that nothing it issues could be revoked"
                .to_owned());
        }
        Ok(IssuingAuthority { authority, list: IssuingList::default(), generation, above })
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        self.authority.certificate()
    }

    /// The authorities between it and the root, its own issuer first.
    pub fn above(&self) -> &[Certificate] {
        &self.above
    }

    /// The name of its list and certificate, without the end.
    pub fn stem(&self) -> String {
        self.generation.stem()
    }

    /// Where what it issues says that it, its list and its answers are.
    pub fn addresses(&self, base_url: &str) -> Addresses {
        let stem = self.stem();
        Addresses {
            crl_urls: vec![format!("{base_url}/pki/{stem}.crl")],
            issuer_url: format!("{base_url}/pki/{stem}.cer"),
            ocsp_url: Some(format!("{base_url}{}", crate::responder::PATH)),
        }
    }

    /// Its key identifier, hexadecimal, as what it issues carries it (RFC 5280 §4.2.1.1).
    pub fn key_identifier(&self) -> String {
        let certificate = self.certificate();
        let said = certificate.subject_key_identifier();
        hex::encode(said.unwrap_or_else(|| certificate.public_key().key_identifier().to_vec()))
    }

    /// The names that records have for it. Certificates issued before there was a second authority name none,
    /// and belong to the first.
    pub fn in_records(&self) -> Vec<String> {
        let mut names = vec![self.key_identifier()];
        if self.generation.is_first() {
            names.push(String::new());
        }
        names
    }

    /// What to do if it ends before the certificates of a card should: they would end with it, so another
    /// authority must follow.
    pub fn shortness(&self, law: &LawConfig, now: DateTime<Utc>) -> Option<String> {
        let ends = self.certificate().validity().not_after();
        (now + Months::new(12 * law.card_certificate_years) > ends).then(|| {
            format!(
                "the issuing authority is good until {ends}, and what it certifies ends with it: let another one follow \
                 (`registry authorities renew` with the roots' keys, or `registry ceremony rotate issuing`) and start the \
                 service anew"
            )
        })
    }

    /// Its list of revoked certificates, made now, under a number that no earlier one has.
    ///
    /// # Errors
    /// The library's refusal.
    pub fn list(&self, revoked: Vec<Revocation>, number: u64, now: DateTime<Utc>) -> Result<Crl, Failure> {
        CrlContent {
            kind: CrlKind::Eid,
            number,
            this_update: now,
            next_update: now + Duration::hours(LIST_HOURS),
            revoked,
        }
        .prepare(self.certificate())
        .and_then(|prepared| prepared.sign(&self.authority))
        .map_err(|e| Failure::Issue(e.to_string()))
    }
}
