//! Counted copies of a civil paper: issued on a numbered sheet, drawn as PDF, spoiled.
//!
//! Issuing records the claim that will be signed, with the number of the copy and the sheet, before anything
//! is signed. A copy is later drawn from that claim. The key gives the same signature for the same octets, so
//! a copy that is opened again says the same under the same seal. It is also the same file, as long as the
//! fonts, the names of units and the drawing library do not change.

use civil_paper::{PaperError, to_pdf};
use registry_domain::amendment::EntryRef;
use registry_domain::date::civil_date;
use registry_domain::entry::Entry;
use registry_domain::id::{EntryId, PersonId};
use registry_domain::officer::{Act, Officer};
use registry_domain::paper::people_on_paper;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::drawing::{Drawn, paper_of_copy};
use super::proof::Proof;
use super::records::{Reader, paper_of};
use super::seal::{self, Claim, CopyClaim, as_signed};
use super::sheet::SheetNumber;
use super::{Extract, Line, Read, load_in_effect, read};
use crate::access::Withheld;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::ledger::Log;
use crate::ledger::checkpointing::Checkpointer;
use crate::once::{Once, answered, write_once};
use crate::outside::in_a_few_words;
use crate::steps::Step;
use crate::store::codec::{Instant, Uid};
use crate::store::ledger_log::{self, move_head};
use crate::store::paper_copies::{self, CopyRow};
use crate::store::{Db, StoreError, history};

const TABLE: &str = "paper_copy";

/// What a new copy is printed on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCopy {
    /// Number of the sheet of security paper, as printed on it; none for plain paper.
    #[serde(default)]
    pub sheet: Option<String>,
}

/// A copy, without anything personal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CopyLine {
    /// Its id, for its address.
    pub id: Uuid,
    /// Which copy of the act's paper, from 1.
    pub number: i32,
    /// Whether it is on a numbered sheet.
    pub on_sheet: bool,
    /// When it was issued.
    pub issued_at: String,
    /// Whether and when it was spoiled.
    pub spoiled_at: Option<String>,
}

/// Why a sheet is worth nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spoiled {
    /// In the officer's words.
    pub reason: String,
}

/// A copy that was drawn.
pub struct PrintedCopy {
    /// The PDF file.
    pub pdf: Vec<u8>,
    /// What the paper says, for the access entry.
    pub extract: Extract,
}

/// What is sealed in the row of a copy.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    claim: Claim,
}

/// Counts a new copy of the paper of an act. A copy that cannot be drawn is not counted, and uses up no
/// sheet.
///
/// # Errors
/// As [`super::print`]; [`Refusal::FontsMissing`], [`Refusal::SheetNumberUnfit`], [`Refusal::SheetUsed`],
/// [`Refusal::PaperNotDrawn`].
pub fn issue(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    entry: EntryId,
    new: &NewCopy,
) -> Result<CopyLine, Failure> {
    if let Some(first) = answered(deps, once)? {
        return Ok(first);
    }
    let sheet = new.sheet.as_deref().filter(|sheet| !sheet.trim().is_empty());
    let sheet = sheet.map(SheetNumber::parse).transpose().map_err(|no| no.in_field("sheet"))?;
    deps.fonts.open()?;
    let mut db = deps.db()?;
    let Read { entry: read_entry, lines, .. } = read(deps, &mut db, officer, entry)?;
    let header = read_entry.header;
    let leaf = header.seq.ok_or_else(|| StoreError::Damaged("an entry without a position".to_owned()))?;
    let (tree_size, root) = tree_over(deps, &mut db, leaf)?;
    let expected = paper_copies::next_number(&mut db, entry.uuid())?;
    drop(db);
    let (now, mut draw) = (deps.now(), deps.draw());
    let id = draw.opaque_uuid();
    let (salt, nonce) = (draw.bytes(), draw.nonce());
    let sealing = &deps.keys.sealing;
    let hashed = sheet.as_ref().map(|sheet| sealing.keyed_hash("sheet", &sheet.folded()));
    let claim = Claim {
        act_number: header.act_number.clone().unwrap_or_default(),
        kind: header.kind,
        registered_on: header.registered_on,
        office: header.office.clone(),
        printed_on: civil_date(now, deps.units.zone(&officer.office)),
        facts: seal::digest(&salt, &lines),
        copy: None,
    };
    let claimed = |number: i32| Claim {
        copy: Some(CopyClaim {
            instance: deps.config.instance.clone(),
            number: u32::try_from(number).unwrap_or_default(),
            sheet: sheet.as_ref().map(ToString::to_string),
            leaf,
            tree_size,
            root: root.clone(),
        }),
        ..claim.clone()
    };
    require_drawable(deps, &claimed(expected), &lines)?;
    let counted = write_once(deps, once, |db| {
        // This does not move the log head, but locks it: copies are counted one after another, and only by
        // the ledger's writer.
        move_head(db, Log::Register, deps.epoch, 0)?;
        if let Some(sheet) = &hashed
            && paper_copies::is_sheet_used(db, sheet)?
        {
            return Err(Refusal::SheetUsed.in_field("sheet").into());
        }
        let number = paper_copies::next_number(db, entry.uuid())?;
        let claim = claimed(number);
        claim.clone().prepare().map_err(|e| Failure::Issue(e.to_string()))?;
        let body =
            serde_json::to_vec(&Recorded { claim }).map_err(|e| Failure::damaged("write a copy", e))?;
        let row = CopyRow {
            id: Uid(id),
            entry_id: Uid(entry.uuid()),
            number,
            sheet: hashed.clone(),
            office: officer.office.to_string(),
            issued_by: Uid(officer.id.uuid()),
            issued_at: Instant::new(now),
            sealed: sealing.seal(TABLE, id, nonce, &body)?,
            spoiled_at: None,
            spoiled_by: None,
            spoiled_why: None,
        };
        paper_copies::insert(db, &row)?;
        Ok(line(&row))
    })?;
    Step::CopyCounted.done();
    Ok(counted)
}

/// Draws the paper once and drops it. Its seal has the right length, but a throw-away key signed it, so it is
/// genuine to nobody.
fn require_drawable(deps: &Deps, claim: &Claim, lines: &[Line]) -> Result<(), Failure> {
    let failed = |e: seal::SealError| Failure::Issue(e.to_string());
    let seal = claim.clone().prepare().and_then(|prepared| prepared.rehearse()).map_err(failed)?;
    let copy = claim.copy.as_ref().ok_or_else(|| Failure::Issue("a copy that is not counted".to_owned()))?;
    // The proof is attached to the file and not drawn.
    let drawn = Drawn { claim, copy, lines, seal: &seal, issued_at: deps.now(), proof: Vec::new() };
    to_pdf(&paper_of_copy(deps, drawn), deps.fonts.open()?).map_err(not_drawn)?;
    Ok(())
}

fn not_drawn(error: PaperError) -> Refusal {
    Refusal::PaperNotDrawn { reason: error.to_string() }
}

/// Draws a copy that was issued.
///
/// # Errors
/// As [`super::print`]; [`Refusal::CopyNotFound`], [`Refusal::CopySpoiled`], [`Refusal::CopyErased`],
/// [`Refusal::CopyOutOfDate`] if the act says something else by now, [`Refusal::FontsMissing`],
/// [`Refusal::PaperNotDrawn`].
pub fn open(deps: &Deps, officer: &Officer, id: Uuid) -> Result<Withheld<PrintedCopy>, Failure> {
    let mut db = deps.db()?;
    let row = paper_copies::find(&mut db, id)?.ok_or(Refusal::CopyNotFound)?;
    require_mandate(deps, &mut db, officer, &row)?;
    if row.sealed.is_empty() {
        return Err(Refusal::CopyErased.into());
    }
    let Read { entry, lines, people } = read(deps, &mut db, officer, EntryId::from(row.entry_id))?;
    if row.spoiled_at.is_some() {
        return Err(Refusal::CopySpoiled.into());
    }
    let body = deps.keys.sealing.open(TABLE, id, &row.sealed)?;
    let Recorded { claim } =
        serde_json::from_slice(&body).map_err(|e| Failure::unreadable("read a copy", &e))?;
    let lines = as_signed(&claim.facts, &lines).ok_or(Refusal::CopyOutOfDate)?;
    let copy = claim.copy.clone().ok_or_else(|| Failure::damaged("read a copy", "not counted"))?;
    let prepared = claim.clone().prepare().map_err(|e| Failure::Issue(e.to_string()))?;
    let seal = prepared.sign(&deps.keys.extract).map_err(|e| Failure::Issue(e.to_string()))?;
    Step::CopySigned.done();
    let leaf = ledger_log::leaf_of(&mut db, copy.leaf)?;
    let note = ledger_log::checkpoint_note(&mut db, Log::Register, copy.tree_size)?;
    let path = deps.prover.prove(&mut db, copy.leaf, copy.tree_size)?;
    // The connection is given back: drawing takes long and asks the database nothing.
    drop(db);
    let proof = Proof::new(seal.clone(), &lines, leaf, &path, note);
    let log_key = deps.keys.register_log_public();
    proof.check(&deps.keys.extract.public_key(), &log_key).map_err(|e| Failure::Issue(e.to_string()))?;
    let proof = serde_json::to_vec_pretty(&proof).map_err(|e| Failure::damaged("write a proof", e))?;
    let issued_at = row.issued_at.utc();
    let drawn = Drawn { claim: &claim, copy: &copy, lines: &lines, seal: &seal, issued_at, proof };
    let pdf = to_pdf(&paper_of_copy(deps, drawn), deps.fonts.open()?).map_err(not_drawn)?;
    Step::CopyDrawn.done();
    let extract = Extract {
        act_number: claim.act_number,
        kind: claim.kind,
        registered_on: claim.registered_on,
        office: entry.header.office,
        lines,
        printed_on: claim.printed_on,
        seal,
        people,
    };
    Ok(Withheld::new(PrintedCopy { pdf, extract }))
}

/// Records that the sheet of a copy was spoiled: from then on the copy is void.
///
/// # Errors
/// [`Refusal::CopyNotFound`], [`Refusal::CopySpoiled`], [`Refusal::SpoilReasonUnfit`]; or the officer has no
/// mandate for the office of the act, the act is the officer's own or a relative's, or the store failed.
pub fn spoil(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: Uuid,
    why: &Spoiled,
) -> Result<CopyLine, Failure> {
    if let Some(first) = answered(deps, once)? {
        return Ok(first);
    }
    let reason = in_a_few_words(&why.reason).ok_or_else(|| Refusal::SpoilReasonUnfit.in_field("reason"))?;
    let mut db = deps.db()?;
    let row = paper_copies::find(&mut db, id)?.ok_or(Refusal::CopyNotFound)?;
    // This also works for an act that was annulled since: its sheets are spoiled like any other.
    let entry = require_mandate(deps, &mut db, officer, &row)?;
    for person in concerned(deps, &mut db, &entry)? {
        officer.interest.require_none_in(person)?;
    }
    drop(db);
    let (now, nonce) = (Instant::new(deps.now()), deps.draw().nonce());
    let sealed = deps.keys.sealing.seal("paper_copy.spoiled_why", id, nonce, reason.as_bytes())?;
    write_once(deps, once, |db| {
        move_head(db, Log::Register, deps.epoch, 0)?;
        if !paper_copies::spoil(db, id, now, officer.id.uuid(), &sealed)? {
            return Err(Refusal::CopySpoiled.into());
        }
        Ok(line(&CopyRow { spoiled_at: Some(now), ..row.clone() }))
    })
}

/// The people whom the paper of an entry names today or, if the entry has no paper any more, would have
/// named. People behind a seal are left out, so that a refusal does not give them away.
fn concerned(deps: &Deps, db: &mut Db, entry: &Entry) -> Result<Vec<PersonId>, Failure> {
    let told = load_in_effect(deps, db, entry.header.id)
        .and_then(|entry| paper_of(deps, db, &entry, Reader::Comparison));
    match told {
        Ok(paper) => Ok(paper.people),
        Err(Failure::Refused(_)) => Ok(people_on_paper(entry).collect()),
        Err(fault) => Err(fault),
    }
}

/// The entry of a copy, for an officer who may print the papers of the office that registered it.
fn require_mandate(deps: &Deps, db: &mut Db, officer: &Officer, row: &CopyRow) -> Result<Entry, Failure> {
    let of = EntryRef::Id(EntryId::from(row.entry_id));
    let entry = history::find_entry(db, &deps.keys.sealing, &of)?.ok_or(Refusal::CopyNotFound)?;
    officer.may(Act::PrintExtract, &entry.header.office, &deps.units)?;
    Ok(entry)
}

/// The copies of an act's paper, without anything personal. The caller's right to see them is not checked
/// here: the caller must have read the paper for the officer before ([`super::print`]).
///
/// # Errors
/// The store failed.
pub fn of_entry(deps: &Deps, entry: EntryId) -> Result<Vec<CopyLine>, Failure> {
    Ok(paper_copies::of_entry(&mut *deps.db()?, entry.uuid())?.iter().map(line).collect())
}

fn line(row: &CopyRow) -> CopyLine {
    CopyLine {
        id: row.id.0,
        number: row.number,
        on_sheet: row.sheet.is_some(),
        issued_at: row.issued_at.to_text(),
        spoiled_at: row.spoiled_at.map(Instant::to_text),
    }
}

/// Size and root of the newest checkpoint. If that is older than the entry, a new one is made now.
fn tree_over(deps: &Deps, db: &mut Db, leaf: u64) -> Result<(u64, String), Failure> {
    let config = &deps.config;
    let checkpointer = Checkpointer::new(&deps.keys, &config.instance, &config.checkpoints.folder);
    let failed = |e: String| Failure::Issue(format!("a checkpoint for a paper: {e}"));
    let known = |db: &mut Db| -> Result<Option<(u64, String)>, Failure> {
        let Some(note) = ledger_log::newest_checkpoint(db, Log::Register)? else { return Ok(None) };
        let checkpoint = checkpointer.verify(Log::Register, &note).map_err(failed)?;
        Ok(Some((checkpoint.size, checkpoint.root.to_base64())).filter(|(size, _)| *size > leaf))
    };
    if let Some(tree) = known(db)? {
        return Ok(tree);
    }
    checkpointer.write(db).map_err(|e| failed(e.to_string()))?;
    known(db)?.ok_or_else(|| failed("the newest one does not reach the entry".to_owned()))
}
