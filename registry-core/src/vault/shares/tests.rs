use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

fn holders(count: usize) -> Vec<String> {
    (1..=count).map(|at| format!("Holder {at}")).collect()
}

fn drawn(any: usize, of: usize, seed: u8) -> (TokenPins, Vec<Share>, ShareList) {
    draw("test", any, &holders(of), &mut StdRng::from_seed([seed; 32])).unwrap()
}

/// Shares as they come back from paper.
fn gathered(shares: &[Share], numbers: &[usize]) -> Vec<(String, Share)> {
    let again = |number: &usize| {
        let from = format!("paper {number}");
        let share = Share::parse(&from, &shares[number - 1].to_text()).unwrap();
        (from, share)
    };
    numbers.iter().map(again).collect()
}

fn refused(list: &ShareList, shares: &[(String, Share)]) -> ShareError {
    match list.recover(shares).unwrap_err() {
        VaultError::Share(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn any_k_of_n_give_the_pins_back() {
    let (pins, shares, list) = drawn(3, 5, 1);
    for one in 1..=5 {
        for two in (1..=5).filter(|two| *two != one) {
            for three in (1..=5).filter(|three| *three != one && *three != two) {
                let found = list.recover(&gathered(&shares, &[one, two, three])).unwrap();
                assert_eq!(found.user.expose(), pins.user.expose());
                assert_eq!(found.officer.expose(), pins.officer.expose());
            }
        }
    }
    assert!(list.recover(&gathered(&shares, &[1, 2, 3, 4, 5])).is_ok());
}

#[test]
fn fewer_than_k_refuse_and_say_who_is_missing() {
    let (_, shares, list) = drawn(3, 4, 2);
    let error = refused(&list, &gathered(&shares, &[2, 4]));
    let holders = vec!["Holder 1".to_owned(), "Holder 3".to_owned()];
    assert_eq!(error, ShareError::TooFew { given: 2, needed: 3, holders });
}

#[test]
fn a_changed_share_is_named_before_it_is_used() {
    let (_, shares, list) = drawn(2, 3, 3);
    let mut given = gathered(&shares, &[1, 3]);
    given[1].1.value[7] ^= 1;
    let error = refused(&list, &given);
    assert_eq!(
        error,
        ShareError::Wrong { from: "paper 3".to_owned(), number: 3, holder: "Holder 3".to_owned() }
    );
}

#[test]
fn shares_of_two_tokens_do_not_mix_and_one_share_does_not_count_twice() {
    let (_, shares, list) = drawn(2, 3, 4);
    let (_, others, _) = drawn(2, 3, 5);
    let mixed = [gathered(&shares, &[1]), gathered(&others, &[2])].into_iter().flatten().collect::<Vec<_>>();
    assert!(matches!(refused(&list, &mixed), ShareError::OtherSet { from, .. } if from == "paper 2"));
    let twice = [gathered(&shares, &[1]), gathered(&shares, &[1])].into_iter().flatten().collect::<Vec<_>>();
    assert!(matches!(refused(&list, &twice), ShareError::Twice { number: 1, .. }));
}

#[test]
fn a_slip_of_the_pen_is_seen() {
    let (_, shares, _) = drawn(2, 2, 6);
    let text = shares[0].to_text();
    assert!(Share::parse("paper", &text.to_uppercase().replace("BURTGEL-SHARE-1", FORM)).is_ok());
    for (at, letter) in text.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric()) {
        let slip = if letter == '7' { "8" } else { "7" };
        let mut wrong = text.to_string();
        wrong.replace_range(at..=at, slip);
        assert!(Share::parse("paper", &wrong).is_err(), "letter {at}");
    }
    for wrong in ["", "BURTGEL-SHARE-1", "hello", &format!("{} more", text.as_str())] {
        assert!(Share::parse("paper", wrong).is_err());
    }
}

#[test]
fn numbers_that_protect_nothing_are_refused() {
    for (any, of) in [(0, 3), (1, 3), (4, 3), (2, 1), (2, 17), (300, 300)] {
        let refused = draw("test", any, &holders(of), &mut StdRng::from_seed([7; 32])).unwrap_err();
        assert_eq!(refused, ShareError::Numbers { any, of });
    }
}

/// With k - 1 shares every PIN is as likely as every other: for each there is a last share that would give
/// it.
#[test]
fn one_share_too_few_says_nothing() {
    let (_, shares, list) = drawn(2, 2, 8);
    let known = &shares[0];
    let mut found = std::collections::BTreeSet::new();
    for guess in 0..=u8::MAX {
        let points = [
            blahaj::Share::try_from([&[1], known.value.as_slice()].concat().as_slice()).unwrap(),
            blahaj::Share::try_from([&[2, guess], &known.value[1..]].concat().as_slice()).unwrap(),
        ];
        found.insert(blahaj::Sharks(list.any).recover(&points).unwrap()[0]);
    }
    assert_eq!(found.len(), 256);
}

/// A product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, from the definition: the crate has tables.
fn product(mut one: u16, other: u16) -> u16 {
    let mut sum = 0;
    for bit in 0..8 {
        if other & (1 << bit) != 0 {
            sum ^= one;
        }
        one <<= 1;
        if one & 0x100 != 0 {
            one ^= 0x11d;
        }
    }
    sum
}

/// If a new version of the crate computed in another field, no old share would open anything.
#[test]
fn the_crate_still_computes_in_the_field_that_old_shares_are_of() {
    let byte = |value: u16| u8::try_from(value).unwrap();
    for (secret, slope) in [(0x2a, 0x35), (0, 0x57), (0xff, 0x83), (0x80, 0xfe)] {
        for (one, two) in [(1, 2), (1, 0x83), (0x0b, 0xff)] {
            let point = |x: u16| {
                let y = secret ^ product(slope, x);
                blahaj::Share::try_from([byte(x), byte(y)].as_slice()).unwrap()
            };
            assert_eq!(blahaj::Sharks(2).recover(&[point(one), point(two)]).unwrap(), [byte(secret)]);
        }
    }
}

#[test]
fn nothing_of_a_share_is_shown() {
    let (pins, shares, list) = drawn(2, 3, 9);
    let recognised: Vec<&str> = list.holders.iter().map(|held| held.recognised_by.as_str()).collect();
    let shown = format!("{pins:?} {shares:?}");
    assert_eq!(
        shown,
        "TokenPins { officer: Pin(redacted), user: Pin(redacted) } \
         [Share { number: 1, .. }, Share { number: 2, .. }, Share { number: 3, .. }]"
    );
    // The public list has no octet of a value, in whichever form: its hashes alone.
    let listed = serde_json::to_string(&list).unwrap();
    for (share, recognised) in shares.iter().zip(recognised) {
        assert!(listed.contains(recognised));
        let hex = hex::encode(share.value.as_slice());
        for at in 0..hex.len() - 8 {
            assert!(!listed.contains(&hex[at..at + 8]), "four octets of a value");
        }
        assert!(share.to_text().contains(&hex[..4]), "the text is where the value stands");
    }
}
