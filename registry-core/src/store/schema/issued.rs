//! What was issued, and what was intended to be.

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    credential_intent (serial) {
        serial -> Text,
        job_id -> UuidSql,
        slot -> Text,
        spki_sha256 -> Text,
        tbs -> Binary,
        intent_state -> Text,
        issued -> Nullable<Binary>,
        recorded_at -> InstantSql,
        revoked_on -> Nullable<Text>,
        revocation_reason -> Nullable<Text>,
        authority_key_identifier -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::InstantSql;

    service_intent (serial) {
        serial -> Text,
        purpose -> Text,
        spki_sha256 -> Text,
        tbs -> Binary,
        intent_state -> Text,
        issued -> Nullable<Binary>,
        recorded_at -> InstantSql,
        authority_key_identifier -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    status_list (list) {
        list -> Integer,
        given -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    digital_credential (id) {
        id -> UuidSql,
        request -> UuidSql,
        card_id -> UuidSql,
        person_id -> UuidSql,
        form -> Text,
        list -> Integer,
        place -> Integer,
        holder_key -> Nullable<Text>,
        tbs -> Binary,
        intent_state -> Text,
        issued_by -> UuidSql,
        recorded_at -> InstantSql,
        expires_at -> InstantSql,
        ended_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    holder_key (spki_sha256) {
        spki_sha256 -> Text,
        person_id -> UuidSql,
    }
}
