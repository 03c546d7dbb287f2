-- Whether the chip of a job was begun is asked with every death, revocation and giving up.
CREATE INDEX card_channel_job ON card_channel (job_id);
-- What a start looks for: open jobs of cards that ended, intents that were left open, certificates that were replaced.
CREATE INDEX card_job_state ON card_job (job_state);
CREATE INDEX credential_intent_state ON credential_intent (intent_state);
