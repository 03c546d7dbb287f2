//! Checks a signed statement about a record as a court would: with the public key only.

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use issuance::PublicKey;
use serde_json::Value;

use super::installation::Installation;

/// The content of a statement, if the answer key signed it.
///
/// # Errors
/// If it has another form, or the signature does not fit.
pub fn read(installation: &Installation, signed: &Value) -> anyhow::Result<Value> {
    let text = |member: &str| signed[member].as_str().with_context(|| format!("a statement has {member}"));
    let statement = STANDARD.decode(text("statement")?)?;
    let reply = installation.stranger()?.get("/pki/answer.public.der")?;
    let key = PublicKey::from_spki_der(&reply.require(200)?.body).map_err(|e| anyhow::anyhow!("{e}"))?;
    let signed_octets = [b"burtgel/v1/person-statement\0".as_slice(), &statement].concat();
    let fits = key.verify(&signed_octets, &hex::decode(text("signature")?)?).is_ok();
    ensure!(fits, "the signature does not fit");
    Ok(serde_json::from_slice(&statement)?)
}
