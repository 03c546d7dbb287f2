//! Activation: the holder has changed the PIN, and the card signs the service's nonce. Before that every
//! verification says "not active".

use card_protocol::encoding::HexArray;
use card_protocol::messages::{Activated, Activation, ActivationProof, ActivationRequest};
use card_protocol::proof::activation_digest;
use diesel::prelude::*;
use issuance::Certificate;
use registry_domain::card::{CardRecord, KeySlot, activated};
use registry_domain::context::Stage;
use registry_domain::door::Door;
use registry_domain::event::Facts;
use registry_domain::id::PersonId;
use registry_domain::officer::{Act, Officer};
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::deps::Deps;
use crate::entering::Case;
use crate::failure::Failure;
use crate::once::{Once, register_once, write_once};
use crate::store::card_nonces::{self, NoncePurpose};
use crate::store::codec::Uid;
use crate::store::schema::{card, credential_intent};
use crate::store::{Db, people};

/// Draws the nonce that the card must sign.
///
/// # Errors
/// [`Refusal::CardNotFound`], or no mandate.
pub fn begin(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    request: &ActivationRequest,
) -> Result<Activation, Failure> {
    officer.may(Act::HandOverCard, &officer.office, &deps.units)?;
    let mut draw = deps.draw();
    let (id, nonce) = (draw.opaque_uuid(), draw.bytes::<32>());
    write_once(deps, once, |db| {
        let (card, _) =
            people::holder_of_document(db, &request.document_number)?.ok_or(Refusal::CardNotFound)?;
        card_nonces::keep(db, id, card, NoncePurpose::Activation, &nonce, deps.now())?;
        Ok(Activation { activation_id: id, nonce: HexArray(nonce) })
    })
}

/// Activates the card whose authentication key signed the nonce.
///
/// # Errors
/// [`Refusal::PossessionNotProved`], [`Refusal::Stale`] for a used or old nonce, the domain's refusals.
pub fn complete(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: Uuid,
    proof: &ActivationProof,
) -> Result<Activated, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    register_once(deps, once, |db, head| {
        let (card_id, nonce) =
            card_nonces::spend(db, id, NoncePurpose::Activation, now)?.ok_or(Refusal::Stale)?;
        let person: Uid = card::table.find(card_id).select(card::person_id).first(db)?;
        let person = people::load(db, PersonId::from(person))?.ok_or(Refusal::CardNotFound)?;
        let record = person.require_card(card_id.into())?;
        let certificate = authentication_certificate(db, record)?;
        if proof.certificate.as_ref().is_some_and(|shown| shown.as_bytes() != certificate.der()) {
            return Err(Refusal::PossessionNotProved.into());
        }
        let digest = activation_digest(&nonce, record.document_number.as_str());
        certificate
            .public_key()
            .verify_digest(&digest, proof.signature.as_bytes())
            .map_err(|_| Refusal::PossessionNotProved)?;
        let facts = Facts::CardActivated(Box::new(activated::Facts {
            person: PersonRef::Id(person.id),
            card: record.id,
        }));
        let stage = Stage::Registering {
            received_by: Some(officer.id),
            received_at: officer.office.clone(),
            received_on: None,
        };
        let door = Door::Service;
        let case = Case { facts: &facts, office: &officer.office, officer, door, stage: &stage, now };
        case.enter(deps, db, head, &mut draw.again())?;
        Ok(Activated { state: "active".to_owned() })
    })
}

/// The certificate of a card's authentication key.
///
/// # Errors
/// [`Refusal::CardNotActive`] while the card has none.
pub(crate) fn authentication_certificate(db: &mut Db, record: &CardRecord) -> Result<Certificate, Failure> {
    let serial = record
        .certificates
        .iter()
        .find(|certificate| certificate.slot == KeySlot::Authentication)
        .map(|certificate| certificate.serial.to_string())
        .ok_or(Refusal::CardNotActive)?;
    let der: Option<Vec<u8>> = credential_intent::table
        .find(serial)
        .select(credential_intent::issued)
        .first(db)
        .optional()?
        .flatten();
    let der =
        der.ok_or_else(|| Failure::damaged("credential_intent", "a certificate of the record is missing"))?;
    Certificate::from_der(&der).map_err(|e| Failure::damaged("credential_intent.issued", e))
}
