//! Revocation: what OpenSSL learns about a certificate over OCSP before and after the entry that ends it.

pub(crate) mod planted;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Reply;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::run;
use registry_tests::kit::proof::{holds_on_the_other_engine, verified};
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN, Town, declare, enter, enter_by_two, open_record};
use registry_tests::on_both_engines;
use serde_json::json;

use crate::cards::{Desk, PIN};
use crate::robustness::reload::wait_for;
use planted::personalised_card;

on_both_engines!(
    openssl_hears_of_a_revocation_with_the_next_answer,
    what_cannot_be_answered_is_said_in_an_ocsp_answer,
    cards_of_two_issuing_authorities_are_good_and_end_each_by_its_own_list_and_answers,
    an_entry_with_nonsense_for_serial_numbers_spoils_no_list_and_is_annulled,
    a_serial_revoked_twice_and_a_day_that_lies_ahead_spoil_no_list,
);

/// `OCSPResponse` without a signature: `malformedRequest` and `unauthorized`.
const MALFORMED: &[u8] = &[0x30, 0x03, 0x0a, 0x01, 0x01];
const UNAUTHORIZED: &[u8] = &[0x30, 0x03, 0x0a, 0x01, 0x06];

/// The eID branch as an office has it, in files that OpenSSL reads.
pub(super) struct Pki {
    folder: PathBuf,
    /// The first part of the names of the issuing authority's public files.
    issuer: &'static str,
}

impl Pki {
    pub(super) fn of(town: &Town) -> anyhow::Result<Pki> {
        Pki::under(town, "issuing-ca")
    }

    fn under(town: &Town, issuer: &'static str) -> anyhow::Result<Pki> {
        let folder = town.installation.folder().join(format!("asked-{issuer}"));
        fs::create_dir_all(&folder)?;
        for name in ["eid-root", issuer, "csca"] {
            let der = town.service.console().get(&format!("/pki/{name}.cer"))?;
            fs::write(folder.join("der"), &der.require(200)?.body)?;
            let pem =
                run(Command::new("openssl").args(["x509", "-inform", "DER", "-in"]).arg(folder.join("der")))?;
            fs::write(folder.join(format!("{name}.pem")), pem.stdout)?;
        }
        let [root, issuing] = ["eid-root", issuer].map(|name| fs::read(folder.join(format!("{name}.pem"))));
        fs::write(folder.join("chain.pem"), [root?, issuing?].concat())?;
        Ok(Pki { folder, issuer })
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// An OpenSSL command that asks an issuer's responder about a certificate.
    fn openssl(&self, certificate: &Path) -> Command {
        let mut ocsp = Command::new("openssl");
        ocsp.args(["ocsp", "-issuer"]).arg(self.file(&format!("{}.pem", self.issuer)));
        ocsp.arg("-cert").arg(certificate);
        ocsp
    }

    /// What it learns about a serial of this authority.
    fn ask_by_serial(&self, town: &Town, serial: &str) -> anyhow::Result<String> {
        let mut ocsp = Command::new("openssl");
        ocsp.args(["ocsp", "-issuer"])
            .arg(self.file(&format!("{}.pem", self.issuer)))
            .args(["-serial", serial]);
        let url = format!("{}/pki/ocsp", town.service.console().base());
        let heard = said(&ocsp.args(["-url", &url, "-CAfile"]).arg(self.file("chain.pem")).output()?)?;
        ensure!(heard.contains("Response verify OK"), "{heard}");
        Ok(heard)
    }

    /// Its verdict on a certificate by the lists of its issuer and of the root, fetched now.
    pub(super) fn by_lists(&self, town: &Town, certificate: &Path) -> anyhow::Result<String> {
        let mut verify = Command::new("openssl");
        verify.args(["verify", "-x509_strict", "-crl_check_all", "-CAfile"]).arg(self.file("eid-root.pem"));
        verify.arg("-untrusted").arg(self.file(&format!("{}.pem", self.issuer)));
        for name in [self.issuer, "eid-root"] {
            let list = self.file(&format!("{name}.crl"));
            fs::write(&list, &town.service.console().get(&format!("/pki/{name}.crl"))?.require(200)?.body)?;
            verify.arg("-CRLfile").arg(list);
        }
        said(&verify.arg(certificate).output()?)
    }

    /// The certificate in the reader's card, as a file; it must point to this authority's list and
    /// certificate.
    fn card_of(&self, desk: &Desk, name: &str) -> anyhow::Result<PathBuf> {
        let card = self.file(name);
        fs::write(&card, desk.certificate()?)?;
        let text =
            said(&Command::new("openssl").args(["x509", "-noout", "-text", "-in"]).arg(&card).output()?)?;
        for end in ["crl", "cer"] {
            let address = format!("/pki/{}.{end}\n", self.issuer);
            ensure!(text.contains(&address), "not {address:?}: {text}");
        }
        Ok(card)
    }

    /// The answer over HTTP from the address in the certificate; the chain in `anchors` is trusted.
    pub(super) fn ask(&self, certificate: &Path, anchors: &str) -> anyhow::Result<String> {
        let told =
            run(Command::new("openssl").args(["x509", "-noout", "-ocsp_uri", "-in"]).arg(certificate))?;
        let url = String::from_utf8(told.stdout)?.trim().to_owned();
        ensure!(url.ends_with("/pki/ocsp"), "the certificate says: {url}");
        let mut ocsp = self.openssl(certificate);
        said(&ocsp.args(["-url", &url, "-CAfile"]).arg(self.file(anchors)).output()?)
    }
}

fn said(output: &Output) -> anyhow::Result<String> {
    Ok(String::from_utf8([output.stdout.as_slice(), &output.stderr].concat())?)
}

fn post(town: &Town, kind: &str, body: &[u8]) -> anyhow::Result<Reply> {
    let method = ureq::http::Method::POST;
    town.service.console().send(method, "/pki/ocsp", &[("Content-Type", kind)], body.to_vec())
}

fn openssl_hears_of_a_revocation_with_the_next_answer(engine: Engine) -> anyhow::Result<()> {
    let desk = Desk::open(engine, SINGLE_MAN)?;
    desk.write()?;
    let pki = Pki::of(&desk.town)?;
    let card = pki.file("card.pem");
    fs::write(&card, desk.certificate()?)?;
    let heard = pki.ask(&card, "chain.pem")?;
    assert!(heard.contains("Response verify OK") && heard.contains("card.pem: good"), "{heard}");
    let misled = pki.ask(&card, "csca.pem")?;
    assert!(misled.contains("Response Verify Failure"), "another State's root: {misled}");

    // By GET, which caches prefer: the same certificate, without a nonce.
    run(pki.openssl(&card).args(["-no_nonce", "-reqout"]).arg(pki.file("request")))?;
    let asked = STANDARD.encode(fs::read(pki.file("request"))?);
    let path = asked.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let reply = desk.town.service.console().get(&format!("/pki/ocsp/{path}"))?;
    assert_eq!(reply.require(200)?.header("Content-Type"), Some("application/ocsp-response"));
    assert_eq!(reply.header("Cache-Control"), Some("public, max-age=30"));
    fs::write(pki.file("response"), &reply.body)?;
    let mut read = pki.openssl(&card);
    read.arg("-respin").arg(pki.file("response")).arg("-CAfile").arg(pki.file("chain.pem"));
    let heard = said(&read.output()?)?;
    assert!(heard.contains("Response verify OK") && heard.contains("card.pem: good"), "{heard}");

    // The signer of digital credentials points its readers to the same responder.
    let signers = desk.town.service.console().get("/pki/credential-signers.pem")?;
    fs::write(pki.file("signer.pem"), &signers.require(200)?.body)?;
    let heard = pki.ask(&pki.file("signer.pem"), "chain.pem")?;
    assert!(heard.contains("Response verify OK") && heard.contains("signer.pem: good"), "{heard}");

    desk.lose(SINGLE_MAN)?;
    let heard = pki.ask(&card, "chain.pem")?;
    assert!(heard.contains("card.pem: revoked") && heard.contains("Reason: keyCompromise"), "{heard}");
    assert!(heard.contains("Response verify OK"), "{heard}");
    Ok(())
}

fn cards_of_two_issuing_authorities_are_good_and_end_each_by_its_own_list_and_answers(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut desk = Desk::open(engine, SINGLE_MAN)?;
    desk.write()?;
    let first = Pki::of(&desk.town)?;
    let old_card = first.card_of(&desk, "card.pem")?;

    let renewed = desk.town.installation.renew_authorities(Some(9200))?;
    ensure!(renewed.contains("issuing-ca-2"), "{renewed}");
    assert_eq!(desk.town.service.console().get("/pki/issuing-ca-2.cer")?.status, 404, "until it starts anew");
    desk.town.restart()?;
    desk.apply_for(SINGLE_WOMAN, "second.json")?;
    let transport_pin = desk.write()?;
    let second = Pki::under(&desk.town, "issuing-ca-2")?;
    let new_card = second.card_of(&desk, "card.pem")?;
    desk.change_pin(&transport_pin)?;
    desk.activate(None)?.result()?;
    desk.inspect(PIN)?.result()?;

    let heard = |pki: &Pki, card: &Path, status: &str| {
        let heard = pki.ask(card, "chain.pem")?;
        ensure!(heard.contains("Response verify OK") && heard.contains(status), "not {status}: {heard}");
        anyhow::Ok(())
    };
    for (pki, card) in [(&first, &old_card), (&second, &new_card)] {
        heard(pki, card, "card.pem: good")?;
        let listed = pki.by_lists(&desk.town, card)?;
        ensure!(listed.contains("card.pem: OK"), "{listed}");
    }
    // Neither authority knows a serial number of the other: each answers only for what it issued.
    let serial =
        said(&Command::new("openssl").args(["x509", "-noout", "-serial", "-in"]).arg(&old_card).output()?)?;
    let serial = serial.trim().replace("serial=", "0x");
    let heard_of = |pki: &Pki| pki.ask_by_serial(&desk.town, &serial);
    ensure!(heard_of(&second)?.contains(&format!("{serial}: unknown")), "{}", heard_of(&second)?);
    ensure!(heard_of(&first)?.contains(&format!("{serial}: good")), "{}", heard_of(&first)?);

    // The authority that is followed, and no other, reports what is revoked from now on.
    desk.lose(SINGLE_MAN)?;
    heard(&first, &old_card, "card.pem: revoked")?;
    let listed = first.by_lists(&desk.town, &old_card)?;
    ensure!(listed.contains("certificate revoked"), "{listed}");
    heard(&second, &new_card, "card.pem: good")?;
    let listed = second.by_lists(&desk.town, &new_card)?;
    ensure!(listed.contains("card.pem: OK"), "{listed}");

    // The record equals its fold from the ledger, with the names of the authorities in it.
    desk.town.installation.registry(&["verify"])?;
    let named = "SELECT count(DISTINCT authority_key_identifier) FROM certificate";
    assert_eq!(Database::of(&desk.town.installation).ask(named)?, "2");
    desk.lose(SINGLE_WOMAN)?;
    heard(&second, &new_card, "card.pem: revoked")
}

fn an_entry_with_nonsense_for_serial_numbers_spoils_no_list_and_is_annulled(
    engine: Engine,
) -> anyhow::Result<()> {
    // A genuine card that is revoked, and a card of somebody else whose entry says nonsense and names a
    // signer of the service.
    let mut desk = Desk::open(engine, SINGLE_WOMAN)?;
    desk.write()?;
    let pki = Pki::of(&desk.town)?;
    let genuine = pki.file("card.pem");
    fs::write(&genuine, desk.certificate()?)?;
    desk.lose(SINGLE_WOMAN)?;
    desk.apply_for(SINGLE_MAN, "second.json")?;
    let database = Database::of(&desk.town.installation);
    let responder = database.ask(
        "SELECT max(serial) FROM service_intent WHERE purpose = 'ocsp_responder' AND intent_state = 'issued'",
    )?;
    let wrong = personalised_card(&mut desk.town, SINGLE_MAN.number, ["nothex zz", &responder])?;
    desk.registrar = desk.town.officer(&desk.town.cast.registrar)?;
    desk.lose(SINGLE_MAN)?;

    let health =
        |town: &Town| Ok::<_, anyhow::Error>(town.service.console().get("/readyz")?.require(200)?.text());
    let in_order = |town: &Town| -> anyhow::Result<()> {
        let listed = pki.by_lists(town, &genuine)?;
        ensure!(listed.contains("certificate revoked"), "the genuine one is on the list: {listed}");
        let list = pki.file("issuing-ca.crl");
        let list =
            said(&Command::new("openssl").args(["crl", "-noout", "-text", "-in"]).arg(list).output()?)?;
        ensure!(!list.contains(&responder.to_uppercase()), "the responder is on the list: {list}");
        ensure!(
            list.matches("Serial Number:").count() == 2,
            "the two certificates of the genuine card: {list}"
        );
        town.installation.stranger()?.get("/v1/trust")?.require(200)?;
        let heard = pki.ask_by_serial(town, &format!("0x{responder}"))?;
        ensure!(heard.to_lowercase().contains(&format!("{responder}: good")), "{heard}");
        ensure!(pki.ask(&genuine, "chain.pem")?.contains("card.pem: revoked"));
        Ok(())
    };
    in_order(&desk.town)?;
    let told = health(&desk.town)?;
    for words in
        ["the authentication certificate of card", "cannot be read", "that of a signer of the service"]
    {
        ensure!(told.contains(words), "health does not say {words:?}: {told}");
    }
    ensure!(!told.contains("zz"), "nobody is told what was typed: {told}");
    let log = fs::read_to_string(desk.town.service.log_file())?;
    ensure!(log.matches("is left off the list").count() == 2 && !log.contains("nothex"), "{log}");
    // After a restart the health check reports it before anybody asks for a list.
    desk.town.restart()?;
    wait_for("health to tell", || Ok(health(&desk.town)?.contains("cannot be read")))?;
    verified(&desk.town.installation)?;

    // Two officers annul the entry of what never happened; the card stays revoked. An entry of a card that
    // was really written and certified cannot be annulled.
    desk.registrar = desk.town.officer(&desk.town.cast.registrar)?;
    let approver = desk.town.officer(&desk.town.cast.approver)?;
    let annulment = |act: &str| json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Картыг бичээгүй" });
    let acts = open_record(&desk.registrar, SINGLE_WOMAN.number, "looking")?["acts"].clone();
    let written = acts.as_array().into_iter().flatten().find(|act| act["kind"] == "card_personalised");
    let written = written.and_then(|act| act["number"].as_str()).context("the card was written")?;
    let refused = declare(&desk.registrar, "annulment", &annulment(written))?;
    assert_eq!(refused.require(422)?.refusal(), Some(1405));
    enter_by_two(&desk.registrar, &approver, "annulment", &annulment(&wrong))?;
    let record = open_record(&desk.registrar, SINGLE_MAN.number, "looking")?;
    assert_eq!(record["cards"][0]["state"], "revoked");
    ensure!(!record["acts"].to_string().contains(&wrong), "{record}");
    in_order(&desk.town)?;
    assert_eq!(health(&desk.town)?, "ready\n");
    let Town { service, mut installation, cast: _ } = desk.town;
    service.stop()?;
    holds_on_the_other_engine(&mut installation, engine)
}

fn a_serial_revoked_twice_and_a_day_that_lies_ahead_spoil_no_list(engine: Engine) -> anyhow::Result<()> {
    let desk = Desk::open(engine, SINGLE_WOMAN)?;
    desk.write()?;
    let pki = Pki::of(&desk.town)?;
    let card = pki.file("card.pem");
    fs::write(&card, desk.certificate()?)?;
    let database = Database::of(&desk.town.installation);
    // Beside the intents of a good card too, as an earlier version revoked them by mistake; no list is made
    // before that.
    database.execute(
        "UPDATE credential_intent SET revoked_on = '2026-01-05', revocation_reason = 'personalisation_failed' \
         WHERE slot <> 'sod'",
    )?;
    desk.lose(SINGLE_WOMAN)?;
    let list = |town: &Town| -> anyhow::Result<String> {
        ensure!(pki.by_lists(town, &card)?.contains("certificate revoked"));
        let list = pki.file("issuing-ca.crl");
        said(&Command::new("openssl").args(["crl", "-noout", "-text", "-in"]).arg(list).output()?)
    };
    let made = list(&desk.town)?;
    assert_eq!(made.matches("Serial Number:").count(), 2, "{made}");
    assert_eq!(made.matches("Revocation Date: Jan  4 16:00:00 2026 GMT").count(), 2, "the earliest: {made}");
    assert!(pki.ask(&card, "chain.pem")?.contains("card.pem: revoked"));

    // A day that lies in the future for a clock that is behind: the certificate is revoked from now on
    // nevertheless, and the verification names it.
    let ahead = "UPDATE credential_intent SET revoked_on = '2999-01-05' WHERE slot = '9c'";
    database.execute(ahead)?;
    database.execute("UPDATE certificate SET revoked_on = '2999-01-05' WHERE slot = 'signature'")?;
    let mut desk = desk;
    desk.town.restart()?;
    let made = list(&desk.town)?;
    assert_eq!(made.matches("Serial Number:").count(), 2, "{made}");
    assert!(!made.contains("2999"), "{made}");
    let serial = database.ask("SELECT serial FROM certificate WHERE slot = 'signature'")?;
    let heard = pki.ask_by_serial(&desk.town, &format!("0x{}", serial.trim()))?;
    ensure!(heard.contains(": revoked") && !heard.contains("2999"), "{heard}");
    let health = desk.town.service.console().get("/readyz")?.require(200)?.text();
    ensure!(
        health.contains("the signature certificate of card") && health.contains("lies ahead"),
        "{health}"
    );
    Ok(())
}

#[test]
fn a_death_ends_the_certificates_with_its_entry() -> anyhow::Result<()> {
    let desk = Desk::open(Engine::Sqlite, SINGLE_WOMAN)?;
    desk.write()?;
    let pki = Pki::of(&desk.town)?;
    let card = pki.file("card.pem");
    fs::write(&card, desk.certificate()?)?;
    assert!(pki.ask(&card, "chain.pem")?.contains("card.pem: good"));
    let death = json!({
        "person": SINGLE_WOMAN.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
    });
    enter(&desk.registrar, "death", &death)?;
    let heard = pki.ask(&card, "chain.pem")?;
    assert!(heard.contains("card.pem: revoked") && heard.contains("cessationOfOperation"), "{heard}");
    Ok(())
}

fn what_cannot_be_answered_is_said_in_an_ocsp_answer(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let pki = Pki::of(&town)?;
    let ours = "application/ocsp-request";
    for (kind, body) in [(ours, b"what".to_vec()), (ours, vec![0x30; 5000]), ("text/plain", b"what".to_vec())]
    {
        let reply = post(&town, kind, &body)?;
        assert_eq!((reply.status, reply.body.as_slice()), (200, MALFORMED));
    }
    assert_eq!(town.service.console().get("/pki/ocsp/%%%")?.body, MALFORMED);
    // The issuing authority's own certificate comes from the root, so we do not answer for it.
    let mut ocsp = Command::new("openssl");
    ocsp.args(["ocsp", "-issuer"]).arg(pki.file("eid-root.pem")).arg("-cert").arg(pki.file("issuing-ca.pem"));
    run(ocsp.arg("-reqout").arg(pki.file("request")))?;
    assert_eq!(post(&town, ours, &fs::read(pki.file("request"))?)?.body, UNAUTHORIZED);
    // A serial number that we never issued is unknown, and the answer is signed.
    let heard = pki.ask_by_serial(&town, "1234567890")?;
    assert!(heard.contains("1234567890: unknown"), "{heard}");
    Ok(())
}
