//! The benchmarks: they measure what the register promises, beside a bare floor of comparison, in the same
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
