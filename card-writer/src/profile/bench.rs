//! What the steps of a profile work with.

use std::collections::BTreeMap;

use card_protocol::encoding::HexBytes;
use card_protocol::layout::{Application, KeySet, Slot};
use card_protocol::messages::{CardFiles, ChannelAnswer, ChannelRequest, FileHash, Job, ProofNonces};
use card_protocol::scp03::SessionKeys;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::apdu::Command;
use crate::card::Card;
use crate::channel::Scp03Channel;
use crate::channel::scp03::ChannelAuthority;
use crate::edge::Edge;
use crate::journal::Journal;
use crate::mrz::AccessKey;
use crate::personalise::Service;
use crate::receipt::StationKey;
use crate::refusal::Refusal;
use crate::tlv;
use crate::transport_pin::Slip;

/// The application of a channel, and the keys that open it.
pub type Via = (Application, KeySet);

/// Everything that a step may use. It exists for one run; what must survive the run is in the journal.
pub struct Bench<'a, 'b> {
    /// The card in the reader.
    pub card: &'a mut Card<'b>,
    /// The service that gave the job.
    pub service: &'a mut dyn Service,
    /// Clock and randomness.
    pub edge: &'a mut dyn Edge,
    /// The journal, from which the results of earlier steps are read.
    pub journal: &'a mut Journal,
    /// The job of this run.
    pub job: &'a Job,
    /// Where the PIN slip is printed.
    pub slip: &'a Slip,
    /// The key that signs the receipt.
    pub station_key: &'a StationKey,
    /// Whether an earlier run began this step and its end is not known.
    pub is_in_doubt: bool,
    /// The certificates that were issued in this run.
    pub certificates: BTreeMap<Slot, Vec<u8>>,
    /// The files that were read back.
    pub read_back: Vec<FileHash>,
    channel: Option<OpenChannel>,
    nonces: Option<ProofNonces>,
    files: Option<CardFiles>,
}

struct OpenChannel {
    via: Via,
    id: Uuid,
    channel: Scp03Channel,
    next_block: Option<u8>,
}

impl<'a, 'b> Bench<'a, 'b> {
    /// An empty bench.
    pub fn new(
        card: &'a mut Card<'b>,
        service: &'a mut dyn Service,
        edge: &'a mut dyn Edge,
        journal: &'a mut Journal,
        (job, slip, station_key): (&'a Job, &'a Slip, &'a StationKey),
    ) -> Self {
        Self {
            card,
            service,
            edge,
            journal,
            job,
            slip,
            station_key,
            is_in_doubt: false,
            certificates: BTreeMap::new(),
            read_back: Vec::new(),
            channel: None,
            nonces: None,
            files: None,
        }
    }

    /// Opens the channel if it is not open already.
    ///
    /// # Errors
    /// The errors of `Scp03Channel::open`.
    pub fn open(&mut self, via: Via) -> Result<(), Refusal> {
        if self.channel.as_ref().is_some_and(|open| open.via == via) {
            return Ok(());
        }
        self.channel = None;
        let mut authority =
            JobAuthority { service: self.service, job_id: self.job.id, channel_id: Uuid::nil() };
        let channel = Scp03Channel::open(self.card, &mut authority, via.0, via.1)?;
        self.channel = Some(OpenChannel { via, id: authority.channel_id, channel, next_block: Some(0) });
        Ok(())
    }

    /// Forgets the channel and its keys.
    pub fn close(&mut self) {
        self.channel = None;
    }

    /// The id of the open channel.
    ///
    /// # Errors
    /// No channel is open.
    pub fn channel_id(&self) -> Result<Uuid, Refusal> {
        self.channel.as_ref().map(|open| open.id).ok_or(Refusal::BrokenChannel)
    }

    /// Sends a command that must succeed through the open channel.
    ///
    /// # Errors
    /// The errors of `Scp03Channel::require`; or no channel is open.
    pub fn require(&mut self, command: &Command, what: &'static str) -> Result<Vec<u8>, Refusal> {
        let open = self.channel.as_mut().ok_or(Refusal::BrokenChannel)?;
        open.channel.require(self.card, command, what)
    }

    /// The number of the next STORE DATA block in this channel.
    ///
    /// # Errors
    /// 256 blocks were sent: the files are too long.
    pub fn next_block(&mut self) -> Result<u8, Refusal> {
        let open = self.channel.as_mut().ok_or(Refusal::BrokenChannel)?;
        let block = open.next_block.ok_or(Refusal::UnfitFiles("more than 256 STORE DATA blocks"))?;
        open.next_block = block.checked_add(1);
        Ok(block)
    }

    /// The nonce for the proof of a slot.
    ///
    /// # Errors
    /// The service refuses, or did not give a nonce for the slot.
    pub fn nonce(&mut self, slot: Slot) -> Result<[u8; 32], Refusal> {
        if self.nonces.is_none() {
            self.nonces = Some(self.service.proofs(self.job.id)?);
        }
        let nonce = self.nonces.as_ref().and_then(|nonces| nonces.nonce(slot));
        nonce.map(|nonce| nonce.0).ok_or_else(|| Refusal::ServiceUnreachable("a nonce is missing".into()))
    }

    /// The files of the card, after a check that they fit together.
    ///
    /// # Errors
    /// The service refuses, or [`Refusal::UnfitFiles`]: the BAC seed does not belong to DG1, so the card
    /// could not be opened.
    pub fn files(&mut self) -> Result<CardFiles, Refusal> {
        if self.files.is_none() {
            let files = self.service.files(self.job.id)?;
            let seed = access_key(files.dg1.as_bytes())?.seed();
            if !bool::from(seed.ct_eq(files.bac_seed.expose())) {
                return Err(Refusal::UnfitFiles("the BAC seed is not that of DG1"));
            }
            self.files = Some(files);
        }
        self.files.clone().ok_or(Refusal::UnfitFiles("none"))
    }

    /// A hex member of the result of an earlier step.
    ///
    /// # Errors
    /// [`Refusal::Journal`]: the journal does not hold it.
    pub fn earlier(&self, step: &str, member: &str) -> Result<Vec<u8>, Refusal> {
        let value = self.journal.done(step).and_then(|result| result.get(member)).and_then(Value::as_str);
        value.and_then(|text| hex::decode(text).ok()).ok_or_else(|| {
            Refusal::Journal(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "an earlier result is missing",
            ))
        })
    }

    /// Records a file that was read back and is right.
    pub fn note(&mut self, file: &str, bytes: &[u8]) {
        let sha256 = card_protocol::encoding::HexArray(Sha256::digest(bytes).into());
        self.read_back.push(FileHash { file: file.into(), sha256 });
    }
}

/// The access key of a holder, from the zone in EF.DG1 (`61` with `5F1F`).
///
/// # Errors
/// [`Refusal::UnfitFiles`].
pub fn access_key(dg1: &[u8]) -> Result<AccessKey, Refusal> {
    tlv::only(dg1, &[0x61])
        .and_then(|content| tlv::only(content, &[0x5F, 0x1F]))
        .and_then(|zone| std::str::from_utf8(zone).ok())
        .and_then(|zone| AccessKey::from_td1(zone).ok())
        .ok_or(Refusal::UnfitFiles("DG1 has no TD1 zone"))
}

/// The service, as the authority for the channels of one job.
struct JobAuthority<'s> {
    service: &'s mut dyn Service,
    job_id: Uuid,
    channel_id: Uuid,
}

impl ChannelAuthority for JobAuthority<'_> {
    fn host_challenge(&mut self, application: Application, key_set: KeySet) -> Result<[u8; 8], Refusal> {
        let started = self.service.start_channel(self.job_id, &ChannelRequest { application, key_set })?;
        self.channel_id = started.channel_id;
        Ok(started.host_challenge.0)
    }

    fn authenticate(&mut self, answer: &[u8]) -> Result<([u8; 8], SessionKeys, u8), Refusal> {
        let initialize_update_answer =
            HexBytes::new(answer.to_vec()).map_err(|_| Refusal::MalformedAnswer("INITIALIZE UPDATE"))?;
        let answer = ChannelAnswer { initialize_update_answer };
        let opened = self.service.open_channel(self.job_id, self.channel_id, &answer)?;
        Ok((opened.host_cryptogram.0, opened.session_keys(), opened.level))
    }
}
