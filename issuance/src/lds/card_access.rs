//! EF.CardAccess (Doc 9303-10 §3.11.3, Doc 9303-11 §9.2.10): what a reader must know before PACE. Anyone may
//! read it and nobody signed it, so DG14, which is signed, must say the same.

use super::LdsError;
use super::security_infos::{self, PaceParameter, SecurityInfo};

/// The file, `31 { PACEInfo }`, at 011C under the master file.
pub fn encode(parameter: PaceParameter) -> Result<Vec<u8>, LdsError> {
    security_infos::encode(&[SecurityInfo::Pace(parameter)])
}

/// Reads the file: one PACEInfo and nothing else.
pub fn decode(file: &[u8]) -> Result<PaceParameter, LdsError> {
    match security_infos::decode(file)?.as_slice() {
        [SecurityInfo::Pace(parameter)] => Ok(*parameter),
        _ => Err(LdsError::Field("EF.CardAccess")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_that_of_the_worked_example() {
        // Doc 9303-11 appendix G.1 prints this PACEInfo, with brainpoolP256r1.
        let example = "31143012060a04007f0007020204020202010202010d";
        assert_eq!(hex::encode(encode(PaceParameter::BrainpoolP256).unwrap()), example);
        assert_eq!(decode(&hex::decode(example).unwrap()), Ok(PaceParameter::BrainpoolP256));
        let p256 = encode(PaceParameter::P256).unwrap();
        assert_eq!(p256.last(), Some(&12));
        assert_eq!(decode(&p256), Ok(PaceParameter::P256));
    }

    #[test]
    fn another_protocol_version_or_parameter_is_refused() {
        let file = encode(PaceParameter::P256).unwrap();
        for (at, octet) in [(15, 0x04), (18, 0x01), (21, 0x0e)] {
            let mut spoilt = file.clone();
            spoilt[at] = octet;
            assert!(decode(&spoilt).is_err(), "octet {at}");
        }
        assert!(decode(&file[..file.len() - 1]).is_err());
        assert!(decode(&[0x31, 0x00]).is_err());
    }
}
