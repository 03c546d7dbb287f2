//! Four eyes: which kinds and which late declarations need two officers, relatives excluded, handing over to
//! the neighbour, and mandates that two must decide.

use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, end, enter, id_of,
    open_record, register,
};
use registry_tests::kit::{Engine, words_of_no};
use serde_json::json;

registry_tests::on_both_engines! {
    a_birth_in_time_takes_one_officer_and_a_late_one_another_unit,
    a_soum_with_one_officer_hands_a_late_birth_to_the_aimag,
    an_office_without_a_neighbour_says_so_at_once,
    no_officer_opens_or_acts_on_the_own_or_a_relatives_record,
    a_case_passes_by_the_office_where_only_a_relative_could_decide,
    a_mandate_takes_two_administrators_as_soon_as_there_are_two,
}

fn late_birth(town: &Town, mother: Known, father: Known) -> serde_json::Value {
    let mut facts = town.birth(mother, father, "Сарангоо");
    facts["born_on"] = json!(days_ago(40));
    facts
}

fn open(officer: &Client, person: Known) -> anyhow::Result<Reply> {
    officer.post("/v1/persons/open", &json!({ "person": person.number, "reason": "looking" }))
}

fn name_record(town: &Town, officer: &str, person: Known) -> anyhow::Result<()> {
    let named = ["officer", "person", "--officer", officer, "--person", person.number];
    town.installation.registry(&named).map(drop)
}

fn add_officer(town: &Town, office: &str, roles: &str) -> anyhow::Result<String> {
    town.installation.appoint(&town.cast, office, "Added", roles)
}

fn a_birth_in_time_takes_one_officer_and_a_late_one_another_unit(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let registrar = town.officer(&cast.registrar)?;
    enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;

    let late = declare(&registrar, "birth", &late_birth(&town, SINGLE_WOMAN, SINGLE_MAN))?;
    let declared = late.require(201)?.json();
    assert_eq!((&declared["is_late"], &declared["needs_second"]), (&json!(true), &json!(true)));
    assert_eq!(declared["deciding_office"].as_str(), Some(cast.neighbour_office.as_str()));
    assert_eq!(register(&registrar, &late)?.require(403)?.refusal(), Some(205));
    assert_eq!(register(&town.officer(&cast.approver)?, &late)?.require(403)?.refusal(), Some(217));
    assert_eq!(register(&town.officer(&cast.aimag_approver)?, &late)?.require(403)?.refusal(), Some(203));
    register(&town.officer(&cast.neighbour_registrar)?, &late)?.require(200)?;
    Ok(())
}

fn a_soum_with_one_officer_hands_a_late_birth_to_the_aimag(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let soum = town.officer(&cast.soum_registrar)?;
    enter(&soum, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    let late = declare(&soum, "birth", &late_birth(&town, SINGLE_WOMAN, SINGLE_MAN))?;
    assert_eq!(late.require(201)?.json()["deciding_office"].as_str(), Some(cast.aimag_office.as_str()));
    let aimag = town.officer(&cast.aimag_approver)?;
    let queue = aimag.get("/v1/declarations")?.require(200)?.json();
    assert_eq!(queue[0]["id"].as_str(), Some(id_of(&late)?.as_str()), "{queue}");
    assert_eq!(register(&soum, &late)?.require(403)?.refusal(), Some(205));
    register(&aimag, &late)?.require(200)?;
    assert_eq!(aimag.get("/v1/declarations")?.require(200)?.json(), json!([]));
    Ok(())
}

fn an_office_without_a_neighbour_says_so_at_once(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    town.installation.registry(&["office", "add", "8307"])?;
    let alone = town.officer(&add_officer(&town, "8307", "registrar,approver")?)?;
    let refused = apply_for_card(&alone, &town.card_application(SINGLE_MAN.number))?;
    assert_eq!(refused.require(403)?.refusal(), Some(218));
    enter(&alone, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    Ok(())
}

fn no_officer_opens_or_acts_on_the_own_or_a_relatives_record(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    name_record(&town, &cast.registrar, WIFE)?;
    let registrar = town.officer(&cast.registrar)?;
    assert_eq!(open(&registrar, WIFE)?.require(403)?.refusal(), Some(215));
    assert_eq!(open(&registrar, HUSBAND)?.require(403)?.refusal(), Some(216));
    open(&registrar, SINGLE_MAN)?.require(200)?;
    let own = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    assert_eq!(own.require(403)?.refusal(), Some(215));
    let death = json!({
        "person": HUSBAND.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Хөрш",
    });
    assert_eq!(declare(&registrar, "death", &death)?.require(403)?.refusal(), Some(216));

    // A declaration that a neighbouring office received comes here for its second officer; this officer may
    // not decide it.
    let neighbour = town.officer(&cast.neighbour_registrar)?;
    let late = declare(&neighbour, "birth", &late_birth(&town, WIFE, HUSBAND))?;
    assert_eq!(late.require(201)?.json()["deciding_office"].as_str(), Some(cast.office.as_str()));
    assert_eq!(register(&registrar, &late)?.require(403)?.refusal(), Some(215));
    assert_eq!(end(&registrar, &late, "refuse", "no")?.require(403)?.refusal(), Some(215));
    let receipt = register(&town.officer(&cast.approver)?, &late)?.require(200)?.json();

    // From now on the child is this officer's own: knowing its number does not open the record.
    let child = receipt["people"][0]["national_number"].as_str().unwrap_or_default();
    let opened = registrar.post("/v1/persons/open", &json!({ "person": child, "reason": "looking" }))?;
    assert_eq!(opened.require(403)?.refusal(), Some(216));
    open_record(&neighbour, child, "printing the extract")?;
    Ok(())
}

fn a_case_passes_by_the_office_where_only_a_relative_could_decide(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    name_record(&town, &cast.approver, HUSBAND)?;
    let registrar = town.officer(&cast.registrar)?;
    let of_wife = apply_for_card(&registrar, &town.card_application(WIFE.number))?;
    let of_stranger = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    let goes_to = |declared: &Reply| declared.json()["deciding_office"].as_str().map(str::to_owned);
    assert_eq!(goes_to(of_wife.require(201)?), Some(cast.neighbour_office.clone()));
    assert_eq!(goes_to(of_stranger.require(201)?), Some(cast.office.clone()));
    let approver = town.officer(&cast.approver)?;
    assert_eq!(register(&approver, &of_wife)?.require(403)?.refusal(), Some(216));
    register(&town.officer(&cast.neighbour_approver)?, &of_wife)?.require(200)?;
    register(&approver, &of_stranger)?.require(200)?;
    Ok(())
}

fn a_mandate_takes_two_administrators_as_soon_as_there_are_two(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (installation, office) = (&town.installation, town.cast.office.as_str());
    let add = ["officer", "add", "--office", office, "--label", "One more", "--roles", "administrator"];
    let empty = Installation::ready(engine)?;
    for arguments in [&["units"][..], &["office", "add", office]] {
        empty.registry(arguments)?;
    }
    for _ in 0..2 {
        let output = empty.registry(&add)?;
        assert!(String::from_utf8_lossy(&output.stderr).contains("given by one alone"));
    }
    assert!(words_of_no(empty.registry(&add))?.contains("222"));

    let (first, second) = (town.cast.administrator.clone(), town.cast.second_administrator.clone());
    assert!(words_of_no(installation.registry(&add))?.contains("222"));
    let propose = ["--office", office, "--label", "New", "--roles", "registrar"];
    let propose = [["officer", "propose", "--by", &first].as_slice(), propose.as_slice()].concat();
    let proposal = String::from_utf8(installation.registry(&propose)?.stdout)?.trim().to_owned();
    let confirm = |by: &str| installation.registry(&["officer", "confirm", "--by", by, &proposal]);
    assert!(words_of_no(confirm(&first))?.contains("219"));
    let new = String::from_utf8(confirm(&second)?.stdout)?.trim().to_owned();
    enter(&town.officer(&new)?, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    assert!(words_of_no(confirm(&second))?.contains("221"));

    // The same through the API: the new registrar gets one more role.
    let [first, second] = [town.officer(&first)?, town.officer(&second)?];
    let more =
        json!({ "officer": new, "office": office, "label": "New", "roles": ["registrar", "approver"] });
    let proposed = first.post("/v1/officers/proposals", &more)?.require(201)?.json();
    let path = format!("/v1/officers/proposals/{}/confirm", proposed["id"].as_str().unwrap_or_default());
    let registrar = town.officer(&new)?;
    assert_eq!(registrar.post(&path, &json!({}))?.require(403)?.refusal(), Some(202));
    assert_eq!(first.post(&path, &json!({}))?.require(403)?.refusal(), Some(219));
    assert_eq!(second.get("/v1/officers/proposals")?.require(200)?.json()[0]["id"], proposed["id"]);
    second.post(&path, &json!({}))?.require(200)?;
    assert_eq!(second.post(&path, &json!({}))?.require(409)?.refusal(), Some(221));
    let applied =
        apply_for_card(&town.officer(&town.cast.registrar)?, &town.card_application(SINGLE_MAN.number))?;
    register(&registrar, &applied)?.require(200)?;
    Ok(())
}
