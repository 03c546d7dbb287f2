//! Names in the traditional Mongolian script, as they were given beside the Cyrillic ones, and never derived from them: the script keeps
//! spellings that Cyrillic does not tell.

use serde::{Deserialize, Serialize};

use super::PersonName;
use crate::form::Form;
use crate::refusal::Refusal;

/// Longest part of a name, in characters: what a paper can draw in one column.
pub const TRADITIONAL_LIMIT: usize = 30;

#[derive(Serialize, Deserialize)]
struct Parts {
    spells: PersonName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clan: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    given: String,
}

/// A name in traditional script, and the Cyrillic name whose spelling it is: of another one, changed or corrected since, it says nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct TraditionalName {
    spells: PersonName,
    clan: Option<String>,
    parent: Option<String>,
    given: String,
}

/// What a form says of it: `traditional_clan`, `traditional_parent`, `traditional_given`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    clan: Option<String>,
    parent: Option<String>,
    given: String,
}

impl Written {
    /// Reads the three fields; none if all are empty.
    ///
    /// # Errors
    /// [`Refusal::InvalidTraditionalName`]; [`Refusal::MissingField`] for a name without its given name.
    pub fn parse(form: &Form<'_>) -> Result<Option<Self>, Refusal> {
        let clan = form.optional("traditional_clan", parse_part)?;
        let parent = form.optional("traditional_parent", parse_part)?;
        match form.optional("traditional_given", parse_part)? {
            Some(given) => Ok(Some(Self { clan, parent, given })),
            None if clan.is_none() && parent.is_none() => Ok(None),
            None => Err(Refusal::MissingField { field: "traditional_given".to_owned() }),
        }
    }

    /// As the spelling of a name.
    ///
    /// # Errors
    /// [`Refusal::InvalidTraditionalName`] for a part that the name does not have.
    pub fn of(&self, name: &PersonName) -> Result<TraditionalName, Refusal> {
        let Self { clan, parent, given } = self.clone();
        TraditionalName::try_from(Parts { spells: name.clone(), clan, parent, given })
    }
}

impl std::fmt::Display for Written {
    /// Clan, parent's and given name in that order.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&joined(self.clan.as_deref(), self.parent.as_deref(), Some(&self.given)))
    }
}

impl TraditionalName {
    /// The clan name, if it is still the one that is spelt.
    pub fn clan(&self, name: &PersonName) -> Option<&str> {
        self.clan.as_deref().filter(|_| self.spells.clan == name.clan)
    }

    /// The parent's name, if it is still the one that is spelt.
    pub fn parent(&self, name: &PersonName) -> Option<&str> {
        self.parent.as_deref().filter(|_| self.spells.parent == name.parent)
    }

    /// The given name, if it is still the one that is spelt.
    pub fn given(&self, name: &PersonName) -> Option<&str> {
        Some(self.given.as_str()).filter(|_| self.spells.given == name.given)
    }

    /// With those parts of an earlier one that this one leaves out and that are still the ones spelt.
    pub(crate) fn over(self, before: Option<&Self>) -> Self {
        let clan = before.and_then(|before| before.clan(&self.spells)).map(str::to_owned);
        let parent = before.and_then(|before| before.parent(&self.spells)).map(str::to_owned);
        Self { clan: self.clan.or(clan), parent: self.parent.or(parent), ..self }
    }

    /// All that is still spelt, clan name first.
    pub fn whole(&self, name: &PersonName) -> Option<String> {
        let whole = joined(self.clan(name), self.parent(name), self.given(name));
        (!whole.is_empty()).then_some(whole)
    }
}

fn joined(clan: Option<&str>, parent: Option<&str>, given: Option<&str>) -> String {
    [clan, parent, given].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Letters of Mongolian proper in words, with hyphens and single spaces between.
fn parse_part(text: &str) -> Result<String, Refusal> {
    // Not by white space: the narrow space before a suffix is part of a word.
    let part = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let is_short = part.chars().count() <= TRADITIONAL_LIMIT;
    let sound =
        part.split([' ', HYPHEN]).all(|word| word.starts_with(is_letter) && word.chars().all(is_written));
    if is_short && sound { Ok(part) } else { Err(Refusal::InvalidTraditionalName) }
}

/// MONGOLIAN TODO SOFT HYPHEN, which Mongolian proper uses, too.
const HYPHEN: char = '\u{1806}';

/// The basic letters; those of Todo, Sibe and Manchu follow in the block.
const fn is_letter(letter: char) -> bool {
    matches!(letter, '\u{1820}'..='\u{1842}')
}

/// Letters, free variation selectors, vowel separator, narrow no-break space before a suffix.
const fn is_written(letter: char) -> bool {
    is_letter(letter) || matches!(letter, '\u{180b}'..='\u{180e}' | '\u{202f}')
}

impl TryFrom<Parts> for TraditionalName {
    type Error = Refusal;

    fn try_from(parts: Parts) -> Result<Self, Refusal> {
        let Parts { spells, clan, parent, given } = parts;
        let more_than_the_name =
            (clan.is_some() && spells.clan.is_none()) || (parent.is_some() && spells.parent.is_none());
        if more_than_the_name {
            return Err(Refusal::InvalidTraditionalName);
        }
        let part = |text: Option<String>| text.as_deref().map(parse_part).transpose();
        Ok(Self { spells, clan: part(clan)?, parent: part(parent)?, given: parse_part(&given)? })
    }
}

impl From<TraditionalName> for Parts {
    fn from(name: TraditionalName) -> Self {
        let TraditionalName { spells, clan, parent, given } = name;
        Self { spells, clan, parent, given }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{ClanName, GivenName, ParentName};
    use super::*;

    fn name() -> PersonName {
        PersonName {
            clan: Some(ClanName::parse("Боржигон").unwrap()),
            parent: Some(ParentName::parse("Бат").unwrap()),
            given: GivenName::parse("Сарангоо").unwrap(),
        }
    }

    fn written(clan: &str, parent: &str, given: &str) -> Result<Option<Written>, Refusal> {
        let form =
            json!({"traditional_clan": clan, "traditional_parent": parent, "traditional_given": given});
        Written::parse(&Form::new(&form).unwrap())
    }

    #[test]
    fn a_name_is_spelt_part_by_part() {
        let spelt = written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "ᠪᠠᠲᠤ", " ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ ").unwrap().unwrap().of(&name()).unwrap();
        assert_eq!(spelt.clan(&name()), Some("ᠪᠣᠷᠵᠢᠭᠢᠨ"));
        assert_eq!(spelt.parent(&name()), Some("ᠪᠠᠲᠤ"));
        assert_eq!(spelt.given(&name()), Some("ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ"));
        assert_eq!(spelt.whole(&name()).unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠪᠠᠲᠤ ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
        let stored = serde_json::to_value(&spelt).unwrap();
        assert_eq!(serde_json::from_value::<TraditionalName>(stored).unwrap(), spelt);
        assert_eq!(written("", "", ""), Ok(None));
    }

    #[test]
    fn of_another_name_it_says_nothing() {
        let spelt = written("", "ᠪᠠᠲᠤ", "ᠰᠠᠷᠠᠨ").unwrap().unwrap().of(&name()).unwrap();
        let corrected = PersonName { given: GivenName::parse("Саран").unwrap(), ..name() };
        assert_eq!((spelt.parent(&corrected), spelt.given(&corrected)), (Some("ᠪᠠᠲᠤ"), None));
        assert_eq!(spelt.whole(&corrected).unwrap(), "ᠪᠠᠲᠤ");
        let other = PersonName { clan: None, parent: None, given: GivenName::parse("Номин").unwrap() };
        assert_eq!(spelt.whole(&other), None);
    }

    #[test]
    fn a_part_that_is_not_spelt_anew_stays_as_long_as_it_is_the_same() {
        let before = written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "ᠪᠠᠲᠤ", "ᠰᠠᠷᠠᠨ").unwrap().unwrap().of(&name()).unwrap();
        let renamed = PersonName { parent: Some(ParentName::parse("Болд").unwrap()), ..name() };
        let now = written("", "", "ᠰᠠᠷᠠᠩᠭᠣᠣ").unwrap().unwrap().of(&renamed).unwrap().over(Some(&before));
        assert_eq!(now.whole(&renamed).unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠰᠠᠷᠠᠩᠭᠣᠣ");
    }

    #[test]
    fn other_scripts_and_what_no_column_holds_are_refused() {
        let long = "ᠠ".repeat(TRADITIONAL_LIMIT + 1);
        // Cyrillic, Latin, Todo, Manchu, a digit, a separator or a hyphen that joins nothing.
        for given in ["Саран", "Saran", "ᡐᠠᡇ", "ᠮᠠᠨᠵᡠ", "ᠰᠠ᠑", "\u{180e}ᠠ", "ᠰᠠ᠆", "᠆ᠰᠠ", long.as_str()]
        {
            let refused = written("", "", given).unwrap_err();
            assert_eq!(refused, Refusal::InvalidTraditionalName.in_field("traditional_given"), "{given}");
        }
        assert!(written("", "", &"ᠠ".repeat(TRADITIONAL_LIMIT)).is_ok());
    }

    #[test]
    fn there_is_no_part_that_the_name_does_not_have() {
        let missing = Refusal::MissingField { field: "traditional_given".to_owned() };
        assert_eq!(written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "", ""), Err(missing));
        let short = PersonName { clan: None, ..name() };
        let spelt = written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "", "ᠰᠠᠷᠠᠨ").unwrap().unwrap();
        assert_eq!(spelt.of(&short), Err(Refusal::InvalidTraditionalName));
    }
}
