//! Signers of the service that work all day. Each has a key of its own, drawn at start and kept only in
//! memory, which the online authority certifies for its one purpose (decisions 16 and 17). So there is no key
//! to steal from a disk, to store or to renew by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use issuance::credential::SignerPath;
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{AuthorityName, CredentialSigner, OcspResponder, Profile, StatusListSigner};
use issuance::revocation::ocsp::Responder;
use issuance::{Algorithm, Certificate, CertificationAuthority, PublicKey, Serial, SoftwareSigner, Validity};
use registry_domain::law::LawConfig;

use crate::authorities::Authorities;
use crate::authorities::issuing::{Addresses, IssuingAuthority};
use crate::config::{Config, LONGEST_CREDENTIAL_DAYS};
use crate::deps::Deps;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::steps::Step;
use crate::store::Db;
use crate::store::service_intents::{self, ServiceIntent};

/// How long after a failed renewal the next one is tried.
const TRIED_AGAIN_SECONDS: i64 = 60;

/// What such a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlinePurpose {
    /// Answers about certificates (RFC 6960 §4.2.2.2).
    OcspResponder,
    /// Signs digital credentials.
    CredentialSigner,
    /// Signs status lists.
    StatusListSigner,
}

impl OnlinePurpose {
    /// The word in `service_intent.purpose`.
    pub fn as_str(self) -> &'static str {
        match self {
            OnlinePurpose::OcspResponder => "ocsp_responder",
            OnlinePurpose::CredentialSigner => "credential_signer",
            OnlinePurpose::StatusListSigner => "status_list_signer",
        }
    }

    fn title(self) -> &'static str {
        match self {
            OnlinePurpose::OcspResponder => "OCSP Responder",
            OnlinePurpose::CredentialSigner => "Credential Signer",
            OnlinePurpose::StatusListSigner => "Status List Signer",
        }
    }

    /// For how long one key signs.
    fn signs(self) -> Duration {
        match self {
            OnlinePurpose::OcspResponder | OnlinePurpose::StatusListSigner => Duration::days(4),
            OnlinePurpose::CredentialSigner => Duration::days(7),
        }
    }

    /// For how long after its last signature people still verify what it signed. Nobody asks whether the
    /// certificate of a responder is revoked (RFC 6960 §4.2.2.2.1), so it is given only a short time.
    fn is_relied_on(self, law: &LawConfig) -> Duration {
        match self {
            OnlinePurpose::OcspResponder | OnlinePurpose::StatusListSigner => Duration::days(3),
            OnlinePurpose::CredentialSigner => Duration::days(law.credential_days.into()),
        }
    }

    fn lasts(self, law: &LawConfig) -> Duration {
        self.signs() + self.is_relied_on(law)
    }

    fn profile(self, key: PublicKey, authority: &IssuingAuthority, base_url: &str) -> Profile {
        let name = AuthorityName::beside(authority.certificate(), self.title());
        let Addresses { crl_urls, issuer_url, ocsp_url } = authority.addresses(base_url);
        match self {
            OnlinePurpose::OcspResponder => Profile::OcspResponder(OcspResponder { name, key, issuer_url }),
            OnlinePurpose::CredentialSigner => {
                let issuer = https(base_url);
                Profile::CredentialSigner(CredentialSigner {
                    name,
                    key,
                    issuer,
                    crl_urls,
                    issuer_url,
                    ocsp_url,
                })
            }
            OnlinePurpose::StatusListSigner => {
                Profile::StatusListSigner(StatusListSigner { name, key, crl_urls, issuer_url, ocsp_url })
            }
        }
    }
}

/// The public address as credentials name it. It always begins with `https`, even where a demonstration
/// answers on loopback without TLS.
pub fn https(base_url: &str) -> String {
    base_url.replacen("http://", "https://", 1)
}

/// A key with its certificate.
pub struct Certified {
    /// Signs.
    pub authority: CertificationAuthority,
    issuer: Arc<IssuingAuthority>,
    path: OnceLock<SignerPath>,
    responder: OnceLock<Responder>,
}

impl Certified {
    fn new(authority: CertificationAuthority, issuer: &Arc<IssuingAuthority>) -> Certified {
        Certified { authority, issuer: issuer.clone(), path: OnceLock::new(), responder: OnceLock::new() }
    }

    /// The certificate with those above it, for credentials and lists; verified once.
    ///
    /// # Errors
    /// The library's refusal: more authorities than a credential carries.
    pub fn path(&self) -> Result<&SignerPath, Failure> {
        if let Some(path) = self.path.get() {
            return Ok(path);
        }
        let path = [self.authority.certificate(), self.issuer.certificate()];
        let path = path.into_iter().chain(self.issuer.above()).cloned().collect();
        let path = SignerPath::new(path).map_err(|e| Failure::Issue(e.to_string()))?;
        Ok(self.path.get_or_init(|| path))
    }

    /// The certificate with that of the issuing authority, for OCSP answers; verified once.
    ///
    /// # Errors
    /// The library's refusal: another authority signed it.
    pub fn responder(&self) -> Result<&Responder, Failure> {
        if let Some(responder) = self.responder.get() {
            return Ok(responder);
        }
        let issuer = self.issuer.certificate().clone();
        let responder = Responder::new(self.authority.certificate().clone(), issuer);
        let responder = responder.map_err(|e| Failure::Issue(e.to_string()))?;
        Ok(self.responder.get_or_init(|| responder))
    }
}

/// A signer with the key it has now.
pub struct OnlineSigner {
    purpose: OnlinePurpose,
    issuer: Arc<IssuingAuthority>,
    current: ArcSwap<Certified>,
    /// When the next key was last asked for, in seconds since 1970.
    tried_at: AtomicI64,
}

impl OnlineSigner {
    /// Draws a key and has it certified.
    ///
    /// # Errors
    /// An error of the database, or the library's refusal.
    pub fn start(
        purpose: OnlinePurpose,
        db: &mut Db,
        issuer: &Arc<IssuingAuthority>,
        config: &Config,
        now: DateTime<Utc>,
        draw: &mut Draw,
    ) -> Result<OnlineSigner, Failure> {
        let first = Certified::new(certified(purpose, db, issuer, config, now, draw)?, issuer);
        let issuer = issuer.clone();
        Ok(OnlineSigner {
            purpose,
            issuer,
            current: ArcSwap::from_pointee(first),
            tried_at: AtomicI64::new(0),
        })
    }

    /// Takes the next key once this one has signed for its time; gives whether it did. A failed renewal is
    /// tried again after a minute, and leaves no open intent.
    ///
    /// # Errors
    /// As [`OnlineSigner::start`]; the old key continues to sign.
    pub fn renew(&self, deps: &Deps, db: &mut Db) -> Result<bool, Failure> {
        let now = deps.now();
        let has_signed = now - self.current.load().authority.certificate().validity().not_before();
        let waited = now.timestamp() - self.tried_at.load(Ordering::Relaxed);
        if has_signed < self.purpose.signs() || waited < TRIED_AGAIN_SECONDS {
            return Ok(false);
        }
        self.tried_at.store(now.timestamp(), Ordering::Relaxed);
        match certified(self.purpose, db, &self.issuer, &deps.config, now, &mut deps.draw()) {
            Ok(next) => {
                self.current.store(Arc::new(Certified::new(next, &self.issuer)));
                Ok(true)
            }
            Err(error) => {
                if let Err(not_voided) = service_intents::void_open(db) {
                    tracing::error!(error = %not_voided, "an intent without a signature stays open until the next start");
                }
                Err(error)
            }
        }
    }

    /// What it is for.
    pub fn purpose(&self) -> OnlinePurpose {
        self.purpose
    }

    /// The authority that certifies its keys.
    pub fn issuer(&self) -> &IssuingAuthority {
        &self.issuer
    }

    /// The present key and certificate; the caller holds them for one signature.
    pub fn current(&self) -> Arc<Certified> {
        self.current.load_full()
    }
}

/// All of them.
pub struct OnlineSigners {
    /// They answer about certificates, one for each issuing authority: the authority that issued a
    /// certificate certifies the responder for it (RFC 6960 §2.6).
    pub responders: Vec<OnlineSigner>,
    /// Signs digital credentials.
    pub credentials: OnlineSigner,
    /// Signs status lists.
    pub lists: OnlineSigner,
}

impl OnlineSigners {
    /// Draws the keys and has them certified.
    ///
    /// # Errors
    /// As [`OnlineSigner::start`].
    pub fn start(
        db: &mut Db,
        authorities: &Authorities,
        config: &Config,
        now: DateTime<Utc>,
        draw: &mut Draw,
    ) -> Result<OnlineSigners, Failure> {
        let mut start =
            |purpose, issuer: &Arc<_>| OnlineSigner::start(purpose, db, issuer, config, now, draw);
        let responders = authorities.issuers().iter();
        let newest = authorities.issuing();
        Ok(OnlineSigners {
            responders: responders
                .map(|issuer| start(OnlinePurpose::OcspResponder, issuer))
                .collect::<Result<_, _>>()?,
            credentials: start(OnlinePurpose::CredentialSigner, newest)?,
            lists: start(OnlinePurpose::StatusListSigner, newest)?,
        })
    }

    /// Each, for their renewal.
    pub fn all(&self) -> impl Iterator<Item = &OnlineSigner> {
        self.responders.iter().chain([&self.credentials, &self.lists])
    }
}

/// The certificates of all signers of credentials that may still be needed, as PEM, for readers of codes to
/// keep. Each is given until the end that the certificate itself names, whatever the configuration says now.
///
/// # Errors
/// An error of the database, or a stored certificate that does not parse.
pub fn credential_signers(db: &mut Db, now: DateTime<Utc>) -> Result<String, Failure> {
    let purpose = OnlinePurpose::CredentialSigner;
    let longest = purpose.signs() + Duration::days(LONGEST_CREDENTIAL_DAYS.into());
    let damaged = |e: String| Failure::damaged("service_intent.issued", e);
    let mut signers = String::new();
    for der in service_intents::issued_since(db, purpose.as_str(), now - longest)? {
        let certificate = Certificate::from_der(&der).map_err(|e| damaged(e.to_string()))?;
        if certificate.validity().not_after() > now {
            signers.push_str(&certificate.to_pem().map_err(|e| damaged(e.to_string()))?);
        }
    }
    Ok(signers)
}

/// A new key with its certificate: what will be signed is recorded first, and what was signed kept.
fn certified(
    purpose: OnlinePurpose,
    db: &mut Db,
    authority: &IssuingAuthority,
    config: &Config,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<CertificationAuthority, Failure> {
    let failed = |reason: String| Failure::Issue(format!("{}: {reason}", purpose.title()));
    let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, draw.generator())
        .map_err(|e| failed(e.to_string()))?;
    let issuer = authority.certificate();
    let end = (now + purpose.lasts(&config.law.rules)).min(issuer.validity().not_after());
    let validity = Validity::new(now, end).map_err(|e| failed(e.to_string()))?;
    let profile = purpose.profile(key.public_key().clone(), authority, &config.console.public_url);
    let serial = Serial::from_random(draw.bytes());
    let linted = prepare(&profile, &serial, &validity, Issuer::Authority(issuer))
        .map_err(|e| failed(e.to_string()))?
        .lint()
        .map_err(|findings| failed(format!("{findings:?}")))?;
    let serial = hex::encode(serial.as_bytes());
    let fingerprint = hex::encode(key.public_key().fingerprint());
    let intent = ServiceIntent {
        serial: &serial,
        purpose: purpose.as_str(),
        spki_sha256: &fingerprint,
        authority_key_identifier: &authority.key_identifier(),
        tbs: linted.tbs_der(),
    };
    service_intents::intend(db, &intent, now)?;
    Step::SignerIntended.done();
    let issued = linted.sign(&authority.authority).map_err(|e| failed(e.to_string()))?.into_certificate();
    Step::SignerSigned.done();
    service_intents::keep(db, &serial, issued.der())?;
    Step::SignerKept.done();
    CertificationAuthority::new(issued, Arc::new(key)).map_err(|e| failed(e.to_string()))
}
