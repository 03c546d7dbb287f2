DROP INDEX card_channel_distrusted;
ALTER TABLE card_channel DROP COLUMN distrusted_answer;
ALTER TABLE card_channel DROP COLUMN distrusted_why;
ALTER TABLE card_channel DROP COLUMN distrusted_chip;
