//! A bare key in a token, without the register's own code for it. The token is of SoftHSM 2; `./bench` makes
//! it for one run and names it in `SOFTHSM2_CONF`.

use anyhow::Context as _;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use issuance::Algorithm;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// The PIN of a token that exists only during a benchmark.
const PIN: &str = "246810";
/// secp384r1, 1.3.132.0.34.
const P384: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

/// A P-384 key that never leaves its token.
pub struct TokenKey {
    session: Session,
    key: ObjectHandle,
}

impl TokenKey {
    /// Draws the key.
    ///
    /// # Errors
    /// If there is no module or no token, or the token refuses.
    pub fn draw() -> anyhow::Result<TokenKey> {
        let library = Pkcs11::new(MODULE).with_context(|| format!("{MODULE}; is softhsm2 installed?"))?;
        library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        let slot = *library.get_slots_with_initialized_token()?.first().context("no token; run ./bench")?;
        let session = library.open_rw_session(slot)?;
        session.login(UserType::User, Some(&AuthPin::from(PIN)))?;
        let public = [Attribute::Token(false), Attribute::EcParams(P384.to_vec()), Attribute::Verify(true)];
        let private = [
            Attribute::Token(false),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        let (_, key) = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        Ok(TokenKey { session, key })
    }

    /// A raw signature; the digest is made here, as in the service.
    ///
    /// # Errors
    /// If the token refuses.
    pub fn sign(&self, message: &[u8]) -> anyhow::Result<Vec<u8>> {
        let digest = Algorithm::EcdsaP384Sha384.digest(message).context("a digest")?;
        Ok(self.session.sign(&Mechanism::Ecdsa, self.key, &digest)?)
    }
}
