//! The writer against the simulated card, through the wire protocol of the virtual reader and without pcscd.
//! Writer and card were written separately, both from `docs/card-layout.md`; the service is a fake that uses
//! the same protocol crate.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test reports a fault by failing")]

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
