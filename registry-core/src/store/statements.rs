//! Counts the database statements that a piece of work takes, for the log.
//!
//! A test uses it to show that an absent record and a sealed one cost the same. Statements are counted only
//! if the log asks for it (`BURTGEL_LOG=registry_core::store::statements=debug`); what a statement says is
//! never logged.

use std::cell::Cell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Begins to count on all connections that are opened from now on, if the log shows the count.
pub fn count_if_logged() {
    if tracing::enabled!(tracing::Level::DEBUG) {
        // This fails only if some thread holds the setting's lock for ever; then nothing is counted.
        let _ = set_default_instrumentation(counter);
    }
}

fn counter() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            STATEMENTS.set(STATEMENTS.get() + 1);
        }
    }))
}

/// Runs a piece of work and logs how many statements it took on this thread.
pub fn counted<T>(work: &'static str, act: impl FnOnce() -> T) -> T {
    let before = STATEMENTS.get();
    let outcome = act();
    tracing::debug!(work, statements = STATEMENTS.get() - before, "statements");
    outcome
}
