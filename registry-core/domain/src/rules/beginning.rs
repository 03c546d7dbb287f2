//! How a form begins with a person's record: with what an officer would otherwise have to write down once
//! more.

use crate::person::Person;

/// Fields of a form with their values.
pub type Beginning = Vec<(&'static str, String)>;

/// Makes the beginning of a form; none if the form makes no sense for this person.
pub type Begin = fn(&Person) -> Option<Beginning>;

/// Begins with a living person, as the person whom the form is about.
pub(crate) fn with_person(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("person", person.any_number())])
}

/// Begins with a living person, as the child.
pub(crate) fn with_child(person: &Person) -> Option<Beginning> {
    person.is_alive().then(|| vec![("child", person.any_number())])
}
