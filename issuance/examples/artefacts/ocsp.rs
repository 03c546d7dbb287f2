//! OCSP requests and responses.

use chrono::Duration;
use issuance::authority::CertificationAuthority;
use issuance::certificate::Certificate;
use issuance::profile::{AuthorityName, Environment, OcspResponder, Profile};
use issuance::revocation::Reason;
use issuance::revocation::ocsp::{
    CertId, CertStatus, ErrorStatus, IdHash, OcspRequest, Responder, ResponseContent, verify_response,
};
use issuance::serial::Serial;
use issuance::signer::Algorithm;
use issuance::validity::Validity;
use rand_chacha::rand_core::Rng as _;

use super::{Outcome, Workshop, found};

impl Workshop {
    /// Answers about a good certificate, a revoked one, and one that the authority never issued; by SHA-1 and
    /// SHA-256, with and without a nonce; a stale answer, and an error.
    pub(super) fn ocsp(
        &mut self,
        issuing: &CertificationAuthority,
        good: &Certificate,
        revoked: &Certificate,
    ) -> Outcome<()> {
        let responder = self.responder(issuing)?;
        self.write_pem("responder.pem", responder.certificate())?;
        let unknown = self.serial();
        let mut nonce = [0; 32];
        self.rng.fill_bytes(&mut nonce);
        for (name, serial, hash, nonce) in [
            ("good", good.serial(), IdHash::Sha1, None),
            ("good_sha256", good.serial(), IdHash::Sha256, Some(nonce)),
            ("revoked", revoked.serial(), IdHash::Sha1, Some(nonce)),
            ("unknown", unknown, IdHash::Sha1, None),
        ] {
            let id = CertId::of(issuing.certificate(), &serial, hash)?;
            let request = OcspRequest::new(vec![id], nonce);
            self.write(&format!("ocsp_{name}_request.der"), request.to_der()?)?;
            let answer = self.answer(&request, issuing, &responder, (good, revoked), Duration::zero())?;
            verify_response(&answer, &request, issuing.certificate(), self.now)?;
            self.write(&format!("ocsp_{name}.der"), answer)?;
            if name == "good" {
                let stale = self.answer(&request, issuing, &responder, (good, revoked), Duration::days(3))?;
                self.write("ocsp_stale.der", stale)?;
            }
        }
        self.write("ocsp_error.der", ErrorStatus::Unauthorized.to_der())
    }

    fn answer(
        &self,
        request: &OcspRequest,
        issuing: &CertificationAuthority,
        responder: &CertificationAuthority,
        (good, revoked): (&Certificate, &Certificate),
        age: Duration,
    ) -> Outcome<Vec<u8>> {
        let made = self.now - age;
        let status = |serial: &Serial| {
            if *serial == good.serial() {
                CertStatus::Good
            } else if *serial == revoked.serial() {
                CertStatus::Revoked { revoked_at: made, reason: Reason::KeyCompromise }
            } else {
                CertStatus::Unknown
            }
        };
        let times = (made, made + Duration::hours(12));
        let content = ResponseContent::answer(request, issuing.certificate(), status, times, made)?;
        let prepared = content.prepare(
            request,
            &Responder::new(responder.certificate().clone(), issuing.certificate().clone())?,
        )?;
        let linted = prepared.lint().map_err(found)?;
        Ok(linted.sign(responder)?.der().to_vec())
    }

    /// A responder whose certificate began ten days ago, so that a stale answer of it can be made.
    fn responder(&mut self, issuing: &CertificationAuthority) -> Outcome<CertificationAuthority> {
        let key = self.signer(Algorithm::EcdsaP256Sha256)?;
        let profile = Profile::OcspResponder(OcspResponder {
            name: AuthorityName::new(
                Environment::Test,
                "Burtgel demonstration",
                Some("NTRMN-9000000"),
                "OCSP responder 1",
            ),
            key: key.public_key(),
            issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        });
        let from = self.now - Duration::days(10);
        let validity = Validity::new(from, from + Duration::days(30))?;
        self.authority_for(profile, Some(issuing), key, validity)
    }
}
