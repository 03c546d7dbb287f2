//! What the tests of credentials and status lists start from.

use chrono::Duration;

use super::*;
use crate::credential::qr::PreparedQr;
use crate::credential::sd_jwt::{IssuedSdJwt, PreparedSdJwt};
use crate::credential::{CredentialContent, CredentialTrust, SignerPath, StatusReference, raw_signature};
use crate::status_list::{
    Bits, Form, IssuedStatusList, PreparedStatusList, Status, StatusListContent, Statuses, VerifiedStatusList,
};

pub(crate) const LIST: &str = "https://status.example.mn/1";
pub(crate) const INDEX: u64 = 412;

/// A root, an authority, and the signers of credentials and of lists.
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

    /// A credential that was changed before it was signed, which lint would refuse.
    pub(crate) fn sd_jwt_by_hand(&self, change: impl FnOnce(&mut PreparedSdJwt)) -> String {
        let holder = key(Algorithm::EcdsaP256Sha256, 50);
        let mut prepared = content().prepare_sd_jwt(&holder, &self.path(), &mut rng(60)).unwrap();
        change(&mut prepared);
        let prepared = prepared.laid_out_anew();
        prepared.assemble(&raw_signature::sign(self.signer.signer(), prepared.signing_input()).unwrap())
    }

    /// The characters of a QR code that was changed before it was signed.
    pub(crate) fn code_by_hand(&self, change: impl FnOnce(&mut PreparedQr)) -> String {
        let mut prepared = content().prepare_qr(None, self.signer.certificate()).unwrap();
        change(&mut prepared);
        let prepared = prepared.laid_out_anew();
        prepared.text(&raw_signature::sign(self.signer.signer(), prepared.to_be_signed()).unwrap())
    }

    /// A token that was changed before this signer signed it.
    pub(crate) fn token_by_hand(
        &self,
        form: Form,
        signer: &CertificationAuthority,
        change: impl FnOnce(&mut PreparedStatusList),
    ) -> Vec<u8> {
        let mut prepared = list_content(Status::Valid).prepare(form, &self.list_path()).unwrap();
        change(&mut prepared);
        let prepared = PreparedStatusList::new(form, prepared.fields).unwrap();
        let signature = raw_signature::sign(signer.signer(), prepared.to_be_signed()).unwrap();
        prepared.laid.token(&signature).unwrap()
    }

    /// The list of [`list_content`], as a reader gets it.
    pub(crate) fn list(&self, status: Status) -> VerifiedStatusList {
        let token = self.token(Form::Cwt, &list_content(status));
        crate::status_list::verify_cwt(token.octets(), LIST, &self.trust, now()).unwrap()
    }
}

/// A root with the same name as [`eid_root`] and another key.
pub(crate) fn another_root() -> CertificationAuthority {
    authority(prepare_root(12), None, signer(Algorithm::EcdsaP384Sha384, 12))
}

/// The list of [`list_content`] with the same address and content, but under another key of an authority with
/// this name; as read by a reader who trusts this root.
pub(crate) fn list_under(root: &CertificationAuthority, authority_name: &str) -> VerifiedStatusList {
    let Profile::Issuing(mut profile) = issuing_profile() else { unreachable!("an authority's profile") };
    profile.name = name(authority_name);
    profile.key = key(Algorithm::EcdsaP384Sha384, 17);
    let by_root = Issuer::Authority(root.certificate());
    let prepared = prepare(&Profile::Issuing(profile), &serial(12), &years(12), by_root).unwrap();
    let issuing = authority(prepared, Some(root), signer(Algorithm::EcdsaP384Sha384, 17));
    let list_signer = status_list_signer_of(Algorithm::EcdsaP256Sha256, &issuing);
    let path = vec![list_signer.certificate().clone(), issuing.certificate().clone()];
    let prepared = list_content(Status::Valid).prepare(Form::Cwt, &SignerPath::new(path).unwrap()).unwrap();
    let token = prepared.lint().unwrap().sign(&list_signer).unwrap();
    let crls = [root, &issuing].map(|one| crl(CrlKind::Eid, one, vec![])).to_vec();
    let trust = CredentialTrust { root: root.certificate().clone(), crls };
    crate::status_list::verify_cwt(token.octets(), LIST, &trust, now()).unwrap()
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
