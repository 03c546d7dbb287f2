//! Units by their names.

use std::sync::Arc;

use registry_domain::unit::{Unit, UnitCode, UnitTree};

use super::language::Language;

/// The names of units in one language.
#[derive(Clone)]
pub(crate) struct Places {
    units: Arc<UnitTree>,
    language: Language,
}

impl Places {
    /// Names for the units of this tree.
    pub fn new(units: Arc<UnitTree>, language: Language) -> Places {
        Places { units, language }
    }

    /// The names from the aimag down, with the code; only the code if it is unknown.
    pub fn name(&self, code: &UnitCode) -> String {
        let mut names: Vec<&str> =
            self.units.parent_chain(code).into_iter().map(|unit| self.name_of(unit)).collect();
        names.reverse();
        if names.is_empty() { code.to_string() } else { format!("{} ({code})", names.join(", ")) }
    }

    /// The unit's own name.
    pub fn short(&self, code: &UnitCode) -> String {
        self.units.get(code).map_or_else(|| code.to_string(), |unit| self.name_of(unit).to_owned())
    }

    /// The name for a code that is given as text.
    pub fn name_of_text(&self, code: &str) -> String {
        UnitCode::parse(code).map_or_else(|_| code.to_owned(), |code| self.name(&code))
    }

    /// The value of a described line, which is recognised by its English label: units are written by name,
    /// other values as they stand.
    pub fn value(&self, label_en: &str, value: &str) -> String {
        match label_en {
            "Place of birth" | "Place of death" | "Unit of arrival" => self.name_of_text(value),
            _ => value.to_owned(),
        }
    }

    /// The codes and names that a form offers: every unit of the office's aimag, and those of the other
    /// aimags down to soums and districts. Any other code can be typed.
    pub fn offered(&self, near: &UnitCode) -> Vec<(String, String)> {
        let aimag = near.aimag();
        self.units
            .iter()
            .filter(|unit| unit.code.as_str().len() == 4 || unit.code.aimag() == aimag)
            .map(|unit| (unit.code.to_string(), self.name(&unit.code)))
            .collect()
    }

    fn name_of<'a>(&self, unit: &'a Unit) -> &'a str {
        self.language.pick(&unit.name_mn, &unit.name_latin)
    }
}
