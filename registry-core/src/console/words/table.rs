//! How the list of the console's words becomes a type: a text for each.

macro_rules! words {
    ($($word:ident)*) => {
        /// One text for each thing that pages say.
        pub(crate) struct Words {
            $(pub $word: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// Name and text of each word.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($word), self.$word)),*]
            }
        }
    };
}
