//! EF.DG14 (Doc 9303-10 §4.7.14): the security options of the chip, signed. Required with PACE or Chip
//! Authentication.

use super::LdsError;
use super::security_infos::{self, PaceParameter, SecurityInfo};
use crate::public_key::PublicKey;
use crate::tlv;

/// The protocols that the chip supports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityOptions {
    /// PACE, equal to the PACEInfo in EF.CardAccess.
    pub pace: PaceParameter,
    /// The key of Chip Authentication, if the chip has one: P-256.
    pub chip_authentication: Option<PublicKey>,
    /// Whether DG15 has a key for Active Authentication.
    pub active_authentication: bool,
}

/// The key id of Chip Authentication: a card has one key only.
const KEY_ID: u8 = 1;

impl SecurityOptions {
    /// The file: `6E { SecurityInfos }`.
    pub fn encode(&self) -> Result<Vec<u8>, LdsError> {
        let mut infos = vec![SecurityInfo::Pace(self.pace)];
        if let Some(key) = &self.chip_authentication {
            if !matches!(key, PublicKey::P256(_)) {
                return Err(LdsError::Field("ChipAuthenticationPublicKeyInfo"));
            }
            infos.push(SecurityInfo::ChipAuthentication { key_id: KEY_ID });
            infos.push(SecurityInfo::ChipAuthenticationKey { key: key.clone(), key_id: KEY_ID });
        }
        if self.active_authentication {
            infos.push(SecurityInfo::ActiveAuthentication);
        }
        Ok(tlv::write(0x6e, &security_infos::encode(&infos)?))
    }

    /// Reads the file: each info may occur once, and Chip Authentication only together with its key.
    pub fn decode(file: &[u8]) -> Result<Self, LdsError> {
        let (mut pace, mut protocol, mut key, mut active_authentication) = (None, None, None, false);
        for info in security_infos::decode(tlv::only(file, 0x6e)?)? {
            let again = match info {
                SecurityInfo::Pace(parameter) => pace.replace(parameter).is_some(),
                SecurityInfo::ChipAuthentication { key_id } => protocol.replace(key_id).is_some(),
                SecurityInfo::ChipAuthenticationKey { key: found, key_id } => {
                    key.replace((found, key_id)).is_some()
                }
                SecurityInfo::ActiveAuthentication => std::mem::replace(&mut active_authentication, true),
            };
            if again {
                return Err(LdsError::Field("SecurityInfos"));
            }
        }
        let pace = pace.ok_or(LdsError::Field("PACEInfo"))?;
        let chip_authentication = match (protocol, key) {
            (None, None) => None,
            (Some(KEY_ID), Some((key, KEY_ID))) => Some(key),
            (_, _) => return Err(LdsError::Field("ChipAuthenticationInfo")),
        };
        Ok(Self { pace, chip_authentication, active_authentication })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Algorithm;

    #[test]
    fn the_file_has_the_infos_of_the_clause() {
        let options = sample::security_options();
        let file = options.encode().unwrap();
        assert_eq!(SecurityOptions::decode(&file).unwrap(), options);
        // Checked against the clause, without the decoder: a SET OF SEQUENCEs, each of which begins with its
        // OID.
        let set = tlv::only(tlv::only(&file, 0x6e).unwrap(), 0x31).unwrap();
        let mut reader = tlv::Reader::new(set);
        let mut found = Vec::new();
        while !reader.is_empty() {
            let mut info = tlv::Reader::new(reader.expect(0x30).unwrap());
            let protocol = hex::encode(info.expect(0x06).unwrap());
            let (tag, second) = info.next_element().unwrap();
            found.push((protocol, tag, second.to_vec()));
        }
        found.sort();
        let key = options.chip_authentication.unwrap().to_bits();
        let protocols: Vec<&str> = found.iter().map(|(protocol, ..)| protocol.as_str()).collect();
        let expected = [
            "04007f000702020102",   // id-PK-ECDH
            "04007f00070202030202", // id-CA-ECDH-AES-CBC-CMAC-128
            "04007f00070202040202", // id-PACE-ECDH-GM-AES-CBC-CMAC-128
            "678108010105",         // id-icao-mrtd-security-aaProtocolObject
        ];
        assert_eq!(protocols, expected);
        assert!(found[0].1 == 0x30 && found[0].2.ends_with(&key));
        assert_eq!((found[1].1, found[1].2.as_slice()), (0x02, &[1][..]));
        assert_eq!((found[2].1, found[2].2.as_slice()), (0x02, &[2][..]));
        assert_eq!((found[3].1, found[3].2.as_slice()), (0x02, &[1][..]));
    }

    #[test]
    fn pace_alone_is_enough_and_is_required() {
        let options = SecurityOptions {
            pace: PaceParameter::BrainpoolP256,
            chip_authentication: None,
            active_authentication: false,
        };
        let file = options.encode().unwrap();
        assert_eq!(hex::encode(&file), "6e1631143012060a04007f0007020204020202010202010d");
        assert_eq!(SecurityOptions::decode(&file).unwrap(), options);
        assert_eq!(SecurityOptions::decode(&[0x6e, 0x02, 0x31, 0x00]), Err(LdsError::Field("PACEInfo")));
    }

    #[test]
    fn chip_authentication_without_its_key_is_refused() {
        let infos = [SecurityInfo::Pace(PaceParameter::P256), SecurityInfo::ChipAuthentication { key_id: 1 }];
        let file = tlv::write(0x6e, &security_infos::encode(&infos).unwrap());
        assert_eq!(SecurityOptions::decode(&file), Err(LdsError::Field("ChipAuthenticationInfo")));
    }

    #[test]
    fn a_key_of_another_curve_is_refused() {
        let mut options = sample::security_options();
        options.chip_authentication = Some(sample::key(Algorithm::EcdsaP384Sha384, 1));
        assert!(options.encode().is_err());
    }
}
