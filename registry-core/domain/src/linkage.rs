//! Finding possible duplicates: normal forms, blocking keys, comparison, weights. It never merges; an officer decides.
