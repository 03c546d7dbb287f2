//! Certification requests (PKCS#10, RFC 2986), which an authority sends to the root of another authority.
//!
//! A request asks for a name and a key, and proves possession of the key. The root decides what the
//! certificate says, so a request has no attributes. It is prepared, read back under a throw-away key, signed
//! and verified; only then does it leave.

use der::asn1::SetOfVec;
use der::{Decode as _, DecodePem as _, Encode as _, EncodePem as _};
use x509_cert::request::{CertReq, CertReqInfo, Version};

use crate::certificate::signed_part;
use crate::name::AuthorityName;
use crate::prepared::signed;
use crate::public_key::{CurveForm, PublicKey, PublicKeyError};
use crate::signer::{SignError, Signer};
use crate::throw_away;

/// The longest request that is read, in octets.
const MOST_OCTETS: usize = 16 * 1024;

/// Why a request was not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The request cannot be encoded, or the octets are not a request.
    #[error("the certification request cannot be written or read")]
    Der(#[from] der::Error),
    /// The octets are longer than any request of ours.
    #[error("a certification request of {0} octets is not read")]
    TooLong(usize),
    /// The key is not of a kind that we use.
    #[error("the key of the certification request")]
    Key(#[from] PublicKeyError),
    /// The octets that would be signed cannot be read back.
    #[error("the certification request cannot be read back")]
    NotReadBack,
    /// The signing key is not the one that the request names.
    #[error("a certification request must be signed with the key that it names, and this is another key")]
    OtherKey,
    /// The signer failed.
    #[error("sign the certification request")]
    Sign(#[from] SignError),
    /// The sender does not have the key.
    #[error(
        "the signature of the certification request does not verify: possession of the key is not proved"
    )]
    Signature,
}

/// A request before signing, read back under a throw-away key.
#[derive(Clone, Debug)]
pub struct PreparedRequest {
    key: PublicKey,
    info_der: Vec<u8>,
}

/// A request whose signature verifies with the key that it names.
#[derive(Clone, Debug)]
pub struct CertificationRequest {
    key: PublicKey,
    parsed: CertReq,
    der: Vec<u8>,
}

impl PreparedRequest {
    /// Lays out a request for a name and a key.
    pub fn new(name: &AuthorityName, key: PublicKey) -> Result<Self, RequestError> {
        let info = CertReqInfo {
            version: Version::V1,
            subject: name.to_x509()?,
            public_key: key.to_spki(CurveForm::Named)?,
            attributes: SetOfVec::new(),
        };
        let info_der = info.to_der()?;
        let reads_back = throw_away::rehearse_signed(&info_der, key.algorithm(), |der| {
            CertificationRequest::read(der).is_ok_and(|request| request.parsed.info == info)
        });
        if reads_back { Ok(Self { key, info_der }) } else { Err(RequestError::NotReadBack) }
    }

    /// The octets that will be signed.
    pub fn tbs_der(&self) -> &[u8] {
        &self.info_der
    }

    /// Signs with the key that the request names, and verifies the signature.
    pub fn sign(self, signer: &dyn Signer) -> Result<CertificationRequest, RequestError> {
        if PublicKey::from_spki_der(signer.spki_der())? != self.key {
            return Err(RequestError::OtherKey);
        }
        let signature = signer.sign(&self.info_der)?;
        CertificationRequest::from_der(&signed(
            &self.info_der,
            self.key.algorithm().identifier(),
            &signature,
        )?)
    }
}

impl CertificationRequest {
    /// Reads a request and verifies that its sender has the key.
    pub fn from_der(der: &[u8]) -> Result<Self, RequestError> {
        let request = Self::read(der)?;
        let signature = request.parsed.signature.as_bytes().ok_or(RequestError::Signature)?;
        request.key.verify(signed_part(der)?, signature).map_err(|_| RequestError::Signature)?;
        Ok(request)
    }

    /// Reads a request without verifying it.
    fn read(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > MOST_OCTETS {
            return Err(RequestError::TooLong(der.len()));
        }
        let parsed = CertReq::from_der(der)?;
        let (key, _) = PublicKey::from_spki(&parsed.info.public_key)?;
        if parsed.algorithm != key.algorithm().identifier() {
            return Err(RequestError::Signature);
        }
        Ok(Self { key, parsed, der: der.to_vec() })
    }

    /// Reads a request in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, RequestError> {
        if pem.len() > 2 * MOST_OCTETS {
            return Err(RequestError::TooLong(pem.len()));
        }
        Self::from_der(&CertReq::from_pem(pem)?.to_der()?)
    }

    /// The key for which it asks a certificate.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The name for which it asks, as RFC 4514 writes it.
    pub fn subject(&self) -> String {
        self.parsed.info.subject.to_string()
    }

    /// The octets of the request, in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM.
    pub fn to_pem(&self) -> Result<String, RequestError> {
        Ok(self.parsed.to_pem(der::pem::LineEnding::LF)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Environment;
    use crate::sample;
    use crate::signer::Algorithm;

    fn name() -> AuthorityName {
        AuthorityName::new(Environment::Test, "Registry", Some("NTRMN-9000001"), "eID Issuing CA 1")
    }

    fn request(algorithm: Algorithm, seed: u8) -> CertificationRequest {
        let signer = sample::signer(algorithm, seed);
        PreparedRequest::new(&name(), signer.public_key()).unwrap().sign(&signer).unwrap()
    }

    #[test]
    fn a_request_is_read_back_with_its_name_and_key() {
        for algorithm in Algorithm::ALL {
            let made = request(algorithm, 1);
            let read = CertificationRequest::from_pem(&made.to_pem().unwrap()).unwrap();
            assert_eq!(read.der(), made.der());
            assert_eq!(read.public_key(), &sample::signer(algorithm, 1).public_key());
            assert!(read.subject().contains("TEST eID Issuing CA 1"), "{}", read.subject());
        }
    }

    #[test]
    fn what_is_signed_are_the_octets_that_were_laid_out() {
        let signer = sample::signer(Algorithm::EcdsaP384Sha384, 1);
        let prepared = PreparedRequest::new(&name(), signer.public_key()).unwrap();
        let laid_out = prepared.tbs_der().to_vec();
        let made = prepared.sign(&signer).unwrap();
        assert_eq!(signed_part(made.der()).unwrap(), laid_out);
    }

    #[test]
    fn another_key_does_not_sign() {
        let prepared =
            PreparedRequest::new(&name(), sample::signer(Algorithm::EcdsaP384Sha384, 1).public_key())
                .unwrap();
        let other = sample::signer(Algorithm::EcdsaP384Sha384, 2);
        assert!(matches!(prepared.sign(&other), Err(RequestError::OtherKey)));
    }

    #[test]
    fn a_changed_request_proves_nothing_and_no_octets_are_a_panic() {
        let made = request(Algorithm::EcdsaP256Sha256, 1);
        for at in 0..made.der().len() {
            let mut changed = made.der().to_vec();
            changed[at] ^= 1;
            assert!(CertificationRequest::from_der(&changed).is_err(), "octet {at}");
            assert!(CertificationRequest::from_der(&made.der()[..at]).is_err());
        }
        assert!(matches!(
            CertificationRequest::from_der(&vec![0x30; 20_000]),
            Err(RequestError::TooLong(20_000))
        ));
    }
}
