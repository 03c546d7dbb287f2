//! Secure channels to the chip: the service draws the host challenge, checks the card, and gives out session keys of that channel alone.

use card_protocol::chip::ChipId;
use card_protocol::encoding::{HexArray, HexBytes, SecretHex};
use card_protocol::layout::{Application, KeySet};
use card_protocol::messages::{
    ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, PutKey, PutKeyRequest,
};
use card_protocol::scp03::{InitializeUpdateAnswer, LEVEL_FULL, MasterKey, PutKeyBlock, SessionKeys};
use diesel::prelude::*;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::{JobRow, hold, quarantine, require_bound};
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
    distrusted_chip: Option<String>,
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
/// The keys are given once and kept nowhere: the idempotency key is bound to the request, but a repetition is refused, and
/// the station opens a new channel.
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
    if stored.opened_at.is_some() || stored.distrusted_chip.is_some() {
        return Err(Refusal::JobStepOutOfOrder.into());
    }
    let (application, key_set, host_challenge) =
        (stored.application()?, stored.key_set()?, stored.host_challenge()?);
    let distrust = |why: &str| -> Failure {
        match set_aside(deps, &row, channel, answer.initialize_update_answer.as_bytes(), why) {
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

/// Quarantines the job, and keeps with the channel which chip answered what. The job may be given up later and get another chip: this
/// stays, and the chip is bound to no job again.
fn set_aside(deps: &Deps, row: &JobRow, channel: Uuid, answer: &[u8], why: &str) -> Result<(), Failure> {
    deps.db()?.write(|db| {
        quarantine(db, row.id.0, why)?;
        diesel::update(card_channel::table.find(Uid(channel)))
            .set((
                card_channel::distrusted_chip.eq(row.chip_id.as_deref()),
                card_channel::distrusted_why.eq(Some(why)),
                card_channel::distrusted_answer.eq(Some(hex::encode(answer))),
            ))
            .execute(db)?;
        Ok(())
    })
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

/// Whether a chip did not prove its keys when a channel was opened to it, in whatever job.
///
/// # Errors
/// The store's.
pub(super) fn is_distrusted(db: &mut Db, chip: &ChipId) -> Result<bool, StoreError> {
    let found: i64 = card_channel::table
        .filter(card_channel::distrusted_chip.eq(chip.to_string()))
        .count()
        .get_result(db)?;
    Ok(found > 0)
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
