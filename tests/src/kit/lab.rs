//! A private PC/SC laboratory: pcscd, a virtual reader with two slots, and simulated cards, which no other
//! program can see. A pcscd of the machine is never touched.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use super::program::{Program, find, is_root, run};

const SCRIPT: &str = include_str!("lab.sh");
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const READER: &str = "Card Laboratory";
/// vpcd looks for a card about every 0.4 s; a busy machine takes longer.
const NOTICE: Duration = Duration::from_secs(15);

/// A slot of the laboratory's reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The slot that tests use unless they need two cards.
    First,
    /// The other slot.
    Second,
}

impl Slot {
    fn index(self) -> usize {
        match self {
            Slot::First => 0,
            Slot::Second => 1,
        }
    }

    /// The name by which pcscd lists the slot.
    pub fn reader(self) -> String {
        format!("{READER} 00 0{}", self.index())
    }
}

/// Whether a card is new or continues from a state file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card<'a> {
    /// A card as it comes from the manufacturer, under transport keys; the state file must not exist yet.
    New {
        /// The IC serial number, part of the chip's identity: no two cards of a test may have the same.
        serial: u32,
        /// The file with the delivery's transport master key, in hex.
        transport_key_file: &'a Path,
    },
    /// A card whose memory is in the state file.
    Saved,
}

/// A running laboratory; dropping it ends the cards and pcscd.
#[derive(Debug)]
pub struct Lab {
    script: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Lab {
    /// Starts pcscd in a mount and network namespace; when not root, also in a user namespace.
    ///
    /// # Errors
    /// If a program is missing or the system allows no namespaces.
    pub fn start() -> anyhow::Result<Self> {
        let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
        find("pcscd", &system, "pcscd")?;
        find("ip", &system, "iproute2")?;
        ensure!(
            Path::new(DRIVER).exists(),
            "the virtual reader is not installed (Debian package vsmartcard-vpcd)"
        );
        // The path of a socket may have 108 bytes, so it must not lie below a deep target folder.
        let folder = tempfile::Builder::new().prefix("registry-lab-").tempdir()?;
        fs::create_dir(folder.path().join("socket"))?;
        let readers = folder.path().join("reader.conf.d");
        fs::create_dir(&readers)?;
        // Channel 0x8C7B is port 35963; the second slot uses the next port.
        let reader = format!(
            "FRIENDLYNAME \"{READER}\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {DRIVER}\nCHANNELID 0x8C7B\n"
        );
        fs::write(readers.join("laboratory"), reader)?;

        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--net"]);
        if !is_root()? {
            unshare.args(["--user", "--map-root-user"]);
        }
        unshare.args(["bash", "-c", SCRIPT, "lab.sh"]).arg(folder.path()).arg(Program::CardSimulator.path()?);
        let path = std::env::var("PATH").unwrap_or_default();
        unshare.env("PATH", format!("{path}:/usr/sbin:/sbin"));
        unshare.stdin(Stdio::piped()).stdout(Stdio::piped());
        unshare.stderr(fs::File::create(folder.path().join("lab.log"))?);
        let mut script = unshare.spawn().context("starting unshare")?;
        let commands = script.stdin.take();
        let answers = BufReader::new(script.stdout.take().context("the laboratory answers on a pipe")?);
        let mut lab = Lab { script, commands, answers, folder };
        lab.answer().context("starting the card laboratory")?;
        Ok(lab)
    }

    /// The value of `PCSCLITE_CSOCK_NAME` with which a program finds this pcscd.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket/pcscd.comm")
    }

    /// A command that sees this laboratory's readers.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env("PCSCLITE_CSOCK_NAME", self.socket());
        command
    }

    /// Puts a card in and waits until pcscd sees it. The file `state` keeps the card's memory.
    ///
    /// # Errors
    /// If the slot is taken or pcscd does not see the card; the error contains the card's log.
    pub fn insert(&mut self, slot: Slot, state: &Path, card: Card<'_>) -> anyhow::Result<()> {
        let options = match card {
            Card::New { serial, transport_key_file } => {
                format!(" --new --serial {serial:08x} --transport-key-file {}", word(transport_key_file)?)
            }
            Card::Saved => String::new(),
        };
        self.say(&format!("insert {} {}{options}", slot.index(), word(state)?))?;
        self.wait_for_card(slot, true)
    }

    /// Takes the card out, as a person does, and waits until pcscd has noticed.
    ///
    /// # Errors
    /// If there is none.
    pub fn remove(&mut self, slot: Slot) -> anyhow::Result<()> {
        self.say(&format!("remove {}", slot.index()))?;
        self.wait_for_card(slot, false)
    }

    /// Tears the card out in the middle of its work: nothing more is saved.
    ///
    /// # Errors
    /// If there is none.
    pub fn tear(&mut self, slot: Slot) -> anyhow::Result<()> {
        self.say(&format!("tear {}", slot.index()))
    }

    /// The names of the slots that pcscd lists.
    ///
    /// # Errors
    /// If pcscd does not answer.
    pub fn readers(&self) -> anyhow::Result<Vec<String>> {
        let listed = self.list()?;
        Ok(listed.into_iter().map(|(name, _)| name).collect())
    }

    /// Whether pcscd sees a card in the slot.
    ///
    /// # Errors
    /// If pcscd does not answer.
    pub fn has_card(&self, slot: Slot) -> anyhow::Result<bool> {
        Ok(self.list()?.contains(&(slot.reader(), true)))
    }

    /// The output of the cards that were in a slot.
    pub fn card_log(&self, slot: Slot) -> String {
        let path = self.folder.path().join(format!("card-{}.log", slot.index()));
        fs::read_to_string(path).unwrap_or_default()
    }

    /// The readers and whether they hold a card, as OpenSC sees them.
    fn list(&self) -> anyhow::Result<Vec<(String, bool)>> {
        let output = run(self.command("opensc-tool").arg("--list-readers"))?;
        let text = String::from_utf8(output.stdout)?;
        let rows = text.lines().filter_map(|line| {
            // "0    Yes             Card Laboratory 00 00": number, card, features, name.
            let mut words = line.split_whitespace();
            words.next()?.parse::<usize>().ok()?;
            let has_card = words.next()? == "Yes";
            let name = line.find(READER).map(|start| line[start..].trim_end().to_owned())?;
            Some((name, has_card))
        });
        Ok(rows.collect())
    }

    fn wait_for_card(&mut self, slot: Slot, is_in: bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + NOTICE;
        while self.has_card(slot)? != is_in {
            if is_in {
                self.say(&format!("check {}", slot.index())).with_context(|| self.card_log(slot))?;
            }
            if Instant::now() > deadline {
                bail!("pcscd did not notice the card in {NOTICE:?}; the card says:\n{}", self.card_log(slot));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn say(&mut self, command: &str) -> anyhow::Result<()> {
        let commands = self.commands.as_mut().context("the laboratory is open")?;
        writeln!(commands, "{command}")?;
        self.answer().with_context(|| format!("telling the laboratory: {command}"))
    }

    fn answer(&mut self) -> anyhow::Result<()> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        match line.trim_end().split_once(' ') {
            Some(("ok", _)) => Ok(()),
            Some(("error", why)) => bail!("{why}"),
            Some(_) | None => {
                let log = fs::read_to_string(self.folder.path().join("lab.log")).unwrap_or_default();
                bail!("the laboratory ended: {line}{log}")
            }
        }
    }
}

/// A path written as one word of a command to the laboratory.
fn word(path: &Path) -> anyhow::Result<&str> {
    let word = path.to_str().filter(|word| !word.contains(char::is_whitespace));
    word.with_context(|| format!("the laboratory takes paths without spaces, in UTF-8: {}", path.display()))
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.commands.take());
        // A script that cannot be awaited any more has ended; there is nobody to report this to.
        let _ = self.script.wait();
    }
}
