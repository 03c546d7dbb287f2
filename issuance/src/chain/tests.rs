use chrono::Duration;

use super::*;
use crate::authority::CertificationAuthority;
use crate::prepared::{Issuer, prepare};
use crate::revocation::Reason;
use crate::revocation::crl::CrlKind;
use crate::sample;
use crate::signer::Algorithm;

struct World {
    root: CertificationAuthority,
    issuing: CertificationAuthority,
    leaf: Certificate,
    crls: Vec<Crl>,
}

fn world() -> World {
    let (root, issuing) = (sample::eid_root(), sample::eid_issuing());
    let crls = vec![sample::crl(CrlKind::Eid, &root, vec![]), sample::crl(CrlKind::Eid, &issuing, vec![])];
    World { leaf: sample::authentication(), root, issuing, crls }
}

impl World {
    fn verify_at(&self, at: DateTime<Utc>) -> Result<VerifiedChain, ChainError> {
        let intermediates = [self.issuing.certificate().clone()];
        verify_chain(&self.leaf, &intermediates, self.root.certificate(), &self.crls, at)
    }

    fn verify(&self) -> Result<VerifiedChain, ChainError> {
        self.verify_at(sample::now() + Duration::hours(1))
    }
}

fn revoked(certificate: &Certificate) -> Revocation {
    Revocation { serial: certificate.serial(), revoked_at: sample::now(), reason: Reason::KeyCompromise }
}

#[test]
fn a_card_certificate_leads_to_its_root() {
    let path = world().verify().unwrap().path;
    assert_eq!(path.len(), 3);
    assert_eq!(path[2].common_name().as_deref(), Some("TEST eID Root"));
}

#[test]
fn a_revoked_leaf_is_refused() {
    let mut world = world();
    world.crls[1] = sample::crl(CrlKind::Eid, &world.issuing, vec![revoked(&world.leaf)]);
    assert!(matches!(world.verify(), Err(ChainError::Revoked { revocation, .. })
        if revocation.reason == Reason::KeyCompromise));
}

#[test]
fn a_revoked_issuing_authority_is_refused() {
    let mut world = world();
    world.crls[0] = sample::crl(CrlKind::Eid, &world.root, vec![revoked(world.issuing.certificate())]);
    assert!(
        matches!(world.verify(), Err(ChainError::Revoked { subject, .. }) if subject == "TEST eID Issuing")
    );
}

#[test]
fn without_a_fresh_list_the_answer_is_no() {
    let mut stale = world();
    assert!(matches!(
        stale.verify_at(sample::now() + Duration::days(31)),
        Err(ChainError::NoFreshList { .. })
    ));
    stale.crls.pop();
    assert!(
        matches!(stale.verify(), Err(ChainError::NoFreshList { issuer }) if issuer == "TEST eID Issuing")
    );
}

#[test]
fn a_list_that_another_authority_signed_does_not_count() {
    let mut world = world();
    let last = world.crls.len() - 1;
    world.crls[last] = sample::crl(CrlKind::Eid, &world.root, vec![]);
    assert!(matches!(world.verify(), Err(ChainError::NoFreshList { .. })));
}

#[test]
fn a_certificate_before_or_after_its_time_is_refused() {
    let world = world();
    assert!(matches!(world.verify_at(sample::now() - Duration::hours(1)), Err(ChainError::NotValid { .. })));
    let late = sample::now() + Duration::days(6 * 365);
    assert!(
        matches!(world.verify_at(late), Err(ChainError::NotValid { subject, .. }) if subject == "Batbold Nomin")
    );
}

#[test]
fn another_root_is_refused() {
    let mut world = world();
    let prepared = sample::prepare_root(77);
    let signer = sample::signer(Algorithm::EcdsaP384Sha384, 77);
    let certificate = prepared.lint().unwrap().sign_itself(&signer).unwrap().into_certificate();
    world.root = CertificationAuthority::new(certificate, std::sync::Arc::new(signer)).unwrap();
    assert!(matches!(world.verify(), Err(ChainError::NoPath { .. })));
}

#[test]
fn an_issuer_that_is_not_given_ends_the_path() {
    let world = world();
    let result = verify_chain(&world.leaf, &[], world.root.certificate(), &world.crls, sample::now());
    assert!(matches!(result, Err(ChainError::NoPath { subject }) if subject == "Batbold Nomin"));
}

#[test]
fn a_holder_cannot_issue() {
    let world = world();
    let holder = CertificationAuthority::new(
        world.leaf.clone(),
        std::sync::Arc::new(sample::signer(Algorithm::EcdsaP256Sha256, 12)),
    )
    .unwrap();
    let prepared = prepare(
        &sample::tls_client_profile(),
        &sample::serial(8),
        &sample::years(1),
        Issuer::Authority(holder.certificate()),
    )
    .unwrap();
    // Lint would refuse this; a thief does not lint.
    let signature = holder.signer().sign(prepared.tbs_der()).unwrap();
    let algorithm = holder.signer().algorithm().identifier();
    let forged = crate::prepared::signed(prepared.tbs_der(), algorithm, &signature).unwrap();
    let forged = Certificate::from_der(&forged).unwrap();
    let intermediates = [world.leaf.clone(), world.issuing.certificate().clone()];
    let result = verify_chain(&forged, &intermediates, world.root.certificate(), &world.crls, sample::now());
    assert!(matches!(result, Err(ChainError::NotAnAuthority { .. })));
}

#[test]
fn a_signature_by_another_key_under_the_same_name_is_refused() {
    let mut world = world();
    let mut der = world.leaf.der().to_vec();
    let at = der.windows(5).position(|window| window == b"Nomin").unwrap();
    der[at] = b'M';
    world.leaf = Certificate::from_der(&der).unwrap();
    assert!(matches!(world.verify(), Err(ChainError::Signature { .. })));
}

#[test]
fn a_chain_in_the_icao_form_verifies_too() {
    let csca = sample::csca();
    let signer = sample::document_signer_of(&csca);
    let crls = [sample::crl(CrlKind::Csca, &csca, vec![])];
    assert!(verify_chain(signer.certificate(), &[], csca.certificate(), &crls, sample::now()).is_ok());
}
