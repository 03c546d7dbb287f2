//! The proof: a change is found and named, a shortened register is refused, an export equals its original.

use std::fs;

use registry_tests::kit::cast::Cast;
use registry_tests::kit::database::Database;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::proof::{export, take, verified};
use registry_tests::kit::tampering::{change_each_column, findings};
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, enter, import, open_record, register,
    sample,
};
use registry_tests::kit::{Engine, words_of_no};
use serde_json::json;

registry_tests::on_both_engines! {
    a_register_that_was_used_verifies,
    every_changed_value_is_found_and_named_by_table_and_key,
    every_row_that_was_taken_away_or_slipped_in_is_found,
    a_checkpoint_that_was_taken_away_is_found_by_those_around_it,
    a_checkpoint_lost_between_outside_and_inside_is_put_back_at_the_next_start,
    a_database_that_was_rolled_back_or_cut_short_is_not_served,
    the_engine_itself_refuses_to_change_the_ledger,
    an_export_rebuilt_on_the_other_engine_has_the_same_digest,
    an_export_is_taken_into_an_empty_database_alone,
    a_rebuilt_record_is_the_record,
    a_backup_is_restored_and_verified,
    a_second_writer_is_refused,
    an_unknown_schema_is_refused,
    sigterm_leaves_a_checkpoint_of_everything_and_a_restart_goes_on,
}

/// The tables that hold evidence, or what is derived from it.
const TABLES: [&str; 13] = [
    "ledger_entry",
    "entry_part",
    "data_key",
    "access_entry",
    "access_person",
    "access_of_person",
    "person",
    "number_claim",
    "match_key",
    "act",
    "card",
    "checkpoint",
    "log_head",
];

/// A register in which something of every kind has happened, and whose service has ended.
fn used(engine: Engine) -> anyhow::Result<Installation> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let applied = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&approver, &applied)?.require(200)?;
    open_record(&registrar, SINGLE_WOMAN.number, "checking the address")?;
    let question = json!({
        "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
        "case": "case-1", "number": SINGLE_MAN.number, "given_name": SINGLE_MAN.given_name,
    });
    town.partner("agency")?.post("/v1/identity-questions", &question)?.require(200)?;
    open_record(&registrar, WIFE.number, "the last reading")?;
    let Town { service, installation, cast: _ } = town;
    service.stop()?;
    Ok(installation)
}

fn a_register_that_was_used_verifies(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let verified = verified(&installation)?;
    assert!(verified.starts_with("198 entries, 5 accesses, 197 people"), "{verified}");
    Ok(())
}

fn every_changed_value_is_found_and_named_by_table_and_key(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let unguarded = Database::of(&installation).copy(&installation, "unguarded")?;
    unguarded.unguard()?;
    assert_eq!(findings(&installation, &unguarded), None, "nothing was changed yet");
    let outcome = change_each_column(&installation, &unguarded, &TABLES)?;
    assert!(outcome.tried > 60, "{}", outcome.tried);
    assert!(outcome.missed.is_empty(), "not named:\n{}", outcome.missed.join("\n"));
    Ok(())
}

fn every_row_that_was_taken_away_or_slipped_in_is_found(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let unguarded = Database::of(&installation).copy(&installation, "unguarded")?;
    unguarded.unguard()?;
    for table in TABLES {
        let copy = unguarded.copy(&installation, &format!("less-{table}"))?;
        copy.take_away(table)?;
        assert!(findings(&installation, &copy).is_some(), "a row of {table} can be taken away unseen");
    }
    let id = match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    };
    for (table, values) in [
        ("number_claim", format!("('ЯЯ90010101', {id})")),
        ("match_key", format!("('strange', {id})")),
        ("act", format!("('X-1', {id}, 'birth', {id})")),
        ("card", format!("({id}, {id}, 'X1', 'active', NULL, NULL, '2040-01-01')")),
        ("certificate", format!("('00ff', {id}, 'authentication', 'aa', NULL, NULL, '')")),
    ] {
        let copy = unguarded.copy(&installation, &format!("more-{table}"))?;
        copy.execute(&format!("INSERT INTO {table} VALUES {values}"))?;
        let found = findings(&installation, &copy).unwrap_or_default();
        assert!(found.lines().any(|line| line.starts_with(&format!("{table} "))), "{table}: {found}");
    }
    Ok(())
}

fn a_checkpoint_that_was_taken_away_is_found_by_those_around_it(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let cast = Cast::read(&installation)?;
    for reading in ["one reading more", "and another"] {
        let service = installation.serve()?;
        open_record(&installation.sign_in(&cast.registrar)?, WIFE.number, reading)?;
        service.stop()?;
    }
    let unguarded = Database::of(&installation).copy(&installation, "unguarded")?;
    unguarded.unguard()?;
    let each = match engine {
        Engine::Sqlite => "group_concat(log || ' ' || size)",
        Engine::Postgres => "string_agg(log || ' ' || size, ',')",
    };
    let keys = unguarded.ask(&format!("SELECT {each} FROM checkpoint"))?;
    let keys: Vec<&str> = keys.split(',').collect();
    assert!(keys.iter().filter(|key| key.starts_with("access ")).count() >= 3, "{keys:?}");
    for (index, key) in keys.into_iter().enumerate() {
        let copy = unguarded.copy(&installation, &format!("without-{index}"))?;
        copy.execute(&format!("DELETE FROM checkpoint WHERE log || ' ' || size = '{key}'"))?;
        let found = findings(&installation, &copy).unwrap_or_default();
        assert!(found.lines().any(|line| line.starts_with(&format!("checkpoint {key}: "))), "{key}: {found}");
    }
    Ok(())
}

fn a_checkpoint_lost_between_outside_and_inside_is_put_back_at_the_next_start(
    engine: Engine,
) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let database = Database::of(&installation);
    let newest = "size = (SELECT max(size) FROM checkpoint WHERE log = 'access') AND log = 'access'";
    let note = database.ask(&format!("SELECT note FROM checkpoint WHERE {newest}"))?;
    // The state of a process that ended there. The trigger is removed for this, which no service can do.
    database.unguard()?;
    database.execute(&format!("DELETE FROM checkpoint WHERE {newest}"))?;
    assert!(installation.registry(&["verify"]).is_err());
    installation.serve()?.stop()?;
    verified(&installation)?;
    assert_eq!(database.ask(&format!("SELECT note FROM checkpoint WHERE {newest}"))?, note);
    Ok(())
}

fn a_database_that_was_rolled_back_or_cut_short_is_not_served(engine: Engine) -> anyhow::Result<()> {
    let mut installation = used(engine)?;
    let now = Database::of(&installation);
    let old = now.copy(&installation, "old")?;
    let service = installation.serve()?;
    let cast = Cast::read(&installation)?;
    open_record(&installation.sign_in(&cast.registrar)?, WIFE.number, "one reading more")?;
    service.stop()?;
    let short = now.copy(&installation, "short")?;
    short.unguard()?;
    short.execute(
        "DELETE FROM entry_part WHERE entry_seq = (SELECT max(seq) FROM ledger_entry); \
         DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)",
    )?;
    for harmed in [old, short] {
        installation.settings.database_url.clone_from(&harmed.url);
        installation.write_settings()?;
        let refused = words_of_no(installation.serve())?;
        assert!(refused.contains("cut short or rolled back"), "{refused}");
        assert!(findings(&installation, &harmed).is_some(), "verify must find it too");
    }
    installation.settings.database_url = now.url;
    installation.write_settings()?;
    installation.serve()?.stop()
}

fn the_engine_itself_refuses_to_change_the_ledger(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let database = Database::of(&installation);
    for (table, column) in [
        ("ledger_entry", "header"),
        ("entry_part", "role"),
        ("access_entry", "purpose"),
        ("access_person", "ordinal"),
        ("checkpoint", "note"),
    ] {
        for harm in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
            let refused = database.execute(&harm).err().map(|refused| format!("{refused:#}"));
            assert!(refused.is_some_and(|words| words.contains("append-only")), "{harm}");
        }
    }
    verified(&installation)?;
    Ok(())
}

fn an_export_rebuilt_on_the_other_engine_has_the_same_digest(engine: Engine) -> anyhow::Result<()> {
    let mut installation = used(engine)?;
    let before = verified(&installation)?;
    let file = export(&installation)?;
    let text = fs::read_to_string(&file)?;
    for secret in [WIFE.number, WIFE.given_name, "Сарангоо"] {
        assert!(!text.contains(secret), "an export is sealed as the ledger is");
    }
    take(&mut installation, engine, &file)?;
    assert_eq!(verified(&installation)?, before);
    installation.serve()?.stop()
}

fn an_export_is_taken_into_an_empty_database_alone(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let before = verified(&installation)?;
    let file = export(&installation)?;
    assert!(installation.registry(&["export", &file]).is_err(), "an export overwrites nothing");
    let refused = words_of_no(installation.registry(&["take-export", &file]))?;
    assert!(refused.contains("empty"), "{refused}");
    assert_eq!(verified(&installation)?, before);
    Ok(())
}

fn a_rebuilt_record_is_the_record(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let before = verified(&installation)?;
    let database = Database::of(&installation);
    database.execute("DELETE FROM match_key; UPDATE person SET given_name = 'x'")?;
    assert!(installation.registry(&["verify"]).is_err());
    installation.registry(&["rebuild"])?;
    assert_eq!(verified(&installation)?, before);
    Ok(())
}

fn a_backup_is_restored_and_verified(engine: Engine) -> anyhow::Result<()> {
    let mut installation = used(engine)?;
    let service = installation.serve()?;
    let file = installation.folder().join("backup.db");
    let backup = installation.registry(&["backup", &file.display().to_string()]);
    match engine {
        Engine::Postgres => {
            let refused = words_of_no(backup)?;
            assert!(refused.contains("the engine's own tools"), "{refused}");
            return service.stop();
        }
        Engine::Sqlite => drop(backup?),
    }
    assert!(
        installation.registry(&["backup", &file.display().to_string()]).is_err(),
        "nothing is overwritten"
    );
    service.stop()?;
    let before = verified(&installation)?;
    installation.settings.database_url = format!("sqlite://{}", file.display());
    installation.write_settings()?;
    assert_eq!(verified(&installation)?, before);
    // The copy still holds the lease of the service that ran; the next one waits for its end.
    installation.serve()?.stop()
}

fn a_second_writer_is_refused(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let sample = sample().display().to_string();
    let second = town.installation.registry(&["import", &sample, "--officer", &town.cast.administrator]);
    let refused = words_of_no(second)?;
    assert!(refused.contains("another process writes this ledger"), "{refused}");
    let registrar = town.officer(&town.cast.registrar)?;
    enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    Ok(())
}

fn an_unknown_schema_is_refused(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::empty(engine)?;
    let [offline, unlock] = installation.offline();
    installation.registry(&["ceremony", "--offline", &offline, "--offline-unlock", &unlock])?;
    let refused = words_of_no(installation.serve())?;
    assert!(refused.contains("has not been run"), "{refused}");
    installation.registry(&["migrate"])?;
    installation.registry(&["migrate"])?;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')";
    Database::of(&installation).execute(newer)?;
    let refused = words_of_no(installation.serve())?;
    assert!(refused.contains("20991231000001") && refused.contains("unknown"), "{refused}");
    assert!(installation.registry(&["verify"]).is_err());
    Ok(())
}

fn sigterm_leaves_a_checkpoint_of_everything_and_a_restart_goes_on(engine: Engine) -> anyhow::Result<()> {
    let installation = used(engine)?;
    let database = Database::of(&installation);
    for log in ["register", "access"] {
        let size = database.ask(&format!("SELECT size FROM log_head WHERE log = '{log}'"))?;
        let signed = database.ask(&format!("SELECT max(size) FROM checkpoint WHERE log = '{log}'"))?;
        assert_eq!(signed, size, "{log}");
        let outside =
            fs::read_to_string(installation.settings.checkpoints.join(format!("{log}.checkpoint")))?;
        assert_eq!(outside.lines().nth(1), Some(size.as_str()), "{outside}");
    }
    let cast = Cast::read(&installation)?;
    let service = installation.serve()?;
    let registrar = installation.sign_in(&cast.registrar)?;
    let town = Town { service, installation, cast };
    let receipt = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"))?;
    assert_eq!(receipt["position"], 198);
    let Town { service, installation, cast } = town;
    service.stop()?;
    verified(&installation)?;
    // The command line continues where the service ended.
    assert!(import(&installation, &cast)?.contains("known already: 196"));
    Ok(())
}
