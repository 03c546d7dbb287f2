//! What a card shows to anyone who can read its print.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use card_protocol::layout::{Application, Slot};

use crate::card::Card;
use crate::command::PivObject;
use crate::edge::Edge;
use crate::mrz::AccessKey;
use crate::read_back::{self, TravelFile};
use crate::refusal::Refusal;

/// The files and certificates of a card as they were read, before any check.
pub struct ShownFiles {
    /// EF.COM.
    pub com: Vec<u8>,
    /// EF.DG1.
    pub dg1: Vec<u8>,
    /// EF.DG2.
    pub dg2: Vec<u8>,
    /// EF.DG11.
    pub dg11: Vec<u8>,
    /// EF.SOD.
    pub sod: Vec<u8>,
    /// The certificate of slot 9A in DER.
    pub authentication: Vec<u8>,
    /// The certificate of slot 9C in DER.
    pub signature: Vec<u8>,
}

impl ShownFiles {
    /// Reads them as the holder's software does. The PIV application stays selected.
    ///
    /// # Errors
    /// [`Refusal::AccessDenied`], or the card does not answer as it must.
    pub fn read(card: &mut Card<'_>, edge: &mut dyn Edge, access: &AccessKey) -> Result<Self, Refusal> {
        let mut channel = read_back::open_travel_application(card, &access.seed(), edge)?;
        let mut file = |file| read_back::read_file(card, &mut channel, file);
        let (com, dg1, dg2) = (file(TravelFile::Com)?, file(TravelFile::Dg1)?, file(TravelFile::Dg2)?);
        let (dg11, sod) = (file(TravelFile::Dg11)?, file(TravelFile::Sod)?);
        card.select(Application::Piv)?;
        let mut certificate = |slot| {
            let content = read_back::read_object(card, PivObject::Certificate(slot))?;
            read_back::certificate_of(&content)
        };
        let (authentication, signature) = (certificate(Slot::Authentication)?, certificate(Slot::Signature)?);
        Ok(Self { com, dg1, dg2, dg11, sod, authentication, signature })
    }

    /// Writes each file into `folder`, which must not exist yet: the files are personal data, so only their
    /// owner may read them, and they never mix with those of another card.
    ///
    /// # Errors
    /// [`Refusal::Unsaved`].
    pub fn save(&self, folder: &Path) -> Result<(), Refusal> {
        DirBuilder::new().mode(0o700).create(folder).map_err(Refusal::Unsaved)?;
        for (name, content) in self.named() {
            write(&folder.join(name), content).map_err(Refusal::Unsaved)?;
        }
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(Refusal::Unsaved)
    }

    /// The files with their names in a saved folder.
    fn named(&self) -> [(&'static str, &[u8]); 7] {
        [
            (TravelFile::Com.name(), &self.com),
            (TravelFile::Dg1.name(), &self.dg1),
            (TravelFile::Dg2.name(), &self.dg2),
            (TravelFile::Dg11.name(), &self.dg11),
            (TravelFile::Sod.name(), &self.sod),
            ("authentication.cer", &self.authentication),
            ("signature.cer", &self.signature),
        ]
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
