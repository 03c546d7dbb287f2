//! Names in the traditional Mongolian script. They are given beside the Cyrillic names and never derived from
//! them: the script keeps spellings that Cyrillic does not show.

use serde::{Deserialize, Serialize};

use super::PersonName;
use crate::form::{Field, Filled, Say, Section, fields, say};
use crate::refusal::Refusal;

/// Longest part of a name, in characters: two of them can be drawn in one column of a paper.
pub const TRADITIONAL_LIMIT: usize = 25;

#[derive(Serialize, Deserialize)]
struct Parts {
    spells: PersonName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clan: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<String>,
}

/// A name in traditional script, with the Cyrillic name that it spells. It does not apply to another name, to
/// which the person has changed or been corrected since.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct TraditionalName {
    spells: PersonName,
    clan: Option<String>,
    parent: Option<String>,
    given: Option<String>,
}

const CLAN: Field = Field::line("traditional_clan", fields::CLAN_NAME.label);
const PARENT: Field = Field::line("traditional_parent", fields::PARENT_NAME.label);
const GIVEN: Field = Field::line("traditional_given", fields::GIVEN_NAME.label);

/// The section of a form that asks for the spelling.
pub(crate) const SECTION: Section =
    Section::new(say("Монгол бичгээр", "In traditional script"), &[CLAN, PARENT, GIVEN]).hint(HINT);
const HINT: Say = say(
    "Монгол бичгийн гараар, эсвэл бичиг баримтаас хуулж бичнэ; нэрийг кириллээс хөрвүүлэхгүй. \
     Байхгүй бол хоосон орхино; өмнө бичигдсэн хэвээр үлдэнэ. Гэрчилгээнд босоо баганаар бичигдэнэ.",
    "Typed with a Mongolian script keyboard or copied from a document; it is not derived from \
     the Cyrillic name. Leave it empty if there is none; what was given before stays. Papers \
     show it as a column.",
);

/// What a form gives: `traditional_clan`, `traditional_parent`, `traditional_given`.
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
    pub fn parse(form: &Filled<'_>) -> Result<Option<Self>, Refusal> {
        let clan = form.optional(&CLAN, parse_part)?;
        let parent = form.optional(&PARENT, parse_part)?;
        match form.optional(&GIVEN, parse_part)? {
            Some(given) => Ok(Some(Self { clan, parent, given })),
            None if clan.is_none() && parent.is_none() => Ok(None),
            None => Err(Refusal::MissingField { field: "traditional_given".to_owned() }),
        }
    }

    /// The spelling as one of this name.
    ///
    /// # Errors
    /// [`Refusal::InvalidTraditionalName`], in its field, for a part that the name does not have.
    fn of(&self, name: &PersonName) -> Result<TraditionalName, Refusal> {
        let Self { clan, parent, given } = self.clone();
        for (field, more) in [
            ("traditional_clan", clan.is_some() && name.clan.is_none()),
            ("traditional_parent", parent.is_some() && name.parent.is_none()),
        ] {
            if more {
                return Err(Refusal::InvalidTraditionalName { limit: TRADITIONAL_LIMIT }.in_field(field));
            }
        }
        Ok(TraditionalName { spells: name.clone(), clan, parent, given: Some(given) })
    }
}

/// What the form gives, as the spelling of this name.
///
/// # Errors
/// The refusals of [`Written::of`].
pub(crate) fn spelt(
    written: Option<&Written>,
    name: &PersonName,
) -> Result<Option<TraditionalName>, Refusal> {
    written.map(|written| written.of(name)).transpose()
}

impl std::fmt::Display for Written {
    /// Clan, parent's and given name in that order.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { clan, parent, given } = self.clone();
        f.write_str(&joined([clan, parent, Some(given)]).unwrap_or_default())
    }
}

impl TraditionalName {
    /// The clan name in traditional script, if `name` still has the clan name that it spells.
    pub fn clan(&self, name: &PersonName) -> Option<String> {
        self.clan.clone().filter(|_| self.spells.clan == name.clan)
    }

    /// The parent's name in traditional script, if `name` still has the parent's name that it spells.
    pub fn parent(&self, name: &PersonName) -> Option<String> {
        self.parent.clone().filter(|_| self.spells.parent == name.parent)
    }

    /// The given name in traditional script, if `name` still has the given name that it spells.
    pub fn given(&self, name: &PersonName) -> Option<String> {
        self.given.clone().filter(|_| self.spells.given == name.given)
    }

    /// Adds parts of an earlier spelling that this one leaves out, if they still spell the same name.
    pub(crate) fn over(self, before: Option<&Self>) -> Self {
        let clan = before.and_then(|before| before.clan(&self.spells));
        let parent = before.and_then(|before| before.parent(&self.spells));
        Self { clan: self.clan.or(clan), parent: self.parent.or(parent), ..self }
    }

    /// The parts of this spelling that still spell `name`; none if there are none.
    pub(crate) fn still(&self, name: &PersonName) -> Option<Self> {
        let (clan, parent, given) = (self.clan(name), self.parent(name), self.given(name));
        let is_left = clan.is_some() || parent.is_some() || given.is_some();
        is_left.then(|| Self { spells: name.clone(), clan, parent, given })
    }

    /// All parts that still spell `name`, clan name first.
    pub fn whole(&self, name: &PersonName) -> Option<String> {
        joined([self.clan(name), self.parent(name), self.given(name)])
    }

    /// Parent's and given name, if every one of them that `name` has is spelt.
    pub fn without_clan(&self, name: &PersonName) -> Option<String> {
        let (parent, given) = (self.parent(name), self.given(name)?);
        if parent.is_none() && name.parent.is_some() { None } else { joined([None, parent, Some(given)]) }
    }
}

fn joined(parts: [Option<String>; 3]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Reads letters of Mongolian proper, as words with hyphens and single spaces between.
fn parse_part(text: &str) -> Result<String, Refusal> {
    // Other white space does not separate words: the narrow space before a suffix is part of a word.
    let part = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let is_short = part.chars().count() <= TRADITIONAL_LIMIT;
    let sound = part.split([' ', HYPHEN]).all(is_word);
    if is_short && sound {
        Ok(part)
    } else {
        Err(Refusal::InvalidTraditionalName { limit: TRADITIONAL_LIMIT })
    }
}

/// MONGOLIAN TODO SOFT HYPHEN, which Mongolian proper uses too.
const HYPHEN: char = '\u{1806}';

/// Whether a word has invisible characters only where they have an effect. So two names that look the same
/// are the same bytes.
fn is_word(word: &str) -> bool {
    let mut before = ' ';
    let sound = word.chars().all(|letter| {
        let stands = match letter {
            // A free variation selector chooses the form of the letter before it.
            '\u{180b}'..='\u{180d}' => is_letter(before),
            // The vowel separator, and the narrow space before a suffix.
            '\u{180e}' | '\u{202f}' => is_letter(before) || matches!(before, '\u{180b}'..='\u{180d}'),
            letter => is_letter(letter),
        };
        before = letter;
        stands
    });
    sound && !matches!(before, ' ' | '\u{180e}' | '\u{202f}')
}

/// The basic letters; the letters of Todo, Sibe and Manchu come after them in the block.
const fn is_letter(letter: char) -> bool {
    matches!(letter, '\u{1820}'..='\u{1842}')
}

impl TryFrom<Parts> for TraditionalName {
    type Error = Refusal;

    fn try_from(parts: Parts) -> Result<Self, Refusal> {
        let Parts { spells, clan, parent, given } = parts;
        let part = |text: Option<String>| text.as_deref().map(parse_part).transpose();
        Ok(Self { spells, clan: part(clan)?, parent: part(parent)?, given: part(given)? })
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
    use crate::form::Form;

    fn name() -> PersonName {
        PersonName {
            clan: Some(ClanName::parse("Боржигон").unwrap()),
            parent: Some(ParentName::parse("Бат").unwrap()),
            given: GivenName::parse("Сарангоо").unwrap(),
        }
    }

    fn invalid() -> Refusal {
        Refusal::InvalidTraditionalName { limit: TRADITIONAL_LIMIT }
    }

    fn written(clan: &str, parent: &str, given: &str) -> Result<Option<Written>, Refusal> {
        let form =
            json!({"traditional_clan": clan, "traditional_parent": parent, "traditional_given": given});
        Written::parse(&Filled::new(Form::new(&[SECTION]), &form).unwrap())
    }

    #[test]
    fn a_name_is_spelt_part_by_part() {
        let spelt = written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "ᠪᠠᠲᠤ", " ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ ").unwrap().unwrap().of(&name()).unwrap();
        assert_eq!(spelt.clan(&name()).unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ");
        assert_eq!(spelt.parent(&name()).unwrap(), "ᠪᠠᠲᠤ");
        assert_eq!(spelt.given(&name()).unwrap(), "ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
        assert_eq!(spelt.whole(&name()).unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠪᠠᠲᠤ ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
        let stored = serde_json::to_value(&spelt).unwrap();
        assert_eq!(serde_json::from_value::<TraditionalName>(stored).unwrap(), spelt);
        assert_eq!(written("", "", ""), Ok(None));
    }

    #[test]
    fn of_another_name_it_says_nothing() {
        let spelt = written("", "ᠪᠠᠲᠤ", "ᠰᠠᠷᠠᠨ").unwrap().unwrap().of(&name()).unwrap();
        let corrected = PersonName { given: GivenName::parse("Саран").unwrap(), ..name() };
        assert_eq!((spelt.parent(&corrected).as_deref(), spelt.given(&corrected)), (Some("ᠪᠠᠲᠤ"), None));
        let still = spelt.still(&corrected).unwrap();
        assert_eq!((still.spells == corrected, still.given), (true, None));
        assert_eq!(spelt.without_clan(&corrected), None);
        assert_eq!(spelt.without_clan(&name()).unwrap(), "ᠪᠠᠲᠤ ᠰᠠᠷᠠᠨ");
        assert_eq!(spelt.whole(&corrected).unwrap(), "ᠪᠠᠲᠤ");
        let other = PersonName { clan: None, parent: None, given: GivenName::parse("Номин").unwrap() };
        assert_eq!((spelt.whole(&other), spelt.still(&other)), (None, None));
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
        // Cyrillic, Latin, Todo, Manchu, a digit, a separator, or a hyphen that joins nothing.
        let seen = ["Саран", "Saran", "ᡐᠠᡇ", "ᠮᠠᠨᠵᡠ", "ᠰᠠ᠑", "ᠰᠠ᠆", "᠆ᠰᠠ", long.as_str()];
        // Invisible characters where they have no effect. The form itself strips a narrow space at either
        // end.
        let unseen = ["\u{180e}ᠠ", "ᠰᠠ\u{180e}", "ᠰᠠ\u{180b}\u{180b}", "ᠰᠠ\u{180e}\u{180e}ᠠ", "\u{180b}ᠰ"];
        for given in seen.into_iter().chain(unseen) {
            let refused = written("", "", given).unwrap_err();
            assert_eq!(refused, invalid().in_field("traditional_given"), "{given:?}");
        }
        let longest = "ᠠ".repeat(TRADITIONAL_LIMIT);
        for given in [longest.as_str(), "ᠰᠠ\u{180b}\u{180e}ᠠ", "ᠰᠠ\u{202f}ᠶᠢᠨ", "ᠰᠠ᠆ᠰᠠ", "ᠰᠠ\u{180b}"]
        {
            assert!(written("", "", given).is_ok(), "{given:?}");
        }
    }

    #[test]
    fn there_is_no_part_that_the_name_does_not_have() {
        let missing = Refusal::MissingField { field: "traditional_given".to_owned() };
        assert_eq!(written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "", ""), Err(missing));
        let short = PersonName { clan: None, ..name() };
        let spelt = written("ᠪᠣᠷᠵᠢᠭᠢᠨ", "", "ᠰᠠᠷᠠᠨ").unwrap().unwrap();
        assert_eq!(spelt.of(&short), Err(invalid().in_field("traditional_clan")));
    }
}
