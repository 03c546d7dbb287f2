//! STORE DATA (GPCS 2.3.1 §11.11) with DGI-coded data: DGI (2) ‖ length (1, or `FF` + 2) ‖ value, in several
//! blocks.

use crate::apdu::{Command, Sw};
use zeroize::Zeroizing;

/// Longer than any file of this card; the limit protects the chip's memory.
const LONGEST_BUFFER: usize = 40_000;

/// One complete data group.
#[derive(Clone, PartialEq, Eq)]
pub struct DataGroup {
    /// The data grouping identifier.
    pub id: u16,
    /// The value of the group.
    pub value: Zeroizing<Vec<u8>>,
}

/// The content of one block.
pub struct Block {
    /// The data groups that this block completed, in order.
    pub groups: Vec<DataGroup>,
    /// The identifier of a group that continues in the next block.
    pub unfinished: Option<u16>,
    /// Whether P1 said that this block is the last.
    pub is_last: bool,
}

/// The blocks of one channel, joined. They are lost with the channel: an unfinished group leaves no trace.
#[derive(Default)]
pub struct StoreData {
    next_block: u8,
    buffer: Zeroizing<Vec<u8>>,
}

impl StoreData {
    /// Takes one block. Errors: `6A86` P1 or the block counter is wrong, `6A80` the last block ends inside a
    /// group.
    pub fn take(&mut self, command: &Command) -> Result<Block, Sw> {
        let is_last = match command.p1 {
            0x80 => true,
            0x00 => false,
            _ => return Err(Sw::WRONG_P1P2),
        };
        if command.p2 != self.next_block {
            return Err(Sw::WRONG_P1P2);
        }
        if self.buffer.len() + command.data.len() > LONGEST_BUFFER {
            return Err(Sw::WRONG_LENGTH);
        }
        self.next_block = self.next_block.wrapping_add(1);
        self.buffer.extend_from_slice(&command.data);
        let groups = self.complete_groups();
        if is_last && !self.buffer.is_empty() {
            return Err(Sw::WRONG_DATA);
        }
        Ok(Block { groups, unfinished: self.unfinished(), is_last })
    }

    fn complete_groups(&mut self) -> Vec<DataGroup> {
        let mut groups = Vec::new();
        while let Some((group, used)) = first_group(&self.buffer) {
            groups.push(group);
            self.buffer = Zeroizing::new(self.buffer.split_off(used));
        }
        groups
    }

    fn unfinished(&self) -> Option<u16> {
        match self.buffer.as_slice() {
            [high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }
}

fn first_group(bytes: &[u8]) -> Option<(DataGroup, usize)> {
    let (id, length, head) = match bytes {
        [i, d, 0xFF, high, low, ..] => ([*i, *d], u16::from_be_bytes([*high, *low]), 5),
        [_, _, 0xFF, ..] => return None,
        [i, d, length, ..] => ([*i, *d], u16::from(*length), 3),
        _ => return None,
    };
    let end = head + usize::from(length);
    let value = bytes.get(head..end)?;
    Some((DataGroup { id: u16::from_be_bytes(id), value: Zeroizing::new(value.to_vec()) }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(p1: u8, p2: u8, data: &str) -> Command {
        Command { cla: 0x84, ins: 0xE2, p1, p2, data: hex::decode(data).unwrap(), le: None, extended: false }
    }

    #[test]
    fn a_group_over_three_blocks_is_put_together() {
        let mut store = StoreData::default();
        let first = store.take(&block(0, 0, "0101FF")).unwrap();
        assert!(first.groups.is_empty() && first.unfinished == Some(0x0101));
        assert!(store.take(&block(0, 1, "0003AA")).unwrap().groups.is_empty());
        let last = store.take(&block(0x80, 2, "BBCC9F0000")).unwrap();
        assert_eq!(last.groups[0].value.as_slice(), [0xAA, 0xBB, 0xCC]);
        assert_eq!((last.groups[1].id, last.groups[1].value.len()), (0x9F00, 0));
        assert!(last.is_last && last.unfinished.is_none());
    }

    #[test]
    fn a_block_out_of_order_is_refused() {
        let mut store = StoreData::default();
        assert_eq!(store.take(&block(0, 1, "8080")).err(), Some(Sw::WRONG_P1P2));
        store.take(&block(0, 0, "9F0000")).unwrap();
        assert_eq!(store.take(&block(0, 0, "9F0000")).err(), Some(Sw::WRONG_P1P2));
    }

    #[test]
    fn a_last_block_inside_a_group_is_refused() {
        assert_eq!(StoreData::default().take(&block(0x80, 0, "0101050102")).err(), Some(Sw::WRONG_DATA));
    }

    #[test]
    fn an_unknown_p1_is_refused() {
        assert_eq!(StoreData::default().take(&block(0x90, 0, "9F0000")).err(), Some(Sw::WRONG_P1P2));
    }
}
