//! Secure channels to the chip. The service draws the host challenge, checks the card's answer, and gives out
//! only the session keys of that channel.

use card_protocol::chip::ChipId;
use card_protocol::encoding::{HexArray, HexBytes, SecretHex};
use card_protocol::layout::{Application, KeySet};
use card_protocol::messages::{
    ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, PutKey, PutKeyRequest,
};
use card_protocol::scp03::{InitializeUpdateAnswer, LEVEL_FULL, MasterKey, PutKeyBlock, SessionKeys};
use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::{JobRow, hold, lock, quarantine, require_bound};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card_channel, card_job};
use crate::store::{Db, StoreError};
use crate::vault::key_ring::KeyRing;

/// Draws the host challenge of a new channel.
///
/// # Errors
/// As [`require_bound`].
pub fn start(
    deps: &Deps,
    station: &CallingStation,
    once: &Once,
    job: Uuid,
    request: &ChannelRequest,
) -> Result<ChannelStarted, Failure> {
    let mut draw = deps.draw();
    let (id, challenge) = (draw.opaque_uuid(), draw.bytes::<8>());
    write_once(deps, once, |db| {
        require_bound(deps, db, station, job)?;
        diesel::insert_into(card_channel::table)
            .values((
                card_channel::id.eq(Uid(id)),
                card_channel::job_id.eq(Uid(job)),
                card_channel::application.eq(application_name(request.application)),
                card_channel::key_set.eq(key_set_name(request.key_set)),
                card_channel::host_challenge.eq(hex::encode(challenge)),
            ))
            .execute(db)?;
        Ok(ChannelStarted { channel_id: id, host_challenge: HexArray(challenge) })
    })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = card_channel)]
struct ChannelRow {
    application: String,
    key_set: String,
    host_challenge: String,
    opened_at: Option<Instant>,
    distrusted_why: Option<String>,
}

impl ChannelRow {
    fn application(&self) -> Result<Application, Failure> {
        [Application::Isd, Application::Piv, Application::Emrtd]
            .into_iter()
            .find(|known| application_name(*known) == self.application)
            .ok_or_else(|| Failure::damaged("card_channel", &self.application))
    }

    fn key_set(&self) -> Result<KeySet, Failure> {
        [KeySet::Transport, KeySet::Issuer]
            .into_iter()
            .find(|known| key_set_name(*known) == self.key_set)
            .ok_or_else(|| Failure::damaged("card_channel", &self.key_set))
    }

    fn host_challenge(&self) -> Result<[u8; 8], Failure> {
        let mut challenge = [0; 8];
        hex::decode_to_slice(&self.host_challenge, &mut challenge)
            .map_err(|e| Failure::damaged("card_channel.host_challenge", e))?;
        Ok(challenge)
    }
}

/// Checks the card's answer and gives the session keys. One wrong cryptogram quarantines the job.
///
/// The keys are given once and stored nowhere. The idempotency key is bound to the request, but a repeated
/// request is refused, and the station opens a new channel.
///
/// # Errors
/// [`Refusal::CardNotGenuine`]; [`Refusal::JobStepOutOfOrder`] for a channel that was opened before.
pub fn open(
    deps: &Deps,
    station: &CallingStation,
    once: &Once,
    job: Uuid,
    channel: Uuid,
    answer: &ChannelAnswer,
) -> Result<ChannelOpened, Failure> {
    let (row, stored) = load(deps, station, job, channel)?;
    if stored.opened_at.is_some() || stored.distrusted_why.is_some() {
        return Err(Refusal::JobStepOutOfOrder.into());
    }
    let (application, key_set, host_challenge) =
        (stored.application()?, stored.key_set()?, stored.host_challenge()?);
    let distrust = |why: &str| -> Failure {
        let answer = answer.initialize_update_answer.as_bytes();
        let kept = deps
            .db()
            .map_err(Failure::from)
            .and_then(|mut db| db.write(|db| set_aside(db, &row, channel, &stored, answer, why)));
        match kept {
            Ok(()) => Refusal::CardNotGenuine.into(),
            Err(fault) => fault,
        }
    };
    let parsed = InitializeUpdateAnswer::parse(answer.initialize_update_answer.as_bytes())
        .map_err(|_| distrust("the answer to INITIALIZE UPDATE is not of this layout"))?;
    if row.kdd.as_ref().is_some_and(|kdd| *kdd != hex::encode(parsed.kdd)) {
        return Err(distrust("the chip shows other diversification data than before"));
    }
    if parsed.key_version != key_set.version().0 {
        return Err(distrust("the chip used another key version than asked for"));
    }
    let keys = master(&deps.keys, key_set).diversify(&parsed.kdd);
    if keys.expected_card_challenge(parsed.sequence_counter, application.aid()) != parsed.card_challenge {
        return Err(distrust("the card challenge does not follow from its counter"));
    }
    let authenticated = SessionKeys::authenticate(&keys, &host_challenge, &parsed)
        .map_err(|_| distrust("the card cryptogram is wrong"))?;
    let counter = parsed.sequence_counter.iter().fold(0i64, |sum, byte| (sum << 8) | i64::from(*byte));
    remember(deps, station, once, job, channel, (&hex::encode(parsed.kdd), counter))?;
    let keys = &authenticated.session_keys;
    Ok(ChannelOpened {
        host_cryptogram: HexArray(authenticated.host_cryptogram),
        s_enc: SecretHex::new(*keys.s_enc()),
        s_mac: SecretHex::new(*keys.s_mac()),
        s_rmac: SecretHex::new(*keys.s_rmac()),
        level: LEVEL_FULL,
    })
}

/// Quarantines the job, and stores with the channel which chip gave which answer. If the job is given up
/// later and gets another chip, this evidence stays, and the chip is never bound to a job again.
///
/// If the job was given up after its row was read, its channel is gone: then the channel is written anew,
/// with the evidence. The job waits by now, or has another station or chip, and is left alone.
fn set_aside(
    db: &mut Db,
    row: &JobRow,
    id: Uuid,
    channel: &ChannelRow,
    answer: &[u8],
    why: &str,
) -> Result<(), Failure> {
    lock(db, row.id.0)?;
    let now = super::load(db, row.id.0)?;
    if now.station_id == row.station_id && now.chip_id == row.chip_id {
        quarantine(db, row.id.0, why)?;
    }
    let evidence = (
        card_channel::distrusted_chip.eq(row.chip_id.as_deref()),
        card_channel::distrusted_why.eq(Some(why)),
        card_channel::distrusted_answer.eq(Some(hex::encode(answer))),
    );
    let kept = diesel::update(card_channel::table.find(Uid(id))).set(evidence.clone()).execute(db)?;
    if kept == 0 {
        let anew = (
            card_channel::id.eq(Uid(id)),
            card_channel::job_id.eq(row.id),
            card_channel::application.eq(&channel.application),
            card_channel::key_set.eq(&channel.key_set),
            card_channel::host_challenge.eq(&channel.host_challenge),
            evidence,
        );
        diesel::insert_into(card_channel::table).values(anew).execute(db)?;
    }
    Ok(())
}

fn remember(
    deps: &Deps,
    station: &CallingStation,
    once: &Once,
    job: Uuid,
    channel: Uuid,
    (kdd, counter): (&str, i64),
) -> Result<(), Failure> {
    let now = Instant::new(deps.now());
    deps.db()?.write(|db| {
        once.bind(db, now)?;
        hold(deps, db, station, job)?;
        diesel::update(card_job::table.find(Uid(job))).set(card_job::kdd.eq(Some(kdd))).execute(db)?;
        let opened =
            diesel::update(card_channel::table.find(Uid(channel)).filter(card_channel::opened_at.is_null()))
                .set((
                    card_channel::opened_at.eq(Some(now)),
                    card_channel::sequence_counter.eq(Some(counter)),
                ))
                .execute(db)?;
        if opened == 1 { Ok(()) } else { Err(Failure::from(Refusal::JobStepOutOfOrder)) }
    })
}

/// The block that replaces the transport keys by the issuer's, for an open transport channel of this chip.
///
/// # Errors
/// [`Refusal::JobStepOutOfOrder`] for any other channel.
pub fn put_key(
    deps: &Deps,
    station: &CallingStation,
    job: Uuid,
    request: &PutKeyRequest,
) -> Result<PutKey, Failure> {
    let (row, channel) = load(deps, station, job, request.channel_id)?;
    let fits = channel.opened_at.is_some()
        && channel.application()? == Application::Isd
        && channel.key_set()? == KeySet::Transport;
    let kdd = row.kdd.filter(|_| fits).ok_or(Refusal::JobStepOutOfOrder)?;
    let mut bytes = [0; 10];
    hex::decode_to_slice(&kdd, &mut bytes).map_err(|e| Failure::damaged("card_job.kdd", e))?;
    let current = master(&deps.keys, KeySet::Transport).diversify(&bytes);
    let new = master(&deps.keys, KeySet::Issuer).diversify(&bytes);
    let block = PutKeyBlock::new(&current, &new, KeySet::Issuer.version());
    let too_long = |_| Failure::Issue("a PUT KEY block is too long".to_owned());
    Ok(PutKey {
        data: HexBytes::new(block.data).map_err(too_long)?,
        expected_answer: HexBytes::new(block.expected_answer).map_err(too_long)?,
    })
}

/// Whether this chip ever failed to prove its keys when a channel was opened to it, in whatever job.
///
/// # Errors
/// An error of the database.
pub(super) fn is_distrusted(db: &mut Db, chip: &ChipId) -> Result<bool, StoreError> {
    let found: i64 = card_channel::table
        .filter(card_channel::distrusted_chip.eq(chip.to_string()))
        .count()
        .get_result(db)?;
    Ok(found > 0)
}

/// Lets a chip be bound to jobs again that did not prove its keys because the service had wrong transport
/// keys. Its answer and the reason stay with the channel. Gives the number of channels in which the chip was
/// distrusted.
///
/// # Errors
/// An error of the database.
pub(crate) fn trust_again(
    db: &mut Db,
    chip: &ChipId,
    reason: &str,
    on: NaiveDate,
) -> Result<usize, StoreError> {
    db.write(|db| {
        let of_chip = card_channel::distrusted_chip.eq(chip.to_string());
        let found: Vec<(Uid, Option<String>)> = card_channel::table
            .filter(of_chip)
            .select((card_channel::id, card_channel::distrusted_why))
            .load(db)?;
        for (channel, why) in &found {
            let why = why.as_deref().unwrap_or_default();
            diesel::update(card_channel::table.find(*channel))
                .set((
                    card_channel::distrusted_chip.eq(None::<String>),
                    card_channel::distrusted_why
                        .eq(Some(format!("{why}; the chip {chip} is trusted again since {on}: {reason}"))),
                ))
                .execute(db)?;
        }
        Ok(found.len())
    })
}

fn load(
    deps: &Deps,
    station: &CallingStation,
    job: Uuid,
    channel: Uuid,
) -> Result<(JobRow, ChannelRow), Failure> {
    let mut db = deps.db()?;
    let (row, _) = require_bound(deps, &mut db, station, job)?;
    let channel = card_channel::table
        .find(Uid(channel))
        .filter(card_channel::job_id.eq(row.id))
        .select(ChannelRow::as_select())
        .first(&mut *db)
        .optional()?
        .ok_or(Refusal::NotFound)?;
    Ok((row, channel))
}

fn master(keys: &KeyRing, key_set: KeySet) -> MasterKey {
    match key_set {
        KeySet::Transport => MasterKey::new_128(*keys.card_transport.expose()),
        KeySet::Issuer => MasterKey::new_128(*keys.card_issuer.expose()),
    }
}

fn application_name(application: Application) -> &'static str {
    match application {
        Application::Isd => "isd",
        Application::Piv => "piv",
        Application::Emrtd => "emrtd",
    }
}

fn key_set_name(key_set: KeySet) -> &'static str {
    match key_set {
        KeySet::Transport => "transport",
        KeySet::Issuer => "issuer",
    }
}

#[cfg(test)]
mod tests {
    use card_protocol::messages::JobState;
    use chrono::{TimeZone as _, Utc};

    use super::super::ends::free_chip;
    use super::super::state_name;
    use super::*;

    const CHIP: &str = "00112233445566778899";

    #[test]
    fn a_job_that_was_given_up_meanwhile_is_left_alone_and_its_chip_is_distrusted_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        let mut db = Db::open(&format!("sqlite://{}", path.display())).unwrap();
        db.migrate().unwrap();
        diesel::sql_query("PRAGMA foreign_keys = OFF").execute(&mut db).unwrap();
        let at = Instant::new(Utc.with_ymd_and_hms(2026, 11, 24, 8, 0, 0).unwrap());
        let (job, station, id) = (Uid(Uuid::from_u128(1)), Uid(Uuid::from_u128(2)), Uid(Uuid::from_u128(3)));
        diesel::insert_into(card_job::table)
            .values((
                card_job::id.eq(job),
                card_job::card_id.eq(job),
                card_job::declaration_id.eq(job),
                card_job::office.eq("1101"),
                card_job::job_state.eq(state_name(JobState::Bound)),
                card_job::station_id.eq(Some(station)),
                card_job::chip_id.eq(Some(CHIP)),
                card_job::created_at.eq(at),
                card_job::waits_since.eq(at),
            ))
            .execute(&mut db)
            .unwrap();
        diesel::insert_into(card_channel::table)
            .values((
                card_channel::id.eq(id),
                card_channel::job_id.eq(job),
                card_channel::application.eq("isd"),
                card_channel::key_set.eq("transport"),
                card_channel::host_challenge.eq("0011223344556677"),
            ))
            .execute(&mut db)
            .unwrap();
        let row = super::super::load(&mut db, job.0).unwrap();
        let channel = card_channel::table.find(id).select(ChannelRow::as_select()).first(&mut db).unwrap();

        // The office gives the job up while the service still checks the chip's answer.
        free_chip(&mut db, job).unwrap();
        diesel::update(card_job::table.find(job))
            .set((
                card_job::job_state.eq(state_name(JobState::Waiting)),
                card_job::station_id.eq(None::<Uid>),
            ))
            .execute(&mut db)
            .unwrap();
        db.write(|db| set_aside(db, &row, id.0, &channel, &[0x5A], "the card cryptogram is wrong")).unwrap();
        assert!(super::super::load(&mut db, job.0).unwrap().is_in(&[JobState::Waiting]));
        assert!(is_distrusted(&mut db, &ChipId::parse(CHIP).unwrap()).unwrap());

        // A job that has another chip by now is not set aside.
        diesel::update(card_job::table.find(job))
            .set((
                card_job::job_state.eq(state_name(JobState::Bound)),
                card_job::station_id.eq(Some(station)),
                card_job::chip_id.eq(Some("99887766554433221100")),
            ))
            .execute(&mut db)
            .unwrap();
        db.write(|db| set_aside(db, &row, id.0, &channel, &[0x5A], "the card cryptogram is wrong")).unwrap();
        assert!(super::super::load(&mut db, job.0).unwrap().is_in(&[JobState::Bound]));

        // A job that still has the chip is set aside.
        diesel::update(card_job::table.find(job))
            .set(card_job::chip_id.eq(Some(CHIP)))
            .execute(&mut db)
            .unwrap();
        db.write(|db| set_aside(db, &row, id.0, &channel, &[0x5A], "the card cryptogram is wrong")).unwrap();
        assert!(super::super::load(&mut db, job.0).unwrap().is_in(&[JobState::Quarantined]));
    }
}
