DELETE FROM service_intent WHERE purpose <> 'ocsp_responder';
ALTER TABLE service_intent RENAME TO service_intent_before;
CREATE TABLE service_intent (
    serial TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('ocsp_responder')),
    spki_sha256 TEXT NOT NULL UNIQUE,
    tbs BLOB NOT NULL,
    intent_state TEXT NOT NULL CHECK (intent_state IN ('intended', 'issued', 'void')),
    issued BLOB,
    recorded_at TEXT NOT NULL
);
INSERT INTO service_intent SELECT * FROM service_intent_before;
DROP TABLE service_intent_before;
DROP INDEX certificate_revoked;
DROP TABLE holder_key;
DROP TABLE digital_credential;
DROP TABLE status_list;
