//! An authority: a certificate and the key that belongs to it.

use std::fmt;
use std::sync::Arc;

use crate::certificate::Certificate;
use crate::public_key::{PublicKey, PublicKeyError};
use crate::signer::Signer;

/// A certificate with its signer. The Document Signer is one too, although it signs no certificates.
#[derive(Clone)]
pub struct CertificationAuthority {
    certificate: Certificate,
    signer: Arc<dyn Signer>,
}

/// Why a certificate and a signer do not form an authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The signer's public key cannot be read.
    #[error("the signer's public key")]
    Key(#[from] PublicKeyError),
    /// The certificate belongs to another key.
    #[error("the certificate certifies another key than the signer's")]
    OtherKey,
    /// The certified key cannot verify the signatures that the signer makes.
    #[error("the signer's algorithm does not fit the certified key")]
    Algorithm,
}

impl CertificationAuthority {
    /// Takes a certificate and a signer, and refuses a pair that does not belong together.
    pub fn new(certificate: Certificate, signer: Arc<dyn Signer>) -> Result<Self, AuthorityError> {
        let key = PublicKey::from_spki_der(signer.spki_der())?;
        if &key != certificate.public_key() {
            return Err(AuthorityError::OtherKey);
        }
        if key.algorithm() != signer.algorithm() {
            return Err(AuthorityError::Algorithm);
        }
        Ok(Self { certificate, signer })
    }

    /// The certificate of the authority.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The signer, which holds the private key.
    pub fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }
}

impl fmt::Debug for CertificationAuthority {
    /// Shows the subject and the algorithm, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificationAuthority")
            .field("subject", &self.certificate.common_name())
            .field("algorithm", &self.signer.algorithm())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Algorithm;

    #[test]
    fn a_certificate_and_a_foreign_key_are_no_authority() {
        let root = sample::eid_root();
        let stranger = Arc::new(sample::signer(Algorithm::EcdsaP384Sha384, 99));
        let error = CertificationAuthority::new(root.certificate().clone(), stranger).unwrap_err();
        assert!(matches!(error, AuthorityError::OtherKey));
    }

    #[test]
    fn debug_shows_the_name_only() {
        let shown = format!("{:?}", sample::eid_root());
        assert!(shown.contains("TEST") && !shown.contains("signer:"));
    }
}
