//! Births: notified by a hospital, declared by the parents, registered once.

use registry_tests::kit::Engine;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, end, enter, id_of, open_record, register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_notified_birth_is_declared_and_registered_with_numbers_of_its_own,
    a_notice_of_another_birth_proves_nothing,
    unmarried_parents_apply_both_and_married_parents_need_one_application,
    a_second_declaration_of_the_same_child_is_held_until_an_officer_decides,
    a_held_declaration_of_another_child_goes_on_after_the_decision,
    a_child_that_is_registered_is_not_registered_again,
    a_twin_passes,
    a_retry_gives_the_first_answer_and_one_entry,
    a_write_needs_an_idempotency_key_that_fits,
    a_full_series_of_register_numbers_is_refused_with_its_number,
    what_cannot_be_is_refused_with_its_field_in_both_languages,
    only_a_registrar_registers_and_only_at_the_own_office,
    two_children_of_one_day_have_different_numbers,
    twins_numbers_are_kept_together_until_both_are_registered,
}

fn entries(town: &Town, kind: &str) -> anyhow::Result<String> {
    let acts = format!("SELECT count(DISTINCT number) FROM act WHERE kind = '{kind}'");
    Database::of(&town.installation).ask(&acts)
}

fn a_notice_of_another_birth_proves_nothing(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, hospital) = (town.officer(&town.cast.registrar)?, town.partner("hospital")?);
    let notice = |born_on: &str| {
        json!({
            "mother": WIFE.number, "sex": "female", "born_on": born_on, "birth_place": town.cast.office,
            "plurality": 1, "order": 1, "medical_certificate": "СТ4-2001",
        })
    };
    let ahead = hospital.post("/v1/notifications/births", &notice("2999-01-01"))?;
    assert_eq!(ahead.require(422)?.refusal(), Some(105));
    let notified = hospital.post("/v1/notifications/births", &notice(&days_ago(3)))?;
    let named = |mut facts: Value, id: &Value| {
        facts["medical_certificate"] = Value::Null;
        facts["notification"] = id.clone();
        facts
    };
    let id = notified.require(201)?.json()["id"].clone();
    let mut on_another_day = named(town.birth(WIFE, HUSBAND, "Сарангоо"), &id);
    on_another_day["born_on"] = json!(days_ago(2));
    let nobodys = json!("00000000-0000-4000-8000-000000000000");
    for wrong in [
        named(town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"), &id),
        on_another_day,
        named(town.birth(WIFE, HUSBAND, "Сарангоо"), &nobodys),
    ] {
        let refused = declare(&registrar, "birth", &wrong)?;
        assert_eq!(refused.require(422)?.refusal(), Some(421), "{}", refused.text());
        assert_eq!(refused.json()["field"], "notification");
    }
    assert!(registrar.get("/v1/notifications")?.require(200)?.text().contains(id.as_str().unwrap_or("-")));
    // A father who declares alone is not asked for the mother; the day must nevertheless be that of the
    // notice.
    let mut of_her = notice(&days_ago(3));
    of_her["mother"] = json!(SINGLE_WOMAN.number);
    let notified = hospital.post("/v1/notifications/births", &of_her)?;
    let mut of_father =
        named(town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"), &notified.require(201)?.json()["id"]);
    of_father["born_on"] = json!(days_ago(3));
    (of_father["mother"], of_father["applicants"]) = (Value::Null, json!(["father"]));
    declare(&registrar, "birth", &of_father)?.require(201)?;
    of_father["born_on"] = json!(days_ago(2));
    assert_eq!(declare(&registrar, "birth", &of_father)?.require(422)?.refusal(), Some(421));
    enter(&registrar, "birth", &named(town.birth(WIFE, HUSBAND, "Сарангоо"), &id)).map(drop)
}

fn child_of(receipt: &Value) -> &Value {
    let people = receipt["people"].as_array().map(Vec::as_slice).unwrap_or_default();
    people.iter().find(|person| person["role"] == "child").unwrap_or(&Value::Null)
}

fn a_notified_birth_is_declared_and_registered_with_numbers_of_its_own(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let born_on = days_ago(3);
    let notice = json!({
        "mother": WIFE.number, "sex": "female", "born_on": born_on, "birth_place": town.cast.office,
        "plurality": 1, "order": 1, "weight_grams": 3400, "medical_certificate": "СТ4-2001",
    });
    let notified = town.partner("hospital")?.post("/v1/notifications/births", &notice)?;
    let notification = notified.require(201)?.json()["id"].clone();
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = town.birth(WIFE, HUSBAND, "Сарангоо");
    facts["notification"] = notification;
    let receipt = enter(&registrar, "birth", &facts)?;

    assert!(!receipt["act_number"].as_str().unwrap_or_default().is_empty(), "{receipt}");
    assert_eq!(receipt["people"].as_array().map(Vec::len), Some(3), "{receipt}");
    let child = child_of(&receipt);
    let number = child["national_number"].as_str().unwrap_or_default();
    let (letters, digits): (Vec<char>, Vec<char>) = number.chars().partition(|c| c.is_alphabetic());
    assert_eq!((letters.len(), digits.len()), (2, 8), "{number}");
    // The number has YYMMDD of the birth date, with the month plus 20 from the year 2000 on.
    let (year, month) = (&born_on[2..4], born_on[5..7].parse::<u32>()? + 20);
    assert_eq!(digits[..6].iter().collect::<String>(), format!("{year}{month}{}", &born_on[8..10]));
    let civil_id = child["civil_id"].as_str().unwrap_or_default();
    assert!(civil_id.len() == 12 && civil_id.bytes().all(|byte| byte.is_ascii_digit()), "{civil_id}");

    let record = open_record(&registrar, number, "printing the extract")?;
    assert_eq!(record["given_name"], "Сарангоо");
    assert_eq!(record["clan_name"], HUSBAND.clan_name);
    assert_eq!(record["parent_name"], HUSBAND.given_name);
    assert_eq!(record["residence_unit"], town.cast.office);
    assert_eq!(record["relatives"].as_array().map(Vec::len), Some(2), "{record}");
    assert_eq!(open_record(&registrar, civil_id, "the same by civil id")?["person_id"], record["person_id"]);
    Ok(())
}

fn unmarried_parents_apply_both_and_married_parents_need_one_application(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    for alone in ["mother", "father"] {
        facts["applicants"] = json!([alone]);
        assert_eq!(declare(&registrar, "birth", &facts)?.require(422)?.refusal(), Some(402));
    }
    facts["applicants"] = json!(["mother", "father"]);
    enter(&registrar, "birth", &facts)?;
    let mut facts = town.birth(WIFE, HUSBAND, "Болор");
    facts["applicants"] = json!([]);
    assert_eq!(declare(&registrar, "birth", &facts)?.refusal(), Some(411));
    facts["applicants"] = json!(["father"]);
    enter(&registrar, "birth", &facts)?;
    Ok(())
}

fn a_second_declaration_of_the_same_child_is_held_until_an_officer_decides(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, neighbour) =
        (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let first = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let second = declare(&neighbour, "birth", &town.birth(WIFE, HUSBAND, "Саран"))?;
    assert_eq!(second.require(201)?.json()["state"], "held");
    assert_eq!(second.json()["held_against"].as_str(), Some(id_of(&first)?.as_str()));
    assert_eq!(register(&neighbour, &second)?.require(409)?.refusal(), Some(1103));
    assert_eq!(end(&neighbour, &second, "same_event", "  ")?.refusal(), Some(1104));
    let decided = end(&neighbour, &second, "same_event", "Хүүхэд нэг, эхний өргөдөл үлдэнэ")?;
    assert_eq!(decided.require(200)?.json()["state"], "refused");
    assert_eq!(register(&neighbour, &second)?.require(409)?.refusal(), Some(1102));
    register(&registrar, &first)?.require(200)?;
    assert_eq!(entries(&town, "birth")?, "1");
    Ok(())
}

fn a_held_declaration_of_another_child_goes_on_after_the_decision(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    let first = declare(&registrar, "birth", &facts)?;
    facts["given_name"] = json!("Анараа");
    let second = declare(&registrar, "birth", &facts)?;
    assert_eq!(second.require(201)?.json()["state"], "held");
    end(&registrar, &first, "withdraw", "Эцэг эх буцааж авав")?.require(200)?;
    let decided = end(&registrar, &second, "different_event", "Эхний өргөдлийг буцаасан")?;
    assert_eq!(decided.require(200)?.json()["state"], "declared");
    register(&registrar, &second)?.require(200)?;
    assert_eq!(register(&registrar, &first)?.require(409)?.refusal(), Some(1102));
    Ok(())
}

fn a_child_that_is_registered_is_not_registered_again(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, neighbour) =
        (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let facts = town.birth(WIFE, HUSBAND, "Сарангоо");
    enter(&registrar, "birth", &facts)?;
    let again = declare(&neighbour, "birth", &facts)?;
    if again.status == 201 {
        assert_eq!(again.json()["state"], "held", "{}", again.text());
        assert_eq!(register(&neighbour, &again)?.refusal(), Some(1103));
    } else {
        assert!(again.refusal().is_some_and(|number| number == 412 || number == 1106), "{}", again.text());
    }
    assert_eq!(entries(&town, "birth")?, "1");
    Ok(())
}

fn a_twin_passes(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = town.birth(WIFE, HUSBAND, "Нарангэрэл");
    facts["plurality"] = json!(2);
    let first = enter(&registrar, "birth", &facts)?;
    facts["order"] = json!(2);
    facts["given_name"] = json!("Сарангэрэл");
    let declared = declare(&registrar, "birth", &facts)?;
    assert_eq!(declared.require(201)?.json()["state"], "declared");
    let second = register(&registrar, &declared)?.require(200)?.json();
    assert_ne!(child_of(&first)["national_number"], child_of(&second)["national_number"]);
    facts["order"] = json!(3);
    assert_eq!(declare(&registrar, "birth", &facts)?.require(422)?.refusal(), Some(407));
    Ok(())
}

fn a_retry_gives_the_first_answer_and_one_entry(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let body = json!({ "kind": "birth", "facts": town.birth(WIFE, HUSBAND, "Сарангоо") });
    let first = registrar.post_once("/v1/declarations", "declare-1", &body)?;
    let retry = registrar.post_once("/v1/declarations", "declare-1", &body)?;
    assert_eq!(first.require(201)?.text(), retry.require(201)?.text());
    let path = format!("/v1/declarations/{}/register", id_of(&first)?);
    let first = registrar.post_once(&path, "register-1", &json!({}))?;
    let retry = registrar.post_once(&path, "register-1", &json!({}))?;
    assert_eq!(first.require(200)?.text(), retry.require(200)?.text());
    assert_eq!(entries(&town, "birth")?, "1");
    // An idempotency key of one officer has no meaning for another officer.
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    let other = neighbour.post_once("/v1/declarations", "declare-1", &body)?;
    assert_ne!(other.text(), retry.text());
    Ok(())
}

fn a_write_needs_an_idempotency_key_that_fits(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let body = |name| json!({ "kind": "birth", "facts": town.birth(WIFE, HUSBAND, name) });
    registrar.post_once("/v1/declarations", "key-1", &body("Сарангоо"))?.require(201)?;
    let other = registrar.post_once("/v1/declarations", "key-1", &body("Нарангоо"))?;
    assert_eq!(other.require(409)?.refusal(), Some(1002));
    let long = "k".repeat(101);
    for key in ["", &long] {
        let refused = registrar.post_once("/v1/declarations", key, &body("Сарангоо"))?;
        assert_eq!(refused.require(400)?.refusal(), Some(1001));
    }
    let headers = [("Content-Type", "application/json")];
    let bytes = serde_json::to_vec(&body("Сарангоо"))?;
    let missing = registrar.send(ureq::http::Method::POST, "/v1/declarations", &headers, bytes)?;
    assert_eq!(missing.require(400)?.refusal(), Some(1001));
    Ok(())
}

fn a_full_series_of_register_numbers_is_refused_with_its_number(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let receipt = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let number = child_of(&receipt)["national_number"].as_str().unwrap_or_default().to_owned();
    let person = child_of(&receipt)["person_id"].as_str().unwrap_or_default().replace('-', "");
    // Takes every number of that day, as if all had been given.
    let stem: String = number.chars().skip(1).take(7).skip(1).collect();
    let first = number.chars().next().unwrap_or('У');
    let id = match engine {
        Engine::Sqlite => format!("x'{person}'"),
        Engine::Postgres => format!("'{person}'::uuid"),
    };
    let letters = "АБВГДЕЁЖЗИЙКЛМНОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯ";
    let numbers = letters.chars().flat_map(|second| {
        let stem = &stem;
        (0..100).map(move |last| format!("{first}{second}{stem}{last:02}"))
    });
    let rows: Vec<String> =
        numbers.filter(|taken| *taken != number).map(|taken| format!("('{taken}', {id})")).collect();
    let database = Database::of(&town.installation);
    for rows in rows.chunks(500) {
        database
            .execute(&format!("INSERT INTO number_claim (number, person_id) VALUES {}", rows.join(", ")))?;
    }
    let facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    assert_eq!(declare(&registrar, "birth", &facts)?.require(422)?.refusal(), Some(303));
    Ok(())
}

fn what_cannot_be_is_refused_with_its_field_in_both_languages(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let with = |field: &str, value: Value| {
        let mut facts = town.birth(WIFE, HUSBAND, "Сарангоо");
        facts[field] = value;
        facts
    };
    let tomorrow = registry_tests::kit::dates::today().succ_opt().map(|day| day.to_string());
    let cases = [
        (with("given_name", json!("Sarangoo")), 109, "given_name"),
        (with("given_name", json!("")), 102, "given_name"),
        (with("born_on", json!("2026-02-30")), 104, "born_on"),
        (with("born_on", json!(tomorrow)), 105, "born_on"),
        (with("birth_place", json!("119999")), 116, "birth_place"),
        (with("mother", json!("ЯЯ90010101")), 301, "mother"),
        (with("mother", json!(HUSBAND.number)), 409, ""),
        (with("sex", json!("x")), 119, "sex"),
        (with("medical_certificate", Value::Null), 403, ""),
        (with("surname", json!("x")), 103, "surname"),
    ];
    for (facts, number, field) in cases {
        let reply = declare(&registrar, "birth", &facts)?;
        let problem = reply.json();
        assert_eq!(reply.refusal(), Some(number), "{facts}: {}", reply.text());
        assert_eq!(problem["field"].as_str().unwrap_or_default(), field, "{problem}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        let mongolian = problem["title_mn"].as_str().unwrap_or_default();
        assert!(mongolian.chars().any(|letter| ('а'..='я').contains(&letter)), "{problem}");
        assert!(problem["title"].as_str().is_some_and(|title| title.len() > 10), "{problem}");
    }
    assert_eq!(entries(&town, "birth")?, "0");
    Ok(())
}

fn only_a_registrar_registers_and_only_at_the_own_office(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let facts = town.birth(WIFE, HUSBAND, "Сарангоо");
    for officer in [&town.cast.approver, &town.cast.card_officer, &town.cast.administrator] {
        let reply = declare(&town.officer(officer)?, "birth", &facts)?;
        assert_eq!(reply.require(403)?.refusal(), Some(202));
    }
    let declared = declare(&registrar, "birth", &facts)?;
    for (officer, number) in [(&town.cast.approver, 202), (&town.cast.neighbour_registrar, 203)] {
        let reply = register(&town.officer(officer)?, &declared)?;
        assert_eq!(reply.require(403)?.refusal(), Some(number));
    }
    let nobody = town.installation.stranger()?;
    assert_eq!(register(&nobody, &declared)?.require(401)?.refusal(), Some(201));
    assert_eq!(register(&nobody.with_bearer("stolen"), &declared)?.require(401)?.refusal(), Some(211));
    register(&registrar, &declared)?.require(200)?;
    Ok(())
}

fn two_children_of_one_day_have_different_numbers(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let one = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let other = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Нарангоо"))?;
    for member in ["national_number", "civil_id"] {
        assert_ne!(child_of(&one)[member], child_of(&other)[member]);
    }
    let position = |receipt: &Value| receipt["position"].as_u64().unwrap_or_default();
    assert_eq!(position(&other), position(&one) + 1);
    Ok(())
}

fn twins_numbers_are_kept_together_until_both_are_registered(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let twin = |order: u32, given_name: &str| {
        let mut facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, given_name);
        facts["plurality"] = json!(2);
        facts["order"] = json!(order);
        facts["siblings_sex"] = json!(["female"]);
        facts
    };
    let kept = |town: &Town| Database::of(&town.installation).ask("SELECT count(*) FROM number_reservation");
    let first = declare(&registrar, "birth", &twin(1, "Анар"))?;
    let second = declare(&registrar, "birth", &twin(2, "Номин"))?;
    assert_eq!(kept(&town)?, "2", "one for each of the two, though both declared");
    // Another birth of the same day, place and sex comes in between.
    let between = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сувд"))?;
    let number =
        |receipt: &Value| child_of(receipt)["national_number"].as_str().unwrap_or_default().to_owned();
    let twins = [
        number(&register(&registrar, &first)?.require(200)?.json()),
        number(&register(&registrar, &second)?.require(200)?.json()),
    ];
    let counted: Vec<u32> = twins
        .iter()
        .filter_map(|number| number.chars().nth(8).and_then(|digit| digit.to_digit(10)))
        .collect();
    assert_eq!(counted, [0, 2], "the first two of the series: {twins:?}");
    assert!(!twins.contains(&number(&between)));
    assert_eq!(kept(&town)?, "0");
    // A withdrawn declaration gives its numbers up.
    let mut later = town.birth(WIFE, HUSBAND, "Туяа");
    later["plurality"] = json!(2);
    later["order"] = json!(2);
    later["siblings_sex"] = json!(["male"]);
    let withdrawn = declare(&registrar, "birth", &later)?;
    assert_eq!(kept(&town)?, "2");
    end(&registrar, &withdrawn, "withdraw", "Буруу мэдүүлсэн")?.require(200)?;
    assert_eq!(kept(&town)?, "0");
    Ok(())
}
