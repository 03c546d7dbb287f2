//! Routes: at each of them, on both listeners, whoever has not the credential that its policy asks for is
//! refused.

use anyhow::{Context as _, ensure};
use registry_core::routes::Route;
use registry_core::routes::policy::Access;
use registry_core::{api, console};
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::town::{SINGLE_MAN, Town};
use ureq::http::Method;

registry_tests::on_both_engines! {
    a_route_lets_in_whom_its_policy_names_and_nobody_else,
    a_page_lets_in_whom_its_policy_names_and_nobody_else,
}

/// What the door says to whoever it does not let in: not signed in, no certificate or another one, no page
/// for this visitor, a session that is over or unknown.
const REFUSED: [u64; 5] = [201, 206, 207, 210, 211];

/// Somebody with a credential, or without one, and the policies that let in whoever has it.
struct Visitor {
    name: &'static str,
    client: Client,
    lets_in: &'static [Access],
}

fn visitor(name: &'static str, client: Client, lets_in: &'static [Access]) -> Visitor {
    Visitor { name, client, lets_in }
}

/// A path that such a route answers, of things that do not exist.
fn address(route: &Route) -> String {
    let filled = |part: &str| match part.split_once('}') {
        Some(("kind", rest)) => format!("birth{rest}"),
        Some((_, rest)) => format!("00000000-0000-4000-8000-000000000001{rest}"),
        None => part.to_owned(),
    };
    route.path().split('{').map(filled).collect()
}

/// The number of a refusal, as a problem or as a page.
fn number(reply: &Reply) -> Option<u64> {
    let on_page =
        || reply.text().split_once("№ ")?.1.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok();
    reply.refusal().or_else(on_page)
}

/// Sends nothing to each route, as each visitor. Nothing that is let in finds anything to do.
fn walk(routes: &[Route], visitors: &[Visitor]) -> anyhow::Result<()> {
    let mut passed = vec![0; visitors.len()];
    for route in routes {
        for (at, Visitor { name, client, lets_in }) in visitors.iter().enumerate() {
            let address = address(route);
            let reply = if route.method().as_str() == "GET" {
                client.get(&address)?
            } else {
                client.send(Method::POST, &address, &[], Vec::new())?
            };
            let is_refused = number(&reply).is_some_and(|number| REFUSED.contains(&number));
            let is_let_in = route.access() == Access::Public || lets_in.contains(&route.access());
            ensure!(
                is_refused != is_let_in && (is_let_in || [401, 403].contains(&reply.status)),
                "{name}, {} {address}, which is for {:?}: {} {}",
                route.method(),
                route.access(),
                reply.status,
                reply.text()
            );
            passed[at] += usize::from(is_let_in);
        }
    }
    let public = routes.iter().filter(|route| route.access() == Access::Public).count();
    for (visitor, passed) in visitors.iter().zip(passed) {
        ensure!(passed < routes.len(), "{} was let in everywhere", visitor.name);
        ensure!((passed > public) != visitor.lets_in.is_empty(), "{}: {passed} of {public}", visitor.name);
    }
    Ok(())
}

/// The session that a client of the console has, as a bearer.
fn token(console: &Client) -> anyhow::Result<String> {
    let cookie = console.header("Cookie").context("a cookie")?;
    let token = cookie.split(';').find_map(|pair| pair.trim().strip_prefix("burtgel_session="));
    Ok(token.context("a session")?.to_owned())
}

fn a_route_lets_in_whom_its_policy_names_and_nobody_else(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let installation = &town.installation;
    let demo = installation.folder().join("demo");
    let officer = demo.join("officer");
    installation.certify_partner("officer", &town.cast.registrar, &officer)?;
    let stranger = || installation.stranger();
    let citizen = token(&town.console("--citizen", SINGLE_MAN.number)?)?;
    let desk = token(&town.console("--agency", &town.cast.agency)?)?;
    let visitors = [
        visitor("nobody", stranger()?, &[]),
        visitor("a citizen", stranger()?.with_bearer(&citizen), &[]),
        visitor("a desk", stranger()?.with_bearer(&desk), &[]),
        visitor("a made-up session", stranger()?.with_bearer(&"A".repeat(43)), &[]),
        visitor("an officer", town.officer(&town.cast.registrar)?, &[Access::Officer]),
        visitor("an officer's certificate", installation.partner(&officer)?, &[Access::CertifiedOfficer]),
        visitor("an agency", town.partner("agency")?, &[Access::Agency]),
        visitor("a hospital", town.partner("hospital")?, &[Access::Hospital]),
        visitor("a station", town.partner("station")?, &[]),
        visitor(
            "an officer at a station",
            town.officer_at("station", &town.cast.card_officer)?,
            &[Access::Officer, Access::StationOfficer],
        ),
    ];
    walk(&api::table(), &visitors)
}

fn a_page_lets_in_whom_its_policy_names_and_nobody_else(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let console = || town.service.console().clone();
    let visitors = [
        visitor("nobody", console(), &[]),
        visitor("a made-up session", console().with_header("Cookie", "burtgel_session=AAAA"), &[]),
        visitor(
            "an officer's bearer",
            console().with_bearer(&token(&town.console("--officer", &town.cast.registrar)?)?),
            &[],
        ),
        visitor(
            "an officer",
            town.console("--officer", &town.cast.registrar)?,
            &[Access::SignedInPage, Access::OfficerPage],
        ),
        visitor(
            "a citizen",
            town.console("--citizen", SINGLE_MAN.number)?,
            &[Access::SignedInPage, Access::CitizenPage],
        ),
        visitor(
            "a desk",
            town.console("--agency", &town.cast.agency)?,
            &[Access::SignedInPage, Access::DeskPage],
        ),
    ];
    let mut routes = api::public_table();
    routes.extend(console::table());
    walk(&routes, &visitors)
}
