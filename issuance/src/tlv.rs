//! Tag, length, value (ISO/IEC 8825-1), as on cards and in DER: lengths are written and accepted in their
//! shortest form only.

/// Why octets do not have the expected structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The octets end too early.
    #[error("the octets end inside an element")]
    Truncated,
    /// A length is indefinite, longer than four octets or not in its shortest form.
    #[error("a length is not in its shortest form")]
    Length,
    /// Another tag than expected.
    #[error("expected tag {expected:X}, found {found:X}")]
    Tag {
        /// The expected tag.
        expected: u32,
        /// The tag that was found.
        found: u32,
    },
    /// Octets follow after the end.
    #[error("there are octets after the end")]
    Trailing,
}

/// Writes one element.
pub fn write(tag: u32, value: &[u8]) -> Vec<u8> {
    wrap(tag, &[value])
}

/// Writes one element that contains other elements.
pub fn wrap<P: AsRef<[u8]>>(tag: u32, parts: &[P]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.as_ref().len()).sum();
    let mut out = Vec::with_capacity(length + 8);
    out.extend(tag_octets(tag));
    let length = length.to_be_bytes();
    let significant = &length[length.iter().take_while(|octet| **octet == 0).count()..];
    match significant {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // A usize has at most eight octets, so the count fits.
            out.push(0x80 | long.len() as u8);
            out.extend(long);
        }
    }
    for part in parts {
        out.extend(part.as_ref());
    }
    out
}

/// The octets of a tag, without leading zeroes.
pub fn tag_octets(tag: u32) -> Vec<u8> {
    let octets = tag.to_be_bytes();
    octets[octets.iter().take_while(|octet| **octet == 0).count().min(3)..].to_vec()
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first octet.
    pub fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The value of the next element, which must have this tag.
    pub fn expect(&mut self, expected: u32) -> Result<&'a [u8], TlvError> {
        let (found, value) = self.next_element()?;
        if found == expected { Ok(value) } else { Err(TlvError::Tag { expected, found }) }
    }

    /// The next element with any tag.
    pub fn next_element(&mut self) -> Result<(u32, &'a [u8]), TlvError> {
        let tag = self.tag()?;
        let length = self.length()?;
        Ok((tag, self.take(length)?))
    }

    /// The octets that are left.
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Refuses if octets are left.
    pub fn end(self) -> Result<(), TlvError> {
        if self.rest.is_empty() { Ok(()) } else { Err(TlvError::Trailing) }
    }

    /// A tag without length and value, as in a tag list.
    pub fn tag(&mut self) -> Result<u32, TlvError> {
        let first = self.octet()?;
        let mut tag = u32::from(first);
        if first & 0x1f == 0x1f {
            for _ in 0..3 {
                let next = self.octet()?;
                tag = (tag << 8) | u32::from(next);
                if next & 0x80 == 0 {
                    return Ok(tag);
                }
            }
            return Err(TlvError::Length);
        }
        Ok(tag)
    }

    fn length(&mut self) -> Result<usize, TlvError> {
        let first = self.octet()?;
        if first < 0x80 {
            return Ok(usize::from(first));
        }
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return Err(TlvError::Length);
        }
        let octets = self.take(count)?;
        let length = octets.iter().fold(0_usize, |sum, octet| (sum << 8) | usize::from(*octet));
        if octets[0] == 0 || length < 0x80 {
            return Err(TlvError::Length);
        }
        Ok(length)
    }

    fn octet(&mut self) -> Result<u8, TlvError> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], TlvError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(TlvError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// Reads octets that must be one element with this tag and nothing else.
pub fn only(octets: &[u8], tag: u32) -> Result<&[u8], TlvError> {
    let mut reader = Reader::new(octets);
    let value = reader.expect(tag)?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_their_shortest_form() {
        assert_eq!(write(0x61, &[]), [0x61, 0x00]);
        assert_eq!(write(0x5f1f, &[7; 3])[..3], [0x5f, 0x1f, 0x03]);
        assert_eq!(write(0x75, &[0; 0x80])[..3], [0x75, 0x81, 0x80]);
        assert_eq!(write(0x75, &[0; 0x100])[..4], [0x75, 0x82, 0x01, 0x00]);
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let value = vec![0xab; length];
            assert_eq!(only(&write(0x7f61, &value), 0x7f61).unwrap(), value);
        }
    }

    #[test]
    fn sloppy_octets_are_refused() {
        assert_eq!(only(&[0x61, 0x81, 0x01, 0x00], 0x61), Err(TlvError::Length));
        assert_eq!(only(&[0x61, 0x80, 0x00, 0x00], 0x61), Err(TlvError::Length));
        assert_eq!(only(&[0x61, 0x82, 0x00, 0x80], 0x61), Err(TlvError::Length));
        assert_eq!(only(&[0x61, 0x02, 0x00], 0x61), Err(TlvError::Truncated));
        assert_eq!(only(&[0x61, 0x01, 0x00, 0x00], 0x61), Err(TlvError::Trailing));
        assert_eq!(only(&[0x61, 0x00], 0x75), Err(TlvError::Tag { expected: 0x75, found: 0x61 }));
        assert_eq!(only(&[], 0x61), Err(TlvError::Truncated));
    }
}
