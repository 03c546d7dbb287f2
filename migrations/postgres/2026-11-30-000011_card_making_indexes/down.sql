DROP INDEX credential_intent_state;
DROP INDEX card_job_state;
DROP INDEX card_channel_job;
