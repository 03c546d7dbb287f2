//! The fields of a payload that may be corrected, whatever the kind of the entry.
//!
//! A field is found by its path in the stored form of a payload, so a new kind with the same field needs no
//! change here. The payload's own types read the corrected form again: a correction cannot write what a
//! declaration could not bring.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date::{PartialDate, parse_date};
use crate::entry::PartBody;
use crate::form;
use crate::name::{ClanName, GivenName, ParentName};
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::unit::UnitCode;

macro_rules! fields {
    ($($name:ident $word:literal $mn:literal $en:literal [$($path:literal),+];)*) => {
        /// A field that may be corrected.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $(#[doc = $en] $name,)*
        }

        impl Field {
            /// Every field, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in a declaration.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The name in Mongolian.
            pub const fn title_mn(self) -> &'static str {
                match self { $(Self::$name => $mn),* }
            }

            /// The name in English.
            pub const fn title_en(self) -> &'static str {
                match self { $(Self::$name => $en),* }
            }

            /// The paths at which it may stand in a payload; dots separate the members.
            const fn paths(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($path),+]),* }
            }
        }
    };
}

fields! {
    ClanName "clan_name" "ургийн овог" "clan name" ["name.clan"];
    ParentName "parent_name" "эцэг (эх)-ийн нэр" "parent's name" ["name.parent"];
    GivenName "given_name" "нэр" "given name" ["name.given"];
    Sex "sex" "хүйс" "sex" ["sex"];
    BornOn "born_on" "төрсөн огноо" "date of birth" ["born_on"];
    BirthPlace "birth_place" "төрсөн газар" "place of birth" ["birth_place"];
    DiedOn "died_on" "нас барсан огноо" "date of death" ["died_on"];
    SpouseDiedOn "spouse_died_on" "эхнэр, нөхрийн нас барсан огноо" "date of the spouse's death" ["spouse_died_on"];
    DeathPlace "death_place" "нас барсан газар" "place of death" ["death_place"];
    MarriedOn "married_on" "гэрлэсэн огноо" "date of marriage" ["married_on"];
    EndedOn "ended_on" "гэрлэлт дууссан огноо" "date of the end of marriage" ["ended_on"];
    RestoredOn "restored_on" "гэрлэлт сэргээсэн огноо" "date of the restoration of marriage" ["restored_on"];
    DecidedOn "decided_on" "шийдвэрийн огноо" "date of the decision" ["decided_on"];
    LeftOn "left_on" "гадаадад явсан огноо" "date of departure abroad" ["left_on"];
    ReturnedOn "returned_on" "буцаж ирсэн огноо" "date of return from abroad" ["returned_on"];
    ResidenceUnit "residence_unit" "оршин суух нэгж" "unit of residence" ["residence.unit"];
    Address "address" "хаяг" "address" ["residence.address"];
    ArrivedOn "arrived_on" "ирсэн огноо" "date of arrival" ["residence.since"];
}

impl Field {
    /// Reads the word of a field.
    ///
    /// # Errors
    /// [`Refusal::FieldNotCorrectable`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::FieldNotCorrectable { field: word.chars().take(40).collect() };
        Self::ALL.iter().copied().find(|field| field.as_str() == word).ok_or_else(unknown)
    }

    /// Reads a value and returns it in the form in which the field is stored.
    ///
    /// # Errors
    /// The refusal that says what is wrong with the value.
    pub fn parse_value(self, text: &str) -> Result<String, Refusal> {
        match self {
            Self::ClanName => ClanName::parse(text).map(Into::into),
            Self::ParentName => ParentName::parse(text).map(Into::into),
            Self::GivenName => GivenName::parse(text).map(Into::into),
            Self::Sex => Sex::parse(text).map(|sex| sex.as_str().to_owned()),
            Self::BornOn | Self::DiedOn | Self::SpouseDiedOn => PartialDate::parse(text).map(Into::into),
            Self::BirthPlace | Self::DeathPlace | Self::ResidenceUnit => {
                UnitCode::parse(text).map(|unit| unit.to_string())
            }
            Self::MarriedOn
            | Self::EndedOn
            | Self::RestoredOn
            | Self::DecidedOn
            | Self::LeftOn
            | Self::ReturnedOn
            | Self::ArrivedOn => parse_date(text).map(|day| day.to_string()),
            Self::Address => form::text(200)(text),
        }
    }

    /// Whether it says when the event happened. A correction may move such a day, but may not add one that
    /// the payload does not have.
    pub const fn is_event(self) -> bool {
        match self {
            Self::DiedOn
            | Self::SpouseDiedOn
            | Self::MarriedOn
            | Self::EndedOn
            | Self::RestoredOn
            | Self::DecidedOn
            | Self::LeftOn
            | Self::ReturnedOn => true,
            Self::ClanName
            | Self::ParentName
            | Self::GivenName
            | Self::Sex
            | Self::BornOn
            | Self::BirthPlace
            | Self::DeathPlace
            | Self::ResidenceUnit
            | Self::Address
            | Self::ArrivedOn => false,
        }
    }

    /// Whether the field is a word of the name.
    pub(crate) const fn is_name(self) -> bool {
        matches!(self, Self::ClanName | Self::ParentName | Self::GivenName)
    }

    /// The value of this field in a payload; none if the payload has no such field or it is empty.
    pub fn read(self, body: &PartBody) -> Option<String> {
        let stored = serde_json::to_value(body).ok()?;
        self.paths().iter().find_map(|path| stored.pointer(&pointer(path))?.as_str().map(str::to_owned))
    }

    /// The day from which the payload's statement in this field is true. A life begins on the first day that
    /// a partial date can mean. It ends on the last day that the date can mean, but not after
    /// `registered_on`, when the death was known.
    pub(crate) fn true_from(self, body: &PartBody, registered_on: NaiveDate) -> Option<NaiveDate> {
        let date = PartialDate::parse(&self.read(body)?).ok()?;
        let is_death = matches!(self, Self::DiedOn | Self::SpouseDiedOn);
        Some(if is_death { date.latest_by(registered_on) } else { date.earliest() })
    }

    /// The payload with another value in this field.
    ///
    /// [`Refusal::FieldNotInEntry`] if the payload has no such field; [`Refusal::InvalidDate`] for a partial
    /// date where the payload needs a whole one.
    pub fn write(self, body: &PartBody, value: &str) -> Result<PartBody, Refusal> {
        let absent = || Refusal::FieldNotInEntry { field: self.as_str() };
        let mut stored = serde_json::to_value(body).map_err(|_| absent())?;
        let place = self.paths().iter().find(|path| {
            let found = stored.pointer(&pointer(path));
            found.is_some_and(|found| !(self.is_event() && found.is_null()))
        });
        let place = place.and_then(|path| stored.pointer_mut(&pointer(path))).ok_or_else(absent)?;
        *place = Value::String(value.to_owned());
        serde_json::from_value(stored).map_err(|_| Refusal::InvalidDate)
    }
}

/// The place of a member in a stored payload (RFC 6901).
fn pointer(path: &str) -> String {
    format!("/body/{}", path.replace('.', "/"))
}

/// One field and its new value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The field that the change is about.
    pub field: Field,
    /// The new value, in the form in which the field is stored.
    pub value: String,
}

impl Change {
    /// Takes a field and a value as declared.
    ///
    /// # Errors
    /// The refusal that says what is wrong with the value.
    pub fn new(field: Field, value: &str) -> Result<Self, Refusal> {
        Ok(Self { field, value: field.parse_value(value)? })
    }

    /// Reads `field=value`.
    ///
    /// # Errors
    /// [`Refusal::ChangeMalformed`], an unknown field, or the refusal that says what is wrong with the value.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (field, value) = text.split_once('=').ok_or(Refusal::ChangeMalformed)?;
        Self::new(Field::parse(field.trim())?, value.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_word_in_code_and_in_storage() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Ok(*field));
            assert_eq!(serde_json::to_string(field).unwrap(), format!("\"{}\"", field.as_str()));
        }
    }

    #[test]
    fn a_change_is_a_field_and_a_value_that_the_field_takes() {
        let change = Change::parse("given_name = Болд").unwrap();
        assert_eq!((change.field, change.value.as_str()), (Field::GivenName, "Болд"));
        assert_eq!(Change::parse("given_name"), Err(Refusal::ChangeMalformed));
        assert!(matches!(Change::parse("civil_id=1"), Err(Refusal::FieldNotCorrectable { .. })));
        assert_eq!(Change::parse("died_on=2026-02-30"), Err(Refusal::InvalidDate));
    }
}
