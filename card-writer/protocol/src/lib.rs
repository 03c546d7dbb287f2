//! What the service and a card station agree on: the SCP03 derivations, the messages of the `/v1` card
//! interface, and the bytes that each signature covers.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. Only the service makes and uses
//! static keys (`scp03::StaticKeys`); a station sees session keys, and only those of its own channel.

pub mod chip;
pub mod encoding;
pub mod layout;
pub mod messages;
pub mod proof;
pub mod scp03;
