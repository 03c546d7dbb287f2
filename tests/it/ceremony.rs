//! Keys in a token: the page of the ceremony is carried out twice, and the service refuses wrong keys when it
//! starts.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use issuance::chain::verify_chain;
use issuance::revocation::crl::Crl;
use issuance::{Algorithm, Certificate};
use registry_tests::kit::client::Client;
use registry_tests::kit::keeper::{Farewell, Keeper};
use registry_tests::kit::program::{Program, workspace};
use registry_tests::kit::settings::Settings;
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PATIENCE: Duration = Duration::from_secs(30);
/// The heading after which the page describes what follows the first start.
const LATER: &str = "## 7. Later";

/// A block of commands on a page.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    script: String,
    /// Words of the refusal that the page announces: the refusal must be this one, not any.
    refused: Option<String>,
}

/// The beginning of a block that must be refused; the expected words follow it.
const REFUSED: &str = "```sh refused: ";

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (at, line) in page.lines().enumerate() {
        match (is_open, line) {
            (false, line) if line == "```sh" || line.starts_with("```sh refused") => {
                // A page that announces a refusal without saying which one is reported.
                let words = line.strip_prefix(REFUSED).unwrap_or("a refusal without words").to_owned();
                let refused = Some(words).filter(|_| line != "```sh");
                found.push(Block { line: at + 1, script: String::new(), refused });
                is_open = true;
            }
            (true, "```") => is_open = false,
            (true, line) => {
                if let Some(block) = found.last_mut() {
                    block.script.push_str(line);
                    block.script.push('\n');
                }
            }
            (false, _) => {}
        }
    }
    found
}

fn page() -> anyhow::Result<String> {
    Ok(fs::read_to_string(workspace().join("deploy/key-ceremony.md"))?)
}

/// A place for a ceremony: a folder with sticks, tokens of its own, and a configuration of the service.
struct Room {
    folder: TempDir,
    settings: Settings,
}

impl Room {
    fn new() -> anyhow::Result<Room> {
        ensure!(Path::new(MODULE).exists(), "there is no {MODULE}; install softhsm2, as ./test does");
        let folder = tempfile::Builder::new().prefix("registry-ceremony-").tempdir()?;
        let at = |name: &str| folder.path().join(name);
        for stick in ["first", "second", "third"] {
            fs::create_dir_all(at("sticks").join(stick))?;
        }
        fs::create_dir(at("tokens"))?;
        fs::create_dir(at("checkpoints"))?;
        let tokens = format!("directories.tokendir = {}\nlog.level = ERROR\n", at("tokens").display());
        fs::write(at("softhsm2.conf"), tokens)?;
        symlink(workspace().join("deploy"), at("deploy"))?;
        let database = format!("sqlite://{}", at("register.db").display());
        let mut settings = Settings::in_folder(folder.path(), database)?;
        settings.more = format!(
            "[keys.token]\nmodule = {MODULE:?}\nlabel = \"registry-service\"\npin_file = {:?}\n",
            at("token.pin")
        );
        let room = Room { folder, settings };
        fs::write(room.at("registry.toml"), room.settings.to_toml())?;
        Ok(room)
    }

    /// A room in which everything is done up to the start of the service.
    fn with_keys() -> anyhow::Result<Room> {
        let room = Room::new()?;
        let page = page()?;
        let (before, _) = page.split_once(LATER).context("the page has its section on what comes later")?;
        room.walk(before)?;
        Ok(room)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn within(&self, mut command: Command) -> anyhow::Result<Command> {
        let registry = Program::Registry.path()?;
        let folder = registry.parent().context("a program stands in a folder")?;
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(self.folder.path());
        command.env("PATH", format!("{}:{path}", folder.display()));
        command.env("SOFTHSM2_CONF", self.at("softhsm2.conf"));
        Ok(command)
    }

    fn bash(&self, script: &str) -> anyhow::Result<Output> {
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", script]);
        Ok(self.within(bash)?.output()?)
    }

    /// Runs every block of a page and returns everything that was printed.
    fn walk(&self, page: &str) -> anyhow::Result<String> {
        let mut printed = String::new();
        for block in blocks(page) {
            let output = self.bash(&block.script)?;
            let words = words(&output);
            let fault = match &block.refused {
                None if output.status.success() => None,
                None => Some("this failed".to_owned()),
                Some(said) if !output.status.success() && words.contains(said) => None,
                Some(said) => Some(format!("this must be refused, with {said:?}")),
            };
            ensure!(
                fault.is_none(),
                "line {}: {}\n{}\n{words}",
                block.line,
                fault.unwrap_or_default(),
                block.script
            );
            printed.push_str(&words);
        }
        Ok(printed)
    }

    /// The checks of `serve` at its start; the words of the register if it refuses.
    fn check(&self) -> anyhow::Result<Result<String, String>> {
        let output = self.bash("registry --config registry.toml authorities check")?;
        Ok(if output.status.success() { Ok(words(&output)) } else { Err(words(&output)) })
    }

    fn refusal(&self) -> anyhow::Result<String> {
        match self.check()? {
            Err(words) => Ok(words),
            Ok(words) => anyhow::bail!("the service would start: {words}"),
        }
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_page_is_walked_through_twice_and_the_transcripts_say_the_same() -> anyhow::Result<()> {
    let (one, other) = (Room::new()?, Room::new()?);
    let page = page()?;
    let mut secrets = Vec::new();
    for room in [&one, &other] {
        let printed = room.walk(&page)?;
        let pin = fs::read_to_string(room.at("token.pin"))?;
        let share = fs::read_to_string(room.at("sticks/first/offline.share"))?;
        let value = share.split(' ').nth(4).context("a share has its value")?.to_owned();
        for folder in ["ceremony", "under-root"] {
            let transcript = fs::read_to_string(room.at(folder).join("transcript.md"))?;
            for secret in [&pin, &value] {
                assert!(!transcript.contains(secret) && !printed.contains(secret), "a secret was shown");
            }
        }
        secrets.push((pin, value));
    }
    assert_ne!(secrets[0], secrets[1]);
    for folder in ["ceremony", "under-root"] {
        let transcript = |room: &Room| room.at(folder).join("transcript.md");
        let (first, second) = (transcript(&one), transcript(&other));
        let texts = [fs::read_to_string(&first)?, fs::read_to_string(&second)?];
        let (keys, others) = (drawn_in(&texts[0]), drawn_in(&texts[1]));
        assert!(keys.len() > 5, "{keys:?}");
        assert!(keys.is_disjoint(&others), "drawn twice: {:?}", keys.intersection(&others));
        let compare = format!("registry ceremony compare {} {}", first.display(), second.display());
        let same = one.bash(&compare)?;
        assert!(same.status.success(), "{}", words(&same));
        let changed = fs::read_to_string(&second)?.replacen("Witness", "Stranger", 1);
        fs::write(&second, changed)?;
        let found = one.bash(&compare)?;
        assert!(!found.status.success() && words(&found).contains("Stranger"), "{}", words(&found));
    }
    Ok(())
}

/// The page's commands for openssl that concern the national root, which the ceremony does not draw.
const SERIAL_ON_THE_PAGE: &str = "1234567890abcdef";

/// Keys, shares and serial numbers in a transcript: no second ceremony may draw the same again.
fn drawn_in(transcript: &str) -> BTreeSet<&str> {
    // Except for the hash of the first line, which is the same in every transcript.
    let lines = transcript.lines().filter(|line| !line.starts_with("- SHA-256 of all before"));
    let marked = lines.flat_map(|line| line.split("[[").skip(1));
    marked
        .filter_map(|part| part.split_once("]]"))
        .filter_map(|(value, _)| value.strip_prefix("key ").or_else(|| value.strip_prefix("serial ")))
        .filter(|value| *value != SERIAL_ON_THE_PAGE)
        .collect()
}

#[test]
fn a_page_whose_commands_do_not_do_what_it_says_is_found() -> anyhow::Result<()> {
    let room = Room::new()?;
    assert!(room.walk("```sh\nregistry ceremony --help\n```\n").is_ok());
    assert!(room.walk("text\n\n```sh\nregistry ceremony no-such-step\n```\n").is_err());
    let refused =
        |what: &str, script: &str| room.walk(&format!("text\n\n```sh refused{what}\n{script}\n```\n"));
    let error = refused(": no such", "registry ceremony --help").unwrap_err().to_string();
    assert!(error.contains("line 3") && error.contains("must be refused"), "{error}");
    assert!(refused(": unrecognized subcommand", "registry ceremony no-such-step").is_ok());
    assert!(refused(": another word", "registry ceremony no-such-step").is_err());
    assert!(refused("", "registry ceremony no-such-step").is_err(), "which refusal is not said");
    let block = |line, script: &str, refused: Option<&str>| Block {
        line,
        script: script.to_owned(),
        refused: refused.map(str::to_owned),
    };
    let found = blocks("```sh\none\n```\n```toml\nno = 1\n```\n```sh refused: why\ntwo\n```\n");
    assert_eq!(found, [block(1, "one\n", None), block(7, "two\n", Some("why"))]);
    assert!(blocks(&page()?).len() > 15);
    Ok(())
}

/// The ceremony's folder keeps the service's list of revoked partners of the first day: copied again, it
/// would give them back their access.
#[test]
fn the_page_brings_nothing_of_the_service_back_from_the_first_day() -> anyhow::Result<()> {
    let page = page()?;
    let (_, later) = page.split_once(LATER).context("the page has its section on what comes later")?;
    let scripts: Vec<String> = blocks(later).into_iter().map(|block| block.script).collect();
    let copies: Vec<&str> =
        scripts.iter().flat_map(|script| script.lines()).filter(|line| line.starts_with("cp ")).collect();
    assert!(copies.len() > 1, "{copies:?}");
    for copy in copies {
        assert!(!copy.contains("certificates/*") && !copy.contains("service-root"), "{copy}");
    }
    Ok(())
}

#[test]
fn what_must_not_run_is_refused_when_the_service_starts() -> anyhow::Result<()> {
    let room = Room::with_keys()?;
    let sound = room.check()?.map_err(anyhow::Error::msg)?;
    assert!(sound.contains("the token \"registry-service\""), "{sound}");

    let pin = fs::read_to_string(room.at("token.pin"))?;
    fs::write(room.at("token.pin"), "ABCDEFGHJKLMNPQRSTUV")?;
    let refused = room.refusal()?;
    assert!(refused.contains("not tried again") && !refused.contains("ABCDEFGHJK"), "{refused}");
    fs::write(room.at("token.pin"), &pin)?;
    let counting = room.bash("registry --config registry.toml authorities check")?;
    assert_eq!(counting.status.code(), Some(77), "systemd does not start it anew: {}", words(&counting));
    assert!(words(&counting).contains("registry ceremony keys"), "{}", words(&counting));
    let opened = room.bash(
        "registry ceremony keys online --by Witness \
         --share sticks/first/online.share --share sticks/second/online.share",
    )?;
    assert!(opened.status.success(), "{}", words(&opened));
    assert!(room.check()?.is_ok());

    room.bash("chmod 640 token.pin")?;
    assert!(room.refusal()?.contains("chmod 600"));
    room.bash("chmod 600 token.pin")?;

    room.bash("mv tokens away && mkdir tokens")?;
    assert!(room.refusal()?.contains("no token is labelled \"registry-service\""));
    room.bash("rmdir tokens && mv away tokens")?;

    // A certificate of another key: the Document Signer's, of the same authority, that was made and not
    // installed.
    let both = "--share sticks/first/offline.share --share sticks/second/offline.share \
                --share sticks/first/online.share --share sticks/second/online.share";
    let rotated = room.bash(&format!("registry ceremony rotate document-signer --by Conductor {both}"))?;
    assert!(rotated.status.success(), "{}", words(&rotated));
    assert!(room.check()?.is_ok(), "two keys of a purpose: the certificate says which");
    let destroyed = room.bash(
        "registry ceremony destroy online document-signer --by Conductor \
         --certificate ceremony/retired/document-signer-*.pem \
         --share sticks/first/online.share --share sticks/second/online.share",
    )?;
    assert!(destroyed.status.success(), "{}", words(&destroyed));
    assert!(room.refusal()?.contains("holds no key for document-signer"));
    room.bash("cp ceremony/certificates/document-signer.* keys/certificates/")?;
    assert!(room.check()?.is_ok());

    // A root with the same name and another key, from another ceremony.
    let other = Room::with_keys()?;
    let name = "keys/certificates/eid-root.pem";
    fs::copy(room.at(name), room.at("kept.pem"))?;
    fs::copy(other.at(name), room.at(name))?;
    assert!(room.refusal()?.contains("no issuer of"));
    fs::copy(room.at("kept.pem"), room.at(name))?;
    assert!(room.check()?.is_ok());
    Ok(())
}

/// What lies ahead of Mongolia's CSCA: RSA-4096 until its time of use ends, then its successor, of any
/// algorithm.
#[test]
fn an_rsa_csca_in_a_token_is_succeeded_by_one_on_a_curve() -> anyhow::Result<()> {
    let room = Room::new()?;
    let begun = room.bash(
        r#"
        mkdir ceremony
        sed -e '/^\[csca\]/,/^months/ s/ECDSA P-384 SHA-384/RSASSA-PSS 4096 SHA-256/' \
            -e 's/"ECDSA P-256 SHA-256"/"RSASSA-PSS 3072 SHA-256"/' deploy/ceremony-plan.example.toml > ceremony/plan.toml
        for token in offline online; do
            registry ceremony make-token $token --by Conductor --share-to sticks/first/$token.share \
                --share-to sticks/second/$token.share --share-to sticks/third/$token.share
        done
        both="--by Conductor --share sticks/first/offline.share --share sticks/second/offline.share"
        both="$both --share sticks/first/online.share --share sticks/second/online.share"
        registry ceremony csca $both
        registry ceremony document-signer $both
        openssl verify -x509_strict -CAfile ceremony/certificates/csca.pem ceremony/certificates/document-signer.pem
        cp deploy/ceremony-plan.example.toml ceremony/plan.toml
        cp ceremony/certificates/csca.pem old.pem
        registry ceremony roll-over $both
        registry ceremony succeed $both
        registry ceremony rotate document-signer $both
        "#,
    )?;
    assert!(begun.status.success(), "{}", words(&begun));
    let certificate = |name: &str| -> anyhow::Result<Certificate> {
        Ok(Certificate::from_pem(&fs::read_to_string(room.at(name))?)?)
    };
    let (old, link) = (certificate("old.pem")?, certificate("ceremony/certificates/csca-link.pem")?);
    let signer = certificate("ceremony/certificates/document-signer.pem")?;
    let list = Crl::from_der(&fs::read(room.at("ceremony/certificates/csca.crl"))?)?;
    assert_eq!(old.public_key().algorithm(), Algorithm::RsaPss4096Sha256);
    assert_eq!(link.public_key().algorithm(), Algorithm::EcdsaP384Sha384);
    let at = signer.validity().not_before();
    let path = verify_chain(&signer, std::slice::from_ref(&link), &old, std::slice::from_ref(&list), at)?;
    assert_eq!(path.path.len(), 3, "who trusts the old key reaches the signer by the link");
    assert!(verify_chain(&signer, &[], &old, &[list], at).is_err(), "and without the link does not");
    Ok(())
}

#[test]
fn the_service_signs_with_the_token_and_again_after_it_was_away() -> anyhow::Result<()> {
    let room = Room::with_keys()?;
    let migrated = room.bash("registry --config registry.toml migrate")?;
    assert!(migrated.status.success(), "{}", words(&migrated));
    let mut serve = room.within(Program::Registry.command()?)?;
    serve.args(["--config", "registry.toml", "serve"]);
    let mut keeper = Keeper::start(&serve, Farewell::Terminate, &room.at("service.log"), None)?;
    let console = Client::new(&room.settings.console_url());
    keeper.wait_until(PATIENCE, || console.get("/readyz").is_ok_and(|reply| reply.status == 200))?;
    // It is ready: the token has certified its signers. The list is made at the first question, and kept for
    // a minute.
    let list = || console.get("/pki/issuing-ca.crl").map(|reply| reply.status);
    room.bash("mv tokens away")?;
    assert_eq!(list()?, 500, "without its token the authority signs nothing");
    room.bash("mv away tokens")?;
    assert_eq!(list()?, 200, "the token is back, and nobody started the service anew");
    assert!(keeper.is_running()?);
    let log = fs::read_to_string(keeper.log())?;
    assert!(!log.contains(fs::read_to_string(room.at("token.pin"))?.trim()), "the log shows the PIN");
    keeper.stop()?;
    Ok(())
}
