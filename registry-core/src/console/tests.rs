//! The console through its front door: a real instance on SQLite in a folder of its own.

use std::path::Path;

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use registry_domain::kind::Kind;
use registry_domain::officer::Role;
use registry_domain::unit::{UNITS_TSV, UnitTree};
use uuid::Uuid;

use super::fields::Pairs;
use super::frame::POLICY;
use super::pages;
use crate::ceremony::{Places, make_test_authorities};
use crate::config::Config;
use crate::deps::{Deps, system_clock};
use crate::draw::Draw;
use crate::runtime::open_writer;
use crate::session::{self, Principal, PrincipalKind, form_token};
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::reference::{self, OfficeRow, OfficerRow, UnitRow};

const OFFICE: &str = "110151";

fn config(folder: &Path) -> Config {
    let text = serde_json::json!({
        "mode": "demo",
        "database": {"url": format!("sqlite://{}", folder.join("register.db").display())},
        "console": {"listen": "127.0.0.1:0", "public_url": "http://127.0.0.1:8080"},
        "partners": {"listen": "127.0.0.1:0"},
        "keys": {"folder": folder.join("keys"), "unlock_file": folder.join("unlock.key")},
        "checkpoints": {"folder": folder.join("checkpoints")},
        "law": {"number_scheme": "demo"},
    });
    serde_json::from_value(text).unwrap()
}

fn instance(folder: &Path) -> Deps {
    let config = config(folder);
    std::fs::create_dir_all(&config.checkpoints.folder).unwrap();
    let places = Places {
        online: config.keys.folder.clone(),
        offline: folder.join("offline"),
        online_unlock: config.keys.unlock_file.clone(),
        offline_unlock: folder.join("offline.unlock"),
    };
    let (now, mut draw) = (system_clock()(), Draw::from_seed([7; 32]));
    make_test_authorities(
        &places,
        &["localhost".to_owned()],
        &[],
        "http://127.0.0.1:8080/pki",
        now,
        &mut draw,
    )
    .unwrap();
    let mut db = Db::open(&config.database.url).unwrap();
    db.migrate().unwrap();
    add_office(&mut db);
    open_writer(config).unwrap()
}

fn add_office(db: &mut Db) {
    let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
    let rows: Vec<UnitRow> = tree
        .iter()
        .map(|unit| UnitRow {
            code: unit.code.to_string(),
            parent_code: unit.parent.as_ref().map(ToString::to_string),
            unit_level: unit.level.as_str().to_owned(),
            name_mn: unit.name_mn.clone(),
            name_latin: unit.name_latin.clone(),
            zone: unit.zone.name().to_owned(),
            valid_from: None,
            valid_to: None,
            source: "test".to_owned(),
            confidence: "test".to_owned(),
        })
        .collect();
    db.write(|db| reference::add_units(db, &rows)).unwrap();
    reference::add_office(db, &OfficeRow { unit_code: OFFICE.to_owned(), approval_neighbour: None }).unwrap();
}

/// Appoints an officer and signs in; gives the session's token.
fn officer(deps: &Deps, roles: &[Role]) -> String {
    let mut draw = deps.draw();
    let row = OfficerRow {
        id: Uid(draw.opaque_uuid()),
        label: "Registrar 1".to_owned(),
        office: OFFICE.to_owned(),
        roles: roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" "),
        person_id: None,
        valid_from: Instant::new(deps.now()),
        valid_to: None,
    };
    reference::add_officer(&mut deps.db().unwrap(), &row).unwrap();
    sign_in(deps, PrincipalKind::Officer, row.id.0)
}

fn sign_in(deps: &Deps, kind: PrincipalKind, id: Uuid) -> String {
    session::sign_in(deps, &link(deps, kind, id)).unwrap().0
}

fn link(deps: &Deps, kind: PrincipalKind, id: Uuid) -> String {
    let code = deps.draw().token();
    session::make_link(&mut deps.db().unwrap(), Principal { kind, id }, &code, deps.now(), 5).unwrap();
    code
}

fn cookie(token: &str) -> Cookie<'static> {
    Cookie::new("burtgel_session", token.to_owned())
}

fn form(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Status and page of an answer. Whatever it says, it must carry the headers of protection.
macro_rules! answer {
    ($app:expr, $request:expr) => {{
        let answer = call_service($app, $request.to_request()).await;
        for (name, wanted) in [
            ("content-security-policy", POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers().get(name).unwrap(), wanted);
        }
        let status = answer.status();
        (status, String::from_utf8(read_body(answer).await.to_vec()).unwrap())
    }};
}

macro_rules! app {
    ($deps:expr) => {
        init_service(App::new().app_data(web::Data::new($deps.clone())).configure(pages())).await
    };
}

#[actix_web::test]
async fn every_answer_is_protected_and_speaks_the_language_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let (status, page) = answer!(&app, TestRequest::get().uri("/"));
    assert!(status.is_success() && page.contains("lang=\"mn\"") && page.contains("Иргэний"));
    let (_, page) = answer!(&app, TestRequest::get().uri("/?lang=en"));
    assert!(page.contains("<html lang=\"en\">") && page.contains("The civil registry online"));
    for (path, status, number) in [
        ("/nothing", 404, "1006"),
        ("/office", 401, "201"),
        ("/sign-out", 405, "1013"),
        ("/extracts/x", 401, "201"),
    ] {
        let (answered, page) = answer!(&app, TestRequest::get().uri(path));
        assert_eq!(answered.as_u16(), status, "{path}");
        assert!(page.contains(&format!("№ {number}")), "{path}: {page}");
    }
}

#[actix_web::test]
async fn a_link_is_spent_by_the_button_and_not_by_looking_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    officer(&deps, &[Role::Registrar]);
    let id = reference::officers_at(&mut deps.db().unwrap(), OFFICE).unwrap()[0].id.0;
    let code = link(&deps, PrincipalKind::Officer, id);
    for _ in 0..2 {
        let (status, page) = answer!(&app, TestRequest::get().uri(&format!("/sign-in?code={code}")));
        assert!(status.is_success() && page.contains(&code));
    }
    let press = || TestRequest::post().uri("/sign-in").set_form(form(&[("code", &code)]));
    let pressed = call_service(&app, press().to_request()).await;
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    let cookie = pressed.headers().get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let (status, page) = answer!(&app, press());
    assert!(status == StatusCode::UNAUTHORIZED && page.contains("№ 212"));
    let forged = press().insert_header(("sec-fetch-site", "cross-site"));
    assert!(answer!(&app, forged).1.contains("№ 213"));
}

#[actix_web::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let token = officer(&deps, &[Role::Registrar]);
    let facts = [("given_name", "Сарнай"), ("idempotency_key", "k"), ("form_token", "forged")];
    let forged = TestRequest::post().uri("/declare/birth").cookie(cookie(&token)).set_form(form(&facts));
    let (status, page) = answer!(&app, forged);
    assert!(status == StatusCode::FORBIDDEN && page.contains("№ 213"));
}

#[actix_web::test]
async fn a_mistake_stands_beside_its_field_and_what_was_entered_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let token = officer(&deps, &[Role::Registrar]);
    let own = form_token(&token);
    let facts = [
        ("given_name", "Сарнай"),
        ("sex", "female"),
        ("born_on", "2026-02-30"),
        ("idempotency_key", "k"),
        ("form_token", &own),
    ];
    let sent = TestRequest::post().uri("/declare/birth").cookie(cookie(&token)).set_form(form(&facts));
    let (status, page) = answer!(&app, sent);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"born_on-complaint\"") && page.contains("№ 104"));
    assert!(page.contains("value=\"Сарнай\"") && page.contains("value=\"2026-02-30\""));
}

#[actix_web::test]
async fn each_role_has_its_page_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let registrar = officer(&deps, &[Role::Registrar]);
    let card_officer = officer(&deps, &[Role::CardOfficer]);
    let administrator = officer(&deps, &[Role::Administrator]);
    let auditor = officer(&deps, &[Role::Auditor]);
    let citizen = sign_in(&deps, PrincipalKind::Citizen, Uuid::nil());
    for (token, path, status) in [
        (&registrar, "/office", 200),
        (&registrar, "/people", 200),
        (&registrar, "/declare/birth", 200),
        (&registrar, "/declare/erasure", 422),
        (&registrar, "/cards", 403),
        (&registrar, "/me", 403),
        (&registrar, "/desk", 403),
        (&registrar, "/drafts", 200),
        (&registrar, "/notices", 200),
        (&registrar, "/officers", 403),
        (&card_officer, "/cards", 200),
        (&administrator, "/officers", 200),
        (&administrator, "/officers/propose", 200),
        (&administrator, "/office", 200),
        (&administrator, "/notices", 403),
        (&auditor, "/officers", 200),
        (&auditor, "/officers/propose", 403),
        (&auditor, "/notices", 403),
        (&auditor, "/office", 403),
        (&citizen, "/office", 403),
        (&citizen, "/me", 404),
    ] {
        let (answered, _) = answer!(&app, TestRequest::get().uri(path).cookie(cookie(token)));
        assert_eq!(answered.as_u16(), status, "{path}");
    }
}

/// The text that follows a mark, up to the next quotation mark.
fn after<'page>(page: &'page str, mark: &str) -> Option<&'page str> {
    page.split_once(mark)?.1.split('"').next()
}

/// What an officer would write into a field that is missing.
fn written_into(kind: Kind, field: &str) -> &'static str {
    match field {
        "sex" => "female",
        "way" => "court",
        "parent_kind" => "father",
        "field" => "given_name",
        "value" => "Сарнай",
        "latin_given" => "Sarnai",
        "given_name" => "Сарнай",
        "unit" | "birth_place" => OFFICE,
        "step" => "begins",
        "cause" => "duplicate",
        "change" if kind == Kind::Passport => "recorded",
        "change" => "lost",
        "hand" => "both",
        "reason" => "lost",
        "card" => "AB1234567",
        "direction" => "left",
        "country" => "KOR",
        "weeks" => "30",
        "passport_number" => "E1234567",
        "born_on" | "died_on" | "arrived_on" | "in_force_on" | "decided_on" | "happened_on" | "left_on" => {
            "2026-01-05"
        }
        "person" | "husband" | "wife" | "child" | "parent" | "mother" | "ward" | "survivor" => "УЪ69120169",
        "merged" | "guardian" => "УЬ66122192",
        "witness_1" | "witness_2" => "УЬ66122192",
        "entry" => "110151-2026-00001",
        _ => "ШШ-12",
    }
}

/// Each form is sent empty, and then filled in field by field as it asks. Each complaint must stand beside a
/// field that the form has; the link above must carry that field's label, and the page must begin in it.
#[actix_web::test]
async fn every_form_says_beside_its_field_what_is_missing_and_links_to_it_by_its_label() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let token = officer(&deps, &[Role::Registrar]);
    let own = form_token(&token);
    for kind in Kind::declared().iter().filter(|kind| **kind != Kind::CardApplication) {
        let path = format!("/declare/{kind}");
        let (_, page) = answer!(&app, TestRequest::get().uri(&path).cookie(cookie(&token)));
        assert_eq!(page.matches(" autofocus").count(), 1, "{kind}: an empty form begins in its first field");
        let mut filled: Vec<(String, String)> = Vec::new();
        let mut complaints = 0;
        for attempt in 0..20 {
            let key = format!("{kind}-{attempt}");
            let secrets = [("form_token", own.as_str()), ("idempotency_key", key.as_str())];
            let facts = filled.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let pairs: Vec<_> = facts.chain(secrets).collect();
            let (status, page) =
                answer!(&app, TestRequest::post().uri(&path).cookie(cookie(&token)).set_form(form(&pairs)));
            assert!(status.is_client_error(), "{kind}: nobody is in this register");
            let Some(field) = after(&page, "<li><a href=\"#") else { break };
            assert!(page.contains(&format!("id=\"{field}-complaint\"")), "{kind}: nothing beside {field}");
            assert!(page.contains("aria-invalid=\"true\"") && page.contains("-complaint\" aria-invalid"));
            assert_eq!(page.matches(" autofocus").count(), 1, "{kind}: {field}");
            let label = page.split_once(&format!("<a href=\"#{field}\">")).map_or("", |(_, rest)| rest);
            let label = label.split(" ↓").next().unwrap_or_default();
            assert!(!label.is_empty() && label != field, "{kind}: {field} has no label");
            complaints += 1;
            if filled.iter().any(|(name, _)| name == field) {
                break;
            }
            filled.push((field.to_owned(), written_into(*kind, field).to_owned()));
        }
        assert!(complaints > 0, "{kind}: a form without a required field");
    }
}

#[actix_web::test]
async fn every_kind_that_is_listed_has_a_form_with_fields() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let registrar = officer(&deps, &[Role::Registrar]);
    for kind in &Kind::declared() {
        let path = format!("/declare/{kind}");
        let (status, page) = answer!(&app, TestRequest::get().uri(&path).cookie(cookie(&registrar)));
        assert_eq!(status, StatusCode::OK, "{kind}");
        let form = page.split("name=\"idempotency_key\"").nth(1).unwrap_or_default();
        assert!(form.matches("<label for=").count() > 1, "{kind} asks for nothing");
    }
}

/// A section that a question opens must be closed on an empty form, and open if something in it was entered
/// or is wrong.
#[actix_web::test]
async fn a_section_that_a_question_opens_is_open_where_something_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let deps = instance(folder.path());
    let app = app!(deps);
    let token = officer(&deps, &[Role::Registrar]);
    let own = form_token(&token);
    let asked = |page: &str| -> Vec<bool> {
        page.split("<details class=\"asked\"").skip(1).map(|part| part.starts_with(" open>")).collect()
    };
    let (_, page) = answer!(&app, TestRequest::get().uri("/declare/birth").cookie(cookie(&token)));
    assert_eq!(asked(&page), [false, false, false], "a foreign parent, a birth abroad, a foundling");
    let facts = [
        ("given_name", "Сарнай"),
        ("sex", "female"),
        ("born_on", "2026-02-03"),
        ("birth_country", "KOR"),
        ("idempotency_key", "k"),
        ("form_token", &own),
    ];
    let sent = TestRequest::post().uri("/declare/birth").cookie(cookie(&token)).set_form(form(&facts));
    let (status, page) = answer!(&app, sent);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"birth_place_abroad-complaint\""), "{page}");
    assert_eq!(asked(&page), [false, true, false]);
}
