//! The register: use cases over one store, a JSON API, a console, an access log.
//!
//! A rule of law never stands here: a use case loads, asks `registry_domain`, and keeps what it decides.

pub mod access;
pub mod activation;
pub mod agency;
pub mod api;
pub mod authorities;
pub mod budget;
pub mod card_check;
pub mod card_jobs;
pub mod ceremony;
pub mod cli;
pub mod config;
pub mod console;
pub mod declare;
pub mod deps;
pub mod draw;
pub mod entering;
pub mod export;
pub mod extract;
pub mod failure;
pub mod import;
pub mod issue;
pub mod ledger;
pub mod log_lines;
pub mod notify;
pub mod officers;
pub mod once;
pub mod patience;
pub mod persons;
pub mod portrait;
pub mod rebuild;
pub mod register;
pub mod request_log;
pub mod runtime;
pub mod serve;
pub mod session;
pub mod statement;
pub mod station;
pub mod store;
pub mod sweep;
pub mod tls;
pub mod vault;
pub mod verify;
pub mod verify_identity;
