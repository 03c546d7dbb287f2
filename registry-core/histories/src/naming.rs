//! The names that people and acts of a history have in the register on which it is played.

use registry_domain::id::PersonId;

use crate::command::{Label, Who};

/// Translates between labels and the register's own ids and numbers.
pub trait Naming {
    /// The id of the person whom the command with this label brought into the register; an unused id if it
    /// brought nobody.
    fn person(&self, who: Who) -> PersonId;

    /// The person with this id in a record.
    fn who(&self, id: PersonId) -> Who;

    /// The number of the act that the command became; an unused number if it was refused.
    fn act_number(&self, label: Label) -> String;
}
