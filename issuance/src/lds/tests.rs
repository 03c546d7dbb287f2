use super::com::Com;
use super::dg11::PersonalDetails;
use super::dg12::DocumentDetails;
use super::dg14::SecurityOptions;
use super::security_infos::PaceParameter;
use super::sod::{PreparedSod, verify_sod};
use super::{DataGroup, card_access, dg15};
use crate::sample;
use crate::signer::Algorithm;

/// Gives a decoder every beginning of a file, and the file with every octet changed in turn: it may refuse,
/// but must not panic, and it must refuse every shortened file.
fn survives(file: &[u8], steps: usize, decodes: impl Fn(&[u8]) -> bool) {
    assert!(decodes(file));
    for length in (0..file.len()).step_by(steps) {
        assert!(!decodes(&file[..length]), "a file cut at {length} was taken");
    }
    for at in (0..file.len()).step_by(steps) {
        for change in [0x01, 0x80, 0xff] {
            let mut spoilt = file.to_vec();
            spoilt[at] ^= change;
            decodes(&spoilt);
        }
    }
}

#[test]
fn damaged_files_are_refused_without_a_panic() {
    let files = sample::card_files();
    survives(&files.com, 1, |octets| Com::decode(octets).is_ok());
    survives(&files.dg1, 1, |octets| super::dg1::decode(octets).is_ok());
    survives(&files.dg2, 7, |octets| super::dg2::decode(octets).is_ok());
    survives(&files.dg11, 1, |octets| PersonalDetails::decode(octets).is_ok());
    let dg12 = sample::document_details().encode().unwrap();
    survives(&dg12, 1, |octets| DocumentDetails::decode(octets).is_ok());
    let dg14 = sample::security_options().encode().unwrap();
    survives(&dg14, 1, |octets| SecurityOptions::decode(octets).is_ok());
    let dg15 = dg15::encode(&sample::key(Algorithm::EcdsaP256Sha256, 41)).unwrap();
    survives(&dg15, 1, |octets| dg15::decode(octets).is_ok());
    let access = card_access::encode(PaceParameter::P256).unwrap();
    survives(&access, 1, |octets| card_access::decode(octets).is_ok());
}

#[test]
fn a_sod_of_all_data_groups_says_what_com_says() {
    let (files, signer) = (sample::card_files(), sample::document_signer());
    let options = sample::security_options();
    let (dg12, dg14) = (sample::document_details().encode().unwrap(), options.encode().unwrap());
    let dg15 = dg15::encode(&sample::key(Algorithm::EcdsaP256Sha256, 41)).unwrap();
    let groups: [(DataGroup, &[u8]); 6] = [
        (DataGroup::Dg1, &files.dg1),
        (DataGroup::Dg2, &files.dg2),
        (DataGroup::Dg11, &files.dg11),
        (DataGroup::Dg12, &dg12),
        (DataGroup::Dg14, &dg14),
        (DataGroup::Dg15, &dg15),
    ];
    let sod = PreparedSod::new(&groups, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    let verified = verify_sod(&sod, &sample::document_trust(), sample::now()).unwrap();
    for (group, file) in groups {
        verified.require(group, file).unwrap();
    }
    let com = Com::decode(&Com { data_groups: DataGroup::ALL.to_vec() }.encode()).unwrap();
    let listed = verified.hashes().iter().map(|(number, _)| *number);
    assert!(listed.eq(com.data_groups.iter().map(|group| group.number())));
    // DG14 signs what EF.CardAccess promises without a signature.
    let access = card_access::decode(&card_access::encode(options.pace).unwrap()).unwrap();
    assert_eq!(SecurityOptions::decode(&dg14).unwrap().pace, access);
}

#[test]
fn no_octet_of_a_sod_can_be_changed() {
    let (sod, trust) = (sample::card_files().sod, sample::document_trust());
    for at in (0..sod.len()).step_by(11) {
        let mut spoilt = sod.clone();
        spoilt[at] ^= 0x01;
        assert!(
            verify_sod(&spoilt, &trust, sample::now()).is_err(),
            "octet {at} was changed and nobody saw it"
        );
    }
}
