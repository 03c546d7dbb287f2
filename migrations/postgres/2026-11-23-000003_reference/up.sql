-- Reference: who may do what, where. Rows are closed (valid_to), never removed.

CREATE TABLE unit (
    code TEXT PRIMARY KEY,
    parent_code TEXT,
    unit_level TEXT NOT NULL,
    name_mn TEXT NOT NULL,
    name_latin TEXT NOT NULL,
    zone TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL
);

CREATE TABLE office (
    unit_code TEXT PRIMARY KEY REFERENCES unit (code),
    -- Approvals go here when this office has nobody else to give them.
    approval_neighbour TEXT REFERENCES unit (code)
);

CREATE TABLE officer (
    id UUID PRIMARY KEY,
    label TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (unit_code),
    roles TEXT NOT NULL,
    -- The officer's own record, which he may not open or act on.
    person_id UUID,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ
);

CREATE TABLE agency (
    id UUID PRIMARY KEY,
    label TEXT NOT NULL,
    agency_kind TEXT NOT NULL CHECK (agency_kind IN ('agency', 'hospital')),
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ
);

CREATE TABLE agreement (
    id UUID PRIMARY KEY,
    agency_id UUID NOT NULL REFERENCES agency (id),
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    attributes TEXT NOT NULL,
    misses_per_end_user INTEGER NOT NULL,
    misses_per_agency INTEGER NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ,
    UNIQUE (agency_id, purpose, valid_from)
);

CREATE TABLE station (
    id UUID PRIMARY KEY,
    label TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (unit_code),
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ
);
