//! Key pairs in a token: made, found, judged, destroyed.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use issuance::algorithm::KeyKind;
use issuance::{Algorithm, PublicKey};

use super::TokenError;

/// Bytes of a pair's CKA_ID: random, so that it says nothing and repeats nowhere.
pub const ID_BYTES: usize = 16;

/// CKA_EC_PARAMS: the curve's OID in DER (RFC 5480 §2.1.1.1, RFC 8410 §3).
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// The other form that PKCS#11 3.0 §2.3.10 allows: a PrintableString.
const ED25519_NAMED: &[u8] = b"\x13\x0cedwards25519";
/// 65537, most significant octet first.
const EXPONENT: &[u8] = &[1, 0, 1];

/// A private key in a token, as an inventory shows it.
#[derive(Debug, Clone)]
pub struct KeyInfo {
    /// Its label: the purpose.
    pub label: String,
    /// Its public half, if it is of an algorithm of ours.
    pub public: Option<PublicKey>,
    /// Why it would not be used.
    pub fault: Option<&'static str>,
}

/// A private key that is fit to be used, and its public half.
pub(super) struct Found {
    pub(super) private: ObjectHandle,
    pub(super) public: PublicKey,
}

/// What a private key of ours must be, and what is wrong if it is not. An attribute that the token does not
/// tell counts as wrong.
const MUST: [(AttributeType, bool, &str); 8] = [
    (AttributeType::Token, true, "is of this session alone"),
    (AttributeType::Private, true, "can be used without a PIN"),
    (AttributeType::Local, true, "was not made in this token: others may have it"),
    (AttributeType::Sensitive, true, "can be read in clear"),
    (AttributeType::AlwaysSensitive, true, "could once be read in clear"),
    (AttributeType::Extractable, false, "can be taken out of the token"),
    (AttributeType::NeverExtractable, true, "could once be taken out of the token"),
    (AttributeType::Sign, true, "may not sign"),
];

/// What it must not be able to do: each use is a purpose of its own.
const MUST_NOT: [(AttributeType, &str); 4] = [
    (AttributeType::Decrypt, "may also decrypt, or the token does not say"),
    (AttributeType::Unwrap, "may also unwrap keys, or the token does not say"),
    (AttributeType::Derive, "may also derive keys, or the token does not say"),
    (AttributeType::SignRecover, "may also sign with recovery, or the token does not say"),
];

/// Makes a pair whose private half can be read, wrapped, copied and relabelled by nobody.
pub(super) fn generate(
    session: &Session,
    label: &str,
    id: &[u8; ID_BYTES],
    algorithm: Algorithm,
) -> Result<PublicKey, TokenError> {
    let (mechanism, mut public) = match algorithm.row().key {
        KeyKind::Edwards => (Mechanism::EccEdwardsKeyPairGen, vec![Attribute::EcParams(ED25519.to_vec())]),
        KeyKind::Curve => {
            let curve = if algorithm == Algorithm::EcdsaP256Sha256 { P256 } else { P384 };
            (Mechanism::EccKeyPairGen, vec![Attribute::EcParams(curve.to_vec())])
        }
        KeyKind::Rsa(bits) => (
            Mechanism::RsaPkcsKeyPairGen,
            vec![
                Attribute::ModulusBits(u64::from(bits).into()),
                Attribute::PublicExponent(EXPONENT.to_vec()),
            ],
        ),
    };
    let named = [Attribute::Token(true), Attribute::Label(label.into()), Attribute::Id(id.to_vec())];
    public.extend(named.clone());
    public.extend([Attribute::Private(false), Attribute::Verify(true), Attribute::Modifiable(false)]);
    let mut private = named.to_vec();
    private.extend([
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::SignRecover(false),
        Attribute::Decrypt(false),
        Attribute::Unwrap(false),
        Attribute::Derive(false),
        Attribute::Modifiable(false),
        Attribute::Copyable(false),
    ]);
    let (public, _) = session
        .generate_key_pair(&mechanism, &public, &private)
        .map_err(|source| TokenError::function("make a key pair", source))?;
    match read_public(session, public, label)? {
        key if key.algorithm() == algorithm => Ok(key),
        _ => Err(TokenError::public(label)),
    }
}

/// The key of a label: the one with that public half or, without it, the only one; fit, and of one purpose.
pub(super) fn find(
    session: &Session,
    label: &str,
    certified: Option<&PublicKey>,
) -> Result<Found, TokenError> {
    let mut fitting = Vec::new();
    for (private, public) in pairs(session, label)? {
        if certified.is_none_or(|certified| *certified == public) {
            fitting.push(Found { private, public });
        }
    }
    let count = fitting.len();
    let (Some(found), true) = (fitting.pop(), count == 1) else {
        let label = label.to_owned();
        return Err(if count == 0 {
            TokenError::NoKey { label }
        } else {
            TokenError::SeveralKeys { label, count }
        });
    };
    if let Some(fault) = fault_of(session, found.private)? {
        return Err(TokenError::Unfit { label: label.to_owned(), fault });
    }
    require_one_purpose(session, label, &found)?;
    Ok(found)
}

/// Every private key.
pub(super) fn list(session: &Session) -> Result<Vec<KeyInfo>, TokenError> {
    let mut keys = Vec::new();
    for private in objects(session, &[Attribute::Class(ObjectClass::PRIVATE_KEY)])? {
        let label = label_of(session, private)?;
        let public =
            public_of(session, private, &label)?.and_then(|at| read_public(session, at, &label).ok());
        keys.push(KeyInfo { fault: fault_of(session, private)?, label, public });
    }
    keys.sort_by(|one, other| {
        let order = |key: &KeyInfo| (key.label.clone(), key.public.as_ref().map(PublicKey::fingerprint));
        order(one).cmp(&order(other))
    });
    Ok(keys)
}

/// Destroys both halves, and looks whether they are gone.
pub(super) fn destroy(session: &Session, label: &str, public: &PublicKey) -> Result<bool, TokenError> {
    let failed = |source| TokenError::function("destroy a key", source);
    let mut was_there = false;
    for (private, found) in pairs(session, label)? {
        if found == *public {
            let halves = public_of(session, private, label)?;
            session.destroy_object(private).map_err(failed)?;
            if let Some(half) = halves {
                session.destroy_object(half).map_err(failed)?;
            }
            was_there = true;
        }
    }
    if pairs(session, label)?.iter().any(|(_, left)| left == public) {
        return Err(TokenError::Unfit {
            label: label.to_owned(),
            fault: "is still there after it was destroyed",
        });
    }
    Ok(was_there)
}

/// The private keys of a label, each with its public half.
fn pairs(session: &Session, label: &str) -> Result<Vec<(ObjectHandle, PublicKey)>, TokenError> {
    let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(label.into())];
    let mut pairs = Vec::new();
    for private in objects(session, &template)? {
        let public = public_of(session, private, label)?.ok_or_else(|| TokenError::public(label))?;
        pairs.push((private, read_public(session, public, label)?));
    }
    Ok(pairs)
}

/// No other label has the same key, whichever way it came there: by its identifier, or by its public half.
fn require_one_purpose(session: &Session, label: &str, found: &Found) -> Result<(), TokenError> {
    let refuse = |other: String| Err(TokenError::TwoPurposes { label: label.to_owned(), other });
    let id = id_of(session, found.private)?;
    for private in objects(session, &[Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id)])? {
        let other = label_of(session, private)?;
        if other != label {
            return refuse(other);
        }
    }
    for public in objects(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY)])? {
        let other = label_of(session, public)?;
        if other != label && read_public(session, public, &other).is_ok_and(|key| key == found.public) {
            return refuse(other);
        }
    }
    Ok(())
}

fn fault_of(session: &Session, private: ObjectHandle) -> Result<Option<&'static str>, TokenError> {
    let asked: Vec<AttributeType> =
        MUST.iter().map(|(of, ..)| *of).chain(MUST_NOT.iter().map(|(of, _)| *of)).collect();
    let told = session
        .get_attributes(private, &asked)
        .map_err(|source| TokenError::function("read a key's attributes", source))?;
    Ok(judged(&told.iter().filter_map(flag).collect::<Vec<_>>()))
}

/// What is wrong with a private key of which a token tells this; what it does not tell counts as wrong.
fn judged(told: &[(AttributeType, bool)]) -> Option<&'static str> {
    let value = |of| told.iter().find(|(told, _)| *told == of).map(|(_, value)| *value);
    let missing = MUST.iter().find(|(of, right, _)| value(*of) != Some(*right)).map(|(_, _, fault)| *fault);
    let more = || MUST_NOT.iter().find(|(of, _)| value(*of) != Some(false)).map(|(_, fault)| *fault);
    missing.or_else(more)
}

fn flag(attribute: &Attribute) -> Option<(AttributeType, bool)> {
    let value = match attribute {
        Attribute::Token(value)
        | Attribute::Private(value)
        | Attribute::Local(value)
        | Attribute::Sensitive(value)
        | Attribute::AlwaysSensitive(value)
        | Attribute::Extractable(value)
        | Attribute::NeverExtractable(value)
        | Attribute::Sign(value)
        | Attribute::SignRecover(value)
        | Attribute::Decrypt(value)
        | Attribute::Unwrap(value)
        | Attribute::Derive(value) => *value,
        // Not of ours, and not asked for.
        _ => return None,
    };
    Some((attribute.attribute_type(), value))
}

fn read_public(session: &Session, public: ObjectHandle, label: &str) -> Result<PublicKey, TokenError> {
    let asked = [
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::EcPoint,
        AttributeType::Modulus,
        AttributeType::PublicExponent,
    ];
    let told = session
        .get_attributes(public, &asked)
        .map_err(|source| TokenError::function("read a public key", source))?;
    let (mut kind, mut curve, mut point, mut modulus, mut exponent) = (None, None, None, None, None);
    for attribute in told {
        match attribute {
            Attribute::KeyType(value) => kind = Some(value),
            Attribute::EcParams(value) => curve = Some(value),
            Attribute::EcPoint(value) => point = Some(value),
            Attribute::Modulus(value) => modulus = Some(value),
            Attribute::PublicExponent(value) => exponent = Some(value),
            // Not asked for.
            _ => {}
        }
    }
    let key = match (kind, curve.as_deref(), point, modulus, exponent) {
        (Some(KeyType::RSA), _, _, Some(modulus), Some(exponent)) => {
            PublicKey::from_rsa_numbers(&modulus, &exponent).ok()
        }
        (Some(KeyType::EC | KeyType::EC_EDWARDS), Some(curve), Some(point), ..) => {
            algorithm_of(curve).and_then(|of| PublicKey::from_bits(of, unwrapped(&point)).ok())
        }
        _ => None,
    };
    key.ok_or_else(|| TokenError::public(label))
}

fn algorithm_of(curve: &[u8]) -> Option<Algorithm> {
    match curve {
        P256 => Some(Algorithm::EcdsaP256Sha256),
        P384 => Some(Algorithm::EcdsaP384Sha384),
        ED25519 | ED25519_NAMED => Some(Algorithm::Ed25519),
        _ => None,
    }
}

/// CKA_EC_POINT is a DER OCTET STRING around the point (PKCS#11 2.40 §2.3.3); some tokens leave the wrapping
/// out.
fn unwrapped(point: &[u8]) -> &[u8] {
    match point {
        [0x04, length, bits @ ..] if usize::from(*length) == bits.len() && *length < 0x80 => bits,
        bare => bare,
    }
}

fn public_of(
    session: &Session,
    private: ObjectHandle,
    label: &str,
) -> Result<Option<ObjectHandle>, TokenError> {
    let template = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::Id(id_of(session, private)?),
        Attribute::Label(label.into()),
    ];
    Ok(objects(session, &template)?.into_iter().next())
}

fn objects(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>, TokenError> {
    session.find_objects(template).map_err(|source| TokenError::function("look for a key", source))
}

fn id_of(session: &Session, object: ObjectHandle) -> Result<Vec<u8>, TokenError> {
    Ok(bytes_of(session, object, AttributeType::Id)?.unwrap_or_default())
}

fn label_of(session: &Session, object: ObjectHandle) -> Result<String, TokenError> {
    let label = bytes_of(session, object, AttributeType::Label)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&label).into_owned())
}

fn bytes_of(
    session: &Session,
    object: ObjectHandle,
    of: AttributeType,
) -> Result<Option<Vec<u8>>, TokenError> {
    let told = session
        .get_attributes(object, &[of])
        .map_err(|source| TokenError::function("read a key's name", source))?;
    Ok(told.into_iter().find_map(|attribute| match attribute {
        Attribute::Id(bytes) | Attribute::Label(bytes) => Some(bytes),
        // Not asked for.
        _ => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_does_not_tell_counts_as_wrong() {
        let right: Vec<(AttributeType, bool)> = MUST
            .iter()
            .map(|(of, value, _)| (*of, *value))
            .chain(MUST_NOT.iter().map(|(of, _)| (*of, false)))
            .collect();
        assert_eq!(judged(&right), None);
        for at in 0..right.len() {
            let mut silent = right.clone();
            silent.remove(at);
            assert!(judged(&silent).is_some(), "{:?}", right[at]);
            let mut wrong = right.clone();
            wrong[at].1 = !wrong[at].1;
            assert!(judged(&wrong).is_some(), "{:?}", right[at]);
        }
    }
}
