//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  Which readers are there:
    card-writer readers
  An officer signs in at the station with a one-time code:
    card-writer sign-in --service https://registry.example:8443 --trust-root root.pem \\
      --certificate station.pem --key station.key --session-file session.txt
  Write the next card of this office (the PIN slip goes to a file or a printer such as /dev/usb/lp0):
    card-writer personalise --service https://registry.example:8443 --trust-root root.pem \\
      --certificate station.pem --key station.key --session-file session.txt \\
      --reader 'Virtual PCD 00 00' --journal journal --slip slip.txt
  Give up the job that the station has open, so that the next one comes:
    card-writer give-up --service https://registry.example:8443 --trust-root root.pem \\
      --certificate station.pem --key station.key --session-file session.txt \\
      --reason 'the chip does not answer'
  The holder changes the transport PIN; the card becomes active:
    card-writer activate --service https://registry.example:8443 --trust-root root.pem \\
      --certificate station.pem --key station.key --session-file session.txt \\
      --reader 'Virtual PCD 00 00' --document-number TE0000017
  Inspect a card at a desk, with what is printed on it:
    card-writer inspect --reader 'Virtual PCD 00 00' --document-number TE0000017 \\
      --birth 100517 --expiry 350516 --trust anchors/
  The same, and keep what was read (EF.COM, EF.DG1, EF.DG2, EF.DG11, EF.SOD, both certificates) for other tools:
    card-writer inspect … --save read-from-card/";

/// Writes, activates and inspects identity cards. Үнэмлэхний карт бичих, идэвхжүүлэх, шалгах программ.
///
/// A reader is used only when it is named and confirmed. Уншигчийг зөвхөн нэрлэж, баталгаажуулсан үед
/// ашиглана.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
pub struct Arguments {
    /// Print the result as one JSON object. Үр дүнг JSON хэлбэрээр хэвлэх.
    #[arg(long, global = true)]
    pub json: bool,
    /// Show no progress. Явцыг харуулахгүй.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// List the readers. Уншигчдыг жагсаах.
    Readers,
    /// Sign an officer in. Албан хаагч нэвтрэх.
    SignIn(SignIn),
    /// Write the next card of this office. Дараагийн картыг бичих.
    #[command(visible_alias = "personalize")]
    Personalise(Personalise),
    /// Give up the job that this station has open. Энэ цэгийн авсан ажлыг буцаах.
    ///
    /// If nothing was written on the chip, the job waits for another chip behind those that wait already, and
    /// the chip is blank as before. If something was, the chip is spoilt: its card is revoked, and the
    /// citizen applies anew. The next `personalise` gets the next job.
    /// Чипэнд юу ч бичээгүй бол ажил өөр чип хүлээнэ; бичсэн бол чип гологдож, үнэмлэх хүчингүй болно.
    GiveUp(GiveUp),
    /// Change the transport PIN and make the card active. Түр ПИН-ийг сольж, картыг идэвхжүүлэх.
    Activate(Activate),
    /// Check a card. Карт шалгах.
    Inspect(Box<Inspect>),
}

/// The service and how this station shows itself to it.
#[derive(Args)]
pub struct Connection {
    /// URL of the service, `https://…`. Үйлчилгээний хаяг.
    #[arg(long)]
    pub service: String,
    /// Root of the service's TLS certificate, PEM. Үйлчилгээний үндсэн гэрчилгээ.
    #[arg(long, value_name = "PEM")]
    pub trust_root: PathBuf,
    /// The station's certificate, PEM. Энэ цэгийн гэрчилгээ.
    #[arg(long, value_name = "PEM")]
    pub certificate: PathBuf,
    /// The station's key, PKCS#8 in PEM. Энэ цэгийн түлхүүр.
    #[arg(long, value_name = "PEM")]
    pub key: PathBuf,
    /// File with the officer's token, made by `sign-in`. Албан хаагчийн нэвтрэлтийн файл.
    #[arg(long, value_name = "FILE")]
    pub session_file: PathBuf,
}

/// The reader.
#[derive(Args)]
pub struct Reader {
    /// Name of the reader, exactly as `card-writer readers` lists it. Уншигчийн нэр.
    #[arg(long, value_name = "NAME")]
    pub reader: String,
    /// Use the reader without asking. Асуулгүйгээр уншигчийг ашиглах.
    #[arg(long)]
    pub yes: bool,
}

/// `sign-in`.
#[derive(Args)]
pub struct SignIn {
    #[command(flatten)]
    pub connection: Connection,
    /// File with the one-time code; asked for without it. Нэг удаагийн кодтой файл.
    #[arg(long, value_name = "FILE")]
    pub code_file: Option<PathBuf>,
}

/// `personalise`.
#[derive(Args)]
pub struct Personalise {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub reader: Reader,
    /// Folder of the journals. Журналын хавтас.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// Where the PIN slip goes: a file or a printer's device. ПИН-ий хуудас бичих файл эсвэл хэвлэгч.
    #[arg(long, value_name = "PATH")]
    pub slip: PathBuf,
}

/// `give-up`.
#[derive(Args)]
pub struct GiveUp {
    #[command(flatten)]
    pub connection: Connection,
    /// Why, in 3 to 200 characters, without anything about the holder; the card office reads it. Шалтгаан,
    /// эзэмшигчийн мэдээлэлгүй.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `activate`.
#[derive(Args)]
pub struct Activate {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub reader: Reader,
    /// Document number on the card. Картын дугаар.
    #[arg(long)]
    pub document_number: String,
    /// File with the transport PIN; asked for without it. Түр ПИН-тэй файл.
    #[arg(long, value_name = "FILE", conflicts_with = "pin_is_changed")]
    pub old_pin_file: Option<PathBuf>,
    /// File with the new PIN; asked for without it. Шинэ ПИН-тэй файл.
    #[arg(long, value_name = "FILE")]
    pub new_pin_file: Option<PathBuf>,
    /// The PIN was changed in an earlier try. ПИН өмнө нь солигдсон.
    #[arg(long)]
    pub pin_is_changed: bool,
}

/// `inspect`.
#[derive(Args)]
pub struct Inspect {
    #[command(flatten)]
    pub reader: Reader,
    /// Document number on the card. Картын дугаар.
    #[arg(long, required_unless_present = "mrz_file", requires_all = ["birth", "expiry"])]
    pub document_number: Option<String>,
    /// Birth date on the card, YYMMDD. Төрсөн огноо.
    #[arg(long, value_name = "YYMMDD")]
    pub birth: Option<String>,
    /// Expiry date on the card, YYMMDD. Хүчинтэй хугацаа.
    #[arg(long, value_name = "YYMMDD")]
    pub expiry: Option<String>,
    /// File with the machine readable zone instead. Машин уншигдах бүсийн файл.
    #[arg(long, value_name = "FILE", conflicts_with = "document_number")]
    pub mrz_file: Option<PathBuf>,
    /// Folder with roots, CSCAs, authorities and revocation lists. Итгэмжлэлийн гэрчилгээний хавтас.
    #[arg(long, value_name = "DIR", required_unless_present = "service")]
    pub trust: Option<PathBuf>,
    /// File with the holder's PIN; asked for without it. Эзэмшигчийн ПИН-тэй файл.
    #[arg(long, value_name = "FILE")]
    pub pin_file: Option<PathBuf>,
    /// Do not ask the holder for the PIN: a copied card is then not found out. ПИН асуухгүй.
    #[arg(long, conflicts_with_all = ["pin_file", "service"])]
    pub without_pin: bool,
    /// New folder for the files as read, kept also when the check refuses them; personal data. Уншсан
    /// файлуудыг хадгалах шинэ хавтас.
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// Also ask this service whether the card is active. Карт идэвхтэй эсэхийг асуух үйлчилгээ.
    #[arg(long, requires_all = ["trust_root", "certificate", "key", "end_user", "legal_basis", "purpose", "case"])]
    pub service: Option<String>,
    /// Root of the service's TLS certificate, PEM. Үйлчилгээний үндсэн гэрчилгээ.
    #[arg(long, value_name = "PEM")]
    pub trust_root: Option<PathBuf>,
    /// The agency's certificate, PEM. Байгууллагын гэрчилгээ.
    #[arg(long, value_name = "PEM")]
    pub certificate: Option<PathBuf>,
    /// The agency's key, PKCS#8 in PEM. Байгууллагын түлхүүр.
    #[arg(long, value_name = "PEM")]
    pub key: Option<PathBuf>,
    /// Who sits at the desk. Ажилтан.
    #[arg(long)]
    pub end_user: Option<String>,
    /// The clause that allows the question. Хуулийн үндэслэл.
    #[arg(long)]
    pub legal_basis: Option<String>,
    /// Code of the purpose in the agreement. Зорилгын код.
    #[arg(long)]
    pub purpose: Option<String>,
    /// The agency's case number. Хэргийн дугаар.
    #[arg(long)]
    pub case: Option<String>,
}
