//! What can be declared, as the description of the API says it: a schema for each kind, made from the form
//! beside the kind.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_domain::door::Declarable;
use registry_domain::form::{Choice, Entered, Field, Form, LIST_LIMIT, Needed};
use registry_domain::kind::Kind;
use serde_json::{Value, json};
use utoipa::openapi::schema::{AdditionalProperties, AnyOf, Array, Discriminator, OneOf, SchemaType};
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, Object, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::declarations::{DeclareRequest, PreviewRequest};
use super::drafts::{SaveAgain, SaveDraft};

/// A drawn portrait: nobody is pictured.
const PICTURE: &[u8] = include_bytes!("forms/portrait.jpg");

type Schemas = Vec<(String, RefOr<Schema>)>;

/// The kinds that an officer declares, each with its form.
fn declared() -> impl Iterator<Item = (Kind, Form)> {
    let kinds = Kind::ALL.iter().copied().filter(|kind| Declarable::new(*kind).is_ok());
    kinds.filter_map(|kind| Some((kind, kind.form()?)))
}

/// What a schema is used for: a form must say more in one use than in another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Declaring,
    Previewing,
    Keeping,
}

impl Use {
    /// The name of the schema of a whole request. A form without a picture is previewed with the schema with
    /// which it is declared.
    fn request(self, kind: Kind, form: Form) -> String {
        match self {
            Self::Previewing if form.picture().is_some() => format!("Preview{kind:?}"),
            Self::Declaring | Self::Previewing => format!("Declare{kind:?}"),
            Self::Keeping => format!("Keep{kind:?}"),
        }
    }

    /// The name of the schema of the facts.
    fn facts(self, kind: Kind) -> String {
        match self {
            Self::Declaring | Self::Previewing => format!("{kind:?}Facts"),
            Self::Keeping => format!("{kind:?}Begun"),
        }
    }

    /// A schema of one of the requests; the kind tells them apart.
    fn one_of(self) -> RefOr<Schema> {
        let names = declared().map(|(kind, form)| (kind, self.request(kind, form)));
        let mapping = names.map(|(kind, name)| (kind.as_str(), Ref::from_schema_name(name).ref_location));
        let discriminator = Discriminator::with_mapping("kind", mapping);
        let items = declared().map(|(kind, form)| Ref::from_schema_name(self.request(kind, form)).into());
        let one_of = OneOf { items: items.collect(), discriminator: Some(discriminator), ..OneOf::default() };
        RefOr::T(Schema::OneOf(one_of))
    }

    /// Adds the schemas that the request refers to.
    fn schemas(self, schemas: &mut Schemas) {
        for (kind, form) in declared() {
            schemas.push((self.facts(kind), facts(kind, form, self).into()));
            schemas.push((self.request(kind, form), self.whole(kind, form).into()));
        }
    }

    fn whole(self, kind: Kind, form: Form) -> Object {
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.as_str()]));
        let request = strict()
            .description(Some(kind.title_en()))
            .property("kind", word)
            .required("kind")
            .property("facts", Ref::from_schema_name(self.facts(kind)))
            .required("facts");
        match form.picture().filter(|_| self == Self::Declaring) {
            Some(field) => {
                let jpeg = text().content_encoding("base64").content_media_type("image/jpeg");
                request.property(field.name, jpeg.description(Some(told(form, field)))).build()
            }
            None => request.build(),
        }
    }
}

/// Examples of a request by the name of its schema, by kind; none if it is no request that a form tells.
pub(super) fn examples(request: &str) -> Option<Vec<(Kind, Value)>> {
    let example: fn(Kind, Form) -> Value = match request {
        "DeclareRequest" => |kind, form| with_picture(whole(kind, form), form),
        "PreviewRequest" | "SaveDraft" => whole,
        "SaveAgain" => |_, form| json!({ "facts": form.example_facts() }),
        "DeclareDraft" => |_, form| with_picture(json!({}), form),
        _ => return None,
    };
    Some(declared().map(|(kind, form)| (kind, example(kind, form))).collect())
}

fn whole(kind: Kind, form: Form) -> Value {
    json!({ "kind": kind.as_str(), "facts": form.example_facts() })
}

fn with_picture(mut request: Value, form: Form) -> Value {
    if let Some(field) = form.picture() {
        request[field.name] = json!(STANDARD.encode(PICTURE));
    }
    request
}

/// An object that has no other members than those that are told.
fn strict() -> ObjectBuilder {
    let none_other = AdditionalProperties::FreeForm(false);
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(none_other))
}

fn facts(kind: Kind, form: Form, used: Use) -> Object {
    let title = match used {
        Use::Declaring | Use::Previewing => kind.title_en().to_owned(),
        Use::Keeping => format!("{}, as far as it is filled in", kind.title_en()),
    };
    let mut facts = strict().description(Some(title));
    for field in form.facts() {
        facts = facts.property(field.name, schema(field, &told(form, field)));
        if field.needed == Needed::Always && used != Use::Keeping {
            facts = facts.required(field.name);
        }
    }
    facts.build()
}

/// The description of a field: its section, its label, and how it is written.
fn told(form: Form, field: &Field) -> String {
    let section = form.sections.iter().find(|section| section.fields.contains(field));
    let section = section.map(|section| format!("{}: ", section.legend.en)).unwrap_or_default();
    let hint = field.hint.map(|hint| format!(" {}.", hint.en.trim_end_matches('.')));
    let needed = match field.needed {
        Needed::When { field, says } => format!(" Needed where `{field}` says `{says}`."),
        Needed::Always | Needed::ByLaw | Needed::No => String::new(),
    };
    let label = field.label.en.trim_end_matches([':', '.']);
    format!("{section}{label}.{}{needed}", hint.unwrap_or_default())
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn pattern(pattern: &str) -> ObjectBuilder {
    text().pattern(Some(pattern))
}

fn formatted(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

fn word(words: &[Choice]) -> ObjectBuilder {
    let words = words.iter().map(|choice| choice.word).filter(|word| !word.is_empty());
    text().enum_values(Some(words))
}

fn schema(field: &Field, told: &str) -> Schema {
    let one = |schema: ObjectBuilder| Schema::Object(schema.description(Some(told)).build());
    let list = |of: ObjectBuilder| Schema::Array(listed(told, of.build()));
    match field.entered {
        Entered::Text(limit) => one(text().max_length(Some(limit))),
        Entered::Line | Entered::Unit | Entered::Person => one(text()),
        Entered::Date => one(formatted(KnownFormat::Date)),
        Entered::PartialDate => one(pattern("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")),
        Entered::Time => one(pattern("^[0-9]{2}:[0-9]{2}$")),
        Entered::Count => {
            let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
            one(number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32))))
        }
        Entered::Agreed => one(ObjectBuilder::new().schema_type(Type::Boolean)),
        Entered::One(words) | Entered::Listed(words) => one(word(words)),
        Entered::Several(words) | Entered::ListOf(words) => list(word(words)),
        Entered::List | Entered::People => list(text()),
        Entered::Country => one(pattern("^[A-Za-z]{3}$")),
        Entered::Id => one(formatted(KnownFormat::Uuid)),
        Entered::Digest => one(pattern("^[0-9a-f]{64}$")),
        Entered::Objects => list(ObjectBuilder::new().schema_type(Type::Object)),
        Entered::Picture => one(text().content_encoding("base64")),
    }
}

fn listed(told: &str, of: Object) -> Array {
    ArrayBuilder::new().items(of).max_items(Some(LIST_LIMIT)).description(Some(told)).build()
}

macro_rules! declares {
    ($($request:ident $used:ident;)*) => {
        $(
            impl PartialSchema for $request {
                fn schema() -> RefOr<Schema> {
                    Use::$used.one_of()
                }
            }

            impl ToSchema for $request {
                fn name() -> Cow<'static, str> {
                    stringify!($request).into()
                }

                fn schemas(schemas: &mut Schemas) {
                    Use::$used.schemas(schemas);
                }
            }
        )*
    };
}

declares! {
    DeclareRequest Declaring;
    PreviewRequest Previewing;
    SaveDraft Keeping;
}

impl PartialSchema for SaveAgain {
    fn schema() -> RefOr<Schema> {
        let begun = declared().map(|(kind, _)| Ref::from_schema_name(Use::Keeping.facts(kind)).into());
        let any = AnyOf {
            items: begun.collect(),
            schema_type: SchemaType::Type(Type::Object),
            description: Some("The form of the draft's kind, as far as it is filled in.".to_owned()),
            ..AnyOf::default()
        };
        strict().property("facts", Schema::AnyOf(any)).required("facts").into()
    }
}

impl ToSchema for SaveAgain {
    fn name() -> Cow<'static, str> {
        "SaveAgain".into()
    }

    fn schemas(schemas: &mut Schemas) {
        Use::Keeping.schemas(schemas);
    }
}

#[cfg(test)]
mod tests;
