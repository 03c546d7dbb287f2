//! A card office: blank cards, a reader in the laboratory, and `card-writer` as the officers start it.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::kit::installation::Installation;
use crate::kit::lab::{Card, Lab, Slot};
use crate::kit::program::{Program, run};

/// A station of the demo: the name of its certificate, and its slot of the reader.
#[derive(Clone, Copy, Debug)]
pub struct Station {
    /// The name of its certificate: `station` or `soum-station`.
    pub name: &'static str,
    /// The slot into which it puts its cards.
    pub slot: Slot,
}

/// The station of the khoroo.
pub const KHOROO_STATION: Station = Station { name: "station", slot: Slot::First };
/// The station of the soum.
pub const SOUM_STATION: Station = Station { name: "soum-station", slot: Slot::Second };

/// Readers, cards, journals and slips. Dropping it ends the cards and the reader.
#[derive(Debug)]
pub struct CardOffice {
    /// The reader and its cards.
    pub lab: Lab,
    folder: PathBuf,
    delivered: u32,
}

/// The part of a card's print that opens its chip.
#[derive(Clone, Debug)]
pub struct Print {
    /// The document number.
    pub document_number: String,
    /// The birth date as `YYMMDD`.
    pub birth: String,
    /// The last day as `YYMMDD`.
    pub expiry: String,
}

impl Print {
    /// Makes the print of a card from ISO dates.
    pub fn new(document_number: &str, born_on: &str, expires_on: &str) -> Self {
        let short = |date: &str| date.replace('-', "").chars().skip(2).collect();
        Print {
            document_number: document_number.to_owned(),
            birth: short(born_on),
            expiry: short(expires_on),
        }
    }
}

/// The reason for an agency's question, as its agreement and its clerk state it.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// The clause that allows the question.
    pub legal_basis: &'a str,
    /// The code of the purpose.
    pub purpose: &'a str,
}

/// The output of `card-writer --json`.
#[derive(Clone, Debug)]
pub struct Said(pub Value);

impl Said {
    /// The result, if the command succeeded.
    ///
    /// # Errors
    /// If it did not; the error has the output.
    pub fn result(&self) -> anyhow::Result<&Value> {
        ensure!(self.0["ok"] == true, "card-writer refused: {}", self.0);
        Ok(&self.0["result"])
    }

    /// Requires that it was refused with this number.
    ///
    /// # Errors
    /// If it was not; the error has the output.
    pub fn refused(&self, number: u64) -> anyhow::Result<()> {
        ensure!(
            self.0["ok"] == false && self.0["number"] == number,
            "expected the refusal {number}, but card-writer said {}",
            self.0
        );
        Ok(())
    }
}

impl CardOffice {
    /// Opens an office whose files are kept in `folder`.
    ///
    /// # Errors
    /// If the laboratory does not start.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        // The laboratory runs in another working folder, so paths must be absolute.
        let folder = fs::canonicalize(folder)?;
        Ok(CardOffice { lab: Lab::start()?, folder, delivered: 0 })
    }

    /// A file of this office.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Puts a blank card of the demo's delivery into the station's reader. `name` names the file of its
    /// memory.
    ///
    /// # Errors
    /// If the reader does not see it.
    pub fn insert_blank(
        &mut self,
        installation: &Installation,
        station: Station,
        name: &str,
    ) -> anyhow::Result<()> {
        self.delivered += 1;
        let delivery = fs::canonicalize(installation.folder().join("demo/delivery.hex"))?;
        let card = Card::New { serial: self.delivered, transport_key_file: &delivery };
        let state = self.file(name);
        self.lab.insert(station.slot, &state, card)
    }

    /// Takes the card out of the reader and puts another one in, which is named by the file of its memory.
    ///
    /// # Errors
    /// If there was no card, or the reader does not see the other.
    pub fn exchange(&mut self, station: Station, name: &str) -> anyhow::Result<()> {
        self.lab.remove(station.slot)?;
        let state = self.file(name);
        self.lab.insert(station.slot, &state, Card::Saved)
    }

    /// Makes an attack card from a genuine one: `--flip-dg1` or `--replace-keys`.
    ///
    /// # Errors
    /// With the simulator's words.
    pub fn forge(&self, genuine: &str, attack: &str, forged: &str) -> anyhow::Result<()> {
        let mut tamper = Program::CardSimulator.command()?;
        tamper.arg("tamper").arg("--state").arg(self.file(genuine)).arg("--out").arg(self.file(forged));
        run(tamper.arg(attack)).map(drop)
    }

    /// Signs an officer in at a station with a one-time code.
    ///
    /// # Errors
    /// If the link is not made.
    pub fn sign_in(
        &self,
        installation: &Installation,
        station: Station,
        officer: &str,
    ) -> anyhow::Result<Said> {
        let code = self.secret("code.txt", &installation.sign_in_code(officer)?)?;
        let mut command = self.at_station(installation, station, "sign-in")?;
        let said = say(command.arg("--code-file").arg(&code))?;
        fs::remove_file(code)?;
        Ok(said)
    }

    /// Writes the next card of the station's office.
    ///
    /// # Errors
    /// If the writer does not run.
    pub fn personalise(&self, installation: &Installation, station: Station) -> anyhow::Result<Said> {
        say(&mut self.personalising(installation, station)?)
    }

    /// The command that writes the next card, not started.
    ///
    /// # Errors
    /// If the writer is not built.
    pub fn personalising(&self, installation: &Installation, station: Station) -> anyhow::Result<Command> {
        let mut command = self.at_station(installation, station, "personalise")?;
        command.arg("--journal").arg(self.file("journal")).arg("--slip").arg(self.slip(station));
        command.args(["--yes", "--reader"]).arg(station.slot.reader());
        Ok(command)
    }

    /// Has the station give up the job that it has open.
    ///
    /// # Errors
    /// If the writer does not run.
    pub fn give_up(
        &self,
        installation: &Installation,
        station: Station,
        reason: &str,
    ) -> anyhow::Result<Said> {
        say(self.at_station(installation, station, "give-up")?.args(["--reason", reason]))
    }

    /// The file into which a station prints its slips.
    pub fn slip(&self, station: Station) -> PathBuf {
        self.file(&format!("{}-slip.txt", station.name))
    }

    /// Takes the slip from the printer and reads the transport PIN, as the holder does.
    ///
    /// # Errors
    /// If there is no slip.
    pub fn tear_off_slip(&self, station: Station) -> anyhow::Result<String> {
        let path = self.slip(station);
        let slip = fs::read_to_string(&path).context("the slip")?;
        let line = slip.lines().find_map(|line| line.split_once("Transport PIN: "));
        let (_, pin) = line.context("a slip without a PIN")?;
        fs::remove_file(path)?;
        Ok(pin.to_owned())
    }

    /// The holder changes the transport PIN, the card signs, the service activates the card. `old` is `None`
    /// if the PIN was changed before.
    ///
    /// # Errors
    /// If the writer does not run.
    pub fn activate(
        &self,
        installation: &Installation,
        station: Station,
        document_number: &str,
        old: Option<&str>,
        new: &str,
    ) -> anyhow::Result<Said> {
        let mut command = self.at_station(installation, station, "activate")?;
        command.args(["--yes", "--reader"]).arg(station.slot.reader());
        command.args(["--document-number", document_number]);
        match old {
            Some(old) => command.arg("--old-pin-file").arg(self.secret("old-pin.txt", old)?),
            None => command.arg("--pin-is-changed"),
        };
        command.arg("--new-pin-file").arg(self.secret("new-pin.txt", new)?);
        let said = say(&mut command);
        self.forget(&["old-pin.txt", "new-pin.txt"]);
        said
    }

    /// A desk of the agency inspects the card in a station's reader and asks the service, stating its
    /// purpose.
    ///
    /// # Errors
    /// If the writer does not run.
    pub fn inspect(
        &self,
        installation: &Installation,
        station: Station,
        print: &Print,
        pin: &str,
        purpose: Purpose<'_>,
    ) -> anyhow::Result<Said> {
        let mut command = self.inspecting(installation, station, print, pin)?;
        let agency = installation.folder().join("demo/agency");
        command.arg("--certificate").arg(agency.with_extension("pem"));
        command.arg("--key").arg(agency.with_extension("key"));
        command.args(["--end-user", "clerk-7", "--legal-basis", purpose.legal_basis]);
        command.args(["--purpose", purpose.purpose, "--case", "case-1"]);
        let said = say(&mut command);
        self.forget(&["pin.txt"]);
        said
    }

    /// The command of an inspection, without the arguments of the question to the service.
    ///
    /// # Errors
    /// If the writer is not built.
    pub fn inspecting(
        &self,
        installation: &Installation,
        station: Station,
        print: &Print,
        pin: &str,
    ) -> anyhow::Result<Command> {
        let mut command = self.printed(station, print)?;
        command.arg("--pin-file").arg(self.secret("pin.txt", pin)?);
        command.args(["--service", &installation.settings.partners_url(), "--trust-root"]);
        command.arg(installation.settings.service_root());
        Ok(command)
    }

    /// A desk that knows the print and has its own trust anchors, but has neither PIN nor service, reads the
    /// card and saves the files in the new folder `kept`.
    ///
    /// # Errors
    /// If the writer does not run.
    pub fn keep(&self, station: Station, print: &Print, anchors: &Path, kept: &Path) -> anyhow::Result<Said> {
        let mut command = self.printed(station, print)?;
        say(command.arg("--without-pin").arg("--trust").arg(anchors).arg("--save").arg(kept))
    }

    fn printed(&self, station: Station, print: &Print) -> anyhow::Result<Command> {
        let mut command = self.writer("inspect")?;
        command.args(["--yes", "--reader"]).arg(station.slot.reader());
        command.args(["--document-number", &print.document_number]);
        command.args(["--birth", &print.birth, "--expiry", &print.expiry]);
        Ok(command)
    }

    fn at_station(
        &self,
        installation: &Installation,
        station: Station,
        act: &str,
    ) -> anyhow::Result<Command> {
        let stem = installation.folder().join("demo").join(station.name);
        let mut command = self.writer(act)?;
        command.args(["--service", &installation.settings.partners_url(), "--trust-root"]);
        command.arg(installation.settings.service_root());
        command.arg("--certificate").arg(stem.with_extension("pem"));
        command.arg("--key").arg(stem.with_extension("key"));
        command.arg("--session-file").arg(self.file(&format!("{}-session.txt", station.name)));
        Ok(command)
    }

    fn writer(&self, act: &str) -> anyhow::Result<Command> {
        let mut command = self.lab.command(Program::CardWriter.path()?);
        command.args(["--json", "--quiet", act]);
        Ok(command)
    }

    /// Writes a file that only its owner can read.
    fn secret(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.file(name);
        let mut options = fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        std::io::Write::write_all(&mut &file, text.as_bytes())?;
        Ok(path)
    }

    fn forget(&self, names: &[&str]) {
        for name in names {
            // A file that was never written need not be removed.
            let _ = fs::remove_file(self.file(name));
        }
    }
}

/// Runs `card-writer --json` to its end; a refusal is also an answer.
///
/// # Errors
/// If it does not run, or its output has another form.
pub fn say(command: &mut Command) -> anyhow::Result<Said> {
    let output = command.output().context("starting card-writer")?;
    let said = serde_json::from_slice(&output.stdout);
    said.map(Said).with_context(|| format!("card-writer says: {}", String::from_utf8_lossy(&output.stderr)))
}
