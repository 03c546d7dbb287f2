//! The program itself: a reader on a socket, a card that is torn out, attack cards made on the command line.

#![allow(clippy::unwrap_used, reason = "a test; clippy.toml allows it only inside test functions")]

use card_simulator::secret::{HexBytes, Secret};
use card_simulator::{ChipState, state_file};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output};

const MASTER: &str = "000102030405060708090a0b0c0d0e0f";

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_card-simulator"))
}

/// A reader written for this test, with the card in it.
struct Reader {
    line: TcpStream,
    card: Child,
}

impl Reader {
    fn insert(state: &Path, more: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let card =
            program().arg("--state").arg(state).args(["--connect", &address]).args(more).spawn().unwrap();
        let (line, _) = listener.accept().unwrap();
        Self { line, card }
    }

    fn send(&mut self, apdu: &[u8]) -> Vec<u8> {
        self.line.write_all(&(apdu.len() as u16).to_be_bytes()).unwrap();
        self.line.write_all(apdu).unwrap();
        let mut length = [0; 2];
        self.line.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.line.read_exact(&mut answer).unwrap();
        answer
    }

    /// Kills the card program without a chance to save.
    fn tear(mut self) {
        self.card.kill().unwrap();
        self.card.wait().unwrap();
    }
}

fn tamper(state: &Path, out: &Path, attack: &str) -> Output {
    program().args(["tamper", attack]).arg("--state").arg(state).arg("--out").arg(out).output().unwrap()
}

fn personalised() -> ChipState {
    let mut state = ChipState::delivered([0, 0, 0, 1], &[7; 16]).unwrap();
    state.emrtd.files.insert("0101".to_owned(), HexBytes(vec![b'A'; 95]));
    state.piv.keys.insert("9a".to_owned(), Secret::new(vec![3; 32]));
    state
}

#[test]
fn a_failed_authentication_is_remembered_by_a_card_torn_out_after_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.json");
    let mut reader = Reader::insert(&path, &["--new", "--serial", "0000000a", "--transport-master", MASTER]);
    assert_eq!(reader.send(&[&[0x80, 0x50, 1, 0, 8][..], &[1; 8], &[0]].concat()).len(), 34);
    let wrong = [&[0x84, 0x82, 0x33, 0, 16][..], &[0; 16]].concat();
    assert_eq!(reader.send(&wrong), [0x63, 0x00]);
    reader.tear();
    assert_eq!(state_file::load(&path).unwrap().key_sets[0].failures, 1);
    let mut reader = Reader::insert(&path, &[]);
    assert_eq!(reader.send(&[0x80, 0xCA, 0x9F, 0x7F, 0])[15..19], [0, 0, 0, 0x0A]);
    reader.tear();
}

#[test]
fn a_new_card_over_an_old_one_and_wrong_arguments_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.json");
    state_file::create(&path, &personalised()).unwrap();
    let start = |serial: &str, master: &str| {
        let arguments = ["--connect", "127.0.0.1:1", "--new", "--serial", serial];
        let mut program = program();
        program.arg("--state").arg(&path).args(arguments).args(["--transport-master", master]);
        String::from_utf8(program.output().unwrap().stderr).unwrap()
    };
    assert!(start("00000001", MASTER).contains("exists already"));
    assert!(start("01", MASTER).contains("8 hex digits"));
    assert!(start("00000001", "0011").contains("16, 24 or 32"));
    assert_eq!(state_file::load(&path).unwrap(), personalised());
}

#[test]
fn attack_cards_are_copies_and_leave_the_genuine_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    state_file::create(&path("card.json"), &personalised()).unwrap();
    assert!(tamper(&path("card.json"), &path("forged.json"), "--flip-dg1").status.success());
    assert!(tamper(&path("card.json"), &path("copied.json"), "--replace-keys").status.success());
    let [genuine, forged, copied] =
        ["card.json", "forged.json", "copied.json"].map(|name| state_file::load(&path(name)).unwrap());
    assert_eq!(genuine, personalised());
    assert!(forged.emrtd != genuine.emrtd && forged.piv == genuine.piv);
    assert!(copied.emrtd == genuine.emrtd && copied.piv.keys != genuine.piv.keys);
    assert!(!tamper(&path("card.json"), &path("copied.json"), "--flip-dg1").status.success());
}

#[test]
fn an_unpersonalised_card_makes_no_attack_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.json");
    state_file::create(&path, &ChipState::delivered([0; 4], &[7; 16]).unwrap()).unwrap();
    let output = tamper(&path, &folder.path().join("forged.json"), "--flip-dg1");
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("personalise it first"));
    assert!(!folder.path().join("forged.json").exists());
}
