//! All forms on one page: what each kind asks for, compared line by line with `forms.txt`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use registry_domain::form::{Entered, Field, Form, Needed};
use registry_domain::kind::Kind;

fn entered(field: &Field) -> String {
    let words = field.words().iter().map(|choice| choice.word).collect::<Vec<_>>().join(" ");
    match field.entered {
        Entered::Text(limit) => format!("text of {limit}"),
        Entered::Line => "line".to_owned(),
        Entered::Date => "date".to_owned(),
        Entered::PartialDate => "partial date".to_owned(),
        Entered::Time => "time".to_owned(),
        Entered::Count => "whole number".to_owned(),
        Entered::Agreed => "yes or no".to_owned(),
        Entered::One(_) => format!("one of:{}{words}", if words.starts_with(' ') { "" } else { " " }),
        Entered::Listed(_) => format!("listed: {words}"),
        Entered::Several(_) => format!("any of: {words}"),
        Entered::List => "list".to_owned(),
        Entered::ListOf(_) => format!("list of: {words}"),
        Entered::Unit => "unit".to_owned(),
        Entered::Person => "person".to_owned(),
        Entered::People => "people".to_owned(),
        Entered::Country => "country".to_owned(),
        Entered::Picture => "picture".to_owned(),
        Entered::Id => "id".to_owned(),
        Entered::Digest => "SHA-256".to_owned(),
        Entered::Objects => "objects".to_owned(),
    }
}

fn line(field: &Field) -> String {
    let needed = match field.needed {
        Needed::Always => "; required".to_owned(),
        Needed::ByLaw => "; required by law".to_owned(),
        Needed::When { field, says } => format!("; where {field} says {says}"),
        Needed::No => String::new(),
    };
    format!("    {}: {} | {} | {}{needed}\n", field.name, field.label.mn, field.label.en, entered(field))
}

fn page(kind: Kind, form: Form) -> String {
    let mut page = format!("{kind}: {}\n", kind.title_en());
    for section in form.sections {
        let question = section.question.map(|question| format!("{} ", question.en)).unwrap_or_default();
        let _written = writeln!(page, "  {question}[{} | {}]", section.legend.mn, section.legend.en);
        page.extend(section.fields.iter().map(line));
    }
    if !form.programs.is_empty() {
        page.push_str("  on no page\n");
        page.extend(form.programs.iter().map(line));
    }
    page
}

#[test]
fn what_each_kind_asks_for_is_as_committed() {
    let forms = Kind::ALL.iter().filter_map(|kind| Some(page(*kind, kind.form()?)));
    let printed = forms.collect::<Vec<_>>().join("\n");
    if printed != include_str!("forms.txt") {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forms.txt");
        fs::write(&file, &printed).unwrap();
        panic!("a form differs: compare {} with registry-core/domain/tests/forms.txt", file.display());
    }
}
