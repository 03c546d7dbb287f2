//! Everything a card carries in its eMRTD application, made from the holder and the Document Signer.

use std::fmt;

use crate::authority::CertificationAuthority;
use crate::bac::BacSeed;
use crate::certificate::Certificate;
use crate::holder::Holder;
use crate::lds::com::Com;
use crate::lds::dg2::FaceFormat;
use crate::lds::portrait::Portrait;
use crate::lds::sod::{LintedSod, PreparedSod, SodError};
use crate::lds::{DataGroup, LdsError, dg1, dg2};
use crate::lint::{Finding, document};

/// The files in the order in which they are written to the card; the SOD is the last.
#[derive(Clone, PartialEq, Eq)]
pub struct CardFiles {
    /// EF.COM, file 011E.
    pub com: Vec<u8>,
    /// EF.DG1, file 0101.
    pub dg1: Vec<u8>,
    /// EF.DG2, file 0102.
    pub dg2: Vec<u8>,
    /// EF.DG11, file 010B.
    pub dg11: Vec<u8>,
    /// K_seed of BAC; it cannot be read from the card again.
    pub bac_seed: BacSeed,
    /// EF.SOD, file 011D.
    pub sod: Vec<u8>,
}

/// The files that contain text. They need neither portrait nor signer, so that an application for a card
/// already shows what cannot be written.
pub struct Texts {
    dg1: Vec<u8>,
    dg11: Vec<u8>,
    bac_seed: BacSeed,
}

/// All data groups of a card, before anything is signed.
pub struct LaidOut {
    texts: Texts,
    dg2: Vec<u8>,
}

/// The files before signing: what will be signed is fixed, and not yet checked.
pub struct PreparedCard {
    pub(crate) com: Vec<u8>,
    pub(crate) dg1: Vec<u8>,
    pub(crate) dg2: Vec<u8>,
    pub(crate) dg11: Vec<u8>,
    bac_seed: BacSeed,
    sod: PreparedSod,
}

/// Files before signing that meet every rule; the caller can record what will be signed.
pub struct LintedCard {
    com: Vec<u8>,
    dg1: Vec<u8>,
    dg2: Vec<u8>,
    dg11: Vec<u8>,
    bac_seed: BacSeed,
    sod: LintedSod,
}

/// Why the files of a card were not made.
#[derive(Debug, thiserror::Error)]
pub enum CardDataError {
    /// A value of the holder does not fit into its field.
    #[error("the holder's data do not fit onto a card")]
    Lds(#[from] LdsError),
    /// The SOD was not made.
    #[error("the document security object of a card")]
    Sod(#[from] SodError),
}

impl Texts {
    /// Lays out EF.DG1 and EF.DG11.
    pub fn of(holder: &Holder) -> Result<Self, LdsError> {
        let zone = holder.zone();
        // The details come first, so that a value missing in the record is reported before a wrong spelling.
        let dg11 = holder.personal_details().encode()?;
        let dg1 = dg1::encode(&zone)?;
        let bac_seed = BacSeed::of(&zone)?;
        Ok(Self { dg1, dg11, bac_seed })
    }
}

impl LaidOut {
    /// Lays out all data groups. The portrait has the preferred form as long as there is a choice.
    pub fn of(holder: &Holder, face: FaceFormat) -> Result<Self, LdsError> {
        let texts = Texts::of(holder)?;
        let portrait = Portrait::parse(&holder.portrait_jpeg)?;
        let dg2 = dg2::encode(&portrait, holder.sex, FaceFormat::on(holder.issued_on, face))?;
        Ok(Self { texts, dg2 })
    }
}

impl PreparedCard {
    /// First step: writes all files except the SOD, and lays the SOD out. The portrait has the preferred form
    /// as long as there is a choice.
    pub fn new(
        holder: &Holder,
        face: FaceFormat,
        document_signer: &Certificate,
    ) -> Result<Self, CardDataError> {
        let LaidOut { texts: Texts { dg1, dg11, bac_seed }, dg2 } = LaidOut::of(holder, face)?;
        let files: [(DataGroup, &[u8]); 3] =
            [(DataGroup::Dg1, &dg1), (DataGroup::Dg2, &dg2), (DataGroup::Dg11, &dg11)];
        let sod = PreparedSod::new(&files, document_signer)?;
        let com = Com { data_groups: DataGroup::OF_THE_CARD.to_vec() }.encode();
        Ok(Self { com, dg1, dg2, dg11, bac_seed, sod })
    }

    /// What will be signed.
    pub fn sod(&self) -> &PreparedSod {
        &self.sod
    }

    /// Second step: checks every rule about the files and the SOD; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedCard, Vec<Finding>> {
        let mut findings = document::card_findings(&self);
        let Self { com, dg1, dg2, dg11, bac_seed, sod } = self;
        match sod.lint() {
            Ok(sod) if findings.is_empty() => Ok(LintedCard { com, dg1, dg2, dg11, bac_seed, sod }),
            Ok(_) => Err(findings),
            Err(more) => {
                findings.extend(more);
                Err(findings)
            }
        }
    }
}

impl LintedCard {
    /// What will be signed: the caller records it before [`sign`](Self::sign).
    pub fn sod(&self) -> &LintedSod {
        &self.sod
    }

    /// Last step: signs and verifies the SOD.
    pub fn sign(self, document_signer: &CertificationAuthority) -> Result<CardFiles, CardDataError> {
        let sod = self.sod.sign(document_signer)?;
        let Self { com, dg1, dg2, dg11, bac_seed, sod: _ } = self;
        Ok(CardFiles { com, dg1, dg2, dg11, bac_seed, sod })
    }
}

impl fmt::Debug for CardFiles {
    /// Shows sizes only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { com, dg1, dg2, dg11, bac_seed: _, sod } = self;
        let sizes = [com.len(), dg1.len(), dg2.len(), dg11.len(), sod.len()];
        write!(f, "CardFiles(octets of COM, DG1, DG2, DG11, SOD: {sizes:?})")
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

impl fmt::Debug for LaidOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaidOut").finish_non_exhaustive()
    }
}

impl fmt::Debug for LintedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LintedCard").finish_non_exhaustive()
    }
}

impl fmt::Debug for PreparedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedCard").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lds::dg11::PersonalDetails;
    use crate::lds::sod::verify_sod;
    use crate::sample;

    #[test]
    fn a_card_made_here_passes_passive_authentication() {
        let files = sample::card_files();
        let sod = verify_sod(&files.sod, &sample::document_trust(), sample::now()).unwrap();
        sod.require(DataGroup::Dg1, &files.dg1).unwrap();
        sod.require(DataGroup::Dg2, &files.dg2).unwrap();
        sod.require(DataGroup::Dg11, &files.dg11).unwrap();
        let listed: Vec<u8> = sod.hashes().iter().map(|(number, _)| *number).collect();
        let com = Com::decode(&files.com).unwrap();
        assert_eq!(listed, com.data_groups.iter().map(|group| group.number()).collect::<Vec<_>>());
    }

    #[test]
    fn the_files_say_what_the_holder_is() {
        let (files, holder) = (sample::card_files(), sample::holder());
        assert_eq!(dg1::decode(&files.dg1).unwrap(), holder.zone());
        assert_eq!(dg2::decode(&files.dg2).unwrap().jpeg(), holder.portrait_jpeg);
        assert_eq!(PersonalDetails::decode(&files.dg11).unwrap(), holder.personal_details());
    }

    #[test]
    fn a_holder_with_a_bad_portrait_gets_no_files() {
        let mut holder = sample::holder();
        holder.portrait_jpeg = b"no image".to_vec();
        let error =
            PreparedCard::new(&holder, FaceFormat::FacialRecord, sample::document_signer().certificate())
                .unwrap_err();
        assert!(matches!(error, CardDataError::Lds(LdsError::Portrait(_))));
    }

    #[test]
    fn debug_shows_sizes_only() {
        assert!(format!("{:?}", sample::card_files()).starts_with("CardFiles(octets of"));
    }
}
