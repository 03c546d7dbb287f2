//! Digital credentials for outside tools to judge: `credentials make FOLDER [SEED]` writes them, `credentials
//! read FOLDER FILE AUDIENCE NONCE` reads a presentation that another wallet made from one of them.
//!
//! Authorities and keys are made for this run and thrown away; the seed is printed, so that a run can be
//! repeated.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use chrono::{DateTime, Duration, Utc};
use issuance::certificate::Certificate;
use issuance::credential::CredentialTrust;
use issuance::credential::sd_jwt::{self, BindingDemand};
use issuance::revocation::crl::Crl;
use issuance::status_list::verify_jwt;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

mod codes;
mod holder;
mod lists;
mod pids;
mod workshop;

use workshop::Workshop;

type Outcome<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: credentials make FOLDER [SEED] | credentials read FOLDER FILE AUDIENCE NONCE";

#[expect(
    clippy::disallowed_methods,
    reason = "the edge of a program: outside tools compare with their own clock"
)]
fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let now = Utc::now();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", folder] => make(Path::new(folder), now, now.timestamp_micros().unsigned_abs()),
        ["make", folder, seed] => make(Path::new(folder), now, seed.parse()?),
        ["read", folder, file, audience, nonce] => read(Path::new(folder), file, (audience, nonce), now),
        _ => Err(USAGE.into()),
    }
}

#[expect(clippy::print_stdout, reason = "the edge of a program")]
fn make(folder: &Path, now: DateTime<Utc>, seed: u64) -> Outcome<()> {
    println!("seed {seed}");
    fs::create_dir_all(folder)?;
    // The instant lies a minute back, so that a tool whose clock is a little behind does not refuse.
    let now = now - Duration::minutes(1);
    let mut workshop = Workshop::new(folder.to_owned(), now, ChaCha20Rng::seed_from_u64(seed))?;
    workshop.pids()?;
    workshop.codes()?;
    workshop.lists()
}

#[expect(clippy::print_stdout, reason = "the edge of a program")]
fn read(folder: &Path, file: &str, (audience, nonce): (&str, &str), now: DateTime<Utc>) -> Outcome<()> {
    let text = |name: &str| fs::read_to_string(Path::join(folder, name));
    let crls =
        ["arl.der", "crl.der"].into_iter().map(|name| Ok(Crl::from_der(&fs::read(folder.join(name))?)?));
    let crls = crls.collect::<Outcome<Vec<_>>>()?;
    let trust = CredentialTrust { root: Certificate::from_pem(&text("root.pem")?)?, crls };
    let demand = BindingDemand {
        audience: audience.to_owned(),
        nonce: nonce.to_owned(),
        max_age: Duration::minutes(5),
    };
    let presentation = fs::read_to_string(PathBuf::from(file))?;
    let signed = sd_jwt::verify_presentation(presentation.trim(), &trust, &demand, now)?;
    let list = verify_jwt(text("list_ES256.jwt")?.trim(), &signed.status().uri, &trust, now)?;
    let pid = signed.release(&list, now)?;
    let mut names: Vec<&str> = pid.names().collect();
    names.sort_unstable();
    println!("{}", names.join(" "));
    Ok(())
}
