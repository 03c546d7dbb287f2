//! Civil papers: counted copies as PDF, checked offline by public keys alone and online by anyone.

use std::fs;

use anyhow::Context as _;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter, enter_by_two, open_record,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_copy_is_checked_offline_and_a_correction_supersedes_it_online,
    copies_are_counted_and_a_sheet_serves_once,
    a_spoiled_copy_is_void,
    a_copy_is_for_those_who_may_print_it_and_each_opening_is_recorded,
    a_paper_of_each_kind_is_drawn,
    the_console_issues_a_copy_and_shows_it_as_pdf,
    without_fonts_a_numbered_no_says_what_to_install,
}

fn issue(officer: &Client, entry: &str, sheet: Value) -> anyhow::Result<Reply> {
    officer.post(&format!("/v1/entries/{entry}/papers"), &json!({ "sheet": sheet }))
}

fn issued(officer: &Client, entry: &str, sheet: &str) -> anyhow::Result<Value> {
    Ok(issue(officer, entry, json!(sheet))?.require(201)?.json())
}

fn pdf(officer: &Client, copy: &Value) -> anyhow::Result<Reply> {
    officer.get(&format!("/v1/papers/{}.pdf", copy["id"].as_str().unwrap_or_default()))
}

fn birth(town: &Town) -> anyhow::Result<(Client, String, Value)> {
    let registrar = town.officer(&town.cast.registrar)?;
    let receipt = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let entry = receipt["entry_id"].as_str().unwrap_or_default().to_owned();
    Ok((registrar, entry, receipt))
}

/// What `registry check-paper` says of a file, with the keys that the register publishes.
fn offline(town: &Town, file: &[u8]) -> anyhow::Result<String> {
    let folder = town.installation.folder();
    let path = folder.join("paper.pdf");
    fs::write(&path, file)?;
    let mut keys = Vec::new();
    for name in ["extract", "register-log"] {
        let key = town.service.console().get(&format!("/pki/{name}.public.der"))?;
        let path = folder.join(format!("{name}.of-pki.der"));
        fs::write(&path, &key.require(200)?.body)?;
        keys.push(path.display().to_string());
    }
    let path = path.display().to_string();
    let arguments = ["check-paper", &path, "--key", &keys[0], "--log-key", &keys[1]];
    Ok(String::from_utf8(town.installation.registry(&arguments)?.stdout)?)
}

/// The text of the QR, from the attached file.
fn seal(file: &[u8]) -> anyhow::Result<String> {
    let text = String::from_utf8_lossy(file);
    let (_, seal) = text.split_once("\"seal\": \"").context("an attached proof")?;
    Ok(seal.split('"').next().unwrap_or_default().to_owned())
}

fn online(town: &Town, text: &str) -> anyhow::Result<Value> {
    let anyone = town.installation.stranger()?;
    Ok(anyone.post("/v1/extract-checks", &json!({ "text": text }))?.require(200)?.json())
}

fn a_copy_is_checked_offline_and_a_correction_supersedes_it_online(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, receipt) = birth(&town)?;
    let copy = issued(&registrar, &entry, "АА 0000001")?;
    let file = pdf(&registrar, &copy)?;
    let file = file.require(200)?;
    assert_eq!(file.header("Content-Type"), Some("application/pdf"));
    assert_eq!(file.header("Cache-Control"), Some("no-store"));
    let said = offline(&town, &file.body)?;
    let act = receipt["act_number"].as_str().unwrap_or_default();
    for words in [act, "Сарангоо", "copy 1, sheet АА 0000001", "that the act stands in the ledger"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    let text = seal(&file.body)?;
    let verdict = online(&town, &text)?;
    assert_eq!((&verdict["standing"], &verdict["copy"]), (&json!("valid"), &json!(1)), "{verdict}");
    assert_eq!(verdict["sheet"], "АА 0000001");
    assert!(said.contains(verdict["check_code"].as_str().unwrap_or("none")), "{verdict}");
    // The same copy is the same file, also after the log grew.
    assert_eq!(pdf(&registrar, &copy)?.require(200)?.body, file.body);
    let approver = town.officer(&town.cast.approver)?;
    let father = open_record(&registrar, HUSBAND.number, "looking up the act")?["acts"][0]["number"].clone();
    let facts = json!({
        "entry": father, "person": HUSBAND.number, "changes": ["given_name=Амнаа"], "reason": "Бичгийн алдаа",
        "evidence": "Архив 12",
    });
    enter_by_two(&registrar, &approver, "correction", &facts)?;
    assert_eq!(online(&town, &text)?["standing"], "superseded");
    assert!(offline(&town, &file.body)?.contains("stands in the ledger"), "it was issued all the same");
    assert_eq!(pdf(&registrar, &copy)?.require(409)?.refusal(), Some(1555));
    let renewed = issued(&registrar, &entry, "АА 0000002")?;
    assert_eq!(renewed["number"], 2);
    let renewed = pdf(&registrar, &renewed)?;
    assert_eq!(online(&town, &seal(&renewed.require(200)?.body)?)?["standing"], "valid");
    let mut forged = file.body.clone();
    let at = forged.windows(8).position(|octets| octets == "Саранг".as_bytes().split_at(8).0);
    forged[at.context("the name in the attached file")? + 1] ^= 1;
    assert!(offline(&town, &forged).is_err(), "a changed octet is noticed");
    Ok(())
}

fn copies_are_counted_and_a_sheet_serves_once(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, _) = birth(&town)?;
    let path = format!("/v1/entries/{entry}/papers");
    let body = json!({ "sheet": "аа 7" });
    let first = registrar.post_once(&path, "key-1", &body)?.require(201)?.json();
    let again = registrar.post_once(&path, "key-1", &body)?.require(201)?.json();
    assert_eq!(first, again, "a retry is no reprint");
    assert_eq!((&first["number"], &first["on_sheet"]), (&json!(1), &json!(true)));
    assert_eq!(issue(&registrar, &entry, json!("АА  7"))?.require(409)?.refusal(), Some(1553));
    assert_eq!(issue(&registrar, &entry, json!("no digits"))?.require(422)?.refusal(), Some(1552));
    let plain = issue(&registrar, &entry, Value::Null)?.require(201)?.json();
    assert_eq!((&plain["number"], &plain["on_sheet"]), (&json!(2), &json!(false)));
    let file = pdf(&registrar, &plain)?;
    assert!(offline(&town, &file.require(200)?.body)?.contains("copy 2, by"));
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let (registrar, entry) = (registrar.clone(), entry.clone());
            std::thread::spawn(move || issue(&registrar, &entry, Value::Null))
        })
        .collect();
    let mut numbers = Vec::new();
    for thread in threads {
        let reply = thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        numbers.push(reply.require(201)?.json()["number"].as_i64().unwrap_or_default());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [3, 4, 5, 6, 7, 8], "no number twice, none left out");
    let stored =
        Database::of(&town.installation).ask("SELECT count(*) FROM paper_copy WHERE sheet LIKE '%7%'")?;
    let readable =
        Database::of(&town.installation).ask("SELECT count(*) FROM paper_copy WHERE sheet = 'АА 7'")?;
    assert_eq!(readable, "0", "the number of a sheet is kept as a keyed hash ({stored} hashes hold a 7)");
    Ok(())
}

fn a_spoiled_copy_is_void(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, _) = birth(&town)?;
    let copy = issued(&registrar, &entry, "АА 0000011")?;
    let file = pdf(&registrar, &copy)?;
    let text = seal(&file.require(200)?.body)?;
    let path = format!("/v1/papers/{}/spoil", copy["id"].as_str().unwrap_or_default());
    assert_eq!(registrar.post(&path, &json!({ "reason": " " }))?.require(422)?.refusal(), Some(1558));
    let administrator = town.officer(&town.cast.administrator)?;
    let why = json!({ "reason": "Хэвлэгчид гацсан" });
    assert_eq!(administrator.post(&path, &why)?.require(403)?.refusal(), Some(202));
    let spoiled = registrar.post(&path, &why)?.require(200)?.json();
    assert!(spoiled["spoiled_at"].is_string(), "{spoiled}");
    assert_eq!(registrar.post(&path, &why)?.require(409)?.refusal(), Some(1556));
    assert_eq!(pdf(&registrar, &copy)?.require(409)?.refusal(), Some(1556));
    assert_eq!(online(&town, &text)?["standing"], "void");
    assert_eq!(issue(&registrar, &entry, json!("АА 0000011"))?.require(409)?.refusal(), Some(1553));
    let next = issued(&registrar, &entry, "АА 0000012")?;
    assert_eq!(next["number"], 2, "a spoiled copy counts");
    Ok(())
}

fn a_copy_is_for_those_who_may_print_it_and_each_opening_is_recorded(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, _) = birth(&town)?;
    let copy = issued(&registrar, &entry, "АА 0000021")?;
    for other in [&town.cast.administrator, &town.cast.approver] {
        let other = town.officer(other)?;
        assert_eq!(issue(&other, &entry, Value::Null)?.require(403)?.refusal(), Some(202));
        assert_eq!(pdf(&other, &copy)?.require(403)?.refusal(), Some(202));
    }
    let stranger = town.installation.stranger()?;
    assert_eq!(pdf(&stranger, &copy)?.status, 401);
    let nothing = json!({ "id": "00000000-0000-4000-8000-000000000000" });
    assert_eq!(pdf(&registrar, &nothing)?.require(404)?.refusal(), Some(1554));
    let opened = || {
        Database::of(&town.installation)
            .ask("SELECT count(*) FROM access_entry WHERE act = 'extract printed'")
    };
    let before: i64 = opened()?.parse()?;
    pdf(&registrar, &copy)?.require(200)?;
    pdf(&registrar, &copy)?.require(200)?;
    assert_eq!(opened()?.parse::<i64>()?, before + 2);
    Ok(())
}

fn a_paper_of_each_kind_is_drawn(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, _) = birth(&town)?;
    let approver = town.officer(&town.cast.approver)?;
    let wedding = json!({
        "husband": SINGLE_MAN.number, "wife": SINGLE_WOMAN.number,
        "witness_1": HUSBAND.number, "witness_2": WIFE.number,
    });
    let name = json!({ "person": SINGLE_MAN.number, "given_name": "Тэмүүжин", "governor_order": "ЗД-9" });
    let death = json!({
        "person": HUSBAND.number, "died_on": days_ago(1), "paper_number": "НБ-77", "informant": "Хөрш айл",
    });
    let moved = json!({
        "person": SINGLE_WOMAN.number, "unit": town.cast.office, "address": "7-12", "arrived_on": days_ago(1),
        "address_proof": "ҮХГ-5",
    });
    let mut entries = vec![("Төрсний гэрчилгээ", entry)];
    for (title, kind, facts, by_two) in [
        ("Гэрлэсний гэрчилгээ", "marriage", wedding, false),
        ("Овог, нэр өөрчилсний гэрчилгээ", "name_change", name, true),
        ("Оршин суугаа хаягийн лавлагаа", "residence", moved, false),
        ("Нас барсны гэрчилгээ", "death", death, false),
    ] {
        let receipt = if by_two {
            enter_by_two(&registrar, &approver, kind, &facts)?
        } else {
            enter(&registrar, kind, &facts).with_context(|| kind.to_owned())?
        };
        entries.push((title, receipt["entry_id"].as_str().unwrap_or_default().to_owned()));
    }
    for (at, (title, entry)) in entries.iter().enumerate() {
        let copy = issued(&registrar, entry, &format!("БА {at}"))?;
        let file = pdf(&registrar, &copy)?;
        let file = &file.require(200)?.body;
        assert!(offline(&town, file)?.contains("stands in the ledger"), "{title}");
        if let Some(folder) = std::env::var_os("PAPERS_TO") {
            fs::write(std::path::Path::new(&folder).join(format!("{at}.pdf")), file)?;
        }
    }
    Ok(())
}

/// A hidden field of the form on a page that is sent to `action`.
fn hidden<'a>(page: &'a str, action: &str, name: &str) -> anyhow::Result<&'a str> {
    let form = page.split_once(&format!("action=\"{action}\"")).context("the form")?.1;
    let value = form.split_once(&format!("name=\"{name}\" value=\"")).context("the field")?.1;
    value.split('"').next().context("a value")
}

fn the_console_issues_a_copy_and_shows_it_as_pdf(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (_, entry, _) = birth(&town)?;
    let console = town.console("--officer", &town.cast.registrar)?;
    let address = format!("/extracts/{entry}");
    let send = |action: &str, field: (&str, &str)| -> anyhow::Result<Reply> {
        let page = console.get(&address)?.require(200)?.text();
        let (token, key) = (hidden(&page, action, "form_token")?, hidden(&page, action, "idempotency_key")?);
        console.post_form(action, &[("form_token", token), ("idempotency_key", key), field])
    };
    let copies = format!("{address}/copies");
    let refused = send(&copies, ("sheet", "без дугаар"))?;
    assert!(refused.status == 422 && refused.text().contains("№ 1552"), "{}", refused.status);
    send(&copies, ("sheet", "АА 0000031"))?.require(303)?;
    let page = console.get(&address)?.require(200)?.text();
    let link = page.split_once(&format!("href=\"{copies}/")).context("a link to the PDF")?.1;
    let file = format!("{copies}/{}", link.split('"').next().unwrap_or_default());
    let paper = console.get(&file)?;
    assert_eq!(paper.require(200)?.header("Content-Type"), Some("application/pdf"));
    assert!(offline(&town, &paper.body)?.contains("copy 1, sheet АА 0000031"));
    let spoil = file.replace(".pdf", "/spoil");
    send(&spoil, ("reason", "Бэх асгарсан"))?.require(303)?;
    assert_eq!(console.get(&file)?.status, 409);
    let page = console.get(&format!("{address}?lang=en"))?.require(200)?.text();
    assert!(page.contains("Spoiled: this copy is void") && page.contains("Issue a copy (PDF)"));
    Ok(())
}

fn without_fonts_a_numbered_no_says_what_to_install(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    town.installation.settings.more.push_str("\n[papers]\nfonts = \"nowhere\"\n");
    town.installation.write_settings()?;
    town.restart()?;
    let (registrar, entry, _) = birth(&town)?;
    let reply = issue(&registrar, &entry, Value::Null)?;
    assert_eq!(reply.require(503)?.refusal(), Some(1551));
    assert!(reply.text().contains("fonts-noto-core"));
    let counted = Database::of(&town.installation).ask("SELECT count(*) FROM paper_copy")?;
    assert_eq!(counted, "0", "what cannot be drawn is not counted");
    Ok(())
}
