//! The keys that `registry serve` loads: online purposes only. Roots open only in `registry ceremony`.

use std::path::Path;
use std::sync::Arc;

use issuance::signer::{Signer, SoftwareSigner};
use zeroize::Zeroizing;

use super::key_file::{Purpose, read_key, read_unlock};
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
    /// Issues card certificates.
    pub issuing_ca: Arc<SoftwareSigner>,
    /// Signs EF.SOD.
    pub document_signer: Arc<SoftwareSigner>,
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
            issuing_ca: Arc::new(signer(Purpose::IssuingCa)?),
            document_signer: Arc::new(signer(Purpose::DocumentSigner)?),
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
        ring.require_one_purpose_each()?;
        Ok(ring)
    }

    /// The public key of the register's log; zeros, which verify nothing, for a key that is not Ed25519.
    pub fn register_log_public(&self) -> [u8; 32] {
        self.register_log.spki_der().last_chunk::<32>().copied().unwrap_or_default()
    }

    fn require_one_purpose_each(&self) -> Result<(), VaultError> {
        let keys = [
            ("issuing-ca", &*self.issuing_ca),
            ("document-signer", &*self.document_signer),
            ("register-log", &self.register_log),
            ("access-log", &self.access_log),
            ("answer", &self.answer),
            ("extract", &self.extract),
        ];
        for (at, (purpose, key)) in keys.iter().enumerate() {
            if let Some((other, _)) =
                keys.iter().skip(at + 1).find(|(_, other)| other.spki_der() == key.spki_der())
            {
                return Err(VaultError::Key {
                    purpose: (*purpose).to_owned(),
                    reason: format!("it is also the key for {other}; one purpose a key"),
                });
            }
        }
        Ok(())
    }
}

/// Opens one signing key.
///
/// # Errors
/// [`VaultError::Key`].
pub fn open_signer(
    folder: &Path,
    purpose: Purpose,
    unlock: &SecretKey,
) -> Result<SoftwareSigner, VaultError> {
    SoftwareSigner::from_pkcs8_der(&read_key(folder, purpose, unlock)?)
        .map_err(|e| VaultError::Key { purpose: purpose.name().to_owned(), reason: e.to_string() })
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
