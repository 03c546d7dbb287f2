//! The transport PIN: made at the station, printed once, forgotten.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use card_protocol::messages::Job;
use zeroize::Zeroizing;

use crate::edge::{Edge, NoRandomness};
use crate::pin::CardPin;
use crate::refusal::Refusal;

/// PIN (six digits) and PUK (eight digits) of one card, kept until they are on the slip and the card.
pub struct TransportCodes {
    /// The transport PIN of the card.
    pub pin: CardPin,
    /// The PUK of the card.
    pub puk: CardPin,
}

impl TransportCodes {
    /// Draws both; every digit is equally likely.
    ///
    /// # Errors
    /// The machine gives no random values.
    pub fn draw(edge: &mut dyn Edge) -> Result<Self, Refusal> {
        let unfit = |_| Refusal::UnfitPin;
        let pin = CardPin::parse(&digits(edge, 6)?).map_err(unfit)?;
        let puk = CardPin::parse(&digits(edge, 8)?).map_err(unfit)?;
        Ok(Self { pin, puk })
    }
}

fn digits(edge: &mut dyn Edge, count: usize) -> Result<Zeroizing<String>, NoRandomness> {
    let mut text = Zeroizing::new(String::with_capacity(count));
    while text.len() < count {
        let mut byte = Zeroizing::new([0]);
        edge.fill_random(&mut *byte)?;
        // 250 is the last multiple of ten: with larger values, some digits would be more frequent.
        if byte[0] < 250 {
            text.push(char::from(b'0' + byte[0] % 10));
        }
    }
    Ok(text)
}

/// Where slips are printed: a file (created, mode 0600) or a printer's device.
#[derive(Debug, Clone)]
pub struct Slip {
    path: PathBuf,
}

impl Slip {
    /// Slips go to `path`.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Prints the codes for the holder of the job. A file with the slip of another card is never overwritten,
    /// because its PIN would be lost.
    ///
    /// # Errors
    /// [`Refusal::Slip`].
    pub fn print(&self, job: &Job, codes: &TransportCodes) -> Result<(), Refusal> {
        self.write(job, codes).map_err(Refusal::Slip)
    }

    fn write(&self, job: &Job, codes: &TransportCodes) -> io::Result<()> {
        let text = Zeroizing::new(format!(
            "{label}\nКартын дугаар / Card number: {number}\n\n\
             Түр ПИН / Transport PIN: {pin}\nПУК / PUK: {puk}\n\n\
             Карт хүлээн авмагц ПИН-ээ солино уу. Энэ хуудсыг хэнд ч бүү үзүүл.\n\
             Change the PIN when you receive the card. Show this slip to nobody.\n\u{c}",
            label = job.holder_label,
            number = job.document_number,
            pin = codes.pin.expose(),
            puk = codes.puk.expose(),
        ));
        let is_device = std::fs::metadata(&self.path)
            .is_ok_and(|metadata| metadata.file_type().is_char_device() || metadata.file_type().is_fifo());
        let mut file =
            if is_device { OpenOptions::new().append(true).open(&self.path)? } else { self.file(job)? };
        file.write_all(text.as_bytes())?;
        if is_device { Ok(()) } else { file.sync_all() }
    }

    fn file(&self, job: &Job) -> io::Result<std::fs::File> {
        if let Ok(mut old) = std::fs::File::open(&self.path) {
            let mut text = Zeroizing::new(String::new());
            old.read_to_string(&mut text)?;
            let of_this_job = text.lines().any(|line| line.ends_with(&format!(": {}", job.document_number)));
            if !text.is_empty() && !of_this_job {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "the slip of another card lies there",
                ));
            }
            std::fs::remove_file(&self.path)?;
        }
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use std::os::unix::fs::PermissionsExt;
    use uuid::Uuid;

    struct Counting(u8);
    impl Edge for Counting {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
        fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            bytes.fill_with(|| {
                self.0 = self.0.wrapping_add(1);
                self.0
            });
            Ok(())
        }
    }

    fn job(number: &str) -> Job {
        Job {
            id: Uuid::nil(),
            card_id: Uuid::nil(),
            document_number: number.into(),
            holder_label: "Б. Туяа".into(),
            layout: "td1-piv-1".into(),
            chip_id: None,
        }
    }

    #[test]
    fn a_slip_is_readable_by_its_owner_alone_and_of_one_card() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("slip.txt");
        let codes = TransportCodes::draw(&mut Counting(0)).unwrap();
        Slip::new(&path).print(&job("A1"), &codes).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(&path).unwrap().contains("Transport PIN: 123456"));
        Slip::new(&path).print(&job("A1"), &codes).unwrap();
        assert!(matches!(Slip::new(&path).print(&job("B2"), &codes), Err(Refusal::Slip(_))));
    }

    #[test]
    fn no_digit_comes_oftener_than_another() {
        let mut edge = Counting(255);
        let text = digits(&mut edge, 250).unwrap();
        for digit in '0'..='9' {
            assert_eq!(text.chars().filter(|c| *c == digit).count(), 25);
        }
        assert!(digits(&mut edge, 6).is_ok_and(|text| text.len() == 6));
    }
}
