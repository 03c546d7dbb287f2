//! Cards through PC/SC: written, torn, activated, inspected, revoked, and seen by OpenSC, OpenSSL and
//! BouncyCastle.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::lab::{Card, Lab};
use registry_tests::kit::program::{run, workspace};
use registry_tests::kit::proof::verified;
use registry_tests::kit::tampering::{change_each_column, findings};
use registry_tests::kit::town::{
    Known, SINGLE_MAN, SINGLE_WOMAN, Town, apply_for_card, declare, enter, enter_by_two, open_record,
    register,
};
use registry_tests::on_both_engines;
use registry_tests::story::card_office::{CardOffice, KHOROO_STATION, Print, Purpose, Said, say};
use registry_tests::story::scene::print_of;
use serde_json::json;

pub(super) const PIN: &str = "730416";
const CARD: &str = "card.json";

on_both_engines!(
    a_card_is_accepted_only_between_activation_and_revocation,
    each_changed_value_of_a_card_and_its_certificates_is_found,
    an_annulled_activation_leaves_a_card_that_its_holder_activates_again,
);

/// A khoroo with an approved card, and a blank one in the reader of a station whose officer has signed in.
pub(super) struct Desk {
    pub(super) office: CardOffice,
    pub(super) town: Town,
    pub(super) registrar: Client,
    pub(super) print: Print,
}

impl Desk {
    pub(super) fn open(engine: Engine, holder: Known) -> anyhow::Result<Self> {
        let town = Town::open(engine)?;
        let registrar = town.officer(&town.cast.registrar)?;
        apply(&town, &registrar, holder)?;
        let mut office = CardOffice::open(&town.installation.folder().join("cards"))?;
        office.insert_blank(&town.installation, KHOROO_STATION, CARD)?;
        office.sign_in(&town.installation, KHOROO_STATION, &town.cast.card_officer)?.result()?;
        let print = print_of(&registrar, holder.number, holder.born_on)?;
        Ok(Desk { office, town, registrar, print })
    }

    /// The next citizen: the card in the reader is replaced by a blank one, whose memory has this name.
    pub(super) fn apply_for(&mut self, holder: Known, card: &str) -> anyhow::Result<()> {
        self.registrar = self.town.officer(&self.town.cast.registrar)?;
        apply(&self.town, &self.registrar, holder)?;
        self.office.lab.remove(KHOROO_STATION.slot)?;
        self.office.insert_blank(&self.town.installation, KHOROO_STATION, card)?;
        let officer = &self.town.cast.card_officer;
        self.office.sign_in(&self.town.installation, KHOROO_STATION, officer)?.result()?;
        self.print = print_of(&self.registrar, holder.number, holder.born_on)?;
        Ok(())
    }

    pub(super) fn write(&self) -> anyhow::Result<String> {
        self.office.personalise(&self.town.installation, KHOROO_STATION)?.result()?;
        self.office.tear_off_slip(KHOROO_STATION)
    }

    pub(super) fn activate(&self, old: Option<&str>) -> anyhow::Result<Said> {
        let number = &self.print.document_number;
        self.office.activate(&self.town.installation, KHOROO_STATION, number, old, PIN)
    }

    pub(super) fn inspect(&self, pin: &str) -> anyhow::Result<Said> {
        let cast = &self.town.cast;
        let purpose = Purpose { legal_basis: &cast.legal_basis, purpose: &cast.purpose };
        self.office.inspect(&self.town.installation, KHOROO_STATION, &self.print, pin, purpose)
    }

    /// A new folder with files of what the service publishes for those who check cards.
    fn anchors(&self) -> anyhow::Result<PathBuf> {
        let folder = self.office.file("pki");
        fs::create_dir_all(&folder)?;
        for name in
            ["eid-root.cer", "issuing-ca.cer", "csca.cer", "issuing-ca.crl", "eid-root.crl", "csca.crl"]
        {
            let reply = self.town.service.console().get(&format!("/pki/{name}"))?;
            fs::write(folder.join(name), &reply.require(200)?.body)?;
        }
        Ok(folder)
    }

    /// The authentication certificate, in PEM, as OpenSC reads it from the chip.
    pub(super) fn certificate(&self) -> anyhow::Result<Vec<u8>> {
        Ok(run(self.office.lab.command("pkcs15-tool").args(["--read-certificate", "01"]))?.stdout)
    }

    /// The only card of the holder is lost and revoked.
    pub(super) fn lose(&self, holder: Known) -> anyhow::Result<()> {
        let record = open_record(&self.registrar, holder.number, "лавлагаа")?;
        let lost =
            json!({ "person": holder.number, "card": record["cards"][0]["card_id"], "reason": "lost" });
        let officer = self.town.officer(&self.town.cast.card_officer)?;
        register(&officer, &declare(&officer, "card_revoked", &lost)?)?.require(200).map(drop)
    }

    /// The holder changes the PIN at home with OpenSC, without the office.
    pub(super) fn change_pin(&self, old: &str) -> anyhow::Result<()> {
        let mut change = self.office.lab.command("pkcs15-tool");
        change.args(["--change-pin", "--auth-id", "01", "--pin", old, "--new-pin", PIN]);
        run(&mut change).map(drop)
    }
}

fn apply(town: &Town, registrar: &Client, holder: Known) -> anyhow::Result<()> {
    let declared = apply_for_card(registrar, &town.card_application(holder.number))?;
    register(&town.officer(&town.cast.approver)?, &declared)?.require(200).map(drop)
}

fn a_card_is_accepted_only_between_activation_and_revocation(engine: Engine) -> anyhow::Result<()> {
    let desk = Desk::open(engine, SINGLE_MAN)?;
    let transport_pin = desk.write()?;
    desk.inspect(&transport_pin)?.refused(9029)?;
    desk.change_pin(&transport_pin)?;
    desk.inspect(PIN)?.refused(709)?;
    desk.activate(None)?.result()?;
    let found = desk.inspect(PIN)?;
    assert_eq!(found.result()?["active"], true);
    desk.lose(SINGLE_MAN)?;
    desk.inspect(PIN)?.refused(9026)
}

fn an_annulled_activation_leaves_a_card_that_its_holder_activates_again(
    engine: Engine,
) -> anyhow::Result<()> {
    let desk = Desk::open(engine, SINGLE_MAN)?;
    let transport_pin = desk.write()?;
    desk.activate(Some(&transport_pin))?.result()?;
    let record = || open_record(&desk.registrar, SINGLE_MAN.number, "лавлагаа");
    let acts = record()?["acts"].clone();
    let activated = acts.as_array().into_iter().flatten().find(|act| act["kind"] == "card_activated");
    let annulment = json!({
        "entry": activated.context("the card is in use")?["number"], "court": "Дүүргийн шүүх",
        "decision": "ШШ-12", "reason": "Эзэмшигч нь ирээгүй",
    });
    let approver = desk.town.officer(&desk.town.cast.approver)?;
    enter_by_two(&desk.registrar, &approver, "annulment", &annulment)?;
    assert_eq!(record()?["cards"][0]["state"], "personalised");
    desk.inspect(PIN)?.refused(709)?;
    desk.activate(None)?.result()?;
    assert_eq!(desk.inspect(PIN)?.result()?["active"], true);
    verified(&desk.town.installation).map(drop)
}

fn each_changed_value_of_a_card_and_its_certificates_is_found(engine: Engine) -> anyhow::Result<()> {
    let desk = Desk::open(engine, SINGLE_MAN)?;
    desk.write()?;
    desk.lose(SINGLE_MAN)?;
    let Town { service, installation, cast: _ } = desk.town;
    service.stop()?;
    let unguarded = Database::of(&installation).copy(&installation, "unguarded")?;
    unguarded.unguard()?;
    assert_eq!(findings(&installation, &unguarded), None, "nothing was changed yet");
    let outcome = change_each_column(&installation, &unguarded, &["card", "certificate"])?;
    assert_eq!(outcome.tried, 7 + 7);
    assert!(outcome.missed.is_empty(), "not named:\n{}", outcome.missed.join("\n"));
    // The verification must name the row of the change, not only its table.
    let copy = unguarded.copy(&installation, "serial")?;
    let serial = copy.ask("SELECT max(serial) FROM certificate")?;
    copy.execute(
        "UPDATE certificate SET revoked_on = NULL WHERE serial = (SELECT max(serial) FROM certificate)",
    )?;
    let found = findings(&installation, &copy).unwrap_or_default();
    assert!(found.contains(&format!("certificate {serial}: differs from the fold")), "{found}");
    Ok(())
}

#[test]
fn a_dead_holders_card_is_refused() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    let transport_pin = desk.write()?;
    desk.activate(Some(&transport_pin))?.result()?;
    let death = json!({
        "person": SINGLE_WOMAN.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
    });
    enter(&desk.registrar, "death", &death)?;
    desk.inspect(PIN)?.refused(9026)
}

#[test]
fn each_card_that_is_not_in_order_has_its_own_number() -> anyhow::Result<()> {
    let mut desk = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    let transport_pin = desk.write()?;
    desk.activate(Some(&transport_pin))?.result()?;
    desk.inspect("111111")?.refused(9019)?;
    let cast = desk.town.cast.clone();
    let installation = &desk.town.installation;
    let purpose = Purpose { legal_basis: &cast.legal_basis, purpose: "curiosity" };
    desk.office.inspect(installation, KHOROO_STATION, &desk.print, PIN, purpose)?.refused(801)?;
    let other = Print { birth: "800101".to_owned(), ..desk.print.clone() };
    let purpose = Purpose { legal_basis: &cast.legal_basis, purpose: &cast.purpose };
    desk.office.inspect(installation, KHOROO_STATION, &other, PIN, purpose)?.refused(9022)?;
    for (attack, state, number) in
        [("--flip-dg1", "changed.json", 9024), ("--replace-keys", "copied.json", 9027)]
    {
        desk.office.forge(CARD, attack, state)?;
        desk.office.exchange(KHOROO_STATION, state)?;
        desk.inspect(PIN)?.refused(number)?;
    }
    desk.office.exchange(KHOROO_STATION, CARD)?;
    desk.inspect(PIN)?.result().map(drop)
}

#[test]
fn who_shows_no_certificate_may_not_ask_about_a_card() -> anyhow::Result<()> {
    let town = Town::open(Engine::Sqlite)?;
    let reply = town.installation.stranger()?.post("/v1/card-checks", &json!({}))?;
    reply.require(401)?;
    assert_eq!(reply.refusal(), Some(206));
    Ok(())
}

#[test]
fn a_torn_card_is_gone_on_with_to_its_receipt() -> anyhow::Result<()> {
    let mut desk = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    let mut writer = desk.office.personalising(&desk.town.installation, KHOROO_STATION)?;
    let mut writer = writer.stdout(std::process::Stdio::piped()).spawn()?;
    wait("the journal", || journal(&desk.office.file("journal")).lines().count() >= 9)?;
    desk.office.lab.tear(KHOROO_STATION.slot)?;
    ensure!(!writer.wait()?.success(), "the card was written before it could be torn out");
    // vpcd does not always notice a card that comes back after one that was killed in the middle of an
    // answer: the reader is plugged in anew.
    desk.office.lab = Lab::start()?;
    let slot = KHOROO_STATION.slot;
    let state = desk.office.file(CARD);
    desk.office.lab.insert(slot, &state, Card::Saved)?;
    let transport_pin = desk.write()?;
    desk.activate(Some(&transport_pin))?.result()?;
    desk.inspect(PIN)?.result().map(drop)
}

/// What the writer reported about the jobs that it passed over.
fn passed_over(said: &Said) -> Vec<u64> {
    let told = said.0["passed_over"].as_array().into_iter().flatten();
    told.filter_map(|told| told["number"].as_u64()).collect()
}

impl Desk {
    fn dies(&self, holder: Known) -> anyhow::Result<()> {
        let death = json!({
            "person": holder.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
        });
        enter(&self.registrar, "death", &death).map(drop)
    }

    fn personalise(&self) -> anyhow::Result<Said> {
        self.office.personalise(&self.town.installation, KHOROO_STATION)
    }
}

#[test]
fn the_writer_says_that_a_card_ended_and_writes_the_next_one_on_the_same_blank() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    apply(&desk.town, &desk.registrar, SINGLE_MAN)?;
    let station = desk.town.officer_at("station", &desk.town.cast.card_officer)?;
    station.post("/v1/card-jobs/claim", &json!({}))?.require(200)?;
    desk.dies(SINGLE_WOMAN)?;
    let said = desk.personalise()?;
    assert_eq!(passed_over(&said), [735], "{}", said.0);
    assert!(said.0["passed_over"][0]["title"].to_string().contains(&desk.print.document_number));
    let next = print_of(&desk.registrar, SINGLE_MAN.number, SINGLE_MAN.born_on)?;
    assert_eq!(said.result()?["document_number"], next.document_number.as_str());
    Ok(())
}

#[test]
fn a_card_that_was_begun_is_left_when_its_holder_dies_and_the_next_blank_becomes_the_next_card()
-> anyhow::Result<()> {
    let mut desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    apply(&desk.town, &desk.registrar, SINGLE_MAN)?;
    let mut writer = desk.office.personalising(&desk.town.installation, KHOROO_STATION)?;
    let mut writer = writer.stdout(std::process::Stdio::piped()).spawn()?;
    wait("the journal", || journal(&desk.office.file("journal")).lines().count() >= 9)?;
    desk.office.lab.tear(KHOROO_STATION.slot)?;
    ensure!(!writer.wait()?.success(), "the card was written before it could be torn out");
    desk.dies(SINGLE_WOMAN)?;
    desk.office.lab = Lab::start()?;
    let state = desk.office.file(CARD);
    desk.office.lab.insert(KHOROO_STATION.slot, &state, Card::Saved)?;
    // The begun chip is nobody's any more: the writer says so before it binds it, and the next job waits for
    // another one.
    let said = desk.personalise()?;
    said.refused(9039)?;
    assert_eq!(passed_over(&said), [735], "{}", said.0);
    assert!(!desk.office.slip(KHOROO_STATION).exists(), "a PIN was printed for a card of the dead");
    desk.office.lab.remove(KHOROO_STATION.slot)?;
    desk.office.insert_blank(&desk.town.installation, KHOROO_STATION, "next.json")?;
    let said = desk.personalise()?;
    let next = print_of(&desk.registrar, SINGLE_MAN.number, SINGLE_MAN.born_on)?;
    assert_eq!(said.result()?["document_number"], next.document_number.as_str());
    assert_eq!(passed_over(&said), [0; 0]);
    Ok(())
}

#[test]
fn the_writer_gives_up_the_job_that_its_station_has_open() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    apply(&desk.town, &desk.registrar, SINGLE_MAN)?;
    let give_up = |reason: &str| desk.office.give_up(&desk.town.installation, KHOROO_STATION, reason);
    give_up("nothing is open")?.refused(743)?;
    let station = desk.town.officer_at("station", &desk.town.cast.card_officer)?;
    station.post("/v1/card-jobs/claim", &json!({}))?.require(200)?;
    give_up("-")?.refused(742)?;
    let given_up = give_up("the printer is out of paper")?;
    assert_eq!(given_up.result()?["state"], "waiting");
    assert_eq!(given_up.result()?["document_number"], desk.print.document_number.as_str());
    let next = print_of(&desk.registrar, SINGLE_MAN.number, SINGLE_MAN.born_on)?;
    assert_eq!(desk.personalise()?.result()?["document_number"], next.document_number.as_str());
    Ok(())
}

#[test]
fn the_transport_pin_is_on_the_slip_and_nowhere_else() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    let installation = &desk.town.installation;
    say(&mut desk.office.personalising(installation, KHOROO_STATION)?)?.result()?;
    let slip = fs::read_to_string(desk.office.slip(KHOROO_STATION))?;
    let pin = desk.office.tear_off_slip(KHOROO_STATION)?;
    assert_eq!(slip.matches(&pin).count(), 1);
    let (_, puk) = slip.lines().find_map(|line| line.split_once("PUK: ")).context("no PUK")?;
    assert!(has_word(slip.as_bytes(), &pin) && has_word(slip.as_bytes(), puk));
    desk.activate(Some(&pin))?.result()?;
    let database = installation.folder().join("register.db");
    for secret in [pin.as_str(), puk, PIN] {
        assert!(!has_word(journal(&desk.office.file("journal")).as_bytes(), secret), "in the journal");
        assert!(!has_word(&fs::read(desk.town.service.log_file())?, secret), "in the service's log");
        assert!(
            !has_word(desk.office.lab.card_log(KHOROO_STATION.slot).as_bytes(), secret),
            "in the card's log"
        );
        for suffix in ["", "-wal"] {
            let file = fs::read(format!("{}{suffix}", database.display())).unwrap_or_default();
            assert!(!has_word(&file, secret), "in the database{suffix}");
        }
    }
    Ok(())
}

#[test]
fn opensc_sees_a_piv_card_and_openssl_accepts_its_certificate() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    desk.write()?;
    let named = run(desk.office.lab.command("opensc-tool").arg("--name"))?;
    assert!(String::from_utf8_lossy(&named.stdout).contains("Personal Identity"), "{named:?}");
    let folder = desk.anchors()?;
    fs::write(folder.join("card.pem"), desk.certificate()?)?;
    for name in ["eid-root.cer", "issuing-ca.cer", "issuing-ca.crl", "eid-root.crl"] {
        let kind = if name.ends_with("crl") { "crl" } else { "x509" };
        let pem = run(Command::new("openssl").args([kind, "-inform", "DER", "-in"]).arg(folder.join(name)))?;
        fs::write(folder.join(format!("{name}.pem")), pem.stdout)?;
    }
    verify(&folder)?;
    // An expired list does not count as a list: the check must be able to fail.
    let mut late = openssl_verify(&folder);
    ensure!(!late.args(["-attime", "4102444800"]).arg(folder.join("card.pem")).output()?.status.success());
    Ok(())
}

#[test]
fn bouncycastle_accepts_the_document_as_read_from_the_card_and_refuses_each_changed_byte()
-> anyhow::Result<()> {
    let mut desk = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    desk.write()?;
    let anchors = desk.anchors()?;
    let kept = desk.office.file("kept");
    desk.office.keep(KHOROO_STATION, &desk.print, &anchors, &kept)?.result()?;
    assert_eq!(check_document(&kept, &anchors)?, "accepted");
    for name in ["EF.SOD", "EF.DG1", "EF.DG2", "EF.DG11"] {
        let genuine = fs::read(kept.join(name))?;
        let mut changed = genuine.clone();
        // A byte in the middle is changed: in the SOD it belongs to a hash, in a data group to its content.
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(kept.join(name), changed)?;
        let said = check_document(&kept, &anchors)?;
        assert!(said.starts_with("refused: "), "{name}: {said}");
        fs::write(kept.join(name), genuine)?;
    }
    assert_eq!(check_document(&kept, &anchors)?, "accepted");

    // Both refuse a card on which it was changed, and still keep the files that it shows.
    desk.office.forge(CARD, "--flip-dg1", "changed.json")?;
    desk.office.exchange(KHOROO_STATION, "changed.json")?;
    let kept = desk.office.file("kept-changed");
    desk.office.keep(KHOROO_STATION, &desk.print, &anchors, &kept)?.refused(9024)?;
    assert_eq!(check_document(&kept, &anchors)?, "refused: data group 1");
    Ok(())
}

#[test]
fn a_card_with_its_portrait_in_the_form_of_2030_is_written_and_accepted() -> anyhow::Result<()> {
    let mut desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    desk.town.installation.settings.more = "[cards]\nface = \"iso-39794-5\"\n".to_owned();
    desk.town.installation.write_settings()?;
    desk.town.restart()?;
    desk.write()?;
    let (anchors, kept) = (desk.anchors()?, desk.office.file("kept"));
    desk.office.keep(KHOROO_STATION, &desk.print, &anchors, &kept)?.result()?;
    let portrait = fs::read(kept.join("EF.DG2"))?;
    // ISO/IEC JTC 1/SC 37, face image in the extensible form; then its block.
    let form = [0x87, 0x02, 0x01, 0x01, 0x88, 0x02, 0x00, 0x2a, 0x7f, 0x2e];
    assert!(portrait.windows(form.len()).any(|window| window == form), "another form");
    assert_eq!(check_document(&kept, &anchors)?, "accepted");
    Ok(())
}

/// The verdict of BouncyCastle on the files in `kept`: `accepted`, or `refused` and why.
fn check_document(kept: &Path, anchors: &Path) -> anyhow::Result<String> {
    const JARS: &str = "/usr/share/java/bcprov.jar:/usr/share/java/bcpkix.jar:/usr/share/java/bcutil.jar";
    let mut java = Command::new("java");
    java.args(["-cp", JARS]).arg(workspace().join("tests/peers/issuance/CheckDocument.java"));
    java.arg(kept.join("EF.SOD")).arg(anchors.join("csca.cer")).arg(anchors.join("csca.crl"));
    for (number, name) in [("1", "EF.DG1"), ("2", "EF.DG2"), ("11", "EF.DG11")] {
        java.arg(format!("{number}={}", kept.join(name).display()));
    }
    let output = java.output().context("java, of Debian's default-jre-headless")?;
    let said = String::from_utf8(output.stdout)?.trim().to_owned();
    let is_accepted = said == "accepted";
    ensure!(is_accepted || said.starts_with("refused: "), "{}", String::from_utf8_lossy(&output.stderr));
    ensure!(is_accepted == output.status.success(), "said {said}, but ended with {}", output.status);
    Ok(said)
}

fn verify(folder: &Path) -> anyhow::Result<()> {
    run(openssl_verify(folder).arg(folder.join("card.pem"))).map(drop)
}

fn openssl_verify(folder: &Path) -> Command {
    let mut verify = Command::new("openssl");
    verify.args(["verify", "-x509_strict", "-crl_check_all", "-CAfile"]).arg(folder.join("eid-root.cer.pem"));
    verify.arg("-untrusted").arg(folder.join("issuing-ca.cer.pem"));
    for list in ["issuing-ca.crl.pem", "eid-root.crl.pem"] {
        verify.arg("-CRLfile").arg(folder.join(list));
    }
    verify
}

fn journal(folder: &Path) -> String {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect()
}

/// Whether the text stands there between other things than letters and digits: six digits of a hash are no
/// PIN.
fn has_word(bytes: &[u8], word: &str) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    bytes.windows(word.len()).enumerate().any(|(at, window)| {
        window == word.as_bytes()
            && is_edge(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && is_edge(bytes.get(at + word.len()))
    })
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        ensure!(Instant::now() < deadline, "waited for {what} in vain");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
