//! Latin names: proposed by MNS 5217:2012, confirmed by the citizen, stored as confirmed, and never derived
//! at print time (the mapping cannot be reversed, and people keep their own spelling).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PersonName;
use crate::refusal::Refusal;

/// Longest Latin name, in characters.
pub const LATIN_LIMIT: usize = 100;

/// Transliterates Mongolian Cyrillic by MNS 5217:2012. A capital gives a capital letter (`Ш` → `Sh`); in a
/// word of capitals all letters are capitals (`ШАР` → `SHAR`). Other characters stay.
pub fn mns5217(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_upper = |index: usize| letters.get(index).is_some_and(|letter| letter.is_uppercase());
    let mut latin = String::with_capacity(text.len());
    for (index, letter) in letters.iter().enumerate() {
        let Some(mapped) = letter.to_lowercase().next().and_then(mns_letter) else {
            latin.push(*letter);
            continue;
        };
        let shouting = is_upper(index + 1) || (index > 0 && is_upper(index - 1));
        if !letter.is_uppercase() {
            latin.push_str(mapped);
        } else if shouting {
            latin.push_str(&mapped.to_uppercase());
        } else {
            let mut rest = mapped.chars();
            latin.extend(rest.next().map(|first| first.to_uppercase().to_string()));
            latin.push_str(rest.as_str());
        }
    }
    latin
}

const fn mns_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' => "ye",
        'ё' => "yo",
        'ж' => "j",
        'з' => "z",
        'и' | 'й' | 'ъ' | 'ь' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'ө' => "ö",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ү' => "ü",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' | 'щ' => "sh",
        'ы' => "y",
        'э' => "e",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

#[derive(Serialize, Deserialize)]
struct Parts {
    parent: Option<String>,
    given: String,
}

/// Parent's and given name in Latin letters as the citizen confirmed them. The clan name is not on travel
/// papers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct LatinName {
    parent: Option<String>,
    given: String,
}

impl LatinName {
    /// Reads the name that the citizen confirmed: Latin letters, `ö`, `ü`, hyphens and single spaces.
    ///
    /// # Errors
    /// [`Refusal::InvalidLatinName`] (also for an empty given name), [`Refusal::NameTooLong`].
    pub fn parse(parent: Option<&str>, given: &str) -> Result<Self, Refusal> {
        let parent = parent.map(str::trim).filter(|text| !text.is_empty()).map(parse_word).transpose()?;
        Ok(Self { parent, given: parse_word(given)? })
    }

    /// The spelling of MNS 5217:2012, to be shown to the citizen.
    pub fn propose(name: &PersonName) -> Self {
        Self {
            parent: name.parent.as_ref().map(|parent| mns5217(parent.as_str())),
            given: mns5217(name.given.as_str()),
        }
    }

    /// The parent's name.
    pub fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// The given name.
    pub fn given(&self) -> &str {
        &self.given
    }
}

fn parse_word(text: &str) -> Result<String, Refusal> {
    let word = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if word.chars().count() > LATIN_LIMIT {
        return Err(Refusal::NameTooLong);
    }
    let sound = word.split([' ', '-']).all(|part| {
        let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, 'ö' | 'ü' | 'Ö' | 'Ü');
        !part.is_empty() && part.chars().all(letter)
    });
    if sound { Ok(word) } else { Err(Refusal::InvalidLatinName) }
}

impl fmt::Display for LatinName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = &self.parent {
            write!(f, "{parent} ")?;
        }
        f.write_str(&self.given)
    }
}

impl TryFrom<Parts> for LatinName {
    type Error = Refusal;

    fn try_from(parts: Parts) -> Result<Self, Refusal> {
        Self::parse(parts.parent.as_deref(), &parts.given)
    }
}

impl From<LatinName> for Parts {
    fn from(name: LatinName) -> Self {
        Self { parent: name.parent, given: name.given }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_spells_names_as_its_table_does() {
        let cases = [
            ("Өлзий-Орших", "Ölzii-Orshikh"),
            ("Үржинханд", "Ürjinkhand"),
            ("Чулуунцэцэг", "Chuluuntsetseg"),
            ("Ёндон", "Yondon"),
            ("Баярсайхан", "Bayarsaikhan"),
            ("Гантөмөр", "Gantömör"),
            ("ШАР", "SHAR"),
            ("Ерөөлт", "Yeröölt"),
        ];
        for (cyrillic, latin) in cases {
            assert_eq!(mns5217(cyrillic), latin);
        }
    }

    #[test]
    fn every_proposed_name_can_be_confirmed() {
        let name = PersonName {
            clan: None,
            parent: Some(super::super::ParentName::parse("Дашдорж").unwrap()),
            given: super::super::GivenName::parse("Хонгорзул").unwrap(),
        };
        let proposed = LatinName::propose(&name);
        assert_eq!(LatinName::parse(proposed.parent(), proposed.given()).unwrap(), proposed);
        assert_eq!(proposed.to_string(), "Dashdorj Khongorzul");
    }

    #[test]
    fn cyrillic_digits_and_empty_words_are_no_latin_name() {
        for given in ["Бат", "Bat1", "", "Bat--Erdene", "-Bat"] {
            assert_eq!(LatinName::parse(None, given), Err(Refusal::InvalidLatinName), "{given}");
        }
    }
}
