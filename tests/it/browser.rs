//! The console in headless Chromium, without JavaScript: one path for each role, one kind for each type of
//! form.

mod births;
mod cards;
mod declaring;
mod every_page;
mod officers;
mod outside;
mod screen;
mod waiting;
