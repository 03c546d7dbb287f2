//! Civil papers: counted copies as PDF, which can be checked offline with public keys alone, and online by
//! anyone.

mod checking;
mod traditional;

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context as _;
use registry_domain::kind::Kind;
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
    the_paper_of_a_change_of_name_tells_that_change_after_the_next_one,
    what_cannot_be_drawn_uses_up_no_number_and_no_sheet,
    the_count_of_copies_is_kept_by_the_engine,
    an_annulled_a_sealed_and_anothers_act_have_no_copy,
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

fn birth_of_another(town: &Town) -> anyhow::Result<Value> {
    enter(&town.officer(&town.cast.registrar)?, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анужин"))
}

/// The output of `registry check-paper` for a file, with the keys that the register publishes.
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
    // Opened again it is the same file, even after the log has grown by an entry and a checkpoint.
    let other = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Номин"))?;
    issued(&registrar, other["entry_id"].as_str().unwrap_or_default(), "АА 0000003")?;
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
    // The public page says which copy it is about, and which copy it is not about.
    let page = |text: &str| -> anyhow::Result<String> {
        let page = town.service.console().post_form("/check?lang=en", &[("text", text)])?;
        Ok(page.require(200)?.text())
    };
    let checked = page(&text)?;
    for told in ["<dd id=\"copy\">1</dd>", "АА 0000001", verdict["check_code"].as_str().unwrap_or("none")] {
        assert!(checked.contains(told), "{told}: {checked}");
    }
    assert_eq!((verdict["counted"].as_bool(), checked.contains("not-counted")), (Some(true), false));
    let of_page = town.print_extract(&town.cast.registrar, &entry)?;
    assert_eq!(online(&town, &of_page)?["counted"], false);
    assert!(page(&of_page)?.contains("id=\"not-counted\""));
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
    let approver = town.officer(&town.cast.approver)?;
    let other = birth_of_another(&town)?;
    let path = format!("/v1/entries/{}/papers", other["entry_id"].as_str().unwrap_or_default());
    let plain = json!({ "sheet": null });
    let before = registrar.post_once(&path, "key-2", &plain)?.require(201)?.json();
    let annulment = json!({
        "entry": other["act_number"], "court": "Багануур дүүргийн шүүх", "decision": "ШШ-3", "reason": "Хүчингүй",
    });
    enter_by_two(&registrar, &approver, "annulment", &annulment)?;
    let again = registrar.post_once(&path, "key-2", &plain)?.require(201)?.json();
    assert_eq!(before, again, "a retry after the act was annulled");
    assert_eq!(
        registrar.post_once(&path, "key-2", &body)?.refusal(),
        Some(1002),
        "the key of another request"
    );
    assert_eq!((&first["number"], &first["on_sheet"]), (&json!(1), &json!(true)));
    assert_eq!(issue(&registrar, &entry, json!("АА  7"))?.require(409)?.refusal(), Some(1553));
    assert_eq!(
        issue(&registrar, &entry, json!("AA 7"))?.require(409)?.refusal(),
        Some(1553),
        "Latin letters"
    );
    assert_eq!(issue(&registrar, &entry, json!("ᠮᠣᠩᠭᠣᠯ ᠮᠣᠩᠭᠣᠯ 7"))?.require(422)?.refusal(), Some(1552));
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
    let (administrator, neighbour) =
        (town.officer(&town.cast.administrator)?, town.officer(&town.cast.neighbour_registrar)?);
    let why = json!({ "reason": "Хэвлэгчид гацсан" });
    for (other, number) in [(administrator, 202), (neighbour, 203)] {
        assert_eq!(other.post(&path, &why)?.require(403)?.refusal(), Some(number));
    }
    let spoiled = registrar.post_once(&path, "spoil-1", &why)?.require(200)?.json();
    assert_eq!(registrar.post_once(&path, "spoil-1", &why)?.require(200)?.json(), spoiled, "a retry");
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

/// An act of each kind that has a paper: title of the paper, entry.
fn an_act_of_each_kind(town: &Town) -> anyhow::Result<Vec<(&'static str, String)>> {
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let court =
        json!({ "court": "Багануур дүүргийн шүүх", "decision_number": "ШШ-7", "in_force_on": days_ago(0) });
    let on_decision = |mut facts: Value| {
        facts.as_object_mut().into_iter().for_each(|facts| {
            facts.extend(court.as_object().cloned().unwrap_or_default());
        });
        facts
    };
    let mut fatherless = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    fatherless["father"] = Value::Null;
    fatherless["applicants"] = json!(["mother"]);
    let child = enter(&registrar, "birth", &fatherless)?;
    let (man, woman) = (SINGLE_MAN.number, SINGLE_WOMAN.number);
    let steps = [
        (
            "Нас барсны гэрчилгээ",
            "death",
            false,
            json!({
                "person": HUSBAND.number, "died_on": days_ago(20), "paper_kind": "court", "paper_number": "ИШ-7",
                "informant": "Эхнэр",
            }),
        ),
        ("Эргэн ирсний лавлагаа", "declared_alive", true, on_decision(json!({ "person": HUSBAND.number }))),
        (
            "Гэрлэлт сэргээсний гэрчилгээ",
            "marriage_restored",
            false,
            json!({
                "husband": HUSBAND.number, "wife": WIFE.number, "joint_application": true,
            }),
        ),
        (
            "Гэрлэлт дуусгавар болсны гэрчилгээ",
            "marriage_ended",
            false,
            on_decision(json!({
                "person": WIFE.number, "way": "court",
            })),
        ),
        (
            "Эцэг, эх тогтоосны гэрчилгээ",
            "parentage",
            true,
            json!({
                "child": child["people"][0]["national_number"], "parent": man, "parent_kind": "father",
                "joint_application": true,
            }),
        ),
        (
            "Гэрлэсний гэрчилгээ",
            "marriage",
            false,
            json!({
                "husband": man, "wife": woman, "witness_1": HUSBAND.number, "witness_2": WIFE.number,
            }),
        ),
        (
            "Овог, нэр өөрчилсний гэрчилгээ",
            "name_change",
            true,
            json!({
                "person": woman, "clan_name": "Хатагин", "governor_order": "ЗД-9",
            }),
        ),
        (
            "Оршин суугаа хаягийн лавлагаа",
            "residence",
            false,
            json!({
                "person": woman, "unit": town.cast.office, "address": "7-12", "arrived_on": days_ago(1),
                "address_proof": "ҮХГ-5",
            }),
        ),
        (
            "Шилжилт хөдөлгөөний лавлагаа",
            "migration",
            false,
            json!({
                "direction": "left", "person": woman, "country": "KOR", "left_on": days_ago(0),
            }),
        ),
        (
            "Асран хамгаалалын лавлагаа",
            "guardianship",
            true,
            on_decision(json!({
                "step": "begins", "ward": WIFE.number, "guardian": man,
            })),
        ),
        (
            "Регистрийн дугаар өөрчилсөн лавлагаа",
            "number_change",
            true,
            json!({
                "person": WIFE.number, "cause": "duplicate", "evidence": "АЛ-7",
            }),
        ),
        (
            "Харьяаллын лавлагаа",
            "citizenship",
            true,
            json!({
                "change": "acquired", "foreign_party": "person", "foreign_citizenship": "KAZ",
                "foreign_document": "N1234567", "foreign_given_name": "Ержан", "foreign_latin_name": "Serik Yerzhan",
                "foreign_born_on": "1990-05-06", "sex": "male", "unit": town.cast.office, "address": "3-4",
                "decree_number": "12", "decided_on": days_ago(9),
            }),
        ),
        (
            "Хүйсийн бүртгэл өөрчилсөн лавлагаа",
            "sex_change",
            true,
            json!({
                "person": HUSBAND.number, "doctors_paper": "ЭД-2",
            }),
        ),
    ];
    let entry = |receipt: &Value| receipt["entry_id"].as_str().unwrap_or_default().to_owned();
    let mut entries = vec![("Төрсний гэрчилгээ", entry(&child))];
    for (title, kind, by_two, facts) in steps {
        let receipt = if by_two {
            enter_by_two(&registrar, &approver, kind, &facts)
        } else {
            enter(&registrar, kind, &facts)
        };
        entries.push((title, entry(&receipt.with_context(|| kind.to_owned())?)));
    }
    Ok(entries)
}

fn a_paper_of_each_kind_is_drawn(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let entries = an_act_of_each_kind(&town)?;
    let drawn: BTreeSet<&str> = entries.iter().map(|(title, _)| *title).collect();
    let papers = Kind::ALL.iter().filter_map(|kind| kind.rules().paper);
    assert_eq!(drawn, papers.map(|paper| paper.title.mn).collect(), "an act of each kind that gives a paper");
    for (at, (title, entry)) in entries.iter().enumerate() {
        let copy = issued(&registrar, entry, &format!("БА {at}")).with_context(|| (*title).to_owned())?;
        let file = pdf(&registrar, &copy)?;
        let file = &file.require(200)?.body;
        // The title is also in the metadata of the file, not packed.
        assert!(String::from_utf8_lossy(file).contains(title), "{title}");
        assert!(offline(&town, file)?.contains("stands in the ledger"), "{title}");
        if let Some(folder) = std::env::var_os("PAPERS_TO") {
            fs::write(std::path::Path::new(&folder).join(format!("{at}.pdf")), file)?;
        }
    }
    Ok(())
}

fn the_paper_of_a_change_of_name_tells_that_change_after_the_next_one(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let change = |field: &str, name: &str, order: &str| -> anyhow::Result<String> {
        let mut facts = json!({ "person": SINGLE_MAN.number, "governor_order": order });
        facts[field] = json!(name);
        let receipt = enter_by_two(&registrar, &approver, "name_change", &facts)?;
        Ok(receipt["entry_id"].as_str().unwrap_or_default().to_owned())
    };
    let first = change("given_name", "Тэмүүжин", "ЗД-9")?;
    let second = change("clan_name", "Хатагин", "ЗД-10")?;
    let (clan, parent, given) = (SINGLE_MAN.clan_name, SINGLE_MAN.parent_name, SINGLE_MAN.given_name);
    for (entry, order, now, before) in [
        (first, "ЗД-9", [clan, "Тэмүүжин"], format!("{clan} {parent} {given}")),
        (second, "ЗД-10", ["Хатагин", "Тэмүүжин"], format!("{clan} {parent} Тэмүүжин")),
    ] {
        let copy = issue(&registrar, &entry, Value::Null)?.require(201)?.json();
        let said = offline(&town, &pdf(&registrar, &copy)?.require(200)?.body)?;
        let lines = [
            format!("Clan name: {}\n", now[0]),
            format!("Given name: {}\n", now[1]),
            format!("Name before: {before}\n"),
            format!("Number of the order: {order}\n"),
        ];
        for line in lines {
            assert!(said.contains(&line), "{line}: {said}");
        }
    }
    Ok(())
}

fn what_cannot_be_drawn_uses_up_no_number_and_no_sheet(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let moved = |person: &str, address: &str| -> anyhow::Result<String> {
        let facts = json!({
            "person": person, "unit": town.cast.office, "address": address, "arrived_on": days_ago(1),
            "address_proof": "ҮХГ-5",
        });
        let receipt = enter(&registrar, "residence", &facts)?;
        Ok(receipt["entry_id"].as_str().unwrap_or_default().to_owned())
    };
    let strange = moved(SINGLE_WOMAN.number, "漢-7")?;
    assert_eq!(issue(&registrar, &strange, json!("АА 0000041"))?.refusal(), Some(1557));
    assert_eq!(Database::of(&town.installation).ask("SELECT count(*) FROM paper_copy")?, "0");
    assert_eq!(
        issued(&registrar, &moved(SINGLE_MAN.number, "7-12")?, "АА 0000041")?["number"],
        1,
        "the sheet is still there"
    );
    Ok(())
}

fn the_count_of_copies_is_kept_by_the_engine(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, _) = birth(&town)?;
    let (first, second) =
        (issued(&registrar, &entry, "АА 0000051")?, issued(&registrar, &entry, "АА 0000052")?);
    let text = seal(&pdf(&registrar, &second)?.require(200)?.body)?;
    let spoil = format!("/v1/papers/{}/spoil", first["id"].as_str().unwrap_or_default());
    registrar.post(&spoil, &json!({ "reason": "Бэх асгарсан" }))?.require(200)?;
    let database = Database::of(&town.installation);
    for harm in [
        "DELETE FROM paper_copy",
        "UPDATE paper_copy SET number = number + 7",
        "UPDATE paper_copy SET sheet = NULL",
        "UPDATE paper_copy SET issued_by = entry_id",
        "UPDATE paper_copy SET spoiled_at = NULL, spoiled_by = NULL, spoiled_why = NULL WHERE number = 1",
        "UPDATE paper_copy SET spoiled_why = sealed",
        "UPDATE paper_copy SET sealed = spoiled_why WHERE number = 1",
    ] {
        let refused = database.execute(harm).err().map(|refused| format!("{refused:#}"));
        assert!(refused.is_some_and(|words| words.contains("stay counted")), "{harm}");
    }
    assert_eq!(online(&town, &text)?["standing"], "valid");
    // A seal of a copy that was never counted: the key was used without the register.
    let Town { service, mut installation, cast } = town;
    service.stop()?;
    let past = database.copy(&installation, "past-the-count")?;
    past.unguard()?;
    past.execute("DELETE FROM paper_copy WHERE number = 2")?;
    installation.settings.database_url = past.url;
    installation.write_settings()?;
    let town = Town { service: installation.serve()?, installation, cast };
    assert_eq!(online(&town, &text)?["standing"], "void");
    Ok(())
}

fn an_annulled_a_sealed_and_anothers_act_have_no_copy(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, receipt) = birth(&town)?;
    let approver = town.officer(&town.cast.approver)?;
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    let copy = issued(&registrar, &entry, "АА 0000061")?;
    let elsewhere = issue(&neighbour, &entry, Value::Null)?;
    assert_eq!(elsewhere.require(403)?.refusal(), Some(203));
    assert_eq!(pdf(&neighbour, &copy)?.require(403)?.refusal(), Some(203));
    let seal = |sealed: bool, decision: &str| -> anyhow::Result<()> {
        let facts = json!({ "person": HUSBAND.number, "sealed": sealed, "decision_number": decision });
        town.seal(&facts)
    };
    seal(true, "Ш-1")?;
    // The answer is that for an act that does not exist, because the record tells nobody which of its acts it
    // hides.
    assert_eq!(issue(&registrar, &entry, Value::Null)?.require(404)?.refusal(), Some(1006));
    assert_eq!(pdf(&registrar, &copy)?.require(404)?.refusal(), Some(1006));
    seal(false, "Ш-2")?;
    pdf(&registrar, &copy)?.require(200)?;
    let annulment = json!({
        "entry": receipt["act_number"], "court": "Багануур дүүргийн шүүх", "decision": "ШШ-3", "reason": "Хүчингүй",
    });
    enter_by_two(&registrar, &approver, "annulment", &annulment)?;
    let refused = issue(&registrar, &entry, Value::Null)?.refusal();
    assert_eq!((refused, pdf(&registrar, &copy)?.refusal()), (Some(1406), Some(1406)));
    let spoil = format!("/v1/papers/{}/spoil", copy["id"].as_str().unwrap_or_default());
    registrar.post(&spoil, &json!({ "reason": "Актыг хүчингүй болгосон" }))?.require(200)?;
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
