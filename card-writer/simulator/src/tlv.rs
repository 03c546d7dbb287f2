//! BER-TLV as far as cards need it: definite lengths up to 65 535, tags of one to three bytes.

/// The bytes are not a sequence of whole data objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not whole BER-TLV data objects")]
pub struct MalformedTlv;

/// One data object. The tag is a number made of all its bytes (`7F49` is `0x7F49`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag bytes, big endian.
    pub tag: u32,
    /// The value of the data object.
    pub value: &'a [u8],
}

/// Reads a sequence of data objects that fills `bytes` exactly.
pub fn parse(mut bytes: &[u8]) -> Result<Vec<Tlv<'_>>, MalformedTlv> {
    let mut objects = Vec::new();
    while !bytes.is_empty() {
        let (object, rest) = parse_one(bytes)?;
        objects.push(object);
        bytes = rest;
    }
    Ok(objects)
}

/// Reads one data object and returns it with the bytes that follow it.
pub fn parse_one(bytes: &[u8]) -> Result<(Tlv<'_>, &[u8]), MalformedTlv> {
    let (tag, rest) = parse_tag(bytes)?;
    let (length, rest) = parse_length(rest)?;
    let (value, rest) = rest.split_at_checked(length).ok_or(MalformedTlv)?;
    Ok((Tlv { tag, value }, rest))
}

fn parse_tag(bytes: &[u8]) -> Result<(u32, &[u8]), MalformedTlv> {
    let (&first, mut rest) = bytes.split_first().ok_or(MalformedTlv)?;
    let mut tag = u32::from(first);
    if first & 0x1F == 0x1F {
        for position in 0..2 {
            let (&next, after) = rest.split_first().ok_or(MalformedTlv)?;
            tag = tag << 8 | u32::from(next);
            rest = after;
            if next & 0x80 == 0 {
                break;
            }
            if position == 1 {
                return Err(MalformedTlv);
            }
        }
    }
    Ok((tag, rest))
}

fn parse_length(bytes: &[u8]) -> Result<(usize, &[u8]), MalformedTlv> {
    match bytes {
        [length @ 0..=0x7F, rest @ ..] => Ok((usize::from(*length), rest)),
        [0x81, length, rest @ ..] => Ok((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => Ok((usize::from(u16::from_be_bytes([*high, *low])), rest)),
        _ => Err(MalformedTlv),
    }
}

/// The first object with this tag.
pub fn find<'a>(objects: &[Tlv<'a>], tag: u32) -> Option<&'a [u8]> {
    objects.iter().find(|object| object.tag == tag).map(|object| object.value)
}

/// Writes one data object with the shortest form of the length. Values over 65 535 bytes do not occur on a
/// card.
pub fn write(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = tag.to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
    let length = value.len();
    match length {
        0..=0x7F => out.push(length as u8),
        0x80..=0xFF => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_tags_and_lengths_are_read() {
        let bytes = [write(0x7F49, &[7; 200]), write(0x5C, &[1]), write(0x5FC105, &[2; 300])].concat();
        let objects = parse(&bytes).unwrap();
        assert_eq!(find(&objects, 0x7F49), Some(&[7; 200][..]));
        assert_eq!(find(&objects, 0x5FC105), Some(&[2; 300][..]));
        assert_eq!(find(&objects, 0x5D), None);
    }

    #[test]
    fn a_cut_object_is_refused() {
        let bytes = write(0x53, &[1, 2, 3]);
        for end in 1..bytes.len() {
            assert_eq!(parse(&bytes[..end]), Err(MalformedTlv), "cut at {end}");
        }
    }

    #[test]
    fn a_tag_of_four_bytes_is_refused() {
        assert_eq!(parse(&[0x5F, 0x81, 0x81, 0x01, 0x00]), Err(MalformedTlv));
    }

    #[test]
    fn an_indefinite_length_is_refused() {
        assert_eq!(parse(&[0x30, 0x80, 0, 0]), Err(MalformedTlv));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn what_is_written_is_read(value in proptest::collection::vec(any::<u8>(), 0..600)) {
            let written = write(0x53, &value);
            prop_assert_eq!(parse(&written).unwrap(), vec![Tlv { tag: 0x53, value: &value }]);
        }
    }
}
