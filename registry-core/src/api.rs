//! The JSON API under `/v1`: every route on one page.

pub mod caller;
pub mod peer;
pub mod problem;
pub mod routes;
