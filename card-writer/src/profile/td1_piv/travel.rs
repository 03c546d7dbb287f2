//! STORE DATA: the files of the eMRTD application, and the codes of the PIV application.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::Bench;
use crate::apdu::Status;
use crate::command;
use crate::read_back::TravelFile;
use crate::refusal::Refusal;

/// The most unprotected bytes in a block: 239 bytes and their padding are 240, with the C-MAC 248, which fits
/// a short APDU.
const BLOCK: usize = 239;
/// The DGI of the BAC seed.
const SEED: [u8; 2] = [0xC0, 0x01];

/// Writes one file; EF.SOD is the last block and closes the application.
pub fn write(bench: &mut Bench<'_, '_>, file: TravelFile) -> Result<Value, Refusal> {
    let files = bench.files()?;
    let (bytes, is_last) = match file {
        TravelFile::Com => (files.com.into_bytes(), false),
        TravelFile::Dg1 => (files.dg1.into_bytes(), false),
        TravelFile::Dg2 => (files.dg2.into_bytes(), false),
        TravelFile::Dg11 => (files.dg11.into_bytes(), false),
        TravelFile::Sod => (files.sod.into_bytes(), true),
    };
    match store(bench, file.id(), &bytes, is_last) {
        // The card was torn out after the last block: the application is closed, and reading back will show
        // with which content.
        Err(Refusal::UnexpectedStatus { status: Status::CONDITIONS, .. }) if is_last && bench.is_in_doubt => {
            Ok(json!({"already": true}))
        }
        outcome => outcome.map(|()| json!({"length": bytes.len()})),
    }
}

/// Writes the BAC seed.
pub fn write_seed(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    let files = bench.files()?;
    store(bench, SEED, files.bac_seed.expose(), false)?;
    Ok(json!({}))
}

/// Stores one data grouping: DGI ‖ length (one byte, or `FF` and two) ‖ value, in as many blocks as needed.
pub fn store(bench: &mut Bench<'_, '_>, dgi: [u8; 2], value: &[u8], is_last: bool) -> Result<(), Refusal> {
    let mut group = Zeroizing::new(dgi.to_vec());
    match u8::try_from(value.len()) {
        Ok(length) if length < 0xFF => group.push(length),
        _ => {
            let length = u16::try_from(value.len()).map_err(|_| Refusal::UnfitFiles("a file is too long"))?;
            group.push(0xFF);
            group.extend(length.to_be_bytes());
        }
    }
    group.extend(value);
    let mut blocks = group.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let is_last_block = is_last && blocks.peek().is_none();
        let number = bench.next_block()?;
        bench.require(&command::store_data(is_last_block, number, block), "STORE DATA")?;
    }
    Ok(())
}
