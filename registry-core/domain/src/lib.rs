//! The law and the record of the civil registry.
//!
//! What people declare comes in as [`event::Facts`], is checked against the law and the records of the people
//! concerned, and becomes the parts of one ledger [`entry::Entry`]. Folding entries makes the
//! [`person::Person`] again.
//!
//! Invariant: nothing here reads a clock, draws a random value, or does input or output. Instants, civil
//! dates and fresh identifiers are arguments.

pub mod amendment;
pub mod card;
pub mod civil_id;
pub mod context;
pub mod date;
pub mod deadline;
pub mod declaration;
pub mod door;
pub mod entry;
pub mod erasure;
pub mod event;
pub mod foreign;
pub mod form;
pub mod history;
pub mod id;
pub mod interest;
pub mod kind;
pub mod kinship;
pub mod law;
pub mod linkage;
pub mod mandate;
pub mod name;
pub mod national_number;
pub mod officer;
pub mod paper;
pub mod person;
pub mod person_ref;
pub mod policy;
pub mod question;
pub mod refusal;
pub mod register;
pub mod rules;
pub mod sealed;
pub mod sex;
pub mod step;
pub mod sweep;
pub mod unit;

#[cfg(test)]
mod testing;
