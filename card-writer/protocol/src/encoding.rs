//! Bytes in JSON: hex and base64 with a length that is checked once, at the border.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Why a text does not hold the expected bytes. The error never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// Not hex.
    #[error("not hexadecimal")]
    Hex,
    /// Not standard base64 with padding.
    #[error("not base64")]
    Base64,
    /// Too many or too few bytes.
    #[error("{length} bytes instead of {wanted}")]
    Length {
        /// Number of bytes found.
        length: usize,
        /// The number of bytes, or the greatest number, that is allowed.
        wanted: usize,
    },
}

/// Exactly `N` bytes, written as lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexArray<const N: usize>(pub [u8; N]);

/// At most `MAX` bytes, written as lower-case hex.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexBytes<const MAX: usize>(Vec<u8>);

/// At most `MAX` bytes, written as standard base64 with padding.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Base64Bytes<const MAX: usize>(Vec<u8>);

/// Exactly `N` secret bytes, written as hex; cannot be printed, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretHex<const N: usize>([u8; N]);

fn fixed<const N: usize>(text: &str) -> Result<[u8; N], EncodingError> {
    if text.len() != 2 * N {
        return Err(EncodingError::Length { length: text.len() / 2, wanted: N });
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| EncodingError::Hex)?;
    Ok(bytes)
}

fn at_most<const MAX: usize>(bytes: Vec<u8>) -> Result<Vec<u8>, EncodingError> {
    if bytes.len() > MAX {
        return Err(EncodingError::Length { length: bytes.len(), wanted: MAX });
    }
    Ok(bytes)
}

impl<const N: usize> TryFrom<String> for HexArray<N> {
    type Error = EncodingError;
    fn try_from(text: String) -> Result<Self, EncodingError> {
        fixed(&text).map(Self)
    }
}

impl<const N: usize> From<HexArray<N>> for String {
    fn from(bytes: HexArray<N>) -> String {
        hex::encode(bytes.0)
    }
}

impl<const MAX: usize> HexBytes<MAX> {
    /// Takes bytes of a checked length.
    ///
    /// # Errors
    /// [`EncodingError::Length`] for more than `MAX`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, EncodingError> {
        at_most::<MAX>(bytes).map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for HexBytes<MAX> {
    type Error = EncodingError;
    fn try_from(text: String) -> Result<Self, EncodingError> {
        if text.len() > 2 * MAX {
            return Err(EncodingError::Length { length: text.len() / 2, wanted: MAX });
        }
        hex::decode(text).map(Self).map_err(|_| EncodingError::Hex)
    }
}

impl<const MAX: usize> From<HexBytes<MAX>> for String {
    fn from(bytes: HexBytes<MAX>) -> String {
        hex::encode(bytes.0)
    }
}

impl<const MAX: usize> Base64Bytes<MAX> {
    /// Takes bytes of a checked length.
    ///
    /// # Errors
    /// [`EncodingError::Length`] for more than `MAX`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, EncodingError> {
        at_most::<MAX>(bytes).map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, owned.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Base64Bytes<MAX> {
    type Error = EncodingError;
    fn try_from(text: String) -> Result<Self, EncodingError> {
        if text.len() > MAX.div_ceil(3) * 4 {
            return Err(EncodingError::Length { length: text.len() / 4 * 3, wanted: MAX });
        }
        at_most::<MAX>(STANDARD.decode(text).map_err(|_| EncodingError::Base64)?).map(Self)
    }
}

impl<const MAX: usize> From<Base64Bytes<MAX>> for String {
    fn from(bytes: Base64Bytes<MAX>) -> String {
        STANDARD.encode(bytes.0)
    }
}

impl<const N: usize> SecretHex<N> {
    /// Takes the secret in.
    pub fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// Shows the secret to the code that uses it.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> TryFrom<String> for SecretHex<N> {
    type Error = EncodingError;
    fn try_from(text: String) -> Result<Self, EncodingError> {
        let text = Zeroizing::new(text);
        fixed(&text).map(Self)
    }
}

impl<const N: usize> From<SecretHex<N>> for String {
    fn from(bytes: SecretHex<N>) -> String {
        hex::encode(bytes.0)
    }
}

impl<const N: usize> fmt::Debug for HexArray<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl<const MAX: usize> fmt::Debug for HexBytes<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl<const MAX: usize> fmt::Debug for Base64Bytes<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl<const N: usize> fmt::Debug for SecretHex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(feature = "openapi")]
mod openapi {
    use std::borrow::Cow;
    use std::ops::RangeInclusive;

    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
    use utoipa::{PartialSchema, ToSchema};

    fn text(lengths: RangeInclusive<usize>, pattern: Option<&str>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(*lengths.start()).filter(|length| *length > 0))
            .max_length(Some(*lengths.end()))
            .pattern(pattern)
            .build()
            .into()
    }

    /// Each length is a type of its own, and so has a name of its own.
    macro_rules! described {
        ($($bytes:ident $length:ident $name:literal $lengths:expr, $pattern:expr;)*) => {
            $(
                impl<const $length: usize> PartialSchema for super::$bytes<$length> {
                    fn schema() -> RefOr<Schema> {
                        text($lengths, $pattern)
                    }
                }

                impl<const $length: usize> ToSchema for super::$bytes<$length> {
                    fn name() -> Cow<'static, str> {
                        format!($name).into()
                    }
                }
            )*
        };
    }

    described! {
        HexArray N "Hex{N}" 2 * N..=2 * N, Some("^[0-9a-f]*$");
        HexBytes MAX "HexUpTo{MAX}" 0..=2 * MAX, Some("^([0-9a-f]{2})*$");
        Base64Bytes MAX "Base64UpTo{MAX}" 0..=MAX.div_ceil(3) * 4, None;
        SecretHex N "SecretHex{N}" 2 * N..=2 * N, Some("^[0-9a-f]*$");
    }

    impl PartialSchema for crate::chip::ChipId {
        fn schema() -> RefOr<Schema> {
            text(20..=20, Some("^[0-9a-f]{20}$"))
        }
    }
    impl ToSchema for crate::chip::ChipId {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_through_json() {
        let text = serde_json::to_string(&HexArray([1, 0xAB])).unwrap();
        assert_eq!(text, "\"01ab\"");
        assert_eq!(serde_json::from_str::<HexArray<2>>(&text).unwrap().0, [1, 0xAB]);
        let text = serde_json::to_string(&Base64Bytes::<4>::new(vec![1, 2, 3, 4]).unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Base64Bytes<4>>(&text).unwrap().as_bytes(), [1, 2, 3, 4]);
    }

    #[test]
    fn too_long_too_short_and_broken_texts_are_refused() {
        assert!(serde_json::from_str::<HexArray<2>>("\"01\"").is_err());
        assert!(serde_json::from_str::<HexArray<2>>("\"01zz\"").is_err());
        assert!(serde_json::from_str::<HexBytes<1>>("\"0101\"").is_err());
        assert!(serde_json::from_str::<Base64Bytes<3>>("\"AQIDBA==\"").is_err());
        assert!(serde_json::from_str::<Base64Bytes<3>>("\"A\"").is_err());
        assert!(Base64Bytes::<1>::new(vec![0; 2]).is_err());
    }

    #[test]
    fn a_secret_is_not_printed_and_not_repeated_in_an_error() {
        assert_eq!(format!("{:?}", SecretHex::new([0xAB; 4])), "[redacted]");
        let error = serde_json::from_str::<SecretHex<16>>("\"c0ffee\"").unwrap_err();
        assert!(!error.to_string().contains("c0ffee"));
    }
}
