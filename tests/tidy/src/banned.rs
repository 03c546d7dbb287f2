//! What no file may hold: unfinished work, tests that do not run, paths of one machine.

/// The kinds of files that are searched.
pub const KINDS: [&str; 15] = [
    "rs", "toml", "sql", "sh", "md", "html", "css", "py", "yml", "yaml", "json", "ftl", "service", "timer",
    "",
];

/// The words are put together from pieces, so that this file does not hold them either.
fn banned() -> [String; 6] {
    [
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["dbg", "!("].concat(),
        ["#[ig", "nore"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
    ]
}

/// The lines that contain a banned word.
pub fn words(text: &str) -> Vec<String> {
    let banned = banned();
    let lines = text.lines().enumerate();
    let broken = lines.filter(|(_, line)| banned.iter().any(|word| line.contains(word)));
    broken.map(|(index, line)| format!("line {}: banned: {}", index + 1, line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_word_is_found() {
        for word in banned() {
            assert_eq!(words(&format!("first\n  {word}\n")), [format!("line 2: banned: {word}")]);
        }
        assert!(words("ignored, a todo list, the work of all, rooted, /tmp/x\n").is_empty());
    }
}
