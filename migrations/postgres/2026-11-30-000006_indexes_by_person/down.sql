DROP INDEX credential_intent_key;
DROP INDEX credential_intent_job;
DROP INDEX card_job_station;
DROP INDEX number_reservation_declaration;
DROP INDEX declaration_office;
DROP INDEX number_claim_person;
DROP INDEX act_person;
