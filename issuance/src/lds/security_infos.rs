//! `SecurityInfos` (Doc 9303-11 §9.2): what the chip can do. They are in EF.CardAccess, before any access,
//! and signed in EF.DG14.

use der::asn1::{Any, ObjectIdentifier, SetOfVec};
use der::{Decode as _, Encode as _, Sequence};
use spki::SubjectPublicKeyInfoOwned;

use super::LdsError;
use crate::oid;
use crate::public_key::{CurveForm, PublicKey};

/// The standardised domain parameters that PACE may use here (Doc 9303-11 §9.5.1, table 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceParameter {
    /// 12: NIST P-256.
    P256,
    /// 13: brainpoolP256r1.
    BrainpoolP256,
}

impl PaceParameter {
    const ALL: [Self; 2] = [Self::P256, Self::BrainpoolP256];

    /// The number in the table.
    pub fn number(self) -> u8 {
        match self {
            Self::P256 => 12,
            Self::BrainpoolP256 => 13,
        }
    }
}

/// One `SecurityInfo` of the kinds that our card has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityInfo {
    /// `PACEInfo` version 2: id-PACE-ECDH-GM-AES-CBC-CMAC-128 (§9.2.1).
    Pace(PaceParameter),
    /// `ChipAuthenticationInfo` version 1: id-CA-ECDH-AES-CBC-CMAC-128 (§9.2.5).
    ChipAuthentication {
        /// The id of the chip's key.
        key_id: u8,
    },
    /// `ChipAuthenticationPublicKeyInfo`: id-PK-ECDH (§9.2.6).
    ChipAuthenticationKey {
        /// The chip's public key, on P-256, written with explicit parameters.
        key: PublicKey,
        /// The id of the chip's key.
        key_id: u8,
    },
    /// `ActiveAuthenticationInfo` version 1: ecdsa-plain-SHA256 (§9.2.8), for the key in DG15.
    ActiveAuthentication,
}

/// The form that `PACEInfo` and `ChipAuthenticationInfo` share.
#[derive(Sequence)]
struct Numbered {
    protocol: ObjectIdentifier,
    version: u8,
    #[asn1(optional = "true")]
    number: Option<u8>,
}

#[derive(Sequence)]
struct KeyInfo {
    protocol: ObjectIdentifier,
    key: SubjectPublicKeyInfoOwned,
    #[asn1(optional = "true")]
    key_id: Option<u8>,
}

#[derive(Sequence)]
struct ActiveAuthenticationInfo {
    protocol: ObjectIdentifier,
    version: u8,
    algorithm: ObjectIdentifier,
}

const PACE_VERSION: u8 = 2;
const CHIP_AUTHENTICATION_VERSION: u8 = 1;
const ACTIVE_AUTHENTICATION_VERSION: u8 = 1;

impl SecurityInfo {
    fn encode(&self) -> der::Result<Any> {
        match self {
            Self::Pace(parameter) => Any::encode_from(&Numbered {
                protocol: oid::PACE_ECDH_GM_AES_128,
                version: PACE_VERSION,
                number: Some(parameter.number()),
            }),
            Self::ChipAuthentication { key_id } => Any::encode_from(&Numbered {
                protocol: oid::CA_ECDH_AES_128,
                version: CHIP_AUTHENTICATION_VERSION,
                number: Some(*key_id),
            }),
            Self::ChipAuthenticationKey { key, key_id } => Any::encode_from(&KeyInfo {
                protocol: oid::PK_ECDH,
                key: key.to_spki(CurveForm::Explicit)?,
                key_id: Some(*key_id),
            }),
            Self::ActiveAuthentication => Any::encode_from(&ActiveAuthenticationInfo {
                protocol: oid::ACTIVE_AUTHENTICATION,
                version: ACTIVE_AUTHENTICATION_VERSION,
                algorithm: oid::ECDSA_PLAIN_SHA256,
            }),
        }
    }

    /// Reads an info of the kind that we write; another protocol, version or parameter is an error.
    fn decode(value: &Any) -> Result<Self, LdsError> {
        let wrong = |_| LdsError::Field("SecurityInfo");
        let mut reader = der::SliceReader::new(value.value()).map_err(wrong)?;
        let protocol = ObjectIdentifier::decode(&mut reader).map_err(wrong)?;
        match protocol {
            oid::PACE_ECDH_GM_AES_128 => {
                let info: Numbered = value.decode_as().map_err(wrong)?;
                let parameter = PaceParameter::ALL.into_iter().find(|one| Some(one.number()) == info.number);
                match (info.version, parameter) {
                    (PACE_VERSION, Some(parameter)) => Ok(Self::Pace(parameter)),
                    (_, _) => Err(LdsError::Field("PACEInfo")),
                }
            }
            oid::CA_ECDH_AES_128 => {
                let info: Numbered = value.decode_as().map_err(wrong)?;
                match (info.version, info.number) {
                    (CHIP_AUTHENTICATION_VERSION, Some(key_id)) => Ok(Self::ChipAuthentication { key_id }),
                    (_, _) => Err(LdsError::Field("ChipAuthenticationInfo")),
                }
            }
            oid::PK_ECDH => {
                let info: KeyInfo = value.decode_as().map_err(wrong)?;
                let key =
                    explicit_p256(&info.key).ok_or(LdsError::Field("ChipAuthenticationPublicKeyInfo"))?;
                let key_id = info.key_id.ok_or(LdsError::Field("ChipAuthenticationPublicKeyInfo"))?;
                Ok(Self::ChipAuthenticationKey { key, key_id })
            }
            oid::ACTIVE_AUTHENTICATION => {
                let info: ActiveAuthenticationInfo = value.decode_as().map_err(wrong)?;
                let known = info.version == ACTIVE_AUTHENTICATION_VERSION
                    && info.algorithm == oid::ECDSA_PLAIN_SHA256;
                if known {
                    Ok(Self::ActiveAuthentication)
                } else {
                    Err(LdsError::Field("ActiveAuthenticationInfo"))
                }
            }
            _ => Err(LdsError::Field("SecurityInfo")),
        }
    }
}

/// A P-256 key with its parameters spelt out.
pub(super) fn explicit_p256(spki: &SubjectPublicKeyInfoOwned) -> Option<PublicKey> {
    match PublicKey::from_spki(spki) {
        Ok((key @ PublicKey::P256(_), CurveForm::Explicit)) => Some(key),
        Ok(_) | Err(_) => None,
    }
}

/// The set in DER: sorted by its octets.
pub(super) fn encode(infos: &[SecurityInfo]) -> Result<Vec<u8>, LdsError> {
    let unfit = |_| LdsError::Field("SecurityInfos");
    let infos = infos.iter().map(SecurityInfo::encode).collect::<der::Result<Vec<_>>>().map_err(unfit)?;
    SetOfVec::try_from(infos).and_then(|set| set.to_der()).map_err(unfit)
}

/// Reads a set; it must be DER to its last octet.
pub(super) fn decode(der: &[u8]) -> Result<Vec<SecurityInfo>, LdsError> {
    let wrong = |_| LdsError::Field("SecurityInfos");
    let set = SetOfVec::<Any>::from_der(der).map_err(wrong)?;
    if set.to_der().map_err(wrong)? != der {
        return Err(LdsError::Field("SecurityInfos"));
    }
    set.iter().map(SecurityInfo::decode).collect()
}
