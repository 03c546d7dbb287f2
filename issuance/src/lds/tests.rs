use super::com::Com;
use super::dg11::PersonalDetails;
use super::sod::verify_sod;
use crate::sample;

/// Feeds a decoder with every beginning of a file and with every octet changed: it may refuse, it may not panic, and a
/// shortened file is always refused.
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
