//! What the authorities of an instance are: their names, algorithms and times.

use chrono::Months;
use issuance::Algorithm;
use issuance::name::{AuthorityName, Environment};

use crate::authorities::generation::Generation;

/// The organisation in the names of TEST authorities.
pub const TEST_ORGANISATION: &str = "Burtgel Registry";

/// Names, algorithms and times.
#[derive(Debug, Clone)]
pub struct Design {
    /// Whether the names say TEST.
    pub environment: Environment,
    /// The organisation, without the mark of a test.
    pub organisation: String,
    /// Its identifier in names of the eID branch (ETSI EN 319 412-1 §5.1.4).
    pub organisation_identifier: String,
    /// Whom documents of the ICAO branch name (Doc 9303-12 §4.1.6.7).
    pub contact: String,
    /// Where certificates say that lists and issuers are.
    pub url: String,
    /// National eID root.
    pub eid_root: Kind,
    /// Issues card certificates under it.
    pub issuing: Kind,
    /// Country signing authority.
    pub csca: Kind,
    /// Signs EF.SOD.
    pub document_signer: Kind,
    /// The documents it signs (Doc 9303-12 §7.1.1.6).
    pub document_types: Vec<String>,
    /// Root of the TLS certificates; its key is always a file.
    pub service_root: Kind,
}

/// One kind of authority.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its common name, without the mark of a test.
    pub common_name: String,
    /// What its key is.
    pub algorithm: Algorithm,
    /// How long its certificate is good for.
    pub lasts: Months,
    /// How long its key signs (Doc 9303-12 §4.1.6.2): for the ICAO branch far shorter.
    pub signs: Months,
}

impl Design {
    /// TEST authorities: P-384 and, for the Document Signer, P-256.
    pub fn test(url: &str) -> Design {
        let kind = |common_name: &str, algorithm, lasts: u32, signs: u32| Kind {
            common_name: common_name.to_owned(),
            algorithm,
            lasts: Months::new(lasts),
            signs: Months::new(signs),
        };
        let strong = Algorithm::EcdsaP384Sha384;
        Design {
            environment: Environment::Test,
            organisation: TEST_ORGANISATION.to_owned(),
            organisation_identifier: "NTRMN-9000001".to_owned(),
            contact: "csca@registry.example".to_owned(),
            url: url.to_owned(),
            eid_root: kind("eID Root", strong, 30 * 12, 30 * 12),
            issuing: kind("eID Issuing CA 1", strong, 25 * 12, 25 * 12),
            csca: kind("CSCA 1", strong, 27 * 12, 60),
            // As long as the cards it signed.
            document_signer: kind("Document Signer 1", Algorithm::EcdsaP256Sha256, 20 * 12 + 6, 3),
            document_types: vec!["I".to_owned()],
            service_root: kind("Service Root", strong, 20 * 12, 20 * 12),
        }
    }

    /// The name of an authority of the eID or service branch.
    pub fn name(&self, kind: &Kind) -> AuthorityName {
        let identifier = Some(self.organisation_identifier.as_str());
        AuthorityName::new(self.environment, &self.organisation, identifier, &kind.common_name)
    }

    /// The name of an issuing authority. Each has its own: many programs find an issuer, and its list, by the
    /// name alone.
    pub fn issuing_name(&self, generation: Generation) -> AuthorityName {
        let common_name = generation.common_name(&self.issuing.common_name);
        self.name(&Kind { common_name, ..self.issuing.clone() })
    }

    /// The name of one of the ICAO branch, which has no organizationIdentifier (Doc 9303-12 §7.1).
    pub fn icao_name(&self, kind: &Kind) -> AuthorityName {
        AuthorityName::new(self.environment, &self.organisation, None, &kind.common_name)
    }
}
