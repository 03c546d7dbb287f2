//! One kind for each pattern of form: two parties, one person, an amendment with its preview; then the record
//! at two times.

use fantoccini::key::Key;
use registry_tests::kit::Engine;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter};

use super::screen::{Screen, play};

registry_tests::on_both_engines! {
    a_marriage_a_change_of_name_and_a_correction_are_declared_by_their_forms_and_read_on_two_times,
}

fn a_marriage_a_change_of_name_and_a_correction_are_declared_by_their_forms_and_read_on_two_times(
    engine: Engine,
) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        let registrar = town.officer(&town.cast.registrar)?;
        enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
        screen.sign_in("--officer", &town.cast.registrar).await?;
        marry_with_the_keyboard_alone(screen).await?;
        open_a_section_by_its_question(screen).await?;
        read_on_two_times(screen).await?;
        change_the_name(town, screen).await?;
        correct_from_the_persons_page(town, screen).await
    })
}

/// The focus begins in the first field; Tab moves on in the order of the paper, Enter sends the form.
async fn marry_with_the_keyboard_alone(screen: &Screen<'_>) -> anyhow::Result<()> {
    screen.goto("/declare/marriage").await?;
    let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
    assert_eq!(screen.focused().await?, "husband");
    let witness_twice = [SINGLE_MAN.number, SINGLE_WOMAN.number, "", HUSBAND.number, HUSBAND.number];
    let struck: Vec<String> = witness_twice.iter().map(|value| (*value).to_owned()).collect();
    let page = screen.element("html").await?;
    screen.strike(&struck.join(&tab.to_string()).chars().chain([enter]).collect::<Vec<_>>()).await?;
    screen.until_gone(page).await?;
    assert_eq!(screen.focused().await?, "witness_2", "the page begins in the field that is meant");
    let link = screen.element("#complaint a").await?;
    assert_eq!(link.attr("href").await?.as_deref(), Some("#witness_2"));
    assert_eq!(link.text().await?, "Хоёрдугаар гэрч ↓", "the link is called as the field is");
    let described = screen.element("#witness_2").await?.attr("aria-describedby").await?;
    assert_eq!(described.as_deref(), Some("witness_2-hint witness_2-complaint"));
    screen.fill(&[("witness_2", WIFE.number)]).await?;
    screen.send().await?;
    screen.element("#state.declared").await?;
    screen.follow("form[action$='/register'] button").await?;
    screen.element("#act-number").await.map(drop)
}

/// Tab skips the fields of a section that a question opens, until Enter on the question opens it.
async fn open_a_section_by_its_question(screen: &Screen<'_>) -> anyhow::Result<()> {
    screen.goto("/declare/birth").await?;
    assert!(!screen.element("#foundling_act").await?.is_displayed().await?);
    let question = screen.element("details.asked:last-of-type > summary").await?;
    question.send_keys(&char::from(Key::Enter).to_string()).await?;
    screen.fill(&[("foundling_act", "А-12")]).await?;
    assert_eq!(screen.value("foundling_act").await?, "А-12");
    Ok(())
}

async fn open(screen: &Screen<'_>, person: Known) -> anyhow::Result<()> {
    screen.goto("/people").await?;
    screen.fill(&[("number", person.number), ("reason", "шалгах")]).await?;
    screen.send().await
}

/// On the person's page: what was true yesterday, what the register knew yesterday, and back to today.
async fn read_on_two_times(screen: &Screen<'_>) -> anyhow::Result<()> {
    open(screen, SINGLE_WOMAN).await?;
    assert!(screen.text("#civil-status").await?.contains("Гэрлэсэн"));
    screen.fill(&[("true_on", &days_ago(2))]).await?;
    screen.follow("form.moment button").await?;
    assert!(screen.text("#moment").await?.contains(&days_ago(2)));
    assert_eq!(screen.value("true_on").await?, days_ago(2));
    assert_eq!(screen.text("#civil-status").await?, "Гэрлээгүй");
    assert!(!screen.has("form[action$='/fill']").await?, "nothing is declared from a past day");
    screen.follow("#today button").await?;
    assert_eq!(screen.text("#civil-status").await?, "Гэрлэсэн");
    screen.fill(&[("known_on", &days_ago(2))]).await?;
    screen.follow("form.moment button").await?;
    assert_eq!(screen.text("#known_on-complaint .number").await?, "№ 1413");
    Ok(())
}

async fn change_the_name(town: &Town, screen: &Screen<'_>) -> anyhow::Result<()> {
    open(screen, SINGLE_MAN).await?;
    screen.follow("form[action='/declare/name_change/fill'] button").await?;
    assert_eq!(screen.value("person").await?, SINGLE_MAN.number);
    screen.send().await?;
    let meant = screen.element("#complaint a").await?.attr("href").await?;
    assert!(screen.has(&format!("{}[aria-invalid=true]", meant.unwrap_or_default())).await?);
    screen.fill(&[("given_name", "Тэмүүжин"), ("governor_order", "ЗД-9")]).await?;
    screen.send().await?;
    screen.element("#state.declared").await?;
    approve(town, screen).await?;
    screen.sign_in("--officer", &town.cast.registrar).await?;
    open(screen, SINGLE_MAN).await?;
    assert_eq!(screen.text("#given-name").await?, "Тэмүүжин");
    Ok(())
}

/// The approver of the office registers the declaration that is on the screen.
async fn approve(town: &Town, screen: &Screen<'_>) -> anyhow::Result<()> {
    let declaration = screen.browser.page.current_url().await?.path().to_owned();
    screen.sign_in("--officer", &town.cast.approver).await?;
    screen.follow(&format!("#queue-here + table a[href='{declaration}']")).await?;
    screen.follow("form[action$='/register'] button").await?;
    screen.element("#act-number").await.map(drop)
}

/// The form starts from the act on the person's page, so nobody types its number; before anybody signs, it
/// shows what it will change.
async fn correct_from_the_persons_page(town: &Town, screen: &Screen<'_>) -> anyhow::Result<()> {
    open(screen, HUSBAND).await?;
    for drawn in ["svg[aria-labelledby=family-drawing-title]", "svg[aria-labelledby=life-drawing-title]"] {
        screen.element(drawn).await?;
    }
    let told = screen.element("#family-drawing-told").await?.prop("textContent").await?;
    assert!(told.unwrap_or_default().contains("Сарангоо"), "the drawing is told in words");
    screen.picture_from("figure.drawing", "person", 1010).await?;
    screen.follow("#acts ~ table form button").await?;
    assert_eq!(screen.value("person").await?, HUSBAND.number);
    assert!(!screen.value("entry").await?.is_empty());
    screen.press("#field option[value=given_name]").await?;
    screen.fill(&[("value", "Амнаа"), ("reason", "Бичгийн алдаа"), ("evidence", "Архив 12")]).await?;
    screen.send().await?;
    let foreseen = screen.text("section[aria-labelledby=foreseen]").await?;
    assert!(foreseen.lines().count() > 2, "the record and the child's are named: {foreseen}");
    approve(town, screen).await?;
    screen.sign_in("--officer", &town.cast.registrar).await?;
    open(screen, HUSBAND).await?;
    assert_eq!(screen.text("#given-name").await?, "Амнаа");
    Ok(())
}
