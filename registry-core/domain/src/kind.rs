//! The kinds of registration, a closed list. The rules of a kind are in its own file: see
//! [`crate::rules::Rules`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::door::Door;
use crate::refusal::Refusal;
use crate::rules::{After, Rules, Say, Seal, Territory};

/// The one list of kinds. Their order is the order in the configuration and in the stored facts; a new kind
/// comes last in its block. The kinds of the first block have facts, which are declared, imported or entered
/// by the service.
macro_rules! each_kind {
    ($make:ident) => {
        $make! {
            with facts {
                Birth => event::birth;
                Stillbirth => event::stillbirth;
                Death => event::death;
                Residence => event::residence;
                Migration => event::migration;
                Legacy => event::legacy;
                Sealing => event::sealing;
                CardApplication => card::application;
                CardPersonalised => card::personalised;
                CardActivated => card::activated;
                CardSuspension => card::suspension;
                CardRevoked => card::revoked;
                Marriage => event::marriage;
                MarriageEnded => event::marriage_ended;
                MarriageRestored => event::marriage_restored;
                DeclaredAlive => event::declared_alive;
                Parentage => event::parentage;
                Adoption => event::adoption;
                AdoptionEnded => event::adoption_ended;
                NameChange => event::name_change;
                NumberChange => event::number_change;
                SexChange => event::sex_change;
                Citizenship => event::citizenship;
                Guardianship => event::guardianship;
                Fingerprint => event::fingerprint;
                Passport => event::passport;
                Correction => amendment::correction;
                Annotation => event::annotation;
                Merge => amendment::merge;
                Annulment => amendment::annulment;
            }
            without {
                Erasure => erasure;
            }
        }
    };
}
pub(crate) use each_kind;

macro_rules! kinds {
    (
        with facts { $($with:ident => $($with_at:ident)::+;)* }
        without { $($without:ident => $($without_at:ident)::+;)* }
    ) => {
        kinds! { $($with => $($with_at)::+;)* $($without => $($without_at)::+;)* }
    };
    ($($name:ident => $($at:ident)::+;)*) => {
        /// A kind of registration.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind {
            $(
                #[doc = concat!("See [`crate::", stringify!($($at)::+), "`].")]
                $name,
            )*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The rules of this kind.
            pub const fn rules(self) -> &'static Rules {
                match self { $(Self::$name => &crate::$($at)::+::RULES),* }
            }
        }
    };
}

each_kind!(kinds);

impl Kind {
    /// Reads the word of a kind.
    ///
    /// # Errors
    /// [`Refusal::UnknownKind`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::UnknownKind { kind: word.chars().take(40).collect() };
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(unknown)
    }

    /// The kinds that officers declare, in the order of the console. Each has a form.
    pub fn declared() -> Vec<Self> {
        let declared =
            Self::ALL.iter().copied().filter(|kind| kind.rules().doors.contains(&Door::Declaration));
        let mut kinds: Vec<Self> = declared.collect();
        kinds.sort_by_key(|kind| (kind.rules().shelf, *kind));
        kinds
    }

    /// The word stored, sent and shown in addresses.
    pub const fn as_str(self) -> &'static str {
        self.rules().word
    }

    /// The name in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        self.rules().title.mn
    }

    /// The name in English.
    pub const fn title_en(self) -> &'static str {
        self.rules().title.en
    }

    /// Which office may register it.
    pub const fn territory(self) -> Territory {
        self.rules().territory
    }

    /// Whether its entries are under seal: answers mention neither them nor their declarations.
    pub const fn is_under_seal(self) -> bool {
        match self.rules().seal {
            Seal::None => false,
            Seal::Family | Seal::Sealing => true,
        }
    }

    /// Whether `what` follows in the service when an entry of this kind is written.
    pub fn is_followed_by(self, what: After) -> bool {
        self.rules().after.contains(&what)
    }

    /// Whether its entries show where a person lives.
    pub const fn tells_where(self) -> bool {
        self.rules().tells_where
    }

    /// What its paper is called, as on the State's forms: a certificate for an event of life, a reference
    /// otherwise. A kind without a paper has its own name here.
    pub fn paper_title(self) -> Say {
        self.rules().paper.map_or(self.rules().title, |paper| paper.title)
    }

    /// Whether a paper is printed for it.
    pub const fn is_printed(self) -> bool {
        self.rules().paper.is_some()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_word_in_code_and_in_storage() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Ok(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{kind}\""));
        }
    }

    #[test]
    fn a_word_that_is_no_kind_is_refused() {
        assert!(matches!(Kind::parse("wedding"), Err(Refusal::UnknownKind { .. })));
    }

    #[test]
    fn what_officers_declare_is_listed_by_shelf_and_what_they_do_not_is_not() {
        let declared = Kind::declared();
        assert_eq!(declared.first(), Some(&Kind::Birth));
        assert_eq!(declared.last(), Some(&Kind::CardRevoked));
        for kind in [Kind::Legacy, Kind::CardPersonalised, Kind::CardActivated, Kind::Erasure] {
            assert!(!declared.contains(&kind), "{kind}");
        }
    }
}
