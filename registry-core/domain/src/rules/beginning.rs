//! How a form begins with somebody's record: what an officer would otherwise write down once more.

use crate::person::Person;

/// Fields of a form with their values.
pub type Beginning = Vec<(&'static str, String)>;

/// Makes the beginning of a form; none where the form makes no sense for this person.
pub type Begin = fn(&Person) -> Option<Beginning>;

/// Begins with anybody alive, as the person whom it is about.
pub(crate) fn with_person(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("person", person.any_number())])
}

/// Begins with anybody alive, as the child.
pub(crate) fn with_child(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("child", person.any_number())])
}
