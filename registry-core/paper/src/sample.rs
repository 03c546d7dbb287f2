//! A made-up paper for tests.

use std::fs;

use chrono::{DateTime, NaiveDate};

use crate::{FontFile, Fonts, Line, Paper, Words};

/// Where Debian's package `fonts-noto-core` puts the font files.
const FOLDER: &str = "/usr/share/fonts/truetype/noto";

pub(crate) fn fonts() -> Fonts {
    Fonts::new(FontFile::ALL.map(|file| {
        fs::read(format!("{FOLDER}/{}", file.name())).expect("the package fonts-noto-core is installed")
    }))
    .expect("fonts")
}

pub(crate) fn line(mn: &str, en: &str, value: &str) -> Line {
    Line { label: Words::new(mn, en), value: value.to_owned() }
}

pub(crate) fn paper() -> Paper {
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).expect("a day");
    Paper {
        title: Words::new("Төрсний гэрчилгээ", "Birth certificate"),
        act_number: "110151-2026-0000007".to_owned(),
        columns: Vec::new(),
        lines: vec![
            line("Ургийн овог", "Clan name", "Боржигон"),
            line("Эцэг (эх)-ийн нэр", "Parent's name", "Амарсанаа"),
            line("Нэр", "Given name", "Сарангоо"),
            line("Хүйс", "Sex", "эмэгтэй / female"),
            line("Төрсөн огноо", "Date of birth", "2026-04-28"),
            line("Төрсөн газар", "Place of birth", "Улаанбаатар, Баянгол дүүрэг, 1-р хороо (110151)"),
            line("Регистрийн дугаар", "Register number", "УА26242843"),
            line("Иргэний бүртгэлийн дугаар", "Civil id", "123456789012"),
            line("Эх", "Mother", "Хатгин Дорж Цэцэгмаа УА96031422"),
            line("Эцэг", "Father", "Боржигон Бат Амарсанаа УБ94010112"),
        ],
        office: Words::new(
            "Улаанбаатар, Баянгол дүүрэг, 1-р хороо",
            "Ulaanbaatar, Bayangol district, khoroo 1",
        ),
        registered_on: day(2),
        issued_on: day(3),
        issued_at: DateTime::from_timestamp(1_777_777_777, 0).expect("an instant"),
        copy: 1,
        sheet: Some("АА 0123456".to_owned()),
        qr: format!("burtgel:extract:v2:{}", "A".repeat(520)),
        check_code: "K7QM-4T2X-9D".to_owned(),
        check_at: "https://registry.example/check".to_owned(),
        is_specimen: true,
        proof: b"{\"v\":1}".to_vec(),
    }
}
