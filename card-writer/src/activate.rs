//! Activation: the holder changes the transport PIN, the card signs the service's nonce.

use card_protocol::encoding::{Base64Bytes, HexBytes};
use card_protocol::layout::{Application, Slot};
use card_protocol::messages::{Activated, Activation, ActivationProof, ActivationRequest};
use card_protocol::proof::activation_digest;
use uuid::Uuid;

use crate::apdu::Status;
use crate::card::{Card, require_ok};
use crate::command::{self, PivObject};
use crate::pin::CardPin;
use crate::possession::{certified_key, is_signed_by};
use crate::read_back;
use crate::refusal::Refusal;

/// The part of the service that activation uses.
#[expect(clippy::missing_errors_doc, reason = "as personalise::Service: the service says no, or nothing")]
pub trait ActivationService {
    /// Begins an activation.
    fn begin(&mut self, request: &ActivationRequest) -> Result<Activation, Refusal>;
    /// Ends it.
    fn finish(&mut self, activation_id: Uuid, proof: &ActivationProof) -> Result<Activated, Refusal>;
}

/// The PINs that the holder types.
pub struct Pins {
    /// The transport PIN of the slip; `None` when an earlier try has already changed it.
    pub old: Option<CardPin>,
    /// The PIN that the holder chose.
    pub new: CardPin,
}

/// Changes the PIN and has the card sign the nonce of the service. The service is asked first: the PIN is not
/// changed when the service refuses.
///
/// # Errors
/// Wrong or unfit PIN, or the service refuses.
pub fn activate(
    card: &mut Card<'_>,
    service: &mut dyn ActivationService,
    document_number: &str,
    pins: &Pins,
) -> Result<Activated, Refusal> {
    let request = ActivationRequest { document_number: document_number.to_owned() };
    let activation = service.begin(&request)?;
    card.select(Application::Piv)?;
    if let Some(old) = &pins.old {
        change_pin(card, old, &pins.new)?;
    }
    verify_pin(card, &pins.new)?;
    let content = read_back::read_object(card, PivObject::Certificate(Slot::Authentication))?;
    let certificate = read_back::certificate_of(&content)?;
    let digest = activation_digest(&activation.nonce.0, document_number);
    let signature = sign(card, &certificate, &digest)?;
    let malformed = |_| Refusal::MalformedAnswer("GENERAL AUTHENTICATE");
    let proof = ActivationProof {
        certificate: Some(Base64Bytes::new(certificate).map_err(malformed)?),
        signature: HexBytes::new(signature).map_err(malformed)?,
    };
    service.finish(activation.activation_id, &proof)
}

fn change_pin(card: &mut Card<'_>, old: &CardPin, new: &CardPin) -> Result<(), Refusal> {
    if old == new {
        return Err(Refusal::UnfitPin);
    }
    let status = card.send(&command::change_pin(old, new))?.status;
    require_pin_ok(status, "CHANGE REFERENCE DATA")
}

/// Verifies the PIN of the selected PIV application.
///
/// # Errors
/// [`Refusal::WrongPin`], [`Refusal::BlockedPin`].
pub fn verify_pin(card: &mut Card<'_>, pin: &CardPin) -> Result<(), Refusal> {
    let status = card.send(&command::verify_pin(pin))?.status;
    require_pin_ok(status, "VERIFY")
}

fn require_pin_ok(status: Status, command: &'static str) -> Result<(), Refusal> {
    match status {
        Status::OK => Ok(()),
        Status::BLOCKED => Err(Refusal::BlockedPin),
        Status(0x6A80) => Err(Refusal::UnfitPin),
        Status(word) if word & 0xFFF0 == 0x63C0 => Err(Refusal::WrongPin { tries_left: (word & 0x0F) as u8 }),
        status => Err(Refusal::UnexpectedStatus { command, status }),
    }
}

/// Has slot 9A sign a digest, and verifies the signature with the key of the certificate.
///
/// # Errors
/// [`Refusal::TransportPin`]: the PIN was never changed. [`Refusal::CopiedCard`]: another key made the
/// signature.
pub fn sign(card: &mut Card<'_>, certificate: &[u8], digest: &[u8; 32]) -> Result<Vec<u8>, Refusal> {
    let response = card.send(&command::sign(Slot::Authentication, digest))?;
    if response.status == Status::CONDITIONS {
        return Err(Refusal::TransportPin);
    }
    let signature = read_back::signature_of(&require_ok(response, "GENERAL AUTHENTICATE")?)?;
    if !is_signed_by(&certified_key(certificate)?, digest, &signature) {
        return Err(Refusal::CopiedCard);
    }
    Ok(signature)
}
