//! What a record says of a person's status, besides name, family and residence.

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
    /// When fingerprints were taken.
    pub fingerprints: Vec<FingerprintsView>,
    /// Passports of which the register has a note.
    pub passports: Vec<PassportView>,
    /// Times of living abroad.
    pub lives_abroad: Vec<LifeAbroadView>,
    /// Remarks on acts of the record.
    pub annotations: Vec<AnnotationView>,
}

/// Fingerprints that were taken; the prints themselves are nowhere here.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FingerprintsView {
    /// `left`, `right` or `both`.
    pub hand: String,
    /// The civil date on which they were taken.
    pub taken_on: String,
    /// At which office.
    pub office: String,
}

/// A passport.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PassportView {
    /// The number of the passport.
    pub number: String,
    /// `ordinary`, `official` or `diplomatic`.
    pub kind: String,
    /// The civil date of issue.
    pub issued_on: String,
    /// The last day on which the passport is valid.
    pub expires_on: String,
    /// `valid`, `lost` or `cancelled`; a valid one ends with its last day.
    pub state: String,
}

/// A time of living abroad.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LifeAbroadView {
    /// The country, in three letters (ISO 3166-1).
    pub country: String,
    /// The civil date of departure.
    pub left_on: String,
    /// The civil date of return; none while the person lives abroad.
    pub returned_on: Option<String>,
}

/// An official body as guardian.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuardianBodyView {
    /// The name of the body.
    pub name: String,
    /// The civil date on which the guardianship began.
    pub began_on: String,
    /// The day it ended, or on which it ends by itself.
    pub ends_on: Option<String>,
}

/// A remark on an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AnnotationView {
    /// The entry remarked on.
    pub entry: Uuid,
    /// The words of the remark.
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
        let fingerprints = person.fingerprints.iter().map(|taken| FingerprintsView {
            hand: taken.hand.as_str().to_owned(),
            taken_on: taken.taken_on.to_string(),
            office: taken.office.to_string(),
        });
        let passports = person.passports.iter().map(|passport| PassportView {
            number: passport.number.to_string(),
            kind: passport.kind.as_str().to_owned(),
            issued_on: passport.issued_on.to_string(),
            expires_on: passport.expires_on.to_string(),
            state: passport.state.as_str().to_owned(),
        });
        let lives_abroad = person.lives_abroad.iter().map(|life| LifeAbroadView {
            country: life.country.to_string(),
            left_on: life.left_on.to_string(),
            returned_on: life.returned_on.map(|day| day.to_string()),
        });
        Self {
            citizenship: citizenship.to_owned(),
            earlier_numbers,
            guardian_bodies: bodies.collect(),
            fingerprints: fingerprints.collect(),
            passports: passports.collect(),
            lives_abroad: lives_abroad.collect(),
            annotations: annotations.collect(),
        }
    }
}
