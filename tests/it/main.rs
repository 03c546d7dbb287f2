//! The integration tests of the whole system, one module for each area of `./test`.
//!
//! A test on the database is written with `on_both_engines!` and is found as `AREA::…::sqlite::NAME` and
//! `AREA::…::postgres::NAME`.

mod access;
mod amendments;
mod birth;
mod browser;
mod card_application;
mod card_jobs;
mod cards;
mod ceremony;
mod credentials;
mod crowds;
mod description;
mod dismissal;
mod doors;
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
mod outside_texts;
mod pages;
mod papers;
mod plans;
mod queues;
mod residence_death;
mod revocation;
mod robustness;
mod routes;
mod same_event;
mod sealing;
mod service;
mod snapshots;
mod status;
mod superseded;
mod under_seal;
mod units;
