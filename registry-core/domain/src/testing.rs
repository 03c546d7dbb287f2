//! What the tests of this crate share: the shipped units, an officer, a world of composed people.

use std::sync::OnceLock;

use uuid::Uuid;

use crate::date::parse_date;
use crate::id::OfficerId;
use crate::officer::{Officer, Role};
use crate::unit::{UNITS_TSV, UnitCode, UnitTree};

/// The shipped units, read once.
pub(crate) fn units() -> &'static UnitTree {
    static UNITS: OnceLock<UnitTree> = OnceLock::new();
    UNITS.get_or_init(|| UnitTree::parse_tsv(UNITS_TSV).unwrap())
}

/// A unit code.
pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

/// An officer of an office, with a mandate since 2000.
pub(crate) fn officer(number: u128, office: &str, roles: &[Role]) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(number)),
        name_label: format!("Officer {number}"),
        roles: roles.to_vec(),
        office: unit(office),
        valid_from: parse_date("2000-01-01").unwrap(),
        valid_to: None,
    }
}
