//! The engine: claims a job, binds the chip, and runs the steps of the profile in order.
//!
//! Every step is recorded in the journal before and after it. To continue a run that broke off, the same card
//! is put in again: steps that were done are not done again. A card that does not answer as it must is given
//! up. A job that the service takes away, because its card ended or cannot be made, is skipped, and the next
//! one is claimed.

use std::path::Path;

use card_protocol::encoding::{HexArray, HexBytes};
use card_protocol::messages::{
    CardFiles, CertificateIssued, ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, ChipBinding,
    Job, JobAnswer, KeyProof, Problem, ProofNonces, PutKey, SignedReceipt, Spoil,
};
use serde_json::json;
use uuid::Uuid;

use crate::card::Card;
use crate::edge::Edge;
use crate::journal::Journal;
use crate::profile::{Bench, Profile, Step, has_issuer_keys};
use crate::receipt::StationKey;
use crate::refusal::{Refusal, Remedy};
use crate::transport_pin::Slip;

/// The part of the service that personalisation uses: the `/v1/card-jobs` routes, one method for each.
/// `station::Station` implements it over HTTPS.
///
/// Contract: repeating a request with the same content returns the first answer again. Every method returns
/// [`Refusal::Service`] if the service refuses and [`Refusal::ServiceUnreachable`] if it does not answer.
#[expect(clippy::missing_errors_doc, reason = "said once, in the contract")]
pub trait Service {
    /// The next job of this office, or the one that this station has open.
    fn claim(&mut self) -> Result<Job, Refusal>;
    /// Binds the chip to the job.
    fn bind_chip(&mut self, job_id: Uuid, binding: &ChipBinding) -> Result<JobAnswer, Refusal>;
    /// Begins a channel.
    fn start_channel(&mut self, job_id: Uuid, request: &ChannelRequest) -> Result<ChannelStarted, Refusal>;
    /// The session keys, if the card cryptogram is right.
    fn open_channel(
        &mut self,
        job_id: Uuid,
        channel_id: Uuid,
        answer: &ChannelAnswer,
    ) -> Result<ChannelOpened, Refusal>;
    /// Returns the block that replaces the transport keys.
    fn put_key(&mut self, job_id: Uuid, channel_id: Uuid) -> Result<PutKey, Refusal>;
    /// Returns nonces for the proofs of possession.
    fn proofs(&mut self, job_id: Uuid) -> Result<ProofNonces, Refusal>;
    /// Returns a certificate for a key whose possession is proved.
    fn certify(&mut self, job_id: Uuid, proof: &KeyProof) -> Result<CertificateIssued, Refusal>;
    /// Returns the files of the card.
    fn files(&mut self, job_id: Uuid) -> Result<CardFiles, Refusal>;
    /// Hands the receipt in.
    fn send_receipt(&mut self, job_id: Uuid, receipt: &SignedReceipt) -> Result<JobAnswer, Refusal>;
    /// Gives the chip up.
    fn spoil(&mut self, job_id: Uuid, spoil: &Spoil) -> Result<JobAnswer, Refusal>;
}

/// What a station provides.
pub struct Workplace<'a> {
    /// The folder of the journals.
    pub journals: &'a Path,
    /// The printer or file for the PIN slip.
    pub slip: &'a Slip,
    /// The key that signs receipts.
    pub station_key: &'a StationKey,
}

/// A step begins; the progress bar shows it.
#[derive(Clone, Copy)]
pub struct Progress {
    /// Number of the step, from 0.
    pub index: usize,
    /// Number of all steps.
    pub total: usize,
    /// The step that begins.
    pub step: &'static Step,
}

/// What the engine reports while cards are written.
pub enum Told<'t> {
    /// A step begins.
    Progress(Progress),
    /// The service took a job away and says why; the run continues with the next one.
    PassedOver(&'t Problem),
}

/// Writes the next card. Returns the job that was done.
///
/// # Errors
/// The reason why the run ended. [`Refusal::remedy`] says whether the card was given up (the service was told
/// so), or whether the same command continues with it.
pub fn personalise(
    card: &mut Card<'_>,
    service: &mut dyn Service,
    edge: &mut dyn Edge,
    workplace: &Workplace<'_>,
    tell: &mut dyn FnMut(Told<'_>),
) -> Result<Job, Refusal> {
    let mut told: Vec<Box<Problem>> = Vec::new();
    loop {
        match write(card, service, edge, workplace, tell) {
            Err(Refusal::Service(problem)) if problem.takes_the_job_away() => {
                // The service repeats the reason once when the next job is claimed, and not again after that.
                // So the loop ends if it comes a third time.
                match told.iter().filter(|earlier| **earlier == problem).count() {
                    0 => tell(Told::PassedOver(&problem)),
                    1 => {}
                    _ => return Err(Refusal::Service(problem)),
                }
                told.push(problem);
            }
            outcome => return outcome,
        }
    }
}

fn write(
    card: &mut Card<'_>,
    service: &mut dyn Service,
    edge: &mut dyn Edge,
    workplace: &Workplace<'_>,
    tell: &mut dyn FnMut(Told<'_>),
) -> Result<Job, Refusal> {
    let job = service.claim()?;
    let steps = Profile::parse(&job.layout)?.steps();
    let mut journal = Journal::open(workplace.journals, job.id)?;
    // A chip is in the journal only if the service accepted it. If the service now knows of no chip, the job
    // was given up in the meantime.
    if job.chip_id.is_none() && journal.chip_id().is_some() {
        journal.begin_anew(edge.now(), card.chip_id())?;
    }
    require_same_chip(card, &job, &journal)?;
    if let Some(number) = journal.spoilt_by() {
        give_up(service, job.id, "earlier run", number);
        return Err(Refusal::SpoiltCard);
    }
    if job.chip_id.is_none() {
        require_not_begun(card)?;
    }
    bind(card, service, edge, &mut journal, &job)?;
    let tools = (&job, workplace.slip, workplace.station_key);
    let mut bench = Bench::new(card, service, edge, &mut journal, tools);
    for (index, step) in steps.iter().enumerate() {
        tell(Told::Progress(Progress { index, total: steps.len(), step }));
        if step.is_repeated || bench.journal.done(step.name).is_none() {
            take(&mut bench, step)?;
        }
    }
    Ok(job)
}

/// Journal and service both know the chip: after an interruption the same chip must be in the reader.
fn require_same_chip(card: &Card<'_>, job: &Job, journal: &Journal) -> Result<(), Refusal> {
    let known = [job.chip_id, journal.chip_id()];
    if known.into_iter().flatten().any(|chip_id| chip_id != card.chip_id()) {
        return Err(Refusal::AnotherChip);
    }
    Ok(())
}

/// A job without a chip needs a blank one. A chip with the issuer's keys was begun for another job, or for
/// this one before it was given up. It is refused before it is bound, because the job is not at fault.
fn require_not_begun(card: &mut Card<'_>) -> Result<(), Refusal> {
    if has_issuer_keys(card)? { Err(Refusal::BegunChip) } else { Ok(()) }
}

fn bind(
    card: &mut Card<'_>,
    service: &mut dyn Service,
    edge: &mut dyn Edge,
    journal: &mut Journal,
    job: &Job,
) -> Result<(), Refusal> {
    const STEP: &str = "bind-chip";
    if journal.done(STEP).is_some() {
        return Ok(());
    }
    let malformed = Refusal::MalformedAnswer("GET DATA (CPLC)");
    let binding = ChipBinding {
        chip_id: card.chip_id(),
        cplc: HexArray(card.cplc().try_into().map_err(|_| malformed)?),
        kdd: None,
        atr: HexBytes::new(card.atr()?).map_err(|_| Refusal::MalformedAnswer("reset"))?,
    };
    service.bind_chip(job.id, &binding)?;
    // The journal records the chip only after the service accepted it: a refused chip may be exchanged.
    journal.finish(edge.now(), card.chip_id(), STEP, json!({}))
}

/// Runs one step and writes its journal lines.
fn take(bench: &mut Bench<'_, '_>, step: &'static Step) -> Result<(), Refusal> {
    let chip_id = bench.card.chip_id();
    bench.is_in_doubt = bench.journal.is_in_doubt(step.name);
    bench.journal.intend(bench.edge.now(), chip_id, step.name)?;
    tracing::info!(job = %bench.job.id, step = step.name, in_doubt = bench.is_in_doubt, "step");
    let outcome = match step.via {
        Some(via) => bench.open(via).and_then(|()| (step.run)(bench)),
        None => (step.run)(bench),
    };
    match outcome {
        Ok(result) => bench.journal.finish(bench.edge.now(), chip_id, step.name, result),
        Err(refusal) => {
            stop(bench, step, &refusal)?;
            Err(refusal)
        }
    }
}

/// Records why the run ended, and gives the card up if nothing else is possible.
fn stop(bench: &mut Bench<'_, '_>, step: &Step, refusal: &Refusal) -> Result<(), Refusal> {
    bench.close();
    let (at, chip_id, number) = (bench.edge.now(), bench.card.chip_id(), refusal.number());
    match refusal.remedy() {
        Remedy::Spoil | Remedy::Reject => {
            bench.journal.spoil(at, chip_id, step.name, number)?;
            give_up(bench.service, bench.job.id, step.name, number);
            Ok(())
        }
        Remedy::Resume | Remedy::Correct => bench.journal.refuse(at, chip_id, step.name, number),
    }
}

/// Tells the service that the card is spoilt. If the service cannot be reached, the journal makes the next
/// run tell it first.
fn give_up(service: &mut dyn Service, job_id: Uuid, step: &str, number: u32) {
    let spoil = Spoil { reason: format!("{number} in {step}") };
    if let Err(refusal) = service.spoil(job_id, &spoil) {
        tracing::warn!(job = %job_id, number = refusal.number(), "the service could not be told that the card is spoilt");
    }
}
