//! How long a file may be.

/// The kinds of files that are checked.
pub const KINDS: [&str; 6] = ["rs", "sh", "html", "css", "py", ""];

/// The longest file that can still be read at one sitting.
const MOST_LINES: usize = 600;

/// Reports a file that is too long.
pub fn too_long(text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines > MOST_LINES { vec![format!("{lines} lines, more than {MOST_LINES}")] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found() {
        assert!(too_long(&"line\n".repeat(MOST_LINES)).is_empty());
        assert_eq!(too_long(&"line\n".repeat(MOST_LINES + 1)), ["601 lines, more than 600"]);
    }
}
