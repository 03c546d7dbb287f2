//! The recorded conversation of the profile: card and service both answer from the record, and the writer
//! must send the same, byte for byte. To record an intended change of the conversation, set
//! `BURTGEL_RECORD=1`.

use std::cell::RefCell;
use std::fmt::Write;
use std::path::PathBuf;
use std::rc::Rc;

use card_protocol::messages::{
    CardFiles, CertificateIssued, ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, ChipBinding,
    Job, JobAnswer, KeyProof, ProofNonces, PutKey, SignedReceipt, Spoil,
};
use card_writer::backend::{Backend, BackendError, ScriptedBackend};
use card_writer::personalise::Service;
use card_writer::refusal::Refusal;
use serde_json::Value;
use uuid::Uuid;

use crate::scene::Scene;

/// Where answers of the service come from: the fake, whose answers are recorded, or the record.
enum Source<'s> {
    Fake(&'s mut dyn Service, Rc<RefCell<Vec<Value>>>),
    Record(std::vec::IntoIter<Value>),
}

impl Source<'_> {
    fn answer<A: serde::Serialize + serde::de::DeserializeOwned>(
        &mut self,
        ask: impl FnOnce(&mut dyn Service) -> Result<A, Refusal>,
    ) -> Result<A, Refusal> {
        match self {
            Self::Fake(service, record) => {
                let answer = ask(*service)?;
                record.borrow_mut().push(serde_json::to_value(&answer).unwrap());
                Ok(answer)
            }
            Self::Record(answers) => Ok(serde_json::from_value(answers.next().unwrap()).unwrap()),
        }
    }
}

impl Service for Source<'_> {
    fn claim(&mut self) -> Result<Job, Refusal> {
        self.answer(|s| s.claim())
    }
    fn bind_chip(&mut self, job_id: Uuid, binding: &ChipBinding) -> Result<JobAnswer, Refusal> {
        self.answer(|s| s.bind_chip(job_id, binding))
    }
    fn start_channel(&mut self, job_id: Uuid, request: &ChannelRequest) -> Result<ChannelStarted, Refusal> {
        self.answer(|s| s.start_channel(job_id, request))
    }
    fn open_channel(
        &mut self,
        job_id: Uuid,
        id: Uuid,
        answer: &ChannelAnswer,
    ) -> Result<ChannelOpened, Refusal> {
        self.answer(|s| s.open_channel(job_id, id, answer))
    }
    fn put_key(&mut self, job_id: Uuid, channel_id: Uuid) -> Result<PutKey, Refusal> {
        self.answer(|s| s.put_key(job_id, channel_id))
    }
    fn proofs(&mut self, job_id: Uuid) -> Result<ProofNonces, Refusal> {
        self.answer(|s| s.proofs(job_id))
    }
    fn certify(&mut self, job_id: Uuid, proof: &KeyProof) -> Result<CertificateIssued, Refusal> {
        self.answer(|s| s.certify(job_id, proof))
    }
    fn files(&mut self, job_id: Uuid) -> Result<CardFiles, Refusal> {
        self.answer(|s| s.files(job_id))
    }
    fn send_receipt(&mut self, job_id: Uuid, receipt: &SignedReceipt) -> Result<JobAnswer, Refusal> {
        self.answer(|s| s.send_receipt(job_id, receipt))
    }
    fn spoil(&mut self, job_id: Uuid, spoil: &Spoil) -> Result<JobAnswer, Refusal> {
        self.answer(|s| s.spoil(job_id, spoil))
    }
}

/// Records every exchange.
struct Recorder<'r> {
    inner: &'r mut dyn Backend,
    text: String,
}

impl Backend for Recorder<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        let answer = self.inner.transmit(command)?;
        writeln!(self.text, "> {}\n< {}", hex::encode(command), hex::encode(&answer)).unwrap();
        Ok(answer)
    }
    fn reset(&mut self) -> Result<(), BackendError> {
        self.text.push_str("reset\n");
        self.inner.reset()
    }
    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        self.inner.atr()
    }
}

fn record(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations").join(name)
}

fn record_anew() {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let mut recorder = Recorder {
        inner: &mut slot,
        text: "# A whole run of td1-piv-1 with the simulated card and test keys.\n".into(),
    };
    let answers = Rc::new(RefCell::new(Vec::new()));
    scene.write_with(&mut recorder, &mut |fake| Box::new(Source::Fake(fake, answers.clone()))).unwrap();
    std::fs::write(record("td1-piv-1.txt"), recorder.text).unwrap();
    std::fs::write(record("td1-piv-1.json"), serde_json::to_string_pretty(&*answers.borrow()).unwrap())
        .unwrap();
}

fn replay(conversation: &str) -> (Result<(), Refusal>, bool) {
    let answers: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(record("td1-piv-1.json")).unwrap()).unwrap();
    let mut backend = ScriptedBackend::parse(conversation).unwrap();
    let mut source = Some(Source::Record(answers.into_iter()));
    let outcome = Scene::new().write_with(&mut backend, &mut |_| Box::new(source.take().unwrap()));
    (outcome, backend.is_finished())
}

#[test]
fn the_recorded_conversation_is_held_word_for_word() {
    if std::env::var_os("BURTGEL_RECORD").is_some() {
        record_anew();
    }
    let conversation = std::fs::read_to_string(record("td1-piv-1.txt")).unwrap();
    let (outcome, is_finished) = replay(&conversation);
    outcome.unwrap();
    assert!(is_finished);
}

#[test]
fn a_conversation_with_one_changed_answer_is_broken_off() {
    let conversation = std::fs::read_to_string(record("td1-piv-1.txt")).unwrap();
    // The last answer of a file that is read back under secure messaging.
    let (before, after) = conversation.rsplit_once("\n< 8781").unwrap();
    let (outcome, is_finished) = replay(&format!("{before}\n< 8791{after}"));
    assert!(outcome.is_err() && !is_finished);
}
