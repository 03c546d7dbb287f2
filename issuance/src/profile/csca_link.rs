//! The link certificate: the old key of a CSCA certifies its next one (Doc 9303-12 §7.1, table 6, column
//! "CSCA link").

use super::{Csca, Draft};
use crate::extension;

/// A link certificate. With it, readers who trust the old key can trust the new one.
#[derive(Clone, Debug)]
pub struct CscaLink {
    /// The CSCA as its new certificate describes it: same key, usage, contact and lists.
    pub next: Csca,
    /// Whether the new certificate has another subject than the old one (Doc 9303-12 §7.1.1.5, nameChange). A
    /// lint rule requires that this is true exactly if the subjects differ.
    pub changes_name: bool,
}

impl CscaLink {
    pub(super) fn draft(&self) -> der::Result<Draft> {
        let mut draft = self.next.draft()?;
        if self.changes_name {
            draft.extensions.push(extension::name_change()?);
        }
        Ok(draft)
    }
}
