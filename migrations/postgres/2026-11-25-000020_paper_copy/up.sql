-- The copies of civil papers: each counted, each at most on one numbered sheet of security paper. Operational; the signed claim
-- and the number of the sheet stand in `sealed`, and `sheet` is a keyed hash that keeps a sheet from being used twice.
CREATE TABLE paper_copy (
    id UUID NOT NULL PRIMARY KEY,
    entry_id UUID NOT NULL,
    -- Which copy of the act's paper, from 1.
    number INTEGER NOT NULL CHECK (number > 0),
    sheet TEXT UNIQUE,
    office TEXT NOT NULL,
    issued_by UUID NOT NULL REFERENCES officer (id),
    issued_at TIMESTAMPTZ NOT NULL,
    sealed BYTEA NOT NULL,
    spoiled_at TIMESTAMPTZ,
    spoiled_by UUID REFERENCES officer (id),
    -- The reason, sealed.
    spoiled_why BYTEA,
    UNIQUE (entry_id, number)
);
