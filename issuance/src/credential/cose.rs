//! `COSE_Sign1` (RFC 9052 §4.2) around the claims of a CWT, and CBOR within limits.

use coset::cbor::Value as Cbor;
use coset::cbor::value::Integer;
use coset::iana::EnumI64 as _;
use coset::{
    CborSerializable as _, CoseSign1, Header, Label, ProtectedHeader, RegisteredLabelWithPrivate,
    SignatureContext, TaggedCborSerializable as _, iana, sig_structure_data,
};

use super::CredentialError;
use super::raw_signature;
use crate::algorithm::Algorithm;
use crate::public_key::PublicKey;

/// A map of ours has about a dozen keys.
const MAX_KEYS: usize = 64;
/// Header parameter `type` (RFC 9596 §2).
const TYPE: i64 = 16;
/// Header parameter `x5chain` (RFC 9360 §2).
const X5CHAIN: i64 = 33;

/// What the protected header of our CWT says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignHeader {
    pub(crate) algorithm: Algorithm,
    /// `type`, a media type.
    pub(crate) kind: Option<String>,
    /// A hint at the signer's key.
    pub(crate) key_id: Vec<u8>,
    /// The certificates, the signer's first, in DER.
    pub(crate) path: Vec<Vec<u8>>,
}

impl SignHeader {
    /// The protected header, all of it signed.
    fn to_coset(&self) -> Result<ProtectedHeader, CredentialError> {
        let number = self.algorithm.row().cose.ok_or(CredentialError::Algorithm)?;
        let mut rest = Vec::new();
        if let Some(kind) = &self.kind {
            rest.push((Label::Int(TYPE), Cbor::from(kind.as_str())));
        }
        match self.path.as_slice() {
            [] => {}
            [one] => rest.push((Label::Int(X5CHAIN), Cbor::from(one.as_slice()))),
            more => {
                let chain = more.iter().map(|der| Cbor::from(der.as_slice())).collect();
                rest.push((Label::Int(X5CHAIN), Cbor::Array(chain)));
            }
        }
        let header = Header {
            alg: Some(algorithm_label(number)?),
            key_id: self.key_id.clone(),
            rest,
            ..Header::default()
        };
        Ok(ProtectedHeader { original_data: None, header })
    }

    fn from_coset(header: &Header) -> Result<Self, CredentialError> {
        if !header.crit.is_empty() {
            return Err(CredentialError::Form("no critical header parameter is understood"));
        }
        let number = match &header.alg {
            Some(RegisteredLabelWithPrivate::Assigned(one)) => one.to_i64(),
            Some(RegisteredLabelWithPrivate::PrivateUse(_) | RegisteredLabelWithPrivate::Text(_)) | None => {
                return Err(CredentialError::Algorithm);
            }
        };
        let parameter = |label: i64| header.rest.iter().find(|(name, _)| *name == Label::Int(label));
        let kind = match parameter(TYPE) {
            None => None,
            Some((_, value)) => {
                Some(value.as_text().ok_or(CredentialError::Form("type is a text"))?.to_owned())
            }
        };
        let path = match parameter(X5CHAIN) {
            None => Vec::new(),
            Some((_, Cbor::Bytes(one))) => vec![one.clone()],
            Some((_, value)) => chain(value).ok_or(CredentialError::Form("x5chain is certificates"))?,
        };
        Ok(Self {
            algorithm: Algorithm::from_cose(number).ok_or(CredentialError::Algorithm)?,
            kind,
            key_id: header.key_id.clone(),
            path,
        })
    }
}

fn algorithm_label(number: i64) -> Result<RegisteredLabelWithPrivate<iana::Algorithm>, CredentialError> {
    let assigned = iana::Algorithm::from_i64(number).ok_or(CredentialError::Algorithm)?;
    Ok(RegisteredLabelWithPrivate::Assigned(assigned))
}

fn chain(value: &Cbor) -> Option<Vec<Vec<u8>>> {
    value.as_array()?.iter().map(|one| one.as_bytes().cloned()).collect()
}

/// A CWT laid out: the octets that will be signed are fixed.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The tagged message without its signature, which stands last.
    before: Vec<u8>,
    to_be_signed: Vec<u8>,
}

impl Layout {
    /// Takes the claims in the order in which they will stand.
    pub(crate) fn new(header: &SignHeader, claims: Vec<(i64, Cbor)>) -> Result<Self, CredentialError> {
        let map = claims.into_iter().map(|(name, value)| (Cbor::from(name), value)).collect();
        let payload = Cbor::Map(map).to_vec().map_err(|_| CredentialError::Form("claims in CBOR"))?;
        let protected = header.to_coset()?;
        let context = SignatureContext::CoseSign1;
        let to_be_signed = sig_structure_data(context, protected.clone(), None, &[], &payload);
        let unsigned = CoseSign1 { protected, payload: Some(payload), ..CoseSign1::default() };
        let mut before = unsigned.to_tagged_vec().map_err(|_| CredentialError::Form("COSE_Sign1"))?;
        // An empty byte string.
        before.pop();
        Ok(Self { before, to_be_signed })
    }

    /// `Sig_structure` (RFC 9052 §4.4).
    pub(crate) fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// The tagged message (tag 18).
    pub(crate) fn tagged(&self, signature: &[u8]) -> Result<Vec<u8>, CredentialError> {
        let last = Cbor::from(signature).to_vec().map_err(|_| CredentialError::Form("COSE_Sign1"))?;
        Ok([self.before.as_slice(), &last].concat())
    }

    /// The signature in a tagged message that equals this one octet for octet, apart from the signature.
    pub(crate) fn signature_in(&self, message: &[u8]) -> Option<Vec<u8>> {
        let last = message.strip_prefix(self.before.as_slice())?;
        let Ok(Cbor::Bytes(signature)) = Cbor::from_slice(last) else { return None };
        // The length must be in its shortest form, with nothing after the signature.
        (self.tagged(&signature).ok()? == message).then_some(signature)
    }
}

/// A CWT taken apart; nothing in it is trusted yet.
pub(crate) struct SignedCwt {
    pub(crate) header: SignHeader,
    claims: Cbor,
    to_be_signed: Vec<u8>,
    signature: Vec<u8>,
}

impl SignedCwt {
    /// Reads a `COSE_Sign1` under its tag, and the map of claims in it. The unprotected header is ignored:
    /// nobody signed it.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, CredentialError> {
        let form = || CredentialError::Form("a tagged COSE_Sign1 with a map of claims");
        let message = CoseSign1::from_tagged_slice(octets).map_err(|_| form())?;
        let header = SignHeader::from_coset(&message.protected.header)?;
        let payload = message.payload.as_deref().ok_or_else(form)?;
        let claims = Cbor::from_slice(payload).map_err(|_| form())?;
        if claims.as_map().is_none() || has_repeated_key(&claims) {
            return Err(form());
        }
        let context = SignatureContext::CoseSign1;
        let to_be_signed = sig_structure_data(context, message.protected.clone(), None, &[], payload);
        Ok(Self { header, claims, to_be_signed, signature: message.signature.clone() })
    }

    /// `Sig_structure` (RFC 9052 §4.4) over the message that was read.
    pub(crate) fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// Verifies with the key, whose algorithm must be the one in the header.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), CredentialError> {
        if self.header.algorithm != key.algorithm() {
            return Err(CredentialError::Algorithm);
        }
        Ok(raw_signature::verify(key, &self.to_be_signed, &self.signature)?)
    }

    /// A claim by its number.
    pub(crate) fn claim(&self, number: i64) -> Option<&Cbor> {
        entry(&self.claims, &Cbor::from(number))
    }

    /// The numbers of the claims, in their order; a key that is not a number counts as `i64::MAX`.
    pub(crate) fn claim_numbers(&self) -> Vec<i64> {
        let numbers =
            self.claims.as_map().into_iter().flatten().map(|(name, _)| {
                name.as_integer().and_then(|name| i64::try_from(name).ok()).unwrap_or(i64::MAX)
            });
        numbers.collect()
    }

    /// A claim in whole seconds.
    pub(crate) fn seconds(&self, number: i64, name: &'static str) -> Result<i64, CredentialError> {
        integer(self.claim(number)).ok_or(CredentialError::Claim(name))
    }

    /// A `NumericDate` that may be missing; when present it must be whole seconds.
    pub(crate) fn optional_seconds(
        &self,
        number: i64,
        name: &'static str,
    ) -> Result<Option<i64>, CredentialError> {
        if self.claim(number).is_some() { self.seconds(number, name).map(Some) } else { Ok(None) }
    }
}

/// The value under a key of a map.
pub(crate) fn entry<'a>(map: &'a Cbor, key: &Cbor) -> Option<&'a Cbor> {
    map.as_map()?.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// A text as a key.
pub(crate) fn text(text: &str) -> Cbor {
    Cbor::from(text)
}

/// A whole number that fits.
pub(crate) fn integer(value: Option<&Cbor>) -> Option<i64> {
    value.and_then(Cbor::as_integer).and_then(|number: Integer| i64::try_from(number).ok())
}

/// Whether a map, or a map within it, has a key twice, or so many keys that the comparison would take long.
fn has_repeated_key(map: &Cbor) -> bool {
    let entries = map.as_map().map(Vec::as_slice).unwrap_or_default();
    let repeated = |i: usize, key: &Cbor| entries.iter().skip(i + 1).any(|(other, _)| other == key);
    entries.len() > MAX_KEYS
        || entries.iter().enumerate().any(|(i, (key, value))| repeated(i, key) || has_repeated_key(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_anywhere_but_in_the_signature_is_seen() {
        let header = SignHeader {
            algorithm: Algorithm::EcdsaP256Sha256,
            kind: Some("application/cwt".to_owned()),
            key_id: vec![7; 8],
            path: Vec::new(),
        };
        let layout = Layout::new(&header, vec![(1, Cbor::from("issuer")), (4, Cbor::from(5))]).unwrap();
        for length in [0, 64, 96] {
            let message = layout.tagged(&vec![5; length]).unwrap();
            assert_eq!(layout.signature_in(&message).unwrap(), vec![5; length]);
            assert_eq!(SignedCwt::read(&message).unwrap().to_be_signed(), layout.to_be_signed());
            for at in 0..message.len() {
                let mut changed = message.clone();
                changed[at] ^= 1;
                assert_eq!(
                    layout.signature_in(&changed).is_some(),
                    at >= message.len() - length,
                    "octet {at}"
                );
                assert!(layout.signature_in(&message[..at]).is_none(), "cut at {at}");
            }
            assert!(layout.signature_in(&[message.as_slice(), &[0]].concat()).is_none());
        }
    }

    use crate::sample;

    fn layout(claims: Vec<(i64, Cbor)>) -> Layout {
        let header = SignHeader {
            algorithm: Algorithm::EcdsaP256Sha256,
            kind: Some("application/test".to_owned()),
            key_id: vec![1, 2, 3],
            path: vec![vec![4], vec![5]],
        };
        Layout::new(&header, claims).unwrap()
    }

    fn signed(claims: Vec<(i64, Cbor)>) -> Vec<u8> {
        let layout = layout(claims);
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, 1);
        layout.tagged(&raw_signature::sign(&signer, layout.to_be_signed()).unwrap()).unwrap()
    }

    #[test]
    fn a_message_reads_back_and_verifies() {
        let read = SignedCwt::read(&signed(vec![(6, Cbor::from(7))])).unwrap();
        read.verify(&sample::key(Algorithm::EcdsaP256Sha256, 1)).unwrap();
        assert!(read.verify(&sample::key(Algorithm::EcdsaP256Sha256, 2)).is_err());
        let other = sample::key(Algorithm::EcdsaP384Sha384, 1);
        assert!(matches!(read.verify(&other), Err(CredentialError::Algorithm)));
        assert_eq!((read.header.key_id.as_slice(), read.header.path.len()), (&[1, 2, 3][..], 2));
        assert_eq!((read.seconds(6, "iat").unwrap(), read.claim_numbers()), (7, vec![6]));
    }

    #[test]
    fn the_signature_of_rfc_8392_verifies() {
        // RFC 8392 appendix A.3 (a signed CWT) under the key of A.2.3; its key identifier stands unprotected.
        let protected = hex::decode("a10126").unwrap();
        let payload = hex::decode(concat!(
            "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b770378",
            "18636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a",
            "5610d9f0061a5610d9f007420b71"
        ));
        let signature = hex::decode(concat!(
            "5427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08",
            "c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30"
        ));
        let (payload, signature) = (payload.unwrap(), signature.unwrap());
        let unprotected = hex::decode("a104524173796d6d657472696345434453413235365850").unwrap();
        let message =
            [&[0xd2, 0x84, 0x43][..], &protected, &unprotected, &payload, &[0x58, 0x40], &signature];
        let read = SignedCwt::read(&message.concat()).unwrap();
        let point = hex::decode(concat!(
            "04143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f",
            "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9"
        ));
        let key = PublicKey::from_p256_point(&point.unwrap()).unwrap();
        read.verify(&key).unwrap();
        assert_eq!(read.claim(2).and_then(Cbor::as_text), Some("erikw"));
    }

    #[test]
    fn an_untagged_nested_or_repeating_message_is_refused() {
        let good = signed(vec![(6, Cbor::from(7))]);
        assert!(SignedCwt::read(&good[1..]).is_err());
        assert!(SignedCwt::read(&signed(vec![(6, Cbor::from(7)), (6, Cbor::from(8))])).is_err());
        assert!(SignedCwt::read(&signed((0..64).map(|name| (name, Cbor::from(0))).collect())).is_ok());
        assert!(SignedCwt::read(&signed((0..65).map(|name| (name, Cbor::from(0))).collect())).is_err());
        assert!(SignedCwt::read(&[&[0xd2][..], &[0x81; 100_000]].concat()).is_err());
        assert!(SignedCwt::read(&[0xd2, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
        for at in 0..good.len() {
            assert!(SignedCwt::read(&good[..at]).is_err());
        }
    }
}
