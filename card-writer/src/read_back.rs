//! Reading a card as the holder's software does, without issuer keys.

use card_protocol::layout::Application;

use crate::apdu::Status;
use crate::card::{Card, require_ok};
use crate::channel::BacChannel;
use crate::command::{self, PivObject};
use crate::edge::Edge;
use crate::refusal::Refusal;
use crate::tlv;

/// Bytes to read at once; with its protection, the answer fits a short APDU on every reader.
const CHUNK: u16 = 0xDF;
/// READ BINARY has addresses of 15 bits.
const MAX_FILE: usize = 0x7FFF;

/// An elementary file of the eMRTD application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TravelFile {
    /// EF.COM.
    Com,
    /// EF.DG1.
    Dg1,
    /// EF.DG2.
    Dg2,
    /// EF.DG11.
    Dg11,
    /// EF.SOD.
    Sod,
}

impl TravelFile {
    /// File identifier (Doc 9303-10 table 38), which is also the DGI with which it is written.
    pub fn id(self) -> [u8; 2] {
        match self {
            Self::Com => [0x01, 0x1E],
            Self::Dg1 => [0x01, 0x01],
            Self::Dg2 => [0x01, 0x02],
            Self::Dg11 => [0x01, 0x0B],
            Self::Sod => [0x01, 0x1D],
        }
    }

    /// The name in texts for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Com => "EF.COM",
            Self::Dg1 => "EF.DG1",
            Self::Dg2 => "EF.DG2",
            Self::Dg11 => "EF.DG11",
            Self::Sod => "EF.SOD",
        }
    }
}

/// Opens the eMRTD application with K_seed.
///
/// # Errors
/// [`Refusal::AccessDenied`], or the card does not answer as it must.
pub fn open_travel_application(
    card: &mut Card<'_>,
    seed: &[u8; 16],
    edge: &mut dyn Edge,
) -> Result<BacChannel, Refusal> {
    card.select(Application::Emrtd)?;
    BacChannel::open(card, seed, edge)
}

/// Reads a whole file; its own length field says how long it is.
///
/// # Errors
/// The card does not answer as it must, or the file does not end within 32 767 bytes.
pub fn read_file(
    card: &mut Card<'_>,
    channel: &mut BacChannel,
    file: TravelFile,
) -> Result<Vec<u8>, Refusal> {
    let malformed = || Refusal::MalformedAnswer(file.name());
    require_ok(channel.send(card, &command::select_file(file.id()))?, "SELECT EF")?;
    let mut bytes = read_part(card, channel, 0, 8)?;
    let (head, length) = tlv::header(&bytes).ok_or_else(malformed)?;
    let total = head + length;
    if total > MAX_FILE {
        return Err(malformed());
    }
    bytes.truncate(total);
    while bytes.len() < total {
        let wanted = (total - bytes.len()).min(CHUNK.into());
        let part = read_part(card, channel, bytes.len() as u16, wanted as u16)?;
        if part.is_empty() || part.len() > wanted {
            return Err(malformed());
        }
        bytes.extend(part);
    }
    Ok(bytes)
}

fn read_part(
    card: &mut Card<'_>,
    channel: &mut BacChannel,
    offset: u16,
    length: u16,
) -> Result<Vec<u8>, Refusal> {
    let response = channel.send(card, &command::read_binary(offset, length))?;
    // The file is shorter than the read: the card returns what there is, with a warning.
    if response.status == Status(0x6282) {
        return Ok(response.data);
    }
    require_ok(response, "READ BINARY")
}

/// Reads the content of an object of the PIV application, which must be selected.
///
/// # Errors
/// The object does not exist, or the card does not answer as it must.
pub fn read_object(card: &mut Card<'_>, object: PivObject) -> Result<Vec<u8>, Refusal> {
    let data = card.require(&command::get_object(object), "GET DATA (PIV)")?;
    tlv::only(&data, &[0x53]).map(<[u8]>::to_vec).ok_or(Refusal::MalformedAnswer("GET DATA (PIV)"))
}

/// The certificate in the content of a PIV certificate object (SP 800-73-5 part 1, appendix A).
///
/// # Errors
/// There is none, or it is compressed, which our layout does not allow.
pub fn certificate_of(content: &[u8]) -> Result<Vec<u8>, Refusal> {
    let is_plain = tlv::find(content, &[0x71]) == Some(&[0x00]);
    tlv::find(content, &[0x70])
        .filter(|_| is_plain)
        .map(<[u8]>::to_vec)
        .ok_or(Refusal::MalformedAnswer("the certificate object"))
}

/// The content of a PIV certificate object.
pub fn certificate_content(certificate: &[u8]) -> Vec<u8> {
    [tlv::write(&[0x70], certificate), vec![0x71, 0x01, 0x00, 0xFE, 0x00]].concat()
}

/// Extracts the signature from the answer to GENERAL AUTHENTICATE.
///
/// # Errors
/// [`Refusal::MalformedAnswer`].
pub fn signature_of(answer: &[u8]) -> Result<Vec<u8>, Refusal> {
    tlv::only(answer, &[0x7C])
        .and_then(|template| tlv::only(template, &[0x82]))
        .map(<[u8]>::to_vec)
        .ok_or(Refusal::MalformedAnswer("GENERAL AUTHENTICATE"))
}

/// Extracts the public key from the answer to GENERATE ASYMMETRIC KEY PAIR: a SEC1 uncompressed P-256 point.
///
/// # Errors
/// [`Refusal::MalformedAnswer`].
pub fn public_key_of(answer: &[u8]) -> Result<[u8; 65], Refusal> {
    tlv::only(answer, &[0x7F, 0x49])
        .and_then(|template| tlv::find(template, &[0x86]))
        .and_then(|point| point.try_into().ok())
        .filter(|point: &[u8; 65]| p256::PublicKey::from_sec1_bytes(point).is_ok())
        .ok_or(Refusal::MalformedAnswer("GENERATE ASYMMETRIC KEY PAIR"))
}
