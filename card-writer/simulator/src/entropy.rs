//! Where the chip's random numbers come from: always an argument.

/// The chip's random number generator failed; the command answers `6F00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random number generator of the chip failed")]
pub struct EntropyFailed;

/// A source of random bytes for keys and challenges.
pub trait Entropy {
    /// Fills all of `bytes`; if it fails, their content means nothing.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyFailed>;
}

/// The operating system's generator, for the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyFailed> {
        getrandom::fill(bytes).map_err(|_| EntropyFailed)
    }
}

/// Draws `N` random bytes.
pub(crate) fn draw<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], EntropyFailed> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Counts upwards: every run gives the same bytes, and no bytes come twice in one run.
    #[derive(Debug, Default)]
    pub(crate) struct CountingEntropy(pub(crate) u8);

    impl Entropy for CountingEntropy {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyFailed> {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
            Ok(())
        }
    }

    /// A generator that always fails.
    #[derive(Debug)]
    pub(crate) struct BrokenEntropy;

    impl Entropy for BrokenEntropy {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), EntropyFailed> {
            Err(EntropyFailed)
        }
    }

    #[test]
    fn two_draws_from_the_system_differ() {
        let mut system = SystemEntropy;
        let first: [u8; 16] = draw(&mut system).unwrap();
        assert_ne!(first, draw::<16>(&mut system).unwrap());
    }

    #[test]
    fn a_broken_generator_is_told() {
        assert_eq!(draw::<8>(&mut BrokenEntropy), Err(EntropyFailed));
    }
}
