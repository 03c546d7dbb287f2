//! Secure messaging, the host's side.

pub mod bac;
pub mod scp03;

pub use bac::BacChannel;
pub use scp03::Scp03Channel;

use zeroize::Zeroizing;

/// ISO/IEC 9797-1 padding method 2: `80` and zeros up to the block length.
fn padded(data: &[u8], block: usize) -> Zeroizing<Vec<u8>> {
    let mut padded = Zeroizing::new(data.to_vec());
    padded.push(0x80);
    while !padded.len().is_multiple_of(block) {
        padded.push(0);
    }
    padded
}

/// Removes the padding; `None` when there is none.
fn unpadded(data: &[u8]) -> Option<&[u8]> {
    let end = data.iter().rposition(|byte| *byte != 0)?;
    (data[end] == 0x80).then_some(&data[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_goes_on_and_comes_off() {
        for length in 0..17 {
            let data = vec![0x80; length];
            assert_eq!(unpadded(&padded(&data, 8)), Some(&data[..]));
        }
        assert_eq!(unpadded(&[1, 0, 0]), None);
        assert_eq!(unpadded(&[0, 0]), None);
    }
}
