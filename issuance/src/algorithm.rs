//! The algorithms with which we sign, as rows of a table: the key, the hash, the encodings, and the purposes
//! that may use it.
//!
//! A new algorithm is a new row and the match arms that the compiler then asks for. A row is never removed
//! while a certificate with that algorithm may still be read.

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode as _, Encode as _, Sequence};
use sha2::{Digest as _, Sha256, Sha384};
use spki::AlgorithmIdentifierOwned;

use crate::oid;
use crate::profile::Purpose;

/// A signature algorithm together with its hash and the size of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032); not for the ICAO branch.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (RFC 5758 §3.2).
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384 (RFC 5758 §3.2).
    EcdsaP384Sha384,
    /// RSASSA-PSS with a modulus of 3072 bits, SHA-256, MGF1 with SHA-256, 32 octets of salt (RFC 4055 §3.1).
    RsaPss3072Sha256,
    /// The same with a modulus of 4096 bits: the CSCA of Mongolia has used it since 2022.
    RsaPss4096Sha256,
}

/// The hash of an algorithm that signs digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
}

/// What kind of key an algorithm has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A key on a curve whose parameters can be named or spelt out.
    Curve,
    /// A key on edwards25519, which has one form only.
    Edwards,
    /// An RSA key with a modulus of this many bits.
    Rsa(u16),
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// The algorithm that this row describes.
    pub algorithm: Algorithm,
    /// Its name, for transcripts and messages.
    pub name: &'static str,
    /// The kind of its key.
    pub key: KeyKind,
    /// What is hashed before signing; `None` when the message itself is signed.
    pub hash: Option<Hash>,
    /// Its name in JOSE (RFC 7518 §3.1, RFC 8037 §3.1), when credentials may be signed with it.
    pub jose: Option<&'static str>,
    /// Its number in COSE (RFC 9053 §2), when credentials may be signed with it.
    pub cose: Option<i64>,
    /// Strength against the best known attack, in bits (SP 800-57 part 1, table 2).
    pub strength_bits: u16,
    /// The kinds of certificates whose keys may use it (lint rule 33).
    pub purposes: &'static [Purpose],
}

/// The table, in the order of [`Algorithm`].
pub const ROWS: [Row; 5] = [
    Row {
        algorithm: Algorithm::Ed25519,
        name: "Ed25519",
        key: KeyKind::Edwards,
        hash: None,
        jose: Some("EdDSA"),
        cose: Some(-8),
        strength_bits: 128,
        purposes: &[
            Purpose::CredentialSigner,
            Purpose::StatusListSigner,
            Purpose::TlsServer,
            Purpose::TlsClient,
        ],
    },
    Row {
        algorithm: Algorithm::EcdsaP256Sha256,
        name: "ECDSA P-256 SHA-256",
        key: KeyKind::Curve,
        hash: Some(Hash::Sha256),
        jose: Some("ES256"),
        cose: Some(-7),
        strength_bits: 128,
        purposes: &[
            Purpose::DocumentSigner,
            Purpose::MasterListSigner,
            Purpose::Authentication,
            Purpose::Signature,
            Purpose::OcspResponder,
            Purpose::CredentialSigner,
            Purpose::StatusListSigner,
            Purpose::TlsServer,
            Purpose::TlsClient,
        ],
    },
    Row {
        algorithm: Algorithm::EcdsaP384Sha384,
        name: "ECDSA P-384 SHA-384",
        key: KeyKind::Curve,
        hash: Some(Hash::Sha384),
        jose: Some("ES384"),
        cose: Some(-35),
        strength_bits: 192,
        purposes: &[
            Purpose::Root,
            Purpose::Issuing,
            Purpose::Csca,
            Purpose::CscaLink,
            Purpose::Authentication,
            Purpose::Signature,
            Purpose::OcspResponder,
            Purpose::CredentialSigner,
            Purpose::StatusListSigner,
            Purpose::TlsServer,
            Purpose::TlsClient,
        ],
    },
    Row {
        algorithm: Algorithm::RsaPss3072Sha256,
        name: "RSASSA-PSS 3072 SHA-256",
        key: KeyKind::Rsa(3072),
        hash: Some(Hash::Sha256),
        jose: None,
        cose: None,
        strength_bits: 128,
        purposes: &[Purpose::DocumentSigner, Purpose::MasterListSigner],
    },
    Row {
        algorithm: Algorithm::RsaPss4096Sha256,
        name: "RSASSA-PSS 4096 SHA-256",
        key: KeyKind::Rsa(4096),
        hash: Some(Hash::Sha256),
        jose: None,
        cose: None,
        // SP 800-57 gives 3072 → 128 and 7680 → 192; a size between them counts as the lower one.
        strength_bits: 128,
        purposes: &[Purpose::Csca, Purpose::CscaLink],
    },
];

impl Algorithm {
    /// All algorithms, in the order of the table.
    pub const ALL: [Self; 5] = [
        Self::Ed25519,
        Self::EcdsaP256Sha256,
        Self::EcdsaP384Sha384,
        Self::RsaPss3072Sha256,
        Self::RsaPss4096Sha256,
    ];

    /// The row of this algorithm.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The RSA algorithm for a modulus of this many bits, if we use that size.
    pub(crate) fn rsa(modulus_bits: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|one| matches!(one.row().key, KeyKind::Rsa(bits) if u32::from(bits) == modulus_bits))
    }

    /// The algorithm with this name in JOSE, if it is in the table.
    pub fn from_jose(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.row().jose == Some(name))
    }

    /// The algorithm with this number in COSE, if it is in the table.
    pub fn from_cose(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.row().cose == Some(number))
    }

    /// The signature algorithm's OID.
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Ed25519 => oid::ED25519,
            Self::EcdsaP256Sha256 => oid::ECDSA_WITH_SHA256,
            Self::EcdsaP384Sha384 => oid::ECDSA_WITH_SHA384,
            Self::RsaPss3072Sha256 | Self::RsaPss4096Sha256 => oid::RSASSA_PSS,
        }
    }

    /// The AlgorithmIdentifier: without parameters for EC and Ed25519 (RFC 5758 §3.2, RFC 8410 §3); for
    /// RSASSA-PSS with all parameters that differ from the defaults (RFC 4055 §3.1).
    pub fn identifier(self) -> AlgorithmIdentifierOwned {
        let parameters = match self {
            Self::Ed25519 | Self::EcdsaP256Sha256 | Self::EcdsaP384Sha384 => None,
            // The octets are constant, and a test decodes them: this cannot fail.
            Self::RsaPss3072Sha256 | Self::RsaPss4096Sha256 => pss_parameters().ok(),
        };
        AlgorithmIdentifierOwned { oid: self.oid(), parameters }
    }

    /// The digest that is signed, for a key store that signs digests; `None` if the algorithm signs the whole
    /// message.
    pub fn digest(self, message: &[u8]) -> Option<Vec<u8>> {
        self.row().hash.map(|hash| match hash {
            Hash::Sha256 => Sha256::digest(message).to_vec(),
            Hash::Sha384 => Sha384::digest(message).to_vec(),
        })
    }
}

/// Octets of salt in every PSS signature: as many as the hash has.
const SALT_OCTETS: u8 = 32;

/// `RSASSA-PSS-params` (RFC 4055 §3.1): SHA-256, MGF1 with SHA-256, the salt. The trailer is the default and
/// left out. The hash identifiers have NULL parameters, as §2.1 defines them.
fn pss_parameters() -> der::Result<Any> {
    #[derive(Sequence)]
    struct Parameters {
        #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
        hash: AlgorithmIdentifierOwned,
        #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
        mask: AlgorithmIdentifierOwned,
        #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
        salt: u8,
    }
    let hash = AlgorithmIdentifierOwned { oid: oid::SHA256, parameters: Some(Any::null()) };
    let mask = AlgorithmIdentifierOwned { oid: oid::MGF1, parameters: Some(Any::from_der(&hash.to_der()?)?) };
    Any::from_der(&Parameters { hash, mask, salt: SALT_OCTETS }.to_der()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_has_its_row_and_every_row_a_purpose() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.row().algorithm, algorithm);
            assert!(!algorithm.row().purposes.is_empty());
            assert!(algorithm.row().strength_bits >= 128, "{}", algorithm.row().name);
        }
    }

    #[test]
    fn the_icao_branch_has_no_ed25519() {
        assert!(!Algorithm::Ed25519.row().purposes.iter().any(|purpose| purpose.is_icao()));
    }

    #[test]
    fn jose_and_cose_know_the_rows_that_sign_credentials() {
        for algorithm in Algorithm::ALL {
            let row = algorithm.row();
            let signs = row.purposes.contains(&Purpose::CredentialSigner);
            assert_eq!((row.jose.is_some(), row.cose.is_some()), (signs, signs), "{}", row.name);
        }
        assert_eq!(Algorithm::from_jose("ES384"), Some(Algorithm::EcdsaP384Sha384));
        assert_eq!(Algorithm::from_cose(-8), Some(Algorithm::Ed25519));
        for unused in ["none", "HS256", "RS256", "PS256", "es256", ""] {
            assert_eq!(Algorithm::from_jose(unused), None, "{unused}");
        }
        assert_eq!(Algorithm::from_cose(5), None);
    }

    #[test]
    fn pss_is_written_with_all_that_is_no_default() {
        // These are the parameters that the CSCA of Mongolia writes: SHA-256, MGF1 with SHA-256, salt 32.
        let expected = "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d0101\
                        08300d06096086480165030402010500a203020120";
        let written = Algorithm::RsaPss4096Sha256.identifier().to_der().unwrap();
        assert_eq!(hex::encode(written), expected);
    }

    #[test]
    fn only_a_modulus_of_a_row_is_an_algorithm() {
        assert_eq!(Algorithm::rsa(3072), Some(Algorithm::RsaPss3072Sha256));
        assert_eq!(Algorithm::rsa(4096), Some(Algorithm::RsaPss4096Sha256));
        for bits in [1024, 2048, 3071, 4095, 6144] {
            assert_eq!(Algorithm::rsa(bits), None);
        }
    }

    #[test]
    fn a_key_store_gets_the_digest_or_the_message() {
        assert_eq!(Algorithm::Ed25519.digest(b"message"), None);
        assert_eq!(Algorithm::EcdsaP384Sha384.digest(b"message").map(|digest| digest.len()), Some(48));
        assert_eq!(Algorithm::RsaPss4096Sha256.digest(b"message").map(|digest| digest.len()), Some(32));
    }
}
