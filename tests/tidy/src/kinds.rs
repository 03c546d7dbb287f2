//! A kind of event is a file with its rules, a line in the list of kinds, and a line in the page of the law.

use crate::tree::Tree;

const DOMAIN: &str = "registry-core/domain/src/";
const LIST: &str = "registry-core/domain/src/kind.rs";
const LAW: &str = "docs/law.md";

/// The files with the rules of a kind that is not in the list, or not in the page of the law.
pub fn unlisted(tree: &Tree) -> Vec<String> {
    let text = |path: &str| tree.files.iter().find(|(name, _)| name == path).map_or("", |(_, text)| text);
    let (list, law) = (text(LIST), text(LAW));
    let kinds = tree.of_kinds(&["rs"]).filter_map(|(name, text)| {
        let file = name.strip_prefix(DOMAIN)?;
        text.lines().any(|line| line.starts_with("pub const RULES: Rules")).then_some(file)
    });
    let found = |file: &str| {
        let module = file.trim_end_matches(".rs").replace('/', "::");
        let is_listed = list.contains(&format!("=> {module};"));
        let is_in_law = law.contains(&format!("`{file}`"));
        let not_listed = (!is_listed).then(|| format!("{DOMAIN}{file}: no line of {LIST} names {module}"));
        let not_in_law = (!is_in_law).then(|| format!("{DOMAIN}{file}: no row of {LAW} names `{file}`"));
        not_listed.into_iter().chain(not_in_law).collect::<Vec<_>>()
    };
    kinds.flat_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_in_no_list_is_found() {
        let rules = "pub const RULES: Rules = Rules {\n};\n";
        let list = "Birth => event::birth;\n";
        let law = "| a rule | a clause | `event/birth.rs` | a test |\n";
        let files = [
            ("registry-core/domain/src/event/birth.rs", rules),
            ("registry-core/domain/src/event/honour.rs", rules),
            ("registry-core/domain/src/event/helper.rs", "pub fn help() {}\n"),
            (LIST, list),
            (LAW, law),
        ];
        let found = unlisted(&Tree::of(&files));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|line| line.contains("event/honour.rs: no ")));
    }
}
