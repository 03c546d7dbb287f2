DROP INDEX ledger_entry_recorded_at;
ALTER TABLE access_entry DROP COLUMN answered;
