//! Control characters from outside: every door refuses them and names the field, on both engines; in a batch,
//! the other rows are not affected.

use std::fs;
use std::sync::mpsc;

use anyhow::Context as _;
use registry_core::access::{AccessEntry, ActorKind, Batch, Withheld};
use registry_core::config::Config;
use registry_core::runtime::{close_writer, open_writer};
use registry_core::store::codec::Instant;
use registry_tests::kit::Engine;
use registry_tests::kit::cast::Cast;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::proof::verified;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, Town, WIFE, declare, enter, id_of, open_record, sample,
};
use registry_tests::kit::window::{Window, after};
use serde_json::{Value, json};
use uuid::Uuid;

registry_tests::on_both_engines! {
    every_text_of_a_body_is_refused_with_its_member,
    every_text_of_a_form_is_refused_with_its_field,
    a_cell_and_an_argument_are_refused_and_the_other_lines_taken,
    of_sixty_questions_at_once_the_bad_ones_alone_are_refused,
    what_the_engine_refuses_of_a_batch_fails_alone,
}

const BAD: &str = "a\u{0}b";

/// The body with each of its texts spoilt in turn, and the name of the spoilt member.
fn spoilt(body: &Value) -> Vec<(String, Value)> {
    fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
        let inner = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        match value {
            Value::String(_) => found.push(path.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| walk(item, &inner(&at.to_string()), found))
            }
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| walk(member, &inner(name), found))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut paths = Vec::new();
    walk(body, "", &mut paths);
    let spoil = |path: String| {
        let mut spoilt = body.clone();
        if let Some(text) = spoilt.pointer_mut(&format!("/{path}")) {
            *text = json!(BAD);
        }
        (path.replace('/', "."), spoilt)
    };
    paths.into_iter().map(spoil).collect()
}

fn question(town: &Town, case: &str) -> Value {
    json!({
        "end_user": format!("teller-{case}"), "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
        "case": case, "number": WIFE.number, "given_name": WIFE.given_name, "born_on": WIFE.born_on,
    })
}

fn every_text_of_a_body_is_refused_with_its_member(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let administrator = town.officer(&town.cast.administrator)?;
    let (agency, hospital) = (town.partner("agency")?, town.partner("hospital")?);
    let anyone = town.installation.stranger()?;
    let birth = town.birth(WIFE, HUSBAND, "Сарангоо");
    let declared = id_of(&declare(&registrar, "birth", &birth)?)?;
    let entry = enter(&registrar, "death", &json!({
        "person": SINGLE_MAN.number, "died_on": days_ago(1), "paper_number": "НБ-77", "informant": "Хөрш айл",
    }))?["entry_id"].as_str().unwrap_or_default().to_owned();
    let copy = registrar.post(&format!("/v1/entries/{entry}/papers"), &json!({}))?;
    let spoil = format!("/v1/papers/{}/spoil", id_of(&copy)?);
    let (end, papers) = (format!("/v1/declarations/{declared}/end"), format!("/v1/entries/{entry}/papers"));
    let form = json!({ "kind": "birth", "facts": birth });
    let bodies: [(&Client, &str, Value); 15] = [
        (&agency, "/v1/identity-questions", question(&town, "1")),
        (
            &registrar,
            "/v1/persons/open",
            json!({ "person": WIFE.number, "reason": "лавлах", "known_on": days_ago(0) }),
        ),
        (
            &administrator,
            "/v1/persons/sealed",
            json!({ "person": WIFE.number, "legal_basis": "Хууль", "decision": "ШШ-9" }),
        ),
        (
            &registrar,
            "/v1/persons/statement",
            json!({
                "person": WIFE.number, "reason": "шүүх", "case": "ШШ-1", "true_on": days_ago(0), "known_on": days_ago(0),
            }),
        ),
        (&registrar, "/v1/declarations", form.clone()),
        (&registrar, "/v1/declarations/preview", form.clone()),
        (&registrar, "/v1/drafts", form),
        (&registrar, &end, json!({ "ending": "withdraw", "reason": "буцаав" })),
        (
            &hospital,
            "/v1/notifications/births",
            json!({
                "mother": WIFE.number, "sex": "female", "born_on": days_ago(2), "birth_place": town.cast.office,
                "plurality": 1, "order": 1, "medical_certificate": "СТ4-2001",
            }),
        ),
        (
            &hospital,
            "/v1/notifications/deaths",
            json!({
                "person": WIFE.number, "died_on": days_ago(1), "death_place": town.cast.office, "paper_number": "НБ-1",
            }),
        ),
        (
            &administrator,
            "/v1/officers/proposals",
            json!({
                "office": town.cast.office, "label": "Шинэ бүртгэгч", "roles": ["registrar"], "person": WIFE.number,
            }),
        ),
        (&registrar, &papers, json!({ "sheet": "АА 0000001" })),
        (&registrar, &spoil, json!({ "reason": "гэмтсэн" })),
        (&anyone, "/v1/extract-checks", json!({ "text": "burtgel:extract:v1:x" })),
        (&anyone, "/v1/sessions", json!({ "code": "ABCDEF" })),
    ];
    for (caller, path, body) in &bodies {
        for (member, spoilt) in spoilt(body) {
            let refused = caller.post(path, &spoilt)?;
            assert_eq!(refused.require(422)?.refusal(), Some(129), "{path} {member}: {}", refused.text());
            assert_eq!(refused.json()["field"].as_str(), Some(member.as_str()), "{path}");
        }
    }
    // Nothing of it was written. Line ends and tabs in a text are not control characters.
    registrar.post(&end, &json!({ "ending": "withdraw", "reason": "нэг\r\nхоёр\tгурав" }))?.require(200)?;
    open_record(&registrar, WIFE.number, "нэг\nхоёр")?;
    Ok(())
}

fn every_text_of_a_form_is_refused_with_its_field(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let refused = |reply: &Reply, field: &str| -> anyhow::Result<()> {
        let page = reply.require(422)?.text();
        assert!(page.contains("№ 129") && page.contains(&format!("<code>{field}</code>")), "{field}: {page}");
        Ok(())
    };
    let window = Window::open(&town, &town.cast.registrar)?;
    for (path, field) in [
        ("/people", "reason"),
        ("/declare/birth", "given_name"),
        ("/declare/birth", "answer_441"),
        ("/declare/death/draft", "informant"),
        ("/credentials/end", "reason"),
    ] {
        refused(&window.send(path, &[(field, BAD)])?, field)?;
    }
    let desk = town.console("--agency", &town.cast.agency)?;
    let page = desk.get("/desk")?.require(200)?.text();
    let token = after(&page, "name=\"form_token\" value=\"").context("a token")?;
    let asked = [("form_token", token), ("idempotency_key", "1"), ("end_user", BAD)];
    refused(&desk.post_form("/desk", &asked)?, "end_user")?;
    let asked = [("form_token", token), ("idempotency_key", BAD), ("end_user", "ажилтан")];
    refused(&desk.post_form("/desk", &asked)?, "idempotency_key")
}

fn a_cell_and_an_argument_are_refused_and_the_other_lines_taken(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    let text = fs::read_to_string(sample())?;
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.starts_with('#')).take(4).map(str::to_owned).collect();
    lines[2] = lines[2].replacen(',', "\u{0},", 3);
    let file = installation.folder().join("spoilt.csv");
    fs::write(&file, lines.join("\n"))?;
    let file = file.display().to_string();
    let output = installation.registry(&["import", &file, "--officer", &cast.administrator])?;
    let said = String::from_utf8(output.stdout)?;
    assert!(said.contains("taken: 2") && said.contains("refused: 1"), "{said}");
    assert!(said.contains("line 3: 129 national_number: "), "{said}");
    let officer = |label: &str| {
        installation.registry(&[
            "officer",
            "add",
            "--office",
            &cast.office,
            "--label",
            label,
            "--roles",
            "auditor",
        ])
    };
    let refused = officer("Хянагч\u{1b}[2J").map_or_else(|error| format!("{error:#}"), |_| String::new());
    assert!(refused.contains("--label: The text has a control character"), "{refused}");
    Ok(())
}

fn of_sixty_questions_at_once_the_bad_ones_alone_are_refused(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let outcomes: Vec<(usize, anyhow::Result<Reply>)> = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..60)
            .map(|number| {
                let mut body = question(&town, &format!("case-{number}"));
                if number % 4 == 0 {
                    body["end_user"] = json!(BAD);
                }
                let agency = &agency;
                scope.spawn(move || (number, agency.post("/v1/identity-questions", &body)))
            })
            .collect();
        askers.into_iter().filter_map(|asker| asker.join().ok()).collect()
    });
    assert_eq!(outcomes.len(), 60);
    for (number, outcome) in outcomes {
        let answer = outcome?;
        if number % 4 == 0 {
            assert_eq!(answer.require(422)?.refusal(), Some(129));
        } else {
            answer.require(200)?;
        }
    }
    Ok(())
}

/// This test bypasses the doors: text that the engine refuses must not make its neighbours fail, wherever the
/// text came from.
fn what_the_engine_refuses_of_a_batch_fails_alone(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let deps = open_writer(Config::load(&installation.configuration(), &[])?)?;
    let entry = |number: u128, end_user: &str| AccessEntry {
        act: "identity question".to_owned(),
        actor_id: Uuid::from_u128(1),
        actor_kind: ActorKind::Agency,
        actor_label: "Туршилтын банк".to_owned(),
        answered: None,
        case_reference: None,
        end_user: Some(end_user.to_owned()),
        id: Uuid::from_u128(number),
        legal_basis: None,
        office: None,
        people: Vec::new(),
        purpose: "batch".to_owned(),
        recorded_at: Instant::new(deps.now()),
    };
    let (told, outcomes) = mpsc::channel();
    let mut batch = Batch::default();
    // SQLite accepts a NUL, PostgreSQL does not.
    let entries = [(1, "a"), (2, "b"), (3, BAD), (4, "d"), (5, "e")];
    for (place, (number, end_user)) in entries.into_iter().enumerate() {
        let told = told.clone();
        Withheld::new(place).release_in(&mut batch, entry(number, end_user), move |outcome| {
            let _ = told.send((place, outcome.is_ok()));
        });
    }
    drop(told);
    batch.send(&deps.access);
    let mut released: Vec<(usize, bool)> = outcomes.into_iter().collect();
    released.sort_unstable();
    let takes_nul = engine == Engine::Sqlite;
    assert_eq!(released, [(0, true), (1, true), (2, takes_nul), (3, true), (4, true)]);
    close_writer(&deps)?;
    let kept = "SELECT count(*) FROM access_entry WHERE purpose = 'batch'";
    assert_eq!(Database::of(&installation).ask(kept)?, if takes_nul { "5" } else { "4" });
    verified(&installation).map(drop)
}
