//! Password Authenticated Connection Establishment with generic mapping over elliptic curves and AES-128 (Doc
//! 9303-11 §4.4): what a chip and a reader compute. Both sides do the same; only the order of the messages
//! depends on the side.
//!
//! Not here: the APDUs, the secure messaging that follows, and the files on the card. The card of
//! docs/card-layout.md is opened with Basic Access Control.

use aes::cipher::{BlockCipherDecrypt as _, KeyInit as _};
use aes::{Aes128, Block};
use cmac::{Cmac, Mac as _};
use p256::elliptic_curve::group::{Curve as _, Group as _};
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::rand_core::CryptoRng;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use p256::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, Generate as _, NonZeroScalar, ProjectivePoint,
    Scalar,
};
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::lds::mrz::{self, MrzError, Td1};
use crate::oid;
use crate::tlv;

/// An authentication token: the first octets of a CMAC.
pub type Token = [u8; 8];

/// Why the two sides do not agree. No error says which side had the wrong password: both learn only that the
/// passwords differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaceError {
    /// The bytes are not an uncompressed point of the curve, or are the point at infinity.
    #[error("this is no point of the curve")]
    Point,
    /// The other side sent our own key back (Doc 9303-11 §4.4.1).
    #[error("the other side has our own key")]
    SameKey,
    /// The token does not come from a side that knows the password.
    #[error("the token does not fit")]
    Token,
}

/// K_π: the password of a card in the form in which its chip keeps it.
pub struct PasswordKey(Zeroizing<[u8; 16]>);

impl PasswordKey {
    /// The key of a card with this machine readable zone (§9.7.3).
    pub fn of(zone: &Td1) -> Result<Self, MrzError> {
        Self::from_parts(&zone.document_number, &zone.born, &zone.expires)
    }

    /// The key from document number (up to nine characters) and the dates as `YYMMDD`.
    pub fn from_parts(document_number: &str, born: &str, expires: &str) -> Result<Self, MrzError> {
        let information = mrz::bac_information(document_number, born, expires)?;
        let password = Zeroizing::new(<[u8; 20]>::from(Sha1::digest(information.as_bytes())));
        Ok(Self(derive(&password[..], 3)))
    }

    /// The octets, to be written to the card under a secure channel.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    /// Decrypts the nonce (§4.4.1 step 1). It is one block, so the mode of operation does not matter.
    pub fn open(&self, encrypted_nonce: [u8; 16]) -> Zeroizing<[u8; 16]> {
        let mut block = Block::from(encrypted_nonce);
        Aes128::new(&(*self.0).into()).decrypt_block(&mut block);
        Zeroizing::new(block.into())
    }
}

impl std::fmt::Debug for PasswordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordKey(…)")
    }
}

/// A key pair over a generator: the standard one for the mapping, the mapped one for the agreement.
struct Pair<C: CurveArithmetic> {
    secret: NonZeroScalar<C>,
    public: AffinePoint<C>,
}

impl<C> Pair<C>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    fn over(generator: ProjectivePoint<C>, secret: NonZeroScalar<C>) -> Self {
        Self { public: (generator * *secret).to_affine(), secret }
    }

    fn public(&self) -> Vec<u8> {
        octets::<C>(&self.public)
    }

    /// The point that both sides share.
    fn shared(&self, other: &[u8]) -> Result<ProjectivePoint<C>, PaceError> {
        let other = point::<C>(other)?;
        if other == self.public {
            return Err(PaceError::SameKey);
        }
        let shared = ProjectivePoint::<C>::from(other) * *self.secret;
        if bool::from(shared.is_identity()) { Err(PaceError::Point) } else { Ok(shared) }
    }
}

/// Second step (§4.4.3.3.1): the exchange of points with which both sides map the nonce to a generator that
/// nobody else knows.
pub struct Mapping<C: CurveArithmetic>(Pair<C>);

impl<C> Mapping<C>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    /// Draws the key pair for this step.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self::with(NonZeroScalar::generate_from_rng(rng))
    }

    fn with(secret: NonZeroScalar<C>) -> Self {
        Self(Pair::over(ProjectivePoint::<C>::generator(), secret))
    }

    /// The point to send to the other side, uncompressed.
    pub fn public(&self) -> Vec<u8> {
        self.0.public()
    }

    /// Ĝ = s·G + H.
    ///
    /// # Errors
    /// [`PaceError::Point`], [`PaceError::SameKey`].
    pub fn map(self, nonce: &[u8; 16], other: &[u8]) -> Result<Mapped<C>, PaceError> {
        let mut long = FieldBytes::<C>::default();
        let at = long.len().checked_sub(nonce.len()).ok_or(PaceError::Point)?;
        long[at..].copy_from_slice(nonce);
        let nonce = Scalar::<C>::reduce(&long);
        let generator = ProjectivePoint::<C>::generator() * nonce + self.0.shared(other)?;
        if bool::from(generator.is_identity()) { Err(PaceError::Point) } else { Ok(Mapped { generator }) }
    }
}

/// The generator to which the nonce was mapped.
pub struct Mapped<C: CurveArithmetic> {
    generator: ProjectivePoint<C>,
}

impl<C> Mapped<C>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    /// Third step (§4.4.1 step 3): draws the ephemeral key over the mapped generator.
    pub fn draw(self, rng: &mut impl CryptoRng) -> Agreement<C> {
        self.with(NonZeroScalar::generate_from_rng(rng))
    }

    fn with(self, secret: NonZeroScalar<C>) -> Agreement<C> {
        Agreement(Pair::over(self.generator, secret))
    }
}

/// Key agreement over the mapped generator.
pub struct Agreement<C: CurveArithmetic>(Pair<C>);

impl<C> Agreement<C>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    /// The point to send to the other side, uncompressed.
    pub fn public(&self) -> Vec<u8> {
        self.0.public()
    }

    /// The session keys, and the tokens with which each side shows that it has them (§4.4.3.4).
    ///
    /// # Errors
    /// [`PaceError::Point`], [`PaceError::SameKey`].
    pub fn agree(self, other: &[u8]) -> Result<Session, PaceError> {
        let shared = Zeroizing::new(self.0.shared(other)?.to_affine().x());
        let [encryption, authentication] = [1, 2].map(|counter| derive(shared.as_ref(), counter));
        let own = token(&authentication, other);
        let expected = token(&authentication, &self.public());
        Ok(Session { encryption, authentication, own, expected })
    }
}

/// The result for both sides, if they knew the same password.
pub struct Session {
    encryption: Zeroizing<[u8; 16]>,
    authentication: Zeroizing<[u8; 16]>,
    own: Token,
    expected: Token,
}

impl Session {
    /// The token for the other side.
    pub fn token(&self) -> Token {
        self.own
    }

    /// Compares the other side's token, and returns KS_enc and KS_MAC for the secure messaging.
    ///
    /// # Errors
    /// [`PaceError::Token`]: the passwords differ.
    pub fn keys(self, token: &Token) -> Result<[Zeroizing<[u8; 16]>; 2], PaceError> {
        if bool::from(self.expected.ct_eq(token)) {
            Ok([self.encryption, self.authentication])
        } else {
            Err(PaceError::Token)
        }
    }
}

/// The key derivation function for AES-128 (§9.7.1): the first octets of SHA-1 over secret and counter.
fn derive(secret: &[u8], counter: u32) -> Zeroizing<[u8; 16]> {
    let mut hash = Sha1::new_with_prefix(secret);
    hash.update(counter.to_be_bytes());
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

/// The CMAC over the other side's key as a public key data object (§9.4.5): `7F49 { 06 protocol, 86 point }`.
fn token(key: &[u8; 16], point: &[u8]) -> Token {
    let protocol = tlv::write(0x06, oid::PACE_ECDH_GM_AES_128.as_bytes());
    let object = tlv::wrap(0x7f49, &[protocol, tlv::write(0x86, point)]);
    let mac = Cmac::<Aes128>::new(key.into()).chain_update(object).finalize().into_bytes();
    let mut token = Token::default();
    token.copy_from_slice(&mac[..8]);
    token
}

fn octets<C>(point: &AffinePoint<C>) -> Vec<u8>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: ToSec1Point<C>,
{
    point.to_sec1_point(false).as_bytes().to_vec()
}

fn point<C>(octets: &[u8]) -> Result<AffinePoint<C>, PaceError>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C>,
{
    if octets.first() != Some(&0x04) {
        return Err(PaceError::Point);
    }
    let read = Sec1Point::<C>::from_bytes(octets).map_err(|_| PaceError::Point)?;
    AffinePoint::<C>::from_sec1_point(&read).into_option().ok_or(PaceError::Point)
}

#[cfg(test)]
mod tests;
