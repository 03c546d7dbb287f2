//! Digital credentials in a wallet and as a code on paper, checked as a reader checks them, until the card or
//! an officer ends them.

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use issuance::credential::qr::{self, Identity};
use issuance::credential::sd_jwt::{self, PidClaims};
use issuance::credential::{CredentialError, CredentialTrust, SignerPath};
use issuance::revocation::crl::Crl;
use issuance::status_list::{Status, VerifiedStatusList, verify_cwt, verify_jwt};
use issuance::{Algorithm, Certificate, Signer as _, SoftwareSigner};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{SINGLE_WOMAN, Town, declare, enter, open_record, register};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::cards::{Desk, PIN};

registry_tests::on_both_engines! {
    a_wallet_gets_a_credential_that_is_good_until_the_card_is_lost,
    a_code_on_paper_says_who_it_is_and_ends_when_an_officer_says_so,
    a_wallet_without_its_key_or_with_anothers_gets_nothing,
    a_request_that_comes_again_ends_what_it_got_before,
    a_suspended_card_suspends_all_that_hangs_on_it_until_the_suspension_ends,
}

/// A wallet's key, which signs the JWT that proves it.
pub(super) struct Wallet(SoftwareSigner);

impl Wallet {
    pub(super) fn new(seed: u64) -> anyhow::Result<Wallet> {
        let mut rng = StdRng::seed_from_u64(seed);
        Ok(Wallet(SoftwareSigner::generate(Algorithm::Ed25519, &mut rng)?))
    }

    fn proof(&self, request: &Value) -> anyhow::Result<String> {
        let jwk = json!({
            "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.0.public_key().to_bits()),
        });
        let header = json!({ "alg": "EdDSA", "typ": "openid4vci-proof+jwt", "jwk": jwk });
        let claims = json!({ "aud": request["issuer"], "nonce": request["nonce"], "iat": now().timestamp() });
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let input = format!("{header}.{claims}");
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(self.0.sign(input.as_bytes())?)))
    }
}

#[expect(clippy::disallowed_methods, reason = "a reader goes by its own clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A reader, which has only what the service publishes.
pub(super) struct Reader<'a>(pub(super) &'a Town);

impl Reader<'_> {
    fn public(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.0.service.console().get(&format!("/pki/{name}"))?.require(200)?.body.clone())
    }

    fn trust(&self) -> anyhow::Result<CredentialTrust> {
        let list = |name| anyhow::Ok(Crl::from_der(&self.public(name)?)?);
        let crls = vec![list("issuing-ca.crl")?, list("eid-root.crl")?];
        Ok(CredentialTrust { root: Certificate::from_der(&self.public("eid-root.cer")?)?, crls })
    }

    fn signers(&self) -> anyhow::Result<Vec<SignerPath>> {
        let issuing = Certificate::from_der(&self.public("issuing-ca.cer")?)?;
        let pem = String::from_utf8(self.public("credential-signers.pem")?)?;
        let begin = "-----BEGIN CERTIFICATE-----";
        let path = |rest: &str| {
            let signer = Certificate::from_pem(&format!("{begin}{rest}"))?;
            anyhow::Ok(SignerPath::new(vec![signer, issuing.clone()])?)
        };
        pem.split(begin).skip(1).map(path).collect()
    }

    /// The list that a credential names, fetched from the service on loopback.
    fn list(&self, uri: &str) -> anyhow::Result<VerifiedStatusList> {
        let path = uri.find("/pki/").map(|at| &uri[at..]).context("a list under /pki")?;
        let get = |accept: &str| {
            self.0.service.console().send(Method::GET, path, &[("Accept", accept)], Vec::new())
        };
        let cwt = get("application/statuslist+cwt")?;
        assert_eq!(cwt.require(200)?.header("Content-Type"), Some("application/statuslist+cwt"));
        verify_cwt(&cwt.body, uri, &self.trust()?, now())?;
        let jwt = get("application/statuslist+jwt")?;
        assert_eq!(jwt.require(200)?.header("Content-Type"), Some("application/statuslist+jwt"));
        Ok(verify_jwt(std::str::from_utf8(&jwt.body)?, uri, &self.trust()?, now())?)
    }

    fn read(&self, credential: &str) -> anyhow::Result<Result<PidClaims, CredentialError>> {
        let signed = sd_jwt::verify_held(credential, &self.trust()?, now())?;
        let list = self.list(&signed.status().uri)?;
        Ok(signed.release(&list, now()))
    }

    pub(super) fn scan(&self, text: &str) -> anyhow::Result<Result<Identity, CredentialError>> {
        let signed = qr::verify(text, &self.signers()?, &self.trust()?, now())?;
        let list = self.list(&signed.status().uri)?;
        Ok(signed.release(&list, now()))
    }
}

/// A counter with an active card.
pub(super) struct Counter {
    pub(super) desk: Desk,
    pub(super) officer: Client,
}

impl Counter {
    pub(super) fn open(engine: Engine) -> anyhow::Result<Counter> {
        let desk = Desk::open(engine, SINGLE_WOMAN)?;
        let pin = desk.write()?;
        desk.activate(Some(&pin))?.result()?;
        let officer = desk.town.officer(&desk.town.cast.card_officer)?;
        Ok(Counter { desk, officer })
    }

    fn of_card(&self) -> Value {
        json!({ "document_number": self.desk.print.document_number })
    }

    fn ask(&self) -> anyhow::Result<Value> {
        Ok(self.officer.post("/v1/credentials/requests", &self.of_card())?.require(201)?.json())
    }

    fn answer(&self, request: &Value, proof: &str) -> anyhow::Result<Reply> {
        let id = request["id"].as_str().unwrap_or_default();
        self.officer.post(&format!("/v1/credentials/requests/{id}"), &json!({ "proof": proof }))
    }

    pub(super) fn give(&self, wallet: &Wallet) -> anyhow::Result<String> {
        let request = self.ask()?;
        let given = self.answer(&request, &wallet.proof(&request)?)?.require(201)?.json();
        assert_eq!(given["form"], "application/dc+sd-jwt");
        Ok(given["credential"].as_str().unwrap_or_default().to_owned())
    }
}

fn refused(reply: &Reply, number: u64) -> anyhow::Result<()> {
    ensure!(reply.refusal() == Some(number), "expected refusal {number}: {}", reply.text());
    Ok(())
}

fn is_ended<T>(read: &Result<T, CredentialError>) -> bool {
    matches!(read, Err(CredentialError::Status(Status::Invalid)))
}

fn a_wallet_gets_a_credential_that_is_good_until_the_card_is_lost(engine: Engine) -> anyhow::Result<()> {
    let counter = Counter::open(engine)?;
    let reader = Reader(&counter.desk.town);
    let wallet = Wallet::new(1)?;
    let credential = counter.give(&wallet)?;
    let claims = reader.read(&credential)??;
    assert_eq!(claims.holder_key(), &wallet.0.public_key());
    assert_eq!(claims.text("birthdate"), Some(SINGLE_WOMAN.born_on));
    for name in ["family_name", "given_name"] {
        let latin = claims.text(name).unwrap_or_default();
        assert!(!latin.is_empty() && !latin.contains('<'), "{name}: {latin}");
    }

    // Everything that was signed is recorded, and no file holds the signer's key.
    let database = Database::of(&counter.desk.town.installation);
    assert_eq!(database.ask("SELECT count(*) FROM digital_credential WHERE intent_state = 'issued'")?, "1");
    assert_eq!(database.ask("SELECT count(*) FROM service_intent WHERE intent_state <> 'issued'")?, "0");

    counter.desk.lose(SINGLE_WOMAN)?;
    assert!(is_ended(&reader.read(&credential)?), "the list made before the entry is not given again");
    refused(&counter.officer.post("/v1/credentials/requests", &counter.of_card())?, 710)
}

fn a_code_on_paper_says_who_it_is_and_ends_when_an_officer_says_so(engine: Engine) -> anyhow::Result<()> {
    let counter = Counter::open(engine)?;
    let reader = Reader(&counter.desk.town);
    let given = counter.officer.post("/v1/credentials/codes", &counter.of_card())?.require(201)?.json();
    let text = given["credential"].as_str().unwrap_or_default();
    let identity = reader.scan(text)??;
    assert_eq!(identity.document_number, counter.desk.print.document_number);
    assert_eq!(identity.born_on.to_string(), SINGLE_WOMAN.born_on);
    assert!(identity.photo.is_some(), "a code shows a face");

    let ended = counter.officer.post("/v1/credentials/end", &counter.of_card())?.require(200)?.json();
    assert_eq!(ended["ended"], 1);
    assert!(is_ended(&reader.scan(text)?), "nor one of before an officer ended it");
    let again = counter.officer.post("/v1/credentials/end", &counter.of_card())?.require(200)?.json();
    assert_eq!(again["ended"], 0);
    Ok(())
}

fn a_wallet_without_its_key_or_with_anothers_gets_nothing(engine: Engine) -> anyhow::Result<()> {
    let counter = Counter::open(engine)?;
    let (wallet, other) = (Wallet::new(1)?, Wallet::new(2)?);
    let request = counter.ask()?;
    let another = counter.ask()?;
    refused(&counter.answer(&request, &wallet.proof(&another)?)?, 717)?;
    refused(&counter.answer(&request, "a.b.c")?, 717)?;
    // A refused proof has not used up the nonce.
    counter.answer(&request, &wallet.proof(&request)?)?.require(201)?;
    refused(&counter.answer(&request, &wallet.proof(&request)?)?, 1004)?;

    // A key belongs to one holder for ever, whatever happened to the credential.
    let database = Database::of(&counter.desk.town.installation);
    database.execute(
        "UPDATE holder_key SET person_id = (SELECT id FROM person WHERE id <> holder_key.person_id LIMIT 1)",
    )?;
    let request = counter.ask()?;
    refused(&counter.answer(&request, &wallet.proof(&request)?)?, 720)?;
    counter.answer(&request, &other.proof(&request)?)?.require(201)?;

    // An officer who may not hand over cards cannot give credentials; nor can anyone for a card that does not
    // exist.
    let approver = counter.desk.town.officer(&counter.desk.town.cast.approver)?;
    refused(&approver.post("/v1/credentials/codes", &counter.of_card())?, 202)?;
    let nobody = json!({ "document_number": "ZZ9999999" });
    refused(&counter.officer.post("/v1/credentials/codes", &nobody)?, 708)
}

fn a_request_that_comes_again_ends_what_it_got_before(engine: Engine) -> anyhow::Result<()> {
    let counter = Counter::open(engine)?;
    let reader = Reader(&counter.desk.town);
    let ask = || counter.officer.post_once("/v1/credentials/codes", "lost-on-the-way", &counter.of_card());
    let text = |reply: Reply| {
        anyhow::Ok(reply.require(201)?.json()["credential"].as_str().unwrap_or_default().to_owned())
    };
    let first = text(ask()?)?;
    assert!(reader.scan(&first)?.is_ok());
    let second = text(ask()?)?;
    assert_ne!(first, second);
    assert!(is_ended(&reader.scan(&first)?));
    assert!(reader.scan(&second)?.is_ok());
    Ok(())
}

fn a_suspended_card_suspends_all_that_hangs_on_it_until_the_suspension_ends(
    engine: Engine,
) -> anyhow::Result<()> {
    let counter = Counter::open(engine)?;
    let reader = Reader(&counter.desk.town);
    let credential = counter.give(&Wallet::new(1)?)?;
    let record = open_record(&counter.desk.registrar, SINGLE_WOMAN.number, "лавлагаа")?;
    let card = &record["cards"][0]["card_id"];
    let step = |step: &str| {
        let facts = json!({ "step": step, "person": SINGLE_WOMAN.number, "card": card });
        register(&counter.officer, &declare(&counter.officer, "card_suspension", &facts)?)?
            .require(200)
            .map(drop)
    };
    let serial = || {
        let held = Database::of(&counter.desk.town.installation)
            .ask("SELECT count(*) FROM certificate WHERE revocation_reason = 'suspended'");
        anyhow::Ok((held?, reader.trust()?.crls[0].revocations().len()))
    };
    assert_eq!(serial()?, ("0".to_owned(), 0));
    step("begins")?;
    assert!(matches!(reader.read(&credential)?, Err(CredentialError::Status(Status::Suspended))));
    assert_eq!(serial()?, ("2".to_owned(), 2), "both certificates are on hold");
    assert!(counter.desk.inspect(PIN)?.result().is_err());
    refused(&counter.officer.post("/v1/credentials/codes", &counter.of_card())?, 728)?;

    step("ends")?;
    assert!(reader.read(&credential)?.is_ok());
    assert_eq!(serial()?, ("0".to_owned(), 0), "the next list does not name them");
    counter.desk.inspect(PIN)?.result().map(drop)
}

#[test]
fn the_console_shows_a_code_once_and_ends_what_hangs_on_a_card() -> anyhow::Result<()> {
    let counter = Counter::open(Engine::Sqlite)?;
    let number = counter.desk.print.document_number.as_str();
    let window = Window::open(&counter.desk.town, &counter.desk.town.cast.card_officer)?;
    assert!(window.page("/credentials")?.contains("id=\"document_number\""));
    let shown = window.send("/credentials/code", &[("document_number", number)])?;
    let page = shown.require(200)?.text();
    assert!(page.contains("data:image/svg+xml;base64,") && page.contains(number), "{page}");
    let unknown = window.send("/credentials/code", &[("document_number", "ZZ9999999")])?;
    assert!(unknown.require(404)?.text().contains("№ 708"));
    let ended = window.send("/credentials/end", &[("document_number", number)])?;
    assert!(ended.require(200)?.text().contains("<strong>1</strong>"));
    let read = "SELECT count(*) FROM access_entry WHERE act = 'credential issued'";
    assert_eq!(
        Database::of(&counter.desk.town.installation).ask(read)?,
        "1",
        "its holder sees that it was given"
    );
    Window::open(&counter.desk.town, &counter.desk.town.cast.approver)?.refused("/credentials", 403, 202)
}

#[test]
fn a_death_ends_the_holders_credentials_and_an_intent_that_was_cut_off_is_void() -> anyhow::Result<()> {
    let counter = Counter::open(Engine::Sqlite)?;
    let credential = counter.give(&Wallet::new(1)?)?;
    let code = counter.officer.post("/v1/credentials/codes", &counter.of_card())?.require(201)?.json();
    let code = code["credential"].as_str().unwrap_or_default().to_owned();
    let Counter { desk, .. } = counter;
    let mut town = desk.town;
    let database = Database::of(&town.installation);
    // The state that a process leaves when it ends between the record and the signature.
    database.execute("UPDATE digital_credential SET intent_state = 'intended' WHERE form = 'qr'")?;
    town.service.stop()?;
    town.service = town.installation.serve()?;
    let reader = Reader(&town);
    assert!(is_ended(&reader.scan(&code)?), "never released, as far as the record goes");
    assert!(reader.read(&credential)?.is_ok(), "the signer's certificate is published after a restart, too");

    let registrar = town.officer(&town.cast.registrar)?;
    let death = json!({
        "person": SINGLE_WOMAN.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Ах нь",
    });
    enter(&registrar, "death", &death)?;
    town.service.stop()?;
    town.service = town.installation.serve()?;
    assert!(is_ended(&Reader(&town).read(&credential)?));
    Ok(())
}

#[test]
fn a_list_that_is_not_there_is_refused_by_its_number() -> anyhow::Result<()> {
    let town = Town::open(Engine::Sqlite)?;
    let console = town.service.console();
    for path in ["/pki/status/0", "/pki/status/-1", "/pki/status/999999999999", "/pki/status/x"] {
        console.get(path)?.require(404)?;
    }
    Ok(())
}
