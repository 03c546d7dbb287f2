//! The content of each kind of certificate: one file for each kind, with one struct that has exactly the
//! inputs of the kind.

use x509_cert::ext::Extension;
use x509_cert::name::Name;

use crate::public_key::{CurveForm, PublicKey};

mod authentication;
mod credential_signer;
mod csca;
mod csca_link;
mod document_signer;
mod issuing;
mod master_list_signer;
mod ocsp_responder;
mod root;
mod signature;
mod status_list_signer;
mod tls_client;
mod tls_server;

pub use crate::extension::DisclosureStatement;
pub use crate::name::{AuthorityName, Environment};
pub use authentication::{Authentication, HolderSubject, SubjectError, SubjectSerial};
pub use credential_signer::CredentialSigner;
pub use csca::Csca;
pub use csca_link::CscaLink;
pub use document_signer::DocumentSigner;
pub use issuing::{HOLDER_POLICIES, Issuing};
pub use master_list_signer::MasterListSigner;
pub use ocsp_responder::OcspResponder;
pub use root::Root;
pub use signature::Signature;
pub use status_list_signer::StatusListSigner;
pub use tls_client::{ClientIdentity, ClientRole, TlsClient};
pub use tls_server::TlsServer;

/// A kind of certificate with its inputs.
#[derive(Clone, Debug)]
pub enum Profile {
    /// Root of the eID branch or of the service branch.
    Root(Root),
    /// An authority under a root, which signs end entities.
    Issuing(Issuing),
    /// Country signing authority (Doc 9303-12).
    Csca(Csca),
    /// The next key of a country signing authority, certified by the one before it.
    CscaLink(Box<CscaLink>),
    /// Signs the SOD of documents (Doc 9303-12).
    DocumentSigner(DocumentSigner),
    /// Signs lists of CSCA certificates (Doc 9303-12 §9).
    MasterListSigner(MasterListSigner),
    /// The card's authentication key.
    Authentication(Authentication),
    /// The card's signature key.
    Signature(Signature),
    /// Signs OCSP answers for the authority that certified it.
    OcspResponder(OcspResponder),
    /// Signs digital credentials.
    CredentialSigner(CredentialSigner),
    /// Signs the lists that show which credentials are still valid.
    StatusListSigner(StatusListSigner),
    /// A listener of the service: a TLS server.
    TlsServer(TlsServer),
    /// An agency, hospital, office, station or officer that calls the service.
    TlsClient(TlsClient),
}

/// The kind alone, by which the lint rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// [`Root`].
    Root,
    /// [`Issuing`].
    Issuing,
    /// [`Csca`].
    Csca,
    /// [`CscaLink`].
    CscaLink,
    /// [`DocumentSigner`].
    DocumentSigner,
    /// [`MasterListSigner`].
    MasterListSigner,
    /// [`Authentication`].
    Authentication,
    /// [`Signature`].
    Signature,
    /// [`OcspResponder`].
    OcspResponder,
    /// [`CredentialSigner`].
    CredentialSigner,
    /// [`StatusListSigner`].
    StatusListSigner,
    /// [`TlsServer`].
    TlsServer,
    /// [`TlsClient`].
    TlsClient,
}

impl Purpose {
    /// Whether its key may sign certificates.
    pub fn is_authority(self) -> bool {
        match self {
            Self::Root | Self::Issuing | Self::Csca | Self::CscaLink => true,
            Self::DocumentSigner
            | Self::Authentication
            | Self::Signature
            | Self::MasterListSigner
            | Self::OcspResponder
            | Self::CredentialSigner
            | Self::StatusListSigner
            | Self::TlsServer
            | Self::TlsClient => false,
        }
    }

    /// Whether Doc 9303-12 applies to it.
    pub fn is_icao(self) -> bool {
        match self {
            Self::Csca | Self::CscaLink | Self::DocumentSigner | Self::MasterListSigner => true,
            Self::Root
            | Self::Issuing
            | Self::Authentication
            | Self::Signature
            | Self::OcspResponder
            | Self::CredentialSigner
            | Self::StatusListSigner
            | Self::TlsServer
            | Self::TlsClient => false,
        }
    }

    /// Whether its subject is the holder of a card.
    pub fn is_of_a_holder(self) -> bool {
        match self {
            Self::Authentication | Self::Signature => true,
            Self::Root
            | Self::Issuing
            | Self::Csca
            | Self::CscaLink
            | Self::DocumentSigner
            | Self::MasterListSigner
            | Self::OcspResponder
            | Self::CredentialSigner
            | Self::StatusListSigner
            | Self::TlsServer
            | Self::TlsClient => false,
        }
    }

    /// Whether its own key signs it.
    pub fn is_self_signed(self) -> bool {
        match self {
            Self::Root | Self::Csca => true,
            Self::Issuing
            | Self::CscaLink
            | Self::DocumentSigner
            | Self::Authentication
            | Self::Signature
            | Self::MasterListSigner
            | Self::OcspResponder
            | Self::CredentialSigner
            | Self::StatusListSigner
            | Self::TlsServer
            | Self::TlsClient => false,
        }
    }
}

/// The part of a certificate that comes from the profile. Issuer, serial and key identifiers are made the
/// same way for all kinds.
pub(crate) struct Draft {
    pub(crate) subject: Name,
    pub(crate) extensions: Vec<Extension>,
}

impl Profile {
    /// The kind of certificate.
    pub fn purpose(&self) -> Purpose {
        match self {
            Self::Root(_) => Purpose::Root,
            Self::Issuing(_) => Purpose::Issuing,
            Self::Csca(_) => Purpose::Csca,
            Self::CscaLink(_) => Purpose::CscaLink,
            Self::DocumentSigner(_) => Purpose::DocumentSigner,
            Self::Authentication(_) => Purpose::Authentication,
            Self::Signature(_) => Purpose::Signature,
            Self::MasterListSigner(_) => Purpose::MasterListSigner,
            Self::OcspResponder(_) => Purpose::OcspResponder,
            Self::CredentialSigner(_) => Purpose::CredentialSigner,
            Self::StatusListSigner(_) => Purpose::StatusListSigner,
            Self::TlsServer(_) => Purpose::TlsServer,
            Self::TlsClient(_) => Purpose::TlsClient,
        }
    }

    /// The key that will be certified.
    pub fn key(&self) -> &PublicKey {
        match self {
            Self::Root(profile) => &profile.key,
            Self::Issuing(profile) => &profile.key,
            Self::Csca(profile) => &profile.key,
            Self::CscaLink(profile) => &profile.next.key,
            Self::DocumentSigner(profile) => &profile.key,
            Self::Authentication(profile) => &profile.key,
            Self::Signature(profile) => &profile.key,
            Self::MasterListSigner(profile) => &profile.key,
            Self::OcspResponder(profile) => &profile.key,
            Self::CredentialSigner(profile) => &profile.key,
            Self::StatusListSigner(profile) => &profile.key,
            Self::TlsServer(profile) => &profile.key,
            Self::TlsClient(profile) => &profile.key,
        }
    }

    /// The last instant to which this certificate may be valid, if the profile has one (a card's expiry).
    pub fn limit(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        match self {
            Self::Authentication(profile) => Some(profile.subject.card_expires_at),
            Self::Signature(profile) => Some(profile.subject.card_expires_at),
            Self::Root(_)
            | Self::Issuing(_)
            | Self::Csca(_)
            | Self::CscaLink(_)
            | Self::DocumentSigner(_)
            | Self::MasterListSigner(_)
            | Self::OcspResponder(_)
            | Self::CredentialSigner(_)
            | Self::StatusListSigner(_)
            | Self::TlsServer(_)
            | Self::TlsClient(_) => None,
        }
    }

    pub(crate) fn curve_form(&self) -> CurveForm {
        if self.purpose().is_icao() { CurveForm::Explicit } else { CurveForm::Named }
    }

    pub(crate) fn draft(&self) -> der::Result<Draft> {
        match self {
            Self::Root(profile) => profile.draft(),
            Self::Issuing(profile) => profile.draft(),
            Self::Csca(profile) => profile.draft(),
            Self::CscaLink(profile) => profile.draft(),
            Self::DocumentSigner(profile) => profile.draft(),
            Self::Authentication(profile) => profile.draft(),
            Self::Signature(profile) => profile.draft(),
            Self::MasterListSigner(profile) => profile.draft(),
            Self::OcspResponder(profile) => profile.draft(),
            Self::CredentialSigner(profile) => profile.draft(),
            Self::StatusListSigner(profile) => profile.draft(),
            Self::TlsServer(profile) => profile.draft(),
            Self::TlsClient(profile) => profile.draft(),
        }
    }
}
