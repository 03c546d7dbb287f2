use chrono::Duration;

use super::*;
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

/// A service that was made on day 0.
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
        PartnerTls::open(&self.places.online, &self.places.online_unlock, day(on))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.places.certificates().join(name)
    }

    /// Puts a certificate of this service on its list; any will do.
    fn revoke(&mut self, on: i64) -> Serial {
        let server = fs::read_to_string(self.file("tls-server.pem")).unwrap();
        let server = Certificate::from_pem(&server).unwrap();
        revoke_partner(&self.places, &server, day(on), &mut self.draw).unwrap();
        server.serial()
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
    renew(&service.places, URL, None, day(31), &mut service.draw).unwrap();
    tls.reload(day(31)).unwrap();
    assert!(!tls.said_stale.load(Ordering::Relaxed));
}
