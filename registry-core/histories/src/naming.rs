//! How people and acts of a history are called in the register that it is played on.

use registry_domain::id::PersonId;

use crate::command::{Label, Who};

/// Between labels and the register's own ids and numbers.
pub trait Naming {
    /// The id of whoever the command with this label brought into the register; of nobody, if it brought nobody.
    fn person(&self, who: Who) -> PersonId;

    /// Whom a record names.
    fn who(&self, id: PersonId) -> Who;

    /// The number of the act that the command became; of no act, if it was refused.
    fn act_number(&self, label: Label) -> String;
}
