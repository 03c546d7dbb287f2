//! What the papers of family events say: marriage, its end and restoration, parentage, return of someone declared dead.

use registry_domain::entry::{Part, PartBody};
use registry_domain::event::{marriage, marriage_ended, marriage_restored, parentage};
use registry_domain::id::PersonId;
use registry_domain::sex::Sex;

use super::{Paper, named, person_lines, require_open};
use crate::failure::Failure;
use crate::store::Db;

/// Adds the lines of one part; a part that no paper names adds none.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn lines(db: &mut Db, part: &Part, paper: &mut Paper) -> Result<(), Failure> {
    let person = part.person;
    match &part.body {
        PartBody::Marriage(marriage::Body::Spouse(body)) => {
            spouse(db, person, paper)?;
            paper.once("Гэрлэсэн огноо", "Date of marriage", Some(body.married_on));
        }
        PartBody::MarriageEnded(marriage_ended::Body::Spouse { ended_on, .. }) => {
            spouse(db, person, paper)?;
            paper.once("Гэрлэлт дууссан огноо", "Date of the end of marriage", Some(ended_on));
        }
        PartBody::MarriageRestored(marriage_restored::Body::Spouse { restored_on, .. }) => {
            spouse(db, person, paper)?;
            paper.once("Гэрлэлт сэргээсэн огноо", "Date of the restoration", Some(restored_on));
        }
        PartBody::Parentage(parentage::Body::Child(_)) => {
            let child = require_open(db, person, paper)?;
            person_lines(&child, paper);
        }
        PartBody::Parentage(parentage::Body::Parent { .. }) => {
            let parent = require_open(db, person, paper)?;
            paper.line("Тогтоосон эцэг (эх)", "Parent established", Some(named(&parent)));
        }
        PartBody::DeclaredAlive(_) => {
            let subject = require_open(db, person, paper)?;
            person_lines(&subject, paper);
        }
        _ => {}
    }
    Ok(())
}

fn spouse(db: &mut Db, person: PersonId, paper: &mut Paper) -> Result<(), Failure> {
    let spouse = require_open(db, person, paper)?;
    let (label_mn, label_en, spelt_mn, spelt_en) = match spouse.sex {
        Some(Sex::Male) => {
            ("Нөхөр", "Husband", "Нөхрийн нэр, монгол бичгээр", "Husband's name in traditional script")
        }
        Some(Sex::Female) | None => {
            ("Эхнэр", "Wife", "Эхнэрийн нэр, монгол бичгээр", "Wife's name in traditional script")
        }
    };
    paper.line(label_mn, label_en, Some(named(&spouse)));
    let traditional = spouse.traditional.as_ref().zip(spouse.name.as_ref());
    let spelt = traditional.and_then(|(traditional, name)| traditional.without_clan(name));
    paper.spelling(spelt_mn, spelt_en, spelt);
    paper.line("Төрсөн огноо", "Date of birth", spouse.born_on);
    Ok(())
}
