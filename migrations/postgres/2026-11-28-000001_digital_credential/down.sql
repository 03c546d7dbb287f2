DELETE FROM service_intent WHERE purpose <> 'ocsp_responder';
ALTER TABLE service_intent DROP CONSTRAINT service_intent_purpose_check;
ALTER TABLE service_intent ADD CONSTRAINT service_intent_purpose_check CHECK (purpose IN ('ocsp_responder'));
DROP INDEX certificate_revoked;
DROP TABLE holder_key;
DROP TABLE digital_credential;
DROP TABLE status_list;
