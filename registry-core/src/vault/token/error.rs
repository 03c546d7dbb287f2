//! What a token refuses, and what to do about it.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};
use issuance::PublicKey;

use super::super::VaultError;

/// Why a key in a token cannot be made or used. No variant holds a PIN.
#[expect(missing_docs, reason = "the fields of an error speak for themselves")]
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The module is no PKCS#11 library that can be loaded.
    #[error(
        "the PKCS#11 module {path} cannot be loaded; install the token's driver and set its path as `module`"
    )]
    Module { path: PathBuf, source: Error },
    /// No slot holds a token with that label.
    #[error(
        "no token is labelled {label:?}; put it in, or correct the label (`registry ceremony tokens` lists what is there)"
    )]
    Absent { label: String },
    /// More than one token has the label: it would be chance which of them holds the key.
    #[error("{count} tokens are labelled {label:?}; take out all but one")]
    Ambiguous { label: String, count: usize },
    /// Every token that is plugged in has a label.
    #[error("no token is empty: plug in a new one, or empty an old one with its maker's tool")]
    NoneEmpty,
    /// The token is in use already, and would be emptied.
    #[error("the token {label:?} is in use already; a ceremony never empties one")]
    InUse { label: String },
    /// The PIN was refused once. It is not tried again, because a token locks itself after a few wrong ones.
    #[error(
        "the PIN of the token was refused and is not tried again; correct the PIN file or gather the right shares, then start anew"
    )]
    PinRefused,
    /// Somebody has tried a wrong PIN, and the token counts. Nobody knows whether the PIN in a file is right,
    /// so it is not tried.
    #[error(
        "a wrong PIN was tried on the token {label:?}, which locks itself after a few; correct the PIN file, and have holders open the \
         token once by their shares (`registry ceremony keys`): that sets its count back"
    )]
    FewTries { label: String },
    /// The PIN file cannot be used.
    #[error(transparent)]
    PinFile(Box<VaultError>),
    /// A PKCS#11 function failed.
    #[error("{operation}: {}; {}", rv_name(source), remedy(source).advice())]
    Function { operation: &'static str, source: Error },
    /// The token holds no such key.
    #[error(
        "the token holds no key for {label} that the certificate names; was it made in another token, or destroyed?"
    )]
    NoKey { label: String },
    /// There are two private keys of a purpose where one is needed.
    #[error("the token holds {count} keys for {label}; say which by its certificate")]
    SeveralKeys { label: String, count: usize },
    /// The key could have been outside the token, or may do more than sign.
    #[error("the key for {label} {fault}; it is not used: make a new one in the token")]
    Unfit { label: String, fault: &'static str },
    /// One key has two labels.
    #[error("the key for {label} is also the key for {other}; one purpose a key")]
    TwoPurposes { label: String, other: String },
    /// The public half has no algorithm of ours.
    #[error("the public half of the key for {label} cannot be read as a key of ours")]
    Public { label: String },
    /// The private half does not sign for the public half.
    #[error(
        "the key for {label} does not sign for its public half; do not use this token, and keep it for examination"
    )]
    Mismatch { label: String },
}

impl TokenError {
    pub(super) fn function(operation: &'static str, source: Error) -> TokenError {
        TokenError::Function { operation, source }
    }

    pub(super) fn public(label: &str) -> TokenError {
        TokenError::Public { label: label.to_owned() }
    }
}

/// The fingerprint by which people compare keys: the SHA-256 of the public key's bits, in groups of four.
pub fn fingerprint(key: &PublicKey) -> String {
    let hex = hex::encode(key.fingerprint());
    let groups: Vec<&str> =
        hex.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(" ")
}

/// What helps against a PKCS#11 error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The session or the token is gone: open it anew. The code does this once by itself.
    Reopen,
    /// Free something on this machine or in the token.
    MakeRoom,
    /// Use another PIN.
    CorrectPin,
    /// The PIN is locked or must be changed by the security officer.
    AskSecurityOfficer,
    /// The token cannot do this: use another token, or another algorithm.
    ChangeToken,
    /// The token forbids it, and rightly so.
    LeaveIt,
    /// The module breaks the PKCS#11 standard, or we do: report it.
    Report,
}

impl Remedy {
    /// The remedy as a sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Remedy::Reopen => {
                "the token or its connection is gone: see that it is plugged in and powered, then try again"
            }
            Remedy::MakeRoom => {
                "free memory or sessions: end other programs that use the token, or destroy keys that are over"
            }
            Remedy::CorrectPin => {
                "the PIN is wrong: do not guess, the token counts; correct the PIN file or gather the right shares"
            }
            Remedy::AskSecurityOfficer => {
                "the PIN is locked, expired or not set: the security officer sets a new one (`registry ceremony new-shares`)"
            }
            Remedy::ChangeToken => {
                "the token does not know this algorithm or parameter: take one that does, or another algorithm in the plan"
            }
            Remedy::LeaveIt => "the token forbids it, as it should: a key stays inside",
            Remedy::Report => {
                "this is a fault in the module or in this program: keep the log and report it to the maker of the token"
            }
        }
    }
}

/// What to do about an error of the library.
pub fn remedy(error: &Error) -> Remedy {
    match error {
        Error::Pkcs11(value, _) => remedy_of(*value),
        Error::LibraryLoading(_) | Error::MissingSymbol(_) => Remedy::ChangeToken,
        Error::NotSupported | Error::NullFunctionPointer => Remedy::ChangeToken,
        Error::PinNotSet => Remedy::CorrectPin,
        Error::TryFromInt(_)
        | Error::TryFromSlice(_)
        | Error::ParseInt(_)
        | Error::Utf8(_)
        | Error::NulError(_)
        | Error::InvalidValue => Remedy::Report,
    }
}

/// The remedy for a return value, for every value that PKCS#11 3.0 knows. If the library learns a new value,
/// this function no longer compiles.
fn remedy_of(value: RvError) -> Remedy {
    use RvError as Rv;
    match value {
        Rv::DeviceError
        | Rv::DeviceRemoved
        | Rv::TokenNotPresent
        | Rv::TokenNotRecognized
        | Rv::SlotIdInvalid
        | Rv::SessionClosed
        | Rv::SessionHandleInvalid
        | Rv::KeyHandleInvalid
        | Rv::ObjectHandleInvalid
        | Rv::UserNotLoggedIn
        | Rv::CryptokiNotInitialized
        | Rv::GeneralError
        | Rv::FunctionFailed
        | Rv::FunctionCanceled
        | Rv::OperationActive
        | Rv::Cancel => Remedy::Reopen,
        Rv::HostMemory | Rv::DeviceMemory | Rv::SessionCount => Remedy::MakeRoom,
        Rv::PinIncorrect | Rv::PinInvalid | Rv::PinLenRange | Rv::PinTooWeak => Remedy::CorrectPin,
        Rv::PinExpired | Rv::PinLocked | Rv::UserPinNotInitialized | Rv::NewPinMode | Rv::NextOtp => {
            Remedy::AskSecurityOfficer
        }
        Rv::MechanismInvalid
        | Rv::MechanismParamInvalid
        | Rv::KeySizeRange
        | Rv::CurveNotSupported
        | Rv::DomainParamsInvalid
        | Rv::FunctionNotSupported
        | Rv::TemplateIncomplete
        | Rv::TemplateInconsistent
        | Rv::AttributeTypeInvalid
        | Rv::AttributeValueInvalid
        | Rv::RandomNoRng
        | Rv::RandomSeedNotSupported
        | Rv::CantLock
        | Rv::NeedToCreateThreads
        | Rv::LibraryLoadFailed
        | Rv::FipsSelfTestFailed
        | Rv::TokenWriteProtected => Remedy::ChangeToken,
        Rv::AttributeSensitive
        | Rv::AttributeReadOnly
        | Rv::ActionProhibited
        | Rv::KeyUnextractable
        | Rv::KeyNotWrappable
        | Rv::KeyFunctionNotPermitted
        | Rv::InformationSensitive
        | Rv::FunctionRejected => Remedy::LeaveIt,
        Rv::NoEvent
        | Rv::ArgumentsBad
        | Rv::DataInvalid
        | Rv::DataLenRange
        | Rv::EncryptedDataInvalid
        | Rv::EncryptedDataLenRange
        | Rv::FunctionNotParallel
        | Rv::KeyTypeInconsistent
        | Rv::KeyNotNeeded
        | Rv::KeyChanged
        | Rv::KeyNeeded
        | Rv::KeyIndigestible
        | Rv::OperationNotInitialized
        | Rv::SessionParallelNotSupported
        | Rv::SessionReadOnly
        | Rv::SessionExists
        | Rv::SessionReadOnlyExists
        | Rv::SessionReadWriteSoExists
        | Rv::SignatureInvalid
        | Rv::SignatureLenRange
        | Rv::UnwrappingKeyHandleInvalid
        | Rv::UnwrappingKeySizeRange
        | Rv::UnwrappingKeyTypeInconsistent
        | Rv::UserAlreadyLoggedIn
        | Rv::UserTypeInvalid
        | Rv::UserAnotherAlreadyLoggedIn
        | Rv::UserTooManyTypes
        | Rv::WrappedKeyInvalid
        | Rv::WrappedKeyLenRange
        | Rv::WrappingKeyHandleInvalid
        | Rv::WrappingKeySizeRange
        | Rv::WrappingKeyTypeInconsistent
        | Rv::BufferTooSmall
        | Rv::SavedStateInvalid
        | Rv::StateUnsaveable
        | Rv::CryptokiAlreadyInitialized
        | Rv::MutexBad
        | Rv::MutexNotLocked
        | Rv::ExceededMaxIterations
        | Rv::PublicKeyInvalid
        | Rv::VendorDefined(_)
        | Rv::UnknownErrorCode(_) => Remedy::Report,
    }
}

/// The name of a return value. The library's own sentence is a paragraph of the standard, too long for a
/// line.
fn rv_name(error: &Error) -> String {
    match error {
        Error::Pkcs11(value, function) => format!("{function} answered {value:?}"),
        other => other.to_string(),
    }
}
