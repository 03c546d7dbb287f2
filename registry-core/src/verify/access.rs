//! The access log: every column of entries and of the people they name.

use diesel::prelude::*;
use transparency_log::leaf_hash;

use super::{Report, Signed, Tree};
use crate::ledger::Log;
use crate::store::access_index;
use crate::store::access_log::{self, access_leaf};
use crate::store::codec::Uid;
use crate::store::ledger_log::{self, position};
use crate::store::schema::{access_entry, access_person};
use crate::store::{Db, StoreError};

const PAGE: i64 = 5000;

pub(super) fn check(
    db: &mut Db,
    signed: Signed,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<Tree, StoreError> {
    let mut tree = Tree::new(signed);
    let mut from = 0;
    loop {
        let page = access_log::rows(db, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = position(last.seq)? + 1;
        for (row, people) in page {
            if position(row.seq)? != report.accesses {
                report.find(
                    "access_entry",
                    row.seq,
                    format!("entry {} is missing before it", report.accesses),
                );
                report.accesses = position(row.seq)?;
            }
            for (ordinal, person) in (0i32..).zip(&people) {
                if person.ordinal != ordinal {
                    let key = format!("{}/{}", person.access_seq, person.ordinal);
                    report.find(
                        "access_person",
                        key,
                        format!("ordinal: person {ordinal} is missing before it"),
                    );
                }
            }
            let expected = row
                .entry(people.iter().map(|person| person.person_id.0).collect())
                .and_then(|(entry, salt)| access_leaf(&entry, &salt, report.accesses))
                .map(|leaf| leaf_hash(leaf.as_bytes()));
            match expected {
                Ok(hash) => {
                    if row.leaf_hash != hash.as_bytes() {
                        report.find(
                            "access_entry",
                            row.seq,
                            "leaf_hash does not follow from the columns here and in access_person",
                        );
                    }
                    tree.append(hash);
                }
                Err(error) => report.find("access_entry", row.seq, error),
            }
            report.accesses += 1;
        }
        progress(report.entries + report.accesses);
    }
    let strays: Vec<(i64, i32, Uid)> = access_person::table
        .left_join(access_entry::table)
        .filter(access_entry::id.nullable().is_null())
        .select((access_person::access_seq, access_person::ordinal, access_person::person_id))
        .load(db)?;
    for (seq, ordinal, _) in strays {
        report.find("access_person", format!("{seq}/{ordinal}"), "belongs to no access entry");
    }
    check_index(db, report)?;
    Ok(tree)
}

/// Checks that the index by person holds what the log holds, as far as the index says that it has come.
fn check_index(db: &mut Db, report: &mut Report) -> Result<(), StoreError> {
    for log in Log::ALL {
        // Without its head row nobody knows how far the index should be; the check of the head names the row.
        if let Err(StoreError::Damaged(_)) = ledger_log::read_head(db, log) {
            return Ok(());
        }
    }
    let access_index::Differences { strange, missing, is_wrongly_far } = access_index::differences(db)?;
    for (person, seq) in &strange {
        report.find(
            "access_of_person",
            format!("{}/{seq}", person.0),
            "the log, as it stands here and in log_head, has no such access",
        );
    }
    for (person, seq) in &missing {
        report.find("access_of_person", format!("{}/{seq}", person.0), "the log has it, the index lacks it");
    }
    if is_wrongly_far || !missing.is_empty() {
        report.find("log_head", Log::Access.name(), "indexed: the index has not come so far");
    }
    Ok(())
}
