//! The keys that `registry serve` loads from files, all for online purposes. Only `ceremony.rs` and what is
//! below it open roots. `authorities.rs` opens the keys of certificates together with these, because they may
//! live in a token.

use std::path::Path;

use issuance::PublicKey;
use issuance::signer::{Signer as _, SoftwareSigner};
use zeroize::Zeroizing;

use super::key_file::{Purpose, read_key, read_unlock};
use super::key_vault::open_signer;
use super::sealing::Sealing;
use super::{SecretKey, VaultError};

/// Bytes of an AES-128 master key of cards.
pub const CARD_MASTER_BYTES: usize = 16;

/// A master key of cards; leaves the vault only as keys of one chip.
#[derive(Clone)]
pub struct CardMaster(Zeroizing<[u8; CARD_MASTER_BYTES]>);

impl CardMaster {
    pub(crate) fn expose(&self) -> &[u8; CARD_MASTER_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for CardMaster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardMaster(redacted)")
    }
}

/// The online keys.
pub struct KeyRing {
    /// Signs the register log's checkpoints.
    pub register_log: SoftwareSigner,
    /// Signs the access log's checkpoints.
    pub access_log: SoftwareSigner,
    /// Signs answers.
    pub answer: SoftwareSigner,
    /// Signs extracts.
    pub extract: SoftwareSigner,
    /// The symmetric half.
    pub sealing: Sealing,
    /// The issuer's card keys.
    pub card_issuer: CardMaster,
    /// The delivery's transport keys.
    pub card_transport: CardMaster,
}

impl KeyRing {
    /// Opens the online keys in `folder`.
    ///
    /// # Errors
    /// [`VaultError`] naming the key, also when one key serves two purposes.
    pub fn open(folder: &Path, unlock_file: &Path) -> Result<KeyRing, VaultError> {
        let unlock = read_unlock(unlock_file)?;
        let signer = |purpose| open_signer(folder, purpose, &unlock);
        let master = |purpose| open_master(folder, purpose, &unlock);
        let ring = KeyRing {
            register_log: signer(Purpose::RegisterLog)?,
            access_log: signer(Purpose::AccessLog)?,
            answer: signer(Purpose::Answer)?,
            extract: signer(Purpose::Extract)?,
            sealing: Sealing::new(&SecretKey::from_slice(&read_key(
                folder,
                Purpose::KeyEncryption,
                &unlock,
            )?)?),
            card_issuer: master(Purpose::CardIssuerMaster)?,
            card_transport: master(Purpose::CardTransportMaster)?,
        };
        require_one_purpose_each(&ring.public_keys())?;
        Ok(ring)
    }

    /// The public key of the register's log; zeros, which verify nothing, for a key that is not Ed25519.
    pub fn register_log_public(&self) -> [u8; 32] {
        self.register_log.spki_der().last_chunk::<32>().copied().unwrap_or_default()
    }

    /// The public halves of the keys that sign, by the names of their purposes.
    pub fn public_keys(&self) -> [(&'static str, PublicKey); 4] {
        [
            (Purpose::RegisterLog.name(), self.register_log.public_key()),
            (Purpose::AccessLog.name(), self.access_log.public_key()),
            (Purpose::Answer.name(), self.answer.public_key()),
            (Purpose::Extract.name(), self.extract.public_key()),
        ]
    }
}

/// One purpose a key, wherever the keys live.
///
/// # Errors
/// [`VaultError::Key`] naming both purposes.
pub fn require_one_purpose_each(keys: &[(&'static str, PublicKey)]) -> Result<(), VaultError> {
    for (at, (purpose, key)) in keys.iter().enumerate() {
        if let Some((other, _)) = keys.iter().skip(at + 1).find(|(_, other)| other == key) {
            return Err(VaultError::Key {
                purpose: (*purpose).to_owned(),
                reason: format!("it is also the key for {other}; one purpose a key"),
            });
        }
    }
    Ok(())
}

fn open_master(folder: &Path, purpose: Purpose, unlock: &SecretKey) -> Result<CardMaster, VaultError> {
    let bytes = read_key(folder, purpose, unlock)?;
    <[u8; CARD_MASTER_BYTES]>::try_from(bytes.as_slice())
        .map(|bytes| CardMaster(Zeroizing::new(bytes)))
        .map_err(|_| VaultError::Key {
            purpose: purpose.name().to_owned(),
            reason: "it is not 16 bytes".to_owned(),
        })
}
