//! How a form is filled in from a person's record, so that an officer need not type it again.

use crate::person::Person;

/// Fields of a form with their values.
pub type Beginning = Vec<(&'static str, String)>;

/// Makes the beginning of a form; none if the form makes no sense for this person.
pub type Begin = fn(&Person) -> Option<Beginning>;

/// Fills in any living person, as the person concerned.
pub(crate) fn with_person(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("person", person.any_number())])
}

/// Fills in any living person, as the child.
pub(crate) fn with_child(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("child", person.any_number())])
}
