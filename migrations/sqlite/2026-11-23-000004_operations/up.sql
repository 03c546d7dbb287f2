-- Work under way. Whatever here says something of a person is sealed by the vault.

CREATE TABLE sign_in_link (
    code_hash TEXT PRIMARY KEY,
    principal_kind TEXT NOT NULL CHECK (principal_kind IN ('officer', 'citizen', 'agency')),
    principal_id BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    principal_kind TEXT NOT NULL CHECK (principal_kind IN ('officer', 'citizen', 'agency')),
    principal_id BLOB NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    -- NULL while the first request is still under way.
    answer_status INTEGER,
    answer BLOB,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);

CREATE TABLE notification (
    id BLOB PRIMARY KEY,
    agency_id BLOB NOT NULL REFERENCES agency (id),
    kind TEXT NOT NULL,
    received_at TEXT NOT NULL,
    used_by BLOB,
    sealed BLOB NOT NULL
);

CREATE TABLE declaration (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (unit_code),
    officer_id BLOB NOT NULL REFERENCES officer (id),
    -- Whose officers may register it: the same office, or the neighbour who lends a second officer.
    deciding_office TEXT NOT NULL REFERENCES office (unit_code),
    declaration_state TEXT NOT NULL,
    held_against BLOB,
    entry_id BLOB,
    received_at TEXT NOT NULL,
    decided_at TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX declaration_queue ON declaration (deciding_office, declaration_state, received_at);

-- What makes two declarations the same event, as a keyed hash.
CREATE TABLE declaration_claim (
    claim TEXT NOT NULL,
    declaration_id BLOB NOT NULL REFERENCES declaration (id),
    PRIMARY KEY (claim, declaration_id)
);

CREATE TABLE attachment (
    id BLOB PRIMARY KEY,
    person_id BLOB NOT NULL,
    media_type TEXT NOT NULL,
    sealed BLOB NOT NULL
);

CREATE TABLE card_job (
    id BLOB PRIMARY KEY,
    card_id BLOB NOT NULL UNIQUE,
    declaration_id BLOB NOT NULL REFERENCES declaration (id),
    office TEXT NOT NULL REFERENCES office (unit_code),
    job_state TEXT NOT NULL,
    station_id BLOB REFERENCES station (id),
    officer_id BLOB REFERENCES officer (id),
    chip_id TEXT UNIQUE,
    -- The chip's key diversification data, once seen; it must not change.
    kdd TEXT,
    quarantine_reason TEXT,
    -- The files as signed, so that a resumed job writes the same.
    sealed_files BLOB,
    created_at TEXT NOT NULL,
    claimed_at TEXT,
    finished_at TEXT
);
CREATE INDEX card_job_queue ON card_job (office, job_state, created_at);

CREATE TABLE card_channel (
    id BLOB PRIMARY KEY,
    job_id BLOB NOT NULL REFERENCES card_job (id),
    application TEXT NOT NULL,
    key_set TEXT NOT NULL,
    host_challenge TEXT NOT NULL,
    sequence_counter BIGINT,
    opened_at TEXT
);

CREATE TABLE credential_intent (
    serial TEXT PRIMARY KEY,
    job_id BLOB NOT NULL REFERENCES card_job (id),
    slot TEXT NOT NULL,
    spki_sha256 TEXT NOT NULL,
    -- What will be signed, recorded and linted before it is signed.
    tbs BLOB NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued BLOB,
    recorded_at TEXT NOT NULL
);
-- One live credential per slot of a job; a void intent stays on record.
CREATE UNIQUE INDEX credential_intent_live ON credential_intent (job_id, slot) WHERE intent_state <> 'void';

CREATE TABLE card_nonce (
    id BLOB PRIMARY KEY,
    card_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);

CREATE TABLE miss_budget (
    -- A keyed hash of agency, purpose and end user, or of the agency alone.
    budget_key TEXT NOT NULL,
    counted_on TEXT NOT NULL,
    misses INTEGER NOT NULL,
    PRIMARY KEY (budget_key, counted_on)
);
