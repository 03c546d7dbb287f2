-- Work under way. Whatever here says something of a person is sealed by the vault.

CREATE TABLE sign_in_link (
    code_hash TEXT PRIMARY KEY,
    principal_kind TEXT NOT NULL CHECK (principal_kind IN ('officer', 'citizen', 'agency')),
    principal_id UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    principal_kind TEXT NOT NULL CHECK (principal_kind IN ('officer', 'citizen', 'agency')),
    principal_id UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    -- NULL while the first request is still under way.
    answer_status INTEGER,
    answer BYTEA,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);

CREATE TABLE notification (
    id UUID PRIMARY KEY,
    agency_id UUID NOT NULL REFERENCES agency (id),
    kind TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    used_by UUID,
    sealed BYTEA NOT NULL
);

CREATE TABLE declaration (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (unit_code),
    officer_id UUID NOT NULL REFERENCES officer (id),
    -- Whose officers may register it: the same office, or the neighbour who lends a second officer.
    deciding_office TEXT NOT NULL REFERENCES office (unit_code),
    declaration_state TEXT NOT NULL,
    held_against UUID,
    entry_id UUID,
    received_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    sealed BYTEA NOT NULL
);
CREATE INDEX declaration_queue ON declaration (deciding_office, declaration_state, received_at);

-- What makes two declarations the same event, as a keyed hash.
CREATE TABLE declaration_claim (
    claim TEXT NOT NULL,
    declaration_id UUID NOT NULL REFERENCES declaration (id),
    PRIMARY KEY (claim, declaration_id)
);

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    media_type TEXT NOT NULL,
    sealed BYTEA NOT NULL
);

CREATE TABLE card_job (
    id UUID PRIMARY KEY,
    card_id UUID NOT NULL UNIQUE,
    declaration_id UUID NOT NULL REFERENCES declaration (id),
    office TEXT NOT NULL REFERENCES office (unit_code),
    job_state TEXT NOT NULL,
    station_id UUID REFERENCES station (id),
    officer_id UUID REFERENCES officer (id),
    chip_id TEXT UNIQUE,
    -- The chip's key diversification data, once seen; it must not change.
    kdd TEXT,
    quarantine_reason TEXT,
    -- The files as signed, so that a resumed job writes the same.
    sealed_files BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    claimed_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE INDEX card_job_queue ON card_job (office, job_state, created_at);

CREATE TABLE card_channel (
    id UUID PRIMARY KEY,
    job_id UUID NOT NULL REFERENCES card_job (id),
    application TEXT NOT NULL,
    key_set TEXT NOT NULL,
    host_challenge TEXT NOT NULL,
    sequence_counter BIGINT,
    opened_at TIMESTAMPTZ
);

CREATE TABLE credential_intent (
    serial TEXT PRIMARY KEY,
    job_id UUID NOT NULL REFERENCES card_job (id),
    slot TEXT NOT NULL,
    spki_sha256 TEXT NOT NULL,
    -- What will be signed, recorded and linted before it is signed.
    tbs BYTEA NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued BYTEA,
    recorded_at TIMESTAMPTZ NOT NULL
);
-- One live credential per slot of a job; a void intent stays on record.
CREATE UNIQUE INDEX credential_intent_live ON credential_intent (job_id, slot) WHERE intent_state <> 'void';

CREATE TABLE card_nonce (
    id UUID PRIMARY KEY,
    card_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);

CREATE TABLE miss_budget (
    -- A keyed hash of agency, purpose and end user, or of the agency alone.
    budget_key TEXT NOT NULL,
    counted_on TEXT NOT NULL,
    misses INTEGER NOT NULL,
    PRIMARY KEY (budget_key, counted_on)
);
