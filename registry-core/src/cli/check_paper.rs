//! `registry check-paper`: checks a civil paper with public keys alone. It asks nobody, so it does not say
//! whether the paper is still valid.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use civil_paper::attached_proof;
use clap::Args;
use issuance::PublicKey;
use registry_domain::refusal::Refusal;

use super::say;
use crate::extract::proof::Proof;
use crate::extract::seal::{Claim, NotGenuine, check_code};

/// The largest file read.
const LARGEST: u64 = 4 * 1024 * 1024;

/// `registry check-paper …`
#[derive(Debug, Args)]
pub struct CheckPaperArguments {
    /// The PDF, or the text of the QR (`burtgel:extract:…`).
    pub paper: String,
    /// The public key of extracts: `extract.public.der` from the registry's /pki.
    #[arg(long)]
    pub key: PathBuf,
    /// The public key of the register's log: `register-log.public.der`; needed for a PDF.
    #[arg(long)]
    pub log_key: Option<PathBuf>,
}

/// Checks, and says what was checked.
///
/// # Errors
/// What does not hold, in words.
pub fn check(arguments: &CheckPaperArguments) -> anyhow::Result<()> {
    let is_text = arguments.paper.starts_with("burtgel:");
    if !is_text && !Path::new(&arguments.paper).exists() {
        bail!("there is no file {}. {}", arguments.paper, what_to_give());
    }
    let key = fs::read(&arguments.key).with_context(|| format!("read {}", arguments.key.display()))?;
    let key = PublicKey::from_spki_der(&key).context("the key of extracts")?;
    if is_text {
        let claim = Claim::check(&arguments.paper, &key).map_err(|no| match no {
            NotGenuine::Form => anyhow::anyhow!(what_to_give()),
            NotGenuine::Signature => no.into(),
        })?;
        say_claim(&claim, &arguments.paper);
        say("checked: the signature of the QR. The ledger proof is in the PDF alone.");
        return Ok(());
    }
    let Some(log_key) = &arguments.log_key else { bail!("a PDF is checked with --log-key too") };
    let log_key = fs::read(log_key).with_context(|| format!("read {}", log_key.display()))?;
    PublicKey::from_spki_der(&log_key).context("the key of the register's log")?;
    let log_key = log_key.last_chunk::<32>().context("the key of the register's log is not Ed25519")?;
    let proof = Proof::parse(&attached_proof(read(Path::new(&arguments.paper))?)?)?;
    let claim = proof.check(&key, log_key)?;
    say_claim(&claim, &proof.seal);
    for line in &proof.lines {
        say(&format!("{}: {}", line.label, line.value));
    }
    say(
        "checked: the signature of the QR, the lines above, the checkpoint, and that the act stands in the ledger",
    );
    say("compare the lines and the QR with the paper; whether it is still valid is asked of the registry");
    Ok(())
}

/// What to give, to whoever gave an act number, a check code or a part of the text.
fn what_to_give() -> String {
    format!("{} Or give the file of the PDF.", Refusal::PaperTextUnread.title_en())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let size = fs::metadata(path).with_context(|| format!("read {}", path.display()))?.len();
    ensure!(size <= LARGEST, "the file is larger than any paper of ours");
    fs::read(path).with_context(|| format!("read {}", path.display()))
}

fn say_claim(claim: &Claim, seal: &str) {
    say(&format!("act {}: {} / {}", claim.act_number, claim.kind.title_mn(), claim.kind.title_en()));
    say(&format!(
        "registered on {} at {}, issued on {}",
        claim.registered_on, claim.office, claim.printed_on
    ));
    if let Some(copy) = &claim.copy {
        let sheet = copy.sheet.as_deref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
        say(&format!("copy {}{sheet}, by {}", copy.number, copy.instance));
        say(&format!("entry {} of the first {}; check code {}", copy.leaf, copy.tree_size, check_code(seal)));
    }
}
