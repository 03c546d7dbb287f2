//! Links between the pages of a list: `before` and `after` name a row that was shown.

use std::fmt::Display;

use serde::Deserialize;

use super::page::Page;
use crate::store::paging::Side;

/// The place of a page in a list, as the address says it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Cursor<K> {
    before: Option<K>,
    after: Option<K>,
}

impl<K> Cursor<K> {
    /// The side of the row that is asked for; without a row, the newest page.
    pub fn side(self) -> Side<K> {
        match (self.before, self.after) {
            (Some(row), _) => Side::OlderThan(row),
            (None, Some(row)) => Side::NewerThan(row),
            (None, None) => Side::Newest,
        }
    }
}

/// Links to the pages beside this one; an empty address where there is none.
pub(super) struct Pager {
    pub title: &'static str,
    pub newest: String,
    pub newer: String,
    pub older: String,
}

impl Pager {
    /// The links of a list on a page; `part` is the anchor of the list's heading.
    pub fn of<K: Display>(
        p: &Page,
        title: &'static str,
        part: &str,
        newer: Option<K>,
        older: Option<K>,
    ) -> Self {
        let link = |name: &str, row: Option<K>| match row {
            Some(row) => format!("{}?{name}={row}#{part}", p.path),
            None => String::new(),
        };
        let newest = if newer.is_some() { format!("{}#{part}", p.path) } else { String::new() };
        Self { title, newest, newer: link("after", newer), older: link("before", older) }
    }

    /// Whether the list has more than this page.
    pub fn is_needed(&self) -> bool {
        !(self.newer.is_empty() && self.older.is_empty())
    }
}
