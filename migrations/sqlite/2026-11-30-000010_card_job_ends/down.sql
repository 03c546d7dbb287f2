DROP INDEX credential_intent_revoked;
ALTER TABLE credential_intent DROP COLUMN authority_key_identifier;
ALTER TABLE credential_intent DROP COLUMN revocation_reason;
ALTER TABLE credential_intent DROP COLUMN revoked_on;
ALTER TABLE card_job DROP COLUMN told_at;
DROP INDEX card_job_queue;
CREATE INDEX card_job_queue ON card_job (office, job_state, created_at);
ALTER TABLE card_job DROP COLUMN waits_since;
