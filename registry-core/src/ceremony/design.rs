//! The design of an instance's authorities: their names, algorithms and times.

use chrono::Months;
use issuance::Algorithm;
use issuance::name::{AuthorityName, Environment};

use crate::authorities::generation::Generation;

/// The organisation in the names of TEST authorities.
pub const TEST_ORGANISATION: &str = "Burtgel Registry";

/// Names, algorithms and times of all authorities.
#[derive(Debug, Clone)]
pub struct Design {
    /// Whether the names say TEST.
    pub environment: Environment,
    /// The organisation, without the mark of a test.
    pub organisation: String,
    /// The organisation's identifier in names of the eID branch (ETSI EN 319 412-1 §5.1.4).
    pub organisation_identifier: String,
    /// The contact that certificates of the ICAO branch name (Doc 9303-12 §4.1.6.7).
    pub contact: String,
    /// The address in certificates under which lists and issuers are found.
    pub url: String,
    /// The national eID root.
    pub eid_root: Kind,
    /// The authority that issues card certificates under the eID root.
    pub issuing: Kind,
    /// The country signing authority.
    pub csca: Kind,
    /// The Document Signer, which signs EF.SOD.
    pub document_signer: Kind,
    /// The document types that it signs (Doc 9303-12 §7.1.1.6).
    pub document_types: Vec<String>,
    /// The root of the TLS certificates; its key is always in a file.
    pub service_root: Kind,
}

/// The design of one kind of authority.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its common name, without the mark of a test.
    pub common_name: String,
    /// The algorithm of its key.
    pub algorithm: Algorithm,
    /// How long its certificate is good for.
    pub lasts: Months,
    /// How long its key signs (Doc 9303-12 §4.1.6.2); in the ICAO branch that is far shorter than the
    /// certificate lasts.
    pub signs: Months,
}

impl Design {
    /// The design of TEST authorities: P-384, and P-256 for the Document Signer.
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
            // Its certificate lasts as long as the cards that it signed.
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

    /// The name of an issuing authority. Each has a name of its own, because many programs find an issuer and
    /// its list by name alone.
    pub fn issuing_name(&self, generation: Generation) -> AuthorityName {
        let common_name = generation.common_name(&self.issuing.common_name);
        self.name(&Kind { common_name, ..self.issuing.clone() })
    }

    /// The name of an authority of the ICAO branch, which has no organizationIdentifier (Doc 9303-12 §7.1).
    pub fn icao_name(&self, kind: &Kind) -> AuthorityName {
        AuthorityName::new(self.environment, &self.organisation, None, &kind.common_name)
    }
}
