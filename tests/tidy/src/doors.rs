//! Only the door (`registry-core/src/routes.rs`) hands a route to actix: it takes none without a policy, and
//! actix takes any.

use crate::tree::Tree;

/// Where the rule holds.
const SERVICE: &str = "registry-core/src/";
/// The door, which needs these words.
const DOOR: [&str; 2] = ["registry-core/src/routes.rs", "registry-core/src/routes/"];

/// How actix is given a route.
const WORDS: [&str; 16] = [
    "ServiceConfig",
    "HttpServiceFactory",
    "AppService",
    "Resource",
    "Scope",
    "web::get",
    "web::post",
    "web::put",
    "web::patch",
    "web::delete",
    "web::head",
    "web::method",
    "web::to(",
    ".route(",
    ".service(",
    ".default_service(",
];

/// The lines that give actix a route elsewhere.
pub fn beside(tree: &Tree) -> Vec<String> {
    let files = tree.of_kinds(&["rs"]);
    let files = files.filter(|(name, text)| name.starts_with(SERVICE) && text.contains("actix_web"));
    let elsewhere = files.filter(|(name, _)| !DOOR.iter().any(|door| name.starts_with(door)));
    let found = |(name, text): (&str, &str)| {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let broken = lines.filter(|(_, line)| WORDS.iter().any(|word| line.contains(word)));
        let said = |(index, line): (usize, &str)| {
            let line = line.trim();
            format!("{name}: line {}: a route goes to actix through routes.rs alone: {line}", index + 1)
        };
        broken.map(said).collect::<Vec<_>>()
    };
    elsewhere.flat_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "use actix_web::web;\n\
                        fn serve(config: &mut web::ServiceConfig) {\n    config.service(page);\n}\n";

    #[test]
    fn a_route_beside_the_door_is_found() {
        let found = beside(&Tree::of(&[("registry-core/src/console.rs", PAGE)]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("registry-core/src/console.rs: line 2:"));
        for word in WORDS {
            let file = format!("use actix_web::App;\n{word}\n");
            assert_eq!(beside(&Tree::of(&[("registry-core/src/serve.rs", &file)])).len(), 1, "{word}");
        }
    }

    #[test]
    fn the_door_may_and_so_may_what_is_not_the_service() {
        let other = "officiant.service(places)\n";
        let files = [
            ("registry-core/src/routes.rs", PAGE),
            ("registry-core/src/routes/policy.rs", PAGE),
            ("tests/src/bench/load.rs", PAGE),
            ("registry-core/src/cli/ceremony.rs", other),
            ("registry-core/src/serve.rs", "use actix_web::App;\n/// Not by ServiceConfig.\nfn it() {}\n"),
        ];
        assert!(beside(&Tree::of(&files)).is_empty());
    }
}
