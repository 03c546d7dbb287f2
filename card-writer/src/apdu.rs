//! ISO/IEC 7816-4 §5: command and response APDUs as values.

use std::fmt;

use zeroize::Zeroizing;

/// The longest data field of a short command APDU.
pub const SHORT_DATA: usize = 255;

/// A command before it is chained or protected; the data field may be longer than a short APDU can hold.
///
/// Debug shows the header and the length of the data, never the data, because they may contain a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// The class byte, without the chaining bit.
    pub cla: u8,
    /// The instruction byte.
    pub ins: u8,
    /// The first parameter.
    pub p1: u8,
    /// The second parameter.
    pub p2: u8,
    /// The data field.
    pub data: Zeroizing<Vec<u8>>,
    /// Expected length, 1 to 256; none if no data are expected.
    pub expected: Option<u16>,
}

impl Command {
    /// A command without data and without an expected length.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla, ins, p1, p2, data: Zeroizing::new(Vec::new()), expected: None }
    }

    /// The command with a data field.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = Zeroizing::new(data.into());
        self
    }

    /// The command with an expected length; 256 asks for everything there is.
    #[must_use]
    pub fn expecting(mut self, length: u16) -> Self {
        self.expected = Some(length);
        self
    }

    /// The header: CLA INS P1 P2.
    pub fn header(&self) -> [u8; 4] {
        [self.cla, self.ins, self.p1, self.p2]
    }

    /// Cuts the command into short APDUs: all except the last have the chaining bit (§5.3.3) and no `Le`.
    pub fn to_short_apdus(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let mut chunks: Vec<&[u8]> = self.data.chunks(SHORT_DATA).collect();
        let last = chunks.pop().unwrap_or(&[]);
        let mut apdus: Vec<_> = chunks.into_iter().map(|chunk| self.short_apdu(0x10, chunk, None)).collect();
        apdus.push(self.short_apdu(0x00, last, self.expected));
        apdus
    }

    fn short_apdu(&self, chaining: u8, data: &[u8], expected: Option<u16>) -> Zeroizing<Vec<u8>> {
        let mut apdu = Zeroizing::new(Vec::with_capacity(6 + data.len()));
        apdu.extend([self.cla | chaining, self.ins, self.p1, self.p2]);
        if !data.is_empty() {
            apdu.push(data.len() as u8);
            apdu.extend(data);
        }
        if let Some(length) = expected {
            // 256 is written as 00.
            apdu.push(length as u8);
        }
        apdu
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {} bytes", hex::encode(self.header()), self.data.len())
    }
}

/// A status word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// The command succeeded.
    pub const OK: Self = Self(0x9000);
    /// Conditions of use not satisfied.
    pub const CONDITIONS: Self = Self(0x6985);
    /// Authentication method blocked.
    pub const BLOCKED: Self = Self(0x6983);
    /// Referenced data not found.
    pub const NO_REFERENCE: Self = Self(0x6A88);

    /// Whether Amendment D §6.2.5 gives the answer an R-MAC: for success and warnings.
    pub fn is_success_or_warning(self) -> bool {
        self == Self::OK || matches!(self.0 >> 8, 0x62 | 0x63)
    }

    /// The two bytes.
    pub fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

/// The answer of the card. Debug shows no data.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The data field.
    pub data: Vec<u8>,
    /// The status word.
    pub status: Status,
}

impl Response {
    /// Splits data and status word; `None` for fewer than two bytes.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (data, status) = bytes.split_last_chunk::<2>()?;
        Some(Self { data: data.to_vec(), status: Status(u16::from_be_bytes(*status)) })
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes + {}", self.data.len(), self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_is_chained_and_only_its_end_expects() {
        let apdus =
            Command::new(0x84, 0xDB, 0x3F, 0xFF).with_data(vec![7; 600]).expecting(256).to_short_apdus();
        assert_eq!(apdus.iter().map(|apdu| apdu.len()).collect::<Vec<_>>(), [260, 260, 5 + 90 + 1]);
        assert_eq!((apdus[0][0], apdus[1][0], apdus[2][0]), (0x94, 0x94, 0x84));
        assert_eq!(apdus[2].last(), Some(&0));
    }

    #[test]
    fn a_command_without_data_is_a_header_and_what_it_expects() {
        assert_eq!(
            **Command::new(0x80, 0xCA, 0x9F, 0x7F).expecting(256).to_short_apdus()[0],
            [0x80, 0xCA, 0x9F, 0x7F, 0]
        );
        assert_eq!(**Command::new(0, 0xA4, 4, 0).to_short_apdus()[0], [0, 0xA4, 4, 0]);
    }

    #[test]
    fn a_pin_cannot_be_printed() {
        let shown = format!("{:?}", Command::new(0, 0x20, 0, 0x80).with_data(*b"123456\xFF\xFF"));
        assert_eq!(shown, "00200080 + 8 bytes");
    }
}
