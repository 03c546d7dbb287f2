//! The certificates beside a signature, and the root that a reader trusts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use x509_cert::name::Name;

use super::CredentialError;
use crate::certificate::Certificate;
use crate::chain::{is_issuer_of, verify_chain};
use crate::revocation::crl::Crl;

/// The most certificates beside a signature: those of the signer and its authorities, without the root.
pub const MAX_PATH: usize = 3;
/// No certificate of ours is larger.
const MAX_CERTIFICATE_OCTETS: usize = 4096;

/// The certificate of a signer and those of its authorities, without the root: verified once, put beside
/// every signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerPath(Vec<Certificate>);

impl SignerPath {
    /// Takes the signer's certificate and those above it, in their order, and verifies that each is certified
    /// by the next.
    ///
    /// The last one must be certified by the root that readers trust, which cannot be checked here. A path
    /// that lacks an authority is accepted, and credentials are signed with it; readers then find no way to
    /// the root and refuse them ([`ChainError::NoPath`](crate::chain::ChainError::NoPath)). So the caller
    /// must give every authority.
    ///
    /// # Errors
    /// No certificate, more than [`MAX_PATH`], a wrong order, or a signature that does not verify.
    pub fn new(path: Vec<Certificate>) -> Result<Self, CredentialError> {
        if path.is_empty() || path.len() > MAX_PATH {
            return Err(CredentialError::Form("one to three certificates"));
        }
        require_leads_on(&path)?;
        Ok(Self(path))
    }

    /// The certificates, beginning with the signer's.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

/// Requires that each certificate is certified by the next.
fn require_leads_on(path: &[Certificate]) -> Result<(), CredentialError> {
    for pair in path.windows(2) {
        if let [one, issuer] = pair {
            if !is_issuer_of(issuer, one) {
                return Err(CredentialError::Form("each certificate is certified by the next"));
            }
            one.verify_signature(issuer.public_key())?;
        }
    }
    Ok(())
}

/// The root that a reader trusts, and the revocation lists that it has.
#[derive(Clone, Debug)]
pub struct CredentialTrust {
    /// The root that the reader trusts.
    pub root: Certificate,
    /// Revocation lists; a fresh one of each authority on the path is required.
    pub crls: Vec<Crl>,
}

impl CredentialTrust {
    /// The certificate of the signer, the first of `path`, if it leads to the root and is for this purpose.
    /// Every certificate after it must be used in the path: an unused one could be meant for a reader that
    /// follows another path than we do.
    pub(crate) fn signer<'a>(
        &self,
        path: &'a [Certificate],
        purpose: ObjectIdentifier,
        at: DateTime<Utc>,
    ) -> Result<&'a Certificate, CredentialError> {
        let (signer, others) = path.split_first().ok_or(CredentialError::UnknownSigner)?;
        require_for(signer, purpose)?;
        require_leads_on(path)?;
        verify_chain(signer, others, &self.root, &self.crls, at)?;
        Ok(signer)
    }

    /// Who certified a signer that [`signer`](Self::signer) returned.
    pub(crate) fn certifier(&self, signer: &Certificate) -> Certifier {
        Certifier { root: self.root.public_key().fingerprint(), authority: signer.issuer().clone() }
    }
}

/// Who certified a signer: the authority by its name, whatever its key (the name is unique under a root), and
/// the root by its key. So a renewed certificate of either changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certifier {
    root: [u8; 32],
    authority: Name,
}

/// The first octets of the SHA-256 of the signer's certificate: a hint for readers, as in EU health
/// certificates.
pub(crate) fn key_id(signer: &Certificate) -> Vec<u8> {
    Sha256::digest(signer.der()).iter().take(8).copied().collect()
}

/// Refuses a certificate that is not for this purpose.
pub(crate) fn require_for(signer: &Certificate, purpose: ObjectIdentifier) -> Result<(), CredentialError> {
    if signer.is_for(purpose) { Ok(()) } else { Err(CredentialError::NotASigner) }
}

/// Whether each certificate names the next as its issuer, the first is for the purpose, and no root is among
/// them, because readers have the root that they trust. [`SignerPath::new`] has verified the signatures.
pub(crate) fn is_path(path: &[Certificate], purpose: ObjectIdentifier) -> bool {
    let certified = |pair: &[Certificate]| match pair {
        [one, issuer] => is_issuer_of(issuer, one),
        _ => false,
    };
    path.first().is_some_and(|signer| signer.is_for(purpose))
        && path.len() <= MAX_PATH
        && path.windows(2).all(certified)
        && path.iter().all(|one| one.subject() != one.issuer())
}

/// `x5c` (RFC 7515 §4.1.6).
pub(crate) fn to_x5c(path: &[Certificate]) -> Value {
    path.iter().map(|one| Value::from(STANDARD.encode(one.der()))).collect()
}

/// Reads `x5c`.
pub(crate) fn from_x5c(value: Option<&Value>) -> Result<Vec<Certificate>, CredentialError> {
    let form = || CredentialError::Form("x5c is one to three certificates in base64");
    let texts = value.and_then(Value::as_array).ok_or_else(form)?;
    let ders = texts.iter().map(|one| STANDARD.decode(one.as_str()?).ok()).collect::<Option<Vec<_>>>();
    from_ders(&ders.ok_or_else(form)?)
}

/// Reads certificates in DER, one to three.
pub(crate) fn from_ders(ders: &[Vec<u8>]) -> Result<Vec<Certificate>, CredentialError> {
    if ders.is_empty() || ders.len() > MAX_PATH || ders.iter().any(|one| one.len() > MAX_CERTIFICATE_OCTETS) {
        return Err(CredentialError::Form("one to three certificates of at most 4096 octets"));
    }
    Ok(ders.iter().map(|one| Certificate::from_der(one)).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::ChainError;
    use crate::oid;
    use crate::sample;
    use crate::sample::credential::{World, another_root};
    use crate::signer::Algorithm;

    #[test]
    fn a_path_is_of_its_purpose_in_order_and_without_root() {
        let (root, issuing) = (sample::eid_root(), sample::eid_issuing());
        let signer = sample::credential_signer_of(Algorithm::EcdsaP256Sha256, &issuing);
        let [root, issuing, signer] = [&root, &issuing, &signer].map(|one| one.certificate().clone());
        let is_path = |path: &[&Certificate], purpose| {
            is_path(&path.iter().map(|&one| one.clone()).collect::<Vec<_>>(), purpose)
        };
        assert!(is_path(&[&signer], oid::EXAMPLE_CREDENTIAL_SIGNING));
        assert!(is_path(&[&signer, &issuing], oid::EXAMPLE_CREDENTIAL_SIGNING));
        assert!(!is_path(&[&signer, &issuing], oid::EXAMPLE_STATUS_LIST_SIGNING));
        assert!(!is_path(&[&signer, &issuing, &root], oid::EXAMPLE_CREDENTIAL_SIGNING));
        assert!(!is_path(&[&signer, &root], oid::EXAMPLE_CREDENTIAL_SIGNING));
        assert!(!is_path(&[&issuing, &signer], oid::EXAMPLE_CREDENTIAL_SIGNING));
        assert!(!is_path(&[], oid::EXAMPLE_CREDENTIAL_SIGNING));
    }

    #[test]
    fn a_reader_goes_by_a_signer_of_its_purpose_only() {
        let world = World::new(Algorithm::EcdsaP256Sha256);
        let signer = |path: &SignerPath, purpose| {
            world.trust.signer(path.certificates(), purpose, sample::now()).map(|_| ())
        };
        let purposes = [oid::EXAMPLE_CREDENTIAL_SIGNING, oid::EXAMPLE_STATUS_LIST_SIGNING];
        for (path, [own, other]) in
            [(world.path(), purposes), (world.list_path(), [purposes[1], purposes[0]])]
        {
            signer(&path, own).unwrap();
            assert!(matches!(signer(&path, other), Err(CredentialError::NotASigner)));
        }
        // The certificate of an authority is for no purpose, so it cannot sign a credential.
        let authority = SignerPath::new(vec![world.issuing.certificate().clone()]).unwrap();
        for purpose in purposes {
            assert!(matches!(signer(&authority, purpose), Err(CredentialError::NotASigner)));
        }
        let none = world.trust.signer(&[], purposes[0], sample::now());
        assert!(matches!(none, Err(CredentialError::UnknownSigner)));
    }

    #[test]
    fn every_certificate_after_the_signer_leads_on() {
        let world = World::new(Algorithm::EcdsaP256Sha256);
        let path = world.path().certificates().to_vec();
        let signer = |more: &[&Certificate]| {
            let path = path.iter().chain(more.iter().copied()).cloned().collect::<Vec<_>>();
            world.trust.signer(&path, oid::EXAMPLE_CREDENTIAL_SIGNING, sample::now()).map(|_| ())
        };
        signer(&[]).unwrap();
        // The root is superfluous, but it continues the path.
        signer(&[&world.trust.root]).unwrap();
        for stray in [
            world.list_signer.certificate(),
            another_root().certificate(),
            &path[1],
            sample::csca().certificate(),
        ] {
            let result = signer(&[stray]);
            assert!(matches!(
                result,
                Err(CredentialError::Form("each certificate is certified by the next"))
            ));
        }
    }

    #[test]
    fn a_reader_goes_by_its_own_root_only() {
        let world = World::new(Algorithm::EcdsaP256Sha256);
        let trust = CredentialTrust { root: another_root().certificate().clone(), ..world.trust.clone() };
        let path = world.path();
        let result = trust.signer(path.certificates(), oid::EXAMPLE_CREDENTIAL_SIGNING, sample::now());
        assert!(matches!(result, Err(CredentialError::Chain(ChainError::NoPath { .. }))));
    }

    #[test]
    fn a_path_of_a_signer_is_verified() {
        let issuing = sample::eid_issuing();
        let signer = sample::credential_signer_of(Algorithm::EcdsaP256Sha256, &issuing);
        let [issuing, signer] = [&issuing, &signer].map(|one| one.certificate().clone());
        assert!(SignerPath::new(vec![signer.clone()]).is_ok());
        assert!(SignerPath::new(vec![signer.clone(), issuing.clone()]).is_ok());
        assert!(SignerPath::new(vec![issuing.clone(), signer.clone()]).is_err());
        assert!(SignerPath::new(vec![]).is_err());
        assert!(SignerPath::new(vec![signer.clone(); MAX_PATH + 1]).is_err());
        let mut changed = signer.der().to_vec();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        let changed = Certificate::from_der(&changed).unwrap();
        assert!(matches!(SignerPath::new(vec![changed, issuing]), Err(CredentialError::Certificate(_))));
    }

    #[test]
    fn x5c_survives_and_is_limited() {
        let certificate = sample::eid_issuing().certificate().clone();
        let path = vec![certificate.clone(), certificate.clone()];
        assert_eq!(from_x5c(Some(&to_x5c(&path))).unwrap(), path);
        let long = vec![certificate; MAX_PATH + 1];
        assert!(from_x5c(Some(&to_x5c(&long))).is_err());
        assert!(from_x5c(Some(&to_x5c(&[]))).is_err());
        assert!(from_x5c(None).is_err());
        assert!(from_x5c(Some(&serde_json::json!(["AA", 7]))).is_err());
    }
}
