//! Lists that are read page by page, newest first. A page begins at the key of a row that was shown, and rows
//! are never counted off: so rows that are added meanwhile move no page, and every row is on exactly one
//! page.

/// The place of a page in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side<K> {
    /// The page with the newest rows.
    Newest,
    /// Behind this row: the next older rows.
    OlderThan(K),
    /// Before this row: the next newer rows.
    NewerThan(K),
}

/// A page, newest row first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T, K> {
    pub items: Vec<T>,
    /// The row behind which the next older page lies; none if this page is the oldest.
    pub older: Option<K>,
    /// The row before which the next newer page lies; none if this page is the newest.
    pub newer: Option<K>,
}

impl<T, K: Copy> Paged<T, K> {
    /// Reads a page of at most `limit` rows. `read` gives at most as many of the next rows on a side as it is
    /// asked for: newest first, except for [`Side::NewerThan`], where it gives the oldest first.
    ///
    /// # Errors
    /// Whatever `read` fails with.
    pub fn read<E>(
        side: Side<K>,
        limit: usize,
        key: impl Fn(&T) -> K,
        mut read: impl FnMut(Side<K>, usize) -> Result<Vec<T>, E>,
    ) -> Result<Self, E> {
        let mut items = read(side, limit + 1)?;
        let has_more = items.len() > limit;
        items.truncate(limit);
        if matches!(side, Side::NewerThan(_)) {
            items.reverse();
        }
        let (first, last) = (items.first().map(&key), items.last().map(&key));
        let mut if_any = |side: Option<Side<K>>| match side {
            Some(side) => Ok(!read(side, 1)?.is_empty()),
            None => Ok(false),
        };
        let (has_older, has_newer) = match side {
            Side::Newest => (has_more, false),
            Side::OlderThan(_) => (has_more, if_any(first.map(Side::NewerThan))?),
            Side::NewerThan(_) => (if_any(last.map(Side::OlderThan))?, has_more),
        };
        Ok(Self { items, older: last.filter(|_| has_older), newer: first.filter(|_| has_newer) })
    }

    /// The same page with its rows converted.
    pub fn map<U>(self, change: impl FnOnce(Vec<T>) -> Vec<U>) -> Paged<U, K> {
        Paged { items: change(self.items), older: self.older, newer: self.newer }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// A page of a list that consists of the first `size` numbers.
    fn page(size: i64, side: Side<i64>) -> Paged<i64, i64> {
        let read = |side: Side<i64>, limit: usize| {
            let all = 0..size;
            let found: Vec<i64> = match side {
                Side::Newest => all.rev().take(limit).collect(),
                Side::OlderThan(row) => all.rev().filter(|found| *found < row).take(limit).collect(),
                Side::NewerThan(row) => all.filter(|found| *found > row).take(limit).collect(),
            };
            Ok::<_, Infallible>(found)
        };
        Paged::read(side, 3, |row| *row, read).unwrap()
    }

    #[test]
    fn every_row_is_on_one_page_from_either_end() {
        for size in 0..=10 {
            let (mut down, mut side) = (Vec::<i64>::new(), Side::Newest);
            let oldest = loop {
                let page = page(size, side);
                assert!(page.items.len() <= 3);
                down.extend(&page.items);
                match page.older {
                    Some(row) => side = Side::OlderThan(row),
                    None => break page,
                }
            };
            assert_eq!(down, (0..size).rev().collect::<Vec<_>>(), "{size}");
            let (mut up, mut newer) = (oldest.items, oldest.newer);
            while let Some(row) = newer {
                let page = page(size, Side::NewerThan(row));
                up.splice(0..0, page.items.iter().copied());
                assert!(page.older.is_some());
                newer = page.newer;
            }
            assert_eq!(up, down, "{size}");
        }
    }

    #[test]
    fn a_page_beyond_an_end_is_empty() {
        let none = Paged { items: Vec::new(), older: None, newer: None };
        assert_eq!(page(5, Side::OlderThan(0)), none);
        assert_eq!(page(5, Side::NewerThan(4)), none);
    }
}
