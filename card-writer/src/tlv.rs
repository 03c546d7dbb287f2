//! BER-TLV as cards write it (ISO/IEC 7816-4 §5.2.2), strict enough for an answer we asked for.

/// Writes tag, length and value; `tag` is the bytes of the tag as the card sends them.
pub fn write(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = tag.to_vec();
    match value.len() {
        length @ 0..=0x7F => out.push(length as u8),
        length @ 0x80..=0xFF => out.extend([0x81, length as u8]),
        length @ 0x100..=0xFFFF => out.extend([0x82, (length >> 8) as u8, length as u8]),
        length => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend(value);
    out
}

/// The length of tag and length field together, and the length of the value; `None` when the bytes do not
/// begin with a TLV.
pub fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = 1;
    if bytes.first()? & 0x1F == 0x1F {
        while bytes.get(at)? & 0x80 != 0 {
            at += 1;
        }
        at += 1;
    }
    let first = *bytes.get(at)?;
    at += 1;
    if first < 0x80 {
        return Some((at, first.into()));
    }
    let count = usize::from(first & 0x7F);
    if count == 0 || count > 3 {
        return None;
    }
    let length = bytes.get(at..at + count)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    Some((at + count, length))
}

/// Splits off the first TLV, which must have this tag: returns its value and the rest.
pub fn take<'a>(bytes: &'a [u8], tag: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    if !bytes.starts_with(tag) {
        return None;
    }
    let (head, length) = header(bytes)?;
    Some((bytes.get(head..head + length)?, &bytes[head + length..]))
}

/// The value of a TLV with this tag that fills all the bytes.
pub fn only<'a>(bytes: &'a [u8], tag: &[u8]) -> Option<&'a [u8]> {
    take(bytes, tag).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

/// The value of the first TLV with this tag in a sequence of TLVs.
pub fn find<'a>(mut bytes: &'a [u8], tag: &[u8]) -> Option<&'a [u8]> {
    while !bytes.is_empty() {
        if let Some((value, _)) = take(bytes, tag) {
            return Some(value);
        }
        let (head, length) = header(bytes)?;
        bytes = bytes.get(head + length..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found_again_at_every_length() {
        for length in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000] {
            let bytes = write(&[0x5F, 0x1F], &vec![1; length]);
            assert_eq!(only(&bytes, &[0x5F, 0x1F]).map(<[u8]>::len), Some(length));
            assert_eq!(only(&bytes[..bytes.len() - 1], &[0x5F, 0x1F]), None);
        }
    }

    #[test]
    fn broken_bytes_are_nothing() {
        assert_eq!(header(&[0x7F]), None);
        assert_eq!(header(&[0x5F, 0xFF, 0xFF]), None);
        assert_eq!(header(&[0x53, 0x84, 1, 1, 1, 1]), None);
        assert_eq!(header(&[0x53, 0x80]), None);
        assert_eq!(find(&[0x30, 0x05, 0x01], &[0x31]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_parser_fall(bytes: Vec<u8>) {
            let _ = (header(&bytes), only(&bytes, &[0x53]), find(&bytes, &[0x7F, 0x49]));
        }
    }
}
