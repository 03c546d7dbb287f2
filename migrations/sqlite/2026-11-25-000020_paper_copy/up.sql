-- The copies of civil papers: each counted, each at most on one numbered sheet of security paper. Operational; the signed claim
-- and the number of the sheet stand in `sealed`, and `sheet` is a keyed hash that keeps a sheet from being used twice.
CREATE TABLE paper_copy (
    id BLOB NOT NULL PRIMARY KEY,
    entry_id BLOB NOT NULL,
    -- Which copy of the act's paper, from 1.
    number INTEGER NOT NULL CHECK (number > 0),
    sheet TEXT UNIQUE,
    office TEXT NOT NULL,
    issued_by BLOB NOT NULL REFERENCES officer (id),
    issued_at TEXT NOT NULL,
    sealed BLOB NOT NULL,
    spoiled_at TEXT,
    spoiled_by BLOB REFERENCES officer (id),
    -- The reason, sealed.
    spoiled_why BLOB,
    UNIQUE (entry_id, number)
);
