//! Revocation: what OpenSSL hears of a certificate over OCSP before and after the entry that ends it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::ensure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Reply;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::run;
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN, Town, enter};
use registry_tests::on_both_engines;
use serde_json::json;

use crate::cards::Desk;

on_both_engines!(
    openssl_hears_of_a_revocation_with_the_next_answer,
    what_cannot_be_answered_is_said_in_an_ocsp_answer,
);

/// `OCSPResponse` without a signature: `malformedRequest` and `unauthorized`.
const MALFORMED: &[u8] = &[0x30, 0x03, 0x0a, 0x01, 0x01];
const UNAUTHORIZED: &[u8] = &[0x30, 0x03, 0x0a, 0x01, 0x06];

/// The eID branch of an office in files that OpenSSL reads.
struct Pki {
    folder: PathBuf,
}

impl Pki {
    fn of(town: &Town) -> anyhow::Result<Pki> {
        let folder = town.installation.folder().join("asked");
        fs::create_dir_all(&folder)?;
        for name in ["eid-root", "issuing-ca", "csca"] {
            let der = town.service.console().get(&format!("/pki/{name}.cer"))?;
            fs::write(folder.join("der"), &der.require(200)?.body)?;
            let pem =
                run(Command::new("openssl").args(["x509", "-inform", "DER", "-in"]).arg(folder.join("der")))?;
            fs::write(folder.join(format!("{name}.pem")), pem.stdout)?;
        }
        let chain = ["eid-root.pem", "issuing-ca.pem"].map(|name| fs::read(folder.join(name)));
        let [root, issuing] = chain;
        fs::write(folder.join("chain.pem"), [root?, issuing?].concat())?;
        Ok(Pki { folder })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// OpenSSL, asking about a certificate of an issuer.
    fn openssl(&self, certificate: &Path) -> Command {
        let mut ocsp = Command::new("openssl");
        ocsp.args(["ocsp", "-issuer"]).arg(self.file("issuing-ca.pem")).arg("-cert").arg(certificate);
        ocsp
    }

    /// What it hears over HTTP from the address in the certificate, believing the chain in `anchors`.
    fn ask(&self, certificate: &Path, anchors: &str) -> anyhow::Result<String> {
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

    // By GET, as caches like it: the same certificate, without a nonce.
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
    // The issuing authority itself is a certificate of the root: not ours to answer for.
    let mut ocsp = Command::new("openssl");
    ocsp.args(["ocsp", "-issuer"]).arg(pki.file("eid-root.pem")).arg("-cert").arg(pki.file("issuing-ca.pem"));
    run(ocsp.arg("-reqout").arg(pki.file("request")))?;
    assert_eq!(post(&town, ours, &fs::read(pki.file("request"))?)?.body, UNAUTHORIZED);
    // One that we never issued is unknown, and the answer is signed.
    let mut ocsp = Command::new("openssl");
    ocsp.args(["ocsp", "-issuer"]).arg(pki.file("issuing-ca.pem")).args(["-serial", "1234567890"]);
    let url = format!("{}/pki/ocsp", town.service.console().base());
    let heard = said(&ocsp.args(["-url", &url, "-CAfile"]).arg(pki.file("chain.pem")).output()?)?;
    assert!(heard.contains("Response verify OK") && heard.contains("1234567890: unknown"), "{heard}");
    Ok(())
}
