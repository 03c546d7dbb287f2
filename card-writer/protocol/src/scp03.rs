//! SCP03 (GlobalPlatform Card Technology, Secure Channel Protocol '03', Amendment D 1.1.2), the derivations.
//!
//! Not here, on purpose: wrapping of commands. The service authenticates a card and hands out session keys;
//! the station, which talks to the card, wraps the commands.

mod initialize_update;
mod kdf;
mod master_key;
mod put_key;
mod session;
mod static_keys;

pub use initialize_update::{InitializeUpdateAnswer, InitializeUpdateError};
pub use kdf::{DerivationConstant, derive};
pub use master_key::MasterKey;
pub use put_key::{KeyVersion, PutKeyBlock};
pub use session::{Authenticated, SessionKeys, WrongCardCryptogram};
pub use static_keys::StaticKeys;

/// The length of an AES-128 key in bytes; the layout uses no other keys.
pub const KEY_LENGTH: usize = 16;
/// Length of host and card challenge in bytes (S8 mode, the only one of `i = 70`).
pub const CHALLENGE_LENGTH: usize = 8;
/// Length of host and card cryptogram in bytes.
pub const CRYPTOGRAM_LENGTH: usize = 8;
/// Length of the key diversification data in bytes.
pub const KDD_LENGTH: usize = 10;
/// `C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION` (Amendment D §7.1.2.1): the level of personalisation.
pub const LEVEL_FULL: u8 = 0x33;
