//! Names in traditional script on civil papers.

use registry_tests::kit::Engine;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, enter, enter_by_two, open_record,
    register,
};
use serde_json::json;

use super::{issued, offline, online, pdf, seal};

registry_tests::on_both_engines! {
    a_name_in_traditional_script_stands_on_the_papers_of_its_bearer,
    a_paper_from_before_the_register_had_the_spelling_stays_right,
    what_spelt_the_name_before_an_adoption_is_on_no_paper_after_it,
}

fn a_name_in_traditional_script_stands_on_the_papers_of_its_bearer(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = town.birth(WIFE, HUSBAND, "Сарангоо");
    facts["traditional_given"] = json!("Сарангоо");
    assert_eq!(declare(&registrar, "birth", &facts)?.refusal(), Some(128));
    facts["traditional_given"] = json!("ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
    let receipt = enter(&registrar, "birth", &facts)?;
    let entry = receipt["entry_id"].as_str().unwrap_or_default();
    let file = pdf(&registrar, &issued(&registrar, entry, "АА 0000001")?)?.require(200)?.body.clone();
    assert!(file.windows(17).any(|octets| octets == b"NotoSansMongolian"), "a font for the column");
    // The name in traditional script is signed together with the other lines.
    assert!(offline(&town, &file)?.contains("Given name in traditional script"));
    assert_eq!(online(&town, &seal(&file)?)?["standing"], "valid");
    // After a correction the name differs from the one that was spelt.
    let child = receipt["people"][0]["national_number"].as_str().unwrap_or_default();
    let record = || open_record(&registrar, child, "the spelling");
    assert_eq!(record()?["traditional_name"], "ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
    let facts = json!({
        "entry": receipt["act_number"], "person": child, "changes": ["given_name=Сарнай"],
        "reason": "Бичгийн алдаа", "evidence": "Архив 12",
    });
    enter_by_two(&registrar, &town.officer(&town.cast.approver)?, "correction", &facts)?;
    assert!(record()?["traditional_name"].is_null());
    assert_eq!(online(&town, &seal(&file)?)?["standing"], "superseded");
    let copy = issued(&registrar, entry, "АА 0000002")?;
    let said = offline(&town, &pdf(&registrar, &copy)?.require(200)?.body)?;
    assert!(said.contains("Сарнай") && !said.contains("traditional script"), "{said}");
    Ok(())
}

fn a_paper_from_before_the_register_had_the_spelling_stays_right(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let wedding = json!({
        "husband": SINGLE_MAN.number, "wife": SINGLE_WOMAN.number, "witness_1": HUSBAND.number, "witness_2": WIFE.number,
    });
    let receipt = enter(&registrar, "marriage", &wedding)?;
    let entry = receipt["entry_id"].as_str().unwrap_or_default();
    let before = issued(&registrar, entry, "АА 0000001")?;
    let drawn = pdf(&registrar, &before)?.require(200)?.body.clone();
    let mut facts = town.card_application(SINGLE_MAN.number);
    facts["traditional_parent"] = json!("ᠷᠡᠨᠴᠢᠨᠵᠠᠪ");
    facts["traditional_given"] = json!("ᠤᠰᠤᠷᠤ");
    let applied = apply_for_card(&registrar, &facts)?;
    register(&approver, &applied)?.require(200)?;
    let record = open_record(&registrar, SINGLE_MAN.number, "a new paper")?;
    assert_eq!(record["traditional_name"], "ᠷᠡᠨᠴᠢᠨᠵᠠᠪ ᠤᠰᠤᠷᠤ");
    assert_eq!(pdf(&registrar, &before)?.require(200)?.body, drawn);
    assert_eq!(online(&town, &seal(&drawn)?)?["standing"], "valid");
    let after = issued(&registrar, entry, "АА 0000002")?;
    let drawn = pdf(&registrar, &after)?.require(200)?.body.clone();
    assert!(offline(&town, &drawn)?.contains("Husband's name in traditional script: ᠷᠡᠨᠴᠢᠨᠵᠠᠪ ᠤᠰᠤᠷᠤ"));
    // When a name changes, it is spelt anew, or the spelling is dropped and with it the paper.
    let change = json!({
        "person": SINGLE_MAN.number, "given_name": "Болд", "traditional_given": "ᠪᠣᠯᠤᠳ", "governor_order": "ЗД-9",
    });
    let change = enter_by_two(&registrar, &approver, "name_change", &change)?;
    assert_eq!(
        open_record(&registrar, SINGLE_MAN.number, "the new name")?["traditional_name"],
        "ᠷᠡᠨᠴᠢᠨᠵᠠᠪ ᠪᠣᠯᠤᠳ"
    );
    assert_eq!(online(&town, &seal(&drawn)?)?["standing"], "superseded");
    let copy = issued(&registrar, change["entry_id"].as_str().unwrap_or_default(), "АА 0000003")?;
    let said = offline(&town, &pdf(&registrar, &copy)?.require(200)?.body)?;
    for spelt in ["Parent's name in traditional script: ᠷᠡᠨᠴᠢᠨᠵᠠᠪ", "Given name in traditional script: ᠪᠣᠯᠤᠳ"]
    {
        assert!(said.contains(spelt), "{spelt}: {said}");
    }
    Ok(())
}

fn what_spelt_the_name_before_an_adoption_is_on_no_paper_after_it(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let mut facts = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо");
    facts["traditional_parent"] = json!("ᠤᠰᠤᠷᠤ");
    facts["traditional_given"] = json!("ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ");
    let birth = enter(&registrar, "birth", &facts)?;
    let entry = birth["entry_id"].as_str().unwrap_or_default();
    let child = birth["people"][0]["national_number"].as_str().unwrap_or_default();
    let page = |copy: &str| -> anyhow::Result<String> {
        offline(&town, &pdf(&registrar, &issued(&registrar, entry, copy)?)?.require(200)?.body)
    };
    assert!(page("АА 0000001")?.contains('ᠤ'));
    // The given name stays the same.
    let adoption = json!({
        "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
        "decision_number": "А/77", "decided_on": days_ago(0), "parents_consent": true,
        "clan_name": HUSBAND.clan_name,
    });
    enter_by_two(&registrar, &approver, "adoption", &adoption)?;
    let after = page("АА 0000002")?;
    assert!(after.contains("Сарангоо") && !after.contains("traditional script"), "{after}");
    assert!(open_record(&registrar, child, "after the adoption")?["traditional_name"].is_null());
    Ok(())
}
