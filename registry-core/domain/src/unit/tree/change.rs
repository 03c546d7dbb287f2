//! Changes of the units: a khoroo splits, soums merge, a code moves. A table of changes closes units and adds
//! those that follow; it removes or rewrites nothing, so that whatever was registered at a unit stays right.
//!
//! People need no new entries: a residence stays at the unit of its day, and a question about a unit on a
//! later day first asks which units stand for it then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{UnitError, UnitTree, parse_rows};
use crate::date::days_after;
use crate::unit::{Unit, UnitCode};

impl UnitTree {
    /// Applies a table of changes, which has the columns of the whole table, and returns the new tree. A row
    /// of a known unit may close it (`valid_to`, with its `successors`); a row of an unknown unit adds it
    /// from its first day. A row that says what is known already changes nothing.
    ///
    /// # Errors
    /// [`UnitError`] with the unit that does not fit.
    pub fn changed(&self, table: &str) -> Result<UnitTree, UnitError> {
        let mut units = self.units.clone();
        let rows = parse_rows(table)?;
        for (code, row) in &rows {
            match self.get(code) {
                None if row.valid_from.is_none() => {
                    return Err(UnitError::NoFirstDay { code: code.clone() });
                }
                None => drop(units.insert(code.clone(), row.clone())),
                Some(known) => drop(units.insert(code.clone(), closed(known, row)?)),
            }
        }
        let tree = UnitTree::of(units);
        tree.units.values().try_for_each(|unit| tree.check_references(unit))?;
        tree.units.values().try_for_each(|unit| tree.check_days(unit))?;
        Ok(tree)
    }

    /// Requires that other units follow a closed unit from the next day, and that no unit outlives the one in
    /// which it lies.
    fn check_days(&self, unit: &Unit) -> Result<(), UnitError> {
        let code = unit.code.clone();
        if let Some(parent) = unit.parent.as_ref().and_then(|parent| self.get(parent)) {
            let is_earlier = unit.valid_from < parent.valid_from;
            let is_later = parent.valid_to.is_some_and(|last| unit.valid_to.is_none_or(|own| own > last));
            if is_earlier || is_later {
                return Err(UnitError::OutlivesParent { code });
            }
        }
        let Some(last) = unit.valid_to else { return Ok(()) };
        if unit.valid_from.is_some_and(|first| first > last) {
            return Err(UnitError::DaysTurnedRound { code });
        }
        if unit.successors.is_empty() {
            return Err(UnitError::NoSuccessor { code });
        }
        let next = days_after(last, 1);
        let follows = |successor: &&UnitCode| {
            let there = self.get(successor).filter(|there| there.is_valid_on(next));
            there.is_some_and(|there| there.level.is_residence() == unit.level.is_residence())
        };
        match unit.successors.iter().find(|successor| !follows(successor)) {
            Some(missing) => Err(UnitError::Missing { code, missing: missing.clone() }),
            None => Ok(()),
        }
    }

    /// The registration offices, by unit, that stand for a unit on the day: the unit's own office while the
    /// unit exists, then those of its successors.
    pub fn offices_on(&self, unit: &UnitCode, day: NaiveDate) -> BTreeSet<UnitCode> {
        let open = self.successors_on(unit, day);
        open.iter()
            .filter_map(|unit| self.registration_unit(&unit.code))
            .map(|unit| unit.code.clone())
            .collect()
    }

    /// The one unit that stands for `unit` on the day: itself, or its only successor. None if it was split.
    pub fn only_successor_on(&self, unit: &UnitCode, day: NaiveDate) -> Option<UnitCode> {
        match self.successors_on(unit, day).as_slice() {
            [only] => Some(only.code.clone()),
            _ => None,
        }
    }

    /// The closed units for which a unit stands on the day, in order of code.
    pub fn followed_by(&self, unit: &UnitCode, day: NaiveDate) -> Vec<UnitCode> {
        let is_followed = |closed: &&UnitCode| {
            let is_past = self.get(closed).and_then(|closed| closed.valid_to).is_some_and(|last| last < day);
            is_past && self.successors_on(closed, day).iter().any(|next| next.code == *unit)
        };
        self.closed.iter().filter(is_followed).cloned().collect()
    }

    /// The units that differ from another tree, in order of code: those closed and those added.
    pub fn differing_from<'a>(&'a self, before: &UnitTree) -> BTreeMap<&'a UnitCode, &'a Unit> {
        self.units.iter().filter(|(code, unit)| before.get(code) != Some(unit)).collect()
    }
}

/// A known unit as a row closes it. In everything else the row must repeat what is known.
fn closed(known: &Unit, row: &Unit) -> Result<Unit, UnitError> {
    let is_same_otherwise = known.parent == row.parent
        && known.level == row.level
        && known.name_mn == row.name_mn
        && known.name_latin == row.name_latin
        && known.zone == row.zone
        && known.letter == row.letter
        && known.iso_3166_2 == row.iso_3166_2
        && known.valid_from == row.valid_from;
    let is_closed_as_before = known.valid_to == row.valid_to && known.successors == row.successors;
    if is_same_otherwise && (known.valid_to.is_none() || is_closed_as_before) {
        let (valid_to, successors) = (row.valid_to, row.successors.clone());
        Ok(Unit { valid_to, successors, ..known.clone() })
    } else {
        Err(UnitError::SaidOtherwise { code: known.code.clone() })
    }
}

#[cfg(test)]
mod tests;
