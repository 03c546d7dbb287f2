//! The OCSP responder of the issuing authority (RFC 6960 §4.2.2.2), delegated: its key is drawn at start, lives in memory
//! alone and is certified for some days by the online authority. There is nothing to steal, to keep or to renew by hand.
//!
//! An answer is made from the record as it is when it is asked for: an entry that revokes is told by the next answer.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{AuthorityName, OcspResponder, Profile};
use issuance::revocation::ocsp::{CertStatus, OcspError, OcspRequest, ResponseContent};
use issuance::{Algorithm, CertificationAuthority, Serial, SoftwareSigner, Validity};

use crate::authorities::{Authorities, revocation};
use crate::deps::Deps;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::codec::Instant;
use crate::store::people::CertificateRow;
use crate::store::schema::{certificate, service_intent};

/// Where it is asked, below the service's public address: card certificates say so.
pub const PATH: &str = "/pki/ocsp";
/// How long a certificate of the responder is good for. Nobody asks whether it is revoked, so it is short.
const LASTS: Duration = Duration::days(7);
/// So long before its end the next one is there.
const AHEAD: Duration = Duration::days(3);
/// Nobody goes by an answer for longer.
const ANSWER_LASTS: Duration = Duration::hours(1);

/// The responder with the key it has now.
pub struct Responder {
    current: ArcSwap<CertificationAuthority>,
}

impl Responder {
    /// Draws a key and has it certified.
    ///
    /// # Errors
    /// The store's, or the library's refusal.
    pub fn start(
        db: &mut Db,
        authorities: &Authorities,
        base_url: &str,
        now: DateTime<Utc>,
    ) -> Result<Responder, Failure> {
        Ok(Responder { current: ArcSwap::from_pointee(certified(db, authorities, base_url, now)?) })
    }

    /// Takes the next key once the certificate nears its end; gives whether it did.
    ///
    /// # Errors
    /// As [`Responder::start`]; the old key goes on.
    pub fn renew(&self, deps: &Deps, db: &mut Db) -> Result<bool, Failure> {
        let now = deps.now();
        if self.current.load().certificate().validity().not_after() - now > AHEAD {
            return Ok(false);
        }
        let next = certified(db, &deps.authorities, &deps.config.console.public_url, now)?;
        self.current.store(Arc::new(next));
        Ok(true)
    }

    /// The signed answer to a request, made from the record as it is now.
    ///
    /// # Errors
    /// `None` when no question is about this authority's certificates; else the store's or the library's refusal.
    pub fn answer(&self, deps: &Deps, request: &OcspRequest) -> Result<Option<Vec<u8>>, Failure> {
        let now = deps.now();
        let serials: Vec<String> = request.questions().iter().map(|id| hex_of(&id.serial())).collect();
        let known: Vec<CertificateRow> = certificate::table
            .filter(certificate::serial.eq_any(&serials))
            .select(CertificateRow::as_select())
            .load(&mut *deps.db()?)?;
        let standing = known.iter().map(standing).collect::<Result<Vec<_>, _>>()?;
        let status = |serial: &Serial| {
            let asked = hex_of(serial);
            let found = known.iter().zip(&standing).find(|(row, _)| row.serial == asked);
            found.map_or(CertStatus::Unknown, |(_, status)| *status)
        };
        let issuer = deps.authorities.issuing.certificate();
        let responder = self.current.load_full();
        let content = match ResponseContent::answer(request, issuer, status, (now, now + ANSWER_LASTS), now) {
            Err(OcspError::OtherAuthority) => return Ok(None),
            content => content.map_err(refused)?,
        };
        let prepared = content.prepare(request, responder.certificate(), issuer).map_err(refused)?;
        let linted = prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))?;
        Ok(Some(linted.sign(&responder).map_err(refused)?.der().to_vec()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(error: OcspError) -> Failure {
    Failure::Issue(error.to_string())
}

fn hex_of(serial: &Serial) -> String {
    hex::encode(serial.as_bytes())
}

fn standing(row: &CertificateRow) -> Result<CertStatus, Failure> {
    Ok(revocation(row)?.map_or(CertStatus::Good, |revoked| CertStatus::Revoked {
        revoked_at: revoked.revoked_at,
        reason: revoked.reason,
    }))
}

/// A new key with its certificate: what will be signed is recorded first, and what was signed kept.
fn certified(
    db: &mut Db,
    authorities: &Authorities,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<CertificationAuthority, Failure> {
    let failed = |reason: String| Failure::Issue(format!("the OCSP responder: {reason}"));
    let mut draw = Draw::from_system();
    let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, draw.generator())
        .map_err(|e| failed(e.to_string()))?;
    let issuer = authorities.issuing.certificate();
    let validity = Validity::new(now, (now + LASTS).min(issuer.validity().not_after()))
        .map_err(|e| failed(e.to_string()))?;
    let profile = Profile::OcspResponder(OcspResponder {
        name: AuthorityName::beside(issuer, "OCSP Responder"),
        key: key.public_key().clone(),
        issuer_url: format!("{base_url}/pki/issuing-ca.cer"),
    });
    let serial = Serial::from_random(draw.bytes());
    let linted = prepare(&profile, &serial, &validity, Issuer::Authority(issuer))
        .map_err(|e| failed(e.to_string()))?
        .lint()
        .map_err(|findings| failed(format!("{findings:?}")))?;
    diesel::insert_into(service_intent::table)
        .values((
            service_intent::serial.eq(hex_of(&serial)),
            service_intent::purpose.eq("ocsp_responder"),
            service_intent::spki_sha256.eq(hex::encode(key.public_key().fingerprint())),
            service_intent::tbs.eq(linted.tbs_der()),
            service_intent::intent_state.eq("intended"),
            service_intent::recorded_at.eq(Instant::new(now)),
        ))
        .execute(db)?;
    let issued = linted.sign(&authorities.issuing).map_err(|e| failed(e.to_string()))?.into_certificate();
    diesel::update(service_intent::table.find(hex_of(&serial)))
        .set((
            service_intent::intent_state.eq("issued"),
            service_intent::issued.eq(Some(issued.der().to_vec())),
        ))
        .execute(db)?;
    CertificationAuthority::new(issued, Arc::new(key)).map_err(|e| failed(e.to_string()))
}

/// Voids intents that never became certificates: run at start, before anything is issued.
///
/// # Errors
/// The store's.
pub fn void_open_intents(db: &mut Db) -> Result<usize, crate::store::StoreError> {
    Ok(diesel::update(service_intent::table.filter(service_intent::intent_state.eq("intended")))
        .set(service_intent::intent_state.eq("void"))
        .execute(db)?)
}
