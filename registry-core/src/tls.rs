//! TLS 1.3 for partners. A client certificate is optional at the handshake and demanded by the route's policy, so that its absence is a
//! numbered 401. Certificates and lists are read anew while the service runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use issuance::Serial;
use issuance::revocation::crl::Crl;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme};

use crate::vault::VaultError;
use crate::vault::key_file::{Purpose, read_key, read_unlock};

/// Why TLS cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The server's key does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A file is missing, or is no certificate or list.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// rustls refuses the material.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The client verifier cannot be built.
    #[error("TLS client verification: {0}")]
    Verifier(String),
}

/// The material of the partners' listener, exchangeable while it runs.
#[derive(Clone)]
pub struct PartnerTls {
    keys: PathBuf,
    unlock_file: PathBuf,
    current: Arc<ArcSwap<Material>>,
}

struct Material {
    certified: Arc<CertifiedKey>,
    verifier: Arc<dyn ClientCertVerifier>,
    revoked: BTreeSet<Serial>,
}

/// Which client certificates are revoked as of the newest list. A connection that is kept open outlives the handshake in
/// which its certificate was verified, so each request looks here.
#[derive(Debug, Clone)]
pub struct RevokedPartners(Arc<ArcSwap<Material>>);

impl RevokedPartners {
    /// Whether the newest list names this certificate.
    pub fn contains(&self, serial: &Serial) -> bool {
        self.0.load().revoked.contains(serial)
    }
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Material(redacted)")
    }
}

impl PartnerTls {
    /// Reads the server's key and certificate, the client root and its list.
    ///
    /// # Errors
    /// [`TlsError`] naming the file.
    pub fn open(keys: &Path, unlock_file: &Path) -> Result<PartnerTls, TlsError> {
        let material = load(keys, unlock_file)?;
        Ok(PartnerTls {
            keys: keys.to_owned(),
            unlock_file: unlock_file.to_owned(),
            current: Arc::new(ArcSwap::from_pointee(material)),
        })
    }

    /// Reads everything anew; on an error the old material stays in use.
    ///
    /// # Errors
    /// [`TlsError`] naming the file.
    pub fn reload(&self) -> Result<(), TlsError> {
        self.current.store(Arc::new(load(&self.keys, &self.unlock_file)?));
        Ok(())
    }

    /// The list that requests on open connections are held against.
    pub fn revoked(&self) -> RevokedPartners {
        RevokedPartners(self.current.clone())
    }

    /// rustls' configuration: TLS 1.3 only, and no resumption, in which a certificate would not be verified anew.
    ///
    /// # Errors
    /// [`TlsError::Tls`].
    pub fn server_config(&self) -> Result<ServerConfig, TlsError> {
        let reloading = Arc::new(Reloading(self.current.clone()));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(reloading.clone())
            .with_cert_resolver(reloading);
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn load(keys: &Path, unlock_file: &Path) -> Result<Material, TlsError> {
    let folder = keys.join("certificates");
    let unlock = read_unlock(unlock_file)?;
    let key = read_key(keys, Purpose::TlsServer, &unlock)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec()));
    let chain = vec![pem(&folder.join("tls-server.pem"))?];
    let certified = Arc::new(CertifiedKey::from_der(chain, key, &provider())?);
    let mut roots = RootCertStore::empty();
    roots.add(pem(&folder.join("service-root.pem"))?)?;
    let list = folder.join("service-root.crl");
    let read = |reason: String| TlsError::File { path: list.clone(), reason };
    let der = fs::read(&list).map_err(|e| read(e.to_string()))?;
    let revocations = Crl::from_der(&der).map_err(|e| read(e.to_string()))?.revocations();
    let revoked = revocations.into_iter().map(|revocation| revocation.serial).collect();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
        .with_crls([CertificateRevocationListDer::from(der)])
        .allow_unauthenticated()
        .build()
        .map_err(|e| TlsError::Verifier(e.to_string()))?;
    Ok(Material { certified, verifier, revoked })
}

fn pem(path: &Path) -> Result<CertificateDer<'static>, TlsError> {
    CertificateDer::from_pem_file(path)
        .map_err(|e| TlsError::File { path: path.to_owned(), reason: e.to_string() })
}

/// Hands every handshake the material of the moment.
#[derive(Debug)]
struct Reloading(Arc<ArcSwap<Material>>);

impl ResolvesServerCert for Reloading {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().certified.clone())
    }
}

impl ClientCertVerifier for Reloading {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        // The hints of a root that may be exchanged cannot be borrowed; clients choose by themselves.
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.0.load().verifier.verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.load().verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.load().verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.load().verifier.supported_verify_schemes()
    }
}
