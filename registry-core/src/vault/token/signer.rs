//! A private key in a token, as the issuance library uses keys.

use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::MechanismType;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::object::ObjectHandle;
use issuance::public_key::CurveForm;
use issuance::signer::{SignError, ecdsa_value};
use issuance::{Algorithm, PublicKey, Signer};

use super::{Opened, Token, TokenError, key};

/// Octets of salt in a PSS signature, as `issuance::algorithm` writes it into the identifier.
const SALT_OCTETS: u64 = 32;
/// What a key signs when it is opened: no certificate, list or document, for each of those is DER and begins
/// with 0x30.
const TRIAL: &[u8] = b"burtgel: does this key sign for its public half?";

/// A key in a token.
pub struct TokenSigner {
    token: Arc<Token>,
    purpose: String,
    public: PublicKey,
    spki: Vec<u8>,
    /// Where the key is, and in which generation of sessions that was so.
    handle: Mutex<Option<(u64, ObjectHandle)>>,
}

impl TokenSigner {
    /// Takes a key that was found fit, and lets it sign once.
    pub(super) fn new(
        token: Arc<Token>,
        purpose: &str,
        public: PublicKey,
    ) -> Result<TokenSigner, TokenError> {
        let spki = public.to_spki_der(CurveForm::Named).map_err(|_| TokenError::public(purpose))?;
        let signer =
            TokenSigner { token, purpose: purpose.to_owned(), public, spki, handle: Mutex::default() };
        let signature = signer.sign_in_token(TRIAL)?;
        let mismatch = || TokenError::Mismatch { label: purpose.to_owned() };
        let signature = signer.written(signature).map_err(|_| mismatch())?;
        signer.public.verify(TRIAL, &signature).map_err(|_| mismatch())?;
        Ok(signer)
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign_in_token(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let algorithm = self.algorithm();
        let mechanism = mechanism(algorithm);
        // A token gets the digest: not every one hashes (SoftHSM 2.6 knows raw ECDSA alone), and a card is
        // slow at it.
        let digest = algorithm.digest(message);
        let input = digest.as_deref().unwrap_or(message);
        self.token.run(|opened| {
            let key = self.find(opened)?;
            opened.session.sign(&mechanism, key, input).map_err(|source| TokenError::function("sign", source))
        })
    }

    /// The handle; after the token was lost the key is looked for, and judged, anew.
    fn find(&self, opened: &Opened) -> Result<ObjectHandle, TokenError> {
        let mut known = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((generation, handle)) = *known
            && generation == opened.generation
        {
            return Ok(handle);
        }
        let found = key::find(&opened.session, &self.purpose, Some(&self.public))?;
        *known = Some((opened.generation, found.private));
        Ok(found.private)
    }

    fn written(&self, answer: Vec<u8>) -> Result<Vec<u8>, SignError> {
        match self.algorithm() {
            algorithm @ (Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384) => {
                ecdsa_value(algorithm, &answer)
            }
            Algorithm::Ed25519 | Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => Ok(answer),
        }
    }
}

fn mechanism(algorithm: Algorithm) -> Mechanism<'static> {
    match algorithm {
        Algorithm::Ed25519 => Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure)),
        Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384 => Mechanism::Ecdsa,
        Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => Mechanism::RsaPkcsPss(PkcsPssParams {
            hash_alg: MechanismType::SHA256,
            mgf: PkcsMgfType::MGF1_SHA256,
            s_len: SALT_OCTETS.into(),
        }),
    }
}

impl Signer for TokenSigner {
    fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let answer = self.sign_in_token(message).map_err(|error| SignError::Store(Box::new(error)))?;
        self.written(answer)
    }
}

impl std::fmt::Debug for TokenSigner {
    /// Purpose, algorithm and token; there is no key to show.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner")
            .field("purpose", &self.purpose)
            .field("algorithm", &self.algorithm())
            .field("token", &self.token.label())
            .finish_non_exhaustive()
    }
}
