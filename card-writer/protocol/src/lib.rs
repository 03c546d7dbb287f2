//! What the service and a card station share: the SCP03 derivations, the messages of the `/v1` card
//! interface, and the bytes over which each signature is made.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. Only the service makes and uses
//! static keys (`scp03::StaticKeys`); a station sees session keys, and only those of the channel it opened.

pub mod chip;
pub mod encoding;
pub mod layout;
pub mod messages;
pub mod proof;
pub mod scp03;
