//! The test kit, the demo story and the benchmarks of the register. They use real parts: the programs as
//! users start them, a real PostgreSQL, a real pcscd, a real browser.
//!
//! Invariant: nothing here uses the inside of the register. Tests use its command line, its configuration
//! file and its interfaces, so that a test sees what an office sees.

pub mod bench;
pub mod kit;
pub mod story;
