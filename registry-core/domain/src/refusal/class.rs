//! What sort of refusal it is. Each door reports it in its own way: the API and the console as an HTTP
//! status.

/// The class of a refusal, a column of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// The request could not be read at all.
    Unreadable,
    /// Nobody is signed in, or someone who may not ask here.
    NotSignedIn,
    /// This caller may not do it.
    NotYours,
    /// It does not exist, or must not be shown to this caller.
    NotThere,
    /// The address does not accept this method.
    WrongMethod,
    /// The request did not arrive completely in time.
    TooSlow,
    /// It contradicts the register, or something done in the meantime.
    Conflict,
    /// The request is larger than the service accepts.
    TooLarge,
    /// The request has a form that the service does not accept.
    UnknownForm,
    /// The request was read, but law or record forbid it, or a field has an impossible value.
    Unfit,
    /// The caller asked too often.
    TooMany,
    /// A fault of the service.
    Fault,
    /// The service, or a part that it needs, is not ready: ask again later.
    NotReady,
}

impl Class {
    /// Whether the fault lies with the service, not with the caller.
    pub const fn is_of_the_service(self) -> bool {
        match self {
            Self::Fault | Self::NotReady => true,
            Self::Unreadable
            | Self::NotSignedIn
            | Self::NotYours
            | Self::NotThere
            | Self::WrongMethod
            | Self::TooSlow
            | Self::Conflict
            | Self::TooLarge
            | Self::UnknownForm
            | Self::Unfit
            | Self::TooMany => false,
        }
    }
}
