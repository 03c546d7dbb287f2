//! A disclosure: a claim with its salt, and the digest by which the issuer signs it (RFC 9901 §4.2).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::elliptic_curve::rand_core::CryptoRng;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::CredentialError;
use super::super::jws::Object;

/// Octets of salt: §9.3 recommends 128 bits.
pub(crate) const SALT_OCTETS: usize = 16;
/// Names that no disclosed claim may have (§4.2.1).
const RESERVED: [&str; 2] = ["_sd", "..."];
/// Claims that a credential shows to everyone or not at all (draft-ietf-oauth-sd-jwt-vc §2.2.2.2). `iat` is
/// not among them, but ours is always in clear.
const NEVER_DISCLOSED: [&str; 7] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];
/// The depth to which disclosures may contain disclosures.
const MAX_DEPTH: usize = 8;

/// One disclosure: its text and its content.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Disclosure {
    pub(crate) encoded: String,
    /// The digest, which the issuer signs.
    pub(crate) digest: String,
    pub(crate) salt: String,
    /// The name of the claim; `None` for an element of an array.
    pub(crate) name: Option<String>,
    pub(crate) value: Value,
}

impl Disclosure {
    /// Makes the disclosure of a claim, with a salt drawn from the generator.
    pub(crate) fn draw(name: &str, value: Value, rng: &mut impl CryptoRng) -> Self {
        let salt = random(rng);
        // An array of texts and values can always be serialised.
        let array = serde_json::to_vec(&(&salt, name, &value)).unwrap_or_default();
        let encoded = URL_SAFE_NO_PAD.encode(array);
        Self::of(encoded, salt, Some(name.to_owned()), value)
    }

    fn of(encoded: String, salt: String, name: Option<String>, value: Value) -> Self {
        Self { digest: digest(&encoded), encoded, salt, name, value }
    }

    /// Reads a disclosure (§4.2.1, §4.2.2).
    pub(crate) fn read(encoded: &str) -> Result<Self, CredentialError> {
        let form = || CredentialError::Disclosure("an array of salt, name and value in base64url");
        let octets = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| form())?;
        let parts: Vec<Value> = serde_json::from_slice(&octets).map_err(|_| form())?;
        let (salt, name, value) = match <[Value; 3]>::try_from(parts) {
            Ok([Value::String(salt), Value::String(name), value]) => (salt, Some(name), value),
            Ok(_) => return Err(form()),
            Err(parts) => match <[Value; 2]>::try_from(parts) {
                Ok([Value::String(salt), value]) => (salt, None, value),
                Ok(_) | Err(_) => return Err(form()),
            },
        };
        if name.as_deref().is_some_and(|name| RESERVED.contains(&name)) {
            return Err(CredentialError::Disclosure("a reserved name"));
        }
        Ok(Self::of(encoded.to_owned(), salt, name, value))
    }
}

/// SHA-256 over the text, in base64url (§4.2.3).
pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// The digest of random octets (§4.2.5): it hides how many claims there are.
pub(crate) fn decoy(rng: &mut impl CryptoRng) -> String {
    digest(&random(rng))
}

fn random(rng: &mut impl CryptoRng) -> String {
    let mut octets = [0; SALT_OCTETS];
    rng.fill_bytes(&mut octets);
    URL_SAFE_NO_PAD.encode(octets)
}

/// Replaces digests by their disclosures (§7.1 step 3), and removes all remaining digests.
///
/// # Errors
/// A digest that occurs twice, a disclosure that no digest names, a name that is there already, a claim that
/// must be in clear.
pub(crate) fn disclose(payload: Object, disclosures: Vec<Disclosure>) -> Result<Object, CredentialError> {
    let mut left = BTreeMap::new();
    for one in disclosures {
        if left.insert(one.digest.clone(), one).is_some() {
            return Err(CredentialError::Disclosure("stands twice"));
        }
    }
    let mut resolving = Resolving { left, seen: Vec::new() };
    let mut claims = resolving.object(payload, 0)?;
    claims.remove("_sd_alg");
    if !resolving.left.is_empty() {
        return Err(CredentialError::Disclosure("is not one that the issuer signed"));
    }
    resolving.seen.sort_unstable();
    if resolving.seen.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(CredentialError::Disclosure("a digest stands twice"));
    }
    Ok(claims)
}

struct Resolving {
    left: BTreeMap<String, Disclosure>,
    seen: Vec<String>,
}

impl Resolving {
    fn take(&mut self, digest: Value) -> Result<Option<Disclosure>, CredentialError> {
        let Value::String(digest) = digest else {
            return Err(CredentialError::Disclosure("a digest is a text"));
        };
        let disclosure = self.left.remove(&digest);
        self.seen.push(digest);
        Ok(disclosure)
    }

    fn value(&mut self, value: Value, depth: usize) -> Result<Value, CredentialError> {
        if depth > MAX_DEPTH {
            return Err(CredentialError::Disclosure("too deep"));
        }
        Ok(match value {
            Value::Object(object) => Value::Object(self.object(object, depth + 1)?),
            Value::Array(elements) => {
                let mut plain = Vec::new();
                for element in elements {
                    match hidden(element) {
                        Ok(digest) => match self.take(digest)? {
                            None => {}
                            Some(one) if one.name.is_none() => plain.push(self.value(one.value, depth + 1)?),
                            Some(_) => {
                                return Err(CredentialError::Disclosure(
                                    "a claim in the place of an element",
                                ));
                            }
                        },
                        Err(element) => plain.push(self.value(element, depth + 1)?),
                    }
                }
                Value::Array(plain)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        })
    }

    fn object(&mut self, mut object: Object, depth: usize) -> Result<Object, CredentialError> {
        let digests = match object.remove("_sd") {
            None => Vec::new(),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(CredentialError::Disclosure("_sd is an array")),
        };
        let mut plain = Object::new();
        for (name, value) in object {
            if name == "..." {
                return Err(CredentialError::Disclosure("`...` stands beside other claims"));
            }
            plain.insert(name, self.value(value, depth)?);
        }
        for digest in digests {
            let Some(one) = self.take(digest)? else { continue };
            let name = one.name.ok_or(CredentialError::Disclosure("an element in the place of a claim"))?;
            // At a greater depth they are not claims of the credential, but members of one.
            if depth == 0 && NEVER_DISCLOSED.contains(&name.as_str()) {
                return Err(CredentialError::Disclosure("a claim that must stand in clear"));
            }
            if plain.contains_key(&name) {
                return Err(CredentialError::Disclosure("a claim that is there already"));
            }
            let value = self.value(one.value, depth)?;
            plain.insert(name, value);
        }
        Ok(plain)
    }
}

/// The digest in place of an element, or the element itself.
fn hidden(element: Value) -> Result<Value, Value> {
    match element {
        Value::Object(mut one) if one.len() == 1 => one.remove("...").ok_or(Value::Object(one)),
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_disclosures_of_the_rfc_have_its_digests() {
        // RFC 9901 §4.2.1, §4.2.2, §4.2.3.
        let claim =
            Disclosure::read("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0")
                .unwrap();
        assert_eq!((claim.name.as_deref(), claim.value.as_str()), (Some("family_name"), Some("Möbius")));
        assert_eq!(claim.digest, "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
        let element = Disclosure::read("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0").unwrap();
        assert_eq!((element.name.as_deref(), element.value.as_str()), (None, Some("FR")));
        assert_eq!(element.digest, "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs");
    }

    #[test]
    fn what_is_no_disclosure_is_refused() {
        for text in [
            json!([]),
            json!(["salt"]),
            json!([1, "name", 2]),
            json!(["s", "n", 1, 2]),
            json!({}),
            json!(["salt", "_sd", []]),
            json!(["salt", "...", 1]),
            json!(["salt", 1, 2]),
        ] {
            assert!(Disclosure::read(&URL_SAFE_NO_PAD.encode(text.to_string())).is_err(), "{text}");
        }
        assert!(Disclosure::read("no base64!").is_err());
    }

    fn written(parts: Value) -> Disclosure {
        Disclosure::read(&URL_SAFE_NO_PAD.encode(parts.to_string())).unwrap()
    }

    fn of(payload: Value, disclosures: &[Disclosure]) -> Result<Value, CredentialError> {
        let Value::Object(payload) = payload else { unreachable!("an object") };
        disclose(payload, disclosures.to_vec()).map(Value::Object)
    }

    #[test]
    fn disclosures_within_disclosures_and_arrays_are_put_in_place() {
        let inner = written(json!(["a", "locality", "Arvaikheer"]));
        let outer = written(json!(["b", "place", { "_sd": [inner.digest] }]));
        let element = written(json!(["c", "MN"]));
        let payload = json!({ "_sd": [outer.digest, digest("decoy")], "_sd_alg": "sha-256",
            "states": [{ "...": element.digest }, { "...": digest("other") }] });
        let all = [inner.clone(), outer.clone(), element];
        assert_eq!(
            of(payload.clone(), &all).unwrap(),
            json!({ "place": { "locality": "Arvaikheer" }, "states": ["MN"] })
        );
        assert_eq!(of(payload.clone(), &[outer]).unwrap(), json!({ "place": {}, "states": [] }));
        // An inner disclosure without its outer one belongs nowhere.
        assert!(of(payload, &[inner]).is_err());
    }

    #[test]
    fn a_claim_of_the_frame_is_not_disclosed() {
        for name in ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"] {
            let hidden = written(json!(["a", name, 1]));
            let payload = json!({ "_sd": [hidden.digest] });
            // If it is not disclosed, a verifier that asks for the claim finds that it is missing.
            assert_eq!(of(payload.clone(), &[]).unwrap(), json!({}));
            let result = of(payload, std::slice::from_ref(&hidden));
            assert!(
                matches!(result, Err(CredentialError::Disclosure("a claim that must stand in clear"))),
                "{name}"
            );
            let member = json!({ "place": { "_sd": [hidden.digest] } });
            assert_eq!(of(member, &[hidden]).unwrap(), json!({ "place": { name: 1 } }));
        }
        let issued = written(json!(["a", "iat", 1]));
        assert_eq!(of(json!({ "_sd": [issued.digest] }), &[issued]).unwrap(), json!({ "iat": 1 }));
    }

    #[test]
    fn what_stands_twice_or_in_the_wrong_place_is_refused() {
        let claim = written(json!(["a", "name", 1]));
        let element = written(json!(["c", "MN"]));
        let one = std::slice::from_ref(&claim);
        let twice = json!({ "_sd": [claim.digest, claim.digest] });
        assert!(of(twice, one).is_err());
        assert!(of(json!({ "_sd": [claim.digest] }), &[claim.clone(), claim.clone()]).is_err());
        assert!(of(json!({ "_sd": [claim.digest], "name": 2 }), one).is_err());
        assert!(of(json!({ "_sd": [element.digest] }), &[element]).is_err());
        assert!(of(json!({ "list": [{ "...": claim.digest }] }), one).is_err());
        assert!(of(json!({ "_sd": "text" }), &[]).is_err());
        assert!(of(json!({ "_sd": [7] }), &[]).is_err());
        assert!(of(json!({}), &[claim]).is_err());
        let deep = (0..20).fold(json!(1), |value, _| json!([value]));
        assert!(of(json!({ "deep": deep }), &[]).is_err());
    }
}
