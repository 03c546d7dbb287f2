use super::*;
use crate::attachment::attached_proof;
use crate::sample::{fonts, line, paper};
use crate::{FontFile, Fonts, NoAttachment, Words};

#[test]
fn the_same_paper_gives_the_same_octets_and_another_gives_others() {
    let fonts = fonts();
    let first = to_pdf(&paper(), &fonts).unwrap();
    assert_eq!(first, to_pdf(&paper(), &self::fonts()).unwrap());
    let second_copy = Paper { copy: 2, ..paper() };
    assert_ne!(first, to_pdf(&second_copy, &fonts).unwrap());
}

#[test]
fn the_proof_comes_out_as_it_went_in() {
    let file = to_pdf(&paper(), &fonts()).unwrap();
    assert_eq!(attached_proof(file).unwrap(), paper().proof);
}

#[test]
fn what_is_no_paper_has_no_proof() {
    assert_eq!(attached_proof(b"not a file".to_vec()), Err(NoAttachment::NotPdf));
    assert_eq!(attached_proof(vec![b' '; 5 * 1024 * 1024]), Err(NoAttachment::TooLarge));
    let file = to_pdf(&paper(), &fonts()).unwrap();
    let renamed = replaced(&file, PROOF_NAME.as_bytes(), b"ledger-proof.jsoN");
    assert_eq!(attached_proof(renamed), Err(NoAttachment::NotOne));
    for cut in (0..file.len()).step_by(file.len() / 40) {
        // If the attachment is whole before the cut, it may be read; a part of it never is.
        let read = attached_proof(file[..cut].to_vec());
        assert!(read.clone().map_or(true, |proof| proof == paper().proof), "cut at {cut}: {read:?}");
    }
    assert!(attached_proof(file[..file.len() / 40].to_vec()).is_err());
}

/// The file with every `what` replaced by `by`, which has the same length.
fn replaced(file: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    assert_eq!(what.len(), by.len());
    let mut changed = file.to_vec();
    let places: Vec<usize> = (0..file.len()).filter(|at| file[*at..].starts_with(what)).collect();
    assert!(!places.is_empty(), "nothing to replace");
    places.into_iter().for_each(|at| changed[at..at + by.len()].copy_from_slice(by));
    changed
}

#[test]
fn nothing_of_a_strangers_file_is_unpacked() {
    let file = to_pdf(&paper(), &fonts()).unwrap();
    for packed in ["<< /Type /ObjStm >>", "<</Type/XRef>>", "/Obj#53tm ", "/#58#52ef"] {
        let with = [file.as_slice(), packed.as_bytes()].concat();
        assert_eq!(attached_proof(with), Err(NoAttachment::PackedObjects), "{packed}");
    }
    for other in ["/ObjStmS", "/XRefs", "/#5", "ObjStm"] {
        let with = [file.as_slice(), other.as_bytes()].concat();
        assert_ne!(attached_proof(with), Err(NoAttachment::PackedObjects), "{other}");
    }
}

#[test]
fn a_character_that_no_font_has_is_named_and_never_drawn_as_a_box() {
    let strange = Paper { lines: vec![line("Нэр", "Given name", "Сар漢")], ..paper() };
    assert_eq!(to_pdf(&strange, &fonts()), Err(PaperError::NoGlyph('漢')));
}

#[test]
fn a_paper_of_many_lines_has_more_pages_and_one_without_end_is_refused() {
    let pages = |count| {
        let lines = (0..count).map(|at| line("Тэмдэглэл", "Annotation", &format!("№ {at}"))).collect();
        compose(&Paper { lines, ..paper() }, &fonts()).map(|pages| pages.len())
    };
    assert_eq!(pages(3), Ok(1));
    assert!(pages(40).unwrap() > 1);
    assert_eq!(pages(201), Err(PaperError::TooLong));
    let long = Paper { lines: vec![line("Хаяг", "Address", &"урт ".repeat(2000))], ..paper() };
    assert_eq!(to_pdf(&long, &fonts()), Err(PaperError::TooLong));
    let wide = Paper { lines: vec![line("Хаяг", "Address", &"ө".repeat(200))], ..paper() };
    assert!(to_pdf(&wide, &fonts()).is_ok(), "a word wider than its column is broken");
}

#[test]
fn a_text_too_long_for_a_qr_is_refused() {
    let long = Paper { qr: "A".repeat(5000), ..paper() };
    assert_eq!(to_pdf(&long, &fonts()), Err(PaperError::QrTooLong));
}

/// Where the columns in traditional script begin, and how they are turned.
fn columns(written: &Paper, fonts: &Fonts) -> Result<Vec<(f32, f32)>, PaperError> {
    let pages = compose(written, fonts)?;
    let turned = pages[0].iter().flat_map(|block| &block.pieces).filter_map(|piece| match piece {
        crate::block::Piece::Turned(text, degrees) if text.style.file == FontFile::Mongolian => {
            Some((text.x, *degrees))
        }
        crate::block::Piece::Turned(..) | crate::block::Piece::Text(_) | crate::block::Piece::Filled(..) => {
            None
        }
    });
    Ok(turned.collect())
}

#[test]
fn traditional_script_stands_in_columns_beside_the_facts() {
    let fonts = fonts();
    let mut written = paper();
    written.columns =
        vec![line("Нэр, монгол бичгээр", "Given name in traditional script", "ᠰᠠᠷᠠᠩᠭᠣᠣ\u{180e}ᠠ")];
    let turned = columns(&written, &fonts).unwrap();
    assert_eq!(turned.len(), 1);
    assert!(turned[0].0 > 480.0 && (turned[0].1 - 90.0).abs() < 0.01, "{turned:?}");
    assert_ne!(to_pdf(&written, &fonts).unwrap(), to_pdf(&paper(), &fonts).unwrap());
}

#[test]
fn the_longest_name_that_the_register_takes_fits_under_the_longest_title() {
    let fonts = fonts();
    let mut written = paper();
    written.title = Words::new(
        "Гэрлэлт цуцалсны бүртгэлийн гэрчилгээний лавлагаа",
        "Certificate of the registration of a dissolution of marriage",
    );
    for letter in '\u{1820}'..='\u{1842}' {
        let part = letter.to_string().repeat(25);
        let parents = line("Эцэг (эх)-ийн нэр, монгол бичгээр", "Parent's name in traditional script", &part);
        written.columns = vec![parents; 3];
        assert_eq!(columns(&written, &fonts).unwrap().len(), 3, "{letter}");
        let whole = format!("{part} {part}");
        let husband = line("Нөхрийн нэр, монгол бичгээр", "Husband's name in traditional script", &whole);
        written.columns = vec![husband; 2];
        assert_eq!(columns(&written, &fonts).unwrap().len(), 2, "{letter}");
    }
    written.columns = vec![line("Нэр", "Name", "ᠠ"); 8];
    assert_eq!(columns(&written, &fonts).unwrap_err(), PaperError::TooLong);
}

#[test]
fn a_file_that_is_no_font_is_named() {
    let broken = Fonts::new([vec![1, 2, 3], Vec::new(), Vec::new(), Vec::new()]);
    assert_eq!(broken.err().map(|error| error.0), Some("NotoSerif-Regular.ttf"));
}

#[test]
fn only_the_title_the_number_and_the_code_are_in_the_data_of_the_file() {
    let said = format!("{:?}", metadata(&paper()));
    assert!(said.contains("110151-2026-0000007") && said.contains("K7QM"));
    for fact in paper().lines {
        assert!(!said.contains(&fact.value), "{}", fact.value);
    }
}
