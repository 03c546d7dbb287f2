//! A draft as a page to print and sign: section by section what was filled in, in both languages.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::door::Declarable;
use registry_domain::form::{Entered, Field, Form, Say, Section, say};
use registry_domain::officer::Officer;
use registry_domain::question::{ANSWERS, Question};
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::drafts;
use super::fault::Fault;
use super::fields::{Fields, answer_field};
use super::language::Language;
use super::page::{Page, html};
use super::places::Places;
use super::visit::Visitor;
use crate::deps::Deps;

#[derive(Template)]
#[template(path = "application.html")]
struct Application {
    p: Page,
    id: Uuid,
    kind: Say,
    office: [String; 2],
    sections: Vec<Filled>,
}

/// A section in which something is filled in.
struct Filled {
    legend: Say,
    lines: Vec<Line>,
}

struct Line {
    label: Say,
    mn: String,
    en: String,
}

/// Shows a draft as it is printed, for the applicant to read and sign.
pub(super) async fn print(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let draft = drafts::opened(&deps, &visitor, *id).await?.draft;
    let kind = Declarable::parse(&draft.kind)?.kind();
    let form = kind.form().ok_or(Refusal::KindNotBuilt { kind: kind.as_str() })?;
    let places = [Language::Mn, Language::En].map(|language| Places::new(deps.units.clone(), language));
    let office = &visitor.officer().office;
    let page = Application {
        p: Page::of(&deps, &visitor).at(format!("/drafts/{id}/application")),
        id: *id,
        kind: say(kind.title_mn(), kind.title_en()),
        office: places.each_ref().map(|places| places.name(office)),
        sections: filled(form, &Fields::of_draft(kind, &draft.facts)?, &places),
    };
    html(StatusCode::OK, &page)
}

fn filled(form: Form, fields: &Fields, places: &[Places; 2]) -> Vec<Filled> {
    let section = |section: &Section| Filled {
        legend: section.legend,
        lines: section.fields.iter().filter_map(|field| line(field, fields, places)).collect(),
    };
    let answer = |question: &Question| {
        let reason = fields.filled(answer_field(*question))?;
        let label = say(question.title_mn(), question.title_en());
        Some(Line { label, mn: reason.clone(), en: reason })
    };
    let answers = Filled { legend: ANSWERS.label, lines: Question::ALL.iter().filter_map(answer).collect() };
    let sections = form.sections.iter().map(section).chain([answers]);
    sections.filter(|section| !section.lines.is_empty()).collect()
}

fn line(field: &Field, fields: &Fields, [mn, en]: &[Places; 2]) -> Option<Line> {
    let value = fields.filled(field.name)?;
    let line = |mn: String, en: String| Some(Line { label: field.label, mn, en });
    let words = field.words();
    if !words.is_empty() {
        let called = |language: Language| {
            let label = |word: &str| words.iter().find(|choice| choice.word == word.trim());
            let called = value.split(',').map(|word| label(word).map_or(word, |it| language.say(it.label)));
            called.collect::<Vec<_>>().join(", ")
        };
        return line(called(Language::Mn), called(Language::En));
    }
    match field.entered {
        Entered::Unit => line(mn.name_of_text(&value), en.name_of_text(&value)),
        Entered::Agreed if value == "true" => line("Тийм".to_owned(), "Yes".to_owned()),
        Entered::Agreed if value == "false" => None,
        _as_it_was_written => line(value.clone(), value),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use registry_domain::kind::Kind;
    use registry_domain::unit::{UNITS_TSV, UnitTree};
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_in_is_said_in_both_languages_and_nothing_else() {
        let units = Arc::new(UnitTree::parse_tsv(UNITS_TSV).unwrap());
        let places = [Language::Mn, Language::En].map(|language| Places::new(units.clone(), language));
        let facts = json!({"given_name": "Сарнай", "sex": "female", "applicants": "mother,father", "birth_place": "110151",
            "mother": " ", "answers": ["441: шалгасан"]});
        let sections =
            filled(Kind::Birth.form().unwrap(), &Fields::of_draft(Kind::Birth, &facts).unwrap(), &places);
        let said: Vec<(&str, Vec<(&str, &str)>)> = sections
            .iter()
            .map(|section| {
                let lines = section.lines.iter().map(|line| (line.label.en, line.en.as_str()));
                (section.legend.en, lines.collect())
            })
            .collect();
        let place = places[1].name_of_text("110151");
        let unusual = "A parent's age at this birth is unusual. How was it checked?";
        assert_eq!(
            said,
            [
                (
                    "Child",
                    vec![("Given name", "Сарнай"), ("Sex", "Female"), ("Place of birth", place.as_str())]
                ),
                ("Parents", vec![("Applicants", "Mother, Father")]),
                ("This is unusual", vec![(unusual, "шалгасан")]),
            ]
        );
        assert_eq!(sections[1].lines[0].mn, "Эх, Эцэг");
    }
}
