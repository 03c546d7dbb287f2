//! What a merged record had besides its family: citizenship, guardians, remarks, fingerprints, passports,
//! life abroad.

use serde::{Deserialize, Serialize};

use crate::person::{Annotation, Citizenship, FingerprintsTaken, GuardianBody, LifeAbroad, Passport, Person};

/// What the survivor takes over in full; it keeps everything that it had itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Status {
    /// The last change of citizenship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizenship: Option<Citizenship>,
    /// Bodies that are or were official guardian.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardian_bodies: Vec<GuardianBody>,
    /// Remarks on acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<FingerprintsTaken>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passports: Vec<Passport>,
    /// Times abroad.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lives_abroad: Vec<LifeAbroad>,
}

impl Status {
    /// What a record has of all this.
    pub(super) fn of(person: &Person) -> Self {
        Self {
            citizenship: person.citizenship.clone(),
            guardian_bodies: person.guardian_bodies.clone(),
            annotations: person.annotations.clone(),
            fingerprints: person.fingerprints.clone(),
            passports: person.passports.clone(),
            lives_abroad: person.lives_abroad.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds it to the record that stays. Of two changes of citizenship, the later one counts.
    pub(super) fn give(&self, person: &mut Person) {
        let own = person.citizenship.as_ref().map(|change| change.since);
        if let Some(other) = self.citizenship.as_ref().filter(|other| Some(other.since) > own) {
            person.citizenship = Some(other.clone());
        }
        add(&mut person.guardian_bodies, &self.guardian_bodies);
        add(&mut person.annotations, &self.annotations);
        add(&mut person.fingerprints, &self.fingerprints);
        add(&mut person.passports, &self.passports);
        add(&mut person.lives_abroad, &self.lives_abroad);
    }
}

/// Adds what `own` does not have yet, so that nothing stands twice.
fn add<T: Clone + PartialEq>(own: &mut Vec<T>, others: &[T]) {
    for other in others {
        if !own.contains(other) {
            own.push(other.clone());
        }
    }
}
