//! zlib (RFC 1950) for what is sent to readers: written as small as possible, and read within limits.

use std::io::{self, Read as _};

use flate2::bufread::ZlibDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::CredentialError;

/// One stream at the highest level. Its window is the largest, though a smaller one would cost less for a few
/// hundred octets, because `claim169` accepts only zlib that begins with 78, which stands for that window.
pub(crate) fn deflate(octets: &[u8]) -> io::Result<Vec<u8>> {
    let mut compress = Compress::new(Compression::best(), true);
    let mut stream = Vec::with_capacity(most_octets(octets.len()));
    match compress.compress_vec(octets, &mut stream, FlushCompress::Finish)? {
        Status::StreamEnd => Ok(stream),
        Status::Ok | Status::BufError => Err(io::ErrorKind::WriteZero.into()),
    }
}

/// What cannot be compressed grows by at most this much (`deflateBound` of zlib).
const fn most_octets(octets: usize) -> usize {
    octets + octets / 8 + octets / 64 + 32
}

/// Inflates one whole stream of at most this many octets, with nothing after it: octets after the stream
/// would be unsigned, and one credential must not have two texts.
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
    fn a_stream_begins_as_its_readers_expect() {
        for octets in [0, 64, 1000, 100_000] {
            assert_eq!(deflate(&vec![7; octets]).unwrap()[0], 0x78, "{octets}");
        }
    }

    #[test]
    fn what_cannot_be_compressed_is_written_whole() {
        for octets in [0, 1, 10, 249, 250, 251, 1000, 5000, 40_000, 300_000] {
            let noise = noise(octets);
            assert_eq!(inflate(&deflate(&noise).unwrap(), octets).unwrap(), noise, "{octets}");
        }
    }

    fn noise(count: usize) -> Vec<u8> {
        use rand_chacha::rand_core::Rng as _;
        let mut octets = vec![0; count];
        crate::sample::rng(73).fill_bytes(&mut octets);
        octets
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
