//! The two column types that diesel's engines do not share: uuids and instants.
//!
//! PostgreSQL stores `uuid` and `timestamptz`; SQLite stores 16 bytes and RFC 3339 text of fixed width
//! (`2026-11-23T18:00:00.000000Z`), whose text order is the order in time.

use std::io::Write;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::MultiBackend;

/// SQL type of a uuid.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct UuidSql;

/// SQL type of an instant in microseconds, UTC.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct InstantSql;

/// A uuid as a column value; the typed ids of `registry_domain::id` convert into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = UuidSql)]
pub struct Uid(pub Uuid);

/// An instant as a column value. It is truncated to microseconds when it is made, so that what is read equals
/// what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = InstantSql)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// Truncates to microseconds.
    pub fn new(at: DateTime<Utc>) -> Instant {
        Instant(at.trunc_subsecs(6))
    }

    /// The instant as chrono has it.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The fixed-width text that SQLite stores and exports carry.
    pub fn to_text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Instant {
        Instant::new(at)
    }
}

impl From<Uuid> for Uid {
    fn from(id: Uuid) -> Uid {
        Uid(id)
    }
}

macro_rules! typed_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl From<registry_domain::id::$id> for Uid {
            fn from(id: registry_domain::id::$id) -> Uid {
                Uid(id.uuid())
            }
        }
        impl From<Uid> for registry_domain::id::$id {
            fn from(id: Uid) -> registry_domain::id::$id {
                registry_domain::id::$id::new(id.0)
            }
        }
    )+};
}
typed_ids!(
    PersonId,
    EntryId,
    DeclarationId,
    OfficerId,
    CardId,
    ApplicationId,
    NotificationId,
    AgencyId,
    StationId
);

impl ToSql<UuidSql, Pg> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<UuidSql, Pg> for Uid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Uid(Uuid::from_slice(value.as_bytes())?))
    }
}

impl ToSql<UuidSql, Sqlite> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<UuidSql, Sqlite> for Uid {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<diesel::sql_types::Binary, Sqlite>>::from_sql(value)?;
        Ok(Uid(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<InstantSql, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<diesel::sql_types::Timestamptz, Pg>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl FromSql<InstantSql, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<diesel::sql_types::Timestamptz, Pg>>::from_sql(value).map(Instant::new)
    }
}

impl ToSql<InstantSql, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_text());
        Ok(IsNull::No)
    }
}

impl FromSql<InstantSql, Sqlite> for Instant {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel::sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Instant::new(DateTime::parse_from_rfc3339(&text)?.with_timezone(&Utc)))
    }
}

/// Teaches the two-engine backend a type that each of the two engines knows.
macro_rules! on_both_engines {
    ($($rust:ty => $sql:ident),+ $(,)?) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<$rust, $sql>()
            }
        }
    )+};
}
on_both_engines!(Uid => UuidSql, Instant => InstantSql);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_of_instants_is_their_order_in_time() {
        let early = Instant::new(DateTime::from_timestamp(1_700_000_000, 999_999_999).unwrap());
        let late = Instant::new(DateTime::from_timestamp(1_700_000_001, 0).unwrap());
        assert!(early.to_text() < late.to_text());
        assert_eq!(early.to_text().len(), late.to_text().len());
    }
}
