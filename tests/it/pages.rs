//! The console's pages over plain HTTP: who can see which page, and what a page refuses.

use anyhow::Context;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Reply;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, end, id_of, open_record, register,
};
use registry_tests::kit::window::{Window, after};
use serde_json::{Value, json};
use ureq::http::Method;

registry_tests::on_both_engines! {
    the_queue_tells_what_is_decided_here_held_late_or_elsewhere,
    a_draft_is_the_offices_alone_and_a_picture_is_asked_for_again,
    a_draft_that_no_page_can_show_in_whole_is_opened_by_none,
    whoever_sends_too_much_hears_the_limit_of_that_form,
    a_draft_says_that_it_keeps_no_picture,
    no_link_leads_to_another_host,
    a_notice_about_a_relative_is_listed_without_its_content,
    a_refusal_is_printed_for_the_offices_concerned_alone,
    only_another_administrator_confirms_and_registrars_see_no_mandates,
    a_lost_card_ends_at_the_counter_by_the_number_printed_on_it,
}

/// The part of a page between one heading's id and the next heading.
fn section<'page>(page: &'page str, id: &str) -> &'page str {
    let part = page.split_once(&format!("<h3 id=\"{id}\"")).map_or("", |(_, part)| part);
    part.split("<h3").next().unwrap_or_default()
}

fn the_queue_tells_what_is_decided_here_held_late_or_elsewhere(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (here, there) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.neighbour_registrar)?);
    let first = id_of(&declare(&here, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?)?;
    let second = id_of(&declare(&here, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?)?;
    let mut late = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Номин");
    late["born_on"] = json!(days_ago(40));
    let late = id_of(&declare(&there, "birth", &late)?)?;
    Database::of(&town.installation)
        .execute("UPDATE declaration SET due_on = '2020-01-01' WHERE declaration_state = 'held'")?;

    let page = Window::open(&town, &town.cast.registrar)?.page("/office")?;
    assert!(section(&page, "queue-here").contains(&first));
    let held = section(&page, "queue-held");
    assert!(held.contains(&second) && held.contains("хоног хэтэрсэн"), "{held}");
    let routed = section(&page, "queue-from-others");
    assert!(routed.contains(&late) && routed.contains("Үйл явдлыг хугацаа хэтрүүлж мэдүүлсэн"), "{routed}");
    assert!(!section(&page, "queue-here").contains("Үйл явдлыг хугацаа хэтрүүлж мэдүүлсэн"));
    assert!(!page.contains(WIFE.given_name) && !page.contains(WIFE.number), "nothing personal");

    let page = Window::open(&town, &town.cast.neighbour_registrar)?.page("/office")?;
    let elsewhere = section(&page, "queue-by-others");
    assert!(elsewhere.contains(&late) && elsewhere.contains(&town.cast.office), "{elsewhere}");
    assert_eq!(section(&page, "queue-here"), "");
    Ok(())
}

fn a_draft_is_the_offices_alone_and_a_picture_is_asked_for_again(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (own, other) =
        (Window::open(&town, &town.cast.registrar)?, Window::open(&town, &town.cast.neighbour_registrar)?);
    let fields = [("person", SINGLE_MAN.number), ("latin_given", "Osorod")];
    let kept = own.send("/declare/card_application/draft", &fields)?;
    let list = kept.require(303)?.header("location").unwrap_or_default().to_owned();
    let id = list.strip_prefix("/drafts?saved=").context("the list says what was saved")?.to_owned();
    assert!(own.page(&list)?.contains("id=\"saved\""));
    let path = format!("/drafts/{id}");
    let form = own.page(&path)?;
    assert!(form.contains("value=\"Osorod\"") && form.contains(&format!("action=\"{path}/declare\"")));
    other.refused(&path, 404, 1107)?;
    let application = format!("{path}/application");
    let printed = own.page(&application)?;
    for said in ["Osorod", "Латин нэр", "Latin name", SINGLE_MAN.number] {
        assert!(printed.contains(said), "{said}: {printed}");
    }
    assert!(!printed.contains("JPEG"), "what is not filled in is not printed: {printed}");
    other.refused(&application, 404, 1107)?;
    assert!(!other.page("/drafts")?.contains(&id));

    // What was typed after the draft is declared, or is shown again; the draft stays as it was.
    let changed = [("person", SINGLE_MAN.number), ("latin_given", "Osoroo"), ("latin_confirmed", "true")];
    let refused = own.send(&format!("{path}/declare"), &changed)?.require(422)?.text();
    assert!(
        refused.contains("id=\"portrait-complaint\"") && refused.contains("value=\"Osoroo\""),
        "{refused}"
    );
    assert!(own.page(&path)?.contains("value=\"Osorod\""));
    own.send(&path, &changed)?.require(303)?;
    assert!(own.page(&path)?.contains("value=\"Osoroo\""));
    Database::of(&town.installation).execute("UPDATE declaration SET expires_on = '2020-01-01'")?;
    assert!(own.page("/drafts")?.contains("Хугацаа өнгөрсөн"));

    other.send(&format!("{path}/discard"), &[])?.require(404)?;
    own.send(&format!("{path}/discard"), &[])?.require(303)?;
    own.refused(&path, 404, 1107)
}

fn a_draft_that_no_page_can_show_in_whole_is_opened_by_none(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let window = Window::open(&town, &town.cast.registrar)?;
    let keep = |facts: Value| -> anyhow::Result<String> {
        let draft = json!({ "kind": "correction", "facts": facts });
        let kept = registrar.post("/v1/drafts", &draft)?.require(201)?.json();
        Ok(format!("/drafts/{}", kept["id"].as_str().context("a draft has an id")?))
    };
    let facts =
        json!({ "person": SINGLE_MAN.number, "changes": ["clan_name=Боржигон"], "reason": "Үсгийн алдаа" });
    let path = keep(facts.clone())?;
    window.refused(&path, 409, 1112)?;
    window.refused(&format!("{path}/application"), 409, 1112)?;
    // The program that sent it still has all of it, and the office can discard it.
    let opened = registrar.get(&format!("/v1{path}"))?.require(200)?.json();
    assert_eq!(opened["facts"], facts);
    window.send(&format!("{path}/discard"), &[])?.require(303)?;

    let path = keep(json!({ "person": SINGLE_MAN.number, "reason": "Үсгийн алдаа" }))?;
    assert!(window.page(&path)?.contains("Үсгийн алдаа"));
    Ok(())
}

/// A form in parts with a picture, as browsers send it.
fn in_parts(window: &Window, path: &str, picture: &[u8]) -> anyhow::Result<Reply> {
    const BOUND: &str = "----bound";
    let mut body = Vec::new();
    for (name, value) in
        [("form_token", window.token()), ("idempotency_key", "picture"), ("person", SINGLE_MAN.number)]
    {
        let part = format!("--{BOUND}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let file =
        "Content-Disposition: form-data; name=\"portrait\"; filename=\"p.jpg\"\r\nContent-Type: image/jpeg";
    body.extend_from_slice(format!("--{BOUND}\r\n{file}\r\n\r\n").as_bytes());
    body.extend_from_slice(picture);
    body.extend_from_slice(format!("\r\n--{BOUND}--\r\n").as_bytes());
    let media_type = format!("multipart/form-data; boundary={BOUND}");
    window.client.send(Method::POST, path, &[("Content-Type", &media_type)], body)
}

fn whoever_sends_too_much_hears_the_limit_of_that_form(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let window = Window::open(&town, &town.cast.registrar)?;
    let long = "x".repeat(33_000);
    let too_long = window.send("/declare/birth", &[("given_name", &long)])?.require(413)?.text();
    assert!(too_long.contains("№ 1003") && too_long.contains("32768"), "{too_long}");
    for path in ["/declare/card_application", "/declare/card_application/draft"] {
        let too_large = in_parts(&window, path, &[0xff; 300_000])?.require(413)?.text();
        assert!(too_large.contains("№ 1003") && too_large.contains("262144"), "{path}: {too_large}");
    }
    Ok(())
}

fn a_draft_says_that_it_keeps_no_picture(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let window = Window::open(&town, &town.cast.registrar)?;
    let said = "Зураг ноорогт хадгалагдахгүй";
    let with = in_parts(&window, "/declare/card_application/draft", &[0xff; 1_000])?;
    let list = with.require(303)?.header("location").unwrap_or_default().to_owned();
    assert!(window.page(&list)?.contains(said), "{list}");
    let without = window.send("/declare/card_application/draft", &[("person", SINGLE_MAN.number)])?;
    let list = without.require(303)?.header("location").unwrap_or_default().to_owned();
    assert!(!window.page(&list)?.contains(said), "{list}");
    Ok(())
}

fn no_link_leads_to_another_host(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    for path in ["//evil.example/x", "///evil.example/x", "/%5Cevil.example/x"] {
        let page = town.service.console().get(path)?.require(404)?.text();
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let leads_away =
            |link: &&str| !link.starts_with('/') || link.starts_with("//") || link.starts_with("/\\");
        assert_eq!(
            links.filter(leads_away).find(|link| !link.starts_with(['#']) && *link != "data:,"),
            None,
            "{path}"
        );
    }
    Ok(())
}

fn a_notice_about_a_relative_is_listed_without_its_content(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let notice =
        json!({ "person": SINGLE_MAN.number, "died_on": days_ago(1), "death_place": town.cast.office });
    town.partner("hospital")?.post("/v1/notifications/deaths", &notice)?.require(201)?;
    let window = Window::open(&town, &town.cast.registrar)?;
    let page = window.page("/notices")?;
    assert!(page.contains(SINGLE_MAN.number) && page.contains("action=\"/declare/death/fill\""), "{page}");
    let own = ["officer", "person", "--officer", &town.cast.registrar, "--person", SINGLE_MAN.number];
    town.installation.registry(&own)?;
    let page = window.page("/notices")?;
    assert!(!page.contains(SINGLE_MAN.number) && !page.contains("/declare/death/fill"));
    assert!(page.contains("Танд эсвэл төрөл саданд тань хамаатай"), "{page}");
    // An approver can see the notice, but cannot begin a declaration.
    let page = Window::open(&town, &town.cast.approver)?.page("/notices")?;
    assert!(page.contains(SINGLE_MAN.number) && !page.contains("/declare/death/fill"));
    Ok(())
}

fn a_refusal_is_printed_for_the_offices_concerned_alone(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let declared = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    let path = format!("/declarations/{}/decision", id_of(&declared)?);
    let window = Window::open(&town, &town.cast.registrar)?;
    window.refused(&path, 404, 1110)?;
    let ended = end(&registrar, &declared, "refuse", "Гэрчилгээ өөр хүүхдийнх")?.require(200)?.json();
    let paper = window.page(&path)?;
    for printed in [
        ended["decision"]["number"].as_str().unwrap_or("-"),
        ended["decision"]["appeal_until"].as_str().unwrap_or("-"),
        "Гэрчилгээ өөр хүүхдийнх",
        "Багануур",
        "the civil registration office of",
        "1-р хорооны улсын бүртгэгч",
    ] {
        assert!(paper.contains(printed), "{printed} is not in {paper}");
    }
    Window::open(&town, &town.cast.aimag_approver)?.refused(&path, 403, 203)?;
    let printed = "SELECT count(*) FROM access_entry WHERE act = 'decision printed'";
    assert_eq!(Database::of(&town.installation).ask(printed)?, "1");
    let own = ["officer", "person", "--officer", &town.cast.registrar, "--person", WIFE.number];
    town.installation.registry(&own)?;
    window.refused(&path, 403, 215)
}

fn only_another_administrator_confirms_and_registrars_see_no_mandates(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let first = Window::open(&town, &town.cast.administrator)?;
    let second = Window::open(&town, &town.cast.second_administrator)?;
    let registrar = Window::open(&town, &town.cast.registrar)?;
    registrar.refused("/officers", 403, 202)?;
    let asked = [("label", "New"), ("office", town.cast.office.as_str()), ("roles", "registrar")];
    assert!(registrar.send("/officers/propose", &asked)?.require(403)?.text().contains("№ 202"));
    let wrong = [("label", "New"), ("office", "000000"), ("roles", "registrar")];
    let page = first.send("/officers/propose", &wrong)?.text();
    assert!(page.contains("id=\"office-complaint\"") && page.contains("value=\"New\""), "{page}");
    first.send("/officers/propose", &asked)?.require(303)?;
    assert!(!first.page("/officers")?.contains("/confirm\""));
    let page = second.page("/officers")?;
    let confirm = after(&page, "action=\"/officers/proposals/").context("a proposal waits")?;
    let confirm = format!("/officers/proposals/{confirm}");
    assert!(first.send(&confirm, &[])?.require(403)?.text().contains("№ 219"));
    second.send(&confirm, &[])?.require(303)?;
    assert!(second.send(&confirm, &[])?.require(409)?.text().contains("№ 221"));

    // The roles are taken away again over the API, as by the page: without a role there is no mandate and no
    // page.
    let taken = json!({
        "officer": town.cast.approver, "office": town.cast.office, "label": "Approver", "roles": [],
    });
    town.officer(&town.cast.administrator)?.post("/v1/officers/proposals", &taken)?.require(201)?;
    let approver = Window::open(&town, &town.cast.approver)?;
    approver.page("/office")?;
    let page = second.page("/officers")?;
    let confirm = after(&page, "action=\"/officers/proposals/").context("a proposal waits")?;
    second.send(&format!("/officers/proposals/{confirm}"), &[])?.require(303)?;
    approver.refused("/office", 403, 204)
}

fn a_lost_card_ends_at_the_counter_by_the_number_printed_on_it(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let declared = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&town.officer(&town.cast.approver)?, &declared)?.require(200)?;
    let card =
        || Ok::<_, anyhow::Error>(open_record(&registrar, SINGLE_MAN.number, "үнэмлэх")?["cards"][0].clone());
    let number = card()?["document_number"].as_str().context("a card has a number")?.to_owned();
    let own = Window::open(&town, &town.cast.registrar)?;
    let lost = |number: &str| {
        let fields = [("person", SINGLE_MAN.number), ("card", number), ("reason", "lost")];
        own.send("/declare/card_revoked", &fields)
    };
    let refused = lost("ZZ9999999")?.require(404)?.text();
    assert!(refused.contains("id=\"card-complaint\"") && refused.contains("№ 708"), "{refused}");
    let sent = lost(&number)?;
    let page = sent.require(303)?.header("location").unwrap_or_default().to_owned();
    let id = page.split(['/', '?']).nth(2).context("the declaration")?;
    registrar.post(&format!("/v1/declarations/{id}/register"), &json!({}))?.require(200)?;
    assert_eq!(card()?["state"], "revoked");
    Ok(())
}
