-- What an answer to an agency stated, as words (`given_name born_on`), so that it can be told when it is out of date. NULL for every
-- other access, and for a question that missed: it told nothing.
ALTER TABLE access_entry ADD COLUMN answered TEXT;
-- Agencies ask what became out of date since they last asked. The ledger grows in this order.
CREATE INDEX ledger_entry_recorded_at ON ledger_entry (recorded_at);
