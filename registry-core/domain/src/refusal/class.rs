//! What kind of no a refusal is. Each door says it in its own way: the API and the console as an HTTP status.

/// The class of a refusal, a column of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// What was sent could not be read at all.
    Unreadable,
    /// Nobody is signed in, or not as somebody who may ask here.
    NotSignedIn,
    /// It is not for this caller to do.
    NotYours,
    /// There is no such thing, or not for this caller.
    NotThere,
    /// The address is not asked in this way.
    WrongMethod,
    /// The request did not come to its end in time.
    TooSlow,
    /// It contradicts what the register has, or what was done meanwhile.
    Conflict,
    /// More was sent than is taken.
    TooLarge,
    /// It was sent in a form that is not taken.
    UnknownForm,
    /// It was read, and law or record say no; or a field says what cannot be.
    Unfit,
    /// It was asked too often.
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
