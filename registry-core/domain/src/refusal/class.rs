//! The classes of refusals. Each door tells a class in its own way: the API and the console as an HTTP
//! status.

/// The class of a refusal, a column of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// What was sent could not be read at all.
    Unreadable,
    /// Nobody is signed in, or the one who is may not ask here.
    NotSignedIn,
    /// The caller may not do this.
    NotYours,
    /// There is no such thing, or the caller may not know of it.
    NotThere,
    /// The address does not take requests of this method.
    WrongMethod,
    /// The request was not complete in time.
    TooSlow,
    /// The request contradicts what the register has, or what was done meanwhile.
    Conflict,
    /// The request is larger than the service takes.
    TooLarge,
    /// The request has a form that the service does not take.
    UnknownForm,
    /// The request was read, but the law or a record forbids it, or a field has an impossible value.
    Unfit,
    /// The caller asked too often.
    TooMany,
    /// A fault of the service.
    Fault,
    /// The service, or a part that it needs, is not ready: ask again later.
    NotReady,
}

impl Class {
    /// Whether the service is to blame, and not the caller.
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
