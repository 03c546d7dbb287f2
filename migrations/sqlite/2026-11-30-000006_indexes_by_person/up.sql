-- What is read with every act by another column than its key: without these, each reading goes through the
-- whole table, and registering grows slower with the register.
CREATE INDEX act_person ON act (person_id);
CREATE INDEX number_claim_person ON number_claim (person_id);
-- The queue of the office that received, and its drafts.
CREATE INDEX declaration_office ON declaration (office, declaration_state);
CREATE INDEX number_reservation_declaration ON number_reservation (declaration_id);
-- The open job of a station, what was intended for a job and for a key.
CREATE INDEX card_job_station ON card_job (station_id, job_state);
CREATE INDEX credential_intent_job ON credential_intent (job_id, slot);
CREATE INDEX credential_intent_key ON credential_intent (spki_sha256);
