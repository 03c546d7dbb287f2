//! What a token refuses, and what to do about it.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};
use issuance::PublicKey;

use super::super::VaultError;

/// Why a key in a token cannot be made or used. No variant holds a PIN.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The module is no PKCS#11 library that can be loaded.
    #[error(
        "the PKCS#11 module {path} cannot be loaded; install the token's driver and set its path as `module`"
    )]
    Module {
        /// The configured path.
        path: PathBuf,
        /// The loader's word.
        source: Error,
    },
    /// No slot holds a token of that label.
    #[error(
        "no token is labelled {label:?}; put it in, or correct the label (`registry ceremony tokens` lists what is there)"
    )]
    Absent {
        /// The label asked for.
        label: String,
    },
    /// More than one token has the label: which holds the key would be chance.
    #[error("{count} tokens are labelled {label:?}; take out all but one")]
    Ambiguous {
        /// The label asked for.
        label: String,
        /// How many have it.
        count: usize,
    },
    /// Every token that is plugged in has a label.
    #[error("no token is empty: plug in a new one, or have its maker's tool empty one that is over")]
    NoneEmpty,
    /// The token is in use already and would be emptied.
    #[error("the token {label:?} is in use already; a ceremony never empties one")]
    InUse {
        /// The label.
        label: String,
    },
    /// The PIN was refused once; it is not tried again, since a token locks itself after few wrong ones.
    #[error(
        "the PIN of the token was refused and is not tried again; correct the PIN file or gather the right shares, then start anew"
    )]
    PinRefused,
    /// Somebody tried a wrong PIN, and the token counts. What is in a file is not known to be right, so it is
    /// not tried.
    #[error(
        "a wrong PIN was tried on the token {label:?}, which locks itself after a few; correct the PIN file, and have holders open the \
         token once by their shares (`registry ceremony keys`): that sets its count back"
    )]
    FewTries {
        /// The token's label.
        label: String,
    },
    /// The PIN file cannot be used.
    #[error(transparent)]
    PinFile(Box<VaultError>),
    /// A PKCS#11 function failed.
    #[error("{operation}: {}; {}", rv_name(source), remedy(source).advice())]
    Function {
        /// What was being done.
        operation: &'static str,
        /// The library's word.
        source: Error,
    },
    /// The token holds no such key.
    #[error(
        "the token holds no key for {label} that the certificate names; was it made in another token, or destroyed?"
    )]
    NoKey {
        /// The purpose's name.
        label: String,
    },
    /// Two private keys of a purpose where one is needed.
    #[error("the token holds {count} keys for {label}; say which by its certificate")]
    SeveralKeys {
        /// The purpose's name.
        label: String,
        /// How many.
        count: usize,
    },
    /// A key that could have been outside the token, or may do more than sign.
    #[error("the key for {label} {fault}; it is not used: make a new one in the token")]
    Unfit {
        /// The purpose's name.
        label: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// One key under two labels.
    #[error("the key for {label} is also the key for {other}; one purpose a key")]
    TwoPurposes {
        /// The purpose's name.
        label: String,
        /// The other label.
        other: String,
    },
    /// The public half is of no algorithm of ours.
    #[error("the public half of the key for {label} cannot be read as a key of ours")]
    Public {
        /// The purpose's name.
        label: String,
    },
    /// The private half does not sign for the public half.
    #[error(
        "the key for {label} does not sign for its public half; do not use this token, and keep it for examination"
    )]
    Mismatch {
        /// The purpose's name.
        label: String,
    },
}

impl TokenError {
    pub(super) fn function(operation: &'static str, source: Error) -> TokenError {
        TokenError::Function { operation, source }
    }

    pub(super) fn public(label: &str) -> TokenError {
        TokenError::Public { label: label.to_owned() }
    }
}

/// The fingerprint by which people compare keys: SHA-256 of the public key's bits, in groups of four.
pub fn fingerprint(key: &PublicKey) -> String {
    let hex = hex::encode(key.fingerprint());
    let groups: Vec<&str> =
        hex.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(" ")
}

/// What helps against an error of PKCS#11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The session or the token is gone: open anew. Done once by itself.
    Reopen,
    /// Free something on this machine or in the token.
    MakeRoom,
    /// Another PIN.
    CorrectPin,
    /// The PIN is locked or must be changed by the security officer.
    AskSecurityOfficer,
    /// The token cannot do this; another token, or another algorithm.
    ChangeToken,
    /// The token forbids it, and that is right.
    LeaveIt,
    /// The module does not behave as PKCS#11 says, or we do not: report it.
    Report,
}

impl Remedy {
    /// What to do, as a sentence.
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

/// What to do about a return value, for every one that PKCS#11 3.0 knows: a value that the library learns
/// breaks the build here.
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

/// The name of a return value: the library's sentence is the standard's paragraph, too long for a line.
fn rv_name(error: &Error) -> String {
    match error {
        Error::Pkcs11(value, function) => format!("{function} answered {value:?}"),
        other => other.to_string(),
    }
}
