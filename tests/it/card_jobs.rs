//! Jobs of the card office: a job ends with its card, data that the chip cannot hold never become a job, and
//! a station can give a job up.

mod certificates;
mod erased;
mod given_up;
mod set_aside;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use issuance::signer::{Algorithm, Signer as _, SoftwareSigner};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::run;
use registry_tests::kit::proof::report;
use registry_tests::kit::town::{
    Known, SINGLE_MAN, SINGLE_WOMAN, Town, apply_for_card, declare, enter, enter_by_two, open_record,
    register,
};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};

use crate::card_application::{chip, row, town_with};
use crate::revocation::Pki;

registry_tests::on_both_engines! {
    whoever_dies_after_the_approval_gets_no_card_and_the_next_job_comes,
    whoever_dies_after_the_claim_gets_nothing_more_and_the_station_hears_it_once,
    what_was_signed_for_whoever_died_then_is_revoked,
    a_job_ends_with_a_revoked_card_and_with_a_merged_record,
    jobs_that_outlived_their_cards_end_at_the_next_start_or_claim,
    a_job_that_the_chip_cannot_hold_is_set_aside_before_anything_is_signed,
    a_job_given_up_waits_behind_the_others_unless_its_chip_was_begun,
    the_card_office_gives_a_job_up_on_its_page,
}

/// The card office of the khoroo: cards are approved for two people, the woman's first; there is a station
/// with an officer.
struct Office {
    town: Town,
    registrar: Client,
    station: Client,
}

impl Office {
    fn open(engine: Engine) -> anyhow::Result<Office> {
        Office::of(Town::open(engine)?)
    }

    fn of(town: Town) -> anyhow::Result<Office> {
        let registrar = town.officer(&town.cast.registrar)?;
        let station = town.officer_at("station", &town.cast.card_officer)?;
        let office = Office { town, registrar, station };
        for person in [SINGLE_WOMAN, SINGLE_MAN] {
            office.approve(person.number)?;
        }
        Ok(office)
    }

    /// Ends the service, changes its database, and starts it again.
    fn restart_after(&mut self, sql: &[&str]) -> anyhow::Result<()> {
        self.town.service.end()?;
        for statement in sql {
            self.database().execute(statement)?;
        }
        self.town.service = self.town.installation.serve()?;
        self.sign_in()
    }

    /// Signs in again after the service was restarted.
    fn sign_in(&mut self) -> anyhow::Result<()> {
        self.registrar = self.town.officer(&self.town.cast.registrar)?;
        self.station = self.town.officer_at("station", &self.town.cast.card_officer)?;
        Ok(())
    }

    fn approve(&self, person: &str) -> anyhow::Result<()> {
        let applied = apply_for_card(&self.registrar, &self.town.card_application(person))?;
        register(&self.town.officer(&self.town.cast.approver)?, &applied)?.require(200).map(drop)
    }

    fn database(&self) -> Database {
        Database::of(&self.town.installation)
    }

    fn card_of(&self, person: Known) -> anyhow::Result<Value> {
        let record = open_record(&self.registrar, person.number, "the card")?;
        let cards = record["cards"].as_array().context("cards")?;
        cards.last().cloned().context("a card")
    }

    fn claim(&self) -> anyhow::Result<Reply> {
        self.station.post("/v1/card-jobs/claim", &json!({}))
    }

    /// Claims a job, which must be this person's.
    fn claim_of(&self, person: Known) -> anyhow::Result<Job<'_>> {
        let claimed = self.claim()?.require(200)?.json();
        let card = self.card_of(person)?;
        ensure!(claimed["document_number"] == card["document_number"], "{claimed} is not of {card}");
        Ok(Job { office: self, id: claimed["id"].as_str().unwrap_or_default().to_owned() })
    }

    fn dies(&self, person: Known) -> anyhow::Result<()> {
        let death = json!({
            "person": person.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
        });
        enter(&self.registrar, "death", &death).map(drop)
    }

    fn state_of(&self, person: Known) -> anyhow::Result<String> {
        let number = &self.card_of(person)?["document_number"];
        let number = number.as_str().unwrap_or_default();
        self.database().ask(&format!(
            "SELECT job_state FROM card_job JOIN card ON card.id = card_job.card_id WHERE document_number = '{number}'"
        ))
    }

    fn give_up(&self, reason: &str) -> anyhow::Result<Reply> {
        self.station.post("/v1/card-jobs/give-up", &json!({ "reason": reason }))
    }
}

/// A job at the station, with what a chip would answer for it.
struct Job<'o> {
    office: &'o Office,
    id: String,
}

impl Job<'_> {
    fn post(&self, step: &str, body: &Value) -> anyhow::Result<Reply> {
        self.office.station.post(&format!("/v1/card-jobs/{}/{step}", self.id), body)
    }

    fn bind(&self, serial: u8) -> anyhow::Result<Reply> {
        self.post("chip", &chip(serial))
    }

    /// Has a key certified that the chip of this serial number made; the nonce is the one that was given for
    /// the slot.
    fn certify(&self, serial: u8, slot: &str, nonce: &str) -> anyhow::Result<Reply> {
        self.certify_key(serial, serial, slot, nonce)
    }

    /// Like `certify`, with a key that the chip made from this seed.
    fn certify_key(&self, serial: u8, seed: u8, slot: &str, nonce: &str) -> anyhow::Result<Reply> {
        let reference = u8::from_str_radix(slot, 16)?;
        let mut rng = StdRng::seed_from_u64(u64::from(seed) * 1000 + u64::from(reference));
        let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, &mut rng)?;
        let point = key.public_key().to_bits();
        let chip_id = chip(serial)["chip_id"].as_str().map(hex::decode).context("a chip id")??;
        let nonce = hex::decode(nonce)?;
        let said =
            [b"burtgel/v1/card-key-proof\0".as_slice(), &nonce, &[reference], &chip_id, &point].concat();
        let proof = hex::encode(key.sign(&said)?);
        self.post("keys", &json!({ "slot": slot, "public_key": hex::encode(&point), "proof": proof }))
    }

    fn nonces(&self) -> anyhow::Result<Vec<(String, String)>> {
        let nonces = self.post("proofs", &json!({}))?.require(200)?.json();
        let nonces = nonces["nonces"].as_array().context("nonces")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(nonces.iter().map(|nonce| (text(&nonce["slot"]), text(&nonce["nonce"]))).collect())
    }

    /// Both certificates, in DER.
    fn certificates(&self, serial: u8) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut certificates = Vec::new();
        for (slot, nonce) in self.nonces()? {
            let issued = self.certify(serial, &slot, &nonce)?.require(200)?.json();
            certificates.push(STANDARD.decode(issued["certificate"].as_str().unwrap_or_default())?);
        }
        ensure!(certificates.len() == 2, "two slots");
        Ok(certificates)
    }

    fn files(&self) -> anyhow::Result<Reply> {
        self.office.station.get(&format!("/v1/card-jobs/{}/files", self.id))
    }

    /// Requires that every step that would give the chip anything is refused with this number.
    fn gets_nothing(&self, serial: u8, nonces: &[(String, String)], number: u64) -> anyhow::Result<()> {
        let channel = "00000000-0000-4000-8000-000000000000";
        let mut replies = vec![
            ("chip", self.bind(serial)?),
            ("channels", self.post("channels", &json!({ "application": "isd", "key_set": "transport" }))?),
            ("put-key", self.post("put-key", &json!({ "channel_id": channel }))?),
            ("proofs", self.post("proofs", &json!({}))?),
            ("files", self.files()?),
        ];
        for (slot, nonce) in nonces {
            replies.push(("keys", self.certify(serial, slot, nonce)?));
        }
        for (step, reply) in replies {
            ensure!(reply.refusal() == Some(number), "{step}: {} {}", reply.status, reply.text());
        }
        Ok(())
    }
}

fn whoever_dies_after_the_approval_gets_no_card_and_the_next_job_comes(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    office.dies(SINGLE_WOMAN)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "ended");
    office.claim_of(SINGLE_MAN).map(drop)
}

fn whoever_dies_after_the_claim_gets_nothing_more_and_the_station_hears_it_once(
    engine: Engine,
) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    let begin = json!({ "application": "isd", "key_set": "transport" });
    let channel = job.post("channels", &begin)?.require(200)?.json()["channel_id"].clone();
    office.dies(SINGLE_WOMAN)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "ended");
    job.gets_nothing(1, &nonces, 735)?;
    let channel = format!("channels/{}", channel.as_str().unwrap_or_default());
    let answer = json!({ "initialize_update_answer": "00".repeat(32) });
    assert_eq!(job.post(&channel, &answer)?.refusal(), Some(735), "no session keys");
    let signed = "SELECT count(*) FROM credential_intent";
    assert_eq!(office.database().ask(signed)?, "0");
    // Giving the chip up does not leave the station stuck either.
    assert_eq!(
        job.post("spoil", &json!({ "reason": "735 in certify-9a" }))?.require(200)?.json()["state"],
        "ended"
    );

    let told = office.claim()?;
    assert_eq!((told.status, told.refusal()), (409, Some(735)), "{}", told.text());
    let number = office.card_of(SINGLE_WOMAN)?["document_number"].clone();
    assert!(told.text().contains(number.as_str().unwrap_or("no number")), "{}", told.text());
    let next = office.claim_of(SINGLE_MAN)?;
    // Nothing was written on the chip, so the next card can have it.
    next.bind(1)?.require(200).map(drop)
}

/// Writes the certificates into files that OpenSSL reads.
fn in_files(pki: &Pki, certificates: &[Vec<u8>]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for (number, der) in certificates.iter().enumerate() {
        let (binary, text) = (pki.file(&format!("{number}.cer")), pki.file(&format!("{number}.pem")));
        fs::write(&binary, der)?;
        let mut openssl = Command::new("openssl");
        run(openssl.args(["x509", "-inform", "DER", "-in"]).arg(&binary).arg("-out").arg(&text))?;
        files.push(text);
    }
    Ok(files)
}

fn are_revoked(town: &Town, pki: &Pki, files: &[PathBuf], reason: &str) -> anyhow::Result<()> {
    for file in files {
        let listed = pki.by_lists(town, file)?;
        ensure!(listed.contains("certificate revoked"), "{listed}");
        let heard = pki.ask(file, "chain.pem")?;
        ensure!(heard.contains(": revoked") && heard.contains(reason), "{heard}");
    }
    Ok(())
}

fn what_was_signed_for_whoever_died_then_is_revoked(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    let certificates = job.certificates(1)?;
    let pki = Pki::of(&office.town)?;
    let files = in_files(&pki, &certificates)?;
    for file in &files {
        assert!(pki.by_lists(&office.town, file)?.contains(": OK"));
    }
    office.dies(SINGLE_WOMAN)?;
    job.gets_nothing(1, &nonces, 735)?;
    assert_eq!(office.database().ask("SELECT count(*) FROM credential_intent WHERE slot = 'sod'")?, "0");
    are_revoked(&office.town, &pki, &files, "cessationOfOperation")?;
    assert_eq!(office.claim()?.refusal(), Some(735));
    let next = office.claim_of(SINGLE_MAN)?;
    // That chip was begun and can no longer be used for any job.
    assert_eq!(next.bind(1)?.refusal(), Some(721));
    next.bind(2)?.require(200)?;
    next.certificates(2)?;
    next.files()?.require(200)?;
    report(&office.town.installation).map(drop)
}

fn a_job_ends_with_a_revoked_card_and_with_a_merged_record(engine: Engine) -> anyhow::Result<()> {
    const AGAIN: Known = Known { number: "УЪ94080210", ..SINGLE_MAN };
    let again = row(AGAIN.number, SINGLE_MAN.parent_name, SINGLE_MAN.given_name, "1101");
    let office = Office::of(town_with(engine, &[again])?)?;
    office.approve(AGAIN.number)?;

    let revoked = office.claim_of(SINGLE_WOMAN)?;
    revoked.bind(1)?.require(200)?;
    let card = office.card_of(SINGLE_WOMAN)?["card_id"].clone();
    let lost = json!({ "person": SINGLE_WOMAN.number, "card": card, "reason": "data_changed" });
    let card_officer = office.town.officer(&office.town.cast.card_officer)?;
    register(&card_officer, &declare(&card_officer, "card_revoked", &lost)?)?.require(200)?;
    revoked.gets_nothing(1, &[], 735)?;
    assert_eq!(office.claim()?.refusal(), Some(735));

    let stays = office.claim_of(SINGLE_MAN)?;
    stays.bind(2)?.require(200)?;
    assert_eq!(office.give_up("the reader is repaired")?.require(200)?.json()["state"], "waiting");
    let merged = office.claim_of(AGAIN)?;
    merged.bind(3)?.require(200)?;
    let merge = json!({
        "survivor": SINGLE_MAN.number, "merged": AGAIN.number, "authority": "Улсын бүртгэлийн ерөнхий газар",
        "decision": "Д-7", "reason": "Хуучин бүртгэлд хоёр удаа орсон",
    });
    let approver = office.town.officer(&office.town.cast.approver)?;
    enter_by_two(&office.registrar, &approver, "merge", &merge)?;
    merged.gets_nothing(3, &[], 735)?;
    assert_eq!(office.claim()?.refusal(), Some(735));
    // The surviving record has a card of its own, and gets it.
    let job = office.claim_of(SINGLE_MAN)?;
    job.bind(3)?.require(200)?;
    job.certificates(3)?;
    job.files()?.require(200).map(drop)
}

/// Makes a register in which jobs did not end with their cards.
const OUTLIVED: [&str; 2] = [
    "UPDATE card_job SET job_state = 'bound', quarantine_reason = NULL, finished_at = NULL, told_at = NULL \
     WHERE job_state = 'ended'",
    "UPDATE credential_intent SET revoked_on = NULL, revocation_reason = NULL",
];

fn jobs_that_outlived_their_cards_end_at_the_next_start_or_claim(engine: Engine) -> anyhow::Result<()> {
    let mut office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    let certificates = job.certificates(1)?;
    let id = job.id.clone();
    let pki = Pki::of(&office.town)?;
    let files = in_files(&pki, &certificates)?;
    office.dies(SINGLE_WOMAN)?;

    // While the service runs: every step is refused, and the claim ends the job.
    for statement in OUTLIVED {
        office.database().execute(statement)?;
    }
    Job { office: &office, id: id.clone() }.gets_nothing(1, &nonces, 735)?;
    assert_eq!(office.claim()?.refusal(), Some(735));
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "ended");

    // When the service starts: the job is ended, the certificates are revoked, and the station is still told.
    office.restart_after(&OUTLIVED)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "ended");
    are_revoked(&office.town, &pki, &files, "cessationOfOperation")?;
    Job { office: &office, id }.gets_nothing(1, &nonces, 735)?;
    assert_eq!(office.claim()?.refusal(), Some(735));
    office.claim_of(SINGLE_MAN)?;
    // Likewise a chip that was spoilt by a version that did not yet revoke the certificates of spoilt chips.
    office.restart_after(&[
        "UPDATE credential_intent SET revoked_on = NULL, revocation_reason = NULL",
        "UPDATE card_job SET job_state = 'spoiled' WHERE job_state = 'ended'",
    ])?;
    are_revoked(&office.town, &pki, &files, "cessationOfOperation")
}

fn a_job_that_the_chip_cannot_hold_is_set_aside_before_anything_is_signed(
    engine: Engine,
) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    let unfit = |person: Known, from: &str, to: &str| {
        let change = format!(
            "UPDATE person SET record = replace(record, '\"birth_place\":{from}', '\"birth_place\":{to}') \
             WHERE national_number = '{}'",
            person.number
        );
        office.database().execute(&change)
    };
    unfit(SINGLE_WOMAN, "\"1101\"", "null")?;
    let (slot, nonce) = nonces.first().context("a nonce")?;
    let refused = job.certify(1, slot, nonce)?;
    assert_eq!((refused.status, refused.refusal()), (422, Some(736)), "{}", refused.text());
    assert_eq!(office.database().ask("SELECT count(*) FROM credential_intent")?, "0", "nothing was signed");
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "quarantined");
    job.gets_nothing(1, &nonces, 724)?;

    // The next job comes. It is unfit too: once the station has it, the claim sets it aside and gives the
    // reason once.
    office.claim_of(SINGLE_MAN)?;
    unfit(SINGLE_MAN, "\"1101\"", "null")?;
    assert_eq!(office.claim()?.require(422)?.refusal(), Some(736));
    assert_eq!(office.state_of(SINGLE_MAN)?, "quarantined");
    assert_eq!(office.claim()?.require(404)?.refusal(), Some(714));

    // After the office has corrected the data and taken the job up again, the card is written.
    unfit(SINGLE_WOMAN, "null", "\"1101\"")?;
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    let page = window.page("/cards")?;
    assert!(page.contains("736 BirthPlaceUnfitForCard"), "{page}");
    window
        .send(&format!("/cards/{}/give-up", job.id), &[("reason", "төрсөн газрыг заслаа")])?
        .require(303)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    job.certificates(1)?;
    job.files()?.require(200)?;
    // Signed files are written unchanged: they are not laid out a second time.
    unfit(SINGLE_WOMAN, "\"1101\"", "null")?;
    assert_eq!(office.claim_of(SINGLE_WOMAN)?.id, job.id);
    unfit(SINGLE_WOMAN, "null", "\"1101\"")?;

    // A job that is unfit while it waits is passed over without a word to the station, unless there is no
    // other.
    office.give_up("the chip is scratched")?.require(200)?;
    office.approve(SINGLE_WOMAN.number)?;
    unfit(SINGLE_WOMAN, "\"1101\"", "null")?;
    assert_eq!(office.claim()?.require(422)?.refusal(), Some(736));
    assert_eq!(office.claim()?.require(404)?.refusal(), Some(714));
    Ok(())
}

fn a_job_given_up_waits_behind_the_others_unless_its_chip_was_begun(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    assert_eq!(office.give_up("nothing is open")?.require(409)?.refusal(), Some(743));
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    for reason in ["", " a ", &"a".repeat(201)] {
        assert_eq!(office.give_up(reason)?.require(422)?.refusal(), Some(742), "{reason:?}");
    }
    let path = "/v1/card-jobs/give-up";
    let reason = json!({ "reason": "the chip does not answer" });
    let given_up = office.station.post_once(path, "give-up-1", &reason)?.require(200)?.json();
    assert_eq!(given_up["state"], "waiting");
    assert_eq!(given_up["document_number"], office.card_of(SINGLE_WOMAN)?["document_number"]);
    assert_eq!(job.bind(1)?.refusal(), Some(712), "it is nobody's now");

    // The other job comes first; repeating the request gives the first answer again and takes no further job.
    let other = office.claim_of(SINGLE_MAN)?;
    assert_eq!(office.station.post_once(path, "give-up-1", &reason)?.require(200)?.json(), given_up);
    other.bind(1)?.require(200)?;
    let nonces = other.nonces()?;
    let certificates = other.certificates(1)?;
    let pki = Pki::of(&office.town)?;
    let files = in_files(&pki, &certificates)?;
    let spoilt = office.give_up("the chip was bent")?.require(200)?.json();
    assert_eq!(spoilt["state"], "spoiled");
    assert_eq!(office.card_of(SINGLE_MAN)?["state"], "revoked");
    are_revoked(&office.town, &pki, &files, "cessationOfOperation")?;
    other.gets_nothing(1, &nonces, 725)?;

    // The first job comes again, and the very same request binds its chip; the spoilt chip belongs to no job.
    let job = office.claim_of(SINGLE_WOMAN)?;
    assert_eq!(job.bind(1)?.refusal(), Some(721));
    job.bind(2)?.require(200)?;
    office.give_up("another chip, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(2)?.require(200)?;
    job.certificates(2)?;
    job.files()?.require(200)?;
    report(&office.town.installation).map(drop)
}

fn the_card_office_gives_a_job_up_on_its_page(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    let path = format!("/cards/{}/give-up", job.id);
    let page = window.page("/cards")?;
    assert_eq!(page.matches("/give-up\"").count(), 1, "only the job that a station has: {page}");
    assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
    let refused = window.send(&path, &[("reason", "")])?;
    assert!(refused.require(422)?.text().contains("№ 742"), "{}", refused.text());
    let stranger = Window::open(&office.town, &office.town.cast.registrar)?;
    stranger.send(&path, &[("reason", "not mine")])?.require(403)?;
    let cast = &office.town.cast;
    let next_door = &cast.neighbour_office;
    let neighbour =
        office.town.installation.appoint(cast, next_door, "Card officer next door", "card_officer")?;
    let neighbour = Window::open(&office.town, &neighbour)?;
    assert!(neighbour.send(&path, &[("reason", "not mine")])?.require(403)?.text().contains("№ 713"));

    window.send(&path, &[("reason", "уншигч эвдэрсэн")])?.require(303)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "waiting");
    assert!(window.page("/cards")?.contains("уншигч эвдэрсэн"));
    assert!(window.send(&path, &[("reason", "уншигч эвдэрсэн")])?.require(409)?.text().contains("№ 743"));
    // The chip that was begun is spoilt.
    let job = office.claim_of(SINGLE_MAN)?;
    job.bind(1)?.require(200)?;
    job.certificates(1)?;
    window.send(&format!("/cards/{}/give-up", job.id), &[("reason", "чип гэмтсэн")])?.require(303)?;
    assert_eq!(office.card_of(SINGLE_MAN)?["state"], "revoked");
    assert!(window.page("/cards")?.contains("чип гэмтсэн"));
    office.claim_of(SINGLE_WOMAN).map(drop)
}
