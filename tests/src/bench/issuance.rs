//! `issuance`: signed artefacts, on one core, beside the bare signature of the same algorithm; OCSP over
//! HTTPS beside a bare hello of the same server; lists of a million entries.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use civil_paper::to_pdf;
use issuance::card_data::PreparedCard;
use issuance::lds::dg2::FaceFormat;
use issuance::revocation::crl::{CrlContent, CrlKind};
use issuance::revocation::ocsp::{CertId, IdHash, OcspRequest};
use issuance::revocation::{Reason, Revocation};
use issuance::status_list::{Bits, Form, Status, StatusListContent, Statuses};
use issuance::{Algorithm, Certificate, Signer as _, SoftwareSigner};
use rand::Rng as _;
use tokio::runtime::Runtime;

use super::ground::Ground;
use super::load::{Run, Target, ask_from, client_tls};
use super::measurement::Measurement;
use super::paper;
use super::token::TokenKey;
use super::workbench::{LIST, Workbench, found, serial};
use crate::kit::Engine;

/// Runs of each side; odd, so that the median is one of them.
const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(1);
/// How long requests are sent over HTTPS.
const ASKED: Duration = Duration::from_secs(3);
/// Connections that ask the responder.
const CONNECTIONS: usize = 16;
/// Certificates that are asked about.
const SERIALS: usize = 512;
/// Entries of a long list.
const MILLION: u64 = 1_000_000;
/// The usual size of a signed structure; the bare signature signs this many octets.
const OCTETS: usize = 1024;
const SEED: u64 = 20_261_125;

/// Measures; `tell` is called with what is under way.
///
/// # Errors
/// If something cannot be made, or an answer is not the expected one.
#[expect(clippy::disallowed_methods, reason = "a benchmark signs as of now")]
pub fn measure(tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    tell(&format!("keys and holder from seed {SEED}"));
    let mut bench = Workbench::new(Utc::now(), SEED)?;
    let mut figures = on_one_core(&mut bench, tell)?;
    long_lists(&mut bench, tell)?;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        figures.push(over_https(engine, tell)?);
    }
    Ok(figures)
}

fn on_one_core(bench: &mut Workbench, tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    let (p256, p384) = (Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384);
    let certificates = beside(bench, "certificate P-384", p384, tell, |bench| {
        black_box(bench.certificate()?);
        Ok(())
    })?;
    let documents = beside(bench, "card files with SOD", p256, tell, |bench| {
        let prepared =
            PreparedCard::new(bench.holder(), FaceFormat::FacialRecord, bench.document_signer.certificate())?;
        black_box(prepared.lint().map_err(found)?.sign(&bench.document_signer)?);
        Ok(())
    })?;
    // The path is verified once for each signer, as in the service.
    let path = bench.path(&bench.credential_signer)?;
    let credentials = beside(bench, "SD-JWT VC", p256, tell, |bench| {
        let content = bench.content();
        let key = bench.holder_key().clone();
        let linted = content.prepare_sd_jwt(&key, &path, &mut bench.rng)?.lint().map_err(found)?;
        black_box(linted.sign(&bench.credential_signer)?);
        Ok(())
    })?;
    let codes = beside(bench, "QR credential", p256, tell, |bench| {
        let prepared = bench.content().prepare_qr(None, bench.credential_signer.certificate())?;
        black_box(prepared.lint().map_err(found)?.sign(&bench.credential_signer)?);
        Ok(())
    })?;
    let (fonts, seal) = (paper::fonts()?, SoftwareSigner::generate(Algorithm::Ed25519, &mut bench.rng)?);
    let papers = beside(bench, "civil paper (PDF)", Algorithm::Ed25519, tell, |bench| {
        let signature = seal.sign(black_box(&[7; OCTETS]))?;
        black_box(to_pdf(&paper::birth(&signature, bench.now), &fonts)?);
        Ok(())
    })?;
    let token = TokenKey::draw()?;
    let tokens = beside(bench, "bare PKCS#11, P-384", p384, tell, |_| {
        black_box(token.sign(black_box(&[7; OCTETS]))?);
        Ok(())
    })?;
    let mut figures = vec![certificates, documents, credentials, codes, papers, tokens];
    // The cost of every artefact beside its signature.
    for (name, algorithm) in [("verification P-256", p256), ("verification P-384", p384)] {
        let signer = SoftwareSigner::generate(algorithm, &mut bench.rng)?;
        let (key, message) = (signer.public_key(), [7; OCTETS]);
        let signature = signer.sign(&message)?;
        figures.push(beside(bench, name, algorithm, tell, |_| {
            Ok(key.verify(black_box(&message), black_box(&signature))?)
        })?);
    }
    Ok(figures)
}

/// Measures something signed and the bare signature, in turn.
fn beside(
    bench: &mut Workbench,
    name: &'static str,
    algorithm: Algorithm,
    tell: &mut dyn FnMut(&str),
    mut act: impl FnMut(&mut Workbench) -> anyhow::Result<()>,
) -> anyhow::Result<Measurement> {
    let signer = SoftwareSigner::generate(algorithm, &mut bench.rng)?;
    let message = [7; OCTETS];
    let mut bare = || {
        black_box(signer.sign(black_box(&message))?);
        anyhow::Ok(())
    };
    act(bench)?;
    bare()?;
    let (mut values, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        values.push(timed(|| act(bench))?);
        floors.push(timed(&mut bare)?);
    }
    tell(&format!("{name}: done"));
    Ok(Measurement::of(name, "one core", "signed/s", &values, &floors))
}

fn timed(mut act: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Run> {
    let began = Instant::now();
    let mut micros = Vec::new();
    while began.elapsed() < RUN {
        let one = Instant::now();
        act()?;
        micros.push(u32::try_from(one.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(Run { seconds: began.elapsed().as_secs_f64(), micros })
}

/// A revocation list and a status list of a million entries each: time, size, and the most memory that the
/// process had used by then.
fn long_lists(bench: &mut Workbench, tell: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let revoked = (0..MILLION)
        .map(|_| Revocation {
            serial: serial(&mut bench.rng),
            revoked_at: bench.now,
            reason: Reason::CessationOfOperation,
        })
        .collect();
    let next_update = bench.now + chrono::Duration::hours(24);
    let content = CrlContent { kind: CrlKind::Eid, number: 1, this_update: bench.now, next_update, revoked };
    let began = Instant::now();
    let list = content.prepare(bench.issuing.certificate())?.sign(&bench.issuing)?;
    tell_list("revocation list", began, list.der().len(), tell)?;
    let mut statuses = Statuses::new(Bits::Two, MILLION)?;
    // One in a hundred is revoked, at random places, because the compressed size depends on that.
    for _ in 0..MILLION / 100 {
        statuses.set(bench.rng.next_u64() % MILLION, Status::Invalid)?;
    }
    let content = StatusListContent {
        uri: LIST.to_owned(),
        statuses,
        issued_at: bench.now,
        expires_at: next_update,
        time_to_live: chrono::Duration::minutes(10),
    };
    for (name, form) in [("status list (JWT)", Form::Jwt), ("status list (CWT)", Form::Cwt)] {
        let began = Instant::now();
        let prepared = content.prepare(form, &bench.path(&bench.list_signer)?)?;
        let signed = prepared.lint().map_err(found)?.sign(&bench.list_signer)?;
        tell_list(name, began, signed.octets().len(), tell)?;
    }
    Ok(())
}

fn tell_list(name: &str, began: Instant, octets: usize, tell: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let seconds = began.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    tell(&format!("{name} of a million: {seconds:.2} s, {octets} octets, at most {} of memory", most.trim()));
    Ok(())
}

fn over_https(engine: Engine, tell: &mut dyn FnMut(&str)) -> anyhow::Result<Measurement> {
    let name = engine.name();
    let ground = Ground::new(engine, &[])?;
    let installation = &ground.installation;
    let service = installation.serve()?;
    let issuer = Certificate::from_der(&service.console().get("/pki/issuing-ca.cer")?.require(200)?.body)?;
    let tls = client_tls(&installation.settings.service_root(), &installation.folder().join("demo/agency"))?;
    let target = |requests, mark| Target {
        port: installation.settings.partners_port,
        tls: tls.clone(),
        requests,
        mark,
    };
    // `successful` in an OCSPResponse.
    let asked = target(questions(&issuer)?.into(), "\n\u{1}\0");
    let hello = target([b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()].into(), "live");
    let runtime = Runtime::new()?;
    let (mut values, mut floors) = (Vec::new(), Vec::new());
    for round in 1..=RUNS {
        let value = runtime.block_on(ask_from(&asked, ASKED, CONNECTIONS))?;
        let floor = runtime.block_on(ask_from(&hello, ASKED, CONNECTIONS))?;
        tell(&format!(
            "{name}: OCSP round {round} of {RUNS}: {:.0} answers/s, hello {:.0}",
            value.rate(),
            floor.rate()
        ));
        values.push(value);
        floors.push(floor);
    }
    service.stop()?;
    Ok(Measurement::of("OCSP over HTTPS", name, "answers/s", &values, &floors))
}

/// Questions about certificates, as GET requests. Each is looked up and signed, whatever its status is.
fn questions(issuer: &Certificate) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(SEED);
    let question = |_| {
        let id = CertId::of(issuer, &serial(&mut rng), IdHash::Sha1)?;
        let asked = STANDARD.encode(OcspRequest::new(vec![id], None).to_der()?);
        let path = asked.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        Ok(format!("GET /pki/ocsp/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes())
    };
    (0..SERIALS).map(question).collect()
}
