//! What waits at an office: drafts, notices, the queue, and a refusal on paper.

use registry_tests::kit::Engine;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, id_of};
use serde_json::json;

use super::screen::{Screen, play};

registry_tests::on_both_engines! {
    a_registrar_goes_on_with_a_draft_declares_from_a_notice_and_prints_a_refusal,
}

fn a_registrar_goes_on_with_a_draft_declares_from_a_notice_and_prints_a_refusal(
    engine: Engine,
) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        screen.sign_in("--officer", &town.cast.registrar).await?;
        keep_go_on_and_declare(screen).await?;
        keep_and_discard(screen).await?;
        declare_from_a_notice(town, screen).await?;
        refuse_on_paper(town, screen).await
    })
}

async fn keep_go_on_and_declare(screen: &Screen<'_>) -> anyhow::Result<()> {
    screen.goto("/declare/birth").await?;
    screen.fill(&[("given_name", "Сарангоо"), ("mother", SINGLE_WOMAN.number)]).await?;
    screen.press("#sex-female").await?;
    screen.press("#applicants-mother").await?;
    screen.follow("button[formaction]").await?;
    screen.element("#saved").await?;
    screen.follow("nav a[href='/drafts']").await?;
    assert!(screen.text("tbody").await?.contains("өнөөдөр"), "its age is told in words");

    screen.follow("tbody td a[href^='/drafts/']").await?;
    assert_eq!(screen.value("given_name").await?, "Сарангоо");
    assert!(screen.has("#sex-female:checked").await? && screen.has("#applicants-mother:checked").await?);
    screen.send().await?;
    assert_eq!(screen.text("#born_on-complaint .number").await?, "№ 102");
    screen.fill(&[("born_on", &days_ago(3)), ("medical_certificate", "СТ4-1001")]).await?;
    screen.fill(&[("father", SINGLE_MAN.number), ("birth_place", &screen.town.cast.office)]).await?;
    screen.press("#applicants-father").await?;
    screen.send().await?;
    screen.element("#state.declared").await?;
    screen.follow("nav a[href='/drafts']").await?;
    assert!(!screen.has("tbody").await?, "a draft that was declared is none");
    Ok(())
}

async fn keep_and_discard(screen: &Screen<'_>) -> anyhow::Result<()> {
    screen.goto("/declare/death").await?;
    screen.follow("button[formaction]").await?;
    assert!(
        !screen.element("form[action$='/discard'] button").await?.is_displayed().await?,
        "it is asked first"
    );
    screen.press("tbody details summary").await?;
    screen.follow("form[action$='/discard'] button").await?;
    assert!(!screen.has("tbody").await?);
    Ok(())
}

async fn declare_from_a_notice(town: &Town, screen: &Screen<'_>) -> anyhow::Result<()> {
    let notice = json!({
        "mother": WIFE.number, "sex": "female", "born_on": days_ago(2), "birth_place": town.cast.office,
        "plurality": 1, "order": 1, "medical_certificate": "СТ4-2001",
    });
    town.partner("hospital")?.post("/v1/notifications/births", &notice)?.require(201)?;
    let died = json!({ "person": HUSBAND.number, "died_on": days_ago(9), "death_place": town.cast.office });
    town.partner("hospital")?.post("/v1/notifications/deaths", &died)?.require(201)?;
    screen.goto("/office").await?;
    screen.follow("#queue-undeclared + table a").await?;
    let first = screen.text("tbody tr:first-child").await?;
    assert!(first.contains(HUSBAND.number) && first.contains("6 хоног хэтэрсэн"), "{first}");

    screen.follow("form[action='/declare/birth/fill'] button").await?;
    for (field, value) in [
        ("mother", WIFE.number),
        ("born_on", &days_ago(2)),
        ("medical_certificate", "СТ4-2001"),
        ("order", "1"),
    ] {
        assert_eq!(screen.value(field).await?, value, "{field}");
    }
    screen.fill(&[("given_name", "Анар"), ("father", HUSBAND.number)]).await?;
    screen.press("#applicants-mother").await?;
    screen.press("#applicants-father").await?;
    screen.send().await?;
    screen.fill(&[("answer_441", "эмнэлгийн баримтаар шалгав")]).await?;
    screen.send().await?;
    screen.follow("form[action$='/register'] button").await?;
    screen.goto("/notices").await?;
    assert!(!screen.text("tbody").await?.contains(WIFE.number), "the notice is answered");
    Ok(())
}

async fn refuse_on_paper(town: &Town, screen: &Screen<'_>) -> anyhow::Result<()> {
    let registrar = town.officer(&town.cast.registrar)?;
    let moved = json!({
        "person": SINGLE_MAN.number, "unit": town.cast.office, "address": "7-12", "arrived_on": days_ago(1),
        "address_proof": "ҮХГ-5",
    });
    let declared = declare(&registrar, "residence", &moved)?;
    screen.goto(&format!("/declarations/{}", id_of(&declared)?)).await?;
    screen.fill(&[("reason", "Хаягийн баримт өөр хүнийх")]).await?;
    screen.follow("button[value=refuse]").await?;
    screen.follow("a[href$='/decision']").await?;
    let number = screen.text("#decision-number").await?;
    assert!(number.starts_with(&format!("№ R-{}-", town.cast.office)), "{number}");
    let paper = screen.text(".decision").await?;
    for printed in
        ["Бүртгэхээс татгалзсан шийдвэр", "Decision refusing registration", "(1101)", "гомдол гаргаж болно"]
    {
        assert!(paper.contains(printed), "{printed} is not in {paper}");
    }
    assert_eq!(screen.text("#decision-reason").await?, "Хаягийн баримт өөр хүнийх");
    screen.picture("decision", 1400).await
}
