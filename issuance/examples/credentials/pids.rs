//! SD-JWT VC: complete credentials, presentations, a revoked credential, and one of an unknown issuer.

use std::sync::Arc;

use chrono::Duration;
use issuance::authority::CertificationAuthority;
use issuance::credential::CredentialContent;
use issuance::credential::sd_jwt::{BindingDemand, IssuedSdJwt, present};
use issuance::public_key::{CurveForm, PublicKey};
use issuance::signer::{Algorithm, SoftwareSigner};

use super::Outcome;
use super::workshop::{ALGORITHMS, GOOD, REVOKED, SUSPENDED, Workshop};

/// The audience and nonce that the verifier of the presentations asks for.
pub const AUDIENCE: &str = "https://bank.example.mn";
pub const NONCE: &str = "n-0S6_WzA2Mj";

impl Workshop {
    pub fn pids(&mut self) -> Outcome<()> {
        let wallet = Arc::new(self.signer(Algorithm::EcdsaP256Sha256)?);
        self.write("wallet.pk8", wallet.to_pkcs8_der()?)?;
        self.write("wallet.spki", wallet.public_key().to_spki_der(CurveForm::Named)?)?;
        let demand = BindingDemand {
            audience: AUDIENCE.to_owned(),
            nonce: NONCE.to_owned(),
            max_age: Duration::minutes(5),
        };
        let shown = ["birthdate", "nationalities", "place_of_birth"];
        for (at, (jose, _)) in ALGORITHMS.into_iter().enumerate() {
            let signer = self.signers[at].clone();
            let pid = self.pid(&self.content(GOOD), &wallet.public_key(), &signer)?;
            self.write(&format!("pid_{jose}.txt"), pid.as_str())?;
            let proof = Some((&demand, wallet.as_ref() as &dyn issuance::Signer, self.now));
            self.write(&format!("shown_{jose}.txt"), present(&pid, &shown, proof)?)?;
            if jose == "ES256" {
                self.spoilt(&pid, &demand)?;
            }
        }
        for (name, index) in [("revoked", REVOKED), ("suspended", SUSPENDED)] {
            let signer = self.signers[0].clone();
            let pid = self.pid(&self.content(index), &wallet.public_key(), &signer)?;
            self.write(&format!("pid_{name}.txt"), pid.as_str())?;
        }
        Ok(())
    }

    /// What must fail: a proof by another key, and a proof that answers another nonce.
    fn spoilt(&mut self, pid: &IssuedSdJwt, demand: &BindingDemand) -> Outcome<()> {
        let stranger = self.signer(Algorithm::EcdsaP256Sha256)?;
        let proof =
            |demand, signer: &SoftwareSigner| present(pid, &["birthdate"], Some((demand, signer, self.now)));
        self.write("shown_stranger.txt", proof(demand, &stranger)?)
    }

    fn pid(
        &mut self,
        content: &CredentialContent,
        holder: &PublicKey,
        signer: &CertificationAuthority,
    ) -> Outcome<IssuedSdJwt> {
        let path = self.path(signer)?;
        let prepared = content.prepare_sd_jwt(holder, &path, &mut self.rng)?;
        let linted = prepared.lint().map_err(|findings| format!("{findings:?}"))?;
        Ok(linted.sign(signer)?)
    }
}
