//! The tables, declared once for both engines. `migrations/` creates them; a test compares the two.

#![expect(missing_docs, reason = "the columns are documented in migrations/")]

mod issued;

pub use issued::{credential_intent, digital_credential, holder_key, service_intent, status_list};

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::InstantSql;

    log_head (log) {
        log -> Text,
        size -> BigInt,
        frontier -> Binary,
        epoch -> BigInt,
        lease_until -> InstantSql,
        indexed -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    ledger_entry (seq) {
        seq -> BigInt,
        id -> UuidSql,
        recorded_at -> InstantSql,
        header -> Text,
        header_salt -> Binary,
        leaf -> Text,
        leaf_hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    entry_part (entry_seq, ordinal) {
        entry_seq -> BigInt,
        ordinal -> Integer,
        person_id -> UuidSql,
        role -> Text,
        commitment -> Binary,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    data_key (person_id) {
        person_id -> UuidSql,
        wrapped -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    access_entry (seq) {
        seq -> BigInt,
        id -> UuidSql,
        recorded_at -> InstantSql,
        actor_kind -> Text,
        actor_id -> UuidSql,
        actor_label -> Text,
        office -> Nullable<Text>,
        end_user -> Nullable<Text>,
        act -> Text,
        legal_basis -> Nullable<Text>,
        purpose -> Text,
        case_reference -> Nullable<Text>,
        salt -> Binary,
        leaf_hash -> Binary,
        answered -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    access_person (access_seq, ordinal) {
        access_seq -> BigInt,
        ordinal -> Integer,
        person_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    access_of_person (person_id, access_seq) {
        person_id -> UuidSql,
        access_seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    checkpoint (log, size) {
        log -> Text,
        size -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    person (id) {
        id -> UuidSql,
        civil_id -> Nullable<Text>,
        national_number -> Nullable<Text>,
        clan_name -> Nullable<Text>,
        parent_name -> Nullable<Text>,
        given_name -> Text,
        sex -> Text,
        born_on -> Text,
        life_cycle -> Text,
        residence_unit -> Nullable<Text>,
        sealed -> Bool,
        last_seq -> BigInt,
        record -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    number_claim (number) {
        number -> Text,
        person_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    match_key (blocking_key, person_id) {
        blocking_key -> Text,
        person_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    act (number, person_id) {
        number -> Text,
        person_id -> UuidSql,
        kind -> Text,
        entry_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    card (id) {
        id -> UuidSql,
        person_id -> UuidSql,
        document_number -> Text,
        card_state -> Text,
        open_for -> Nullable<UuidSql>,
        chip_id -> Nullable<Text>,
        expires_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    certificate (serial) {
        serial -> Text,
        card_id -> UuidSql,
        slot -> Text,
        spki_sha256 -> Text,
        revoked_on -> Nullable<Text>,
        revocation_reason -> Nullable<Text>,
        authority_key_identifier -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    unit (code) {
        code -> Text,
        parent_code -> Nullable<Text>,
        unit_level -> Text,
        name_mn -> Text,
        name_latin -> Text,
        zone -> Text,
        valid_from -> Nullable<Text>,
        valid_to -> Nullable<Text>,
        source -> Text,
        confidence -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::InstantSql;

    unit_change (ordinal) {
        ordinal -> BigInt,
        applied_at -> InstantSql,
        rows_text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    office (unit_code) {
        unit_code -> Text,
        approval_neighbour -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    officer (id) {
        id -> UuidSql,
        label -> Text,
        office -> Text,
        roles -> Text,
        person_id -> Nullable<UuidSql>,
        valid_from -> InstantSql,
        valid_to -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    agency (id) {
        id -> UuidSql,
        label -> Text,
        agency_kind -> Text,
        valid_from -> InstantSql,
        valid_to -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    agreement (id) {
        id -> UuidSql,
        agency_id -> UuidSql,
        purpose -> Text,
        legal_basis -> Text,
        attributes -> Text,
        misses_per_end_user -> Integer,
        misses_per_agency -> Integer,
        valid_from -> InstantSql,
        valid_to -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    station (id) {
        id -> UuidSql,
        label -> Text,
        office -> Text,
        valid_from -> InstantSql,
        valid_to -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    sign_in_link (code_hash) {
        code_hash -> Text,
        principal_kind -> Text,
        principal_id -> UuidSql,
        expires_at -> InstantSql,
        used_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    session (token_hash) {
        token_hash -> Text,
        principal_kind -> Text,
        principal_id -> UuidSql,
        expires_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::InstantSql;

    idempotency (caller, idempotency_key) {
        caller -> Text,
        idempotency_key -> Text,
        request_hash -> Text,
        answer -> Nullable<Binary>,
        recorded_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    notification (id) {
        id -> UuidSql,
        agency_id -> UuidSql,
        kind -> Text,
        received_at -> InstantSql,
        used_by -> Nullable<UuidSql>,
        sealed -> Binary,
        office -> Nullable<Text>,
        due_on -> Nullable<Text>,
        claim -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    declaration (id) {
        id -> UuidSql,
        kind -> Text,
        office -> Text,
        officer_id -> UuidSql,
        deciding_office -> Text,
        declaration_state -> Text,
        held_against -> Nullable<UuidSql>,
        entry_id -> Nullable<UuidSql>,
        received_at -> InstantSql,
        decided_at -> Nullable<InstantSql>,
        sealed -> Binary,
        due_on -> Nullable<Text>,
        is_late -> Bool,
        expires_on -> Nullable<Text>,
        decision_number -> Nullable<Text>,
        decided_by -> Nullable<UuidSql>,
        appeal_office -> Nullable<Text>,
        appeal_until -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    declaration_claim (claim, declaration_id) {
        claim -> Text,
        declaration_id -> UuidSql,
        standing -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    attachment (id) {
        id -> UuidSql,
        person_id -> UuidSql,
        media_type -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    card_job (id) {
        id -> UuidSql,
        card_id -> UuidSql,
        declaration_id -> UuidSql,
        office -> Text,
        job_state -> Text,
        station_id -> Nullable<UuidSql>,
        officer_id -> Nullable<UuidSql>,
        chip_id -> Nullable<Text>,
        kdd -> Nullable<Text>,
        quarantine_reason -> Nullable<Text>,
        sealed_files -> Nullable<Binary>,
        created_at -> InstantSql,
        claimed_at -> Nullable<InstantSql>,
        finished_at -> Nullable<InstantSql>,
        waits_since -> InstantSql,
        told_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    card_channel (id) {
        id -> UuidSql,
        job_id -> UuidSql,
        application -> Text,
        key_set -> Text,
        host_challenge -> Text,
        sequence_counter -> Nullable<BigInt>,
        opened_at -> Nullable<InstantSql>,
        distrusted_chip -> Nullable<Text>,
        distrusted_why -> Nullable<Text>,
        distrusted_answer -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    card_nonce (id) {
        id -> UuidSql,
        card_id -> UuidSql,
        purpose -> Text,
        nonce -> Text,
        expires_at -> InstantSql,
        used_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    miss_budget (budget_key, counted_on) {
        budget_key -> Text,
        counted_on -> Text,
        misses -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    mandate_proposal (id) {
        id -> UuidSql,
        officer_id -> Nullable<UuidSql>,
        label -> Text,
        office -> Text,
        roles -> Text,
        person_id -> Nullable<UuidSql>,
        proposed_by -> Nullable<UuidSql>,
        proposed_at -> InstantSql,
        confirmed_by -> Nullable<UuidSql>,
        confirmed_at -> Nullable<InstantSql>,
        is_alone -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::UuidSql;

    number_reservation (number) {
        number -> Text,
        claim -> Text,
        declaration_id -> UuidSql,
        until_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::codec::{InstantSql, UuidSql};

    paper_copy (id) {
        id -> UuidSql,
        entry_id -> UuidSql,
        number -> Integer,
        sheet -> Nullable<Text>,
        office -> Text,
        issued_by -> UuidSql,
        issued_at -> InstantSql,
        sealed -> Binary,
        spoiled_at -> Nullable<InstantSql>,
        spoiled_by -> Nullable<UuidSql>,
        spoiled_why -> Nullable<Binary>,
    }
}

diesel::joinable!(entry_part -> ledger_entry (entry_seq));
diesel::joinable!(declaration_claim -> declaration (declaration_id));
diesel::joinable!(access_person -> access_entry (access_seq));
diesel::joinable!(access_of_person -> access_entry (access_seq));
diesel::allow_tables_to_appear_in_same_query!(
    log_head,
    ledger_entry,
    entry_part,
    data_key,
    access_entry,
    access_person,
    access_of_person,
    checkpoint,
    person,
    number_claim,
    match_key,
    act,
    card,
    certificate,
    unit,
    unit_change,
    office,
    officer,
    agency,
    agreement,
    station,
    sign_in_link,
    session,
    idempotency,
    notification,
    declaration,
    declaration_claim,
    attachment,
    card_job,
    card_channel,
    credential_intent,
    service_intent,
    status_list,
    digital_credential,
    holder_key,
    card_nonce,
    miss_budget,
    mandate_proposal,
    number_reservation,
    paper_copy,
);
