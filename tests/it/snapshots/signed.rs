//! What was signed, opened, so that its claims are held: the statements of answers, and the credential of a
//! QR code.
//!
//! It is read with general libraries only, not by the code that wrote it.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use coset::CborSerializable as _;
use coset::cbor::Value as Cbor;
use flate2::read::ZlibDecoder;
use serde_json::{Map, Value, json};

/// `COSE_Sign1` (RFC 9052 §2).
const SIGN1: u64 = 18;
/// Integers from this value on are seconds of this century.
const SECONDS: i128 = 1_600_000_000;

/// Replaces every signed value in an answer by its content. A value that cannot be read is left as it is.
pub fn opened(answer: Value) -> Value {
    match answer {
        Value::Object(members) => {
            let member = |(name, value): (String, Value)| {
                let said = match (name.as_str(), &value) {
                    ("statement", Value::String(text)) => statement(text),
                    ("credential", Value::String(text)) => credential(text),
                    _ => None,
                };
                (name, said.unwrap_or_else(|| opened(value)))
            };
            Value::Object(members.into_iter().map(member).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(opened).collect()),
        other => other,
    }
}

fn statement(text: &str) -> Option<Value> {
    serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
}

/// base45 (RFC 9285), zlib, CWT (RFC 8392).
fn credential(text: &str) -> Option<Value> {
    let mut cwt = Vec::new();
    ZlibDecoder::new(base45::decode(text).ok()?.as_slice()).read_to_end(&mut cwt).ok()?;
    read(&cwt)
}

fn read(octets: &[u8]) -> Option<Value> {
    Cbor::from_slice(octets).ok().map(said)
}

fn said(value: Cbor) -> Value {
    match value {
        Cbor::Integer(number) => match i128::from(number) {
            SECONDS.. => json!("<seconds>"),
            number => json!(i64::try_from(number).ok()),
        },
        Cbor::Text(text) => json!(text),
        Cbor::Bool(is) => json!(is),
        Cbor::Bytes(_) => json!("<octets>"),
        Cbor::Array(items) => items.into_iter().map(said).collect(),
        Cbor::Map(pairs) => Value::Object(pairs.into_iter().map(pair).collect::<Map<_, _>>()),
        Cbor::Tag(SIGN1, signed) => match signed.into_array().as_deref() {
            Ok([Cbor::Bytes(protected), unprotected, Cbor::Bytes(payload), Cbor::Bytes(_)]) => json!({
                "protected": read(protected), "unprotected": said(unprotected.clone()), "claims": read(payload),
            }),
            Ok(_) | Err(_) => Value::Null,
        },
        Cbor::Tag(tag, tagged) => json!({ "tag": tag, "tagged": said(*tagged) }),
        // `null`, and types that our credentials do not use.
        _ => Value::Null,
    }
}

fn pair((name, value): (Cbor, Cbor)) -> (String, Value) {
    let name = match name {
        Cbor::Integer(number) => i128::from(number).to_string(),
        Cbor::Text(text) => text,
        other => format!("{other:?}"),
    };
    (name, said(value))
}
