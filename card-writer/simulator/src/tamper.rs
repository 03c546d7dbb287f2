//! Attack cards for tests: what a forger could make from the memory of a genuine card.

use crate::entropy::Entropy;
use crate::piv::new_key;
use crate::secret::Secret;
use crate::state::ChipState;

/// Where the third MRZ line, which holds the names, begins inside the TD1 MRZ (Doc 9303-5 §4.2.2).
const NAMES_OFFSET: usize = 60;
/// `61 L 5F1F 5A` before the 90 characters of the MRZ.
const MRZ_OFFSET: usize = 5;

/// Why the attack card cannot be made from this card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TamperError {
    /// DG1 is missing or has no TD1 MRZ.
    #[error("the card has no DG1 of a TD1 document; personalise it first")]
    NoDg1,
    /// A key slot is empty.
    #[error("the card has no key pairs; personalise it first")]
    NoKeys,
    /// There were no random numbers.
    #[error("the random number generator failed")]
    Entropy,
}

/// Changes the name in DG1 and leaves everything else (EF.SOD and all check digits too) as it was.
pub fn flip_dg1(state: &mut ChipState) -> Result<(), TamperError> {
    let dg1 = state.emrtd.files.get_mut("0101").ok_or(TamperError::NoDg1)?;
    let letter = dg1.0.get_mut(MRZ_OFFSET + NAMES_OFFSET).ok_or(TamperError::NoDg1)?;
    *letter = if *letter == b'A' { b'B' } else { b'A' };
    Ok(())
}

/// Keeps the files of the card over new key pairs: a copy of a card, since its keys cannot be copied.
pub fn replace_keys(state: &mut ChipState, entropy: &mut dyn Entropy) -> Result<(), TamperError> {
    if state.piv.keys.is_empty() {
        return Err(TamperError::NoKeys);
    }
    for key in state.piv.keys.values_mut() {
        let other = new_key(entropy).map_err(|_| TamperError::Entropy)?;
        *key = Secret::new(other.to_bytes().to_vec());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::tests::CountingEntropy;
    use crate::secret::HexBytes;

    fn chip() -> ChipState {
        let mut state = ChipState::delivered([1; 4], &[7; 16]).unwrap();
        let dg1 = [&[0x61, 0x5D, 0x5F, 0x1F, 0x5A][..], &[b'<'; 60], b"ABAI<<", &[b'<'; 24]].concat();
        state.emrtd.files.insert("0101".to_owned(), HexBytes(dg1));
        state.piv.keys.insert("9a".to_owned(), Secret::new(vec![3; 32]));
        state
    }

    #[test]
    fn a_flipped_dg1_differs_in_one_letter_of_the_name() {
        let mut forged = chip();
        flip_dg1(&mut forged).unwrap();
        assert_eq!(&forged.emrtd.files["0101"].0[65..69], b"BBAI");
        flip_dg1(&mut forged).unwrap();
        assert_eq!(forged, chip());
    }

    #[test]
    fn replaced_keys_leave_everything_else() {
        let mut forged = chip();
        replace_keys(&mut forged, &mut CountingEntropy::default()).unwrap();
        assert_ne!(forged.piv.keys, chip().piv.keys);
        forged.piv.keys = chip().piv.keys;
        assert_eq!(forged, chip());
    }

    #[test]
    fn an_empty_card_cannot_be_forged() {
        let mut empty = ChipState::delivered([1; 4], &[7; 16]).unwrap();
        assert_eq!(flip_dg1(&mut empty), Err(TamperError::NoDg1));
        assert_eq!(replace_keys(&mut empty, &mut CountingEntropy::default()), Err(TamperError::NoKeys));
    }
}
