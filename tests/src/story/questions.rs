//! An agency's question, and the citizen who sees that it was asked.

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::scene::{Scene, require_no};
use crate::kit::client::Reply;

const ROUTE: &str = "/v1/identity-questions";
/// The number of misses that the demo's agreement allows one end user each day.
const MISSES: usize = 5;

fn question(scene: &Scene, end_user: &str) -> Value {
    let (cast, person) = (&scene.town.cast, &scene.people.holder);
    json!({
        "end_user": end_user, "legal_basis": cast.legal_basis, "purpose": cast.purpose, "case": "2-118",
        "number": person.number, "given_name": person.given_name, "born_on": person.born_on, "living": true,
    })
}

fn statement(reply: &Reply) -> anyhow::Result<Value> {
    let answer = reply.require(200)?.json();
    ensure!(answer["signature"].as_str().is_some_and(|hex| hex.len() == 128), "not signed: {answer}");
    let bytes = STANDARD.decode(answer["statement"].as_str().context("no statement")?)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Number, name and birth date belong together. A single wrong attribute is named only because the rest
/// matches.
pub fn matched(scene: &mut Scene) -> anyhow::Result<String> {
    let agency = scene.town.partner("agency")?;
    let said = statement(&agency.post(ROUTE, &question(scene, "clerk-7"))?)?;
    ensure!(said["matched"] == true && said["living"] == true, "not matched: {said}");
    ensure!(said["given_name"] == "matched" && said["born_on"] == "matched", "not matched: {said}");
    let mut other = question(scene, "clerk-7");
    other["born_on"] = json!("1950-01-01");
    let said = statement(&agency.post(ROUTE, &other)?)?;
    ensure!(said["matched"] == true && said["born_on"] == "not_matched", "{said}");
    Ok("matched; born_on: not_matched".to_owned())
}

/// A number with everything else wrong, and a number that nobody has, get the same answer.
pub fn not_matched(scene: &mut Scene) -> anyhow::Result<String> {
    let agency = scene.town.partner("agency")?;
    let mut wrong = question(scene, "clerk-8");
    wrong["given_name"] = json!("Хэнчбиш");
    wrong["born_on"] = json!("1950-01-01");
    let mut unknown = wrong.clone();
    unknown["number"] = json!("УЪ00210199");
    let mut answers = Vec::new();
    for asked in [wrong, unknown] {
        let mut said = statement(&agency.post(ROUTE, &asked)?)?;
        let members = said.as_object_mut().context("a statement")?;
        members.remove("question_sha256");
        members.remove("at");
        answers.push(said);
    }
    ensure!(answers[0]["matched"] == false && answers[0] == answers[1], "told apart: {answers:?}");
    Ok("unknown = not matching".to_owned())
}

/// No certificate, no agreement, no such purpose, no permission, no budget left.
pub fn numbered_noes(scene: &mut Scene) -> anyhow::Result<String> {
    let asked = question(scene, "clerk-9");
    require_no(&scene.town.installation.stranger()?.post(ROUTE, &asked)?, 401, 206)?;
    let agency = scene.town.partner("agency")?;
    let mut curious = asked.clone();
    curious["purpose"] = json!("curiosity");
    require_no(&agency.post(ROUTE, &curious)?, 403, 801)?;
    require_no(&scene.town.partner("stranger-agency")?.post(ROUTE, &asked)?, 403, 801)?;
    let mut parcel = asked.clone();
    parcel["purpose"] = json!("parcel-delivery");
    require_no(&agency.post(ROUTE, &parcel)?, 403, 803)?;
    let mut miss = asked;
    miss["given_name"] = json!("Хэнчбиш");
    miss["born_on"] = json!("1950-01-01");
    for _ in 0..MISSES {
        statement(&agency.post(ROUTE, &miss)?)?;
    }
    require_no(&agency.post(ROUTE, &miss)?, 429, 802)?;
    Ok("206, 801, 803, 802".to_owned())
}

/// The citizen's own page shows who asked, in which office or agency, and why.
pub fn citizen_sees(scene: &mut Scene) -> anyhow::Result<String> {
    let link = scene.town.installation.registry(&["link", "--citizen", &scene.people.holder.number])?;
    let link = String::from_utf8(link.stdout)?;
    let (_, code) = link.trim().split_once("code=").context("a link has a code")?;
    let console = scene.town.service.console();
    let signed_in = console.post_form("/sign-in", &[("code", code)])?;
    let cookie = signed_in.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.with_context(|| format!("not signed in: {}", signed_in.status))?.to_owned();
    let page = console.clone().with_header("Cookie", &cookie).get("/me?lang=en")?;
    let page = page.require(200)?.text();
    for words in
        ["Demo Bank Supervision", "clerk-7", &scene.town.cast.purpose, "card application", "улсын бүртгэгч"]
    {
        ensure!(page.contains(words), "the citizen's page does not say {words:?}");
    }
    Ok("Demo Bank Supervision, clerk-7; registrar".to_owned())
}
