//! The console (being written).

/// Adds the pages.
pub fn configure(_config: &mut actix_web::web::ServiceConfig) {}
