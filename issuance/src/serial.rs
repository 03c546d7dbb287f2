//! Serial numbers of certificates (RFC 5280 §4.1.2.2): positive, at most 20 octets.

use std::fmt;

use x509_cert::serial_number::SerialNumber;

/// A certificate's serial number: positive, 8 to 20 octets. The caller draws it at random, and an authority
/// never uses one twice.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(Vec<u8>);

/// Why octets are not a serial number of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// RFC 5280 §4.1.2.2 allows at most 20 octets.
    #[error("a serial number has at most 20 octets, this one has {0}")]
    TooLong(usize),
    /// Fewer than 64 random bits can be guessed (CA/Browser Forum BR §7.1, also required by ETSI EN 319
    /// 412-2).
    #[error("a serial number has at least 8 octets, this one has {0}")]
    TooShort(usize),
    /// The first octet has its high bit set (negative) or is zero (not the shortest form).
    #[error("the first octet of a serial number is between 01 and 7F")]
    NotPositive,
}

impl Serial {
    /// Takes the octets as they will be in the certificate.
    pub fn parse(octets: &[u8]) -> Result<Self, SerialError> {
        match (octets.len(), octets.first()) {
            (length @ 21.., _) => Err(SerialError::TooLong(length)),
            (length @ 0..8, _) => Err(SerialError::TooShort(length)),
            (_, Some(0x01..=0x7f)) => Ok(Self(octets.to_vec())),
            (_, Some(_) | None) => Err(SerialError::NotPositive),
        }
    }

    /// Makes a serial number of 20 octets from 20 random ones: the two high bits become `01`, 158 stay
    /// random.
    pub fn from_random(mut octets: [u8; 20]) -> Self {
        octets[0] = (octets[0] & 0x3f) | 0x40;
        Self(octets.to_vec())
    }

    /// The octets of the INTEGER.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn to_x509(&self) -> der::Result<SerialNumber> {
        SerialNumber::new(&self.0)
    }

    /// Takes the serial number of a certificate or list, even one of a length that we would not issue.
    pub(crate) fn from_x509(serial: &SerialNumber) -> Self {
        Self(serial.as_bytes().to_vec())
    }
}

impl fmt::Display for Serial {
    /// Lower-case hex without separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_positive_and_of_a_sane_length() {
        assert_eq!(Serial::parse(&[0x7f; 20]).unwrap().to_string().len(), 40);
        assert_eq!(Serial::parse(&[0x11; 21]), Err(SerialError::TooLong(21)));
        assert_eq!(Serial::parse(&[0x11; 7]), Err(SerialError::TooShort(7)));
        assert_eq!(Serial::parse(&[0x80; 20]), Err(SerialError::NotPositive));
        assert_eq!(Serial::parse(&[0x00; 20]), Err(SerialError::NotPositive));
    }

    #[test]
    fn random_octets_always_make_a_serial() {
        for octet in [0x00, 0x7f, 0x80, 0xff] {
            let serial = Serial::from_random([octet; 20]);
            assert_eq!(Serial::parse(serial.as_bytes()), Ok(serial.clone()));
            assert_eq!(serial.to_x509().unwrap().as_bytes(), serial.as_bytes());
        }
    }
}
