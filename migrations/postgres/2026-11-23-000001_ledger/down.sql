DROP TABLE checkpoint;
DROP TABLE access_person;
DROP TABLE access_entry;
DROP TABLE data_key;
DROP TABLE entry_part;
DROP TABLE ledger_entry;
DROP TABLE log_head;
DROP FUNCTION refuse_change();
