//! Card profiles: which steps make a card, and in which order. The engine itself knows no profile.

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
    /// The profile that a job names.
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

/// One step in the making of a card.
pub struct Step {
    /// The name in the journal; never changed once used.
    pub name: &'static str,
    /// The names for people: English, Mongolian.
    pub title: (&'static str, &'static str),
    /// The channel that must be open.
    pub via: Option<Via>,
    /// Whether a continued run repeats the step although it was done.
    pub is_repeated: bool,
    /// Does the step. Its result is written to the journal, so it holds no secret and no holder data.
    pub run: fn(&mut Bench<'_, '_>) -> Result<Value, Refusal>,
}
