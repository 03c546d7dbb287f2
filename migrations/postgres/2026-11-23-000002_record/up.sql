-- The record: folded from the ledger, rebuilt from it at any time.

CREATE TABLE person (
    id UUID PRIMARY KEY,
    civil_id TEXT UNIQUE,
    national_number TEXT UNIQUE,
    clan_name TEXT,
    parent_name TEXT,
    given_name TEXT NOT NULL,
    sex TEXT NOT NULL,
    born_on TEXT NOT NULL,
    life_cycle TEXT NOT NULL,
    residence_unit TEXT,
    sealed BOOLEAN NOT NULL,
    last_seq BIGINT NOT NULL,
    -- The whole folded record as canonical JSON (RFC 8785); the columns above are read from it.
    record TEXT NOT NULL
);
CREATE INDEX person_residence ON person (residence_unit);

-- Every number ever given, for ever: a number is never used twice.
CREATE TABLE number_claim (
    number TEXT PRIMARY KEY,
    person_id UUID NOT NULL
);

CREATE TABLE match_key (
    blocking_key TEXT NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (blocking_key, person_id)
);
CREATE INDEX match_key_person ON match_key (person_id);

CREATE TABLE act (
    number TEXT NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    entry_id UUID NOT NULL,
    PRIMARY KEY (number, person_id)
);

CREATE TABLE card (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    document_number TEXT NOT NULL UNIQUE,
    card_state TEXT NOT NULL,
    -- The person while the card is open, else NULL: one open card per person, by constraint.
    open_for UUID UNIQUE,
    chip_id TEXT UNIQUE,
    expires_on TEXT NOT NULL
);
CREATE INDEX card_person ON card (person_id);

CREATE TABLE certificate (
    serial TEXT PRIMARY KEY,
    card_id UUID NOT NULL,
    slot TEXT NOT NULL,
    -- One owner for a public key, for ever.
    spki_sha256 TEXT NOT NULL UNIQUE,
    revoked_on TEXT,
    revocation_reason TEXT
);
CREATE INDEX certificate_card ON certificate (card_id);
