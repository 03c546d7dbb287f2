//! Who is at the other end of a TLS connection, as its client certificate says.
//!
//! The TLS layer has verified the certificate against the service root and its CRL. Here only its SAN URI is
//! read: `urn:burtgel:agency:<uuid>`, `urn:burtgel:hospital:<uuid>` or `urn:burtgel:station:<uuid>`.

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use issuance::profile::{ClientIdentity, ClientRole};
use issuance::public_key::CurveForm;
use issuance::{Certificate, Serial};
use uuid::Uuid;

use crate::tls::RevokedPartners;

/// The partner at the other end.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The role for which the certificate was issued.
    pub role: ClientRole,
    /// The partner's id.
    pub id: Uuid,
    /// The SubjectPublicKeyInfo (DER) of the certificate.
    pub spki_der: Vec<u8>,
    serial: Serial,
    revoked: RevokedPartners,
}

impl Peer {
    /// Whether the certificate was revoked since the connection was opened.
    pub fn is_revoked(&self) -> bool {
        self.revoked.contains(&self.serial)
    }
}

/// Puts the peer, if the connection has one, into the connection's data.
pub fn remember_peer(revoked: &RevokedPartners, stream: &TlsStream<TcpStream>, data: &mut Extensions) {
    let certificates = stream.get_ref().1.peer_certificates();
    let leaf = certificates.and_then(|chain| chain.first());
    if let Some(peer) = leaf.and_then(|leaf| read_peer(leaf, revoked)) {
        data.insert(peer);
    }
}

fn read_peer(leaf: &[u8], revoked: &RevokedPartners) -> Option<Peer> {
    let certificate = Certificate::from_der(leaf).ok()?;
    let identity = ClientIdentity::of(&certificate)?;
    let spki_der = certificate.public_key().to_spki_der(CurveForm::Named).ok()?;
    let (serial, revoked) = (certificate.serial(), revoked.clone());
    Some(Peer { role: identity.role, id: identity.id, spki_der, serial, revoked })
}
