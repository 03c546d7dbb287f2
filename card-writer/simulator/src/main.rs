//! `card-simulator`: a card behind the virtual reader of vsmartcard, and attack cards for tests.

use anyhow::{Context, bail};
use card_simulator::entropy::SystemEntropy;
use card_simulator::vpcd::{self, Chip, ReaderError};
use card_simulator::{Card, ChipState, state_file, tamper};
use clap::{Args, Parser, Subcommand};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// The pause before the program tries the reader again.
const RETRY: Duration = Duration::from_millis(100);

/// Карт хэрэгжүүлэгч програм: docs/card-layout.md-д заасан үйлдэл хийдэг туршилтын карт.
///
/// A test card in software, as docs/card-layout.md describes it, for the virtual reader of vsmartcard (vpcd).
///
/// The card's memory is one JSON file, written before every answer that depends on it, so that killing the
/// program is tearing the card out. If the reader is not there, the card waits for it and comes back after a
/// restart of the reader.
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    after_help = EXAMPLES
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Act>,
    #[command(flatten)]
    insert: Insert,
}

const EXAMPLES: &str = "Examples:
  A new chip of a delivery, put into the virtual reader:
    card-simulator --state card.json --new --serial 00000001 --transport-key-file delivery.hex --connect 127.0.0.1:35963
  The same card again:
    card-simulator --state card.json --connect 127.0.0.1:35963
  A copy whose DG1 was changed, and a copy of all files over other keys:
    card-simulator tamper --state card.json --out forged.json --flip-dg1
    card-simulator tamper --state card.json --out copied.json --replace-keys";

#[derive(Subcommand)]
enum Act {
    /// Халдлагын карт үүсгэх. Make an attack card of a personalised one, for tests.
    Tamper(Tamper),
}

#[derive(Args)]
struct Insert {
    /// Картын санах ойн файл. The file with the card's memory.
    #[arg(long, required = true)]
    state: Option<PathBuf>,
    /// Виртуал уншигчийн хаяг. Address of the virtual reader, for example 127.0.0.1:35963.
    #[arg(long, required = true)]
    connect: Option<String>,
    /// Шинэ карт. Begin with a new chip as delivered; the state file must not exist yet.
    #[arg(long, requires_all = ["serial", "master"])]
    new: bool,
    /// Чипийн дугаар. IC serial number of the new chip, 8 hex digits.
    #[arg(long, requires = "new")]
    serial: Option<String>,
    #[command(flatten)]
    master: Master,
}

#[derive(Args)]
#[group(id = "master", multiple = false)]
struct Master {
    /// Тээврийн эх түлхүүр. Transport master key of the delivery in hex (16, 24 or 32 bytes). Visible in the
    /// process list: test keys only.
    #[arg(long)]
    transport_master: Option<String>,
    /// Тээврийн эх түлхүүрийн файл. File with the transport master key in hex.
    #[arg(long)]
    transport_key_file: Option<PathBuf>,
}

#[derive(Args)]
struct Tamper {
    /// Жинхэнэ картын файл. Memory of the genuine card; it is left as it is.
    #[arg(long)]
    state: PathBuf,
    /// Халдлагын картын файл. Memory of the attack card; must not exist yet.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    attack: Attack,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Attack {
    /// DG1 дэх нэрийг өөрчлөх. Change a letter of the name in DG1.
    #[arg(long)]
    flip_dg1: bool,
    /// Түлхүүрийг солих. Keep the files, replace both key pairs.
    #[arg(long)]
    replace_keys: bool,
}

#[expect(clippy::print_stderr, reason = "the program's only way to tell its user")]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("card-simulator: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Insert { state, connect, .. } = &arguments.insert;
    match (arguments.command, state, connect) {
        (Some(Act::Tamper(act)), _, _) => make_attack_card(&act),
        (None, Some(state), Some(connect)) => insert_card(&arguments.insert, state, connect),
        (None, _, _) => bail!("--state and --connect are needed / --state, --connect хоёр хэрэгтэй"),
    }
}

fn make_attack_card(act: &Tamper) -> anyhow::Result<()> {
    let mut state = state_file::load(&act.state)?;
    if act.attack.flip_dg1 {
        tamper::flip_dg1(&mut state)?;
    } else {
        tamper::replace_keys(&mut state, &mut SystemEntropy)?;
    }
    Ok(state_file::create(&act.out, &state)?)
}

fn insert_card(insert: &Insert, state: &Path, connect: &str) -> anyhow::Result<()> {
    if insert.new {
        state_file::create(state, &new_chip(insert)?)?;
    }
    let memory = state_file::load(state)?;
    let card = Card::new(memory.clone(), SystemEntropy);
    let kept = Arc::new(Mutex::new(KeptCard { card, kept: memory, path: state.to_owned() }));
    stop_on_signal(Arc::clone(&kept))?;
    loop {
        match TcpStream::connect(connect) {
            Ok(stream) => match vpcd::serve(stream, &mut Shared(&kept)) {
                // The reader went away, but may come back.
                Ok(()) | Err(ReaderError::Line(_)) => lock(&kept).card.reset(),
                Err(error @ (ReaderError::UnknownControl(_) | ReaderError::Card(_))) => {
                    return Err(error.into());
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                return Err(error).with_context(|| format!("connect to {connect}"));
            }
            Err(_) => {}
        }
        std::thread::sleep(RETRY);
    }
}

fn new_chip(insert: &Insert) -> anyhow::Result<ChipState> {
    let mut serial = [0; 4];
    hex::decode_to_slice(insert.serial.as_deref().unwrap_or_default(), &mut serial)
        .context("--serial needs 8 hex digits / --serial нь 16-тын 8 оронтой байна")?;
    let text = match &insert.master.transport_key_file {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?,
        None => insert.master.transport_master.clone().unwrap_or_default(),
    };
    let text = Zeroizing::new(text);
    let master = hex::decode(text.trim())
        .map(Zeroizing::new)
        .context("the transport master key must be hex / тээврийн эх түлхүүр 16-тын тоо байна")?;
    Ok(ChipState::delivered(serial, &master)?)
}

/// On SIGTERM and SIGINT: waits for the running command, saves and ends with success.
fn stop_on_signal(kept: Arc<Mutex<KeptCard>>) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        let code = if lock(&kept).keep().is_ok() { 0 } else { 1 };
        std::process::exit(code)
    })
    .context("listen for SIGTERM")
}

/// A card and the file that keeps its memory.
struct KeptCard {
    card: Card,
    /// The memory as it is in the file.
    kept: ChipState,
    path: PathBuf,
}

impl KeptCard {
    fn keep(&mut self) -> Result<(), state_file::StateFileError> {
        if *self.card.state() != self.kept {
            state_file::save(&self.path, self.card.state())?;
            self.kept = self.card.state().clone();
        }
        Ok(())
    }
}

/// The card, as the thread that serves the reader uses it.
struct Shared<'a>(&'a Mutex<KeptCard>);

impl Chip for Shared<'_> {
    fn reset(&mut self) {
        lock(self.0).card.reset();
    }

    fn process(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let mut kept = lock(self.0);
        let answer = kept.card.process(apdu);
        kept.keep()?;
        Ok(answer)
    }
}

fn lock(kept: &Mutex<KeptCard>) -> MutexGuard<'_, KeptCard> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
