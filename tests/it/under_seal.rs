//! What a seal also covers: the numbers of its acts answer as if there were no such act, and so do earlier
//! declarations.

use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::proof::verified;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, end, enter, enter_by_two, id_of, open_record,
    register,
};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    an_act_under_seal_is_at_every_door_a_number_that_never_existed,
    an_adoption_is_annulled_where_it_was_registered_and_the_annulment_is_named_there_alone,
    what_was_declared_before_an_adoption_is_not_there_until_the_adoption_is_annulled,
    what_was_declared_by_somebody_whose_record_is_sealed_is_not_there,
}

fn adoption(child: &Value) -> Value {
    json!({
        "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
        "decision_number": "А/77", "decided_on": days_ago(0), "parents_consent": true, "given_name": "Номин",
    })
}

fn annulment(act: &Value) -> Value {
    json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Хуурамч баримт" })
}

fn correction(act: &Value, person: &Value) -> Value {
    json!({
        "entry": act, "person": person, "field": "given_name", "value": "Анар", "reason": "Бичгийн алдаа",
        "evidence": "Архив 12",
    })
}

fn child_of(birth: &Value) -> Value {
    birth["people"][0]["national_number"].clone()
}

/// What every door answers to a declaration: previewed, declared, declared from a draft, and sent from the
/// console's form.
fn doors(officer: &Client, window: &Window, kind: &str, facts: &Value) -> anyhow::Result<Vec<(u16, String)>> {
    let body = json!({ "kind": kind, "facts": facts });
    let draft = id_of(&officer.post("/v1/drafts", &body)?)?;
    let answers = [
        officer.post("/v1/declarations/preview", &body)?,
        officer.post("/v1/declarations", &body)?,
        officer.post(&format!("/v1/drafts/{draft}/declare"), &json!({}))?,
    ];
    let fields: Vec<(String, String)> = facts
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = window.send(&format!("/declare/{kind}"), &fields)?;
    let mut told: Vec<(u16, String)> = answers.iter().map(|answer| (answer.status, answer.text())).collect();
    // The page repeats what was typed, and has a key drawn for it.
    let mut text = page.text();
    for typed in ["entry", "act_number"].iter().filter_map(|field| facts[*field].as_str()) {
        text = text.replace(typed, "…");
    }
    let keys: Vec<String> = text
        .split("name=\"idempotency_key\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    for key in keys {
        text = text.replace(&key, "…");
    }
    told.push((page.status, text));
    Ok(told)
}

fn an_act_under_seal_is_at_every_door_a_number_that_never_existed(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let administrators =
        [town.officer(&town.cast.administrator)?, town.officer(&town.cast.second_administrator)?];
    let seals = |facts: &Value| enter_by_two(&administrators[0], &administrators[1], "sealing", facts);
    let birth = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо"))?;
    let child = child_of(&birth);
    let own = json!({
        "person": child, "given_name": "Анар", "governor_order": "ЗД-10", "representative": "Төрсний гэрчилгээ 5",
    });
    let renamed = enter_by_two(&registrar, &approver, "name_change", &own)?;
    let adopted = enter_by_two(&registrar, &approver, "adoption", &adoption(&child))?;
    let court =
        json!({ "child": child, "court": "Шүүх", "decision_number": "ШШ-1", "in_force_on": days_ago(0) });
    let ended = enter_by_two(&registrar, &approver, "adoption_ended", &court)?;
    let address =
        json!({ "person": WIFE.number, "sealed": true, "decision_number": "Ш-3", "group": "address" });
    let address = seals(&address)?;
    let of_sealed = open_record(&registrar, SINGLE_MAN.number, "its act")?["acts"][0]["number"].clone();
    let record = json!({ "person": SINGLE_MAN.number, "sealed": true, "decision_number": "Ш-4" });
    let record = seals(&record)?;

    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    let window = Window::open(&town, &town.cast.neighbour_registrar)?;
    let free = json!(format!("{}-{}-0999999", town.cast.office, &days_ago(0)[..4]));
    for (hidden, whose) in [
        (&renamed["act_number"], &child),
        (&renamed["entry_id"], &child),
        (&adopted["act_number"], &child),
        (&adopted["entry_id"], &child),
        (&ended["act_number"], &child),
        (&address["act_number"], &json!(WIFE.number)),
        (&record["act_number"], &json!(SINGLE_MAN.number)),
        (&of_sealed, &json!(SINGLE_MAN.number)),
    ] {
        let of_free = doors(&neighbour, &window, "annulment", &annulment(&free))?;
        assert_eq!(of_free[0].0, 404, "{}", of_free[0].1);
        assert!(of_free[0].1.contains("\"number\":1401"), "{}", of_free[0].1);
        assert_eq!(doors(&neighbour, &window, "annulment", &annulment(hidden))?, of_free, "{hidden}");
        let of_free = doors(&neighbour, &window, "correction", &correction(&free, whose))?;
        assert_eq!(
            doors(&neighbour, &window, "correction", &correction(hidden, whose))?,
            of_free,
            "{hidden}"
        );
    }
    // A remark may name only acts of the record itself.
    let remark = |act: &Value, person: &Value| json!({ "person": person, "act_number": act, "remark": "Архив шатсан", "paper_number": "АР-9" });
    for (hidden, whose) in [
        (&renamed["act_number"], &child),
        (&adopted["act_number"], &child),
        (&address["act_number"], &json!(WIFE.number)),
        (&of_sealed, &json!(SINGLE_MAN.number)),
    ] {
        let of_free = doors(&neighbour, &window, "annotation", &remark(&free, whose))?;
        assert_eq!(doors(&neighbour, &window, "annotation", &remark(hidden, whose))?, of_free, "{hidden}");
    }
    // No officer at the counter sees a sealing, not even at the office of the administrator who registered
    // it.
    let window = Window::open(&town, &town.cast.registrar)?;
    let of_free = doors(&registrar, &window, "annulment", &annulment(&free))?;
    for hidden in [&address["act_number"], &record["act_number"], &of_sealed] {
        assert_eq!(doors(&registrar, &window, "annulment", &annulment(hidden))?, of_free, "{hidden}");
    }
    for hidden in [&adopted, &ended] {
        let entry = hidden["entry_id"].as_str().unwrap_or_default();
        let superseded = registrar.get(&format!("/v1/entries/{entry}/superseded"))?;
        assert_eq!(superseded.require(404)?.refusal(), Some(1401));
    }
    // The acts that an open record shows are named as before.
    let shown = declare(&neighbour, "annulment", &annulment(&birth["act_number"]))?;
    assert_eq!(shown.require(422)?.refusal(), Some(1320), "{}", shown.text());
    verified(&town.installation).map(drop)
}

fn an_adoption_is_annulled_where_it_was_registered_and_the_annulment_is_named_there_alone(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let birth = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо"))?;
    let child = child_of(&birth);
    let adopted = enter_by_two(&registrar, &approver, "adoption", &adoption(&child))?;
    let declared = declare(&registrar, "annulment", &annulment(&adopted["act_number"]))?;
    let path = format!("/declarations/{}", id_of(&declared)?);
    // The officer who decides reads what it is about; once it is registered, nobody can.
    let window = Window::open(&town, &town.cast.approver)?;
    window.page(&path)?;
    let annulled = register(&approver, &declared)?.require(200)?.json();
    window.refused(&path, 404, 1101)?;
    let number = child.as_str().unwrap_or_default();
    let mother = open_record(&registrar, SINGLE_WOMAN.number, "after")?["person_id"].clone();
    assert_eq!(open_record(&registrar, number, "after")?["relatives"][0]["person_id"], mother);
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    for act in [&adopted["act_number"], &annulled["act_number"]] {
        assert_eq!(declare(&neighbour, "annulment", &annulment(act))?.require(404)?.refusal(), Some(1401));
    }
    let again = declare(&registrar, "annulment", &annulment(&adopted["act_number"]))?;
    assert_eq!(again.require(409)?.refusal(), Some(1406));
    enter_by_two(&registrar, &approver, "annulment", &annulment(&annulled["act_number"]))?;
    let adopter = open_record(&registrar, WIFE.number, "after")?["person_id"].clone();
    assert_eq!(open_record(&registrar, number, "after")?["relatives"][0]["person_id"], adopter);
    verified(&town.installation).map(drop)
}

/// Papers of a child's birth and name, from before its adoption.
struct Papers {
    /// Declarations that were registered.
    registered: Vec<String>,
    /// A second declaration of the birth, refused.
    refused: String,
    /// A saved form of the birth.
    draft: String,
}

impl Papers {
    /// The answers to the officer of the office for each of them: status and number of the refusal.
    fn read(&self, officer: &Client, window: &Window) -> anyhow::Result<Vec<(u16, Option<u64>)>> {
        let mut answers = Vec::new();
        for id in self.registered.iter().chain([&self.refused]) {
            let standing = officer.get(&format!("/v1/declarations/{id}"))?;
            answers.push((standing.status, number_of(&standing)));
            let page = window.client.get(&format!("/declarations/{id}"))?;
            answers.push((page.status, page_number(&page.text())));
        }
        let paper = window.client.get(&format!("/declarations/{}/decision", self.refused))?;
        answers.push((paper.status, page_number(&paper.text())));
        let draft = officer.get(&format!("/v1/drafts/{}", self.draft))?;
        answers.push((draft.status, number_of(&draft)));
        let page = window.client.get(&format!("/drafts/{}", self.draft))?;
        answers.push((page.status, page_number(&page.text())));
        Ok(answers)
    }
}

/// The number of the refusal, if the answer is one.
fn number_of(answer: &Reply) -> Option<u64> {
    (answer.status >= 400).then(|| answer.refusal()).flatten()
}

fn page_number(page: &str) -> Option<u64> {
    let (_, rest) = page.split_once("№ ")?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

fn what_was_declared_before_an_adoption_is_not_there_until_the_adoption_is_annulled(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо");
    let form = json!({ "kind": "birth", "facts": facts });
    let notice = json!({
        "mother": SINGLE_WOMAN.number, "sex": "female", "born_on": facts["born_on"], "birth_place": town.cast.office,
        "plurality": 1, "order": 1, "medical_certificate": "СТ4-1001",
    });
    let hospital = town.partner("hospital")?;
    hospital.post("/v1/notifications/births", &notice)?.require(201)?;
    let draft = id_of(&registrar.post("/v1/drafts", &form)?)?;
    let born = declare(&registrar, "birth", &facts)?;
    let second = declare(&registrar, "birth", &facts)?;
    assert_eq!(second.require(201)?.json()["state"], "held");
    end(&registrar, &second, "same_event", "the father came as well")?.require(200)?;
    let third = declare(&registrar, "birth", &facts)?;
    assert_eq!(third.require(201)?.json()["state"], "held");
    let birth = register(&registrar, &born)?.require(200)?.json();
    let child = child_of(&birth);
    let own = json!({
        "person": child, "given_name": "Анар", "governor_order": "ЗД-10", "representative": "Төрсний гэрчилгээ 5",
    });
    let renamed = declare(&registrar, "name_change", &own)?;
    register(&approver, &renamed)?.require(200)?;
    let papers =
        Papers { registered: vec![id_of(&born)?, id_of(&renamed)?], refused: id_of(&second)?, draft };
    let window = Window::open(&town, &town.cast.registrar)?;
    let notices = || -> anyhow::Result<String> {
        let listed = registrar.get("/v1/notifications")?.require(200)?.text();
        Ok(format!("{listed}{}", window.page("/notices")?))
    };
    let open = papers.read(&registrar, &window)?;
    assert!(open.iter().all(|(status, _)| *status == 200), "{open:?}");
    assert!(notices()?.contains(SINGLE_WOMAN.number));

    let adopted = enter_by_two(&registrar, &approver, "adoption", &adoption(&child))?;
    // As for a declaration and for a draft that never existed.
    let nowhere = "00000000-0000-4000-8000-000000000009";
    let none = Papers {
        registered: vec![nowhere.to_owned(), nowhere.to_owned()],
        refused: nowhere.to_owned(),
        draft: nowhere.to_owned(),
    };
    let absent = none.read(&registrar, &window)?;
    assert_eq!(absent[0], (404, Some(1101)));
    assert_eq!(papers.read(&registrar, &window)?, absent);
    for id in &papers.registered {
        for (path, body) in [
            (format!("/v1/declarations/{id}/register"), json!({})),
            (format!("/v1/declarations/{id}/end"), json!({ "ending": "refuse", "reason": "лавлав" })),
        ] {
            assert_eq!(registrar.post(&path, &body)?.require(404)?.refusal(), Some(1101));
        }
    }
    let listed = notices()?;
    assert!(!listed.contains(SINGLE_WOMAN.number) && !listed.contains("СТ4-1001"), "{listed}");
    for path in ["save", "declare"] {
        let (path, body) = match path {
            "save" => (format!("/v1/drafts/{}", papers.draft), json!({ "facts": {} })),
            _ => (format!("/v1/drafts/{}/declare", papers.draft), json!({})),
        };
        assert_eq!(registrar.post(&path, &body)?.require(404)?.refusal(), Some(1107));
    }
    // A declaration that still waits in the queue is not stuck: its page says nothing about its content, and
    // can end it.
    let waiting = format!("/declarations/{}", id_of(&third)?);
    let page = window.page(&waiting)?;
    assert!(page.contains("id=\"behind-a-seal\"") && page.contains("value=\"same_event\""), "{page}");
    assert!(!page.contains(SINGLE_WOMAN.number) && !page.contains("Сарангоо"), "{page}");
    let ended =
        window.send(&format!("{waiting}/end"), &[("ending", "same_event"), ("reason", "нэг хүүхэд")])?;
    assert_eq!(ended.header("location"), Some("/office"));
    window.refused(&waiting, 404, 1101)?;
    // A form that is begun now shows what was typed and nothing from the register.
    let guess = id_of(&registrar.post("/v1/drafts", &form)?)?;
    registrar.get(&format!("/v1/drafts/{guess}"))?.require(200)?;

    enter_by_two(&registrar, &approver, "annulment", &annulment(&adopted["act_number"]))?;
    assert_eq!(papers.read(&registrar, &window)?, open);
    assert!(notices()?.contains(SINGLE_WOMAN.number));
    verified(&town.installation).map(drop)
}

fn what_was_declared_by_somebody_whose_record_is_sealed_is_not_there(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let administrators =
        [town.officer(&town.cast.administrator)?, town.officer(&town.cast.second_administrator)?];
    let seals = |facts: &Value| enter_by_two(&administrators[0], &administrators[1], "sealing", facts);
    let moved = json!({
        "person": SINGLE_MAN.number, "unit": town.cast.office, "address": "7-12", "arrived_on": days_ago(1),
        "address_proof": "ҮХГ-5",
    });
    let moved = declare(&registrar, "residence", &moved)?;
    register(&registrar, &moved)?.require(200)?;
    let path = format!("/v1/declarations/{}", id_of(&moved)?);
    for group in ["address", "record"] {
        registrar.get(&path)?.require(200)?;
        let seal = |sealed: bool| json!({ "person": SINGLE_MAN.number, "sealed": sealed, "decision_number": "Ш-3", "group": group });
        seals(&seal(true))?;
        assert_eq!(registrar.get(&path)?.require(404)?.refusal(), Some(1101));
        seals(&seal(false))?;
    }
    registrar.get(&path)?.require(200).map(drop)
}
