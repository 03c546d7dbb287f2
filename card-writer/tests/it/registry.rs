//! A fake service: one job, static keys, authorities. It follows `docs/card-layout.md` and `card-protocol`.

use std::collections::BTreeMap;

use card_protocol::chip::ChipId;
use card_protocol::encoding::{Base64Bytes, HexArray, HexBytes, SecretHex};
use card_protocol::layout::{Application, KeySet, Slot, TD1_PIV_1};
use card_protocol::messages::{
    Activated, Activation, ActivationProof, ActivationRequest, CARD_ENDED, CardFiles, CertificateIssued,
    ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, CheckAnswer, CheckRequest, CheckStatement,
    ChipBinding, Job, JobAnswer, JobState, KeyProof, Problem, ProofNonce, ProofNonces, PutKey, Receipt,
    SignedReceipt, Spoil,
};
use card_protocol::proof;
use card_protocol::scp03::{InitializeUpdateAnswer, LEVEL_FULL, MasterKey, PutKeyBlock, SessionKeys};
use card_writer::activate::ActivationService;
use card_writer::inspect::CheckService;
use card_writer::personalise::Service;
use card_writer::possession::{certified_key, is_signed_by};
use card_writer::refusal::Refusal;
use chrono::NaiveDate;
use ed25519_dalek::Signer;
use issuance::card_data::PreparedCard;
use issuance::holder::Holder;
use issuance::lds::dg2::FaceFormat;
use issuance::lds::mrz::Sex;
use uuid::Uuid;

use crate::authorities::{Authorities, now};

pub const TRANSPORT_MASTER: [u8; 16] = [0x77; 16];
pub const ISSUER_MASTER: [u8; 16] = [0x99; 16];
pub const STATION_KEY: [u8; 32] = [0x55; 32];

/// Request, host challenge and, once authenticated, the KDD.
type Channel = (ChannelRequest, [u8; 8], Option<[u8; 10]>);

pub struct FakeRegistry {
    pub authorities: Authorities,
    pub state: JobState,
    pub chip_id: Option<ChipId>,
    pub certificates: BTreeMap<Slot, (Vec<u8>, Vec<u8>)>,
    pub receipt: Option<Receipt>,
    pub spoilt: Option<String>,
    pub is_active: bool,
    pub keys_handed_out: Vec<[u8; 16]>,
    channels: BTreeMap<Uuid, Channel>,
    pub level: u8,
    /// The calls that are refused once, because the card ended.
    pub ended_at: Vec<&'static str>,
    counter: u8,
}

pub fn refused(number: u32, title: &str) -> Refusal {
    Refusal::Service(Box::new(Problem {
        number,
        status: 409,
        title: title.into(),
        title_mn: "Үгүй".into(),
        detail: None,
    }))
}

impl FakeRegistry {
    pub fn new() -> Self {
        Self {
            authorities: Authorities::new(1),
            state: JobState::Waiting,
            chip_id: None,
            certificates: BTreeMap::new(),
            receipt: None,
            spoilt: None,
            is_active: false,
            keys_handed_out: Vec::new(),
            channels: BTreeMap::new(),
            level: LEVEL_FULL,
            ended_at: Vec::new(),
            counter: 0,
        }
    }

    pub fn holder() -> Holder {
        Holder {
            document_number: "TE0000017".into(),
            parent_name_latin: "Batbold".into(),
            given_name_latin: "Nomin".into(),
            parent_name: "Батболд".into(),
            given_name: "Номин".into(),
            sex: Sex::Female,
            born_on: NaiveDate::from_ymd_opt(2010, 5, 17).unwrap(),
            issued_on: now().date_naive(),
            expires_on: NaiveDate::from_ymd_opt(2035, 5, 16).unwrap(),
            civil_id: "123456789012".into(),
            birth_place: vec!["Дорнод".into(), "Чойбалсан".into()],
            portrait_jpeg: portrait(),
        }
    }

    pub fn answer_key(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&[0x33; 32])
    }

    pub fn certificate(&self, slot: Slot) -> issuance::Certificate {
        issuance::Certificate::from_der(&self.certificates[&slot].1).unwrap()
    }

    fn require_card(&mut self, call: &str) -> Result<(), Refusal> {
        let Some(at) = self.ended_at.iter().position(|ended| *ended == call) else { return Ok(()) };
        self.ended_at.remove(at);
        Err(refused(CARD_ENDED, "the card TE0000016 ended"))
    }

    fn next(&mut self) -> u8 {
        self.counter += 1;
        self.counter
    }

    fn nonce(slot: Slot) -> [u8; 32] {
        [slot.key_reference(); 32]
    }

    fn static_keys(key_set: KeySet, kdd: &[u8; 10]) -> card_protocol::scp03::StaticKeys {
        MasterKey::new_128(match key_set {
            KeySet::Transport => TRANSPORT_MASTER,
            KeySet::Issuer => ISSUER_MASTER,
        })
        .diversify(kdd)
    }
}

fn portrait() -> Vec<u8> {
    let image = image::RgbImage::from_fn(180, 240, |x, y| {
        let (dx, dy) = (f64::from(x) / 180.0 - 0.5, f64::from(y) / 240.0 - 0.5);
        image::Rgb(if dx * dx * 9.0 + dy * dy * 6.0 < 1.0 { [224, 188, 160] } else { [210, 218, 226] })
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&image).unwrap();
    jpeg
}

fn base64<const MAX: usize>(bytes: Vec<u8>) -> Base64Bytes<MAX> {
    Base64Bytes::new(bytes).unwrap()
}

impl Service for FakeRegistry {
    fn claim(&mut self) -> Result<Job, Refusal> {
        self.require_card("claim")?;
        if matches!(self.state, JobState::Written | JobState::Spoiled | JobState::Quarantined) {
            return Err(refused(4040, "no job is waiting"));
        }
        Ok(Job {
            id: Uuid::from_u128(1),
            card_id: Uuid::from_u128(2),
            document_number: Self::holder().document_number,
            holder_label: "Б. Номин".into(),
            layout: TD1_PIV_1.into(),
            chip_id: self.chip_id,
        })
    }

    fn bind_chip(&mut self, _: Uuid, binding: &ChipBinding) -> Result<JobAnswer, Refusal> {
        assert_eq!(ChipId::from_cplc(&binding.cplc.0), Ok(binding.chip_id));
        if self.chip_id.is_some_and(|chip_id| chip_id != binding.chip_id) {
            return Err(refused(4091, "another chip"));
        }
        self.chip_id = Some(binding.chip_id);
        self.state = JobState::Bound;
        Ok(JobAnswer { state: self.state })
    }

    fn start_channel(&mut self, _: Uuid, request: &ChannelRequest) -> Result<ChannelStarted, Refusal> {
        let number = self.next();
        let channel_id = Uuid::from_u128(u128::from(number) + 100);
        self.channels.insert(channel_id, (request.clone(), [number; 8], None));
        Ok(ChannelStarted { channel_id, host_challenge: HexArray([number; 8]) })
    }

    fn open_channel(&mut self, _: Uuid, id: Uuid, answer: &ChannelAnswer) -> Result<ChannelOpened, Refusal> {
        let (request, host_challenge, kdd) = self.channels.get_mut(&id).unwrap();
        let answer = InitializeUpdateAnswer::parse(answer.initialize_update_answer.as_bytes()).unwrap();
        let keys = Self::static_keys(request.key_set, &answer.kdd);
        let Ok(opened) = SessionKeys::authenticate(&keys, host_challenge, &answer) else {
            self.state = JobState::Quarantined;
            return Err(refused(4092, "the card cryptogram is wrong"));
        };
        let aid = request.application.aid();
        assert_eq!(answer.card_challenge, keys.expected_card_challenge(answer.sequence_counter, aid));
        *kdd = Some(answer.kdd);
        let keys = &opened.session_keys;
        self.keys_handed_out.extend([*keys.s_enc(), *keys.s_mac(), *keys.s_rmac()]);
        Ok(ChannelOpened {
            host_cryptogram: HexArray(opened.host_cryptogram),
            s_enc: SecretHex::new(*keys.s_enc()),
            s_mac: SecretHex::new(*keys.s_mac()),
            s_rmac: SecretHex::new(*keys.s_rmac()),
            level: self.level,
        })
    }

    fn put_key(&mut self, _: Uuid, channel_id: Uuid) -> Result<PutKey, Refusal> {
        let (request, _, kdd) = &self.channels[&channel_id];
        assert_eq!((request.application, request.key_set), (Application::Isd, KeySet::Transport));
        let keys = |key_set| Self::static_keys(key_set, &kdd.unwrap());
        let block =
            PutKeyBlock::new(&keys(KeySet::Transport), &keys(KeySet::Issuer), KeySet::Issuer.version());
        Ok(PutKey {
            data: HexBytes::new(block.data).unwrap(),
            expected_answer: HexBytes::new(block.expected_answer).unwrap(),
        })
    }

    fn proofs(&mut self, _: Uuid) -> Result<ProofNonces, Refusal> {
        let nonces = Slot::ALL.map(|slot| ProofNonce { slot, nonce: HexArray(Self::nonce(slot)) });
        Ok(ProofNonces { nonces: nonces.into() })
    }

    fn certify(&mut self, _: Uuid, proof: &KeyProof) -> Result<CertificateIssued, Refusal> {
        self.require_card("certify")?;
        let (slot, key) = (proof.slot, proof.public_key.0);
        let digest = proof::key_proof_digest(&Self::nonce(slot), slot, &self.chip_id.unwrap(), &key);
        if !is_signed_by(&key, &digest, proof.proof.as_bytes()) {
            return Err(refused(4093, "no possession"));
        }
        if !self.certificates.contains_key(&slot) {
            let certificate = self.authorities.certificate(slot, &key, slot.key_reference() & 0x7F);
            self.certificates.insert(slot, (key.to_vec(), certificate.der().to_vec()));
        }
        let (certified, certificate) = &self.certificates[&slot];
        if *certified != key {
            return Err(refused(4094, "another key was certified"));
        }
        Ok(CertificateIssued { certificate: base64(certificate.clone()) })
    }

    fn files(&mut self, _: Uuid) -> Result<CardFiles, Refusal> {
        if self.certificates.len() < 2 {
            return Err(refused(4095, "certificates first"));
        }
        let signer = &self.authorities.document_signer;
        let card = PreparedCard::new(&Self::holder(), FaceFormat::FacialRecord, signer.certificate())
            .unwrap()
            .lint()
            .unwrap()
            .sign(signer)
            .unwrap();
        Ok(CardFiles {
            chuid: base64(issuance::piv::chuid(Uuid::from_u128(2), Self::holder().expires_on)),
            ccc: base64(issuance::piv::ccc([1; 14])),
            com: base64(card.com),
            dg1: base64(card.dg1),
            dg2: base64(card.dg2),
            dg11: base64(card.dg11),
            bac_seed: SecretHex::new(*card.bac_seed.expose()),
            sod: base64(card.sod),
        })
    }

    fn send_receipt(&mut self, _: Uuid, receipt: &SignedReceipt) -> Result<JobAnswer, Refusal> {
        let key = p256::ecdsa::SigningKey::from_slice(&STATION_KEY).unwrap();
        let key = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let digest = proof::receipt_digest(receipt.receipt.as_bytes());
        assert!(is_signed_by(&key, &digest, receipt.signature.as_bytes()));
        self.receipt = Some(receipt.parse().unwrap());
        self.state = JobState::Written;
        Ok(JobAnswer { state: self.state })
    }

    fn spoil(&mut self, _: Uuid, spoil: &Spoil) -> Result<JobAnswer, Refusal> {
        self.spoilt = Some(spoil.reason.clone());
        self.state = JobState::Spoiled;
        Ok(JobAnswer { state: self.state })
    }
}

impl ActivationService for FakeRegistry {
    fn begin(&mut self, request: &ActivationRequest) -> Result<Activation, Refusal> {
        assert_eq!(request.document_number, Self::holder().document_number);
        Ok(Activation { activation_id: Uuid::from_u128(9), nonce: HexArray([0xAC; 32]) })
    }

    fn finish(&mut self, _: Uuid, proof: &ActivationProof) -> Result<Activated, Refusal> {
        let digest = proof::activation_digest(&[0xAC; 32], &Self::holder().document_number);
        let key = &self.certificates[&Slot::Authentication].0;
        if !is_signed_by(key, &digest, proof.signature.as_bytes()) {
            return Err(refused(4096, "not this card"));
        }
        self.is_active = true;
        Ok(Activated { state: "active".into() })
    }
}

impl CheckService for FakeRegistry {
    fn check(&mut self, request: &CheckRequest) -> Result<CheckAnswer, Refusal> {
        let key = certified_key(request.certificate.as_bytes())?;
        let digest = proof::check_digest(&request.nonce.0);
        assert!(is_signed_by(&key, &digest, request.signature.as_bytes()));
        if !self.is_active {
            return Err(refused(4097, "the card is not active"));
        }
        let statement = CheckStatement { active: true, nonce: request.nonce, at: now() };
        let statement = serde_json::to_vec(&statement).unwrap();
        let signature = self.answer_key().sign(&proof::check_answer_message(&statement)).to_bytes();
        Ok(CheckAnswer { statement: base64(statement), signature: HexArray(signature) })
    }
}
