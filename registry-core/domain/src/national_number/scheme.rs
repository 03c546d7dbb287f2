//! What the authority does not publish: second letters and check character.

use crate::unit::{UnitCode, UnitTree};

/// Second letters and check character, pluggable because the official ones are not public (Order A/555 of
/// 2018).
pub trait NumberScheme {
    /// The pairs of letters for a unit of residence, in the order in which they are used up.
    fn letters(&self, units: &UnitTree, residence: &UnitCode) -> Vec<[char; 2]>;

    /// The check character that follows the first nine.
    fn check_character(&self, first_nine: &str) -> char;

    /// Whether the scheme is made up and must be refused outside demo mode.
    fn is_demo(&self) -> bool;
}

/// A made-up scheme for demonstrations. The first letter is the aimag's (unit table). The second is invented:
/// the place of the soum or district in its aimag, then three more letters as the series fill up. The check
/// character is an invented weighted sum. The scheme cannot predict or check any real number.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoScheme;

const SECOND: &str = "АБВГДЕЖЗИЙКЛМНОӨПРСТУҮФХЦЧШЭЮЯ";
const STEPS: [usize; 4] = [0, 7, 13, 19];

impl NumberScheme for DemoScheme {
    fn letters(&self, units: &UnitTree, residence: &UnitCode) -> Vec<[char; 2]> {
        let chain = units.parent_chain(residence);
        let Some(first) = chain.last().and_then(|aimag| aimag.letter) else { return Vec::new() };
        let aimag = residence.aimag();
        let place = chain
            .iter()
            .rev()
            .nth(1)
            .and_then(|second| units.children(&aimag).position(|unit| unit.code == second.code))
            .unwrap_or(0);
        let second: Vec<char> = SECOND.chars().collect();
        STEPS
            .iter()
            .filter_map(|step| second.get((place + step) % second.len()))
            .map(|c| [first, *c])
            .collect()
    }

    fn check_character(&self, first_nine: &str) -> char {
        let sum = first_nine.chars().zip(1_u32..).fold(0_u32, |sum, (character, place)| {
            let value = character.to_digit(10).unwrap_or_else(|| u32::from(character) % 31);
            sum.wrapping_add(value.wrapping_mul(place))
        });
        char::from_digit(sum % 11 % 10, 10).unwrap_or('0')
    }

    fn is_demo(&self) -> bool {
        true
    }
}
