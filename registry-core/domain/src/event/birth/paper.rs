//! What a birth certificate says. After an adoption it tells of the new family.

use super::{Body, Child};
use crate::entry::{Part, PartBody};
use crate::event::adoption::AsBorn;
use crate::history::Recorded;
use crate::paper::{Sheet, Unprinted, name_lines, named};
use crate::person::Relation;
use crate::refusal::Refusal;

/// The lines of the paper.
pub(super) fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Birth(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    match body {
        Body::Child(child) => {
            let stays = sheet.person(part.person)?;
            // The paper shows the number given with the birth, which is no longer valid if that record was
            // merged into another.
            if stays.id != part.person {
                return Err(Refusal::RecordMerged.into());
            }
            let parts = sheet.parts(part.person)?;
            child_lines(&as_told(child, &parts), sheet)
        }
        // The child's lines name the parents.
        Body::Parent { .. } => Ok(()),
    }
}

/// The birth as it is told after an adoption: with the new name and the new parents.
fn as_told(child: &Child, parts: &[Recorded]) -> Child {
    let mut told = child.clone();
    if let Some(adopted) = AsBorn::of(parts) {
        told.mother = adopted.parent(Relation::Mother, told.mother);
        told.father = adopted.parent(Relation::Father, told.father);
        if let Some(name) = adopted.name {
            told.name = name;
            // The traditional spelling is of the name given at birth.
            told.traditional = None;
        }
    }
    told
}

fn child_lines(child: &Child, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    name_lines(&child.name, child.traditional.as_ref(), sheet);
    sheet.line("Хүйс", "Sex", Some(format!("{} / {}", child.sex.title_mn(), child.sex.title_en())));
    sheet.line("Төрсөн огноо", "Date of birth", Some(child.born_on));
    let unit = child.birth_place.as_ref().map(|unit| sheet.place(unit));
    let abroad = child.born_abroad.as_ref().map(|at| format!("{}, {}", at.country, at.place));
    sheet.line("Төрсөн газар", "Place of birth", unit.or(abroad));
    sheet.line("Регистрийн дугаар", "Register number", Some(&child.national_number));
    sheet.line("Иргэний бүртгэлийн дугаар", "Civil id", Some(&child.civil_id));
    for (label_mn, label_en, parent) in [("Эх", "Mother", child.mother), ("Эцэг", "Father", child.father)]
    {
        let Some(parent) = parent else { continue };
        let parent = sheet.person(parent)?;
        sheet.line(label_mn, label_en, Some(named(&parent)));
    }
    Ok(())
}
