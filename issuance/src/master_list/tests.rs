use chrono::Duration;

use super::*;
use crate::authority::CertificationAuthority;
use crate::revocation::crl::CrlKind;
use crate::revocation::{Reason, Revocation};
use crate::sample;

fn certificates() -> Vec<Vec<u8>> {
    [sample::csca(), sample::csca_with(66), sample::csca_of(Algorithm::RsaPss4096Sha256, 20)]
        .iter()
        .map(|csca| csca.certificate().der().to_vec())
        .collect()
}

fn list_of(algorithm: Algorithm) -> (Vec<u8>, CertificationAuthority) {
    let csca = sample::csca();
    let signer = sample::master_list_signer(algorithm, &csca);
    let prepared =
        PreparedMasterList::new(&certificates(), signer.certificate(), csca.certificate(), sample::now());
    (prepared.unwrap().lint().unwrap().sign(&signer).unwrap(), signer)
}

fn verify(der: &[u8]) -> Result<Vec<Vec<u8>>, MasterListError> {
    let csca = sample::csca();
    let crls = [sample::crl(CrlKind::Csca, &csca, vec![])];
    verify_master_list(der, csca.certificate(), &crls, sample::now())
}

#[test]
fn what_was_listed_comes_back() {
    for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::RsaPss3072Sha256] {
        let (der, _) = list_of(algorithm);
        let mut expected = certificates();
        let mut found = verify(&der).unwrap();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn what_was_recorded_is_what_was_signed() {
    let csca = sample::csca();
    let signer = sample::master_list_signer(Algorithm::EcdsaP256Sha256, &csca);
    let prepared =
        PreparedMasterList::new(&certificates(), signer.certificate(), csca.certificate(), sample::now())
            .unwrap();
    let (content, attributes) = (prepared.content_der().to_vec(), prepared.signed_attributes_der().to_vec());
    let der = prepared.lint().unwrap().sign(&signer).unwrap();
    assert!(der.windows(content.len()).any(|window| window == content));
    // Inside SignerInfo the attributes have an implicit tag, so only the first octet differs.
    assert!(der.windows(attributes.len() - 1).any(|window| window == &attributes[1..]));
}

#[test]
fn only_cscas_are_listed_and_each_once() {
    let csca = sample::csca();
    let signer = sample::master_list_signer(Algorithm::EcdsaP256Sha256, &csca);
    let prepare = |list: &[Vec<u8>]| {
        PreparedMasterList::new(list, signer.certificate(), csca.certificate(), sample::now())
    };
    assert!(matches!(prepare(&[]), Err(MasterListError::Form(_))));
    let mut list = certificates();
    list.push(list[0].clone());
    assert!(matches!(prepare(&list), Err(MasterListError::NotACsca(3))));
    list[3] = sample::document_signer().certificate().der().to_vec();
    assert!(matches!(prepare(&list), Err(MasterListError::NotACsca(3))));
}

#[test]
fn a_document_signer_signs_no_master_list() {
    let (csca, signer) = (sample::csca(), sample::document_signer());
    let prepared =
        PreparedMasterList::new(&certificates(), signer.certificate(), csca.certificate(), sample::now());
    assert!(matches!(prepared, Err(MasterListError::NotASigner)));
}

#[test]
fn a_master_list_signer_signs_no_documents() {
    use crate::lds::DataGroup;
    use crate::lds::sod::{PreparedSod, SodError};
    let signer = sample::master_list_signer(Algorithm::EcdsaP256Sha256, &sample::csca());
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    assert!(matches!(PreparedSod::new(&files, signer.certificate()), Err(SodError::NotADocumentSigner)));
}

#[test]
fn a_changed_list_is_refused() {
    let (der, _) = list_of(Algorithm::EcdsaP256Sha256);
    let expected = verify(&der).unwrap();
    let mut other = der.clone();
    let at = der.windows(expected[0].len()).position(|window| window == expected[0]).unwrap();
    other[at + 40] ^= 1;
    assert!(verify(&other).is_err());
    for at in (0..der.len()).step_by(17) {
        let mut spoilt = der.clone();
        spoilt[at] ^= 1;
        // The copy of the CSCA certificate beside the signer's is neither signed nor trusted: it may change
        // without changing the list.
        if let Ok(found) = verify(&spoilt) {
            assert_eq!(found, expected, "octet {at} was changed and nobody saw it");
        }
    }
    assert!(verify(&der[..der.len() - 1]).is_err());
}

#[test]
fn a_list_of_another_state_a_stale_and_a_revoked_one_are_refused() {
    let (der, signer) = list_of(Algorithm::EcdsaP256Sha256);
    let csca = sample::csca();
    let stranger = sample::csca_with(66);
    let crls = [sample::crl(CrlKind::Csca, &csca, vec![])];
    let result = verify_master_list(&der, stranger.certificate(), &crls, sample::now());
    assert!(matches!(result, Err(MasterListError::Chain(_))));
    let late = sample::now() + Duration::days(31);
    let result = verify_master_list(&der, csca.certificate(), &crls, late);
    assert!(matches!(result, Err(MasterListError::Chain(ChainError::NoFreshList { .. }))));
    let revoked = Revocation {
        serial: signer.certificate().serial(),
        revoked_at: sample::now(),
        reason: Reason::KeyCompromise,
    };
    let crls = [sample::crl(CrlKind::Csca, &csca, vec![revoked])];
    let result = verify_master_list(&der, csca.certificate(), &crls, sample::now());
    assert!(matches!(result, Err(MasterListError::Chain(ChainError::Revoked { .. }))));
}
