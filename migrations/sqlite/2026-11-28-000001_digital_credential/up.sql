-- Digital credentials of a card's holder. Each has a place in a status list, drawn at random and never given again; whether it is good
-- is read from its card and from this row whenever the list is made. What was signed stands in `tbs`: sealed, and emptied with the
-- person's data. The credential itself is kept nowhere.
CREATE TABLE status_list (
    list INTEGER NOT NULL PRIMARY KEY CHECK (list >= 0),
    -- How many places were given.
    given INTEGER NOT NULL CHECK (given >= 0)
);

CREATE TABLE digital_credential (
    id BLOB NOT NULL PRIMARY KEY,
    -- The request that it answers: one that comes again ends what it got before.
    request BLOB NOT NULL,
    card_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('sd_jwt', 'qr')),
    list INTEGER NOT NULL REFERENCES status_list (list),
    place INTEGER NOT NULL CHECK (place >= 0),
    -- Fingerprint of the wallet's key.
    holder_key TEXT,
    tbs BLOB NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued_by BLOB NOT NULL REFERENCES officer (id),
    recorded_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (list, place)
);

CREATE INDEX digital_credential_card ON digital_credential (card_id);
CREATE INDEX digital_credential_key ON digital_credential (holder_key) WHERE holder_key IS NOT NULL;
CREATE INDEX digital_credential_request ON digital_credential (request);

-- The list of revoked certificates is made of few among many.
CREATE INDEX certificate_revoked ON certificate (revoked_on) WHERE revoked_on IS NOT NULL;

-- One key, one holder, for ever.
CREATE TABLE holder_key (
    spki_sha256 TEXT NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL
);

-- A check cannot be changed in place.
ALTER TABLE service_intent RENAME TO service_intent_before;
CREATE TABLE service_intent (
    serial TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('ocsp_responder', 'credential_signer', 'status_list_signer')),
    spki_sha256 TEXT NOT NULL UNIQUE,
    tbs BLOB NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued BLOB,
    recorded_at TEXT NOT NULL
);
INSERT INTO service_intent SELECT * FROM service_intent_before;
DROP TABLE service_intent_before;
