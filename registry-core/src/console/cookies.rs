//! The two cookies: the session's token and the language.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::language::Language;
use crate::config::Config;

/// Over HTTPS this name binds the cookie to this host and to encrypted connections (RFC 6265bis §4.1.3.2).
const SECURE_SESSION: &str = "__Host-burtgel_session";
const SESSION: &str = "burtgel_session";
const LANGUAGE: &str = "burtgel_language";

fn is_https(config: &Config) -> bool {
    config.console.public_url.starts_with("https://")
}

fn session_name(config: &Config) -> &'static str {
    if is_https(config) { SECURE_SESSION } else { SESSION }
}

fn cookie(config: &Config, name: &'static str, value: String, lasts: Duration) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_https(config))
        .max_age(lasts)
        .finish()
}

/// Keeps a session's token in the browser, for as long as the session lasts.
pub(super) fn session(config: &Config, token: String) -> Cookie<'static> {
    cookie(config, session_name(config), token, Duration::hours(config.limits.session_hours))
}

/// Removes the session's token from the browser.
pub(super) fn session_ended(config: &Config) -> Cookie<'static> {
    cookie(config, session_name(config), String::new(), Duration::ZERO)
}

/// Keeps the language for a year.
pub(super) fn language(config: &Config, language: Language) -> Cookie<'static> {
    cookie(config, LANGUAGE, language.code().to_owned(), Duration::days(365))
}

/// The session's token that a request carries.
pub(super) fn session_of(config: &Config, request: &HttpRequest) -> Option<String> {
    request.cookie(session_name(config)).map(|cookie| cookie.value().to_owned())
}

/// The language that was kept earlier.
pub(super) fn language_of(request: &HttpRequest) -> Option<Language> {
    request.cookie(LANGUAGE).and_then(|cookie| Language::parse(cookie.value()))
}
