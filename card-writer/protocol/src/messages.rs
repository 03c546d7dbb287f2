//! Messages of the `/v1` card interface between a station or desk and the service.
//!
//! Requests refuse unknown members; answers ignore them, since `/v1` only grows. Every write carries an
//! `Idempotency-Key`; an officer's requests carry `Authorization: Bearer` with the token of `POST
//! /v1/sessions`.

mod activation;
mod channel;
mod check;
mod file;
mod job;
mod key;
mod problem;
mod receipt;
pub mod route;
mod sign_in;

pub use activation::{Activated, Activation, ActivationProof, ActivationRequest};
pub use channel::{ChannelAnswer, ChannelOpened, ChannelRequest, ChannelStarted, PutKey, PutKeyRequest};
pub use check::{CheckAnswer, CheckRequest, CheckStatement, Purpose, Trust};
pub use file::CardFiles;
pub use job::{ChipBinding, ClaimRequest, Empty, GiveUp, GivenUp, Job, JobAnswer, JobState, Spoil};
pub use key::{CertificateIssued, KeyProof, ProofNonce, ProofNonces};
pub use problem::{CARD_DATA_UNFIT, CARD_ENDED, CARD_SAID_WRITTEN, PROBLEM_MEDIA_TYPE, Problem};
pub use receipt::{FileHash, Receipt, SignedReceipt};
pub use sign_in::{SessionStarted, SignIn, Token};

use crate::encoding::{Base64Bytes, HexArray, HexBytes};

/// A nonce of the service or of a desk.
pub type Nonce = HexArray<{ crate::proof::NONCE_LENGTH }>;
/// A P-256 public key, SEC1 uncompressed.
pub type PublicKey = HexArray<65>;
/// A DER ECDSA signature on P-256: at most 72 bytes.
pub type DerSignature = HexBytes<72>;
/// An X.509 certificate in DER.
pub type CertificateDer = Base64Bytes<8192>;
/// The SHA-256 of a file or certificate.
pub type Sha256Hash = HexArray<32>;
