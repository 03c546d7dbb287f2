-- Changes of the units as they were applied, one table of text each: the tree is the one built in, with these in their order.
-- Nothing is removed: a unit is closed, and others follow it.
CREATE TABLE unit_change (
    ordinal INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL,
    -- Tab-separated, with the columns of registry-core/data/units.tsv.
    rows_text TEXT NOT NULL
);
