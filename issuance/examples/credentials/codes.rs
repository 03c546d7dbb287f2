//! QR credentials with and without photo: their characters, the CWT inside, and the code as an image.

use issuance::credential::CredentialContent;
use issuance::credential::qr::{IssuedQr, SmallPhoto};
use qrcode::{Color, EcLevel, QrCode};

use super::Outcome;
use super::holder::portrait;
use super::workshop::{ALGORITHMS, GOOD, Workshop};

/// Pixels for each module in the image.
const SCALE: usize = 4;
/// Modules of quiet zone (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

impl Workshop {
    pub fn codes(&mut self) -> Outcome<()> {
        let content = self.content(GOOD);
        let photo = portrait(36, 48, 20);
        self.write("photo.jpg", &photo)?;
        let photo = SmallPhoto::parse(&photo)?;
        let mut sizes = String::new();
        for (at, (jose, _)) in ALGORITHMS.into_iter().enumerate() {
            for (name, photo) in [("plain", None), ("photo", Some(&photo))] {
                let code = self.code(&content, photo, at)?;
                let name = format!("qr_{name}_{jose}");
                self.write(&format!("{name}.txt"), code.text())?;
                self.write(&format!("{name}.cwt"), code.cwt())?;
                let image = QrCode::with_error_correction_level(code.text(), EcLevel::L)?;
                self.write(&format!("{name}.pgm"), pgm(&image))?;
                let (cwt, characters, modules) = (code.cwt().len(), code.text().len(), image.width());
                let version = (modules - 17) / 4;
                sizes += &format!("{name}: {cwt} octets, {characters} characters, version {version}-L\n");
            }
        }
        self.write("sizes.txt", sizes)
    }

    fn code(&self, content: &CredentialContent, photo: Option<&SmallPhoto>, at: usize) -> Outcome<IssuedQr> {
        let signer = &self.signers[at];
        let linted = content.prepare_qr(photo, signer.certificate())?.lint();
        Ok(linted.map_err(|findings| format!("{findings:?}"))?.sign(signer)?)
    }
}

/// A binary greymap.
fn pgm(code: &QrCode) -> Vec<u8> {
    let (modules, colors) = (code.width(), code.to_colors());
    let side = (modules + 2 * QUIET) * SCALE;
    let mut octets = format!("P5 {side} {side} 255\n").into_bytes();
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / SCALE).checked_sub(QUIET).filter(|at| *at < modules);
            let color = module(y).zip(module(x)).and_then(|(y, x)| colors.get(y * modules + x));
            octets.push(if color == Some(&Color::Dark) { 0 } else { 255 });
        }
    }
    octets
}
