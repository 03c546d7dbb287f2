-- The ledger: append-only. What it says of people stands encrypted in entry_part; the leaf holds salted commitments only.

CREATE TABLE log_head (
    log TEXT PRIMARY KEY CHECK (log IN ('register', 'access')),
    size BIGINT NOT NULL CHECK (size >= 0),
    -- The right edge of the RFC 6962 tree, as transparency-log writes it.
    frontier BLOB NOT NULL,
    -- A writer takes an epoch and may append only while it is still the newest one.
    epoch BIGINT NOT NULL,
    lease_until TEXT NOT NULL
);

CREATE TABLE ledger_entry (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    recorded_at TEXT NOT NULL,
    -- Kind, office, officer, day, act number: nothing about a person.
    header TEXT NOT NULL,
    header_salt BLOB NOT NULL,
    leaf TEXT NOT NULL,
    leaf_hash BLOB NOT NULL
);

CREATE TABLE entry_part (
    entry_seq BIGINT NOT NULL REFERENCES ledger_entry (seq),
    ordinal INTEGER NOT NULL,
    person_id BLOB NOT NULL,
    role TEXT NOT NULL,
    commitment BLOB NOT NULL,
    -- Salt and body, sealed under the person's data key; NULL once erased.
    sealed BLOB,
    PRIMARY KEY (entry_seq, ordinal)
);
CREATE INDEX entry_part_person ON entry_part (person_id, entry_seq);

CREATE TABLE data_key (
    person_id BLOB PRIMARY KEY,
    -- Wrapped by the vault; NULL once erased.
    wrapped BLOB
);

CREATE TABLE access_entry (
    seq INTEGER PRIMARY KEY,
    -- Random; no index of its own, since reading is what writes here.
    id BLOB NOT NULL,
    recorded_at TEXT NOT NULL,
    -- officer, agency, citizen or system, and which one.
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('officer', 'agency', 'citizen', 'system')),
    actor_id BLOB NOT NULL,
    actor_label TEXT NOT NULL,
    office TEXT,
    end_user TEXT,
    act TEXT NOT NULL,
    legal_basis TEXT,
    purpose TEXT NOT NULL,
    case_reference TEXT,
    salt BLOB NOT NULL,
    leaf_hash BLOB NOT NULL
);

CREATE TABLE access_person (
    access_seq BIGINT NOT NULL REFERENCES access_entry (seq),
    ordinal INTEGER NOT NULL,
    person_id BLOB NOT NULL,
    PRIMARY KEY (access_seq, ordinal)
);
CREATE INDEX access_person_person ON access_person (person_id, access_seq);

CREATE TABLE checkpoint (
    log TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (log, size)
);

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER access_entry_no_update BEFORE UPDATE ON access_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER access_entry_no_delete BEFORE DELETE ON access_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER access_person_no_update BEFORE UPDATE ON access_person BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER access_person_no_delete BEFORE DELETE ON access_person BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_part_no_delete BEFORE DELETE ON entry_part BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- Erasing is the one change: the sealed body goes, everything else stays.
CREATE TRIGGER entry_part_erase_only BEFORE UPDATE ON entry_part
WHEN NEW.sealed IS NOT NULL OR NEW.entry_seq IS NOT OLD.entry_seq OR NEW.ordinal IS NOT OLD.ordinal
    OR NEW.person_id IS NOT OLD.person_id OR NEW.role IS NOT OLD.role OR NEW.commitment IS NOT OLD.commitment
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

INSERT INTO log_head (log, size, frontier, epoch, lease_until) VALUES
    ('register', 0, X'', 0, '1970-01-01T00:00:00.000000Z'),
    ('access', 0, X'', 0, '1970-01-01T00:00:00.000000Z');
