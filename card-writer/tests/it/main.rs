//! The writer against the simulated card, through the wire protocol of the virtual reader and without pcscd.
//! Writer and card were written separately from `docs/card-layout.md`; the service is a fake that uses the
//! same protocol crate as the writer.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test says what is wrong by falling")]

mod authorities;
mod card_slot;
mod lying;
mod registry;
mod scene;

mod activation_and_inspection;
mod https;
mod lying_card;
mod passed_over;
mod personalisation;
mod recorded;
mod secrecy;
mod torn_card;
