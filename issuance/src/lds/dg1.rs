//! EF.DG1 (Doc 9303-10 §4.7.1): the machine readable zone.

use super::LdsError;
use super::mrz::Td1;
use crate::tlv;

/// The file: `61 { 5F1F zone }`.
pub fn encode(zone: &Td1) -> Result<Vec<u8>, LdsError> {
    Ok(tlv::wrap(0x61, &[tlv::write(0x5f1f, zone.encode()?.as_bytes())]))
}

/// Reads the file and checks the zone's check digits.
pub fn decode(file: &[u8]) -> Result<Td1, LdsError> {
    let zone = tlv::only(tlv::only(file, 0x61)?, 0x5f1f)?;
    let zone = std::str::from_utf8(zone).map_err(|_| LdsError::Field("5F1F"))?;
    Ok(Td1::decode(zone)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_zone_comes_back() {
        let zone = sample::holder().zone();
        let file = encode(&zone).unwrap();
        assert_eq!(file[..5], [0x61, 0x5d, 0x5f, 0x1f, 0x5a]);
        assert_eq!(decode(&file).unwrap(), zone);
    }

    #[test]
    fn a_changed_birth_date_is_seen() {
        let mut file = encode(&sample::holder().zone()).unwrap();
        file[36] ^= 1;
        assert!(matches!(decode(&file), Err(LdsError::Mrz(_))));
    }
}
