-- Certificates of the service's own keys, which the online issuing authority signs: recorded before they are signed, as those of
-- cards are in `credential_intent`. A key that was certified once is never certified again.
CREATE TABLE service_intent (
    serial TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('ocsp_responder')),
    spki_sha256 TEXT NOT NULL UNIQUE,
    tbs BYTEA NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued BYTEA,
    recorded_at TIMESTAMPTZ NOT NULL
);
