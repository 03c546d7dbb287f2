use bp256::BrainpoolP256r1;
use p256::NistP256;

use super::*;
use crate::sample;

/// The worked example of Doc 9303-11 appendix G.1: ECDH with generic mapping over brainpoolP256r1.
mod example {
    pub const ENCRYPTED_NONCE: &str = "95a3a016522ee98d01e76cb6b98b42c3";
    pub const NONCE: &str = "3f00c4d39d153f2b2a214a078d899b22";
    pub const PASSWORD_KEY: &str = "89ded1b26624ec1e634c1989302849dd";
    pub const MAP_SECRET_READER: &str = "7f4ef07b9ea82fd78ad689b38d0bc78cf21f249d953bc46f4c6e19259c010f99";
    pub const MAP_PUBLIC_READER: &str = "047acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e\
         544552dcb6725218799115b55c9baa6d9f6bc3a9618e70c25af71777a9c4922d";
    pub const MAP_SECRET_CHIP: &str = "498ff49756f2dc1587840041839a85982be7761d14715fb091efa7bce9058560";
    pub const MAP_PUBLIC_CHIP: &str = "04824fba91c9cbe26bef53a0ebe7342a3bf178cea9f45de0b70aa601651fba3f57\
         30d8c879aaa9c9f73991e61b58f4d52eb87a0a0c709a49dc63719363ccd13c54";
    pub const GENERATOR: &str = "048ced63c91426d4f0eb1435e7cb1d74a46723a0af21c89634f65a9ae87a9265e2\
         8c879506743f8611ac33645c5b985c80b5f09a0b83407c1b6a4d857ae76fe522";
    pub const SECRET_READER: &str = "a73fb703ac1436a18e0cfa5abb3f7bec7a070e7a6788486bee230c4a22762595";
    pub const PUBLIC_READER: &str = "042db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c\
         3556f3b3b186df10b857b58f6a7eb80f20ba5dc7be1d43d9bf850149fbb36462";
    pub const SECRET_CHIP: &str = "107cf58696ef6155053340fd633392ba81909df7b9706f226f32086c7aff974a";
    pub const PUBLIC_CHIP: &str = "049e880f842905b8b3181f7af7caa9f0efb743847f44a306d2d28c1d9ec65df6db\
         7764b22277a2eddc3c265a9f018f9cb852e111b768b326904b59a0193776f094";
    pub const ENCRYPTION_KEY: &str = "f5f0e35c0d7161ee6724ee513a0d9a7f";
    pub const AUTHENTICATION_KEY: &str = "fe251c7858b356b24514b3bd5f4297d1";
    pub const TOKEN_READER: &str = "c2b0bd78d94ba866";
    pub const TOKEN_CHIP: &str = "3abb9674bce93c08";
}

fn secret(text: &str) -> NonZeroScalar<BrainpoolP256r1> {
    let octets: [u8; 32] = hex::decode(text).unwrap().try_into().unwrap();
    NonZeroScalar::<BrainpoolP256r1>::from_repr(octets.into()).unwrap()
}

fn octets<const COUNT: usize>(text: &str) -> [u8; COUNT] {
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn the_worked_example_of_doc_9303_11_appendix_g_1() {
    let key = PasswordKey::from_parts("T22000129", "640812", "101031").unwrap();
    assert_eq!(hex::encode(key.expose()), example::PASSWORD_KEY);
    let nonce = key.open(octets(example::ENCRYPTED_NONCE));
    assert_eq!(hex::encode(*nonce), example::NONCE);

    let reader = Mapping::with(secret(example::MAP_SECRET_READER));
    let chip = Mapping::with(secret(example::MAP_SECRET_CHIP));
    let publics = [reader.public(), chip.public()];
    assert_eq!(publics.clone().map(hex::encode), [example::MAP_PUBLIC_READER, example::MAP_PUBLIC_CHIP]);
    let (reader, chip) = (reader.map(&nonce, &publics[1]).unwrap(), chip.map(&nonce, &publics[0]).unwrap());
    for mapped in [&reader, &chip] {
        let generator = mapped.generator.to_affine().to_sec1_point(false);
        assert_eq!(hex::encode(generator.as_bytes()), example::GENERATOR);
    }

    let (reader, chip) =
        (reader.with(secret(example::SECRET_READER)), chip.with(secret(example::SECRET_CHIP)));
    let publics = [reader.public(), chip.public()];
    assert_eq!(publics.clone().map(hex::encode), [example::PUBLIC_READER, example::PUBLIC_CHIP]);
    let (reader, chip) = (reader.agree(&publics[1]).unwrap(), chip.agree(&publics[0]).unwrap());
    let tokens = [reader.token(), chip.token()];
    assert_eq!(tokens.map(hex::encode), [example::TOKEN_READER, example::TOKEN_CHIP]);
    for keys in [reader.keys(&tokens[1]).unwrap(), chip.keys(&tokens[0]).unwrap()] {
        assert_eq!(keys.map(|key| hex::encode(*key)), [example::ENCRYPTION_KEY, example::AUTHENTICATION_KEY]);
    }
}

/// One run on P-256, the curve of our cards: with the nonce as the chip drew it and the nonce as the reader
/// deciphered it.
fn run(seed: u8, nonce: [u8; 16], deciphered: [u8; 16]) -> (Session, Session) {
    let mut rng = sample::rng(seed);
    let (chip, reader) = (Mapping::<NistP256>::draw(&mut rng), Mapping::<NistP256>::draw(&mut rng));
    let (from_chip, from_reader) = (chip.public(), reader.public());
    let chip = chip.map(&nonce, &from_reader).unwrap().draw(&mut rng);
    let reader = reader.map(&deciphered, &from_chip).unwrap().draw(&mut rng);
    let (from_chip, from_reader) = (chip.public(), reader.public());
    (chip.agree(&from_reader).unwrap(), reader.agree(&from_chip).unwrap())
}

#[test]
fn two_sides_with_one_password_agree_and_with_two_they_do_not() {
    for seed in 0..4 {
        let nonce = [seed; 16];
        let (chip, reader) = run(seed, nonce, nonce);
        let tokens = [chip.token(), reader.token()];
        assert_eq!(chip.keys(&tokens[1]).unwrap(), reader.keys(&tokens[0]).unwrap());
        let mut other = nonce;
        other[0] ^= 1;
        let (chip, reader) = run(seed, nonce, other);
        let token = reader.token();
        assert!(matches!(chip.keys(&token), Err(PaceError::Token)));
    }
}

#[test]
fn a_reader_that_sends_our_key_back_and_what_is_no_point_are_refused() {
    let mut rng = sample::rng(9);
    let own = Mapping::<NistP256>::draw(&mut rng);
    let sent = own.public();
    assert!(matches!(own.map(&[1; 16], &sent), Err(PaceError::SameKey)));
    let mut off = sent.clone();
    off[64] ^= 1;
    let mut compressed = sent[..33].to_vec();
    compressed[0] = 0x02 | (sent[64] & 1);
    for wrong in [vec![], vec![0], vec![0; 65], off, compressed, sent[..64].to_vec()] {
        let own = Mapping::<NistP256>::draw(&mut rng);
        assert!(matches!(own.map(&[1; 16], &wrong), Err(PaceError::Point)), "{wrong:02x?}");
        let mapped = Mapping::<NistP256>::draw(&mut rng).map(&[1; 16], &sent).unwrap().draw(&mut rng);
        assert!(matches!(mapped.agree(&wrong), Err(PaceError::Point)), "{wrong:02x?}");
    }
}

#[test]
fn debug_shows_no_key() {
    let key = PasswordKey::from_parts("T22000129", "640812", "101031").unwrap();
    assert_eq!(format!("{key:?}"), "PasswordKey(…)");
}
