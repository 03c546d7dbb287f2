DROP TABLE access_of_person;
CREATE INDEX access_person_person ON access_person (person_id, access_seq);
ALTER TABLE log_head DROP COLUMN indexed;
