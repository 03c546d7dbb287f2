//! TLS 1.3 for partners. A client certificate is optional at the handshake and demanded by the route's
//! policy, so that its absence is a numbered 401. Certificates and lists are read anew while the service
//! runs. Only a newer list replaces a list (RFC 5280 §5.2.3): otherwise an old copy, put into the folder,
//! would give revoked partners their access back.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use issuance::chain::require_path;
use issuance::revocation::crl::Crl;
use issuance::{Certificate, Serial};
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

use crate::config::Mode;
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
    /// The list that was put in place is older than the one in use.
    #[error(
        "{path} is list number {number}, but number {in_use} is in use: it was put back from a copy. Put the newest one in place, \
         or revoke anew what it lacks (`registry authorities revoke`)"
    )]
    OldList {
        /// The file.
        path: PathBuf,
        /// Its number.
        number: u64,
        /// The number in use.
        in_use: u64,
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
    mode: Mode,
    current: Arc<ArcSwap<Material>>,
    /// Whether the log was told that the list has run out, so that it is told once and not every few seconds.
    said_stale: Arc<AtomicBool>,
}

struct Material {
    certified: Arc<CertifiedKey>,
    verifier: Arc<dyn ClientCertVerifier>,
    root: Certificate,
    server: Certificate,
    list: Crl,
    revoked: BTreeSet<Serial>,
}

/// Which client certificates are revoked as of the newest list. A connection that is kept open outlives the
/// handshake in which its certificate was verified, so each request looks here.
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
    /// [`TlsError`] naming the file, also of a certificate that is not valid now, revoked, or a TEST one in
    /// production.
    pub fn open(
        keys: &Path,
        unlock_file: &Path,
        mode: Mode,
        now: DateTime<Utc>,
    ) -> Result<PartnerTls, TlsError> {
        let material = load(keys, unlock_file)?;
        material.require_usable(keys, mode, now)?;
        let tls = PartnerTls {
            keys: keys.to_owned(),
            unlock_file: unlock_file.to_owned(),
            mode,
            current: Arc::new(ArcSwap::from_pointee(material)),
            said_stale: Arc::default(),
        };
        tls.warn_if_stale(now);
        Ok(tls)
    }

    /// Reads everything anew; on an error the old material stays in use.
    ///
    /// # Errors
    /// [`TlsError`] naming the file; also [`TlsError::OldList`].
    pub fn reload(&self, now: DateTime<Utc>) -> Result<(), TlsError> {
        let fresh = load(&self.keys, &self.unlock_file)?;
        let current = self.current.load();
        // A certificate whose time is over while it is in use must not keep the list from being read anew.
        if fresh.server != current.server || fresh.root != current.root {
            fresh.require_usable(&self.keys, self.mode, now)?;
        }
        let [number, in_use] = [&fresh.list, &current.list].map(|list| list.number().unwrap_or(0));
        // A new root begins its lists anew.
        if fresh.root == current.root && number < in_use {
            return Err(TlsError::OldList { path: list_file(&self.keys), number, in_use });
        }
        self.current.store(Arc::new(fresh));
        self.warn_if_stale(now);
        Ok(())
    }

    /// Warns if the list has run out. It stays in use, because it still names revoked partners; partners
    /// revoked since are not on it.
    fn warn_if_stale(&self, now: DateTime<Utc>) {
        let material = self.current.load();
        let is_stale = !material.list.is_fresh(now);
        if !self.said_stale.swap(is_stale, Ordering::Relaxed) && is_stale {
            let until = material.list.next_update();
            tracing::warn!(%until, "the list of revoked partners is over; run `registry authorities renew`");
        }
    }

    /// The list that requests on open connections are held against.
    pub fn revoked(&self) -> RevokedPartners {
        RevokedPartners(self.current.clone())
    }

    /// rustls' configuration: TLS 1.3 only, and no resumption, in which a certificate would not be verified
    /// anew.
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
        // HTTP/2 is not offered: a client that gives it an empty window holds a connection without taking or
        // sending an octet.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn load(keys: &Path, unlock_file: &Path) -> Result<Material, TlsError> {
    let folder = keys.join("certificates");
    let unlock = read_unlock(unlock_file)?;
    let key = read_key(keys, Purpose::TlsServer, &unlock)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec()));
    let (server, server_der) = certificate(&folder.join("tls-server.pem"))?;
    let certified = Arc::new(CertifiedKey::from_der(vec![server_der], key, &provider())?);
    let (root, root_der) = certificate(&folder.join("service-root.pem"))?;
    let list = genuine_list(keys, &root)?;
    let revoked = list.revocations().into_iter().map(|revocation| revocation.serial).collect();
    let mut roots = RootCertStore::empty();
    roots.add(root_der)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
        .with_crls([CertificateRevocationListDer::from(list.der().to_vec())])
        .allow_unauthenticated()
        .build()
        .map_err(|e| TlsError::Verifier(e.to_string()))?;
    Ok(Material { certified, verifier, root, server, list, revoked })
}

impl Material {
    /// The server's certificate leads to the service root and is not on its list, both are valid now, and
    /// neither is of a test in production.
    fn require_usable(&self, keys: &Path, mode: Mode, now: DateTime<Utc>) -> Result<(), TlsError> {
        let file = |name: &str| keys.join("certificates").join(name);
        let refuse = |name: &str, reason: String| Err(TlsError::File { path: file(name), reason });
        if let Err(error) = require_path(&self.server, &[], &self.root, now) {
            return refuse("tls-server.pem", error.to_string());
        }
        if self.revoked.contains(&self.server.serial()) {
            return refuse(
                "tls-server.pem",
                "it is on the list of its own root: take its successor".to_owned(),
            );
        }
        if mode == Mode::Production && self.root.is_test() {
            return refuse("service-root.pem", "it is a TEST root, and the mode is production".to_owned());
        }
        Ok(())
    }
}

/// The list of revoked partners, signed by the service root.
fn genuine_list(keys: &Path, root: &Certificate) -> Result<Crl, TlsError> {
    let path = list_file(keys);
    let refuse = |reason: String| TlsError::File { path: path.clone(), reason };
    let list = Crl::from_der(&fs::read(&path).map_err(|e| refuse(e.to_string()))?)
        .map_err(|e| refuse(e.to_string()))?;
    list.verify(root).map_err(|e| refuse(format!("it is no list of the service root: {e}")))?;
    Ok(list)
}

fn list_file(keys: &Path) -> PathBuf {
    keys.join("certificates/service-root.crl")
}

/// A certificate for us, and the same for rustls.
fn certificate(path: &Path) -> Result<(Certificate, CertificateDer<'static>), TlsError> {
    let refuse = |reason: String| TlsError::File { path: path.to_owned(), reason };
    let der = CertificateDer::from_pem_file(path).map_err(|e| refuse(e.to_string()))?;
    Ok((Certificate::from_der(&der).map_err(|e| refuse(e.to_string()))?, der))
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
