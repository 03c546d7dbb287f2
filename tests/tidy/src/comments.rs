//! How wide a comment may be.

/// The kinds of files that are looked at.
pub const KINDS: [&str; 4] = ["rs", "sh", "py", ""];

/// The widest line of a comment, in characters, as code is.
const WIDEST: usize = 110;

/// Says which lines of comments are too wide. What cannot be broken, an address for example, may be.
pub fn too_wide(text: &str) -> Vec<String> {
    let widths = text.lines().map(|line| (line, line.chars().count()));
    let too_wide = widths.enumerate().filter(|(_, (line, width))| *width > WIDEST && can_be_broken(line));
    too_wide.map(|(at, (_, width))| format!("line {}: a comment of {width} columns", at + 1)).collect()
}

fn can_be_broken(line: &str) -> bool {
    let line = line.trim_start();
    let mark = ["///", "//!", "//", "#!/", "#"].into_iter().find(|mark| line.starts_with(mark));
    let words = match mark {
        None | Some("#!/") => return false,
        Some(mark) => line[mark.len()..].trim(),
    };
    // A rule of dashes and an attribute of Rust are no sentences.
    words.contains(' ') && !words.starts_with(['[', '!', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_comment_is_found_and_what_cannot_be_broken_is_not() {
        let words = "word ".repeat(23);
        assert_eq!(too_wide(&format!("code();\n    /// {words}")), ["line 2: a comment of 123 columns"]);
        assert_eq!(too_wide(&format!("# {words}")), ["line 1: a comment of 117 columns"]);
        assert!(too_wide(&format!("// {}", "x".repeat(200))).is_empty());
        assert!(too_wide(&format!("let words = \"{words}\";\n#[doc = \"{words}\"]")).is_empty());
        assert!(too_wide("// short").is_empty());
    }
}
