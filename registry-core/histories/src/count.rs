//! How many commands were accepted and refused, by kind.

use std::collections::BTreeMap;
use std::fmt;

use registry_domain::kind::Kind;

/// Kinds that are drawn; each of them must be accepted sometimes.
const DRAWN: [Kind; 11] = [
    Kind::Birth,
    Kind::Death,
    Kind::DeclaredAlive,
    Kind::Marriage,
    Kind::MarriageEnded,
    Kind::MarriageRestored,
    Kind::Parentage,
    Kind::NameChange,
    Kind::Residence,
    Kind::Correction,
    Kind::Annulment,
];

/// Accepted and refused commands of one kind, the refused ones by number.
#[derive(Clone, Default, Debug)]
struct Count {
    accepted: usize,
    refused: BTreeMap<u16, usize>,
}

#[derive(Clone, Default, Debug)]
pub struct Counts(BTreeMap<Kind, Count>);

impl Counts {
    /// Adds one command: accepted, or refused with a number.
    pub fn add(&mut self, kind: Kind, outcome: Result<(), u16>) {
        let count = self.0.entry(kind).or_default();
        match outcome {
            Ok(()) => count.accepted += 1,
            Err(refusal) => *count.refused.entry(refusal).or_default() += 1,
        }
    }

    /// The sum of both counts.
    pub fn and(mut self, other: Counts) -> Counts {
        for (kind, count) in other.0 {
            let sum = self.0.entry(kind).or_default();
            sum.accepted += count.accepted;
            for (refusal, times) in count.refused {
                *sum.refused.entry(refusal).or_default() += times;
            }
        }
        self
    }

    /// How many commands were accepted in all.
    pub fn accepted(&self) -> usize {
        self.0.values().map(|count| count.accepted).sum()
    }

    /// The kinds that were accepted less often than `least`, or never refused.
    pub fn scarce(&self, least: usize) -> Vec<Kind> {
        let is_scarce = |kind: &&Kind| {
            self.0.get(kind).is_none_or(|count| count.accepted < least || count.refused.is_empty())
        };
        DRAWN.iter().filter(is_scarce).copied().collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, count) in &self.0 {
            let refused: usize = count.refused.values().sum();
            writeln!(f, "{kind}: {} accepted, {refused} refused {:?}", count.accepted, count.refused)?;
        }
        Ok(())
    }
}
