use chrono::Duration;

use super::*;
use crate::authority::CertificationAuthority;
use crate::lint::Finding;
use crate::sample;

struct World {
    issuing: CertificationAuthority,
    responder: CertificationAuthority,
}

const GOOD: u8 = 3;
const REVOKED: u8 = 9;

fn world() -> World {
    let issuing = sample::eid_issuing();
    World { responder: sample::responder_of(&issuing), issuing }
}

fn status(serial: &Serial) -> CertStatus {
    if *serial == sample::serial(GOOD) {
        CertStatus::Good
    } else if *serial == sample::serial(REVOKED) {
        let revoked_at = sample::now() - Duration::days(1);
        CertStatus::Revoked { revoked_at, reason: Reason::KeyCompromise }
    } else {
        CertStatus::Unknown
    }
}

fn times() -> (DateTime<Utc>, DateTime<Utc>) {
    (sample::now(), sample::now() + Duration::hours(12))
}

impl World {
    fn request(&self, octets: &[u8], hash: IdHash, nonce: Option<[u8; 32]>) -> OcspRequest {
        let id = |octet: &u8| CertId::of(self.issuing.certificate(), &sample::serial(*octet), hash).unwrap();
        OcspRequest::new(octets.iter().map(id).collect(), nonce)
    }

    fn prepare(&self, request: &OcspRequest) -> PreparedResponse {
        let issuer = self.issuing.certificate();
        let content = ResponseContent::answer(request, issuer, status, times(), sample::now()).unwrap();
        let responder = Responder::new(self.responder.certificate().clone(), issuer.clone()).unwrap();
        content.prepare(request, &responder).unwrap()
    }

    fn answer(&self, request: &OcspRequest) -> OcspResponse {
        self.prepare(request).lint().unwrap().sign(&self.responder).unwrap()
    }

    fn verify(&self, response: &OcspResponse, request: &OcspRequest) -> Result<Verified, VerifyError> {
        verify_response(response.der(), request, self.issuing.certificate(), sample::now())
    }
}

#[test]
fn a_response_says_good_revoked_or_unknown() {
    let world = world();
    for hash in [IdHash::Sha1, IdHash::Sha256] {
        let request = world.request(&[GOOD, REVOKED, 77], hash, Some([5; 32]));
        let read = OcspRequest::from_der(&request.to_der().unwrap()).unwrap();
        assert_eq!(read, request);
        let response = world.answer(&read);
        let verified = world.verify(&response, &request).unwrap();
        let expected = [GOOD, REVOKED, 77].map(|octet| status(&sample::serial(octet)));
        assert_eq!(verified.answers, expected);
        assert_eq!(verified.next_update, times().1);
        assert_eq!(response.max_age(sample::now()), 12 * 3600);
        assert_eq!(response.max_age(sample::now() + Duration::days(1)), 0);
    }
}

#[test]
fn what_was_recorded_is_what_was_signed() {
    let world = world();
    let prepared = world.prepare(&world.request(&[GOOD], IdHash::Sha1, None));
    let recorded = prepared.tbs_der().to_vec();
    let response = prepared.lint().unwrap().sign(&world.responder).unwrap();
    assert!(response.der().windows(recorded.len()).any(|window| window == recorded));
}

#[test]
fn a_request_by_get_is_the_request_by_post() {
    let world = world();
    // Without a nonce and with one question, as RFC 5019 clients ask.
    let request = world.request(&[GOOD], IdHash::Sha1, None);
    let path = request.to_get_path().unwrap();
    assert!(path.len() <= 255 && !path.contains('/'), "{path}");
    assert_eq!(OcspRequest::from_get_path(&path).unwrap(), request);
    assert_eq!(OcspRequest::from_get_path(&format!("/{path}")).unwrap(), request);
    for wrong in ["", "%", "%4", "%zz", "no base64!", "QUJD"] {
        assert!(OcspRequest::from_get_path(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_request_beyond_the_limits_is_malformed() {
    let world = world();
    let none = world.request(&[], IdHash::Sha1, None).to_der().unwrap();
    assert!(matches!(OcspRequest::from_der(&none), Err(RequestError::Questions(0))));
    let many = world.request(&[GOOD; 9], IdHash::Sha1, None).to_der().unwrap();
    assert!(matches!(OcspRequest::from_der(&many), Err(RequestError::Questions(9))));
    assert!(matches!(OcspRequest::from_der(&[0x30; 5000]), Err(RequestError::TooLong(5000))));
    let whole = world.request(&[GOOD], IdHash::Sha256, Some([7; 32])).to_der().unwrap();
    for length in 0..whole.len() {
        assert!(OcspRequest::from_der(&whole[..length]).is_err());
    }
    for at in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0xff;
        // The decoder may refuse it or read another request; it must not panic.
        let _ = OcspRequest::from_der(&spoilt);
    }
}

#[test]
fn a_nonce_has_1_to_128_octets() {
    let world = world();
    let with = |octets: usize| {
        let mut request = world.request(&[GOOD], IdHash::Sha1, Some([1; 32]));
        request.set_nonce(vec![1; octets]);
        OcspRequest::from_der(&request.to_der().unwrap())
    };
    assert!(matches!(with(0), Err(RequestError::Nonce)));
    assert!(matches!(with(129), Err(RequestError::Nonce)));
    for octets in [1, 32, 128] {
        let request = with(octets).unwrap();
        assert_eq!(request.nonce().map(<[u8]>::len), Some(octets));
        assert!(world.verify(&world.answer(&request), &request).is_ok());
    }
}

#[test]
fn a_question_about_another_authority_is_not_answered() {
    let world = world();
    let root = sample::eid_root();
    let id = CertId::of(root.certificate(), &sample::serial(GOOD), IdHash::Sha1).unwrap();
    let foreign = OcspRequest::new(vec![id.clone()], None);
    let issuer = world.issuing.certificate();
    let answer =
        |request: &OcspRequest| ResponseContent::answer(request, issuer, status, times(), sample::now());
    assert!(matches!(answer(&foreign), Err(OcspError::OtherAuthority)));
    // Beside a certificate of ours, the other authority's is answered as unknown.
    let ours = world.request(&[GOOD], IdHash::Sha1, None).questions()[0].clone();
    let both = OcspRequest::new(vec![id, ours], None);
    assert_eq!(answer(&both).unwrap().answers, [CertStatus::Unknown, CertStatus::Good]);
}

#[test]
fn errors_are_five_octets() {
    assert_eq!(hex::encode(ErrorStatus::MalformedRequest.to_der()), "30030a0101");
    assert_eq!(hex::encode(ErrorStatus::Unauthorized.to_der()), "30030a0106");
    let world = world();
    let request = world.request(&[GOOD], IdHash::Sha1, None);
    let error = ErrorStatus::TryLater.to_der();
    let result = verify_response(&error, &request, world.issuing.certificate(), sample::now());
    assert!(matches!(result, Err(VerifyError::Status(3))));
}

#[test]
fn a_reader_fails_closed() {
    let world = world();
    let request = world.request(&[GOOD], IdHash::Sha1, Some([5; 32]));
    let response = world.answer(&request);
    let issuer = world.issuing.certificate();
    let verify = |der: &[u8], request: &OcspRequest, at| verify_response(der, request, issuer, at);
    let late = sample::now() + Duration::hours(13);
    assert!(matches!(verify(response.der(), &request, late), Err(VerifyError::Stale)));
    let early = sample::now() - Duration::seconds(1);
    assert!(verify(response.der(), &request, early).is_err());
    let other_nonce = world.request(&[GOOD], IdHash::Sha1, Some([6; 32]));
    assert!(matches!(verify(response.der(), &other_nonce, sample::now()), Err(VerifyError::Nonce)));
    let other = world.request(&[REVOKED], IdHash::Sha1, Some([5; 32]));
    assert!(matches!(verify(response.der(), &other, sample::now()), Err(VerifyError::Form)));
    let stranger = sample::eid_root();
    let result = verify_response(response.der(), &request, stranger.certificate(), sample::now());
    assert!(matches!(result, Err(VerifyError::NotAResponder)));
    for at in 0..response.der().len() {
        let mut spoilt = response.der().to_vec();
        spoilt[at] ^= 1;
        if let Ok(verified) = verify(&spoilt, &request, sample::now()) {
            // Only unsigned octets may have changed, and the answer is the same.
            assert_eq!(verified.answers, [CertStatus::Good], "octet {at}");
        }
    }
}

#[test]
fn a_card_certificate_is_no_responder() {
    let world = world();
    let request = world.request(&[GOOD], IdHash::Sha1, None);
    let issuer = world.issuing.certificate();
    let holder = sample::authentication();
    let content = ResponseContent::answer(&request, issuer, status, times(), sample::now()).unwrap();
    let holder = Responder::new(holder, issuer.clone()).unwrap();
    let found = content.prepare(&request, &holder).unwrap().lint().unwrap_err();
    let stranger = sample::eid_root().certificate().clone();
    assert!(matches!(Responder::new(sample::authentication(), stranger), Err(OcspError::Responder(_))));
    assert_eq!(rules(&found), [119, 120]);
}

#[test]
fn the_responder_for_whom_it_was_prepared_signs_and_no_other() {
    let world = world();
    let linted = world.prepare(&world.request(&[GOOD], IdHash::Sha1, None)).lint().unwrap();
    assert!(matches!(linted.sign(&world.issuing), Err(OcspError::OtherResponder)));
}

fn rules(findings: &[Finding]) -> Vec<u16> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn requests_of_openssl_are_read() {
    // openssl ocsp -issuer … -cert … -reqout …: SHA-1 with a nonce of 16 octets; and with -sha256 -no_nonce.
    let sha1 = "307a30783051304f304d300906052b0e03021a0500041466618c9572abcc54420da05c48fb0b519a7281b304143a2f43ba2fc4a0\
                9bc008f0ad9384b930680e127e0214639d8df735d4b421fbf5048871fe500caac24439a2233021301f06092b06010505073001020412\
                041090c627085706360f28b5559ae257411f";
    let sha256 = "3071306f306d306b3069300d060960864801650304020105000420ee8eee9615d09c5b97982aa9b4de0d9644d3b933487fba6a\
                  a7a6e91250c8d9a404204098bffd579973b836c19f2a2dbab4309a034f35eb5dc7ae107f3760d4165f770214639d8df735d4b421fb\
                  f5048871fe500caac24439";
    let read = |text: &str| OcspRequest::from_der(&hex::decode(text).unwrap()).unwrap();
    let (sha1, sha256) = (read(sha1), read(sha256));
    assert_eq!(sha1.nonce().map(hex::encode).as_deref(), Some("90c627085706360f28b5559ae257411f"));
    assert_eq!(sha256.nonce(), None);
    for (request, hash) in [(sha1, IdHash::Sha1), (sha256, IdHash::Sha256)] {
        let [question] = request.questions() else { unreachable!("one question") };
        assert_eq!(question.hash(), Some(hash));
        assert_eq!(question.serial().to_string(), "639d8df735d4b421fbf5048871fe500caac24439");
    }
}
