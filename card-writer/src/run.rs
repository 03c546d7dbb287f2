//! The commands of the program.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use card_protocol::messages::{JobState, Purpose, Token};
use card_writer::activate::{Pins, activate};
use card_writer::backend::{PcscBackend, readers};
use card_writer::card::Card;
use card_writer::edge::SystemEdge;
use card_writer::inspect::{CheckService, Findings, Question, inspect};
use card_writer::mrz::AccessKey;
use card_writer::personalise::{Workplace, personalise};
use card_writer::pin::CardPin;
use card_writer::receipt::StationKey;
use card_writer::refusal::Refusal;
use card_writer::shown::ShownFiles;
use card_writer::station::{Credentials, Station};
use card_writer::transport_pin::Slip;
use card_writer::trust::TrustAnchors;
use serde_json::json;
use zeroize::Zeroizing;

use crate::arguments::{Activate, Command, Connection, GiveUp, Inspect, Personalise, Reader, SignIn};
use crate::report::{Outcome, Report};

/// Runs the command of the command line.
pub fn run(command: &Command, report: &mut Report) -> Result<Outcome, Refusal> {
    match command {
        Command::Readers => list_readers(),
        Command::SignIn(arguments) => sign_in(arguments),
        Command::Personalise(arguments) => write_card(arguments, report),
        Command::GiveUp(arguments) => give_up(arguments),
        Command::Activate(arguments) => activate_card(arguments),
        Command::Inspect(arguments) => inspect_card(arguments),
    }
}

fn list_readers() -> Result<Outcome, Refusal> {
    let names = readers()?;
    let text = if names.is_empty() { "–".to_owned() } else { names.join("\n") };
    Ok(Outcome {
        sentence: (format!("Readers:\n{text}"), "Уншигчид:".into()),
        value: json!({"readers": names}),
    })
}

fn sign_in(arguments: &SignIn) -> Result<Outcome, Refusal> {
    let connection = &arguments.connection;
    let code = match &arguments.code_file {
        Some(path) => read_secret(path, "the one-time code")?,
        None => ask("Нэг удаагийн код / One-time code: ")?,
    };
    let token = connect(connection)?.sign_in(Token::new(&code))?;
    let unusable =
        |error: io::Error| Refusal::UnusableFile { what: "the session file", why: error.to_string() };
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&connection.session_file)
        .map_err(unusable)?;
    file.write_all(token.expose().as_bytes()).map_err(unusable)?;
    Ok(Outcome { sentence: ("Signed in.".into(), "Нэвтэрлээ.".into()), value: json!({}) })
}

fn write_card(arguments: &Personalise, report: &mut Report) -> Result<Outcome, Refusal> {
    let connection = &arguments.connection;
    let mut station = connect_officer(connection)?;
    let key = read_secret(&connection.key, "the station's key")?;
    let station_key = StationKey::parse_pem(&key)?;
    drop(key);
    let slip = Slip::new(&arguments.slip);
    let workplace = Workplace { journals: &arguments.journal, slip: &slip, station_key: &station_key };
    let mut backend = open_reader(&arguments.reader)?;
    let mut card = Card::open(&mut backend)?;
    let job =
        personalise(&mut card, &mut station, &mut SystemEdge, &workplace, &mut |told| report.tell(told))?;
    Ok(Outcome {
        sentence: (
            format!(
                "Card {} is written and read back. Give the slip to the holder apart from it.",
                job.document_number
            ),
            format!(
                "{} дугаартай картыг бичиж, буцааж уншиж тулгалаа. ПИН-ий хуудсыг тусад нь өгнө үү.",
                job.document_number
            ),
        ),
        value: json!({"job_id": job.id, "card_id": job.card_id, "document_number": job.document_number,
            "chip_id": card.chip_id()}),
    })
}

fn give_up(arguments: &GiveUp) -> Result<Outcome, Refusal> {
    let given_up = connect_officer(&arguments.connection)?.give_up(&arguments.reason)?;
    let number = &given_up.document_number;
    let sentence = match given_up.state {
        JobState::Waiting => (
            format!(
                "The job of card {number} waits for another chip. Nothing was written on this one: it may be used again."
            ),
            format!(
                "{number} дугаартай картын ажил өөр чип хүлээнэ. Энэ чипэнд юу ч бичээгүй тул дахин ашиглаж болно."
            ),
        ),
        JobState::Ended => (
            format!("Card {number} had ended before. If its chip was begun, set it aside to be destroyed."),
            format!(
                "{number} дугаартай карт өмнө нь хүчингүй болсон байна. Чипийг бичиж эхэлсэн бол устгахаар тусад нь хадгална уу."
            ),
        ),
        JobState::Spoiled
        | JobState::Claimed
        | JobState::Bound
        | JobState::Written
        | JobState::Quarantined => (
            format!(
                "Card {number} is revoked, for its chip was begun. Set the chip aside to be destroyed; the citizen applies anew."
            ),
            format!(
                "{number} дугаартай картын чипийг бичиж эхэлсэн тул карт хүчингүй боллоо. Чипийг устгахаар тусад нь хадгална; иргэн шинээр өргөдөл гаргана."
            ),
        ),
    };
    Ok(Outcome {
        sentence,
        value: json!({"job_id": given_up.job_id, "document_number": number, "state": given_up.state}),
    })
}

fn activate_card(arguments: &Activate) -> Result<Outcome, Refusal> {
    let mut station = connect_officer(&arguments.connection)?;
    let mut backend = open_reader(&arguments.reader)?;
    let mut card = Card::open(&mut backend)?;
    let old = match &arguments.old_pin_file {
        _ if arguments.pin_is_changed => None,
        Some(path) => Some(parse_pin(&read_secret(path, "the transport PIN")?)?),
        None => Some(parse_pin(&ask("Түр ПИН / Transport PIN: ")?)?),
    };
    let new = match &arguments.new_pin_file {
        Some(path) => parse_pin(&read_secret(path, "the new PIN")?)?,
        None => ask_new_pin()?,
    };
    let activated = activate(&mut card, &mut station, &arguments.document_number, &Pins { old, new })?;
    Ok(Outcome {
        sentence: ("The card is active.".into(), "Карт идэвхжлээ.".into()),
        value: json!({"state": activated.state, "chip_id": card.chip_id()}),
    })
}

fn inspect_card(arguments: &Inspect) -> Result<Outcome, Refusal> {
    let access = access_key(arguments)?;
    let mut station = match (&arguments.service, &arguments.trust_root) {
        (Some(service), Some(root)) => {
            let (certificate, key) = (arguments.certificate.as_deref(), arguments.key.as_deref());
            let credentials = Credentials { trust_root: root, certificate, key };
            Some(Station::new(service, &credentials, Box::new(SystemEdge))?)
        }
        (Some(_) | None, _) => None,
    };
    let trust = trust_anchors(arguments, station.as_ref())?;
    let mut backend = open_reader(&arguments.reader)?;
    let mut card = Card::open(&mut backend)?;
    let pin = match &arguments.pin_file {
        _ if arguments.without_pin => None,
        Some(path) => Some(parse_pin(&read_secret(path, "the PIN")?)?),
        None => Some(parse_pin(&ask("ПИН / PIN: ")?)?),
    };
    let files = ShownFiles::read(&mut card, &mut SystemEdge, &access)?;
    // The files are saved before they are checked: those of a refused card are the ones that people want to
    // look at.
    if let Some(folder) = &arguments.save {
        files.save(folder)?;
    }
    let question = Question { access: &access, pin: pin.as_ref() };
    let purpose = purpose(arguments);
    let service = station.as_mut().map(|station| (station as &mut dyn CheckService, &purpose));
    Ok(found(&inspect(&mut card, &mut SystemEdge, files, &question, &trust, service)?))
}

fn found(findings: &Findings) -> Outcome {
    let zone = &findings.zone;
    let (proved, proved_mn) = match (findings.is_possession_proved, &findings.service) {
        (true, Some(_)) => ("the card is no copy, and active", "хуулбар биш, идэвхтэй"),
        (true, None) => (
            "the card is no copy; whether it is active was not asked",
            "хуулбар биш; идэвхтэй эсэхийг асуугаагүй",
        ),
        (false, _) => {
            ("without the PIN nobody knows whether it is a copy", "ПИН-гүйгээр хуулбар эсэх нь мэдэгдэхгүй")
        }
    };
    let name = format!("{} {}", zone.secondary.replace('<', " "), zone.primary.replace('<', " "));
    Outcome {
        sentence: (
            format!(
                "{name}, {}: data genuine, signed under {}; {proved}.",
                zone.document_number, findings.csca
            ),
            format!(
                "{name}, {}: өгөгдөл жинхэнэ, {} гарын үсэгтэй; {proved_mn}.",
                zone.document_number, findings.csca
            ),
        ),
        value: json!({"chip_id": findings.chip_id, "document_number": zone.document_number, "primary": zone.primary,
            "secondary": zone.secondary, "born": zone.born, "expires": zone.expires, "csca": findings.csca,
            "possession_proved": findings.is_possession_proved,
            "active": findings.service.as_ref().map(|statement| statement.active)}),
    }
}

fn access_key(arguments: &Inspect) -> Result<AccessKey, Refusal> {
    let unusable = |why: &dyn std::fmt::Display| Refusal::UnusableFile {
        what: "the print of the card",
        why: why.to_string(),
    };
    if let Some(path) = &arguments.mrz_file {
        let zone = read_secret(path, "the machine readable zone")?;
        return AccessKey::from_td1(&zone).map_err(|error| unusable(&error));
    }
    let part = |value: &Option<String>| value.clone().unwrap_or_default();
    AccessKey::new(&part(&arguments.document_number), &part(&arguments.birth), &part(&arguments.expiry))
        .map_err(|error| unusable(&error))
}

/// The anchors from the folder if one is given, otherwise from the service. The key of signed answers always
/// comes from the service.
fn trust_anchors(arguments: &Inspect, station: Option<&Station>) -> Result<TrustAnchors, Refusal> {
    let of_service =
        station.map(|station| station.trust().and_then(|trust| TrustAnchors::of(&trust))).transpose()?;
    match (&arguments.trust, of_service) {
        (Some(folder), of_service) => {
            let answer_key = of_service.and_then(|trust| trust.answer_key);
            Ok(TrustAnchors { answer_key, ..TrustAnchors::read_folder(folder)? })
        }
        (None, Some(trust)) => Ok(trust),
        (None, None) => Err(Refusal::NoTrustAnchors),
    }
}

fn purpose(arguments: &Inspect) -> Purpose {
    let part = |value: &Option<String>| value.clone().unwrap_or_default();
    Purpose {
        end_user: part(&arguments.end_user),
        legal_basis: part(&arguments.legal_basis),
        purpose: part(&arguments.purpose),
        case: part(&arguments.case),
    }
}

fn connect(connection: &Connection) -> Result<Station, Refusal> {
    let credentials = Credentials {
        trust_root: &connection.trust_root,
        certificate: Some(&connection.certificate),
        key: Some(&connection.key),
    };
    Station::new(&connection.service, &credentials, Box::new(SystemEdge))
}

fn connect_officer(connection: &Connection) -> Result<Station, Refusal> {
    let token = read_secret(&connection.session_file, "the session file")?;
    Ok(connect(connection)?.with_token(Token::new(&token)))
}

/// Opens a reader only after it was named and confirmed.
fn open_reader(reader: &Reader) -> Result<PcscBackend, Refusal> {
    if !reader.yes {
        if !io::stdin().is_terminal() {
            return Err(Refusal::NotConfirmed);
        }
        let question = format!("«{}» уншигчийг ашиглах уу? Use this reader? [т/y] ", reader.reader);
        let mut answer = String::new();
        write!(io::stderr(), "{question}")
            .and_then(|()| io::stdin().read_line(&mut answer))
            .map_err(|_| Refusal::NotConfirmed)?;
        if !matches!(answer.trim(), "т" | "тийм" | "y" | "yes") {
            return Err(Refusal::NotConfirmed);
        }
    }
    Ok(PcscBackend::connect(&reader.reader)?)
}

fn read_secret(path: &Path, what: &'static str) -> Result<Zeroizing<String>, Refusal> {
    let text = std::fs::read_to_string(path);
    text.map(Zeroizing::new).map_err(|error| Refusal::UnusableFile { what, why: error.to_string() })
}

fn ask(question: &str) -> Result<Zeroizing<String>, Refusal> {
    let text = rpassword::prompt_password(question);
    text.map(Zeroizing::new)
        .map_err(|error| Refusal::UnusableFile { what: "the terminal", why: error.to_string() })
}

fn parse_pin(text: &str) -> Result<CardPin, Refusal> {
    CardPin::parse(text).map_err(|_| Refusal::UnfitPin)
}

fn ask_new_pin() -> Result<CardPin, Refusal> {
    let pin = parse_pin(&ask("Шинэ ПИН (6–8 орон) / New PIN (6 to 8 digits): ")?)?;
    if parse_pin(&ask("Дахин / Again: ")?)? != pin {
        return Err(Refusal::UnfitPin);
    }
    Ok(pin)
}
