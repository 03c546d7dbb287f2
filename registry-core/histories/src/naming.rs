//! What people and acts of a history are called in the register on which the history is played.

use registry_domain::id::PersonId;

use crate::command::{Label, Who};

/// Translates between labels and the register's own ids and numbers.
pub trait Naming {
    /// The id of the person whom the command with this label brought into the register; an id of nobody, if
    /// it brought nobody.
    fn person(&self, who: Who) -> PersonId;

    /// The label of the person whom a record names.
    fn who(&self, id: PersonId) -> Who;

    /// The number of the act that the command became; a number of no act, if the command was refused.
    fn act_number(&self, label: Label) -> String;
}
