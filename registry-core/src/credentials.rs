//! Digital credentials of a card's holder: an SD-JWT VC for a wallet, a QR code for paper. They are made at
//! the counter from the record and the card. Each has its own place in a status list; whatever ends the card
//! ends its credentials.
//!
//! A credential is handed over once and is kept nowhere; only what will be signed is recorded, sealed, before
//! it is signed. If a QR code is asked for again under the same idempotency key, it is made anew and the
//! earlier one is ended. A wallet draws a new nonce, and a new credential for the same key ends the earlier
//! one.

mod content;
pub mod lists;

use issuance::credential::{holder_key, sd_jwt};
use issuance::{CertificationAuthority, PublicKey};
use registry_domain::card::CardRecord;
use registry_domain::date::civil_date;
use registry_domain::id::{CardId, PersonId};
use registry_domain::law::Basis;
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::card_jobs::files::portrait_of;
use crate::deps::Deps;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::online_signer::https;
use crate::register::officer_access;
use crate::steps::Step;
use crate::store::card_nonces::{self, NoncePurpose};
use crate::store::codec::{Instant, Uid};
use crate::store::digital_credentials::{self as rows, CredentialRow};
use crate::store::{Db, people};

pub(crate) const TABLE: &str = "digital_credential";

/// Whose credential: the number printed on an active card.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfCard {
    /// Number printed on the card.
    pub document_number: String,
}

/// What a wallet must sign to show its key.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KeyRequest {
    /// Its id, for the answer.
    pub id: Uuid,
    /// The `aud` of the proof.
    pub issuer: String,
    /// The `nonce` of the proof; good for ten minutes, once.
    pub nonce: String,
}

/// The wallet's answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WalletProof)]
pub struct KeyProof {
    /// A JWT of type `openid4vci-proof+jwt` with the key in `jwk`.
    pub proof: String,
}

/// A credential, handed over once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Given {
    /// Its media type, or `qr` for the text of a code.
    pub form: String,
    /// The credential as it is handed over.
    pub credential: String,
    /// When nobody goes by it any longer.
    pub expires_at: String,
    #[serde(skip)]
    person: Uuid,
}

/// How many credentials were ended.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EndedCredentials {
    /// How many were good until then.
    pub ended: usize,
}

/// Draws the nonce that a wallet must sign.
///
/// # Errors
/// [`Refusal::CardNotFound`], or the state of the card or the officer's mandate does not allow it.
pub fn request_key(deps: &Deps, officer: &Officer, once: &Once, of: &OfCard) -> Result<KeyRequest, Failure> {
    let mut draw = deps.draw();
    let (id, nonce) = (draw.opaque_uuid(), draw.bytes::<32>());
    write_once(deps, once, |db| {
        let (_, card) = bearer(deps, db, officer, &of.document_number)?;
        card_nonces::keep(db, id, card.id.uuid(), NoncePurpose::Wallet, &nonce, deps.now())?;
        Ok(KeyRequest { id, issuer: issuer(deps), nonce: hex::encode(nonce) })
    })
}

/// Binds a credential to the key that a wallet proved to have.
///
/// # Errors
/// [`Refusal::Stale`] for a request that was answered or is old, [`Refusal::PossessionNotProved`],
/// [`Refusal::PublicKeyUsed`] if the key belongs to somebody else or to a certificate,
/// [`Refusal::CredentialNotPossible`], and as [`request_key`].
pub fn to_wallet(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    request: Uuid,
    proof: &str,
) -> Result<Withheld<Given>, Failure> {
    let now = deps.now();
    let signer = deps.signers.credentials.current();
    let path = signer.path()?;
    let draw = deps.draw();
    let (intent, linted) = deps.db()?.write(|db| {
        let mut draw = draw.again();
        once.bind(db, Instant::new(now))?;
        let (card, nonce) =
            card_nonces::spend(db, request, NoncePurpose::Wallet, now)?.ok_or(Refusal::Stale)?;
        let (person, card) = bearer_of(deps, db, officer, card.0)?;
        let key = holder_key(proof, &issuer(deps), &hex::encode(nonce), card_nonces::LASTS, now)
            .map_err(|_| Refusal::PossessionNotProved.in_field("proof"))?;
        let intent = Intent { form: "sd_jwt", request, key: Some(&key) };
        intent.record(deps, db, officer, (&person, &card), &signer.authority, &mut draw, |content, draw| {
            let prepared = content.prepare_sd_jwt(&key, path, draw.generator()).map_err(issue)?;
            let linted = prepared.lint().map_err(found)?;
            Ok((linted.signing_input().to_vec(), linted))
        })
    })?;
    intent.tell_ended(deps);
    Step::CredentialIntended.done();
    let credential = linted.sign(&signer.authority).map_err(issue)?;
    Step::CredentialSigned.done();
    intent.keep(deps, sd_jwt::MEDIA_TYPE, credential.as_str())
}

/// Makes the text of a QR code, with a small photo.
///
/// # Errors
/// As [`to_wallet`].
pub fn to_paper(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    of: &OfCard,
) -> Result<Withheld<Given>, Failure> {
    let now = deps.now();
    let signer = deps.signers.credentials.current();
    let draw = deps.draw();
    let mut db = deps.db()?;
    // The photo is made small before the write transaction begins: it takes longer than everything else, and
    // during a write transaction nobody else can write.
    let (_, card) = bearer(deps, &mut db, officer, &of.document_number)?;
    let photo = content::small_photo(&portrait_of(deps, &mut db, card.id)?);
    let (intent, linted) = db.write(|db| {
        let mut draw = draw.again();
        once.bind(db, Instant::new(now))?;
        let (person, card) = bearer(deps, db, officer, &of.document_number)?;
        let intent = Intent { form: "qr", request: once.id(), key: None };
        intent.record(deps, db, officer, (&person, &card), &signer.authority, &mut draw, |content, _| {
            let prepared =
                content.prepare_qr(photo.as_ref(), signer.authority.certificate()).map_err(issue)?;
            let linted = prepared.lint().map_err(found)?;
            Ok((linted.to_be_signed().to_vec(), linted))
        })
    })?;
    drop(db);
    intent.tell_ended(deps);
    Step::CredentialIntended.done();
    let credential = linted.sign(&signer.authority).map_err(issue)?;
    Step::CredentialSigned.done();
    intent.keep(deps, "qr", credential.text())
}

/// Ends all digital credentials of a card, for example because a telephone was lost or a paper given away.
/// The card itself stays as it is.
///
/// # Errors
/// As [`request_key`], but in any state of the card.
pub fn end_all(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    of: &OfCard,
) -> Result<EndedCredentials, Failure> {
    officer.may(Act::HandOverCard, &officer.office, &deps.units)?;
    let now = Instant::new(deps.now());
    let ended = write_once(deps, once, |db| {
        let found = people::holder_of_document(db, &of.document_number)?;
        let (card, person) = found.ok_or(Refusal::CardNotFound)?;
        officer.interest.require_none_in(person)?;
        Ok(EndedCredentials { ended: rows::end_all(db, card, now)? })
    })?;
    deps.made_lists.forget();
    Ok(ended)
}

/// The access entry of a credential that was handed over.
pub fn handed_over(deps: &Deps, officer: &Officer, given: &Given) -> AccessEntry {
    let purpose = "issue of a digital credential";
    officer_access(deps, officer, Basis::Credential, "credential issued", purpose, None, vec![given.person])
}

/// The issuer named in the credentials: the public address of the console.
fn issuer(deps: &Deps) -> String {
    https(&deps.config.console.public_url)
}

/// The holder of an active card and the card, for an officer who may hand over cards.
fn bearer(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    document_number: &str,
) -> Result<(Person, CardRecord), Failure> {
    officer.may(Act::HandOverCard, &officer.office, &deps.units)?;
    let (card, _) = people::holder_of_document(db, document_number)?.ok_or(Refusal::CardNotFound)?;
    bearer_of(deps, db, officer, card)
}

fn bearer_of(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    card: Uuid,
) -> Result<(Person, CardRecord), Failure> {
    officer.may(Act::HandOverCard, &officer.office, &deps.units)?;
    let person = people::holder_of_card(db, card)?.ok_or(Refusal::CardNotFound)?;
    officer.interest.require_none_in(person)?;
    let person = people::load(db, person)?.ok_or(Refusal::CardNotFound)?;
    let card = person.require_card(CardId::new(card))?.clone();
    card.require_active_on(civil_date(deps.now(), deps.units.zone(&card.office)))?;
    Ok((person, card))
}

/// What is to be signed, and for whom.
struct Intent<'a> {
    form: &'static str,
    request: Uuid,
    key: Option<&'a PublicKey>,
}

/// An intent that stands in the database.
struct Recorded {
    id: Uuid,
    person: PersonId,
    expires_at: Instant,
    /// How many earlier credentials this one replaces.
    ended_earlier: usize,
}

impl Intent<'_> {
    /// Gives the credential a place in a status list, lays it out, lints it, and records what will be signed.
    #[expect(clippy::too_many_arguments, reason = "what a signature rests on, each of another kind")]
    fn record<L>(
        &self,
        deps: &Deps,
        db: &mut Db,
        officer: &Officer,
        (person, card): (&Person, &CardRecord),
        signer: &CertificationAuthority,
        draw: &mut Draw,
        lay_out: impl FnOnce(&issuance::credential::CredentialContent, &mut Draw) -> Result<(Vec<u8>, L), Failure>,
    ) -> Result<(Recorded, L), Failure> {
        let now = deps.now();
        let key = self.key.map(|key| hex::encode(key.fingerprint()));
        if let Some(key) = &key {
            let is_free = people::times_certified(db, key)? == 0;
            // The key of a merged record belongs to the record that took it over.
            let bound_to = rows::bind_key(db, key, person.id.uuid())?;
            let owner = people::load_survivor(db, bound_to)?;
            if !is_free || owner.is_none_or(|owner| owner.id != person.id) {
                return Err(Refusal::PublicKeyUsed.in_field("proof").into());
            }
        }
        let ended_earlier = rows::end_earlier(db, self.request, key.as_deref(), Instant::new(now))?;
        let place = rows::give_place(db, draw)?;
        let content = content::content(deps, db, person, card, signer.certificate(), place)?;
        let expires_at = Instant::new(content.expires_at);
        let (tbs, linted) = lay_out(&content, draw)?;
        let id = draw.opaque_uuid();
        let row = CredentialRow {
            id: Uid(id),
            request: Uid(self.request),
            card_id: card.id.into(),
            person_id: person.id.into(),
            form: self.form.to_owned(),
            list: place.0,
            place: place.1,
            holder_key: key,
            tbs: deps.keys.sealing.seal(TABLE, id, draw.nonce(), &tbs)?,
            intent_state: "intended".to_owned(),
            issued_by: Uid(officer.id.uuid()),
            recorded_at: Instant::new(now),
            expires_at,
            ended_at: None,
        };
        rows::intend(db, &row)?;
        Ok((Recorded { id, person: person.id, expires_at, ended_earlier }, linted))
    }
}

impl Recorded {
    /// Forgets the status lists that were made: the replaced credentials are ended from now on, even if the
    /// new one is never signed.
    fn tell_ended(&self, deps: &Deps) {
        if self.ended_earlier > 0 {
            deps.made_lists.forget();
        }
    }

    /// Records that the credential was signed, and withholds it until its access entry is durable.
    fn keep(self, deps: &Deps, form: &str, credential: &str) -> Result<Withheld<Given>, Failure> {
        if !rows::keep(&mut *deps.db()?, self.id)? {
            return Err(Refusal::Stale.into());
        }
        Step::CredentialKept.done();
        Ok(Withheld::new(Given {
            form: form.to_owned(),
            credential: credential.to_owned(),
            expires_at: self.expires_at.to_text(),
            person: self.person.uuid(),
        }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn issue(error: issuance::credential::CredentialError) -> Failure {
    Failure::Issue(error.to_string())
}

/// The numbers of the lint rules that found something, never the content of the credential.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn found(findings: Vec<issuance::lint::Finding>) -> Failure {
    Failure::Issue(format!("{findings:?}"))
}
