//! The proof: the whole register is verified, and a copy from yesterday is refused.

use std::fs;

use anyhow::ensure;

use super::house::House;
use super::scene::Scene;
use crate::kit::dates::days_ago;
use crate::kit::town::enter;

/// The register is verified. A backup of it is verified as well; but one entry later, the backup is refused
/// as a register.
pub fn verified_and_rolled_back(house: &House, scene: &mut Scene) -> anyhow::Result<String> {
    // A copy of a running register holds its writer's lease, and a service on the copy would have to wait for
    // its end.
    scene.town.service.end()?;
    let backup = house.file("backup.db");
    if backup.exists() {
        fs::remove_file(&backup)?;
    }
    let url = format!("sqlite://{}", backup.display());
    scene.town.installation.registry(&["backup", &backup.display().to_string()])?;
    scene.town.installation.registry(&["verify", "--database", &url])?;
    scene.town.restart()?;
    let later = serde_json::json!({
        "person": scene.people.father.number, "unit": scene.town.cast.office, "address": "7-70",
        "arrived_on": days_ago(1), "address_proof": "ГЭР-13",
    });
    enter(&scene.registrar, "residence", &later)?;
    // The checkpoint of the new entry is outside the database, at the latest when the service has ended.
    scene.town.restart()?;
    let installation = &scene.town.installation;
    let verified = String::from_utf8(installation.registry(&["verify"])?.stdout)?;
    ensure!(verified.contains(" 0 findings"), "{verified}");
    let rolled_back = installation.command(&["--set", &format!("database.url={url}"), "serve"])?.output()?;
    ensure!(!rolled_back.status.success(), "a rolled-back copy was served");
    let words = [rolled_back.stderr, rolled_back.stdout].concat();
    let words = String::from_utf8_lossy(&words);
    ensure!(words.contains("checkpoint"), "refused for another reason: {words}");
    fs::remove_file(backup)?;
    let entries = verified.lines().last().unwrap_or_default().split(',').next().unwrap_or_default();
    Ok(format!("{entries}, 0 findings"))
}
