//! After the writing: reads everything back as a reader would, proves that the transport keys no longer work,
//! makes the receipt.

use card_protocol::layout::{Application, KeySet, Slot};
use card_protocol::messages::{JobState, Receipt};
use serde_json::{Value, json};

use super::{Bench, key};
use crate::apdu::Status;
use crate::command::{self, PivObject};
use crate::edge::random;
use crate::profile::bench::access_key;
use crate::read_back::{self, TravelFile, certificate_content};
use crate::refusal::Refusal;

/// Resets the card, opens it as a reader at a border would, and compares every byte.
pub fn read_back(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    bench.close();
    bench.card.reset()?;
    bench.read_back.clear();
    read_travel_files(bench)?;
    read_piv_objects(bench)?;
    Ok(json!({"files": bench.read_back.len()}))
}

fn read_travel_files(bench: &mut Bench<'_, '_>) -> Result<(), Refusal> {
    let files = bench.files()?;
    // The access key is derived from what is printed on the card, not from the seed that was written.
    let seed = access_key(files.dg1.as_bytes())?.seed();
    let mut channel = read_back::open_travel_application(bench.card, &seed, bench.edge)?;
    for (file, name, written) in [
        (TravelFile::Com, "com", files.com.as_bytes()),
        (TravelFile::Dg1, "dg1", files.dg1.as_bytes()),
        (TravelFile::Dg2, "dg2", files.dg2.as_bytes()),
        (TravelFile::Dg11, "dg11", files.dg11.as_bytes()),
        (TravelFile::Sod, "sod", files.sod.as_bytes()),
    ] {
        let read = read_back::read_file(bench.card, &mut channel, file)?;
        if read != written {
            return Err(Refusal::ReadBackDiffers(file.name()));
        }
        bench.note(name, &read);
    }
    Ok(())
}

fn read_piv_objects(bench: &mut Bench<'_, '_>) -> Result<(), Refusal> {
    let files = bench.files()?;
    bench.card.select(Application::Piv)?;
    for (object, name, written) in
        [(PivObject::Chuid, "chuid", files.chuid.as_bytes()), (PivObject::Ccc, "ccc", files.ccc.as_bytes())]
    {
        let read = read_back::read_object(bench.card, object)?;
        if read != written {
            return Err(Refusal::ReadBackDiffers(if object == PivObject::Ccc { "CCC" } else { "CHUID" }));
        }
        bench.note(name, &read);
    }
    for slot in Slot::ALL {
        let written = key::certificate(bench, slot)?;
        if read_back::read_object(bench.card, PivObject::Certificate(slot))? != certificate_content(&written)
        {
            return Err(Refusal::ReadBackDiffers("a certificate"));
        }
        bench.note(&format!("certificate-{:02x}", slot.key_reference()), &written);
    }
    Ok(())
}

/// INITIALIZE UPDATE with the transport version must find no key.
pub fn transport_keys_dead(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    bench.card.select(Application::Isd)?;
    let challenge = random(bench.edge)?;
    let response = bench.card.send(&command::initialize_update(KeySet::Transport, challenge))?;
    if response.status != Status::NO_REFERENCE {
        return Err(Refusal::TransportKeysAlive);
    }
    Ok(json!({"transport_keys_dead": true}))
}

/// Signs the findings and sends them.
pub fn receipt(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    let finished_at = bench.edge.now();
    let is_dead =
        bench.journal.done("transport-keys-dead").and_then(|result| result.get("transport_keys_dead"));
    let receipt = Receipt {
        job_id: bench.job.id,
        card_id: bench.job.card_id,
        chip_id: bench.card.chip_id(),
        files: bench.read_back.clone(),
        transport_keys_dead: is_dead == Some(&Value::Bool(true)),
        writer_version: env!("CARGO_PKG_VERSION").into(),
        started_at: bench.journal.started_at().unwrap_or(finished_at),
        finished_at,
    };
    let answer = bench.service.send_receipt(bench.job.id, &bench.station_key.sign(&receipt)?)?;
    match answer.state {
        JobState::Written => Ok(json!({"files": receipt.files})),
        JobState::Waiting
        | JobState::Claimed
        | JobState::Bound
        | JobState::Spoiled
        | JobState::Quarantined
        | JobState::Ended => Err(Refusal::ServiceUnreachable("the service did not take the receipt".into())),
    }
}
