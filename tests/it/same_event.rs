//! One event, one entry: two declarations of it, at the same time or one later, and duplicates from earlier
//! versions.

#![expect(clippy::print_stdout, reason = "the seed and the time are for whoever runs the test")]

use std::fs;
use std::sync::Barrier;
use std::time::Instant;

use anyhow::Context;
use registry_histories::draw::Dice;
use registry_histories::plan::Plan;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::workspace;
use registry_tests::kit::proof::verified;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, end, enter, enter_by_two, id_of, register,
};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    two_offices_that_declare_one_event_at_once_make_one_entry,
    what_ended_can_be_declared_anew,
    whoever_is_told_apart_from_one_is_held_beside_the_next,
    two_that_are_told_apart_from_one_at_once_do_not_both_go_on,
    registering_looks_again_for_another_declaration_of_the_event,
    registering_looks_again_by_the_record_of_that_moment,
    doubles_from_before_are_held_or_listed_and_the_service_starts,
}

const RACES: usize = 64;
const ROUNDS: usize = 16;
const MIGRATION: &str = "2026-11-30-000005_one_declaration_a_claim";

/// An event that no record can distinguish from a second one like it; another `nth` gives another event.
fn event(town: &Town, dice: &mut Dice, nth: usize) -> (&'static str, Value) {
    let twin = |mut facts: Value| {
        facts["plurality"] = json!(RACES * 10 + 1);
        facts["order"] = json!(nth);
        facts
    };
    // A day has only this many numbers.
    let on_some_day = |mut facts: Value| {
        facts["born_on"] = json!(days_ago(2 + (nth % 5) as u64));
        facts
    };
    match dice.below(4) {
        0 => ("birth", on_some_day(twin(town.birth(WIFE, HUSBAND, "Сарангоо")))),
        1 => {
            let mut facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
            facts["mother"] = Value::Null;
            facts["applicants"] = json!(["father"]);
            ("birth", on_some_day(twin(facts)))
        }
        2 => ("birth", on_some_day(foundling(town, &format!("ЦГ-{nth}")))),
        _ => ("stillbirth", twin(stillbirth())),
    }
}

fn foundling(town: &Town, act: &str) -> Value {
    json!({
        "given_name": "Хишиг", "clan_name": "Боржигон", "parent_name": "Түвшин", "sex": "female",
        "born_on": days_ago(4), "birth_place": town.cast.office, "residence": town.cast.office,
        "address": "Хүүхэд асрах төв", "foundling_act": act, "authorisation": act, "medical_certificate": "СТ4-5",
    })
}

fn stillbirth() -> Value {
    json!({ "mother": SINGLE_WOMAN.number, "happened_on": days_ago(2), "weeks": 31, "medical_certificate": "АТ-4" })
}

fn declare_from_draft(officer: &Client, draft: &Reply) -> anyhow::Result<Reply> {
    officer.post(&format!("/v1/drafts/{}/declare", id_of(draft)?), &json!({}))
}

/// Runs both at the same moment.
fn at_once<T: Send>(
    one: impl FnOnce() -> anyhow::Result<T> + Send,
    other: impl FnOnce() -> anyhow::Result<T> + Send,
) -> anyhow::Result<[T; 2]> {
    let start = Barrier::new(2);
    let wait = || {
        start.wait();
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            wait();
            other()
        });
        wait();
        let one = one();
        let other = other.join().map_err(|_| anyhow::anyhow!("the other thread fell over"))?;
        Ok([one?, other?])
    })
}

fn entries(town: &Town) -> anyhow::Result<usize> {
    let entries = "SELECT count(*) FROM ledger_entry WHERE header LIKE '%\"kind\":\"birth\"%' \
        OR header LIKE '%\"kind\":\"stillbirth\"%'";
    Ok(Database::of(&town.installation).ask(entries)?.parse()?)
}

fn two_offices_that_declare_one_event_at_once_make_one_entry(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let Plan { seed, commands: races } = Plan::of(RACES);
    println!("BURTGEL_SEED={seed}, {races} races on {}", engine.name());
    let mut dice = Dice::new(seed);
    let began = Instant::now();
    for race in 1..=races {
        let (kind, facts) = event(&town, &mut dice, race);
        // Sometimes the other office declares from a saved draft.
        let body = json!({ "kind": kind, "facts": facts });
        let draft = if dice.below(2) == 0 { Some(there.post("/v1/drafts", &body)?) } else { None };
        let declared = at_once(
            || declare(&here, kind, &facts),
            || match &draft {
                Some(draft) => declare_from_draft(&there, draft),
                None => declare(&there, kind, &facts),
            },
        )?;
        let words = || format!("race {race}, seed {seed}: {} | {}", declared[0].text(), declared[1].text());
        let states =
            declared.iter().map(|one| Ok(one.require(201)?.json()["state"].as_str().map(str::to_owned)));
        let mut states = states.collect::<anyhow::Result<Vec<_>>>().with_context(words)?;
        states.sort();
        assert_eq!(states, [Some("declared".to_owned()), Some("held".to_owned())], "{}", words());
        let registered = at_once(|| register(&here, &declared[0]), || register(&there, &declared[1]))?;
        let mut statuses = registered.each_ref().map(|reply| (reply.status, reply.refusal()));
        statuses.sort_unstable();
        assert_eq!(statuses, [(200, None), (409, Some(1103))], "{}", words());
        assert_eq!(entries(&town)?, race, "{}", words());
    }
    println!("{:.1} s", began.elapsed().as_secs_f64());
    verified_after(town)
}

fn verified_after(town: Town) -> anyhow::Result<()> {
    let Town { service, installation, cast: _ } = town;
    service.stop()?;
    verified(&installation).map(drop)
}

fn what_ended_can_be_declared_anew(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let facts = town.birth(WIFE, HUSBAND, "Сарангоо");
    for (ending, officer) in [("withdraw", &here), ("refuse", &there)] {
        let first = declare(officer, "birth", &facts)?;
        assert_eq!(first.require(201)?.json()["state"], "declared");
        end(officer, &first, ending, "Дахин мэдүүлнэ")?.require(200)?;
    }
    enter(&here, "birth", &facts)?;
    assert_eq!(entries(&town)?, 1);
    Ok(())
}

fn whoever_is_told_apart_from_one_is_held_beside_the_next(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let facts = foundling(&town, "ЦГ-9");
    let first = declare(&here, "birth", &facts)?;
    let [second, third] = [declare(&here, "birth", &facts)?, declare(&there, "birth", &facts)?];
    end(&here, &first, "withdraw", "Андуурсан")?.require(200)?;
    // Of the two that waited beside it, one continues, and the other must now be compared with that one.
    let decided = end(&here, &second, "different_event", "Эхнийхийг буцаасан")?;
    assert_eq!(decided.require(200)?.json()["state"], "declared");
    let decided = end(&there, &third, "different_event", "Эхнийхийг буцаасан")?.require(200)?.json();
    assert_eq!((&decided["state"], &decided["held_against"]), (&json!("held"), &json!(id_of(&second)?)));
    assert_eq!(register(&there, &third)?.require(409)?.refusal(), Some(1103));
    register(&here, &second)?.require(200)?;
    let page = Window::open(&town, &town.cast.neighbour_registrar)?.page("/office")?;
    assert!(page.contains(&id_of(&third)?));
    // After it was told apart from that one too, it continues.
    let decided = end(&there, &third, "different_event", "Өөр хүүхэд")?.require(200)?.json();
    assert_eq!(decided["state"], "declared");
    register(&there, &third)?.require(200)?;
    assert_eq!(entries(&town)?, 2);
    Ok(())
}

fn two_that_are_told_apart_from_one_at_once_do_not_both_go_on(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    for round in 0..ROUNDS {
        let facts = foundling(&town, &format!("ЦГ-{round}"));
        let first = declare(&here, "birth", &facts)?;
        let [second, third] = [declare(&here, "birth", &facts)?, declare(&there, "birth", &facts)?];
        end(&here, &first, "withdraw", "Андуурсан")?.require(200)?;
        let apart =
            |officer: &Client, held: &Reply| end(officer, held, "different_event", "Эхнийхийг буцаасан");
        let decided = at_once(|| apart(&here, &second), || apart(&there, &third))?;
        let mut states = decided.each_ref().map(|reply| (reply.status, reply.json()["state"].to_string()));
        states.sort();
        assert_eq!(states, [(200, "\"declared\"".to_owned()), (200, "\"held\"".to_owned())], "round {round}");
    }
    Ok(())
}

fn registering_looks_again_for_another_declaration_of_the_event(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let facts = foundling(&town, "ЦГ-9");
    let [first, second] = [declare(&here, "birth", &facts)?, declare(&there, "birth", &facts)?];
    // The state as if it had never been held.
    Database::of(&town.installation)
        .execute("UPDATE declaration SET declaration_state = 'declared' WHERE declaration_state = 'held'")?;
    let refused = register(&there, &second)?;
    assert_eq!(refused.require(409)?.refusal(), Some(1111));
    assert!(refused.text().contains(&id_of(&first)?), "it says which: {}", refused.text());
    register(&here, &first)?.require(200)?;
    assert_eq!(register(&there, &second)?.require(409)?.refusal(), Some(1111));
    // The refusal names this way to continue.
    end(&there, &second, "withdraw", "Дахин мэдүүлнэ")?.require(200)?;
    let again = declare(&there, "birth", &facts)?;
    assert_eq!(again.require(201)?.json()["held_against"], json!(id_of(&first)?));
    end(&there, &again, "different_event", "Өөр хүүхэд")?.require(200)?;
    register(&there, &again)?.require(200)?;
    assert_eq!(entries(&town)?, 2);
    Ok(())
}

fn registering_looks_again_by_the_record_of_that_moment(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let birth = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let facts = json!({
        "entry": birth["act_number"], "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Андуурсан",
    });
    let first = declare(&registrar, "annulment", &facts)?;
    assert_eq!(first.require(201)?.json()["state"], "declared");
    // The record changes, so that the same annulment has another claim.
    let moved = json!({
        "person": WIFE.number, "died_on": days_ago(1), "paper_number": "НБ-7", "informant": "Хөрш",
    });
    enter(&registrar, "death", &moved)?;
    let second = declare(&registrar, "annulment", &facts)?;
    assert_eq!(second.require(201)?.json()["state"], "declared");
    assert_eq!(register(&approver, &first)?.require(409)?.refusal(), Some(1111));
    end(&registrar, &first, "refuse", "Нэг үйл явдал")?.require(200)?;
    register(&approver, &second)?.require(200)?;
    Ok(())
}

/// The migrations back to the earlier schema, as its program left it.
fn go_back(town: &Town, engine: Engine) -> anyhow::Result<()> {
    let folder = workspace().join("migrations").join(engine.name()).join(MIGRATION);
    let database = Database::of(&town.installation);
    database.execute(&fs::read_to_string(folder.join("down.sql"))?)?;
    database.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261130000005'")
}

fn sql_id(engine: Engine, declared: &Reply) -> anyhow::Result<String> {
    let id = id_of(declared)?;
    Ok(match engine {
        Engine::Sqlite => format!("x'{}'", id.replace('-', "")),
        Engine::Postgres => format!("'{id}'"),
    })
}

/// Two declarations of one event that are both registered, as a race once left them.
fn registered_twice(
    town: &Town,
    engine: Engine,
    offices: [&Client; 2],
    facts: &Value,
) -> anyhow::Result<[(Reply, Value); 2]> {
    let [here, there] = offices;
    let [first, second] = [declare(here, "birth", facts)?, declare(there, "birth", facts)?];
    let id = sql_id(engine, &second)?;
    Database::of(&town.installation).execute(&format!(
        "UPDATE declaration SET declaration_state = 'declared', held_against = NULL WHERE id = {id}; \
         UPDATE declaration_claim SET standing = 'decided' WHERE declaration_id = {id}"
    ))?;
    let receipts = [register(here, &first)?, register(there, &second)?];
    let [one, other] = receipts.map(|receipt| anyhow::Ok(receipt.require(200)?.json()));
    Ok([(first, one?), (second, other?)])
}

fn doubles_from_before_are_held_or_listed_and_the_service_starts(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let offices = [town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?];
    let [here, there] = &offices;
    // Two declarations made at the same time; the later one must wait.
    let twin = |order: usize| {
        let mut facts = town.birth(WIFE, HUSBAND, "Сарангоо");
        facts["plurality"] = json!(9);
        facts["order"] = json!(order);
        facts
    };
    let [first, second] = [declare(here, "birth", &twin(1))?, declare(there, "birth", &twin(1))?];
    // Three events that were each registered twice.
    let pairs = [foundling(&town, "ЦГ-1"), foundling(&town, "ЦГ-2"), twin(2)];
    let mut doubles = Vec::new();
    for facts in &pairs {
        doubles.push(registered_twice(&town, engine, [here, there], facts)?);
    }
    // Two pairs that an officer told apart, one of them registered already.
    let mut told_apart = Vec::new();
    for act in ["ЦГ-4", "ЦГ-5"] {
        let facts = foundling(&town, act);
        let pair = [declare(here, "birth", &facts)?, declare(there, "birth", &facts)?];
        end(there, &pair[1], "different_event", "Өөр хүүхэд")?.require(200)?;
        told_apart.push(pair);
    }
    register(here, &told_apart[0][0])?.require(200)?;
    register(there, &told_apart[0][1])?.require(200)?;
    // A declaration that ended before another was made.
    let ended = declare(here, "stillbirth", &stillbirth())?;
    end(here, &ended, "withdraw", "Андуурсан")?.require(200)?;
    let after = declare(there, "stillbirth", &stillbirth())?;

    town.service.end()?;
    let id = sql_id(engine, &second)?;
    go_back(&town, engine)?;
    Database::of(&town.installation).execute(&format!(
        "UPDATE declaration SET declaration_state = 'declared', held_against = NULL WHERE id = {id}"
    ))?;
    town.installation.registry(&["migrate"])?;
    town.service = town.installation.serve()?;

    let [here, there] = [town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?];
    assert_eq!(register(&there, &second)?.require(409)?.refusal(), Some(1103));
    register(&here, &first)?.require(200)?;
    register(&there, &told_apart[1][1])?.require(200)?;
    register(&here, &told_apart[1][0])?.require(200)?;
    register(&there, &after)?.require(200)?;

    let listed = |doubles: &[[(Reply, Value); 2]]| -> anyhow::Result<()> {
        let lines = there.get("/v1/declarations")?.require(200)?.json();
        let lines = lines.as_array().cloned().unwrap_or_default();
        let of_doubles = lines.iter().filter(|line| line["state"] == "doubled");
        let found: Vec<(Value, Value)> =
            of_doubles.map(|line| (line["id"].clone(), line["doubled_with"].clone())).collect();
        let expected =
            doubles.iter().map(|[first, later]| Ok((json!(id_of(&later.0)?), json!(id_of(&first.0)?))));
        assert_eq!(found, expected.collect::<anyhow::Result<Vec<_>>>()?);
        Ok(())
    };
    listed(&doubles)?;
    let window = Window::open(&town, &town.cast.neighbour_registrar)?;
    let later = id_of(&doubles[0][1].0)?;
    let office = window.page("/office")?;
    assert!(office.contains("id=\"queue-doubled\"") && office.contains(&later), "{office}");
    let page = window.page(&format!("/declarations/{later}"))?;
    assert!(page.contains("id=\"doubled\"") && page.contains(&id_of(&doubles[0][0].0)?), "{page}");
    assert!(Window::open(&town, &town.cast.registrar)?.page("/office")?.contains("id=\"queue-doubled\""));
    let swept = town.installation.registry(&["sweep"]).err().map(|no| format!("{no:#}")).unwrap_or_default();
    assert!(swept.contains("1513") && swept.matches(" beside declaration ").count() == 3, "{swept}");

    // Each is dealt with in a different way, and leaves the list.
    let approver = town.officer(&town.cast.neighbour_approver)?;
    let annulment = json!({
        "entry": doubles[0][1].1["act_number"], "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Давхардсан",
    });
    enter_by_two(&there, &approver, "annulment", &annulment)?;
    listed(&doubles[1..])?;
    let number = |double: &(Reply, Value)| double.1["people"][0]["national_number"].clone();
    let merge = json!({
        "survivor": number(&doubles[1][0]), "merged": number(&doubles[1][1]),
        "authority": "Улсын бүртгэлийн ерөнхий газар", "decision": "Д-7", "reason": "Хоёр удаа бүртгэсэн",
    });
    enter_by_two(&there, &approver, "merge", &merge)?;
    listed(&doubles[2..])?;
    let decided = end(&there, &doubles[2][1].0, "different_event", "Хоёр ихэр")?.require(200)?.json();
    assert_eq!(decided["state"], "registered");
    listed(&[])?;
    assert!(!window.page("/office")?.contains("queue-doubled"));
    town.installation.registry(&["sweep"])?;
    verified_after(town)
}
