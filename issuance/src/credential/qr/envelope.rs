//! From the octets of a CWT to the characters of a QR code and back: zlib, then base45 (RFC 9285).

use super::super::CredentialError;
use super::super::zlib::{deflate, inflate};

/// The most characters that a QR code of version 25, level L, holds in alphanumeric mode (ISO/IEC 18004 table
/// 7): 117 modules a side, which a phone still reads from paper at three centimetres.
pub const MAX_CHARACTERS: usize = 1853;
/// A reader inflates at most this many octets; ours have a third of it.
const MAX_OCTETS: usize = 8 * 1024;
/// A reader takes any QR code, up to version 40, level L.
const MAX_READ_CHARACTERS: usize = 4296;

pub(crate) fn write(cwt: &[u8]) -> Result<String, CredentialError> {
    Ok(base45::encode(deflate(cwt).map_err(|_| CredentialError::Form("compressed with zlib"))?))
}

/// At most this many characters: zlib adds 6 octets, and 5 octets more for each block that it stores because
/// it would grow otherwise (RFC 1951 §3.2.4).
pub(crate) const fn most_characters(octets: usize) -> usize {
    (octets + 6 + 5 * (octets / 1024 + 1)).div_ceil(2) * 3
}

/// Accepts only the one text that these octets have. The decoder alone would also accept small letters, and a
/// last pair whose number does not fit into an octet.
pub(crate) fn read(text: &str) -> Result<Vec<u8>, CredentialError> {
    if text.len() > MAX_READ_CHARACTERS {
        return Err(CredentialError::TooLarge(text.len()));
    }
    let compressed = base45::decode(text).map_err(|_| CredentialError::Form("base45"))?;
    if base45::encode(&compressed) != text {
        return Err(CredentialError::Form("base45"));
    }
    inflate(&compressed, MAX_OCTETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base45_is_that_of_the_rfc() {
        // RFC 9285 §4.3 and §4.4.
        for (octets, text) in [(&b"AB"[..], "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
        {
            assert_eq!(base45::encode(octets), text);
            assert_eq!(base45::decode(text).unwrap(), octets);
        }
        assert_eq!(base45::decode("QED8WEX0").unwrap(), b"ietf!");
        // RFC 9285 §6: GGW is 65536, one more than two octets hold.
        for wrong in ["GGW", ":::", "a", "A", "AAAA", "ы"] {
            assert!(base45::decode(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_code_of_version_25_holds_so_many_characters_and_no_more() {
        use qrcode::{EcLevel, QrCode, Version};
        let code = |count| QrCode::with_version("A".repeat(count), Version::Normal(25), EcLevel::L);
        assert!(code(MAX_CHARACTERS).is_ok());
        assert!(code(MAX_CHARACTERS + 1).is_err());
    }

    #[test]
    fn what_cannot_be_compressed_is_no_longer_than_thought() {
        use rand_chacha::rand_core::Rng as _;
        let mut rng = crate::sample::rng(72);
        for length in [0, 1, 2, 100, 1000, 2000, 7000] {
            let mut noise = vec![0; length];
            rng.fill_bytes(&mut noise);
            assert!(write(&noise).unwrap().len() <= most_characters(length), "{length}");
        }
    }

    #[test]
    fn characters_at_random_are_refused_without_a_panic() {
        use rand_chacha::rand_core::Rng as _;
        let letters: Vec<char> =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:az\u{0}\u{7f}é—🂡".chars().collect();
        let mut rng = crate::sample::rng(71);
        for length in 0..3000 {
            let text: String =
                (0..length % 60).map(|_| letters[rng.next_u32() as usize % letters.len()]).collect();
            assert!(read(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn octets_survive_and_bombs_do_not_go_off() {
        assert_eq!(read(&write(b"octets").unwrap()).unwrap(), b"octets");
        let bomb = write(&vec![0; 1_000_000]).unwrap();
        assert!(bomb.len() < MAX_READ_CHARACTERS);
        assert!(matches!(read(&bomb), Err(CredentialError::TooLarge(_))));
        assert!(matches!(read(&"0".repeat(5000)), Err(CredentialError::TooLarge(5000))));
        assert!(read("").is_err());
    }

    #[test]
    fn octets_have_one_text() {
        let good = write(b"octet").unwrap();
        let base45 = |text: &str| matches!(read(text), Err(CredentialError::Form("base45")));
        // 44 + 44 · 45 = 2024 does not fit into an octet (RFC 9285 §6).
        assert!(base45("::"));
        assert!(good.chars().any(|letter| letter.is_ascii_uppercase()) && base45(&good.to_lowercase()));
        // The last octet of the checksum stands in a pair of its own: adding 256 gives other letters of the
        // same length.
        assert_eq!(good.len() % 3, 2);
        let (before, pair) = good.split_at(good.len() - 2);
        let [last] = base45::decode(pair).unwrap()[..] else { unreachable!("one octet") };
        let more = usize::from(last) + 256;
        let letters: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".chars().collect();
        assert!(base45(&format!("{before}{}{}", letters[more % 45], letters[more / 45])));
    }

    #[test]
    fn octets_after_the_stream_are_refused() {
        let stream = deflate(b"octets").unwrap();
        for after in [&[0][..], b"more", &stream] {
            let text = base45::encode([&stream[..], after].concat());
            assert!(matches!(read(&text), Err(CredentialError::Form(_))), "{text}");
        }
        assert!(read("BB8").is_err());
    }
}
