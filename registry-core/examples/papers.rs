//! Writes one paper of each kind of form, with made-up people, keys and ledger, for the outside checks in
//! `tests/peers/paper`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate};
use civil_paper::{FontFile, Fonts, Line as PaperLine, Paper, Words, to_pdf};
use issuance::{Algorithm, Signer as _, SoftwareSigner};
use registry_core::config::Papers;
use registry_core::draw::Draw;
use registry_core::extract::Line;
use registry_core::extract::proof::Proof;
use registry_core::extract::seal::{Claim, CopyClaim, check_code, digest};
use registry_domain::kind::Kind;
use registry_domain::unit::UnitCode;
use transparency_log::{
    Checkpoint, Frontier, Hash, KeyName, NoteVerifier, SignedNote, inclusion_proof, leaf_hash,
};

const INSTANCE: &str = "registry.example";
const LEAVES: u64 = 1000;

fn main() -> anyhow::Result<()> {
    let out = PathBuf::from(std::env::args().nth(1).context("papers FOLDER")?);
    let folder = Papers::default().fonts;
    let mut files = Vec::new();
    for file in FontFile::ALL {
        let path = folder.join(file.name());
        files
            .push(fs::read(&path).with_context(|| format!("{}; is fonts-noto-core there?", path.display()))?);
    }
    let fonts = Fonts::new(<[Vec<u8>; 4]>::try_from(files).ok().context("four fonts")?)?;
    let (extract, log, other) = (key(1)?, key(2)?, key(3)?);
    for (name, key) in [("extract", &extract), ("register-log", &log), ("other", &other)] {
        fs::write(out.join(format!("{name}.public.der")), key.spki_der())?;
    }
    let ledger = Ledger::new(&log)?;
    for (at, (kind, name)) in KINDS.into_iter().enumerate() {
        let paper = paper(kind, at as u64, &ledger, &extract)?;
        write(&out, name, &paper, &fonts)?;
    }
    let spelt = [
        ("Ургийн овог, монгол бичгээр", "Clan name in traditional script", "ᠪᠣᠷᠵᠢᠭᠢᠨ"),
        ("Эцэг (эх)-ийн нэр, монгол бичгээр", "Parent's name in traditional script", "ᠠᠮᠤᠷᠰᠠᠨᠠᠭ\u{180e}ᠠ"),
        ("Нэр, монгол бичгээр", "Given name in traditional script", "ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ"),
    ];
    let spelling = |(label_mn, label_en, value): (_, _, &str)| Line {
        label_mn,
        label_en,
        value: value.to_owned(),
        is_spelling: true,
    };
    let lines = lines(Kind::NameChange).into_iter().chain(spelt.map(spelling)).collect();
    let traditional = paper_of(Kind::NameChange, 9, lines, &ledger, &extract)?;
    write(&out, "traditional", &traditional, &fonts)
}

const KINDS: [(Kind, &str); 5] = [
    (Kind::Birth, "birth"),
    (Kind::Marriage, "marriage"),
    (Kind::Death, "death"),
    (Kind::NameChange, "name"),
    (Kind::Residence, "residence"),
];

fn write(out: &Path, name: &str, paper: &Paper, fonts: &Fonts) -> anyhow::Result<()> {
    Ok(fs::write(out.join(format!("{name}.pdf")), to_pdf(paper, fonts)?)?)
}

fn key(seed: u8) -> anyhow::Result<SoftwareSigner> {
    Ok(SoftwareSigner::generate(Algorithm::Ed25519, Draw::from_seed([seed; 32]).generator())?)
}

/// A ledger of made-up leaves with its signed checkpoint.
struct Ledger {
    leaves: Vec<String>,
    hashes: Vec<Hash>,
    root: Hash,
    note: String,
}

impl Ledger {
    fn new(key: &SoftwareSigner) -> anyhow::Result<Ledger> {
        let leaves: Vec<String> = (0..LEAVES).map(|at| format!("{{\"k\":\"entry\",\"s\":{at}}}")).collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())).collect();
        let mut tree = Frontier::new();
        hashes.iter().for_each(|hash| tree.append(*hash));
        let name = KeyName::parse(&format!("{INSTANCE}/register"))?;
        let octets = key.spki_der().last_chunk::<32>().context("an Ed25519 key")?;
        let verifier = NoteVerifier::new(name.clone(), octets)?;
        let checkpoint = Checkpoint::of(name, &tree, None);
        let note = SignedNote::sign(&checkpoint.to_text(), &verifier, |message| {
            key.sign(message).map(|signature| signature.try_into().unwrap_or([0; 64]))
        })?;
        Ok(Ledger { leaves, hashes, root: checkpoint.root, note: note.to_string() })
    }
}

fn paper(kind: Kind, at: u64, ledger: &Ledger, key: &SoftwareSigner) -> anyhow::Result<Paper> {
    paper_of(kind, at, lines(kind), ledger, key)
}

fn paper_of(
    kind: Kind,
    at: u64,
    lines: Vec<Line>,
    ledger: &Ledger,
    key: &SoftwareSigner,
) -> anyhow::Result<Paper> {
    let leaf = 17 + 101 * at;
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).context("a day");
    let sheet = format!("АА 01234{at:02}");
    let claim = Claim {
        act_number: format!("110151-2026-{:07}", 7 + at),
        kind,
        registered_on: day(2)?,
        office: UnitCode::parse("110151")?,
        printed_on: day(3)?,
        facts: digest(&[7; 16], &lines),
        copy: Some(CopyClaim {
            instance: INSTANCE.to_owned(),
            number: 1,
            sheet: Some(sheet.clone()),
            leaf,
            tree_size: LEAVES,
            root: ledger.root.to_base64(),
        }),
    };
    let (act_number, seal) = (claim.act_number.clone(), claim.prepare()?.sign(key)?);
    let path = inclusion_proof(&ledger.hashes, leaf)?;
    let text = ledger.leaves[usize::try_from(leaf)?].clone();
    let proof = Proof::new(seal.clone(), &lines, text, &path, ledger.note.clone());
    let title = kind.paper_title();
    let line = |line: &Line| PaperLine {
        label: Words::new(line.label_mn, line.label_en),
        value: line.value.clone(),
    };
    Ok(Paper {
        title: Words::new(title.mn, title.en),
        act_number,
        lines: lines.iter().filter(|line| !line.is_spelling).map(line).collect(),
        columns: lines.iter().filter(|line| line.is_spelling).map(line).collect(),
        office: Words::new(
            "Улаанбаатар, Баянгол дүүрэг, 1 дүгээр хороо",
            "Ulaanbaatar, Bayangol district, khoroo 1",
        ),
        registered_on: day(2)?,
        issued_on: day(3)?,
        issued_at: DateTime::from_timestamp(1_777_777_777, 0).context("an instant")?,
        copy: 1,
        sheet: Some(sheet),
        check_code: check_code(&seal),
        qr: seal,
        check_at: "https://registry.example/check".to_owned(),
        is_specimen: true,
        proof: serde_json::to_vec_pretty(&proof)?,
    })
}

fn lines(kind: Kind) -> Vec<Line> {
    let name = [
        ("Ургийн овог", "Clan name", "Боржигон"),
        ("Эцэг (эх)-ийн нэр", "Parent's name", "Амарсанаа"),
        ("Нэр", "Given name", "Сарангоо"),
    ];
    let person = [
        ("Төрсөн огноо", "Date of birth", "1996-04-28"),
        ("Регистрийн дугаар", "Register number", "УА96042843"),
    ];
    let place = "Улаанбаатар, Баянгол дүүрэг, 1 дүгээр хороо (110151)";
    let facts: Vec<(&'static str, &'static str, &str)> = match kind {
        Kind::Marriage => vec![
            ("Нөхөр", "Husband", "Хатгин Дорж Мөнхбат УА94010112"),
            ("Төрсөн огноо", "Date of birth", "1994-01-01"),
            ("Эхнэр", "Wife", "Боржигон Амарсанаа Сарангоо УА96042843"),
            ("Төрсөн огноо", "Date of birth", "1996-04-28"),
            ("Гэрлэсэн огноо", "Date of marriage", "2026-05-02"),
        ],
        Kind::Death => [
            name.as_slice(),
            person.as_slice(),
            &[
                ("Нас барсан огноо", "Date of death", "2026-05-01"),
                ("Нас барсан газар", "Place of death", place),
            ],
        ]
        .concat(),
        Kind::NameChange => [
            name.as_slice(),
            person.as_slice(),
            &[
                ("Өмнөх нэр", "Name before", "Боржигон Амарсанаа Сарантуяа"),
                ("Захирамжийн дугаар", "Number of the order", "А/127"),
            ],
        ]
        .concat(),
        Kind::Residence => [
            name.as_slice(),
            person.as_slice(),
            &[
                ("Оршин суух нэгж", "Unit of residence", place),
                ("Хаяг", "Address", "Энхтайвны өргөн чөлөө 12-34"),
                ("Ирсэн огноо", "Date of arrival", "2026-05-01"),
            ],
        ]
        .concat(),
        _ => [
            name.as_slice(),
            &[
                ("Хүйс", "Sex", "эмэгтэй / female"),
                ("Төрсөн огноо", "Date of birth", "2026-04-28"),
                ("Төрсөн газар", "Place of birth", place),
                ("Регистрийн дугаар", "Register number", "УА26242843"),
                ("Иргэний бүртгэлийн дугаар", "Civil id", "123456789012"),
                ("Эх", "Mother", "Хатгин Дорж Цэцэгмаа УА96031422"),
                ("Эцэг", "Father", "Боржигон Бат Амарсанаа УБ94010112"),
            ],
        ]
        .concat(),
    };
    let line = |(label_mn, label_en, value): (&'static str, &'static str, &str)| Line {
        label_mn,
        label_en,
        value: value.to_owned(),
        is_spelling: false,
    };
    facts.into_iter().map(line).collect()
}
