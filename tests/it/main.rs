//! The integration tests of the whole, one module an area of `./test`.
//!
//! A test on the database is written with `on_both_engines!` and is found as `AREA::…::sqlite::NAME` and
//! `AREA::…::postgres::NAME`.

mod access;
mod amendments;
mod birth;
mod browser;
mod card_application;
mod cards;
mod ceremony;
mod credentials;
mod crowds;
mod dismissal;
mod erasure;
mod family;
mod four_eyes;
mod histories;
mod identity;
mod import;
mod issuing;
mod kit;
mod ledger;
mod merge;
mod outages;
mod pages;
mod papers;
mod queues;
mod residence_death;
mod revocation;
mod robustness;
mod sealing;
mod service;
mod status;
mod superseded;
mod tidy;
mod units;
