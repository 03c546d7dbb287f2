//! `SignedData` laid out without the signature, which comes last: only the lengths around it depend on it.

use super::Frame;
use crate::oid;
use crate::tlv::{self, Reader};

/// Tags of ISO/IEC 8825-1.
const OCTET_STRING: u32 = 0x04;
const OBJECT_IDENTIFIER: u32 = 0x06;
const SEQUENCE: u32 = 0x30;
const SET: u32 = 0x31;
/// `[0] EXPLICIT`, the content of a `ContentInfo`.
const CONTENT: u32 = 0xa0;

/// Everything that is fixed before the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The octets of `SignedData` that precede its `signerInfos`.
    data: Vec<u8>,
    /// The octets of the one `SignerInfo` that precede its signature.
    signer: Vec<u8>,
}

impl Layout {
    pub(crate) fn of(frame: &Frame<'_>) -> der::Result<Self> {
        let der = frame.to_der(&[])?;
        let parts = parts(&der).ok_or(der::ErrorKind::Failed)?;
        Ok(Self { data: parts.data.to_vec(), signer: parts.signer.to_vec() })
    }

    /// The `ContentInfo` in DER, with this signature.
    pub(crate) fn to_der(&self, signature: &[u8]) -> Vec<u8> {
        let signer = tlv::wrap(SEQUENCE, &[&self.signer, &tlv::write(OCTET_STRING, signature)]);
        let data = tlv::wrap(SEQUENCE, &[&self.data, &tlv::write(SET, &signer)]);
        let of_type = tlv::write(OBJECT_IDENTIFIER, oid::SIGNED_DATA.as_bytes());
        tlv::wrap(SEQUENCE, &[&of_type, &tlv::write(CONTENT, &data)])
    }

    /// The signature in a `ContentInfo`, if the rest of it is exactly this one, octet for octet.
    pub(crate) fn signature_in<'a>(&self, der: &'a [u8]) -> Option<&'a [u8]> {
        let parts = parts(der)?;
        (parts.data == self.data && parts.signer == self.signer).then_some(parts.signature)
    }
}

struct Parts<'a> {
    data: &'a [u8],
    signer: &'a [u8],
    signature: &'a [u8],
}

fn parts(der: &[u8]) -> Option<Parts<'_>> {
    let mut info = Reader::new(tlv::only(der, SEQUENCE).ok()?);
    let of_type = info.expect(OBJECT_IDENTIFIER).ok()?;
    let content = info.expect(CONTENT).ok()?;
    info.end().ok()?;
    let (data, signers) = last(tlv::only(content, SEQUENCE).ok()?, SET)?;
    let (signer, signature) = last(tlv::only(signers, SEQUENCE).ok()?, OCTET_STRING)?;
    (of_type == oid::SIGNED_DATA.as_bytes()).then_some(Parts { data, signer, signature })
}

/// Splits octets before their last element, which must have this tag: returns what comes before it, and its
/// value.
fn last(octets: &[u8], tag: u32) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::new(octets);
    loop {
        let before = octets.len() - reader.rest().len();
        let (found, value) = reader.next_element().ok()?;
        if reader.is_empty() {
            return (found == tag).then_some((&octets[..before], value));
        }
    }
}

#[cfg(test)]
mod tests {
    use cms::cert::IssuerAndSerialNumber;
    use cms::signed_data::SignerIdentifier;

    use super::*;
    use crate::lds::sod::signed_attributes;
    use crate::sample;

    /// ECDSA signatures have several lengths; an RSA signature needs longer length fields around it.
    const SIGNATURES: [usize; 5] = [0, 70, 71, 72, 384];

    fn with_frame<T>(act: impl FnOnce(&Frame<'_>) -> T) -> T {
        let signer = sample::document_signer();
        let tbs = signer.certificate().parsed().tbs_certificate();
        let content = [7; 100];
        act(&Frame {
            content_type: oid::LDS_SECURITY_OBJECT,
            content: &content,
            attributes: &signed_attributes(&content).unwrap(),
            signer: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            algorithm: signer.certificate().public_key().algorithm(),
            certificates: vec![signer.certificate()],
        })
    }

    #[test]
    fn what_was_laid_out_once_is_what_is_encoded_whole() {
        with_frame(|frame| {
            let layout = Layout::of(frame).unwrap();
            for length in SIGNATURES {
                let signature = vec![5; length];
                let der = layout.to_der(&signature);
                assert_eq!(der, frame.to_der(&signature).unwrap(), "{length}");
                assert_eq!(layout.signature_in(&der), Some(&signature[..]), "{length}");
            }
        });
    }

    #[test]
    fn a_change_anywhere_but_in_the_signature_is_seen() {
        with_frame(|frame| {
            let layout = Layout::of(frame).unwrap();
            let der = layout.to_der(&[5; 71]);
            for at in 0..der.len() {
                let mut changed = der.clone();
                changed[at] ^= 1;
                let found = layout.signature_in(&changed);
                assert_eq!(found.is_some(), at >= der.len() - 71, "octet {at}");
                assert!(layout.signature_in(&der[..at]).is_none(), "cut at {at}");
            }
        });
    }
}
