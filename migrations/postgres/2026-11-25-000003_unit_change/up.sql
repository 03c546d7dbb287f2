-- Changes of the units as they were applied, one table of text each: the tree is the one built in, with these in their order.
-- Nothing is removed: a unit is closed, and others follow it.
CREATE TABLE unit_change (
    ordinal BIGINT PRIMARY KEY,
    applied_at TIMESTAMPTZ NOT NULL,
    -- Tab-separated, with the columns of registry-core/data/units.tsv.
    rows_text TEXT NOT NULL
);
