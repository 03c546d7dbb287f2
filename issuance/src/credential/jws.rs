//! A JWT in compact form, signed as RFC 7515 §3.1 lays it out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::CredentialError;
use super::raw_signature;
use super::window::Window;
use crate::algorithm::Algorithm;
use crate::public_key::PublicKey;

const NO_JWT: CredentialError = CredentialError::Form("three parts in base64url, two of them JSON objects");

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// `BASE64URL(header) . BASE64URL(payload)`: the octets that are signed.
pub(crate) fn signing_input(header: &Object, payload: &Object) -> String {
    let mut text = String::new();
    append(header, &mut text);
    text.push('.');
    append(payload, &mut text);
    text
}

fn append(object: &Object, text: &mut String) {
    // A map of strings and values always serialises.
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(object).unwrap_or_default(), text);
}

/// The compact form of a JWT.
pub(crate) fn compact(signing_input: &str, signature: &[u8]) -> String {
    let mut text = String::new();
    compact_into(signing_input, signature, &mut text);
    text
}

/// Writes the compact form after what `text` already contains.
pub(crate) fn compact_into(signing_input: &str, signature: &[u8], text: &mut String) {
    text.push_str(signing_input);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, text);
}

/// Splits the compact form into the octets that were signed and the signature.
pub(crate) fn parts(text: &str) -> Result<(&str, Vec<u8>), CredentialError> {
    let (signing_input, signature) = text.rsplit_once('.').ok_or(NO_JWT)?;
    Ok((signing_input, URL_SAFE_NO_PAD.decode(signature).map_err(|_| NO_JWT)?))
}

/// A JWT taken apart; nothing in it is trusted yet.
#[derive(Clone, Debug)]
pub(crate) struct Jws {
    pub(crate) header: Object,
    pub(crate) payload: Object,
    signing_input: String,
    signature: Vec<u8>,
}

impl Jws {
    /// Reads the three parts. A header with critical parameters is refused, because none is understood (RFC
    /// 7515 §4.1.11).
    pub(crate) fn read(text: &str) -> Result<Self, CredentialError> {
        let (signing_input, signature) = parts(text)?;
        let (header, payload) = signing_input.split_once('.').ok_or(NO_JWT)?;
        let (header, payload) = (object(header).ok_or(NO_JWT)?, object(payload).ok_or(NO_JWT)?);
        if header.contains_key("crit") {
            return Err(CredentialError::Form("no critical header parameter is understood"));
        }
        Ok(Self { header, payload, signing_input: signing_input.to_owned(), signature })
    }

    /// The algorithm in the header, if its row lets it sign credentials; `none` and HMAC never do.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, CredentialError> {
        let name = self.header.get("alg").and_then(Value::as_str);
        name.and_then(Algorithm::from_jose).ok_or(CredentialError::Algorithm)
    }

    /// Requires this `typ`.
    pub(crate) fn require_type(&self, expected: &'static str) -> Result<(), CredentialError> {
        match self.header.get("typ").and_then(Value::as_str) {
            Some(found) if found == expected => Ok(()),
            Some(_) | None => Err(CredentialError::Form("typ is that of another kind of JWT")),
        }
    }

    /// Verifies with the key, whose algorithm must be the one in the header.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), CredentialError> {
        if self.algorithm()? != key.algorithm() {
            return Err(CredentialError::Algorithm);
        }
        Ok(raw_signature::verify(key, self.signing_input.as_bytes(), &self.signature)?)
    }

    /// A `NumericDate` in whole seconds.
    pub(crate) fn seconds(&self, name: &'static str) -> Result<i64, CredentialError> {
        self.payload.get(name).and_then(Value::as_i64).ok_or(CredentialError::Claim(name))
    }

    /// A `NumericDate` that may be absent; if present, it must be whole seconds.
    pub(crate) fn optional_seconds(&self, name: &'static str) -> Result<Option<i64>, CredentialError> {
        if self.payload.contains_key(name) { self.seconds(name).map(Some) } else { Ok(None) }
    }

    /// The period from `iat`, and `nbf` if present, to `exp` (RFC 7519 §4.1).
    pub(crate) fn window(&self) -> Result<Window, CredentialError> {
        Ok(Window {
            issued: self.seconds("iat")?,
            not_before: self.optional_seconds("nbf")?,
            expires: self.seconds("exp")?,
        })
    }

    /// A claim that is a text.
    pub(crate) fn text(&self, name: &'static str) -> Result<&str, CredentialError> {
        self.payload.get(name).and_then(Value::as_str).ok_or(CredentialError::Claim(name))
    }
}

fn object(part: &str) -> Option<Object> {
    let octets = URL_SAFE_NO_PAD.decode(part).ok()?;
    match serde_json::from_slice(&octets).ok()? {
        Value::Object(object) => Some(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sample;

    fn signed(header: Value) -> String {
        let (Value::Object(header), Value::Object(payload)) = (header, json!({ "iat": 1 })) else {
            unreachable!("two objects")
        };
        let input = signing_input(&header, &payload);
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, 1);
        compact(&input, &raw_signature::sign(&signer, input.as_bytes()).unwrap())
    }

    #[test]
    fn the_jwt_of_rfc_8037_verifies() {
        // RFC 8037 appendix A.4. Its payload is not a JSON object, so the parts are read one by one.
        let jwk =
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = super::super::jwk::read(&jwk).unwrap();
        raw_signature::verify(&key, input.as_bytes(), &signature).unwrap();
        assert!(raw_signature::verify(&key, &input.as_bytes()[1..], &signature).is_err());
        assert!(matches!(Jws::read(&compact(input, &signature)), Err(CredentialError::Form(_))));
    }

    #[test]
    fn the_algorithm_is_the_one_of_the_key() {
        let key = sample::key(Algorithm::EcdsaP256Sha256, 1);
        Jws::read(&signed(json!({ "alg": "ES256" }))).unwrap().verify(&key).unwrap();
        for alg in ["ES384", "EdDSA", "none", "HS256", "PS256"] {
            let jws = Jws::read(&signed(json!({ "alg": alg }))).unwrap();
            assert!(matches!(jws.verify(&key), Err(CredentialError::Algorithm)), "{alg}");
        }
        assert!(Jws::read(&signed(json!({}))).unwrap().verify(&key).is_err());
    }

    #[test]
    fn a_jwt_has_a_beginning_and_an_end() {
        let window = |payload: Value| {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            Jws::read(&format!("{}.{}.AA", part(&json!({})), part(&payload))).unwrap().window()
        };
        let plain = Window { issued: 10, not_before: None, expires: 20 };
        assert_eq!(window(json!({ "iat": 10, "exp": 20 })).unwrap(), plain);
        let later = window(json!({ "iat": 10, "nbf": 15, "exp": 20 })).unwrap();
        assert_eq!(later, Window { not_before: Some(15), ..plain });
        for (wrong, name) in [
            (json!({ "iat": 10 }), "exp"),
            (json!({ "exp": 20 }), "iat"),
            (json!({ "iat": 10, "nbf": "1", "exp": 20 }), "nbf"),
            (json!({ "iat": 10, "nbf": null, "exp": 20 }), "nbf"),
            (json!({ "iat": 10, "exp": 20.5 }), "exp"),
        ] {
            assert!(matches!(window(wrong), Err(CredentialError::Claim(found)) if found == name));
        }
    }

    #[test]
    fn what_is_critical_is_not_understood() {
        assert!(Jws::read(&signed(json!({ "alg": "ES256", "crit": ["b64"], "b64": false }))).is_err());
    }

    #[test]
    fn what_is_no_jwt_is_refused() {
        for text in ["", ".", "..", "a.b.c", "e30.e30", "e30.W10.AA", "e30.e30.A=", "e30. e30.AA"] {
            assert!(Jws::read(text).is_err(), "{text}");
        }
        assert!(Jws::read("e30.e30.AA").is_ok());
    }
}
