//! The console in headless Chromium, without JavaScript: one path a role, one kind a pattern of form.

mod births;
mod cards;
mod declaring;
mod every_page;
mod officers;
mod outside;
mod screen;
mod waiting;
