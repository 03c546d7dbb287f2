//! Command and response APDUs (ISO/IEC 7816-4 §5), short and extended.

/// A status word. This card returns only these constants, besides `61xx` and `63Cx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sw(pub u16);

impl Sw {
    /// The command succeeded.
    pub const OK: Self = Self(0x9000);
    /// The file ended before `Le` bytes.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// The other side did not authenticate.
    pub const AUTHENTICATION_FAILED: Self = Self(0x6300);
    /// Wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Security status not satisfied.
    pub const SECURITY_STATUS: Self = Self(0x6982);
    /// The PIN, PUK or key set is blocked.
    pub const BLOCKED: Self = Self(0x6983);
    /// Conditions of use not satisfied.
    pub const CONDITIONS: Self = Self(0x6985);
    /// No current file.
    pub const NO_CURRENT_FILE: Self = Self(0x6986);
    /// Secure messaging data objects missing.
    pub const SM_MISSING: Self = Self(0x6987);
    /// Secure messaging data objects wrong.
    pub const SM_WRONG: Self = Self(0x6988);
    /// Wrong data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// Function not supported.
    pub const NOT_SUPPORTED: Self = Self(0x6A81);
    /// File, object or application not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Wrong P1 P2.
    pub const WRONG_P1P2: Self = Self(0x6A86);
    /// Referenced key or data not found.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// Offset outside the file.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// Unknown instruction.
    pub const UNKNOWN_INSTRUCTION: Self = Self(0x6D00);
    /// Unknown class.
    pub const UNKNOWN_CLASS: Self = Self(0x6E00);
    /// No precise diagnosis: the chip itself failed.
    pub const CHIP_FAILED: Self = Self(0x6F00);

    /// `63Cx`: verification failed; the remaining tries are `tries`.
    pub fn tries_left(tries: u8) -> Self {
        Self(0x63C0 | u16::from(tries & 0x0F))
    }

    /// `61xx`: `left` more bytes can be fetched; `00` stands for 256 or more.
    pub fn more(left: usize) -> Self {
        Self(0x6100 | if left > 0xFF { 0 } else { left as u16 })
    }

    /// Whether the answer counts as a success or a warning, so that secure messaging protects it.
    pub fn is_success_or_warning(self) -> bool {
        self == Self::OK || matches!(self.0 >> 8, 0x62 | 0x63)
    }
}

impl From<crate::entropy::EntropyFailed> for Sw {
    fn from(_: crate::entropy::EntropyFailed) -> Self {
        Self::CHIP_FAILED
    }
}

impl From<crate::tlv::MalformedTlv> for Sw {
    fn from(_: crate::tlv::MalformedTlv) -> Self {
        Self::WRONG_DATA
    }
}

/// The bytes are not an APDU; the card answers `6700`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not an APDU of ISO/IEC 7816-4")]
pub struct MalformedApdu;

/// A command.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// The class byte.
    pub cla: u8,
    /// The instruction byte.
    pub ins: u8,
    /// The first parameter.
    pub p1: u8,
    /// The second parameter.
    pub p2: u8,
    /// The data field; empty if there is none.
    pub data: Vec<u8>,
    /// Expected length, 256 or 65 536 for the zero forms; `None` if absent.
    pub le: Option<usize>,
    /// Whether the lengths were in their extended form.
    pub extended: bool,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The data are not shown, because they may be a PIN or a key.
        write!(
            f,
            "{:02X} {:02X} {:02X} {:02X} ({} bytes)",
            self.cla,
            self.ins,
            self.p1,
            self.p2,
            self.data.len()
        )
    }
}

impl Command {
    /// Parses one command.
    pub fn parse(bytes: &[u8]) -> Result<Self, MalformedApdu> {
        let [cla, ins, p1, p2, body @ ..] = bytes else { return Err(MalformedApdu) };
        let (data, le, extended) = parse_body(body)?;
        Ok(Self { cla: *cla, ins: *ins, p1: *p1, p2: *p2, data: data.to_vec(), le, extended })
    }

    /// P1 and P2 as one number.
    pub fn p1p2(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }
}

type Body<'a> = (&'a [u8], Option<usize>, bool);

fn parse_body(body: &[u8]) -> Result<Body<'_>, MalformedApdu> {
    match body {
        [] => Ok((&[], None, false)),
        [le] => Ok((&[], Some(expected(usize::from(*le), 256)), false)),
        [0, _] => Err(MalformedApdu),
        [0, high, low] => Ok((&[], Some(expected(word(*high, *low), 65_536)), true)),
        [0, high, low, rest @ ..] => {
            let (data, le) = rest.split_at_checked(word(*high, *low)).ok_or(MalformedApdu)?;
            match le {
                [] => Ok((data, None, true)),
                [high, low] => Ok((data, Some(expected(word(*high, *low), 65_536)), true)),
                _ => Err(MalformedApdu),
            }
        }
        [lc, rest @ ..] => {
            let (data, le) = rest.split_at_checked(usize::from(*lc)).ok_or(MalformedApdu)?;
            match le {
                [] => Ok((data, None, false)),
                [le] => Ok((data, Some(expected(usize::from(*le), 256)), false)),
                _ => Err(MalformedApdu),
            }
        }
    }
}

fn word(high: u8, low: u8) -> usize {
    usize::from(u16::from_be_bytes([high, low]))
}

fn expected(le: usize, most: usize) -> usize {
    if le == 0 { most } else { le }
}

/// An answer before it is cut into pieces that fit `Le`.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The response data.
    pub data: Vec<u8>,
    /// The status word that ends the answer.
    pub sw: Sw,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes, {:04X}", self.data.len(), self.sw.0)
    }
}

impl Answer {
    /// Data and `9000`.
    pub fn ok(data: Vec<u8>) -> Self {
        Self { data, sw: Sw::OK }
    }

    /// A status word without data.
    pub fn status(sw: Sw) -> Self {
        Self { data: Vec::new(), sw }
    }

    /// The bytes that are sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.data.as_slice(), &self.sw.0.to_be_bytes()].concat()
    }
}

/// The result of a command handler: an answer, or the status word of a refusal.
pub type Outcome = Result<Answer, Sw>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(hex: &str) -> Result<Command, MalformedApdu> {
        Command::parse(&hex::decode(hex).unwrap())
    }

    #[test]
    fn the_four_short_cases_are_read() {
        assert_eq!(parse("00200080").unwrap().le, None);
        assert_eq!(parse("0084000008").unwrap().le, Some(8));
        let third = parse("00A4040002AABB").unwrap();
        assert_eq!((third.data.as_slice(), third.le), (&[0xAA, 0xBB][..], None));
        let fourth = parse("00A4040002AABB00").unwrap();
        assert_eq!((fourth.data.len(), fourth.le, fourth.extended), (2, Some(256), false));
    }

    #[test]
    fn the_extended_cases_are_read() {
        assert_eq!(parse("00B00000000000").unwrap().le, Some(65_536));
        let fourth = parse("00DB3FFF000002AABB0100").unwrap();
        assert_eq!((fourth.data.len(), fourth.le, fourth.extended), (2, Some(256), true));
    }

    #[test]
    fn commands_with_wrong_lengths_are_refused() {
        for wrong in ["", "002000", "00A4040003AABB", "00A4040001AABBCC", "00A404000000", "00A40400000003AA"]
        {
            assert_eq!(parse(wrong), Err(MalformedApdu), "{wrong}");
        }
    }

    #[test]
    fn a_command_does_not_print_its_data() {
        assert_eq!(format!("{:?}", parse("002000800831323334FFFFFFFF").unwrap()), "00 20 00 80 (8 bytes)");
    }

    #[test]
    fn more_than_255_bytes_left_are_61_00() {
        assert_eq!((Sw::more(255), Sw::more(256)), (Sw(0x61FF), Sw(0x6100)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = Command::parse(&bytes);
        }
    }
}
