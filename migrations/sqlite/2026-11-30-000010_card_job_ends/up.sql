-- A job that was given up waits behind those that were waiting before it.
ALTER TABLE card_job ADD COLUMN waits_since TEXT NOT NULL DEFAULT '';
UPDATE card_job SET waits_since = created_at;
DROP INDEX card_job_queue;
CREATE INDEX card_job_queue ON card_job (office, job_state, waits_since);
-- When the station that was writing a card was told that the card had ended. Such a job has the state 'ended'.
ALTER TABLE card_job ADD COLUMN told_at TEXT;
-- Certificates of a card that ended before it was written are in no record: that they are revoked stands here.
ALTER TABLE credential_intent ADD COLUMN revoked_on TEXT;
ALTER TABLE credential_intent ADD COLUMN revocation_reason TEXT;
-- Which issuing authority signed it, once it is revoked; empty for the first one.
ALTER TABLE credential_intent ADD COLUMN authority_key_identifier TEXT NOT NULL DEFAULT '';
CREATE INDEX credential_intent_revoked ON credential_intent (authority_key_identifier) WHERE revoked_on IS NOT NULL;
