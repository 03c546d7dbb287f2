//! What the tests of credentials and status lists begin with.

use chrono::Duration;

use super::*;
use crate::credential::sd_jwt::IssuedSdJwt;
use crate::credential::{CredentialContent, CredentialTrust, SignerPath, StatusReference};
use crate::status_list::{
    Bits, Form, IssuedStatusList, Status, StatusListContent, Statuses, VerifiedStatusList,
};

pub(crate) const LIST: &str = "https://status.example.mn/1";
pub(crate) const INDEX: u64 = 412;

/// A root, an authority, and the signers of credentials and lists.
pub(crate) struct World {
    pub(crate) issuing: CertificationAuthority,
    pub(crate) signer: CertificationAuthority,
    pub(crate) list_signer: CertificationAuthority,
    pub(crate) trust: CredentialTrust,
}

impl World {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let (root, issuing) = (eid_root(), eid_issuing());
        let signer = credential_signer_of(algorithm, &issuing);
        let list_signer = status_list_signer_of(algorithm, &issuing);
        let crls = vec![crl(CrlKind::Eid, &root, vec![]), crl(CrlKind::Eid, &issuing, vec![])];
        let trust = CredentialTrust { root: root.certificate().clone(), crls };
        Self { issuing, signer, list_signer, trust }
    }

    pub(crate) fn path(&self) -> SignerPath {
        SignerPath::new(vec![self.signer.certificate().clone(), self.issuing.certificate().clone()]).unwrap()
    }

    pub(crate) fn list_path(&self) -> SignerPath {
        let path = vec![self.list_signer.certificate().clone(), self.issuing.certificate().clone()];
        SignerPath::new(path).unwrap()
    }

    pub(crate) fn sd_jwt(&self) -> IssuedSdJwt {
        let holder = key(Algorithm::EcdsaP256Sha256, 50);
        let prepared = content().prepare_sd_jwt(&holder, &self.path(), &mut rng(60)).unwrap();
        prepared.lint().unwrap().sign(&self.signer).unwrap()
    }

    pub(crate) fn token(&self, form: Form, content: &StatusListContent) -> IssuedStatusList {
        content.prepare(form, &self.list_path()).unwrap().lint().unwrap().sign(&self.list_signer).unwrap()
    }

    /// The list of [`list_content`] as a reader has it.
    pub(crate) fn list(&self, status: Status) -> VerifiedStatusList {
        let token = self.token(Form::Cwt, &list_content(status));
        crate::status_list::verify_cwt(token.octets(), LIST, &self.trust, now()).unwrap()
    }
}

pub(crate) fn content() -> CredentialContent {
    CredentialContent {
        holder: holder(),
        issuer: CREDENTIAL_ISSUER.to_owned(),
        issuing_authority: "Burtgel demonstration".to_owned(),
        issued_at: now(),
        expires_at: now() + Duration::days(90),
        status: StatusReference { uri: LIST.to_owned(), index: INDEX },
    }
}

/// A list in which one credential has this status, and its neighbour is revoked.
pub(crate) fn list_content(status: Status) -> StatusListContent {
    let mut statuses = Statuses::new(Bits::Two, 1 << 16).unwrap();
    statuses.set(INDEX, status).unwrap();
    statuses.set(INDEX + 1, Status::Invalid).unwrap();
    StatusListContent {
        uri: LIST.to_owned(),
        statuses,
        issued_at: now(),
        expires_at: now() + Duration::hours(24),
        time_to_live: Duration::minutes(10),
    }
}
