//! The reader's end of vpcd: it listens, and the card program connects to it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use card_writer::backend::{Backend, BackendError};

/// A card in a slot, as a process of its own. Dropping it pulls the card; its memory stays in the state file.
pub struct CardSlot {
    stream: TcpStream,
    card: Child,
}

impl CardSlot {
    /// A new blank card with its memory at `state`.
    pub fn with_new_card(state: &Path, serial: &str, transport_master: &str) -> Self {
        Self::insert(state, &["--new", "--serial", serial, "--transport-master", transport_master])
    }

    /// The card whose memory is at `state`.
    pub fn with_card(state: &Path) -> Self {
        Self::insert(state, &[])
    }

    fn insert(state: &Path, arguments: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let card = Command::new(simulator())
            .args(["--connect", &address, "--state"])
            .arg(state)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut slot = Self { stream, card };
        slot.tell(&[1]).unwrap();
        slot
    }

    fn tell(&mut self, message: &[u8]) -> std::io::Result<()> {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        self.stream.write_all(&[&length[..], message].concat())
    }

    fn ask(&mut self, message: &[u8]) -> std::io::Result<Vec<u8>> {
        self.tell(message)?;
        let mut length = [0; 2];
        self.stream.read_exact(&mut length)?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        self.stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

impl Backend for CardSlot {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        self.ask(command).map_err(|_| BackendError::Lost)
    }

    fn reset(&mut self) -> Result<(), BackendError> {
        self.tell(&[2]).map_err(|_| BackendError::Lost)
    }

    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        self.ask(&[4]).map_err(|_| BackendError::Lost)
    }
}

impl Drop for CardSlot {
    fn drop(&mut self) {
        self.card.kill().unwrap();
        self.card.wait().unwrap();
    }
}

/// A forged card made from the memory of a genuine one; `how` is `--flip-dg1` or `--replace-keys`.
pub fn forge(genuine: &Path, forged: &Path, how: &str) {
    let status = Command::new(simulator())
        .args(["tamper", how, "--state"])
        .arg(genuine)
        .arg("--out")
        .arg(forged)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

/// The card program of the same build, which is built on first use.
fn simulator() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().unwrap().parent().unwrap().to_owned();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--quiet", "-p", "card-simulator", "--target-dir"])
            .arg(profile.parent().unwrap())
            .args((profile.file_name().unwrap() == "release").then_some("--release"))
            .status()
            .unwrap();
        assert!(status.success(), "the card program does not build");
        profile.join("card-simulator")
    })
}
