//! Typed identifiers in one append-only list. All are UUIDs that the shell draws; the types keep them apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id of a UUID that was already drawn.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, for storage.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::from_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person in the register; stays the same whatever numbers and names the person carries.
    PersonId;
    /// A ledger entry.
    EntryId;
    /// A declaration, from draft to its end.
    DeclarationId;
    /// An officer of the registry.
    OfficerId;
    /// A card, from approval to revocation.
    CardId;
    /// A card application.
    ApplicationId;
    /// A notification sent by a hospital.
    NotificationId;
    /// An agency with an agreement.
    AgencyId;
    /// A station that writes cards.
    StationId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_json() {
        let id = PersonId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<PersonId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
        assert!("not an id".parse::<EntryId>().is_err());
    }
}
