//! zlib (RFC 1950) of what is sent to readers: small when it is made, and read within limits.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::CredentialError;

/// One stream at the highest level.
pub(crate) fn deflate(octets: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets)?;
    encoder.finish()
}

/// Inflates one whole stream of so many octets at most, with nothing after it: what stands there nobody signed, and two texts
/// must not be one credential.
pub(crate) fn inflate(stream: &[u8], limit: usize) -> Result<Vec<u8>, CredentialError> {
    let form = || CredentialError::Form("one zlib stream and nothing after it");
    let mut octets = Vec::new();
    let mut decoder = ZlibDecoder::new(stream).take(limit as u64 + 1);
    decoder.read_to_end(&mut octets).map_err(|_| form())?;
    if octets.len() > limit {
        return Err(CredentialError::TooLarge(octets.len()));
    }
    if decoder.into_inner().total_in() == stream.len() as u64 { Ok(octets) } else { Err(form()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_inflated_whole_and_alone() {
        let stream = deflate(&[7; 64]).unwrap();
        assert_eq!(inflate(&stream, 64).unwrap(), [7; 64]);
        for after in [&[0][..], &stream] {
            let longer = [&stream[..], after].concat();
            assert!(matches!(inflate(&longer, 64), Err(CredentialError::Form(_))));
        }
        for at in 0..stream.len() {
            assert!(inflate(&stream[..at], 64).is_err(), "cut at {at}");
        }
        assert!(inflate(b"no zlib at all", 64).is_err());
    }

    #[test]
    fn no_more_is_inflated_than_the_limit() {
        let stream = deflate(&[0; 1_000_000]).unwrap();
        assert!(matches!(inflate(&stream, 63), Err(CredentialError::TooLarge(64))));
        assert!(matches!(inflate(&stream, 999_999), Err(CredentialError::TooLarge(1_000_000))));
        assert_eq!(inflate(&stream, 1_000_000).unwrap().len(), 1_000_000);
        assert_eq!(inflate(&deflate(b"").unwrap(), 0).unwrap(), b"");
    }
}
