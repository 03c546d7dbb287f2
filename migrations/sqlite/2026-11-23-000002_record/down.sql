DROP TABLE certificate;
DROP TABLE card;
DROP TABLE act;
DROP TABLE match_key;
DROP TABLE number_claim;
DROP TABLE person;
