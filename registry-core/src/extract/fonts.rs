//! The fonts of civil papers: opened once, when the first paper is drawn.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use civil_paper::{FontFile, Fonts};
use registry_domain::refusal::Refusal;

/// Where the fonts are, and the fonts once they are open.
#[derive(Clone)]
pub struct PaperFonts {
    folder: PathBuf,
    opened: Arc<OnceLock<Fonts>>,
}

impl PaperFonts {
    /// Names the folder of the fonts and does not touch it yet: a service without fonts does everything else.
    pub fn new(folder: &Path) -> PaperFonts {
        PaperFonts { folder: folder.to_owned(), opened: Arc::new(OnceLock::new()) }
    }

    /// The opened fonts.
    ///
    /// # Errors
    /// [`Refusal::FontsMissing`] as long as a file is missing or is no font.
    pub fn open(&self) -> Result<&Fonts, Refusal> {
        if let Some(fonts) = self.opened.get() {
            return Ok(fonts);
        }
        let missing = || Refusal::FontsMissing { folder: self.folder.display().to_string() };
        let read = |file: FontFile| fs::read(self.folder.join(file.name())).map_err(|_| missing());
        let [serif, bold, sans, mongolian] = FontFile::ALL;
        let files = [read(serif)?, read(bold)?, read(sans)?, read(mongolian)?];
        let fonts = Fonts::new(files).map_err(|_| missing())?;
        Ok(self.opened.get_or_init(|| fonts))
    }
}
