//! Elementary files: SELECT by identifier and READ BINARY (ISO/IEC 7816-4 §7.2.3, Doc 9303-10 §3.6).

use super::Emrtd;
use crate::apdu::{Answer, Command, Outcome, Sw};

/// The files of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElementaryFile {
    Com,
    Dg1,
    Dg2,
    Dg11,
    Sod,
}

impl ElementaryFile {
    pub(crate) const ALL: [Self; 5] = [Self::Com, Self::Dg1, Self::Dg2, Self::Dg11, Self::Sod];

    pub(crate) fn id(self) -> u16 {
        match self {
            Self::Com => 0x011E,
            Self::Dg1 => 0x0101,
            Self::Dg2 => 0x0102,
            Self::Dg11 => 0x010B,
            Self::Sod => 0x011D,
        }
    }

    /// The name of the file in the state file.
    pub(crate) fn name(self) -> String {
        format!("{:04x}", self.id())
    }

    pub(crate) fn from_id(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.id() == id)
    }

    /// The file with this short identifier, which is the low byte of its identifier (Doc 9303-10, table 41).
    fn from_short_id(short_id: u8) -> Option<Self> {
        Self::from_id(0x0100 | u16::from(short_id))
    }
}

impl Emrtd<'_> {
    /// SELECT `A4 02 0C` (or `00 0C`) with a file identifier.
    pub(super) fn select_file(&mut self, command: &Command) -> Outcome {
        let &[high, low] = command.data.as_slice() else { return Err(Sw::WRONG_DATA) };
        if !matches!(command.p1, 0x00 | 0x02) {
            return Err(Sw::WRONG_P1P2);
        }
        let file = ElementaryFile::from_id(u16::from_be_bytes([high, low])).ok_or(Sw::NOT_FOUND)?;
        self.session.current = Some(file);
        Ok(Answer::status(Sw::OK))
    }

    /// READ BINARY: offset in P1 P2, or short identifier in P1 and offset in P2.
    pub(super) fn read_binary(&mut self, command: &Command) -> Outcome {
        let (file, offset) = if command.p1 & 0x80 != 0 {
            let file = ElementaryFile::from_short_id(command.p1 & 0x1F).ok_or(Sw::NOT_FOUND)?;
            self.session.current = Some(file);
            (file, usize::from(command.p2))
        } else {
            let file = self.session.current.ok_or(Sw::NO_CURRENT_FILE)?;
            (file, usize::from(command.p1p2()))
        };
        let content = &self.state.files.get(&file.name()).ok_or(Sw::NOT_FOUND)?.0;
        let le = command.le.ok_or(Sw::WRONG_LENGTH)?;
        let rest = content.get(offset..).ok_or(Sw::WRONG_OFFSET)?;
        match rest.get(..le) {
            Some(data) => Ok(Answer::ok(data.to_vec())),
            // Le = 00 asks for everything that there is, so a shorter answer to it is no warning.
            None if le == 256 || le == 65_536 => Ok(Answer::ok(rest.to_vec())),
            None => Ok(Answer { data: rest.to_vec(), sw: Sw::END_OF_FILE }),
        }
    }
}
