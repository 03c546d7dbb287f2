//! Keys that anyone can compute: what is about to be signed is signed with one of them first, read back and verified, so
//! that the real key signs nothing that cannot be read (as Boulder's `issuance` does it).
//!
//! Such a signature never leaves this module, and would prove nothing: no certificate names these keys.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};
use spki::AlgorithmIdentifierOwned;

use crate::algorithm::Algorithm;
use crate::credential::raw_signature;
use crate::derived::Derived;
use crate::prepared::signed;
use crate::public_key::PublicKey;
use crate::signer::{Signer as _, SoftwareSigner};

/// Signs the octets with the throw-away key of the algorithm, under the algorithm identifier that will stand beside the
/// real signature, and asks `reads_back` about the result and the key that verifies it.
pub(crate) fn rehearse(
    tbs_der: &[u8],
    algorithm: Algorithm,
    reads_back: impl FnOnce(&[u8], &PublicKey) -> bool,
) -> bool {
    let Some(signer) = signer(algorithm) else { return false };
    let Ok(signature) = signer.sign(tbs_der) else { return false };
    let identifier: AlgorithmIdentifierOwned = algorithm.identifier();
    signed(tbs_der, identifier, &signature).is_ok_and(|der| reads_back(&der, &signer.public_key()))
}

/// [`rehearse`] for what is signed outside of DER: the signature as JOSE and COSE write it.
pub(crate) fn rehearse_raw(
    message: &[u8],
    algorithm: Algorithm,
    reads_back: impl FnOnce(&[u8], &PublicKey) -> bool,
) -> bool {
    let Some(signer) = signer(algorithm) else { return false };
    raw_signature::sign(signer, message).is_ok_and(|signature| reads_back(&signature, &signer.public_key()))
}

/// Drawn once a process: an RSA key takes seconds.
fn signer(algorithm: Algorithm) -> Option<&'static SoftwareSigner> {
    static SIGNERS: [OnceLock<Option<SoftwareSigner>>; Algorithm::ALL.len()] =
        [const { OnceLock::new() }; Algorithm::ALL.len()];
    let draw = || {
        let seed = Sha256::digest(format!("burtgel throw-away key {}", algorithm.row().name));
        SoftwareSigner::generate(algorithm, &mut Derived::new(seed.into())).ok()
    };
    SIGNERS[algorithm as usize].get_or_init(draw).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_back_is_seen() {
        let der = der::Encode::to_der(&der::asn1::Null).unwrap();
        for algorithm in Algorithm::ALL {
            assert!(rehearse(&der, algorithm, |_, key| key.algorithm() == algorithm));
            assert!(!rehearse(&der, algorithm, |_, _| false));
            assert!(!rehearse(b"no DER", algorithm, |_, _| true));
        }
    }
}
