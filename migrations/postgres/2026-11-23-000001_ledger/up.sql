-- The ledger: append-only. What it says of people stands encrypted in entry_part; the leaf holds salted commitments only.

CREATE TABLE log_head (
    log TEXT PRIMARY KEY CHECK (log IN ('register', 'access')),
    size BIGINT NOT NULL CHECK (size >= 0),
    -- The right edge of the RFC 6962 tree, as transparency-log writes it.
    frontier BYTEA NOT NULL,
    -- A writer takes an epoch and may append only while it is still the newest one.
    epoch BIGINT NOT NULL,
    lease_until TIMESTAMPTZ NOT NULL
);

CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    recorded_at TIMESTAMPTZ NOT NULL,
    -- Kind, office, officer, day, act number: nothing about a person.
    header TEXT NOT NULL,
    header_salt BYTEA NOT NULL,
    leaf TEXT NOT NULL,
    leaf_hash BYTEA NOT NULL
);

CREATE TABLE entry_part (
    entry_seq BIGINT NOT NULL REFERENCES ledger_entry (seq),
    ordinal INTEGER NOT NULL,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    commitment BYTEA NOT NULL,
    -- Salt and body, sealed under the person's data key; NULL once erased.
    sealed BYTEA,
    PRIMARY KEY (entry_seq, ordinal)
);
CREATE INDEX entry_part_person ON entry_part (person_id, entry_seq);

CREATE TABLE data_key (
    person_id UUID PRIMARY KEY,
    -- Wrapped by the vault; NULL once erased.
    wrapped BYTEA
);

CREATE TABLE access_entry (
    seq BIGINT PRIMARY KEY,
    -- Random; no index of its own, since reading is what writes here.
    id UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    -- officer, agency, citizen or system, and which one.
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('officer', 'agency', 'citizen', 'system')),
    actor_id UUID NOT NULL,
    actor_label TEXT NOT NULL,
    office TEXT,
    end_user TEXT,
    act TEXT NOT NULL,
    legal_basis TEXT,
    purpose TEXT NOT NULL,
    case_reference TEXT,
    salt BYTEA NOT NULL,
    leaf_hash BYTEA NOT NULL
);

CREATE TABLE access_person (
    access_seq BIGINT NOT NULL REFERENCES access_entry (seq),
    ordinal INTEGER NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (access_seq, ordinal)
);
CREATE INDEX access_person_person ON access_person (person_id, access_seq);

CREATE TABLE checkpoint (
    log TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (log, size)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_entry_no_change BEFORE UPDATE OR DELETE ON access_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_entry_no_truncate BEFORE TRUNCATE ON access_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_person_no_change BEFORE UPDATE OR DELETE ON access_person FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_person_no_truncate BEFORE TRUNCATE ON access_person FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_no_change BEFORE UPDATE OR DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_part_no_delete BEFORE DELETE ON entry_part FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_part_no_truncate BEFORE TRUNCATE ON entry_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Erasing is the one change: the sealed body goes, everything else stays.
CREATE TRIGGER entry_part_erase_only BEFORE UPDATE ON entry_part FOR EACH ROW
WHEN (NEW.sealed IS NOT NULL OR NEW.entry_seq IS DISTINCT FROM OLD.entry_seq OR NEW.ordinal IS DISTINCT FROM OLD.ordinal
    OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.role IS DISTINCT FROM OLD.role OR NEW.commitment IS DISTINCT FROM OLD.commitment)
EXECUTE FUNCTION refuse_change();

INSERT INTO log_head (log, size, frontier, epoch, lease_until) VALUES
    ('register', 0, ''::bytea, 0, '1970-01-01T00:00:00.000000Z'),
    ('access', 0, ''::bytea, 0, '1970-01-01T00:00:00.000000Z');
