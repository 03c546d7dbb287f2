//! The bits of a list (draft-ietf-oauth-status-list-21 §4): packed from the low bit of each octet, compressed
//! with zlib.

use std::fmt;

use crate::credential::CredentialError;
use crate::credential::zlib::{deflate, inflate};

/// The most octets of a list before compression. A reader never inflates more, whatever it receives.
pub const MAX_LIST_OCTETS: usize = 4 * 1024 * 1024;
/// The most credentials in a list with one bit each; with two bits each, half as many.
pub const MAX_ENTRIES: u64 = MAX_LIST_OCTETS as u64 * 8;

/// The status of a credential (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Valid, as far as the list says.
    Valid,
    /// The credential is revoked for ever.
    Invalid,
    /// Not valid now; it may become valid again.
    Suspended,
    /// A value left to the application: we never write it, and treat it as not valid.
    ApplicationSpecific,
}

impl Status {
    fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::ApplicationSpecific => 3,
        }
    }

    fn of(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            3..=u8::MAX => Self::ApplicationSpecific,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Valid => "valid",
            Self::Invalid => "revoked",
            Self::Suspended => "suspended",
            Self::ApplicationSpecific => "in a state that is not known here",
        })
    }
}

/// How many bits there are for each credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bits {
    /// One bit: valid or revoked.
    One,
    /// Two bits: suspended too.
    Two,
}

impl Bits {
    /// How many bits that is.
    pub fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The variant for this number of bits, if we use that number.
    pub fn from_count(count: i64) -> Option<Self> {
        match count {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }

    fn mask(self) -> u8 {
        match self {
            Self::One => 0b1,
            Self::Two => 0b11,
        }
    }

    fn per_octet(self) -> u64 {
        u64::from(8 / self.count())
    }
}

/// There is no such place, the status needs more bits, or it is one that is not written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list has no place {0}, or cannot hold that status there")]
pub struct OutsideList(pub u64);

/// The statuses of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Statuses {
    bits: Bits,
    octets: Vec<u8>,
}

impl Statuses {
    /// A list of at least this many places, all valid; the last octet is always whole. Make it much larger
    /// than the number of credentials: places are drawn at random, and a short list hides nobody.
    ///
    /// # Errors
    /// More places than [`MAX_LIST_OCTETS`] can hold.
    pub fn new(bits: Bits, places: u64) -> Result<Self, OutsideList> {
        let octets = usize::try_from(places.div_ceil(bits.per_octet())).map_err(|_| OutsideList(places))?;
        if octets == 0 || octets > MAX_LIST_OCTETS {
            return Err(OutsideList(places));
        }
        Ok(Self { bits, octets: vec![0; octets] })
    }

    /// How many bits each credential has.
    pub fn bits(&self) -> Bits {
        self.bits
    }

    /// How many places there are.
    pub fn places(&self) -> u64 {
        self.octets.len() as u64 * self.bits.per_octet()
    }

    /// The status at a place.
    pub fn status(&self, index: u64) -> Result<Status, OutsideList> {
        let (at, shift) = self.place(index)?;
        let octet = self.octets.get(at).ok_or(OutsideList(index))?;
        Ok(Status::of((octet >> shift) & self.bits.mask()))
    }

    /// Changes the status at a place.
    ///
    /// # Errors
    /// No such place; a status that needs more bits; a status left to the application, which we do not write.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), OutsideList> {
        match status {
            Status::Valid | Status::Invalid | Status::Suspended => self.put(index, status.value()),
            Status::ApplicationSpecific => Err(OutsideList(index)),
        }
    }

    fn put(&mut self, index: u64, value: u8) -> Result<(), OutsideList> {
        let (at, shift) = self.place(index)?;
        let mask = self.bits.mask();
        let octet = self.octets.get_mut(at).ok_or(OutsideList(index))?;
        if value > mask {
            return Err(OutsideList(index));
        }
        *octet = (*octet & !(mask << shift)) | (value << shift);
        Ok(())
    }

    fn place(&self, index: u64) -> Result<(usize, u64), OutsideList> {
        let per_octet = self.bits.per_octet();
        let at = usize::try_from(index / per_octet).map_err(|_| OutsideList(index))?;
        Ok((at, (index % per_octet) * u64::from(self.bits.count())))
    }

    /// Writes `lst` (§4.1): zlib at its highest level.
    pub fn compress(&self) -> std::io::Result<Vec<u8>> {
        deflate(&self.octets)
    }

    /// Reads `lst`, which must inflate to at least one octet and at most [`MAX_LIST_OCTETS`], with nothing
    /// after it.
    pub fn decompress(bits: Bits, lst: &[u8]) -> Result<Self, CredentialError> {
        let octets = inflate(lst, MAX_LIST_OCTETS)?;
        if octets.is_empty() {
            return Err(CredentialError::Form("lst is a list of one octet at least"));
        }
        Ok(Self { bits, octets })
    }
}

impl fmt::Debug for Statuses {
    /// Shows the size only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statuses").field("bits", &self.bits).field("places", &self.places()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(bits: Bits, values: &[u8]) -> Statuses {
        let mut list = Statuses::new(bits, values.len() as u64).unwrap();
        for (index, value) in values.iter().enumerate() {
            list.put(index as u64, *value).unwrap();
        }
        list
    }

    #[test]
    fn the_lists_of_the_draft_are_packed_and_compressed_as_there() {
        // draft-ietf-oauth-status-list §4.1: sixteen places of one bit, twelve of two.
        let one = list(Bits::One, &[1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        assert_eq!(one.octets, [0xb9, 0xa3]);
        let two = list(Bits::Two, &[1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
        assert_eq!(two.octets, [0xc9, 0x44, 0xf9]);
        for (list, lst) in [(one, "78dadbb918000217015d"), (two, "78da3be9f2130003df0207")] {
            let lst = hex::decode(lst).unwrap();
            assert_eq!(Statuses::decompress(list.bits(), &lst).unwrap(), list);
            // Another zlib may give other octets; ours inflate to the same list.
            assert_eq!(Statuses::decompress(list.bits(), &list.compress().unwrap()).unwrap(), list);
        }
    }

    #[test]
    fn the_long_vector_of_the_draft_is_read() {
        // draft-ietf-oauth-status-list, appendix "Test vectors", one bit: 2²⁰ places, these set.
        use base64::Engine as _;
        let lst = concat!(
            "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb"
        );
        let lst = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(lst).unwrap();
        let list = Statuses::decompress(Bits::One, &lst).unwrap();
        assert_eq!(list.places(), 1 << 20);
        let set: Vec<u64> = (0..list.places()).filter(|at| list.status(*at) == Ok(Status::Invalid)).collect();
        let expected = [0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345];
        assert_eq!(set, expected);
    }

    #[test]
    fn a_status_changes_its_place_only_and_changes_back() {
        let mut list = Statuses::new(Bits::Two, 9).unwrap();
        assert_eq!(list.places(), 12);
        list.set(5, Status::Suspended).unwrap();
        list.set(6, Status::Invalid).unwrap();
        let read = |list: &Statuses| (4..8).map(|at| list.status(at).unwrap()).collect::<Vec<_>>();
        assert_eq!(read(&list), [Status::Valid, Status::Suspended, Status::Invalid, Status::Valid]);
        list.set(5, Status::Valid).unwrap();
        assert_eq!(read(&list), [Status::Valid, Status::Valid, Status::Invalid, Status::Valid]);
    }

    #[test]
    fn a_place_outside_and_a_status_without_room_are_refused() {
        let mut list = Statuses::new(Bits::One, 8).unwrap();
        assert_eq!(list.status(8), Err(OutsideList(8)));
        assert_eq!(list.set(u64::MAX, Status::Invalid), Err(OutsideList(u64::MAX)));
        assert_eq!(list.set(0, Status::Suspended), Err(OutsideList(0)));
        assert_eq!(list.status(0), Ok(Status::Valid));
        for bits in [Bits::One, Bits::Two] {
            let mut list = Statuses::new(bits, 8).unwrap();
            assert_eq!(list.set(0, Status::ApplicationSpecific), Err(OutsideList(0)));
            assert_eq!(list.status(0), Ok(Status::Valid));
        }
        assert!(Statuses::new(Bits::One, 0).is_err());
        assert!(Statuses::new(Bits::One, MAX_ENTRIES).is_ok());
        assert!(Statuses::new(Bits::One, MAX_ENTRIES + 1).is_err());
        assert!(Statuses::new(Bits::Two, u64::MAX).is_err());
    }

    #[test]
    fn a_decompression_bomb_is_not_inflated() {
        let bomb = deflate(&vec![0; 64 * 1024 * 1024]).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(matches!(
            Statuses::decompress(Bits::One, &bomb),
            Err(CredentialError::TooLarge(octets)) if octets == MAX_LIST_OCTETS + 1
        ));
    }

    #[test]
    fn what_is_no_single_zlib_stream_is_refused() {
        let good = list(Bits::One, &[1; 64]).compress().unwrap();
        assert!(Statuses::decompress(Bits::One, &good).is_ok());
        assert!(Statuses::decompress(Bits::One, &[&good[..], &[0]].concat()).is_err());
        for at in 0..good.len() {
            assert!(Statuses::decompress(Bits::One, &good[..at]).is_err(), "cut at {at}");
        }
        assert!(Statuses::decompress(Bits::One, b"no zlib at all").is_err());
    }
}
