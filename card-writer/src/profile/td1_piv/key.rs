//! Key pairs made on the card, their proofs and certificates.

use card_protocol::encoding::{HexArray, HexBytes};
use card_protocol::layout::Slot;
use card_protocol::messages::KeyProof;
use card_protocol::proof::key_proof_digest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Bench;
use crate::command::{self, PivObject};
use crate::possession::{certified_key, is_signed_by};
use crate::read_back;
use crate::refusal::Refusal;

fn step(verb: &str, slot: Slot) -> String {
    format!("{verb}-{:02x}", slot.key_reference())
}

/// Makes the key pair. Repeating it before a certificate exists only discards an unused key.
pub fn generate(bench: &mut Bench<'_, '_>, slot: Slot) -> Result<Value, Refusal> {
    let answer = bench.require(&command::generate(slot), "GENERATE ASYMMETRIC KEY PAIR")?;
    let public_key = read_back::public_key_of(&answer)?;
    Ok(json!({"public_key": hex::encode(public_key)}))
}

fn public_key(bench: &Bench<'_, '_>, slot: Slot) -> Result<[u8; 65], Refusal> {
    let bytes = bench.earlier(&step("generate", slot), "public_key")?;
    bytes.try_into().map_err(|_| Refusal::NoPossession)
}

/// Lets the card sign the nonce of the service, and checks the signature before sending it.
pub fn prove(bench: &mut Bench<'_, '_>, slot: Slot) -> Result<Value, Refusal> {
    let public_key = public_key(bench, slot)?;
    let digest = key_proof_digest(&bench.nonce(slot)?, slot, &bench.card.chip_id(), &public_key);
    let answer = bench.require(&command::sign_under_channel(slot, &digest), "GENERAL AUTHENTICATE")?;
    let proof = read_back::signature_of(&answer)?;
    if !is_signed_by(&public_key, &digest, &proof) {
        return Err(Refusal::NoPossession);
    }
    Ok(json!({"proof": hex::encode(proof)}))
}

/// Asks for the certificate. The request is the same after a restart, so the service gives the same answer.
pub fn certify(bench: &mut Bench<'_, '_>, slot: Slot) -> Result<Value, Refusal> {
    let public_key = public_key(bench, slot)?;
    let proof =
        HexBytes::new(bench.earlier(&step("prove", slot), "proof")?).map_err(|_| Refusal::NoPossession)?;
    let request = KeyProof { slot, public_key: HexArray(public_key), proof };
    let certificate = bench.service.certify(bench.job.id, &request)?.certificate.into_bytes();
    if certified_key(&certificate)? != public_key {
        return Err(Refusal::CertificateOfAnotherKey);
    }
    let sha256 = hex::encode(Sha256::digest(&certificate));
    bench.certificates.insert(slot, certificate);
    Ok(json!({"sha256": sha256}))
}

/// The certificate from this run, or that of an earlier run, by asking again.
pub fn certificate(bench: &mut Bench<'_, '_>, slot: Slot) -> Result<Vec<u8>, Refusal> {
    if !bench.certificates.contains_key(&slot) {
        certify(bench, slot)?;
        let certificate = bench.certificates.get(&slot).map(|bytes| Sha256::digest(bytes).to_vec());
        if certificate != Some(bench.earlier(&step("certify", slot), "sha256")?) {
            return Err(Refusal::CertificateOfAnotherKey);
        }
    }
    bench.certificates.get(&slot).cloned().ok_or(Refusal::CertificateOfAnotherKey)
}

/// Writes the certificate to the card.
pub fn write_certificate(bench: &mut Bench<'_, '_>, slot: Slot) -> Result<Value, Refusal> {
    let content = read_back::certificate_content(&certificate(bench, slot)?);
    super::put(bench, PivObject::Certificate(slot), &content)
}
