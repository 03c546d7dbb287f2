//! What the papers about a person's status say, and the remarks on any act.

use registry_domain::event::citizenship;
use registry_domain::event::guardianship::{self, Guardian};
use registry_domain::event::migration;
use registry_domain::id::{EntryId, PersonId};
use registry_domain::national_number::NationalNumber;
use registry_domain::step::Step;

use super::{Paper, named, person_lines, require_open};
use crate::failure::Failure;
use crate::store::{Db, people};

/// Adds the ward, the guardian, who decided and when, and the day on which the guardianship ends by itself.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn guardianship(
    db: &mut Db,
    person: PersonId,
    body: &guardianship::Body,
    paper: &mut Paper,
) -> Result<(), Failure> {
    // The ward's part names the guardian.
    let guardianship::Body::Ward(said) = body else { return Ok(()) };
    let ward = require_open(db, person, paper)?;
    person_lines(&ward, paper);
    let guardian = match &said.guardian {
        Guardian::Person(guardian) => named(&require_open(db, *guardian, paper)?),
        Guardian::Body(name) => name.clone(),
    };
    let (mn, en) = match said.step {
        Step::Begins => ("Асран хамгаалал тогтоосон огноо", "Guardianship since"),
        Step::Ends => ("Асран хамгаалал дууссан огноо", "Guardianship ended on"),
    };
    paper.line("Асран хамгаалагч", "Guardian", Some(guardian));
    paper.line(mn, en, Some(said.decided_on));
    paper.line("Хүчинтэй хугацаа", "Ends by itself on", said.until);
    paper.line("Шийдвэрийн дугаар", "Number of the decision", Some(said.ground.number()));
    Ok(())
}

/// Adds a person who was given a new register number, and the number before it.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn renumbered(
    db: &mut Db,
    person: PersonId,
    given: &NationalNumber,
    paper: &mut Paper,
) -> Result<(), Failure> {
    let person = require_open(db, person, paper)?;
    person_lines(&person, paper);
    paper.line("Хүйс", "Sex", person.sex.map(|sex| format!("{} / {}", sex.title_mn(), sex.title_en())));
    let numbers: Vec<&NationalNumber> =
        person.earlier_numbers.iter().chain(&person.national_number).collect();
    let before = numbers.windows(2).find(|pair| pair[1] == given).map(|pair| pair[0]);
    paper.line("Шинэ регистрийн дугаар", "Register number given", Some(given));
    paper.line("Өмнөх регистрийн дугаар", "Register number before", before);
    Ok(())
}

/// Adds the person whose citizenship changed, how it changed, and by which decree.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn citizenship(
    db: &mut Db,
    person: PersonId,
    body: &citizenship::Subject,
    paper: &mut Paper,
) -> Result<(), Failure> {
    let person = require_open(db, person, paper)?;
    person_lines(&person, paper);
    let change = format!("{} / {}", body.change.title_mn(), body.change.title_en());
    paper.line("Харьяатын өөрчлөлт", "Change of citizenship", Some(change));
    paper.line("Гадаадын баримт бичиг", "Foreign document", person.foreign.as_ref());
    paper.line("Авсан харьяалал", "Citizenship taken instead", body.other_citizenship.as_ref());
    paper.line("Ерөнхийлөгчийн зарлиг", "Decree of the President", Some(&body.decree_number));
    paper.line("Зарлигийн огноо", "Date of the decree", Some(body.decided_on));
    Ok(())
}

/// Adds who left for which country and when, or who came back and when.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn migration(
    db: &mut Db,
    person: PersonId,
    body: &migration::Body,
    paper: &mut Paper,
) -> Result<(), Failure> {
    person_lines(&require_open(db, person, paper)?, paper);
    match body {
        migration::Body::Left { country, left_on, .. } => {
            paper.line("Оршин суухаар явсан улс", "Country", Some(country));
            paper.line("Явсан огноо", "Date of departure", Some(left_on));
        }
        migration::Body::Returned { returned_on, .. } => {
            paper.line("Буцаж ирсэн огноо", "Date of return", Some(returned_on));
        }
    }
    Ok(())
}

/// Adds the remarks on this entry in the records that the paper is about.
///
/// # Errors
/// As [`super::paper_of`].
pub(super) fn annotations(db: &mut Db, of: EntryId, paper: &mut Paper) -> Result<(), Failure> {
    let mut about = paper.people.clone();
    about.sort_unstable();
    about.dedup();
    for id in about {
        let Some(person) = people::load(db, PersonId::new(id))? else { continue };
        for remark in person.annotations.iter().filter(|remark| remark.of == of) {
            paper.line("Тэмдэглэл", "Annotation", Some(format!("{} ({})", remark.text, remark.paper)));
        }
    }
    Ok(())
}
