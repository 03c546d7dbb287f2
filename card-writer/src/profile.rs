//! Card profiles: which steps make a card, in which order. The engine knows none of them.

mod bench;
mod td1_piv;

pub use bench::{Bench, Via};
pub(crate) use td1_piv::has_issuer_keys;

use card_protocol::layout::TD1_PIV_1;
use serde_json::Value;

use crate::refusal::Refusal;

/// A card layout this writer can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `docs/card-layout.md`: TD1, PIV and eMRTD applications.
    Td1Piv,
}

impl Profile {
    /// The profile a job names.
    ///
    /// # Errors
    /// [`Refusal::UnknownLayout`].
    pub fn parse(layout: &str) -> Result<Self, Refusal> {
        match layout {
            TD1_PIV_1 => Ok(Self::Td1Piv),
            other => Err(Refusal::UnknownLayout(other.to_owned())),
        }
    }

    /// The steps in their order.
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Td1Piv => td1_piv::STEPS,
        }
    }
}

/// One step of making a card.
pub struct Step {
    /// Name in the journal; never changed once used.
    pub name: &'static str,
    /// Names for people: English, Mongolian.
    pub title: (&'static str, &'static str),
    /// The channel that has to be open.
    pub via: Option<Via>,
    /// Whether a run that goes on does it again although it was done.
    pub is_repeated: bool,
    /// Does it. What it gives goes into the journal: no secret, no holder data.
    pub run: fn(&mut Bench<'_, '_>) -> Result<Value, Refusal>,
}
