//! Turns the list of the console's words into a type with one text for each.

macro_rules! words {
    ($($word:ident)*) => {
        /// One text for each thing that pages say.
        pub(crate) struct Words {
            $(pub $word: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// The name and the text of each word.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($word), self.$word)),*]
            }
        }
    };
}
