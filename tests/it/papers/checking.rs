//! The answer for a text that could not be read never says that the paper is not genuine.

use std::fs;

use registry_tests::kit::Engine;
use registry_tests::kit::town::Town;
use serde_json::json;

use super::{birth, issued, online, pdf, seal};

registry_tests::on_both_engines! {
    what_could_not_be_read_is_told_what_to_type_and_not_that_the_paper_is_false,
}

fn what_could_not_be_read_is_told_what_to_type_and_not_that_the_paper_is_false(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, entry, receipt) = birth(&town)?;
    let file = pdf(&registrar, &issued(&registrar, &entry, "АА 0000001")?)?.require(200)?.body.clone();
    let text = seal(&file)?;
    let code = online(&town, &text)?["check_code"].as_str().unwrap_or_default().to_owned();
    let act = receipt["act_number"].as_str().unwrap_or_default();
    let (anyone, console) = (town.installation.stranger()?, town.service.console());
    let key = town.installation.folder().join("extract.der");
    fs::write(&key, &console.get("/pki/extract.public.der")?.require(200)?.body)?;
    let key = key.display().to_string();
    let beside = format!("{act} · {code} · 1 / 1");
    let in_two_lines = text.replacen('.', ".\n", 1);
    for typed in
        ["", " ", act, &code, &beside, &text[..text.len() - 4], &text[20..], &in_two_lines, "https://"]
    {
        for (language, words) in [("en", "burtgel:extract:"), ("mn", "QR кодыг уншуулж")] {
            let page = console.post_form(&format!("/check?lang={language}"), &[("text", typed)])?;
            let page = page.require(422)?.text();
            assert!(page.contains("data-unread=\"true\"") && page.contains(words), "{typed}: {page}");
            assert!(!page.contains("data-genuine") && !page.contains("Not genuine"), "{typed}: {page}");
            assert!(!page.contains("Жинхэнэ биш"), "{typed}: {page}");
        }
        let checked = anyone.post("/v1/extract-checks", &json!({ "text": typed }))?;
        assert_eq!(checked.require(422)?.refusal(), Some(1560), "{typed}");
        assert_eq!(checked.json()["field"], "text");
        let offline = town.installation.registry(&["check-paper", typed, "--key", &key]);
        let said = offline.map_or_else(|error| format!("{error:#}"), |_| String::new());
        assert!(said.contains("begins with burtgel:extract:"), "{typed}: {said}");
    }
    // A text that can be read, but that nobody has signed, is not genuine, as before.
    let forged = text.replace("v2:ey", "v2:fy");
    assert_eq!(online(&town, &forged)?, json!({ "genuine": false }));
    let page = console.post_form("/check?lang=en", &[("text", &forged)])?.require(200)?.text();
    assert!(page.contains("data-genuine=\"false\"") && page.contains("Not genuine"), "{page}");
    Ok(())
}
