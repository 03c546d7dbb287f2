-- Who looked at a person. Written in large sorted steps behind the log, because a random key beside every access entry would cost
-- more than the entry itself; `log_head.indexed` says how far it has come, and what is newer is read from access_person.
ALTER TABLE log_head ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0;
DROP INDEX access_person_person;
CREATE TABLE access_of_person (
    person_id BLOB NOT NULL,
    access_seq BIGINT NOT NULL,
    PRIMARY KEY (person_id, access_seq)
) WITHOUT ROWID;
