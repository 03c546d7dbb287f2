//! A civil paper for drawing again and again: composed, with a QR and an attached proof of the usual lengths.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use civil_paper::{FontFile, Fonts, Line, Paper, Words};

/// Where Debian's package fonts-noto-core installs them.
const FONTS: &str = "/usr/share/fonts/truetype/noto";
/// The number of characters in a seal with a leaf index and a root.
const SEAL: usize = 330;
/// The number of octets in a proof from a ledger of millions.
const PROOF: usize = 4096;

/// The fonts of civil papers.
///
/// # Errors
/// If they are not installed.
pub fn fonts() -> anyhow::Result<Fonts> {
    let read = |file: FontFile| {
        let path = Path::new(FONTS).join(file.name());
        fs::read(&path).with_context(|| format!("{}; is fonts-noto-core there?", path.display()))
    };
    let files = FontFile::ALL.into_iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Fonts::new(<[Vec<u8>; 4]>::try_from(files).ok().context("four fonts")?)?)
}

/// A birth certificate; `seal` is the signed text.
pub fn birth(seal: &[u8], issued_at: DateTime<Utc>) -> Paper {
    let line =
        |(mn, en, value): (&str, &str, &str)| Line { label: Words::new(mn, en), value: value.to_owned() };
    let lines = [
        ("Ургийн овог", "Clan name", "Боржигон"),
        ("Эцэг (эх)-ийн нэр", "Parent's name", "Батболд"),
        ("Нэр", "Given name", "Номин-Эрдэнэ"),
        ("Регистрийн дугаар", "Register number", "УА26110122"),
        ("Хүйс", "Sex", "эм · female"),
        ("Төрсөн огноо", "Date of birth", "2026-11-01"),
        ("Төрсөн газар", "Place of birth", "Улаанбаатар, Багануур, 1-р хороо"),
        ("Эх", "Mother", "Дорж Сарнай"),
        ("Эцэг", "Father", "Дорж Батболд"),
    ];
    let day = issued_at.date_naive();
    Paper {
        title: Words::new("Төрсний гэрчилгээ", "Birth certificate"),
        act_number: "110151-2026-0000007".to_owned(),
        lines: lines.map(line).into(),
        columns: Vec::new(),
        office: Words::new("Багануур дүүрэг, 1-р хороо", "Baganuur district, khoroo 1"),
        registered_on: day,
        issued_on: day,
        issued_at,
        copy: 1,
        sheet: Some("АА 0123456".to_owned()),
        qr: hex::encode_upper(seal).chars().cycle().take(SEAL).collect(),
        check_code: "K7M2-QX4D".to_owned(),
        check_at: "http://127.0.0.1:8080/check".to_owned(),
        is_specimen: true,
        proof: vec![b'7'; PROOF],
    }
}
