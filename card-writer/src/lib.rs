//! Personalises, activates and inspects identity cards through a PC/SC reader.
//!
//! The station holds no master key: it asks the service for the session keys of one channel at a time, and
//! sends the data that the service gave. Every step is recorded in the journal before and after it, and
//! everything that was written is read back in the way the holder's software reads it.
//!
//! Invariant: no code here asks whether a card is simulated. PINs and keys appear in no log, trace or
//! journal.

pub mod activate;
pub mod apdu;
pub mod backend;
pub mod card;
pub mod channel;
pub mod command;
pub mod edge;
pub mod inspect;
pub mod journal;
pub mod mrz;
pub mod personalise;
pub mod pin;
pub mod possession;
pub mod profile;
pub mod read_back;
pub mod receipt;
pub mod refusal;
pub mod shown;
pub mod station;
pub mod tlv;
pub mod transport_pin;
pub mod trust;
