//! Extensions, one function for each. Criticality is fixed here, so that a profile cannot get it wrong.

use der::asn1::{Ia5String, ObjectIdentifier, OctetString, PrintableString, SetOfVec};
use der::flagset::FlagSet;
use der::{Any, Encode, Sequence};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages, PrivateKeyUsagePeriod,
};

use crate::name::NameBuilder;
use crate::oid;
use crate::validity::{Validity, to_generalized};

fn extension(extn_id: ObjectIdentifier, critical: bool, value: &impl Encode) -> der::Result<Extension> {
    Ok(Extension { extn_id, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// authorityKeyIdentifier, not critical, key identifier only (RFC 5280 §4.2.1.1).
pub(crate) fn authority_key_identifier(identifier: &[u8]) -> der::Result<Extension> {
    let value = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(identifier)?),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    };
    extension(oid::AUTHORITY_KEY_IDENTIFIER, false, &value)
}

/// subjectKeyIdentifier, not critical (RFC 5280 §4.2.1.2).
pub(crate) fn subject_key_identifier(identifier: &[u8]) -> der::Result<Extension> {
    extension(oid::SUBJECT_KEY_IDENTIFIER, false, &OctetString::new(identifier)?)
}

/// keyUsage, critical (RFC 5280 §4.2.1.3).
pub(crate) fn key_usage(usages: impl Into<FlagSet<KeyUsages>>) -> der::Result<Extension> {
    extension(oid::KEY_USAGE, true, &KeyUsage(usages.into()))
}

/// extKeyUsage, not critical: ETSI EN 319 412-2 §4.3.10.
pub(crate) fn extended_key_usage(purposes: &[ObjectIdentifier]) -> der::Result<Extension> {
    extension(oid::EXTENDED_KEY_USAGE, false, &ExtendedKeyUsage(purposes.to_vec()))
}

/// extKeyUsage of a Master List Signer, critical: only this one purpose (Doc 9303-12 §7.1, table 6).
pub(crate) fn only_key_usage(purpose: ObjectIdentifier) -> der::Result<Extension> {
    extension(oid::EXTENDED_KEY_USAGE, true, &ExtendedKeyUsage(vec![purpose]))
}

/// basicConstraints of an authority, critical (RFC 5280 §4.2.1.9).
pub(crate) fn basic_constraints(path_length: Option<u8>) -> der::Result<Extension> {
    let value = BasicConstraints { ca: true, path_len_constraint: path_length };
    extension(oid::BASIC_CONSTRAINTS, true, &value)
}

/// certificatePolicies without qualifiers, not critical (RFC 5280 §4.2.1.4).
pub(crate) fn certificate_policies(policies: &[ObjectIdentifier]) -> der::Result<Extension> {
    let policies = policies
        .iter()
        .map(|oid| PolicyInformation { policy_identifier: *oid, policy_qualifiers: None })
        .collect();
    extension(oid::CERTIFICATE_POLICIES, false, &CertificatePolicies(policies))
}

/// cRLDistributionPoints, not critical, one point with all URLs (RFC 5280 §4.2.1.13).
pub(crate) fn crl_distribution_points(urls: &[String]) -> der::Result<Extension> {
    let names = urls.iter().map(|url| uri(url)).collect::<der::Result<Vec<_>>>()?;
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(names)),
        reasons: None,
        crl_issuer: None,
    };
    extension(oid::CRL_DISTRIBUTION_POINTS, false, &CrlDistributionPoints(vec![point]))
}

/// authorityInfoAccess, not critical: the OCSP responder if there is one, and caIssuers (RFC 5280 §4.2.2.1).
pub(crate) fn authority_info_access(issuer_url: &str, ocsp_url: Option<&str>) -> der::Result<Extension> {
    let mut descriptions = Vec::new();
    if let Some(url) = ocsp_url {
        descriptions.push(AccessDescription { access_method: oid::OCSP, access_location: uri(url)? });
    }
    descriptions
        .push(AccessDescription { access_method: oid::CA_ISSUERS, access_location: uri(issuer_url)? });
    extension(oid::AUTHORITY_INFO_ACCESS, false, &AuthorityInfoAccessSyntax(descriptions))
}

/// id-pkix-ocsp-nocheck, not critical, NULL (RFC 6960 §4.2.2.2.1).
pub(crate) fn ocsp_no_check() -> der::Result<Extension> {
    extension(oid::OCSP_NO_CHECK, false, &der::asn1::Null)
}

/// privateKeyUsagePeriod, not critical, both ends as GeneralizedTime (Doc 9303-12 §7.1).
pub(crate) fn private_key_usage_period(usage: &Validity) -> der::Result<Extension> {
    let value = PrivateKeyUsagePeriod {
        not_before: Some(to_generalized(usage.not_before())?),
        not_after: Some(to_generalized(usage.not_after())?),
    };
    extension(oid::PRIVATE_KEY_USAGE_PERIOD, false, &value)
}

/// subjectAltName, not critical.
pub(crate) fn subject_alt_name(names: &Vec<GeneralName>) -> der::Result<Extension> {
    extension(oid::SUBJECT_ALT_NAME, false, names)
}

/// subjectAltName and issuerAltName of the ICAO branch, both with the same content: a contact and `L=MNG`
/// (Doc 9303-12 §7.1.1.2).
pub(crate) fn icao_alternative_names(contact: &str) -> der::Result<[Extension; 2]> {
    let names = vec![
        GeneralName::Rfc822Name(Ia5String::new(contact)?),
        GeneralName::DirectoryName(NameBuilder::new().printable(oid::LOCALITY, "MNG")?.build()?),
    ];
    Ok([subject_alt_name(&names)?, extension(oid::ISSUER_ALT_NAME, false, &names)?])
}

/// nameChange, not critical, NULL: the subject differs from the issuer's old name (Doc 9303-12 §7.1.1.5).
pub(crate) fn name_change() -> der::Result<Extension> {
    extension(oid::NAME_CHANGE, false, &der::asn1::Null)
}

/// A uniformResourceIdentifier.
pub(crate) fn uri(text: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(text)?))
}

/// A dNSName.
pub(crate) fn dns(name: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::DnsName(Ia5String::new(name)?))
}

/// documentTypeList, not critical: version 0 and the document codes of the MRZ (Doc 9303-12 §7.1.1.6).
pub(crate) fn document_types(codes: &[&str]) -> der::Result<Extension> {
    #[derive(Sequence)]
    struct DocumentTypeList {
        version: u8,
        codes: SetOfVec<PrintableString>,
    }
    let codes = codes.iter().map(PrintableString::new).collect::<der::Result<Vec<_>>>()?;
    let value = DocumentTypeList { version: 0, codes: SetOfVec::try_from(codes)? };
    extension(oid::DOCUMENT_TYPE_LIST, false, &value)
}

/// One element of qcStatements (RFC 3739 §3.2.6).
#[derive(Sequence)]
pub(crate) struct QcStatement {
    statement_id: ObjectIdentifier,
    #[asn1(optional = "true")]
    statement_info: Option<Any>,
}

impl QcStatement {
    /// A statement without further information.
    pub(crate) fn plain(statement_id: ObjectIdentifier) -> Self {
        Self { statement_id, statement_info: None }
    }

    /// pkixQCSyntax-v2 with the semantics of natural persons' identifiers (ETSI EN 319 412-1 §5.1.3). A
    /// scheme of our own (two letters and a colon) must name, by URI, the authority that assigns its numbers.
    pub(crate) fn natural_semantics(registration_authority: Option<&str>) -> der::Result<Self> {
        #[derive(Sequence)]
        struct SemanticsInformation {
            identifier: ObjectIdentifier,
            #[asn1(optional = "true")]
            registration_authorities: Option<Vec<GeneralName>>,
        }
        let registration_authorities = registration_authority.map(uri).transpose()?.map(|name| vec![name]);
        let value = SemanticsInformation { identifier: oid::SEMANTICS_NATURAL, registration_authorities };
        Self::with(oid::QC_SYNTAX_V2, &value)
    }

    /// QcType: for electronic signatures (ETSI EN 319 412-5 §4.2.3).
    pub(crate) fn electronic_signature() -> der::Result<Self> {
        Self::with(oid::QC_TYPE, &vec![oid::QC_TYPE_ESIGN])
    }

    /// QcCClegislation: the country under whose law it is qualified (ETSI EN 319 412-5 §4.2.4).
    pub(crate) fn legislation(country: &str) -> der::Result<Self> {
        Self::with(oid::QC_CC_LEGISLATION, &vec![PrintableString::new(country)?])
    }

    /// QcPDS: where the disclosure statements are, URL and language (ETSI EN 319 412-5 §4.3.4).
    pub(crate) fn disclosure(statements: &[DisclosureStatement]) -> der::Result<Self> {
        #[derive(Sequence)]
        struct Location {
            url: Ia5String,
            language: PrintableString,
        }
        let locations = statements
            .iter()
            .map(|s| {
                Ok(Location { url: Ia5String::new(&s.url)?, language: PrintableString::new(&s.language)? })
            })
            .collect::<der::Result<Vec<_>>>()?;
        Self::with(oid::QC_PDS, &locations)
    }

    fn with(statement_id: ObjectIdentifier, info: &impl Encode) -> der::Result<Self> {
        use der::Decode as _;
        Ok(Self { statement_id, statement_info: Some(Any::from_der(&info.to_der()?)?) })
    }
}

/// A PKI disclosure statement: an `https` URL and an ISO 639-1 language in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureStatement {
    /// Its address.
    pub url: String,
    /// The language of the statement, for example `en`.
    pub language: String,
}

/// qcStatements, not critical (ETSI EN 319 412-5 §4.1).
pub(crate) fn qc_statements(statements: &Vec<QcStatement>) -> der::Result<Extension> {
    extension(oid::QC_STATEMENTS, false, statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(extension: &Extension) -> String {
        hex::encode(extension.extn_value.as_bytes())
    }

    #[test]
    fn what_binds_a_key_is_critical() {
        assert!(key_usage(KeyUsages::DigitalSignature).unwrap().critical);
        assert!(basic_constraints(Some(0)).unwrap().critical);
        assert!(!extended_key_usage(&[oid::CLIENT_AUTH]).unwrap().critical);
        assert!(!certificate_policies(&[oid::POLICY_NCP_PLUS]).unwrap().critical);
    }

    #[test]
    fn key_usage_has_the_bits_of_rfc_5280() {
        assert_eq!(value(&key_usage(KeyUsages::DigitalSignature).unwrap()), "03020780");
        assert_eq!(value(&key_usage(KeyUsages::NonRepudiation).unwrap()), "03020640");
        assert_eq!(value(&key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign).unwrap()), "03020106");
    }

    #[test]
    fn a_document_type_list_is_a_version_and_a_set() {
        assert_eq!(value(&document_types(&["I"]).unwrap()), "30080201003103130149");
        assert!(document_types(&["И"]).is_err());
    }

    #[test]
    fn a_scheme_of_our_own_names_who_gives_the_numbers_out() {
        let plain = QcStatement::natural_semantics(None).unwrap().to_der().unwrap();
        let named = QcStatement::natural_semantics(Some("http://example.mn/")).unwrap().to_der().unwrap();
        assert!(!hex::encode(plain).contains(&hex::encode("http://example.mn/")));
        assert!(hex::encode(named).contains(&hex::encode("http://example.mn/")));
    }

    #[test]
    fn a_url_outside_ascii_is_refused() {
        assert!(authority_info_access("http://жишээ.мн/", None).is_err());
        assert!(crl_distribution_points(&["http://жишээ.мн/".to_owned()]).is_err());
    }
}
