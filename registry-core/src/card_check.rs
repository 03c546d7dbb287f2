//! A desk asks whether a card that signed its nonce is active.

use card_protocol::encoding::{Base64Bytes, HexArray};
use card_protocol::messages::{CheckAnswer, CheckRequest, CheckStatement};
use card_protocol::proof::{check_answer_message, check_digest};
use issuance::{Certificate, Signer as _};
use registry_domain::date::civil_date;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::access::{AccessEntry, ActorKind, Withheld};
use crate::activation::authentication_certificate;
use crate::agency::{Agreement, CallingAgency};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::codec::Instant;
use crate::store::people;
use crate::store::reference::{self, AgreedAttribute};

/// Checks purpose, certificate, signature and state; the verdict is withheld until its access entry is
/// durable.
///
/// # Errors
/// Numbered: not agreed, not a card of ours, possession not proved (also for a certificate of another card
/// than the document number's). "Not active", "revoked" and "expired" are the withheld verdict.
pub fn check(
    deps: &Deps,
    agency: &CallingAgency,
    request: &CheckRequest,
) -> Result<(Withheld<Verdict>, Agreement), Failure> {
    let now = deps.now();
    let purpose = &request.purpose;
    if purpose.end_user.trim().is_empty() {
        return Err(Refusal::EndUserMissing.into());
    }
    if purpose.case.trim().is_empty() {
        return Err(Refusal::CaseMissing.into());
    }
    let agreement = deps.partners.agreement(agency.id, &purpose.purpose, now, || {
        Ok(reference::agreements_of(&mut *deps.db()?, agency.id.uuid())?)
    })?;
    if purpose.legal_basis.trim() != agreement.legal_basis {
        return Err(Refusal::PurposeNotAgreed.in_field("legal_basis").into());
    }
    if !agreement.attributes.contains(&AgreedAttribute::Card) {
        return Err(Refusal::PredicateNotPermitted.in_field("certificate").into());
    }
    let certificate =
        Certificate::from_der(request.certificate.as_bytes()).map_err(|_| Refusal::CardNotFound)?;
    let mut db = deps.db()?;
    let serial = hex::encode(certificate.serial().as_bytes());
    let (card, person) = people::holder_of_certificate(&mut db, &serial)?.ok_or(Refusal::CardNotFound)?;
    let holder = people::load(&mut db, person)?.ok_or(Refusal::CardNotFound)?;
    let record = holder.require_card(registry_domain::id::CardId::new(card))?;
    if authentication_certificate(&mut db, record)?.der() != certificate.der() {
        return Err(Refusal::CardNotFound.into());
    }
    // The files may be genuine files of one card, and the key that of another card. Each half is in order by
    // itself; only the register sees that they do not belong together.
    if request.document_number.as_deref().is_some_and(|number| number != record.document_number.as_str()) {
        return Err(Refusal::PossessionNotProved.in_field("document_number").into());
    }
    certificate
        .public_key()
        .verify_digest(&check_digest(&request.nonce.0), request.signature.as_bytes())
        .map_err(|_| Refusal::PossessionNotProved)?;
    let today = civil_date(now, deps.units.zone(&record.office));
    let verdict = Verdict { person: person.uuid(), state: record.require_active_on(today) };
    Ok((Withheld::new(verdict), agreement))
}

/// Whether the card is active, and whose it is.
pub struct Verdict {
    person: Uuid,
    state: Result<(), Refusal>,
}

impl Verdict {
    /// The access entry of the check.
    pub fn access(
        &self,
        deps: &Deps,
        agency: &CallingAgency,
        agreement: &Agreement,
        request: &CheckRequest,
    ) -> AccessEntry {
        AccessEntry {
            act: "card check".to_owned(),
            actor_id: agency.id.uuid(),
            actor_kind: ActorKind::Agency,
            actor_label: agency.label.clone(),
            answered: None,
            case_reference: Some(request.purpose.case.clone()),
            end_user: Some(request.purpose.end_user.clone()),
            id: deps.draw().opaque_uuid(),
            legal_basis: Some(agreement.legal_basis.clone()),
            office: None,
            people: vec![self.person],
            purpose: request.purpose.purpose.clone(),
            recorded_at: Instant::new(deps.now()),
        }
    }

    /// The signed answer, or the numbered refusal.
    ///
    /// # Errors
    /// [`Refusal::CardNotActive`], [`Refusal::CardRevoked`], [`Refusal::CardExpired`].
    pub fn answer(self, deps: &Deps, request: &CheckRequest) -> Result<CheckAnswer, Failure> {
        self.state?;
        let statement = CheckStatement { active: true, nonce: request.nonce, at: deps.now() };
        let bytes = serde_json::to_vec(&statement).map_err(|e| Failure::damaged("write an answer", e))?;
        let signature = deps
            .keys
            .answer
            .sign(&check_answer_message(&bytes))
            .map_err(|e| Failure::Issue(e.to_string()))?;
        let signature = <[u8; 64]>::try_from(signature)
            .map_err(|_| Failure::Issue("an answer key that is not Ed25519".to_owned()))?;
        let statement = Base64Bytes::new(bytes).map_err(|e| Failure::Issue(e.to_string()))?;
        Ok(CheckAnswer { statement, signature: HexArray(signature) })
    }
}
