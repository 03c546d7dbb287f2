//! Distinguished names, in the string types that Doc 9303-12 and RFC 5280 require.

use der::asn1::{Any, ObjectIdentifier, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use crate::certificate::Certificate;
use crate::oid;

/// The country in every name we make, as ISO 3166-1 alpha-2.
pub const COUNTRY: &str = "MN";

/// Whether an authority is real. Everything that a test authority signs shows this in its issuer's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Demonstrations and tests: organisation and common name begin with `TEST `.
    Test,
    /// The State's real authorities.
    Production,
}

impl Environment {
    /// The text with the mark of this environment before it.
    pub fn mark(self, text: &str) -> String {
        match self {
            Self::Test => format!("TEST {text}"),
            Self::Production => text.to_owned(),
        }
    }
}

/// The name of an authority: `C, O, [organizationIdentifier,] CN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityName {
    organisation: String,
    organisation_identifier: Option<String>,
    common_name: String,
}

impl AuthorityName {
    /// `organisation_identifier` has the form of ETSI EN 319 412-1 §5.1.4, for example `NTRMN-9000001`.
    pub fn new(
        environment: Environment,
        organisation: &str,
        organisation_identifier: Option<&str>,
        common_name: &str,
    ) -> Self {
        Self {
            organisation: environment.mark(organisation),
            organisation_identifier: organisation_identifier.map(str::to_owned),
            common_name: environment.mark(common_name),
        }
    }

    /// The name of a certificate that signs for an authority: the same organisation and environment, another
    /// common name.
    pub fn beside(authority: &Certificate, common_name: &str) -> Self {
        let said = |oid| attribute(authority.subject(), oid);
        let environment = if authority.is_test() { Environment::Test } else { Environment::Production };
        Self {
            organisation: said(oid::ORGANISATION).unwrap_or_default(),
            organisation_identifier: said(oid::ORGANISATION_IDENTIFIER),
            common_name: environment.mark(common_name),
        }
    }

    pub(crate) fn to_x509(&self) -> der::Result<Name> {
        let name = NameBuilder::new().country()?.text(oid::ORGANISATION, &self.organisation)?;
        let name = match &self.organisation_identifier {
            Some(identifier) => name.text(oid::ORGANISATION_IDENTIFIER, identifier)?,
            None => name,
        };
        name.text(oid::COMMON_NAME, &self.common_name)?.build()
    }
}

/// Builds a name one attribute at a time, in the order of the calls.
#[derive(Default)]
pub(crate) struct NameBuilder(Vec<SetOfVec<AttributeTypeAndValue>>);

impl NameBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// `C=MN`, a PrintableString in upper case (Doc 9303-12 §7.1, table 5).
    pub(crate) fn country(self) -> der::Result<Self> {
        self.printable(oid::COUNTRY, COUNTRY)
    }

    /// An attribute as PrintableString: country and serialNumber have no other form (X.520).
    pub(crate) fn printable(self, oid: ObjectIdentifier, value: &str) -> der::Result<Self> {
        let value = Any::from_der(&PrintableStringRef::new(value)?.to_der()?)?;
        self.attribute(oid, value)
    }

    /// An attribute as UTF8String.
    pub(crate) fn text(self, oid: ObjectIdentifier, value: &str) -> der::Result<Self> {
        let value = Any::from_der(&Utf8StringRef::new(value)?.to_der()?)?;
        self.attribute(oid, value)
    }

    pub(crate) fn build(self) -> der::Result<Name> {
        Name::from_der(&self.0.to_der()?)
    }

    fn attribute(mut self, oid: ObjectIdentifier, value: Any) -> der::Result<Self> {
        let mut set = SetOfVec::new();
        set.insert(AttributeTypeAndValue { oid, value })?;
        self.0.push(set);
        Ok(self)
    }
}

/// The first value of an attribute as text, if it is a PrintableString or UTF8String.
pub(crate) fn attribute(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    name.iter()
        .find(|attribute| attribute.oid == oid)
        .and_then(|attribute| std::str::from_utf8(attribute.value.value()).ok())
        .map(str::to_owned)
}

/// The longest common name, in characters (RFC 5280 appendix A, ub-common-name).
pub const COMMON_NAME_LETTERS: usize = 64;

/// The number of characters in the common name; 0 if there is none.
pub(crate) fn common_name_letters(name: &Name) -> usize {
    attribute(name, oid::COMMON_NAME).map_or(0, |text| text.chars().count())
}

/// Whether the organisation and the common name are marked as those of a test authority.
pub(crate) fn marks(name: &Name) -> (bool, bool) {
    let mark = Environment::Test.mark("");
    let marked = |oid| attribute(name, oid).is_some_and(|text| text.starts_with(&mark));
    (marked(oid::ORGANISATION), marked(oid::COMMON_NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_authority_says_so_twice() {
        let name =
            AuthorityName::new(Environment::Test, "Registry", Some("NTRMN-1"), "Root").to_x509().unwrap();
        assert_eq!(attribute(&name, oid::ORGANISATION).as_deref(), Some("TEST Registry"));
        assert_eq!(attribute(&name, oid::COMMON_NAME).as_deref(), Some("TEST Root"));
        assert_eq!(attribute(&name, oid::ORGANISATION_IDENTIFIER).as_deref(), Some("NTRMN-1"));
        let real = AuthorityName::new(Environment::Production, "Registry", None, "Root").to_x509().unwrap();
        assert_eq!(attribute(&real, oid::COMMON_NAME).as_deref(), Some("Root"));
    }

    #[test]
    fn what_signs_for_an_authority_is_of_its_organisation_and_as_much_a_test() {
        let issuing = crate::sample::eid_issuing();
        let authority = issuing.certificate();
        let name = AuthorityName::beside(authority, "OCSP Responder").to_x509().unwrap();
        for same in [oid::ORGANISATION, oid::ORGANISATION_IDENTIFIER] {
            assert_eq!(attribute(&name, same), attribute(authority.subject(), same));
        }
        assert_eq!(attribute(&name, oid::COMMON_NAME).as_deref(), Some("TEST OCSP Responder"));
    }

    #[test]
    fn the_country_is_a_printable_string_and_comes_first() {
        let name =
            NameBuilder::new().country().unwrap().text(oid::COMMON_NAME, "Ө").unwrap().build().unwrap();
        let first = name.iter().next().unwrap();
        assert_eq!((first.oid, der::Tagged::tag(&first.value)), (oid::COUNTRY, der::Tag::PrintableString));
    }

    #[test]
    fn cyrillic_is_no_printable_string() {
        assert!(NameBuilder::new().printable(oid::SERIAL_NUMBER, "УБ").is_err());
    }
}
