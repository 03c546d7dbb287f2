ALTER TABLE service_intent DROP COLUMN authority_key_identifier;
ALTER TABLE certificate DROP COLUMN authority_key_identifier;
