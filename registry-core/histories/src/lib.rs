//! Random histories of a small country: commands drawn from a seed, and a plain reference model of what the
//! law makes of them.
//!
//! The commands are played through the pure domain (this crate's own test) and through the use cases on both
//! engines (`tests/it/histories.rs`). [`naming::Naming`] translates between labels and the names that people
//! and acts have there.

#![expect(missing_docs, reason = "commands and the model are read by the names of their parts")]
#![expect(clippy::unwrap_used, reason = "a record without a name or a day of birth is a failure of the test")]

pub mod command;
pub mod compare;
pub mod count;
pub mod draw;
pub mod founding;
pub mod law;
pub mod model;
pub mod naming;
pub mod plan;
