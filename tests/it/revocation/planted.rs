//! Entries that an earlier version accepted and this one refuses. They are written past the doors, as they
//! are in older registers.

use anyhow::Context as _;
use registry_core::config::Config;
use registry_core::failure::Failure;
use registry_core::ledger::Log;
use registry_core::runtime::{close_writer, open_writer};
use registry_core::store::codec::Instant;
use registry_core::store::ledger_log::{append, move_head};
use registry_core::store::people;
use registry_domain::card::{CardCertificate, KeySlot, Sha256, personalised};
use registry_domain::date::civil_date;
use registry_domain::entry::{self, Header, Part, PartBody, PartRole};
use registry_domain::id::{EntryId, StationId};
use registry_domain::kind::Kind;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_tests::kit::town::Town;
use uuid::Uuid;

/// Registers that someone's newest card was written, with these texts as the serial numbers of its
/// certificates; returns the act number. The service is stopped meanwhile.
pub(crate) fn personalised_card(town: &mut Town, holder: &str, serials: [&str; 2]) -> anyhow::Result<String> {
    town.service.end()?;
    let deps = open_writer(Config::load(&town.installation.configuration(), &[])?)?;
    let (now, draw) = (deps.now(), deps.draw());
    let holder = PersonRef::parse(holder)?;
    let certificate = |(slot, (serial, octet)): (KeySlot, (&str, &str))| -> Result<_, Refusal> {
        Ok(CardCertificate {
            serial: serial.to_owned().into(),
            slot,
            spki_sha256: Sha256::parse(&octet.repeat(32))?,
            not_after: now,
            authority_key_identifier: None,
        })
    };
    let named =
        [KeySlot::Authentication, KeySlot::Signature].into_iter().zip(serials.into_iter().zip(["4a", "4b"]));
    let certificates = named.map(certificate).collect::<Result<Vec<_>, _>>()?;
    let act_number = deps.db()?.write(|db| {
        let mut draw = draw.again();
        let head = move_head(db, Log::Register, deps.epoch, 1)?;
        let person = people::find(db, &holder)?.ok_or(Refusal::PersonNotFound)?;
        let card = person.cards.last().ok_or(Refusal::CardNotFound)?.clone();
        let today = civil_date(now, deps.units.zone(&card.office));
        let act_number = format!("{}-{}-{:07}", card.office, today.format("%Y"), head.seq + 1);
        let header = Header {
            id: EntryId::new(draw.opaque_uuid()),
            seq: None,
            kind: Kind::CardPersonalised,
            recorded_at: Instant::new(now).utc(),
            registered_on: today,
            office: card.office,
            officer: None,
            act_number: Some(act_number.clone()),
            amends: None,
            erases: None,
        };
        let body = PartBody::CardPersonalised(personalised::Body::Holder {
            v: 1,
            card: card.id,
            station: StationId::new(Uuid::nil()),
            chip_id: "deadbeef".to_owned(),
            certificates: certificates.clone(),
            sod_sha256: Sha256::parse(&"cd".repeat(32))?,
        });
        let part = Part { person: person.id, role: PartRole::Holder, body };
        let entry = append(db, &deps.keys.sealing, head, &header, std::slice::from_ref(&part), &mut draw)?;
        let person = entry::apply(Some(person), &entry.header, &part);
        people::save(db, &person, deps.keys.sealing.match_salt())?;
        Ok::<_, Failure>(act_number)
    });
    close_writer(&deps)?;
    drop(deps);
    town.service = town.installation.serve()?;
    act_number.context("planting an entry")
}
