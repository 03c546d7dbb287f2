use chrono::Duration;

use super::*;
use crate::revocation::crl::CrlKind;
use crate::revocation::{Reason, Revocation};
use crate::sample;

#[test]
fn the_hash_algorithms_carry_no_null() {
    let file = sample::card_files().sod;
    let with_null =
        [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
    assert!(!file.windows(with_null.len()).any(|window| window == with_null));
    let without = [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    assert_eq!(file.windows(without.len()).filter(|window| *window == without).count(), 3);
}

#[test]
fn what_was_recorded_is_what_was_signed() {
    let signer = sample::document_signer();
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    let prepared = PreparedSod::new(&files, signer.certificate()).unwrap();
    let (content, attributes) =
        (prepared.security_object_der().to_vec(), prepared.signed_attributes_der().to_vec());
    let file = prepared.lint().unwrap().sign(&signer).unwrap();
    assert!(file.windows(content.len()).any(|window| window == content));
    // Inside SignerInfo the attributes have an implicit tag, so only the first octet differs.
    assert!(file.windows(attributes.len() - 1).any(|window| window == &attributes[1..]));
}

#[test]
fn a_changed_data_group_is_named() {
    let files = sample::card_files();
    let sod = verify_sod(&files.sod, &sample::document_trust(), sample::now()).unwrap();
    let mut dg1 = files.dg1.clone();
    dg1[20] ^= 1;
    assert!(matches!(sod.require(DataGroup::Dg1, &dg1), Err(SodError::Changed(1))));
    assert!(matches!(sod.require(DataGroup::Dg11, &files.dg1), Err(SodError::Changed(11))));
}

#[test]
fn a_data_group_that_was_not_signed_is_named() {
    let signer = sample::document_signer();
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    let file = PreparedSod::new(&files, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    let sod = verify_sod(&file, &sample::document_trust(), sample::now()).unwrap();
    assert!(matches!(sod.require(DataGroup::Dg11, b"eleven"), Err(SodError::NotListed(11))));
}

#[test]
fn one_data_group_is_too_few_and_a_wrong_order_is_refused() {
    let signer = sample::document_signer();
    let one: [(DataGroup, &[u8]); 1] = [(DataGroup::Dg1, b"one")];
    assert!(matches!(PreparedSod::new(&one, signer.certificate()), Err(SodError::Form(_))));
    let swapped: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg2, b"two"), (DataGroup::Dg1, b"one")];
    assert!(matches!(PreparedSod::new(&swapped, signer.certificate()), Err(SodError::Form(_))));
}

#[test]
fn a_changed_hash_breaks_the_signature() {
    let files = sample::card_files();
    let hash = hash(&files.dg1);
    let at = files.sod.windows(32).position(|window| window == hash).unwrap();
    let mut sod = files.sod.clone();
    sod[at] ^= 1;
    let result = verify_sod(&sod, &sample::document_trust(), sample::now());
    assert!(matches!(result, Err(SodError::Signature)));
}

#[test]
fn a_changed_signature_is_refused() {
    let mut sod = sample::card_files().sod;
    *sod.last_mut().unwrap() ^= 1;
    let result = verify_sod(&sod, &sample::document_trust(), sample::now());
    assert!(matches!(result, Err(SodError::Signature)));
}

#[test]
fn a_document_signer_of_another_csca_is_refused() {
    let stranger = sample::csca_with(66);
    let signer = sample::document_signer_of(&stranger);
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    let file = PreparedSod::new(&files, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    let result = verify_sod(&file, &sample::document_trust(), sample::now());
    assert!(matches!(result, Err(SodError::UnknownCsca)));
}

#[test]
fn a_revoked_document_signer_is_refused() {
    let mut trust = sample::document_trust();
    let revoked = Revocation {
        serial: sample::document_signer().certificate().serial(),
        revoked_at: sample::now(),
        reason: Reason::KeyCompromise,
    };
    trust.crls = vec![sample::crl(CrlKind::Csca, &sample::csca(), vec![revoked])];
    let result = verify_sod(&sample::card_files().sod, &trust, sample::now());
    assert!(matches!(result, Err(SodError::Chain(ChainError::Revoked { .. }))));
}

#[test]
fn a_stale_list_is_no_list() {
    let later = sample::now() + Duration::days(31);
    let result = verify_sod(&sample::card_files().sod, &sample::document_trust(), later);
    assert!(matches!(result, Err(SodError::Chain(ChainError::NoFreshList { .. }))));
}

#[test]
fn a_document_signer_after_its_time_is_refused() {
    let later = sample::now() + Duration::days(12 * 365);
    let result = verify_sod(&sample::card_files().sod, &sample::document_trust(), later);
    assert!(matches!(result, Err(SodError::Chain(ChainError::NotValid { .. }))));
}

#[test]
fn a_holders_key_signs_no_documents() {
    let certificate = sample::authentication();
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    assert!(matches!(PreparedSod::new(&files, &certificate), Err(SodError::NotADocumentSigner)));
}

#[test]
fn octets_that_are_no_sod_are_refused() {
    for octets in [&b""[..], b"no SOD", &[0x77, 0x02, 0x30, 0x00], &sample::card_files().sod[..200]] {
        let result = verify_sod(octets, &sample::document_trust(), sample::now());
        assert!(matches!(result, Err(SodError::Structure(_))));
    }
}

#[test]
fn a_branch_of_rsa_keys_passes_passive_authentication() {
    let csca = sample::csca_of(Algorithm::RsaPss4096Sha256, 20);
    let signer = sample::document_signer_with(Algorithm::RsaPss3072Sha256, &csca);
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    let file = PreparedSod::new(&files, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    let crls = vec![sample::crl(CrlKind::Csca, &csca, vec![])];
    let trust = DocumentTrust { crls, cscas: vec![csca.certificate().clone()] };
    let sod = verify_sod(&file, &trust, sample::now()).unwrap();
    sod.require(DataGroup::Dg1, b"one").unwrap();
    assert!(matches!(
        verify_sod(&file, &sample::document_trust(), sample::now()),
        Err(SodError::UnknownCsca)
    ));
    let mut spoilt = file;
    *spoilt.last_mut().unwrap() ^= 1;
    assert!(matches!(verify_sod(&spoilt, &trust, sample::now()), Err(SodError::Signature)));
}
