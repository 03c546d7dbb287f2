//! The kinds of registration, a closed list. Those not built yet are named, parse, and are refused as not built.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Where a kind may be registered (Order A/207 of 2018, 1.2 and 1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Territory {
    /// At any office, whatever the residence.
    AnyOffice,
    /// Only at the office of the unit concerned.
    HomeUnit,
    /// Only at the central office.
    Central,
}

macro_rules! kinds {
    ($($name:ident $word:literal $mn:literal $en:literal $territory:ident $built:literal;)*) => {
        /// A kind of registration.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind {
            $(#[doc = $en] $name,)*
        }

        impl Kind {
            /// All kinds, built or not.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Reads the word of a kind.
            ///
            /// # Errors
            /// [`Refusal::UnknownKind`].
            pub fn parse(word: &str) -> Result<Self, Refusal> {
                match word {
                    $($word => Ok(Self::$name),)*
                    _ => Err(Refusal::UnknownKind { kind: word.chars().take(40).collect() }),
                }
            }

            /// The word stored, sent and shown in addresses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The name in Mongolian.
            pub const fn title_mn(self) -> &'static str {
                match self { $(Self::$name => $mn),* }
            }

            /// The name in English.
            pub const fn title_en(self) -> &'static str {
                match self { $(Self::$name => $en),* }
            }

            /// Where it may be registered.
            pub const fn territory(self) -> Territory {
                match self { $(Self::$name => Territory::$territory),* }
            }

            /// Whether this version can register it.
            pub const fn is_built(self) -> bool {
                match self { $(Self::$name => $built),* }
            }
        }
    };
}

kinds! {
    Birth "birth" "Төрсний бүртгэл" "Birth" AnyOffice true;
    Stillbirth "stillbirth" "Амьгүй төрсний мэдэгдэл" "Stillbirth" AnyOffice true;
    Death "death" "Нас барсны бүртгэл" "Death" AnyOffice true;
    Residence "residence" "Шилжилт хөдөлгөөн" "Change of residence" HomeUnit true;
    Migration "migration" "Гадаадад оршин суух, буцаж ирэх" "Living abroad and return" HomeUnit true;
    Legacy "legacy" "Хуучин бүртгэлээс оруулсан" "Import from the old register" Central true;
    Sealing "sealing" "Бичлэг битүүмжлэх" "Sealing of a record" Central true;
    CardApplication "card_application" "Иргэний үнэмлэхийн өргөдөл" "Card application" AnyOffice true;
    CardPersonalised "card_personalised" "Үнэмлэх бичсэн" "Card personalised" AnyOffice true;
    CardActivated "card_activated" "Үнэмлэх идэвхжүүлсэн" "Card activated" AnyOffice true;
    CardSuspension "card_suspension" "Үнэмлэх түр түдгэлзүүлсэн, сэргээсэн" "Card suspended, or in use again" AnyOffice true;
    CardRevoked "card_revoked" "Үнэмлэх хүчингүй болгосон" "Card revoked" AnyOffice true;
    Marriage "marriage" "Гэрлэлтийн бүртгэл" "Marriage" AnyOffice true;
    MarriageEnded "marriage_ended" "Гэрлэлт дуусгавар болсон" "End of marriage" AnyOffice true;
    MarriageRestored "marriage_restored" "Гэрлэлт сэргээсэн" "Marriage restored" AnyOffice true;
    DeclaredAlive "declared_alive" "Нас барсанд тооцсон хүн эргэн ирсэн" "Return of a person declared dead" AnyOffice true;
    Parentage "parentage" "Эцэг, эх тогтоосон" "Establishment of parentage" AnyOffice true;
    Adoption "adoption" "Үрчлэлт" "Adoption" HomeUnit true;
    AdoptionEnded "adoption_ended" "Үрчлэлт дуусгавар болсон" "End of adoption" HomeUnit true;
    NameChange "name_change" "Овог, нэр өөрчилсөн" "Change of name" HomeUnit true;
    NumberChange "number_change" "Регистрийн дугаар өөрчилсөн" "Change of register number" Central true;
    SexChange "sex_change" "Хүйс өөрчилсөн" "Change of sex" HomeUnit true;
    Citizenship "citizenship" "Харьяатын өөрчлөлт" "Citizenship acquired, lost or restored" Central true;
    Guardianship "guardianship" "Асран хамгаалал, харгалзан дэмжлэг" "Guardianship" HomeUnit true;
    Fingerprint "fingerprint" "Гарын хурууны хээ авсан" "Fingerprints taken" AnyOffice true;
    Passport "passport" "Гадаад паспорт" "Passport" AnyOffice true;
    Correction "correction" "Бичлэгийн засвар" "Correction of an entry" HomeUnit true;
    Annotation "annotation" "Бичлэгийн тэмдэглэл" "Annotation of an entry" HomeUnit true;
    Merge "merge" "Нэг хүний хоёр бичлэг нэгтгэсэн" "Merge of two records of one person" Central true;
    Annulment "annulment" "Бичлэг хүчингүй болгосон" "Annulment of an entry" Central true;
    Erasure "erasure" "Мэдээлэл устгасан" "Erasure of data" Central false;
}

impl Kind {
    /// Whether its entries stand under seal: neither they nor their declarations are told of in answers.
    pub const fn is_under_seal(self) -> bool {
        matches!(self, Self::Adoption | Self::AdoptionEnded | Self::Sealing)
    }

    /// Whether its entries tell where somebody lives.
    pub const fn tells_where(self) -> bool {
        matches!(self, Self::Residence | Self::Migration)
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
    fn only_moves_and_a_few_others_are_tied_to_the_unit() {
        assert_eq!(Kind::Birth.territory(), Territory::AnyOffice);
        assert_eq!(Kind::Residence.territory(), Territory::HomeUnit);
    }
}
