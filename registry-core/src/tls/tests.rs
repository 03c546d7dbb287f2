use chrono::Duration;

use super::*;
use crate::ceremony::partner::issue_partner_certificate;
use crate::ceremony::renewal::{renew, revoke_partner};
use crate::ceremony::{Places, make_test_authorities};
use crate::draw::Draw;

const URL: &str = "http://localhost/pki";

struct Service {
    places: Places,
    draw: Draw,
    _folder: tempfile::TempDir,
}

fn day(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::days(number)
}

/// A service whose certificates were made on day 0.
fn service(seed: u8) -> Service {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let places = Places {
        online: at("online"),
        offline: at("offline"),
        online_unlock: at("online.unlock"),
        offline_unlock: at("offline.unlock"),
    };
    let mut draw = Draw::from_seed([seed; 32]);
    let (names, addresses) = (["localhost".to_owned()], ["127.0.0.1".parse().unwrap()]);
    make_test_authorities(&places, &names, &addresses, URL, day(0), &mut draw).unwrap();
    Service { places, draw, _folder: folder }
}

impl Service {
    fn open(&self, on: i64) -> Result<PartnerTls, TlsError> {
        self.open_as(Mode::Demo, on)
    }

    fn open_as(&self, mode: Mode, on: i64) -> Result<PartnerTls, TlsError> {
        PartnerTls::open(&self.places.online, &self.places.online_unlock, mode, day(on))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.places.certificates().join(name)
    }

    /// Makes a partner's certificate and puts it on the list.
    fn revoke(&mut self, on: i64) -> Serial {
        let out = self.places.online.join("partner");
        let (role, id) = (issuance::profile::ClientRole::Agency, uuid::Uuid::from_u128(1));
        issue_partner_certificate(&self.places, role, id, "agency", &out, day(on), &mut self.draw).unwrap();
        self.revoke_that(&out.with_extension("pem"), on)
    }

    fn revoke_that(&mut self, file: &Path, on: i64) -> Serial {
        let certificate = Certificate::from_pem(&fs::read_to_string(file).unwrap()).unwrap();
        revoke_partner(&self.places, &certificate, day(on), &mut self.draw).unwrap();
        certificate.serial()
    }
}

#[test]
fn a_list_that_is_put_back_from_a_copy_gives_nobody_access_again() {
    let mut service = service(7);
    let copy = fs::read(service.file("service-root.crl")).unwrap();
    let tls = service.open(0).unwrap();
    let serial = service.revoke(1);
    tls.reload(day(1)).unwrap();
    assert!(tls.revoked().contains(&serial));
    fs::write(service.file("service-root.crl"), copy).unwrap();
    let refused = tls.reload(day(2)).unwrap_err();
    assert!(matches!(refused, TlsError::OldList { number: 1, in_use: 2, .. }), "{refused}");
    assert!(tls.revoked().contains(&serial), "the newest list stays in use");
}

#[test]
fn a_list_of_another_root_is_no_list() {
    let (service, other) = (service(7), service(8));
    let tls = service.open(0).unwrap();
    fs::copy(other.file("service-root.crl"), service.file("service-root.crl")).unwrap();
    for refused in [tls.reload(day(0)).unwrap_err(), service.open(0).err().unwrap()] {
        assert!(refused.to_string().contains("no list of the service root"), "{refused}");
    }
}

#[test]
fn a_list_whose_time_is_over_stays_in_use_and_that_is_said_once() {
    let mut service = service(7);
    let tls = service.open(0).unwrap();
    assert!(!tls.said_stale.load(Ordering::Relaxed));
    tls.reload(day(31)).unwrap();
    assert!(tls.said_stale.load(Ordering::Relaxed));
    assert!(service.open(31).unwrap().said_stale.load(Ordering::Relaxed));
    renew(
        &service.places,
        URL,
        &registry_domain::law::LawConfig::default(),
        None,
        day(31),
        &mut service.draw,
    )
    .unwrap();
    tls.reload(day(31)).unwrap();
    assert!(!tls.said_stale.load(Ordering::Relaxed));
}

#[test]
fn a_server_whose_certificate_is_over_revoked_of_another_root_or_of_a_test_does_not_start() {
    let (mut service, other) = (service(7), service(8));
    let refused = |service: &Service, mode, on| service.open_as(mode, on).err().unwrap().to_string();
    assert!(refused(&service, Mode::Production, 0).contains("TEST root"));
    for on in [-1, 13 * 31] {
        assert!(refused(&service, Mode::Demo, on).contains("is not valid at"), "{on}");
    }
    let file = service.file("tls-server.pem");
    let kept = fs::read(&file).unwrap();
    fs::copy(other.file("tls-server.pem"), &file).unwrap();
    assert!(service.open(0).is_err(), "a certificate of another key");
    fs::write(&file, kept).unwrap();
    let root = service.file("service-root.pem");
    let list = service.file("service-root.crl");
    let kept = [&root, &list].map(|file| fs::read(file).unwrap());
    fs::copy(other.file("service-root.pem"), &root).unwrap();
    fs::copy(other.file("service-root.crl"), &list).unwrap();
    assert!(refused(&service, Mode::Demo, 0).contains("no issuer of"));
    for (file, bytes) in [&root, &list].into_iter().zip(kept) {
        fs::write(file, bytes).unwrap();
    }
    service.revoke_that(&file, 1);
    assert!(refused(&service, Mode::Demo, 1).contains("on the list of its own root"));
}

#[test]
fn a_list_is_read_anew_also_when_the_certificate_in_use_is_over() {
    let mut service = service(7);
    let tls = service.open(0).unwrap();
    let serial = service.revoke(500);
    tls.reload(day(500)).unwrap();
    assert!(tls.revoked().contains(&serial));
}
