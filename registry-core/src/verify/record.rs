//! The folded tables against the fold: row by row, column by column.

use std::collections::BTreeMap;
use std::fmt::Debug;

use diesel::prelude::*;
use registry_domain::register::Register;

use super::Report;
use crate::store::codec::Uid;
use crate::store::erasures::Erasures;
use crate::store::people::{ActRow, CardRow, CertificateRow, PersonRow, rows_of};
use crate::store::schema::{act, card, certificate, match_key, number_claim, person};
use crate::store::{Db, StoreError};

pub(super) fn check(
    db: &mut Db,
    register: Register,
    erasures: &Erasures,
    salt: u64,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.digest = crate::rebuild::digest(&register)?;
    let mut expected = Expected::default();
    for (person, numbers) in erasures.numbers() {
        expected.numbers.extend(numbers.iter().map(|number| (number.clone(), Uid(*person))));
    }
    for folded in register.people() {
        expected.add(folded, salt)?;
        report.people += 1;
    }
    let found: Vec<PersonRow> = person::table.select(PersonRow::as_select()).load(db)?;
    compare(
        report,
        "person",
        expected.people,
        found.into_iter().map(|row| (row.id.0.to_string(), row)).collect(),
    );
    let found: Vec<(String, Uid)> = number_claim::table.load(db)?;
    compare(report, "number_claim", expected.numbers, found.into_iter().collect());
    let found: Vec<(String, Uid)> = match_key::table.load(db)?;
    let found = found.into_iter().map(|(key, person)| (format!("{key} {}", person.0), ())).collect();
    compare(report, "match_key", expected.match_keys, found);
    let found: Vec<ActRow> = act::table.select(ActRow::as_select()).load(db)?;
    compare(report, "act", expected.acts, found.into_iter().map(|row| (act_key(&row), row)).collect());
    let found: Vec<CardRow> = card::table.select(CardRow::as_select()).load(db)?;
    compare(
        report,
        "card",
        expected.cards,
        found.into_iter().map(|row| (row.id.0.to_string(), row)).collect(),
    );
    let found: Vec<CertificateRow> = certificate::table.select(CertificateRow::as_select()).load(db)?;
    let found = found.into_iter().map(|row| (row.serial.clone(), row)).collect();
    compare(report, "certificate", expected.certificates, found);
    Ok(())
}

#[derive(Default)]
struct Expected {
    people: BTreeMap<String, PersonRow>,
    numbers: BTreeMap<String, Uid>,
    match_keys: BTreeMap<String, ()>,
    acts: BTreeMap<String, ActRow>,
    cards: BTreeMap<String, CardRow>,
    certificates: BTreeMap<String, CertificateRow>,
}

impl Expected {
    fn add(&mut self, folded: &registry_domain::person::Person, salt: u64) -> Result<(), StoreError> {
        let rows = rows_of(folded, salt)?;
        let id = rows.person.id;
        self.numbers.extend(rows.numbers.into_iter().map(|number| (number, id)));
        self.match_keys.extend(rows.match_keys.into_iter().map(|key| (format!("{key} {}", id.0), ())));
        self.acts.extend(rows.acts.into_iter().map(|row| (act_key(&row), row)));
        self.cards.extend(rows.cards.into_iter().map(|row| (row.id.0.to_string(), row)));
        self.certificates.extend(rows.certificates.into_iter().map(|row| (row.serial.clone(), row)));
        self.people.insert(id.0.to_string(), rows.person);
        Ok(())
    }
}

fn act_key(row: &ActRow) -> String {
    format!("{} {}", row.number, row.person_id.0)
}

/// Names rows that are missing, strange or different. The values themselves are personal and stay out of the
/// report.
fn compare<T: PartialEq + Debug>(
    report: &mut Report,
    table: &'static str,
    mut expected: BTreeMap<String, T>,
    found: BTreeMap<String, T>,
) {
    for (key, row) in found {
        match expected.remove(&key) {
            Some(should) if should == row => {}
            Some(_) => report.find(table, key, "differs from the fold of the ledger"),
            None => report.find(table, key, "is not in the fold of the ledger"),
        }
    }
    for key in expected.into_keys() {
        report.find(table, key, "is in the fold of the ledger and missing here");
    }
}
