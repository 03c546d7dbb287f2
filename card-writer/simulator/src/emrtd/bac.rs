//! Basic Access Control, the chip's side (Doc 9303-11 §4.3.3).

use super::secure_messaging::SecureMessaging;
use super::triple_des;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The length of `E_IFD ‖ M_IFD` and of `E_IC ‖ M_IC`.
pub(super) const TOKEN: usize = 40;
const BODY: usize = 32;

/// The result of a successful BAC.
pub(super) struct Opened {
    /// `E_IC ‖ M_IC`.
    pub(super) answer: [u8; TOKEN],
    /// The session that begins now.
    pub(super) messaging: SecureMessaging,
}

/// Checks the terminal's token against the chip's challenge and answers with `keying`, the chip's own K.IC.
/// `None` if the terminal has other keys or used another challenge.
pub(super) fn authenticate(
    seed: &[u8; 16],
    challenge: &[u8; 8],
    request: &[u8; TOKEN],
    keying: &[u8; 16],
) -> Option<Opened> {
    let enc = Zeroizing::new(triple_des::derive(seed, 1));
    let mac = Zeroizing::new(triple_des::derive(seed, 2));
    let (body, tag) = request.split_at(BODY);
    if !bool::from(triple_des::mac(&mac, &[body]).ct_eq(tag)) {
        return None;
    }
    let clear = Zeroizing::new(triple_des::decrypt(&enc, body)?);
    let (terminal_random, rest) = clear.split_at_checked(8)?;
    let (own_random, terminal_keying) = rest.split_at_checked(8)?;
    if !bool::from(own_random.ct_eq(challenge)) {
        return None;
    }
    let reply = Zeroizing::new([challenge.as_slice(), terminal_random, keying].concat());
    let sealed = triple_des::encrypt(&enc, &reply);
    let mut answer = [0; TOKEN];
    answer[..BODY].copy_from_slice(&sealed);
    answer[BODY..].copy_from_slice(&triple_des::mac(&mac, &[&sealed]));

    let mut session_seed = Zeroizing::new(*keying);
    for (to, from) in session_seed.iter_mut().zip(terminal_keying) {
        *to ^= from;
    }
    let mut counter = [0; 8];
    counter[..4].copy_from_slice(&challenge[4..]);
    counter[4..].copy_from_slice(&terminal_random[4..]);
    let messaging = SecureMessaging::new(
        triple_des::derive(&session_seed, 1),
        triple_des::derive(&session_seed, 2),
        u64::from_be_bytes(counter),
    );
    Some(Opened { answer, messaging })
}

/// Doc 9303-11 appendix D.3.
#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    fn request() -> [u8; 40] {
        bytes(concat!("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2", "5F1448EEA8AD90A7"))
    }

    fn run(request: &[u8; 40], challenge: &str) -> Option<Opened> {
        let seed = bytes("239AB9CB282DAF66231DC5A4DF6BFBAE");
        authenticate(&seed, &bytes(challenge), request, &bytes("0B4F80323EB3191CB04970CB4052790B"))
    }

    #[test]
    fn the_mutual_authentication_of_appendix_d_comes_out() {
        let opened = run(&request(), "4608F91988702212").unwrap();
        let expected =
            concat!("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F", "2F2D235D074D7449");
        assert_eq!(hex::encode_upper(opened.answer), expected);
        assert!(opened.messaging.matches(
            &bytes("979EC13B1CBFE9DCD01AB0FED307EAE5"),
            &bytes("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            0x8870_2212_0C06_C226,
        ));
    }

    #[test]
    fn a_changed_token_is_refused() {
        for position in [0, 31, 32, 39] {
            let mut wrong = request();
            wrong[position] ^= 1;
            assert!(run(&wrong, "4608F91988702212").is_none());
        }
    }

    #[test]
    fn a_token_for_another_challenge_is_refused() {
        assert!(run(&request(), "4608F91988702213").is_none());
    }
}
