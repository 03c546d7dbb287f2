//! The layout `td1-piv-1`: its steps in the order of `docs/card-layout.md`.

mod check;
mod key;
mod travel;

use card_protocol::layout::{Application, KeySet, Slot};
use serde_json::{Value, json};

use super::{Bench, Step, Via};
use crate::apdu::Status;
use crate::card::Card;
use crate::command::{self, PivObject};
use crate::read_back::TravelFile;
use crate::refusal::Refusal;
use crate::tlv;
use crate::transport_pin::TransportCodes;

const ISD: Option<Via> = Some((Application::Isd, KeySet::Issuer));
const PIV: Option<Via> = Some((Application::Piv, KeySet::Issuer));
const EMRTD: Option<Via> = Some((Application::Emrtd, KeySet::Issuer));

/// All steps. Every run repeats the reading back, because its result goes into the receipt.
pub(super) const STEPS: &[Step] = &[
    once(
        "replace-transport-keys",
        ("Replace the transport keys", "Тээвэрлэлтийн түлхүүр солих"),
        None,
        replace_keys,
    ),
    once("confirm-issuer-keys", ("Confirm the issuer's keys", "Олгогчийн түлхүүр батлах"), ISD, confirm_keys),
    once(
        "generate-9a",
        ("Make the authentication key", "Нэвтрэх түлхүүр үүсгэх"),
        PIV,
        |b| key::generate(b, Slot::Authentication),
    ),
    once(
        "prove-9a",
        ("Prove the authentication key", "Нэвтрэх түлхүүр нотлох"),
        PIV,
        |b| key::prove(b, Slot::Authentication),
    ),
    once(
        "certify-9a",
        ("Certify the authentication key", "Нэвтрэх гэрчилгээ авах"),
        PIV,
        |b| key::certify(b, Slot::Authentication),
    ),
    once(
        "write-certificate-9a",
        ("Write the authentication certificate", "Нэвтрэх гэрчилгээ бичих"),
        PIV,
        |b| key::write_certificate(b, Slot::Authentication),
    ),
    once(
        "generate-9c",
        ("Make the signature key", "Гарын үсгийн түлхүүр үүсгэх"),
        PIV,
        |b| key::generate(b, Slot::Signature),
    ),
    once(
        "prove-9c",
        ("Prove the signature key", "Гарын үсгийн түлхүүр нотлох"),
        PIV,
        |b| key::prove(b, Slot::Signature),
    ),
    once(
        "certify-9c",
        ("Certify the signature key", "Гарын үсгийн гэрчилгээ авах"),
        PIV,
        |b| key::certify(b, Slot::Signature),
    ),
    once(
        "write-certificate-9c",
        ("Write the signature certificate", "Гарын үсгийн гэрчилгээ бичих"),
        PIV,
        |b| key::write_certificate(b, Slot::Signature),
    ),
    once(
        "write-chuid",
        ("Write the holder identifier", "Эзэмшигчийн танигч бичих"),
        PIV,
        |b| {
            let content = b.files()?.chuid;
            put(b, PivObject::Chuid, content.as_bytes())
        },
    ),
    once(
        "write-ccc",
        ("Write the capability container", "Картын боломжийн файл бичих"),
        PIV,
        |b| {
            let content = b.files()?.ccc;
            put(b, PivObject::Ccc, content.as_bytes())
        },
    ),
    once("close-piv", ("Set the transport PIN and close", "Түр ПИН тогтоож хаах"), PIV, close_piv),
    once("write-com", ("Write EF.COM", "EF.COM бичих"), EMRTD, |b| travel::write(b, TravelFile::Com)),
    once("write-dg1", ("Write EF.DG1", "EF.DG1 бичих"), EMRTD, |b| travel::write(b, TravelFile::Dg1)),
    once("write-dg2", ("Write EF.DG2 (portrait)", "EF.DG2 (зураг) бичих"), EMRTD, |b| {
        travel::write(b, TravelFile::Dg2)
    }),
    once("write-dg11", ("Write EF.DG11", "EF.DG11 бичих"), EMRTD, |b| {
        travel::write(b, TravelFile::Dg11)
    }),
    once("write-bac-seed", ("Write the access key", "Хандалтын түлхүүр бичих"), EMRTD, travel::write_seed),
    once("write-sod", ("Write EF.SOD and close", "EF.SOD бичиж хаах"), EMRTD, |b| {
        travel::write(b, TravelFile::Sod)
    }),
    repeated("read-back", ("Read everything back", "Бүгдийг буцааж уншиж тулгах"), check::read_back),
    repeated(
        "transport-keys-dead",
        ("Prove the transport keys dead", "Тээвэрлэлтийн түлхүүр хүчингүйг нотлох"),
        check::transport_keys_dead,
    ),
    repeated("receipt", ("Send the receipt", "Баримт илгээх"), check::receipt),
];

type Run = fn(&mut Bench<'_, '_>) -> Result<Value, Refusal>;

const fn once(name: &'static str, title: (&'static str, &'static str), via: Option<Via>, run: Run) -> Step {
    Step { name, title, via, is_repeated: false, run }
}

const fn repeated(name: &'static str, title: (&'static str, &'static str), run: Run) -> Step {
    Step { name, title, via: None, is_repeated: true, run }
}

/// Whether PUT KEY ran is unknown after the card was torn out. The key information then says which key set is
/// there, so a set that is not there is never tried.
fn replace_keys(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    bench.close();
    if has_issuer_keys(bench.card)? {
        // Issuer keys on the chip of a new job are right only if our own PUT KEY was torn.
        return if bench.is_in_doubt { Ok(json!({"already": true})) } else { Err(Refusal::UsedChip) };
    }
    bench.open((Application::Isd, KeySet::Transport))?;
    let channel_id = bench.channel_id()?;
    let put_key = bench.service.put_key(bench.job.id, channel_id)?;
    let answer = bench.require(&command::put_key(put_key.data.as_bytes()), "PUT KEY")?;
    bench.close();
    if answer != put_key.expected_answer.as_bytes() {
        return Err(Refusal::KeysNotTaken);
    }
    Ok(json!({"check_values": hex::encode(answer)}))
}

/// Whether the issuer's keys have replaced the transport keys, according to the key information; no key is
/// tried.
pub(crate) fn has_issuer_keys(card: &mut Card<'_>) -> Result<bool, Refusal> {
    card.select(Application::Isd)?;
    let information = card.require(&command::key_information(), "GET DATA (key information)")?;
    let has = |set: KeySet| has_key_version(&information, set.version().0);
    Ok(has(KeySet::Issuer) && !has(KeySet::Transport))
}

/// `E0` with one `C0` per key: id, version, type, length.
fn has_key_version(information: &[u8], version: u8) -> bool {
    let Some(mut keys) = tlv::only(information, &[0xE0]) else { return false };
    while let Some((key, rest)) = tlv::take(keys, &[0xC0]) {
        if key.get(1) == Some(&version) {
            return true;
        }
        keys = rest;
    }
    false
}

/// The engine opened the channel with the issuer's keys, and that is the confirmation.
fn confirm_keys(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    bench.channel_id().map(|_| json!({}))
}

fn put(bench: &mut Bench<'_, '_>, object: PivObject, content: &[u8]) -> Result<Value, Refusal> {
    bench.require(&command::put_object(object, content), "PUT DATA")?;
    Ok(json!({}))
}

/// PIN and PUK are drawn, printed, written and forgotten in one step. After the card was torn out, a harmless
/// write shows whether the application is closed: if it is, the slip printed then is right; otherwise
/// everything is drawn anew.
fn close_piv(bench: &mut Bench<'_, '_>) -> Result<Value, Refusal> {
    if bench.is_in_doubt {
        let ccc = bench.files()?.ccc;
        match put(bench, PivObject::Ccc, ccc.as_bytes()) {
            Err(Refusal::UnexpectedStatus { status: Status::CONDITIONS, .. }) => {
                return Ok(json!({"already": true}));
            }
            Ok(_) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    let codes = TransportCodes::draw(bench.edge)?;
    bench.slip.print(bench.job, &codes)?;
    travel::store(bench, [0x80, 0x80], &*codes.pin.padded(), false)?;
    travel::store(bench, [0x80, 0x81], &*codes.puk.padded(), false)?;
    travel::store(bench, [0x9F, 0x00], &[], true)?;
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_versions_are_found_in_the_template() {
        let template = hex::decode("e012c00401018810c00402018810c00403018810").unwrap();
        assert!(has_key_version(&template, 0x01) && !has_key_version(&template, 0x30));
        assert!(!has_key_version(&[0xE0, 0x02, 0xC0, 0x04], 0x01));
    }

    #[test]
    fn every_step_has_a_name_of_its_own_and_the_receipt_is_last() {
        let mut names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.last(), Some(&"receipt"));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
