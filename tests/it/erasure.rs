//! Erasing a payload group, a portrait, a whole person: the record follows from what is left, and the
//! verification explains every gap.

use std::fs;

use registry_tests::kit::cast::Cast;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::proof::{digest, export, report, take};
use registry_tests::kit::tampering::findings;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, Town, WIFE, apply_for_card, declare, end, enter, enter_by_two, id_of, import,
    open_record, register,
};
use registry_tests::kit::window::Window;
use registry_tests::kit::{Engine, words_of_no};
use serde_json::json;

registry_tests::on_both_engines! {
    a_cause_of_death_is_erased_by_two_on_a_decision_and_the_record_still_follows,
    an_emptied_body_that_no_entry_explains_is_found,
    an_erased_person_is_gone_and_the_numbers_stay_taken,
    a_portrait_is_erased_once_nobody_decides_on_it_any_more,
    the_declaration_of_what_was_erased_says_so,
}

const CAUSE: &str = "Зүрхний шигдээс";
const CAUSES: &str = "role = 'cause_of_death'";

/// A register with a death and its cause, whose service has ended; with the act and two administrators.
struct Grave {
    installation: Installation,
    act: String,
    administrators: [String; 2],
}

impl Grave {
    fn open(engine: Engine) -> anyhow::Result<Grave> {
        let town = Town::open(engine)?;
        let registrar = town.officer(&town.cast.registrar)?;
        let death = json!({
            "person": HUSBAND.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Хөрш айл",
            "cause": CAUSE,
        });
        let act = enter(&registrar, "death", &death)?["act_number"].as_str().unwrap_or_default().to_owned();
        let Town { service, installation, cast } = town;
        service.stop()?;
        Ok(Grave { installation, act, administrators: administrators(&cast) })
    }

    fn erase(&self, what: &[&str], more: &[&str]) -> anyhow::Result<String> {
        erase(&self.installation, &self.administrators, what, more)
    }
}

fn administrators(cast: &Cast) -> [String; 2] {
    [cast.administrator.clone(), cast.second_administrator.clone()]
}

fn erase(
    installation: &Installation,
    [first, second]: &[String; 2],
    what: &[&str],
    more: &[&str],
) -> anyhow::Result<String> {
    let by =
        ["--officer", first, "--second", second, "--decision", "ШШ-2026/14", "--reason", "хугацаа дууссан"];
    let output = installation.registry(&[&["erase"][..], what, &by, more].concat())?;
    Ok(String::from_utf8(output.stdout)?)
}

fn a_cause_of_death_is_erased_by_two_on_a_decision_and_the_record_still_follows(
    engine: Engine,
) -> anyhow::Result<()> {
    let grave = Grave::open(engine)?;
    let database = Database::of(&grave.installation);
    let before = report(&grave.installation)?;
    let group = ["group", &grave.act, "cause_of_death"];

    let listed = grave.erase(&group, &[])?;
    assert!(listed.contains("cause_of_death") && listed.contains(": cause\n"), "{listed}");
    assert!(!listed.contains(CAUSE) && !listed.contains(HUSBAND.number), "{listed}");
    assert_eq!(digest(&report(&grave.installation)?)?, digest(&before)?, "listing erases nothing");
    let alone = [grave.administrators[0].clone(), grave.administrators[0].clone()];
    let refused = words_of_no(erase(&grave.installation, &alone, &group, &["--carry-out"]))?;
    assert!(refused.contains("(1430)"), "{refused}");
    let refused = words_of_no(grave.erase(&["group", &grave.act, "deceased"], &["--carry-out"]))?;
    assert!(refused.contains("(1431)"), "{refused}");

    let sealed = match engine {
        Engine::Sqlite => database.ask(&format!("SELECT hex(sealed) FROM entry_part WHERE {CAUSES}"))?,
        Engine::Postgres => String::new(),
    };
    let erased = grave.erase(&group, &["--carry-out"])?;
    assert!(erased.contains("erased by entry 197"), "{erased}");
    assert_eq!(
        database.ask(&format!("SELECT count(*) FROM entry_part WHERE {CAUSES} AND sealed IS NULL"))?,
        "1"
    );
    if engine == Engine::Sqlite {
        let path = database.url.trim_start_matches("sqlite://");
        let body = hex::decode(&sealed)?;
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = fs::read(&file).unwrap_or_default();
            assert!(!bytes.windows(24).any(|window| window == &body[..24]), "it still stands in {file}");
        }
    }
    let after = report(&grave.installation)?;
    assert!(after.contains("entry_part 196/1: erased by entry 197\n"), "{after}");
    assert_ne!(digest(&after)?, digest(&before)?, "an erased group is counted");
    grave.installation.registry(&["rebuild"])?;
    assert_eq!(digest(&report(&grave.installation)?)?, digest(&after)?);
    assert_eq!(database.ask("SELECT count(*) FROM access_entry WHERE act = 'data erased'")?, "1");
    let refused = words_of_no(grave.erase(&group, &["--carry-out"]))?;
    assert!(refused.contains("(1432)"), "{refused}");

    let service = grave.installation.serve()?;
    let registrar = grave.installation.sign_in(&Cast::read(&grave.installation)?.registrar)?;
    let record = open_record(&registrar, HUSBAND.number, "reading what is left")?;
    assert_eq!(
        (record["life_cycle"].as_str(), record["given_name"].as_str()),
        (Some("dead"), Some(HUSBAND.given_name))
    );
    service.stop()
}

fn an_emptied_body_that_no_entry_explains_is_found(engine: Engine) -> anyhow::Result<()> {
    let grave = Grave::open(engine)?;
    let emptied = Database::of(&grave.installation).copy(&grave.installation, "emptied")?;
    // The schema allows a body to be deleted, because an erasure needs that; the verification must say that
    // this deletion was not an erasure.
    emptied.execute(&format!("UPDATE entry_part SET sealed = NULL WHERE {CAUSES}"))?;
    let found = findings(&grave.installation, &emptied).unwrap_or_default();
    assert!(found.contains("entry_part 196/1: sealed: erased, and no entry says so"), "{found}");
    let without_key = Database::of(&grave.installation).copy(&grave.installation, "without-key")?;
    without_key.execute("UPDATE data_key SET wrapped = NULL")?;
    let found = findings(&grave.installation, &without_key).unwrap_or_default();
    assert!(found.contains("wrapped: erased, and no entry says so"), "{found}");

    let mut harmed = grave;
    let sound = harmed.installation.settings.database_url.clone();
    harmed.installation.settings.database_url = emptied.url;
    harmed.installation.write_settings()?;
    let refused = words_of_no(harmed.installation.registry(&["rebuild"]))?;
    assert!(refused.contains("no entry says that it was erased"), "{refused}");
    harmed.installation.settings.database_url = sound;
    harmed.installation.write_settings()?;

    harmed.erase(&["group", &harmed.act, "cause_of_death"], &["--carry-out"])?;
    let put_back = Database::of(&harmed.installation).copy(&harmed.installation, "put-back")?;
    put_back.unguard()?;
    let body = if engine == Engine::Sqlite { "x'00ff'" } else { "'\\x00ff'::bytea" };
    put_back.execute(&format!("UPDATE entry_part SET sealed = {body} WHERE {CAUSES}"))?;
    let found = findings(&harmed.installation, &put_back).unwrap_or_default();
    assert!(found.contains("sealed: is there, though entry 197 erased it"), "{found}");
    Ok(())
}

/// A card of the one to be erased, which a change of name has ended, and two copies of the paper of that
/// change, one of them spoiled; the id of the other.
fn with_an_ended_card(installation: &Installation, cast: &Cast) -> anyhow::Result<String> {
    let service = installation.serve()?;
    let (registrar, approver) =
        (installation.sign_in(&cast.registrar)?, installation.sign_in(&cast.approver)?);
    let application = json!({
        "person": SINGLE_MAN.number, "latin_parent": "Rentsenjav", "latin_given": "Osorod", "latin_confirmed": true,
    });
    register(&approver, &apply_for_card(&registrar, &application)?)?.require(200)?;
    let name = json!({ "person": SINGLE_MAN.number, "clan_name": "Боржигон", "governor_order": "А/1" });
    let changed = enter_by_two(&registrar, &approver, "name_change", &name)?;
    let papers = format!("/v1/entries/{}/papers", changed["entry_id"].as_str().unwrap_or_default());
    let spoiled = registrar.post(&papers, &json!({ "sheet": "АА 1" }))?.require(201)?.json();
    let spoil = format!("/v1/papers/{}/spoil", spoiled["id"].as_str().unwrap_or_default());
    registrar.post(&spoil, &json!({ "reason": "Осородын гэрчилгээ урагдсан" }))?.require(200)?;
    let copy = registrar.post(&papers, &json!({ "sheet": "АА 2" }))?.require(201)?.json();
    service.stop()?;
    let state = Database::of(installation).ask("SELECT card_state FROM card")?;
    anyhow::ensure!(state == "revoked", "the card is {state}");
    Ok(copy["id"].as_str().unwrap_or_default().to_owned())
}

fn an_erased_person_is_gone_and_the_numbers_stay_taken(engine: Engine) -> anyhow::Result<()> {
    let mut grave = Grave::open(engine)?;
    let cast = Cast::read(&grave.installation)?;
    let copy = with_an_ended_card(&grave.installation, &cast)?;
    let database = Database::of(&grave.installation);
    let id = database.ask(&format!(
        "SELECT {} FROM number_claim WHERE number = '{}'",
        if engine == Engine::Sqlite { "hex(person_id)" } else { "person_id::text" },
        SINGLE_MAN.number
    ))?;
    let listed = grave.erase(&["person", SINGLE_MAN.number], &["--carry-out"])?;
    assert!(listed.contains("data_key ") && listed.contains("entry_part "), "{listed}");
    let after = report(&grave.installation)?;
    assert!(after.contains("data_key ") && after.contains(": erased by entry 199\n"), "{after}");
    for (table, column) in [("person", "record"), ("person", "given_name"), ("number_claim", "number")] {
        let left = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{}%'", SINGLE_MAN.given_name);
        let by_number = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{}%'", SINGLE_MAN.number);
        assert_eq!((database.ask(&left)?, database.ask(&by_number)?), ("0".to_owned(), "0".to_owned()));
    }
    assert_eq!(database.ask("SELECT count(*) FROM card")?, "0");
    let emptied = "SELECT count(*) FROM paper_copy WHERE length(sealed) = 0 AND spoiled_why IS NULL";
    assert_eq!(database.ask(emptied)?, "2", "copies stay counted, and say nothing");
    assert_eq!(database.ask("SELECT count(*) FROM paper_copy WHERE spoiled_at IS NOT NULL")?, "1");

    // The row of the old register does not bring the person back, and nothing more is written about them.
    let again = import(&grave.installation, &cast)?;
    assert!(again.contains("taken: 0") && again.contains("known already: 195"), "{again}");
    let service = grave.installation.serve()?;
    let registrar = grave.installation.sign_in(&cast.registrar)?;
    assert!(open_record(&registrar, SINGLE_MAN.number, "is anything left").is_err());
    let paper = registrar.get(&format!("/v1/papers/{copy}.pdf"))?;
    assert_eq!(paper.require(409)?.refusal(), Some(1559));
    let death = json!({ "person": id.to_lowercase(), "died_on": days_ago(1), "paper_number": "НБ-2", "informant": "Хөрш" });
    let refused = words_of_no(enter(&registrar, "death", &death))?;
    assert!(refused.contains("306"), "{refused}");
    service.stop()?;

    let before = report(&grave.installation)?;
    let file = export(&grave.installation)?;
    take(&mut grave.installation, engine, &file)?;
    assert_eq!(report(&grave.installation)?, before);
    let kept = "SELECT count(*) FROM number_claim WHERE number LIKE 'erased:%'";
    assert_eq!(Database::of(&grave.installation).ask(kept)?, database.ask(kept)?);
    Ok(())
}

fn a_portrait_is_erased_once_nobody_decides_on_it_any_more(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let applied = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    let database = Database::of(&town.installation);
    let column = if engine == Engine::Sqlite { "lower(hex(id))" } else { "id::text" };
    let id = database.ask(&format!("SELECT {column} FROM attachment"))?;
    town.service.end()?;
    let administrators = administrators(&town.cast);
    let attachment = ["attachment", &id];
    let refused = words_of_no(erase(&town.installation, &administrators, &attachment, &["--carry-out"]))?;
    assert!(refused.contains("(1436)"), "{refused}");

    town.service = town.installation.serve()?;
    let registrar = town.officer(&town.cast.registrar)?;
    end(&registrar, &applied, "withdraw", "өргөдлөө татсан")?.require(200)?;
    town.service.end()?;
    let erased = erase(&town.installation, &administrators, &attachment, &["--carry-out"])?;
    assert!(erased.contains("attachment "), "{erased}");
    assert_eq!(database.ask("SELECT count(*) FROM attachment")?, "0");
    report(&town.installation)?;
    let refused = words_of_no(erase(&town.installation, &administrators, &attachment, &["--carry-out"]))?;
    assert!(refused.contains("(1435)"), "{refused}");
    Ok(())
}

fn the_declaration_of_what_was_erased_says_so(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let stillbirth = json!({
        "mother": WIFE.number, "happened_on": days_ago(2), "weeks": 31, "medical_certificate": "АТ-4",
    });
    let declared = declare(&registrar, "stillbirth", &stillbirth)?;
    let page = format!("/declarations/{}", id_of(&declared)?);
    let receipt = register(&registrar, &declared)?.require(200)?.json();
    let act = receipt["act_number"].as_str().unwrap_or_default();
    assert!(Window::open(&town, &town.cast.registrar)?.page(&page)?.contains("АТ-4"));
    town.service.end()?;
    let administrators = administrators(&town.cast);
    erase(&town.installation, &administrators, &["group", act, "stillbirth"], &["--carry-out"])?;

    town.service = town.installation.serve()?;
    Window::open(&town, &town.cast.registrar)?.refused(&page, 422, 306)
}
