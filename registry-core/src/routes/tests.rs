//! All routes on one page, held against the committed one: who may call what.

use std::path::Path;

use super::*;
use crate::{api, console};

fn page() -> String {
    let line =
        |route: &Route| format!("{:4} {:44} {:?}\n", route.method().as_str(), route.path(), route.access());
    let lines = |routes: Vec<Route>| routes.iter().map(line).collect::<String>();
    let (partners, shared, pages) =
        (lines(api::table()), lines(api::public_table()), lines(console::table()));
    format!("The partners' listener\n\n{partners}\nThe console's listener\n\n{shared}{pages}")
}

#[test]
fn the_routes_and_who_may_call_them_are_those_of_the_committed_page() {
    let (now, committed) = (page(), include_str!("list.txt"));
    if now != committed {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (fresh, kept) = (here.join("../target/routes.txt"), here.join("src/routes/list.txt"));
        std::fs::write(&fresh, now).unwrap();
        panic!("the routes changed; keep them: cp {} {}", fresh.display(), kept.display());
    }
}

/// A route whose description has another method than those that `Description` goes through would be served
/// and not described.
#[test]
fn every_route_of_the_api_is_read_or_sent_to_and_has_one_path_and_one_description() {
    for route in api::table() {
        assert!([Method::GET, Method::POST].contains(route.method()), "{} {}", route.method(), route.path());
        let document = route.description().unwrap();
        assert_eq!(document.paths.paths.keys().collect::<Vec<_>>(), [route.path()]);
    }
    assert!(console::table().iter().all(|route| route.description().is_none()));
}

#[test]
fn no_two_routes_have_one_path_and_method() {
    let mut pages = api::public_table();
    pages.extend(console::table());
    for routes in [api::table(), pages] {
        let places: std::collections::BTreeSet<_> =
            routes.iter().map(|route| (route.path(), route.method().as_str())).collect();
        assert_eq!(places.len(), routes.len());
    }
}
