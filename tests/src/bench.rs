//! The benchmarks: each measures what the register promises, beside a floor to compare it with, in the same
//! run.

pub mod floor;
mod ground;
pub mod issuance;
pub mod load;
pub mod measurement;
mod paper;
pub mod people;
pub mod register;
mod sealed;
mod token;
pub mod verify;
mod workbench;
