//! Basic Access Control, issuing side: the seed that the card keeps (Doc 9303-11 §4.3). Readers derive the
//! same seed from the machine readable zone.

use sha1::{Digest as _, Sha1};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::lds::mrz::{self, MrzError, Td1};

/// K_seed: 16 octets from which a chip and a reader derive their keys.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct BacSeed([u8; 16]);

impl BacSeed {
    /// The seed of a card with this machine readable zone.
    pub fn of(zone: &Td1) -> Result<Self, MrzError> {
        Self::from_parts(&zone.document_number, &zone.born, &zone.expires)
    }

    /// The seed from document number (up to nine characters) and the dates as `YYMMDD`.
    pub fn from_parts(document_number: &str, born: &str, expires: &str) -> Result<Self, MrzError> {
        let information = mrz::bac_information(document_number, born, expires)?;
        let digest = Sha1::digest(information.as_bytes());
        let mut seed = [0; 16];
        seed.copy_from_slice(&digest[..16]);
        Ok(Self(seed))
    }

    /// The octets, to be written to the card under a secure channel.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Debug for BacSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BacSeed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_doc_9303_11_appendix_d() {
        let seed = BacSeed::from_parts("L898902C", "690806", "940623").unwrap();
        assert_eq!(hex::encode(seed.expose()), "239ab9cb282daf66231dc5a4df6bfbae");
    }

    #[test]
    fn another_date_is_another_seed() {
        let seed = BacSeed::from_parts("L898902C", "690806", "940623").unwrap();
        assert_ne!(seed, BacSeed::from_parts("L898902C", "690806", "940624").unwrap());
        assert_eq!(format!("{seed:?}"), "BacSeed(…)");
    }
}
