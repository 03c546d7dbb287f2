use registry_domain::refusal::Refusal;

use super::*;
use crate::authorities::{Authorities, AuthoritiesError};
use crate::ceremony::make_test_authorities;
use crate::config::Mode;
use crate::vault::key_file::{read_key, read_unlock, write_key};
use crate::vault::key_ring::KeyRing;
use crate::vault::key_vault::KeyVault;

const URL: &str = "http://localhost/pki";

struct Register {
    places: Places,
    draw: Draw,
    mode: Mode,
    _folder: tempfile::TempDir,
}

fn day(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::days(number)
}

/// A folder with authorities that were made on day 0.
fn register() -> Register {
    register_drawn_from([7; 32])
}

fn register_drawn_from(seed: [u8; 32]) -> Register {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let places = Places {
        online: at("online"),
        offline: at("offline"),
        online_unlock: at("online.unlock"),
        offline_unlock: at("offline.unlock"),
    };
    let mut draw = Draw::from_seed(seed);
    let (names, addresses) = (["localhost".to_owned()], ["127.0.0.1".parse().unwrap()]);
    make_test_authorities(&places, &names, &addresses, URL, day(0), &mut draw).unwrap();
    Register { places, draw, mode: Mode::Demo, _folder: folder }
}

fn open(places: &Places, mode: Mode, on: i64) -> Result<Authorities, AuthoritiesError> {
    let keys = KeyRing::open(&places.online, &places.online_unlock).unwrap();
    let vault = KeyVault::files(&places.online, &places.online_unlock).unwrap();
    Authorities::open(&places.certificates(), &vault, &keys, mode, day(on))
}

/// The issuing authorities that a service would have on that day.
fn issuers(places: &Places, on: i64) -> Result<Vec<String>, AuthoritiesError> {
    Ok(open(places, Mode::Demo, on)?.issuers().iter().map(|issuer| issuer.stem()).collect())
}

impl Register {
    fn renew(&mut self, on: i64) -> Vec<String> {
        renew(&self.places, URL, &LawConfig::default(), None, day(on), &mut self.draw).unwrap()
    }

    fn authorities(&self, on: i64) -> Authorities {
        self.open_authorities(on).unwrap()
    }

    fn open_authorities(&self, on: i64) -> Result<Authorities, AuthoritiesError> {
        open(&self.places, self.mode, on)
    }

    fn list(&self, file: &str) -> Crl {
        Crl::from_der(&fs::read(self.places.certificates().join(file)).unwrap()).unwrap()
    }
}

#[test]
fn nothing_is_renewed_before_its_last_third() {
    let mut register = register();
    let before = register.list("service-root.crl");
    assert!(register.renew(1).is_empty());
    assert!(register.renew(19).is_empty());
    assert_eq!(register.list("service-root.crl"), before);
    assert_eq!(register.renew(21), ["service-root.crl"]);
    assert_eq!(register.list("service-root.crl").number(), Some(2));
    assert!(register.renew(22).is_empty(), "once is enough");
}

#[test]
fn after_a_long_absence_everything_is_fresh_again() {
    let mut register = register();
    let old = register.authorities(0);
    assert_eq!(old.document_signer(day(300)).err(), Some(Refusal::SignerPeriodOver));
    let renewed = register.renew(300);
    assert_eq!(renewed, ["eid-root.crl", "csca.crl", "service-root.crl", SERVER, SIGNER]);
    for file in ["eid-root.crl", "csca.crl", "service-root.crl"] {
        assert!(register.list(file).is_fresh(day(301)), "{file}");
    }
    let fresh = register.authorities(300);
    let signer = fresh.document_signer(day(300)).unwrap();
    assert!(signer.certificate().is_valid_at(day(300)));
    let old = old.document_signer(day(1)).unwrap();
    assert_ne!(signer.signer().spki_der(), old.signer().spki_der(), "a key of its own for each period");
    let server = fs::read_to_string(register.places.certificates().join("tls-server.pem")).unwrap();
    let server = Certificate::from_pem(&server).unwrap();
    assert_eq!(server.dns_names(), ["localhost"]);
    assert_eq!(server.addresses(), ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
    assert!(server.is_valid_at(day(600)));
}

#[test]
fn what_a_token_signs_is_left_to_the_ceremony_and_said() {
    let mut register = register();
    let left = |register: &mut Register, on| {
        left_to_ceremony(&register.places, &LawConfig::default(), None, day(on), &mut register.draw).unwrap()
    };
    assert!(left(&mut register, 300).is_empty(), "all keys are files");
    for key in ["eid-root.key", "csca.key"] {
        fs::remove_file(register.places.offline.join(key)).unwrap();
    }
    assert!(left(&mut register, 1).is_empty());
    assert_eq!(left(&mut register, 300), ["eid-root.crl", "csca.crl", SIGNER]);
    assert_eq!(register.renew(300), ["service-root.crl", SERVER]);
}

#[test]
fn an_authority_that_is_not_valid_or_of_another_root_is_refused_at_start() {
    let (register, other) = (register(), register_drawn_from([8; 32]));
    let refused = |on| register.open_authorities(on).unwrap_err().to_string();
    assert!(register.open_authorities(0).is_ok());
    assert!(refused(-1).contains("not valid now"), "{}", refused(-1));
    assert!(refused(26 * 366).contains("not valid"), "{}", refused(26 * 366));
    for (file, said) in [
        ("eid-root.pem", "no issuer of"),
        ("csca.pem", "no issuer of"),
        ("issuing-ca.pem", "no issuer of"),
        ("document-signer.pem", "no issuer of"),
    ] {
        let [ours, theirs] = [&register, &other].map(|one| one.places.certificates().join(file));
        let kept = fs::read(&ours).unwrap();
        fs::copy(theirs, &ours).unwrap();
        assert!(refused(0).contains(said), "{file}: {}", refused(0));
        fs::write(&ours, kept).unwrap();
    }
    // The whole branch of another ceremony leads to its own root; only the key does not fit.
    for file in ["eid-root.pem", "eid-root.crl", "issuing-ca.pem"] {
        let [ours, theirs] = [&register, &other].map(|one| one.places.certificates().join(file));
        fs::copy(theirs, ours).unwrap();
    }
    assert!(refused(0).contains("of another key"), "{}", refused(0));
}

/// A root that looks at what is on disk whenever it signs. It can be told to fail then, as if the power had
/// failed.
#[derive(Debug)]
struct Watching {
    signer: issuance::SoftwareSigner,
    certificates: std::path::PathBuf,
    /// The intents that it saw on disk.
    saw: std::sync::Mutex<Vec<String>>,
    fails: std::sync::atomic::AtomicBool,
}

impl Signer for Watching {
    fn algorithm(&self) -> issuance::Algorithm {
        self.signer.algorithm()
    }
    fn spki_der(&self) -> &[u8] {
        self.signer.spki_der()
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, issuance::signer::SignError> {
        let intents = intents(&self.certificates);
        let of_this =
            intents.iter().filter(|name| fs::read(self.certificates.join(name)).unwrap() == message);
        let of_this: Vec<String> = of_this.cloned().collect();
        assert_eq!(of_this.len(), 1, "what is signed stands on disk: {intents:?}");
        self.saw.lock().unwrap().extend(of_this);
        if self.fails.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(issuance::signer::SignError::Malformed(0));
        }
        self.signer.sign(message)
    }
}

fn intents(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
    let mut found: Vec<String> = names.filter(|name| name.ends_with(".intent")).collect();
    found.sort();
    found
}

#[test]
fn what_a_root_will_sign_is_on_disk_before_it_signs_and_gone_when_it_is_there() {
    let mut register = register();
    let (design, certificates) = (Design::test(URL), register.places.certificates());
    let signer =
        issuance::SoftwareSigner::generate(issuance::Algorithm::EcdsaP384Sha384, register.draw.generator());
    let key = Arc::new(Watching {
        signer: signer.unwrap(),
        certificates: certificates.clone(),
        saw: std::sync::Mutex::default(),
        fails: true.into(),
    });
    let root = issuance::profile::Root { name: design.name(&design.eid_root), key: key.signer.public_key() };
    let profile = issuance::profile::Profile::Root(root);
    let mut ceremony =
        Ceremony { design: &design, certificates: &certificates, now: day(0), draw: &mut register.draw };
    let mut made =
        |key: &Arc<Watching>| ceremony.self_signed(&profile, key.clone(), design.eid_root.lasts, "eid-root");
    assert!(made(&key).is_err());
    let left = intents(&certificates);
    assert_eq!(left.len(), 1);
    key.fails.store(false, std::sync::atomic::Ordering::Relaxed);
    let root = made(&key).unwrap();
    assert!(root.certificate().is_valid_at(day(1)));
    assert_eq!(
        intents(&certificates),
        left,
        "the evidence of the first try stays, that of the second is over"
    );

    // The same holds for its lists: a number that may have been signed is not used again.
    key.fails.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(ceremony.list(&root, &EID_LIST, None, Vec::new()).is_err());
    key.fails.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(ceremony.list(&root, &EID_LIST, None, Vec::new()).unwrap(), 2);
    assert_eq!(intents(&certificates), [left[0].clone(), "eid-root.crl-1.intent".to_owned()]);
    let mut saw = key.saw.lock().unwrap().clone();
    saw.sort();
    saw.dedup();
    assert_eq!(saw.len(), 4, "each try has a file of its own: {saw:?}");
}

#[test]
fn a_list_that_nobody_signed_is_not_copied_and_a_clock_that_was_put_back_is_noticed() {
    let (mut register, other) = (register(), register_drawn_from([8; 32]));
    let file = "service-root.crl";
    let [ours, theirs] = [&register, &other].map(|one| one.places.certificates().join(file));
    let kept = fs::read(&ours).unwrap();
    fs::copy(theirs, &ours).unwrap();
    let refused = renew(&register.places, URL, &LawConfig::default(), None, day(25), &mut register.draw)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("not signed by its authority"), "{refused}");
    fs::write(&ours, kept).unwrap();
    let ahead = Some(Duration::days(400));
    let refused = renew(&register.places, URL, &LawConfig::default(), ahead, day(-1), &mut register.draw)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("set the clock"), "{refused}");
    assert_eq!(register.list(file).number(), Some(1));
    assert_eq!(register.renew(25), [file]);
}

#[test]
fn a_key_with_two_purposes_is_refused_at_start() {
    let mut register = register();
    let places = register.places.clone();
    let unlock = read_unlock(&places.online_unlock).unwrap();
    let secret = read_key(&places.online, Purpose::IssuingCa, &unlock).unwrap();
    fs::remove_file(places.online.join("answer.key")).unwrap();
    write_key(&places.online, Purpose::Answer, &secret, &unlock, register.draw.nonce()).unwrap();
    let refused = register.open_authorities(0).unwrap_err().to_string();
    assert!(refused.contains("also the key for answer; one purpose a key"), "{refused}");
}

#[test]
fn the_tls_key_has_no_other_purpose_either() {
    let mut register = register();
    let places = register.places.clone();
    let unlock = read_unlock(&places.online_unlock).unwrap();
    let secret = read_key(&places.online, Purpose::TlsServer, &unlock).unwrap();
    fs::remove_file(places.online.join("answer.key")).unwrap();
    write_key(&places.online, Purpose::Answer, &secret, &unlock, register.draw.nonce()).unwrap();
    let refused = register.open_authorities(0).unwrap_err().to_string();
    assert!(refused.contains("tls-server") && refused.contains("one purpose a key"), "{refused}");
}

#[test]
fn test_authorities_do_not_start_in_production() {
    let mut register = register();
    register.mode = Mode::Production;
    let refused = register.open_authorities(0).unwrap_err().to_string();
    assert!(refused.contains("is a TEST authority"), "{refused}");
}

#[test]
fn the_lists_of_the_roots_are_there_genuine_and_name_none_of_ours_and_those_over_are_told() {
    let (mut register, other) = (register(), register_drawn_from([8; 32]));
    let refused = |register: &Register, on| register.open_authorities(on).unwrap_err().to_string();
    for (file, signer) in [("eid-root.crl", "issuing-ca"), ("csca.crl", SIGNER)] {
        let [ours, theirs] = [&register, &other].map(|one| one.places.certificates().join(file));
        let kept = fs::read(&ours).unwrap();
        fs::remove_file(&ours).unwrap();
        assert!(refused(&register, 0).contains(file), "{}", refused(&register, 0));
        fs::copy(theirs, &ours).unwrap();
        assert!(refused(&register, 0).contains("not of its root"), "{}", refused(&register, 0));
        fs::write(&ours, &kept).unwrap();

        // The list names the very authority that signs with the key.
        let list = [&EID_LIST, &CSCA_LIST].into_iter().find(|list| list.file == file).unwrap();
        let pem = fs::read_to_string(register.places.certificates().join(format!("{signer}.pem"))).unwrap();
        let revocation = Revocation {
            serial: Certificate::from_pem(&pem).unwrap().serial(),
            revoked_at: day(0),
            reason: Reason::KeyCompromise,
        };
        let (design, certificates) = (Design::test(URL), register.places.certificates());
        let ceremony =
            Ceremony { design: &design, certificates: &certificates, now: day(0), draw: &mut register.draw };
        let renewal = Renewal { ahead: None, places: &register.places, ceremony };
        let authority = renewal.authority(list).unwrap();
        renewal.ceremony.list(&authority, list, None, vec![revocation]).unwrap();
        assert!(refused(&register, 0).contains("is revoked since"), "{}", refused(&register, 0));
        fs::write(&ours, &kept).unwrap();
    }
    let ageing = |on| register.open_authorities(on).unwrap().ageing_lists(day(on)).unwrap();
    assert!(ageing(55).is_empty());
    let [soon] = &ageing(65)[..] else { panic!("the list of the CSCA, whose 90 days end: {:?}", ageing(65)) };
    assert!(!soon.is_over && soon.to_string().starts_with("csca.crl is good until"), "{soon}");
    let [over] = &ageing(90)[..] else { panic!("it keeps nobody from work: {:?}", ageing(90)) };
    assert!(over.is_over && over.to_string().contains("no one takes it now"), "{over}");
}

#[test]
fn an_issuing_certificate_that_is_no_authority_is_refused() {
    let mut register = register();
    let places = register.places.clone();
    let (design, certificates) = (Design::test(URL), places.certificates());
    let ceremony =
        Ceremony { design: &design, certificates: &certificates, now: day(0), draw: &mut register.draw };
    let mut renewal = Renewal { ahead: None, places: &places, ceremony };
    let root = renewal.authority(&EID_LIST).unwrap();
    let name = issuance::profile::AuthorityName::beside(root.certificate(), "OCSP Responder");
    let pem = fs::read_to_string(certificates.join("issuing-ca.pem")).unwrap();
    let key = Certificate::from_pem(&pem).unwrap().public_key().clone();
    let profile = issuance::profile::OcspResponder { name, key, issuer_url: format!("{URL}/eid-root.cer") };
    let profile = issuance::profile::Profile::OcspResponder(profile);
    let lasts = Months::new(1);
    renewal.ceremony.certify(&profile, &root, lasts, "issuing-ca").unwrap();
    let refused = register.open_authorities(0).unwrap_err().to_string();
    assert!(refused.contains("may not issue"), "{refused}");
}

#[test]
fn a_signer_signs_in_its_period_alone() {
    let register = register();
    let authorities = register.authorities(0);
    assert!(authorities.document_signer(day(0)).is_ok());
    assert!(authorities.document_signer(day(80)).is_ok());
    for outside in [-1, 93, 1000] {
        assert_eq!(authorities.document_signer(day(outside)).err(), Some(Refusal::SignerPeriodOver));
    }
}

#[test]
fn a_renewal_that_ended_half_way_is_finished_by_the_next() {
    let mut register = register();
    register.renew(80);
    let certificates = register.places.certificates();
    let waiting = register.places.online.join(NEXT).join("certificates");
    fs::create_dir_all(&waiting).unwrap();
    for file in ["document-signer.cer", "document-signer.pem"] {
        fs::rename(certificates.join(file), waiting.join(file)).unwrap();
    }
    assert!(register.renew(81).is_empty());
    assert!(register.authorities(81).document_signer(day(81)).is_ok());
    assert!(!register.places.online.join(NEXT).exists());
}

#[test]
fn a_revoked_partner_stays_on_the_list_when_it_is_renewed() {
    let mut register = register();
    let server = fs::read_to_string(register.places.certificates().join("tls-server.pem")).unwrap();
    let server = Certificate::from_pem(&server).unwrap();
    revoke_partner(&register.places, &server, day(1), &mut register.draw).unwrap();
    assert!(revoke_partner(&register.places, &server, day(2), &mut register.draw).is_err(), "twice");
    let stranger = register.authorities(0).eid_root.clone();
    assert!(revoke_partner(&register.places, &stranger, day(2), &mut register.draw).is_err());
    register.renew(25);
    let list = register.list("service-root.crl");
    assert!(list.is_revoked(&server.serial()));
    assert_eq!(list.number(), Some(3));
}

#[test]
fn what_a_renewal_that_was_cut_off_may_have_signed_stays_on_record() {
    let mut register = register();
    let next = register.places.online.join("next");
    fs::create_dir_all(next.join("certificates")).unwrap();
    fs::write(next.join("document-signer.key"), b"still waiting").unwrap();
    fs::write(next.join("certificates/document-signer-0a.intent"), b"what would be signed").unwrap();
    register.renew(80);
    let kept = register.places.certificates().join("document-signer-0a.intent");
    assert_eq!(fs::read(kept).unwrap(), b"what would be signed");
    assert!(!next.exists());
}

/// Lets another issuing authority follow if it is time.
fn follow(register: &mut Register, ahead: Option<Duration>, on: i64) -> Option<String> {
    let places = register.places.clone();
    let (design, certificates) = (Design::test(URL), places.certificates());
    let ceremony =
        Ceremony { design: &design, certificates: &certificates, now: day(on), draw: &mut register.draw };
    Renewal { ahead, places: &places, ceremony }.issuing(&LawConfig::default()).unwrap().map(Generation::stem)
}

const LONG: Option<Duration> = Some(Duration::days(30 * 366));

#[test]
fn another_issuing_authority_follows_before_the_present_one_is_too_short_for_a_card() {
    let mut register = register();
    let first = register.authorities(0).issuing().certificate().clone();
    let years = |number: i64| number * 366;
    assert_eq!(follow(&mut register, None, years(18)), None);
    assert!(
        register.authorities(years(18)).issuing().shortness(&LawConfig::default(), day(years(18))).is_none()
    );
    assert_eq!(follow(&mut register, None, years(20) - 40).as_deref(), Some("issuing-ca-2"));
    assert_eq!(follow(&mut register, None, years(20) - 39), None, "once is enough");

    let authorities = register.authorities(years(20));
    let [old, new] = authorities.issuers() else { panic!("two: {authorities:?}") };
    assert_eq!(old.certificate(), &first);
    assert_eq!(new.certificate(), authorities.issuing().certificate());
    assert_ne!(old.certificate().subject(), new.certificate().subject());
    assert!(
        old.shortness(&LawConfig::default(), day(years(20))).is_some()
            && new.shortness(&LawConfig::default(), day(years(20))).is_none()
    );
    // An instance that makes no follower in time goes on, with certificates that end with their issuer.
    let (card_ends, now) = ("2100-01-01T00:00:00Z".parse().unwrap(), day(years(20) + 30));
    let ends = |issuer: &Certificate| {
        crate::issue::certificate_validity(&LawConfig::default(), card_ends, issuer, now)
            .map(|validity| validity.not_after())
            .unwrap()
    };
    assert_eq!(ends(&first), first.validity().not_after());
    assert_eq!(ends(new.certificate()), now + Months::new(60));
    // A certificate from before the issuer was recorded belongs to the first authority.
    assert!(old.in_records().contains(&String::new()) && !new.in_records().contains(&String::new()));
    for issuer in [old, new] {
        let list = issuer.list(Vec::new(), 7, day(years(20))).unwrap();
        list.verify(issuer.certificate()).unwrap();
    }
    assert_eq!(follow(&mut register, None, years(28)), None, "none outlives its root");
}

#[test]
fn an_issuing_authority_that_is_over_or_revoked_does_not_keep_the_next_one_from_starting() {
    let mut register = register();
    assert_eq!(follow(&mut register, LONG, 1).as_deref(), Some("issuing-ca-2"));
    let first = register.authorities(1).issuers()[0].certificate().clone();
    let places = register.places.clone();
    let (design, certificates) = (Design::test(URL), places.certificates());
    let ceremony =
        Ceremony { design: &design, certificates: &certificates, now: day(1), draw: &mut register.draw };
    let mut renewal = Renewal { ahead: None, places: &places, ceremony };
    let root = renewal.authority(&EID_LIST).unwrap();
    let revoke = |renewal: &Renewal<'_>, of: &Certificate| {
        let revocation =
            Revocation { serial: of.serial(), revoked_at: day(1), reason: Reason::AuthorityCompromise };
        let before = renewal.read_list(&EID_LIST).unwrap();
        renewal.ceremony.list(&root, &EID_LIST, Some(&before), vec![revocation]).unwrap();
    };
    let files = ["issuing-ca.pem", "eid-root.crl"].map(|file| certificates.join(file));
    let kept = files.each_ref().map(|file| fs::read(file).unwrap());

    revoke(&renewal, &first);
    // The key is certified for a month only: then everything it issued is over too.
    let short = issuance::profile::Issuing {
        name: design.issuing_name(Generation::FIRST),
        key: first.public_key().clone(),
        policies: issuance::profile::HOLDER_POLICIES.to_vec(),
        crl_urls: vec![format!("{URL}/eid-root.crl")],
        issuer_url: format!("{URL}/eid-root.cer"),
    };
    assert_eq!(issuers(&places, 2).unwrap(), ["issuing-ca-2"]);
    fs::write(&files[1], &kept[1]).unwrap();
    let profile = issuance::profile::Profile::Issuing(short);
    renewal.ceremony.certify(&profile, &root, Months::new(1), "issuing-ca").unwrap();
    assert_eq!(issuers(&places, 2).unwrap(), ["issuing-ca", "issuing-ca-2"]);
    assert_eq!(issuers(&places, 40).unwrap(), ["issuing-ca-2"]);
    fs::write(&files[0], &kept[0]).unwrap();

    // The newest authority is judged otherwise: if it is over, nothing may be issued.
    let newest = Certificate::from_pem(&fs::read_to_string(certificates.join("issuing-ca-2.pem")).unwrap());
    revoke(&renewal, &newest.unwrap());
    assert!(issuers(&places, 2).unwrap_err().to_string().contains("take its successor"));
}

#[test]
fn an_issuing_authority_whose_key_was_moved_when_the_power_went_is_put_in_its_place() {
    let mut register = register();
    follow(&mut register, LONG, 1);
    // The state between the two moves: the key is in its place, the certificate still waits.
    let (places, next) = (register.places.clone(), register.places.online.join(NEXT));
    fs::create_dir_all(next.join("certificates")).unwrap();
    for file in ["issuing-ca-2.cer", "issuing-ca-2.pem"] {
        move_file(&places.certificates(), &next.join("certificates"), file).unwrap();
    }
    assert_eq!(register.authorities(1).issuers().len(), 1, "the one before goes on");
    assert_eq!(follow(&mut register, None, 2), None);
    assert_eq!(register.authorities(2).issuers().len(), 2);
    assert!(!next.exists() && !places.certificates().join("issuing-ca-3.pem").exists());
}
