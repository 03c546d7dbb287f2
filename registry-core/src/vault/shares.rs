//! The PINs of a token in shares, of which any k of n give them back (Shamir over GF(2^8), by the crate
//! `blahaj`).
//!
//! Invariant: a share alone, and any k - 1 together, say nothing of the PINs. A share that was mistyped,
//! belongs to another token or was changed is named before anything is tried on the token, since a token
//! counts wrong PINs.

#[cfg(test)]
mod tests;

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::VaultError;
use super::pin::{DRAWN_LETTERS, Pin};

/// The most holders of shares.
pub const MOST_HOLDERS: usize = 16;
const SECRET_BYTES: usize = 2 * DRAWN_LETTERS;
const SET_BYTES: usize = 8;
const CHECK_BYTES: usize = 4;
/// The first word of a share's text; a new form gets a new number.
const FORM: &str = "BURTGEL-SHARE-1";

/// Why shares were not made or do not give a PIN back. No variant holds a share's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not 2 ≤ k ≤ n ≤ 16.
    #[error("{any} of {of}: at least 2 shares must be needed, at most all of them, and there are at most 16")]
    Numbers {
        /// How many are needed.
        any: usize,
        /// How many there are.
        of: usize,
    },
    /// No share at all, or one that was mistyped.
    #[error("{from} holds no share that can be read: copy it again from its holder's paper")]
    Unreadable {
        /// Where it came from.
        from: String,
    },
    /// Of another token.
    #[error(
        "{from} is a share of another token, or void since new ones were given (its set is {set}, the token's {wanted})"
    )]
    OtherSet {
        /// Where it came from.
        from: String,
        /// Its set.
        set: String,
        /// The token's.
        wanted: String,
    },
    /// Not what its holder was given.
    #[error("{from} is not the share {number} that {holder} was given: it was changed")]
    Wrong {
        /// Where it came from.
        from: String,
        /// Its number.
        number: u8,
        /// Whose it should be.
        holder: String,
    },
    /// The same share again.
    #[error("{from} is share {number} again: another holder must come")]
    Twice {
        /// Where it came from.
        from: String,
        /// Its number.
        number: u8,
    },
    /// Fewer than are needed.
    #[error("{given} shares of {needed} that are needed: call more of {}", holders.join(", "))]
    TooFew {
        /// How many good ones were given.
        given: usize,
        /// How many are needed.
        needed: usize,
        /// Whose are missing.
        holders: Vec<String>,
    },
}

/// The two PINs of a token: the security officer's, who may set the other, and the one that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPins {
    /// Sets a new PIN that signs.
    pub officer: Pin,
    /// Signs.
    pub user: Pin,
}

/// What one holder keeps. Its text goes to paper or a stick that nobody else has.
pub struct Share {
    set: [u8; SET_BYTES],
    any: u8,
    number: u8,
    value: Zeroizing<Vec<u8>>,
}

/// What everybody may know of a token's shares: who holds which, and by what each is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareList {
    /// The token's label.
    pub token: String,
    /// Names the set: shares of two tokens do not mix.
    pub set: String,
    /// How many give the PINs back.
    pub any: u8,
    /// The holders, in the order of their shares' numbers from 1.
    pub holders: Vec<HeldShare>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldShare {
    /// Who holds it.
    pub holder: String,
    /// SHA-256 of the share: it has 320 random bits, so that its hash says nothing.
    pub recognised_by: String,
}

/// Draws the PINs of a token and splits them: any `any` of the holders give them back.
///
/// # Errors
/// [`ShareError::Numbers`].
pub fn draw(
    token: &str,
    any: usize,
    holders: &[String],
    rng: &mut impl CryptoRng,
) -> Result<(TokenPins, Vec<Share>, ShareList), ShareError> {
    let of = holders.len();
    let needed = u8::try_from(any).ok().filter(|_| (2..=of).contains(&any) && of <= MOST_HOLDERS);
    let needed = needed.ok_or(ShareError::Numbers { any, of })?;
    let mut pin = || {
        let mut bytes = Zeroizing::new([0; DRAWN_LETTERS]);
        rng.fill_bytes(bytes.as_mut_slice());
        Pin::from_random(&bytes)
    };
    let pins = TokenPins { officer: pin(), user: pin() };
    let mut set = [0; SET_BYTES];
    rng.fill_bytes(&mut set);
    let secret = Zeroizing::new([pins.officer.expose().as_bytes(), pins.user.expose().as_bytes()].concat());
    let dealt = blahaj::Sharks(needed).dealer_rng(&secret, rng).take(of);
    let shares: Vec<Share> = dealt
        .map(|share| {
            let bytes = Zeroizing::new(Vec::from(&share));
            let (number, value) = (bytes[0], Zeroizing::new(bytes[1..].to_vec()));
            Share { set, any: needed, number, value }
        })
        .collect();
    let held = |(share, holder): (&Share, &String)| HeldShare {
        holder: holder.clone(),
        recognised_by: share.recognised_by(),
    };
    let list = ShareList {
        token: token.to_owned(),
        set: hex::encode(set),
        any: needed,
        holders: shares.iter().zip(holders).map(held).collect(),
    };
    Ok((pins, shares, list))
}

impl ShareList {
    /// Whether a share is of this token.
    pub fn is_of(&self, share: &Share) -> bool {
        hex::encode(share.set) == self.set
    }

    /// Whose shares these are, in the order of the list.
    pub fn holders_of(&self, shares: &[(String, Share)]) -> impl Iterator<Item = &str> {
        let is_there = |number: u8| shares.iter().any(|(_, share)| share.number == number);
        (1..)
            .zip(&self.holders)
            .filter(move |(number, _)| is_there(*number))
            .map(|(_, held)| held.holder.as_str())
    }

    /// Gives the PINs back from shares, each with where it came from.
    ///
    /// # Errors
    /// [`ShareError`] naming the share at fault, or whose are missing.
    pub fn recover(&self, shares: &[(String, Share)]) -> Result<TokenPins, VaultError> {
        let mut good: Vec<&Share> = Vec::new();
        for (from, share) in shares {
            self.require_genuine(from, share)?;
            if good.iter().any(|one| one.number == share.number) {
                return Err(ShareError::Twice { from: from.clone(), number: share.number }.into());
            }
            good.push(share);
        }
        let needed = usize::from(self.any);
        if good.len() < needed {
            let missing = (1..).zip(&self.holders).filter(|(at, _)| good.iter().all(|one| one.number != *at));
            let holders = missing.map(|(_, held)| held.holder.clone()).collect();
            return Err(ShareError::TooFew { given: good.len(), needed, holders }.into());
        }
        let points: Vec<blahaj::Share> = good
            .iter()
            .filter_map(|share| {
                let point = Zeroizing::new([&[share.number], share.value.as_slice()].concat());
                blahaj::Share::try_from(point.as_slice()).ok()
            })
            .collect();
        let secret = Zeroizing::new(blahaj::Sharks(self.any).recover(&points).map_err(|_| VaultError::Pin)?);
        let text = std::str::from_utf8(&secret).map_err(|_| VaultError::Pin)?;
        let (officer, user) = text.split_at_checked(DRAWN_LETTERS).ok_or(VaultError::Pin)?;
        Ok(TokenPins { officer: Pin::parse(officer)?, user: Pin::parse(user)? })
    }

    fn require_genuine(&self, from: &str, share: &Share) -> Result<(), ShareError> {
        let from = from.to_owned();
        if !self.is_of(share) {
            return Err(ShareError::OtherSet { from, set: hex::encode(share.set), wanted: self.set.clone() });
        }
        let number = share.number;
        match self.holders.get(usize::from(number).wrapping_sub(1)) {
            Some(held) if held.recognised_by == share.recognised_by() => Ok(()),
            held => {
                let holder = held.map_or_else(|| "nobody".to_owned(), |held| held.holder.clone());
                Err(ShareError::Wrong { from, number, holder })
            }
        }
    }
}

impl Share {
    /// The share as its holder keeps it: one line of words, with a check against slips of the pen.
    pub fn to_text(&self) -> Zeroizing<String> {
        let value = Zeroizing::new(hex::encode(self.value.as_slice()));
        let set = hex::encode(self.set);
        let groups: Vec<&str> =
            value.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        let groups = Zeroizing::new(groups.join("-"));
        let check = hex::encode(&self.digest()[..CHECK_BYTES]);
        Zeroizing::new(format!("{FORM} {set} {} {} {} {check}", self.any, self.number, groups.as_str()))
    }

    /// Reads the text of [`Share::to_text`].
    ///
    /// # Errors
    /// [`ShareError::Unreadable`] naming where it came from.
    pub fn parse(from: &str, text: &str) -> Result<Share, ShareError> {
        Share::read(text).ok_or_else(|| ShareError::Unreadable { from: from.to_owned() })
    }

    fn read(text: &str) -> Option<Share> {
        let words: Vec<&str> = text.split_whitespace().take(7).collect();
        let [FORM, set, any, number, groups, check] = words.as_slice() else { return None };
        let digits = Zeroizing::new(groups.replace('-', ""));
        let value = Zeroizing::new(hex::decode(digits.as_bytes()).ok()?);
        let set = hex::decode(set).ok()?.try_into().ok()?;
        let share = Share { set, any: any.parse().ok()?, number: number.parse().ok()?, value };
        let is_good = share.number > 0
            && share.value.len() == SECRET_BYTES
            && hex::encode(&share.digest()[..CHECK_BYTES]) == check.to_ascii_lowercase();
        is_good.then_some(share)
    }

    fn recognised_by(&self) -> String {
        hex::encode(self.digest())
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::new_with_prefix(FORM)
            .chain_update(self.set)
            .chain_update([self.any, self.number])
            .chain_update(self.value.as_slice())
            .finalize()
            .into()
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Share").field("number", &self.number).finish_non_exhaustive()
    }
}
