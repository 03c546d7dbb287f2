//! The story: its steps, in order.

use std::io::{self, Write};

use anyhow::ensure;

use super::Story;
use super::house::House;
use super::scene::Scene;
use super::{births, cards, proof, questions};
use crate::kit::cast::Cast;
use crate::kit::installation::Installation;
use crate::kit::town::import;

type Play = fn(&mut Scene) -> anyhow::Result<String>;

/// The steps that are played on an open scene.
const STEPS: &[(&str, Play)] = &[
    ("Эмнэлэг төрөлтийг мэдэгдэв · a hospital notifies a birth", births::hospital),
    (
        "Гэрлээгүй эцэг эх, хоёр өргөдөл · birth by two applications; a second one held, decided",
        births::birth,
    ),
    ("Ихэр хүүхэд · a twin", births::twin),
    ("Шилжилт хөдөлгөөн · a change of residence, at the unit of arrival only", births::residence),
    ("Нас баралт · a death", births::death),
    ("Үнэмлэхийн өргөдөл, хоёр дахь ажилтан · a card application, a second officer", cards::application),
    ("Ганц ажилтантай сум · an office with one officer hands it over", cards::handed_over),
    ("Картыг PC/SC-ээр бичив · the card is written through PC/SC", cards::personalisation),
    ("Идэвхжүүлээгүй карт · not active", cards::not_active),
    ("Идэвхжүүлэлт · the holder activates it", cards::activation),
    ("Үзлэг · inspection at a desk", cards::inspection),
    ("Дугаартай татгалзал: карт · numbered noes of a card", cards::numbered_noes),
    ("Иргэн нас барж, карт хүчингүй болов · revoked by the holder's death", cards::revocation),
    ("Байгууллагын асуулт · an agency's question, matched", questions::matched),
    ("Таараагүй ба үл мэдэгдэх дугаар · not matched and unknown, one answer", questions::not_matched),
    ("Дугаартай татгалзал: асуулт · numbered noes of a question", questions::numbered_noes),
    ("Иргэн хэн харсныг харав · the citizen sees who asked", questions::citizen_sees),
];

/// The steps that found the register, before there is a scene, and the proof at the end.
const OTHER_STEPS: usize = 5;

/// Plays the story on a new register in `house` and leaves the service running. No scene is returned if a
/// step failed.
///
/// # Errors
/// If a line cannot be written.
pub fn tell<W: Write>(out: W, house: &House) -> io::Result<(bool, Option<Scene>)> {
    let mut story = Story::new(out, STEPS.len() + OTHER_STEPS);
    let scene = play(&mut story, house)?;
    Ok((story.end()?, scene))
}

fn play<W: Write>(story: &mut Story<W>, house: &House) -> io::Result<Option<Scene>> {
    let Some(installation) =
        story
            .step("Суурилуулалт · TEST authorities, schema, offices, officers, partners", || found(house))?
    else {
        return Ok(None);
    };
    story
        .step("Засаг захиргааны нэгж · administrative units", || units(&installation))?;
    let Some(cast) = story
        .step("Хуучин бүртгэл, хоёр удаа · legacy import, twice", || {
            legacy(&installation)
        })?
    else {
        return Ok(None);
    };
    let open = || Scene::open(house, installation, cast).map(|scene| (scene, String::new()));
    let Some(mut scene) = story.step("Үйлчилгээ, карт уншигч · the service, the card reader", open)?
    else {
        return Ok(None);
    };
    for (name, play) in STEPS {
        story.step(name, || play(&mut scene).map(|detail| ((), detail)))?;
    }
    story.step("Баталгаа · verified; a rolled-back copy is refused", || {
        proof::verified_and_rolled_back(house, &mut scene).map(|detail| ((), detail))
    })?;
    Ok(Some(scene))
}

fn found(house: &House) -> anyhow::Result<(Installation, String)> {
    let installation = house.installation()?;
    installation.hold_ceremony()?;
    installation.registry(&["migrate"])?;
    installation.seed_demo()?;
    Ok((installation, String::new()))
}

fn units(installation: &Installation) -> anyhow::Result<((), String)> {
    let said = String::from_utf8(installation.registry(&["units"])?.stdout)?;
    let counts = said.lines().last().unwrap_or_default().to_owned();
    for count in ["capital 1", "aimag 21", "soum 330", "district 9", "khoroo 204", "bag 1638"] {
        ensure!(counts.split(", ").any(|found| found == count), "expected {count}, but there are {counts}");
    }
    Ok(((), counts))
}

fn legacy(installation: &Installation) -> anyhow::Result<(Cast, String)> {
    let cast = Cast::read(installation)?;
    let first = import(installation, &cast)?;
    let again = import(installation, &cast)?;
    let count = |report: &str, what: &str| -> Option<u32> {
        report.lines().find_map(|line| line.strip_prefix(what)?.trim().parse().ok())
    };
    let [taken, refused] = ["taken:", "refused:"].map(|what| count(&first, what));
    ensure!(taken.is_some_and(|taken| taken > 150) && refused == Some(8), "{first}");
    ensure!(count(&again, "taken:") == Some(0) && count(&again, "known already:") == taken, "{again}");
    let duplicates = count(&first, "possible duplicates:").unwrap_or_default();
    Ok((cast, format!("{} taken, 8 refused, {duplicates} possible duplicates", taken.unwrap_or_default())))
}
