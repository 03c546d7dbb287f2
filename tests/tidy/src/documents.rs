//! Everything that a document names must exist: the targets of its links, the paths and the tests in its code
//! spans.

use std::collections::BTreeSet;

use crate::tree::Tree;

/// A name with at least this many words is the name of a test, which is a sentence.
const WORDS_OF_A_TEST: usize = 4;

/// A code span with one of these endings is taken for a path of the project; `/` ends the name of a folder.
const ENDINGS: [&str; 13] = [
    ".rs", ".sql", ".py", ".html", ".tsv", ".csv", ".timer", ".service", ".toml", ".md", ".sh", ".json", "/",
];

/// Links to nothing, paths that do not exist, tests that nobody wrote.
pub fn broken(tree: &Tree) -> Vec<String> {
    let names = names_in_code(tree);
    let mut findings = Vec::new();
    for (file, text) in tree.of_kinds(&["md"]) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut is_fenced = false;
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_fenced = !is_fenced;
            }
            let mut found = |what: &str, name: &str| {
                findings.push(format!("{file}: line {}: {what}: {name}", index + 1));
            };
            if is_fenced {
                continue;
            }
            for target in links(line).filter(|target| !leads_somewhere(tree, folder, target)) {
                found("a link to nowhere", target);
            }
            for span in code_spans(line) {
                if is_path(span) && !tree.paths.iter().any(|path| ends_in(path, span)) {
                    found("a path that is not there", span);
                } else if is_test(span) && !names.contains(span) {
                    found("a name that is nowhere in the code", span);
                }
            }
        }
    }
    findings
}

/// Every name of four and more words in the code.
fn names_in_code(tree: &Tree) -> BTreeSet<&str> {
    let code = tree.of_kinds(&["rs", "toml", "sql", "py", "sh", ""]);
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = code.flat_map(move |(_, text)| text.split(move |letter| !is_part(letter)));
    words.filter(|word| is_test(word)).collect()
}

fn is_test(span: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    span.split('_').count() >= WORDS_OF_A_TEST && span.split('_').all(is_word)
}

fn is_path(span: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c);
    span.chars().all(is_plain)
        && !span.starts_with(['/', '.'])
        && ENDINGS.iter().any(|end| span.ends_with(end))
}

/// Whether a path is this one or ends with all its parts.
fn ends_in(path: &str, span: &str) -> bool {
    path.strip_suffix(span.trim_end_matches('/'))
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

fn links(line: &str) -> impl Iterator<Item = &str> {
    let after = line.split("](").skip(1);
    after.filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

/// Whether a link leads out of the project, to a place in the page, or to a file of the tree.
fn leads_somewhere(tree: &Tree, folder: &str, target: &str) -> bool {
    let (path, _) = target.split_once('#').unwrap_or((target, ""));
    if path.is_empty() || target.contains("://") {
        return true;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            part => parts.push(part),
        }
    }
    tree.paths.contains(&parts.join("/"))
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let code = "#[test]\nfn a_dead_person_cannot_marry() {}\n";
        let files = [("docs/law.md", text), ("core/src/event/death.rs", code), ("README.md", "")];
        broken(&Tree::of(&files))
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        assert!(
            found("[a](../README.md#two) [b](#here) [c](https://example.org/) [d](../core/src)").is_empty()
        );
        let findings = found("first\n[x](decisions/1.md) and [y](../../README.md)");
        assert_eq!(findings[0], "docs/law.md: line 2: a link to nowhere: decisions/1.md");
        assert_eq!(findings[1], "docs/law.md: line 2: a link to nowhere: ../../README.md");
        assert_eq!(findings.len(), 2);
    }

    #[test]
    fn a_path_that_is_not_there_is_found() {
        assert!(found("`event/death.rs`, `death.rs`, `./run`, `/etc/a.service`, `cat x.rs`").is_empty());
        assert_eq!(
            found("`event/birth.rs`"),
            ["docs/law.md: line 1: a path that is not there: event/birth.rs"]
        );
        assert_eq!(found("`vent/death.rs`").len(), 1);
        assert!(found("`README.md`, `core/src/`, `event/`, `/etc/registry/`").is_empty());
        for gone in ["`READ.md`", "`deploy/x.toml`", "`setup.sh`", "`all.json`", "`core/source/`", "`vent/`"]
        {
            assert_eq!(found(gone).len(), 1, "{gone}");
        }
    }

    #[test]
    fn a_test_that_nobody_wrote_is_found() {
        assert!(found("`a_dead_person_cannot_marry`, `born_on`, `Rules::of_a_kind_x`").is_empty());
        let findings = found("`a_dead_person_may_marry`");
        assert_eq!(
            findings,
            ["docs/law.md: line 1: a name that is nowhere in the code: a_dead_person_may_marry"]
        );
        assert!(found("```\n`a_dead_person_may_marry`\n```").is_empty());
    }
}
