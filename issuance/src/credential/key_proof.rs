//! The proof that a wallet has the key to which a credential will be bound: a JWT over the issuer's nonce, as
//! OpenID for Verifiable Credential Issuance 1.0 appendix F.1 has it (`proof type jwt`), with the key in the
//! header.

use chrono::{DateTime, Duration, Utc};

use super::CredentialError;
use super::jwk;
use super::jws::Jws;
use super::window::SKEW_SECONDS;
use crate::public_key::PublicKey;

/// `typ` of such a proof.
pub(crate) const PROOF_TYPE: &str = "openid4vci-proof+jwt";
/// A proof with more octets is not read.
pub const MAX_PROOF_OCTETS: usize = 4096;

/// The holder's key, proved to be at hand: the proof is for this issuer, answers this nonce, and is no older
/// than the nonce is valid.
///
/// # Errors
/// A text that is too long or of another form, a key that JOSE does not sign with, a private key, another
/// audience, nonce or time, a signature that does not verify.
/// signature that does not verify.
pub fn holder_key(
    proof: &str,
    issuer: &str,
    nonce: &str,
    max_age: Duration,
    at: DateTime<Utc>,
) -> Result<PublicKey, CredentialError> {
    if proof.len() > MAX_PROOF_OCTETS {
        return Err(CredentialError::TooLarge(proof.len()));
    }
    let jws = Jws::read(proof)?;
    jws.require_type(PROOF_TYPE)?;
    let jwk = jws.header.get("jwk").ok_or(CredentialError::Form("the key stands in jwk"))?;
    let key = jwk::read(jwk)?;
    jws.verify(&key)?;
    if jws.text("aud")? != issuer {
        return Err(CredentialError::Binding("it is for another issuer"));
    }
    if jws.text("nonce")? != nonce {
        return Err(CredentialError::Binding("it answers another nonce"));
    }
    match at.timestamp().checked_sub(jws.seconds("iat")?) {
        Some(age) if (-SKEW_SECONDS..=max_age.num_seconds()).contains(&age) => Ok(key),
        Some(_) | None => Err(CredentialError::Binding("it is too old, or from the future")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::jws::{compact, signing_input};
    use super::super::raw_signature;
    use super::*;
    use crate::algorithm::Algorithm;
    use crate::sample;

    const ISSUER: &str = "https://pid.example.mn";

    fn now() -> DateTime<Utc> {
        "2026-11-25T08:00:00Z".parse().unwrap()
    }

    /// A proof for key 1 signed by key `signed_by`, after a change of header and claims.
    fn proof(signed_by: u8, change: impl Fn(&mut Value, &mut Value)) -> String {
        let key = sample::key(Algorithm::EcdsaP256Sha256, 1);
        let mut header = json!({ "alg": "ES256", "typ": PROOF_TYPE, "jwk": jwk::of(&key) });
        let mut payload = json!({ "aud": ISSUER, "nonce": "n-1", "iat": now().timestamp() });
        change(&mut header, &mut payload);
        let (Value::Object(header), Value::Object(payload)) = (header, payload) else {
            panic!("two objects")
        };
        let input = signing_input(&header, &payload);
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, signed_by);
        compact(&input, &raw_signature::sign(&signer, input.as_bytes()).unwrap())
    }

    fn read(proof: &str) -> Result<PublicKey, CredentialError> {
        holder_key(proof, ISSUER, "n-1", Duration::minutes(10), now())
    }

    #[test]
    fn a_key_at_hand_is_taken_from_its_proof() {
        let key = read(&proof(1, |_, _| ())).unwrap();
        assert_eq!(key, sample::key(Algorithm::EcdsaP256Sha256, 1));
    }

    #[test]
    fn a_key_that_signed_nothing_for_us_now_is_refused() {
        assert!(read(&proof(2, |_, _| ())).is_err(), "signed by another key");
        type Change = fn(&mut Value, &mut Value);
        let changes: [(&str, Change); 9] = [
            ("another type", |header, _| header["typ"] = json!("kb+jwt")),
            ("no key", |header, _| header["jwk"] = Value::Null),
            ("a private key", |header, _| header["jwk"]["d"] = json!("AA")),
            ("another algorithm", |header, _| header["alg"] = json!("ES384")),
            ("another issuer", |_, payload| payload["aud"] = json!("https://other.example.mn")),
            ("another nonce", |_, payload| payload["nonce"] = json!("n-2")),
            ("of an hour ago", |_, payload| payload["iat"] = json!(now().timestamp() - 3600)),
            ("of tomorrow", |_, payload| payload["iat"] = json!(now().timestamp() + 86_400)),
            ("of no time", |_, payload| payload["iat"] = json!(i64::MIN)),
        ];
        for (what, change) in changes {
            assert!(read(&proof(1, change)).is_err(), "{what}");
        }
        assert!(matches!(read(&"a".repeat(MAX_PROOF_OCTETS + 1)), Err(CredentialError::TooLarge(_))));
    }
}
