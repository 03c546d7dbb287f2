//! Inspection at a desk: are the data genuine, is the signer genuine, is this the card to which they belong,
//! and is it active?

use card_protocol::chip::ChipId;
use card_protocol::encoding::{Base64Bytes, HexArray, HexBytes};
use card_protocol::messages::{CheckAnswer, CheckRequest, CheckStatement, Purpose};
use card_protocol::proof::{check_answer_message, check_digest};
use chrono::{DateTime, Utc};
use issuance::Certificate;
use issuance::chain::{ChainError, verify_chain};
use issuance::lds::sod::{SodError, verify_sod};
use issuance::lds::{DataGroup, dg1};

use crate::activate::{sign, verify_pin};
use crate::card::Card;
use crate::edge::{Edge, random};
use crate::mrz::AccessKey;
use crate::pin::CardPin;
use crate::refusal::Refusal;
use crate::shown::ShownFiles;
use crate::trust::TrustAnchors;

/// The part of the service that a desk uses.
pub trait CheckService {
    /// Asks whether the card of the certificate is active.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    fn check(&mut self, request: &CheckRequest) -> Result<CheckAnswer, Refusal>;
}

/// What the desk knows before it reads the card.
pub struct Question<'q> {
    /// Printed on the card.
    pub access: &'q AccessKey,
    /// Typed by the holder. Without the PIN a copied card cannot be detected.
    pub pin: Option<&'q CardPin>,
}

/// What was found. Every field was checked.
#[derive(Debug)]
pub struct Findings {
    /// The id of the chip.
    pub chip_id: ChipId,
    /// The holder's names and dates, from EF.DG1.
    pub zone: issuance::lds::mrz::Td1,
    /// The portrait file EF.DG2, which is genuine.
    pub portrait: Vec<u8>,
    /// The common name of the CSCA to which the chain of the SOD leads.
    pub csca: String,
    /// Whether the card signed a fresh nonce with the key of its certificate.
    pub is_possession_proved: bool,
    /// The answer of the service, if it was asked.
    pub service: Option<CheckStatement>,
}

/// Checks the data that a card showed, and that the card is not a copy. The PIV application must be selected,
/// as [`ShownFiles::read`] leaves it.
///
/// # Errors
/// The first fault found; each has its own number.
pub fn inspect(
    card: &mut Card<'_>,
    edge: &mut dyn Edge,
    files: ShownFiles,
    question: &Question<'_>,
    trust: &TrustAnchors,
    service: Option<(&mut dyn CheckService, &Purpose)>,
) -> Result<Findings, Refusal> {
    let at = edge.now();
    let csca = check_files(&files, trust, at)?;
    let zone = dg1::decode(&files.dg1).map_err(|_| Refusal::ChangedFile("EF.DG1"))?;
    if zone.document_number != question.access.document_number() {
        return Err(Refusal::ChangedFile("EF.DG1"));
    }
    let certificate = files.authentication;
    check_certificate(&certificate, trust, at)?;
    let mut findings = Findings {
        chip_id: card.chip_id(),
        zone,
        portrait: files.dg2,
        csca,
        is_possession_proved: false,
        service: None,
    };
    let Some(pin) = question.pin else { return Ok(findings) };
    verify_pin(card, pin)?;
    let nonce = random(edge)?;
    let signature = sign(card, &certificate, &check_digest(&nonce))?;
    findings.is_possession_proved = true;
    if let Some((service, purpose)) = service {
        let malformed = |_| Refusal::MalformedAnswer("GENERAL AUTHENTICATE");
        let request = CheckRequest {
            certificate: Base64Bytes::new(certificate).map_err(malformed)?,
            purpose: purpose.clone(),
            nonce: HexArray(nonce),
            signature: HexBytes::new(signature).map_err(malformed)?,
            document_number: Some(findings.zone.document_number.clone()),
        };
        findings.service = Some(believe(&service.check(&request)?, &nonce, trust)?);
    }
    Ok(findings)
}

/// Passive authentication (Doc 9303-11 §5.1). Returns the common name of the CSCA.
fn check_files(files: &ShownFiles, trust: &TrustAnchors, at: DateTime<Utc>) -> Result<String, Refusal> {
    let sod = verify_sod(&files.sod, &trust.documents, at).map_err(of_sod)?;
    for (group, file, name) in [
        (DataGroup::Dg1, &files.dg1, "EF.DG1"),
        (DataGroup::Dg2, &files.dg2, "EF.DG2"),
        (DataGroup::Dg11, &files.dg11, "EF.DG11"),
    ] {
        sod.require(group, file).map_err(|_| Refusal::ChangedFile(name))?;
    }
    Ok(sod.csca().common_name().unwrap_or_default())
}

fn of_sod(error: SodError) -> Refusal {
    match error {
        SodError::Chain(ChainError::Revoked { .. }) => Refusal::Revoked,
        SodError::Chain(chain) => {
            Refusal::InvalidSod(format!("{error}: {chain}", error = "its signer's certificate"))
        }
        other => Refusal::InvalidSod(other.to_string()),
    }
}

fn check_certificate(der: &[u8], trust: &TrustAnchors, at: DateTime<Utc>) -> Result<(), Refusal> {
    let invalid = |error: &dyn std::fmt::Display| Refusal::InvalidCertificate(error.to_string());
    let leaf = Certificate::from_der(der).map_err(|error| invalid(&error))?;
    let mut refusal = Refusal::NoTrustAnchors;
    for root in &trust.roots {
        match verify_chain(&leaf, &trust.intermediates, root, &trust.crls, at) {
            Ok(_) => return Ok(()),
            Err(ChainError::Revoked { .. }) => return Err(Refusal::Revoked),
            Err(error) => refusal = invalid(&error),
        }
    }
    Err(refusal)
}

/// Accepts the answer of the service only with its signature and our nonce.
fn believe(answer: &CheckAnswer, nonce: &[u8; 32], trust: &TrustAnchors) -> Result<CheckStatement, Refusal> {
    let key = trust.answer_key.ok_or(Refusal::NoTrustAnchors)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| Refusal::UnsignedAnswer)?;
    let signature = ed25519_dalek::Signature::from_bytes(&answer.signature.0);
    key.verify_strict(&check_answer_message(answer.statement.as_bytes()), &signature)
        .map_err(|_| Refusal::UnsignedAnswer)?;
    let statement = answer.parse().map_err(|_| Refusal::UnsignedAnswer)?;
    if statement.nonce.0 != *nonce {
        return Err(Refusal::UnsignedAnswer);
    }
    if !statement.active {
        return Err(Refusal::NotActive);
    }
    Ok(statement)
}
