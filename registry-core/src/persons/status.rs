//! What a record says of a person's status besides name, family and residence.

use registry_domain::person::Person;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A person's status as an officer or the citizen sees it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    /// `citizen`, `foreign` or `former`.
    pub citizenship: String,
    /// Register numbers given up, oldest first.
    pub earlier_numbers: Vec<String>,
    /// Official bodies that are or were guardian.
    pub guardian_bodies: Vec<GuardianBodyView>,
    /// Remarks on acts of the record.
    pub annotations: Vec<AnnotationView>,
}

/// An official body as guardian.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuardianBodyView {
    /// Its name.
    pub name: String,
    /// Since when.
    pub began_on: String,
    /// The day it ended, or on which it ends by itself.
    pub ends_on: Option<String>,
}

/// A remark on an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AnnotationView {
    /// The entry remarked on.
    pub entry: Uuid,
    /// The remark.
    pub text: String,
    /// Number of the paper that it rests on.
    pub paper: String,
}

impl StatusView {
    /// What is shown of a record.
    pub fn of(person: &Person) -> Self {
        let bodies = person.guardian_bodies.iter().map(|body| GuardianBodyView {
            name: body.name.clone(),
            began_on: body.began_on.to_string(),
            ends_on: body.ended_on.or(body.until).map(|day| day.to_string()),
        });
        let annotations = person.annotations.iter().map(|remark| AnnotationView {
            entry: remark.of.uuid(),
            text: remark.text.clone(),
            paper: remark.paper.clone(),
        });
        let earlier_numbers = person.earlier_numbers.iter().map(ToString::to_string).collect();
        let citizenship = match &person.citizenship {
            _ if person.is_citizen() => "citizen",
            Some(_) => "former",
            None => "foreign",
        };
        Self {
            citizenship: citizenship.to_owned(),
            earlier_numbers,
            guardian_bodies: bodies.collect(),
            annotations: annotations.collect(),
        }
    }
}
