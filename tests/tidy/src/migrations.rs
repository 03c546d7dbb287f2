//! Migrations must have the same names on both engines, and each must have a way back.

use std::collections::BTreeSet;

/// Migrations that only one engine has, and migrations without a way back. The names are `DATE-NAME/up.sql`
/// and `…/down.sql`.
pub fn uneven(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let alone = sqlite.symmetric_difference(postgres);
    let mut findings: Vec<String> =
        alone.map(|name| format!("migrations: {name} is on one engine only")).collect();
    if sqlite.is_empty() && postgres.is_empty() {
        findings.push("migrations: there are none".to_owned());
    }
    let ups = sqlite.intersection(postgres).filter_map(|name| name.strip_suffix("up.sql"));
    let no_way_back = ups.filter(|migration| !sqlite.contains(&format!("{migration}down.sql")));
    findings.extend(no_way_back.map(|migration| format!("migrations: {migration} has no down.sql")));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[&str]) -> BTreeSet<String> {
        files.iter().map(|&file| file.to_owned()).collect()
    }

    #[test]
    fn a_migration_on_one_engine_alone_is_found() {
        let both = names(&["2026-01-01-one/up.sql", "2026-01-01-one/down.sql"]);
        assert!(uneven(&both, &both).is_empty());
        assert_eq!(uneven(&both, &names(&["2026-01-01-one/up.sql"])).len(), 1);
    }

    #[test]
    fn a_migration_without_a_way_back_and_no_migrations_at_all_are_found() {
        let no_way_back = names(&["2026-01-01-one/up.sql"]);
        assert_eq!(uneven(&no_way_back, &no_way_back), ["migrations: 2026-01-01-one/ has no down.sql"]);
        assert_eq!(uneven(&names(&[]), &names(&[])), ["migrations: there are none"]);
    }
}
