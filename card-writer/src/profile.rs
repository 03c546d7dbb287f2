//! Card profiles: the steps that make a card, and their order. The engine knows none of the steps.

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
    /// Whether a run that continues does the step again even if it was done.
    pub is_repeated: bool,
    /// Runs the step. Its result goes into the journal, so it must not contain secrets or holder data.
    pub run: fn(&mut Bench<'_, '_>) -> Result<Value, Refusal>,
}
