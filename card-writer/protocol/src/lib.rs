//! What the service and a card station agree on: the SCP03 derivations, the messages of the `/v1` card
//! interface, and what each signature is made over.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. Static keys (`scp03::StaticKeys`)
//! are made and used by the service alone; a station sees session keys, and only those of its own channel.

pub mod chip;
pub mod encoding;
pub mod layout;
pub mod messages;
pub mod proof;
pub mod scp03;
