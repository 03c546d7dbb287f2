-- Which issuing authority signed a certificate, by its key identifier (RFC 5280 §4.2.1.1): each has its own list and answers of its own.
-- Empty for those of the first one, from before there was another.
ALTER TABLE certificate ADD COLUMN authority_key_identifier TEXT NOT NULL DEFAULT '';
ALTER TABLE service_intent ADD COLUMN authority_key_identifier TEXT NOT NULL DEFAULT '';
