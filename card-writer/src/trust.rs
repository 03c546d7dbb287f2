//! The certificates, lists and keys that a desk trusts.

use std::path::Path;

use card_protocol::messages::Trust;
use issuance::Certificate;
use issuance::lds::sod::DocumentTrust;
use issuance::public_key::CurveForm;
use issuance::revocation::crl::Crl;

use crate::refusal::Refusal;

/// Roots, authorities and revocation lists.
pub struct TrustAnchors {
    /// The CSCA certificates and their lists, for EF.SOD.
    pub documents: DocumentTrust,
    /// The roots of the card certificates.
    pub roots: Vec<Certificate>,
    /// The authorities that issue card certificates.
    pub intermediates: Vec<Certificate>,
    /// The revocation lists of roots and authorities.
    pub crls: Vec<Crl>,
    /// Ed25519 key of the service's signed answers, if it is known.
    pub answer_key: Option<[u8; 32]>,
}

impl TrustAnchors {
    /// Takes the answer of `GET /v1/trust`.
    ///
    /// # Errors
    /// [`Refusal::UnusableFile`]: something in it is neither a certificate nor a list.
    pub fn of(trust: &Trust) -> Result<Self, Refusal> {
        let certificates = |list: &[card_protocol::messages::CertificateDer]| {
            list.iter()
                .map(|der| Certificate::from_der(der.as_bytes()).map_err(unusable))
                .collect::<Result<Vec<_>, _>>()
        };
        let crls = trust.crls.iter().map(|der| Crl::from_der(der.as_bytes()).map_err(unusable));
        let crls = crls.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            documents: DocumentTrust { cscas: certificates(&trust.cscas)?, crls: crls.clone() },
            roots: certificates(&trust.roots)?,
            intermediates: certificates(&trust.intermediates)?,
            crls,
            answer_key: Some(trust.answer_key.0),
        })
    }

    /// Reads a folder: `.pem`, `.cer`, `.crt` are certificates, `.crl` are lists (DER or, for certificates,
    /// PEM). A self-signed certificate is a root, and a CSCA if its key spells the curve out (Doc 9303-12
    /// §4.1.6.3). Everything in the folder is trusted: fill it in a trusted way.
    ///
    /// # Errors
    /// [`Refusal::UnusableFile`]: the folder or a file cannot be read. [`Refusal::NoTrustAnchors`]: there is
    /// neither a root nor a CSCA.
    pub fn read_folder(folder: &Path) -> Result<Self, Refusal> {
        let documents = DocumentTrust { cscas: Vec::new(), crls: Vec::new() };
        let mut anchors = Self {
            documents,
            roots: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            answer_key: None,
        };
        for entry in std::fs::read_dir(folder).map_err(unusable)? {
            let path = entry.map_err(unusable)?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("pem" | "cer" | "crt") => {
                    anchors.add_certificate(&std::fs::read(&path).map_err(unusable)?)?
                }
                Some("crl") => {
                    anchors
                        .crls
                        .push(Crl::from_der(&std::fs::read(&path).map_err(unusable)?).map_err(unusable)?);
                }
                Some(_) | None => {}
            }
        }
        anchors.documents.crls.clone_from(&anchors.crls);
        if anchors.roots.is_empty() || anchors.documents.cscas.is_empty() {
            return Err(Refusal::NoTrustAnchors);
        }
        Ok(anchors)
    }

    fn add_certificate(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let certificate = match std::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN") => Certificate::from_pem(text),
            _ => Certificate::from_der(bytes),
        };
        let certificate = certificate.map_err(unusable)?;
        let is_self_signed = certificate.subject() == certificate.issuer();
        match (is_self_signed, certificate.curve_form()) {
            (true, CurveForm::Explicit) => self.documents.cscas.push(certificate),
            (true, CurveForm::Named) => self.roots.push(certificate),
            (false, CurveForm::Explicit | CurveForm::Named) => self.intermediates.push(certificate),
        }
        Ok(())
    }
}

fn unusable(error: impl std::fmt::Display) -> Refusal {
    Refusal::UnusableFile { what: "a trust anchor", why: error.to_string() }
}
