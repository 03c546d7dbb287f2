//! How the list of refusals becomes a type: each line of the list is a number, a class, a name, two sentences
//! and a clause.

macro_rules! refusals {
    ($($(#[$doc:meta])* $number:literal $class:ident $name:ident $({ $($field:ident: $ty:ty = $empty:expr),* })?
        $mn:literal $en:literal $([$article:literal])?;)*) => {
        /// A reason to say no, with a number that is never reused.
        #[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
        #[error("{} ({})", self.title_en(), self.number())]
        pub enum Refusal {
            $(
                #[doc = $en]
                $name $({
                    $(
                        #[doc = "Put into the sentence."]
                        $field: $ty
                    ),*
                })?,
            )*
            /// Another refusal, about one field of a form. It has the number of its cause.
            InField {
                /// The field, dotted for nested ones.
                field: String,
                /// The refusal of the field's value.
                cause: Box<Refusal>,
            },
        }

        /// One of each refusal, in order of number, with empty insertions.
        pub static ALL: &[Refusal] = &[$(Refusal::$name $({ $($field: $empty),* })?),*];

        impl Refusal {
            /// The number, never reused.
            pub fn number(&self) -> u16 {
                match self {
                    $(Self::$name { .. } => $number,)*
                    Self::InField { cause, .. } => cause.number(),
                }
            }

            /// The class of the refusal.
            pub fn class(&self) -> Class {
                match self {
                    $(Self::$name { .. } => Class::$class,)*
                    Self::InField { cause, .. } => cause.class(),
                }
            }

            /// The name in code, for machine-readable answers.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                    Self::InField { cause, .. } => cause.code(),
                }
            }

            /// The sentence in Mongolian, saying what to do next.
            pub fn title_mn(&self) -> String {
                match self {
                    $(Self::$name $({ $($field),* })? => format!($mn),)*
                    Self::InField { field, cause } => format!("{field}: {}", cause.title_mn()),
                }
            }

            /// The sentence in English, saying what to do next.
            pub fn title_en(&self) -> String {
                match self {
                    $(Self::$name $({ $($field),* })? => format!($en),)*
                    Self::InField { field, cause } => format!("{field}: {}", cause.title_en()),
                }
            }

            /// The clause of the law or order on which the refusal rests, where one is known.
            pub fn article(&self) -> Option<&'static str> {
                match self {
                    $(Self::$name { .. } => { const ARTICLE: &[&str] = &[$($article)?]; ARTICLE.first().copied() })*
                    Self::InField { cause, .. } => cause.article(),
                }
            }
        }
    };
}
