//! The symmetric half of the vault: data keys of people, bodies of work under way, keyed hashes.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{SecretKey, VaultError};

/// Seals what the database holds; with the database alone nobody opens anything.
#[derive(Debug, Clone)]
pub struct Sealing {
    wrapping: SecretKey,
    operations: SecretKey,
    hashing: SecretKey,
}

impl Sealing {
    /// Takes the key-encryption key; the keys of the other uses are derived from it.
    pub fn new(key_encryption_key: &SecretKey) -> Sealing {
        Sealing {
            wrapping: key_encryption_key.derive("burtgel/wrap/v1"),
            operations: key_encryption_key.derive("burtgel/operations/v1"),
            hashing: key_encryption_key.derive("burtgel/keyed-hash/v1"),
        }
    }

    /// Wraps a person's data key.
    ///
    /// # Errors
    /// [`VaultError::DoesNotSeal`].
    pub fn wrap(&self, person: Uuid, data_key: &SecretKey, nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
        self.wrapping.seal(nonce, person.as_bytes(), data_key.expose())
    }

    /// Unwraps a person's data key.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] if the key belongs to another person, or was changed.
    pub fn unwrap(&self, person: Uuid, wrapped: &[u8]) -> Result<SecretKey, VaultError> {
        SecretKey::from_slice(&self.wrapping.open(person.as_bytes(), wrapped)?)
    }

    /// Seals a body of work under way (a draft, a notification, an attachment) for one row of one table.
    ///
    /// # Errors
    /// [`VaultError::DoesNotSeal`].
    pub fn seal(&self, table: &str, row: Uuid, nonce: [u8; 12], body: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.operations.seal(nonce, &context(table, row), body)
    }

    /// Opens what [`Sealing::seal`] made for the same row.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open(&self, table: &str, row: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.operations.open(&context(table, row), sealed)
    }

    /// Salts the blocking keys of this instance, so that they say nothing outside it.
    pub fn match_salt(&self) -> u64 {
        let hash = self.hashing.keyed_hash("blocking-keys", b"");
        u64::from_str_radix(&hash[..16], 16).unwrap_or_default()
    }

    /// A keyed hash for columns that must be comparable but must say nothing.
    pub fn keyed_hash(&self, label: &str, input: &str) -> String {
        self.hashing.keyed_hash(label, input.as_bytes())
    }
}

fn context(table: &str, row: Uuid) -> Vec<u8> {
    [table.as_bytes(), &[0], row.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_data_key_opens_only_for_its_person() {
        let sealing = Sealing::new(&SecretKey::new([3; 32]));
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let wrapped = sealing.wrap(one, &SecretKey::new([4; 32]), [0; 12]).unwrap();
        assert_eq!(sealing.unwrap(one, &wrapped).unwrap().expose(), &[4; 32]);
        assert!(sealing.unwrap(two, &wrapped).is_err());
    }
}
