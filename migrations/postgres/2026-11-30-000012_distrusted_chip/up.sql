-- A chip that did not prove its keys in this channel: which one, why it is distrusted, and what it answered (hexadecimal). Such a row
-- stays when the job is given up, and the chip is bound to no job again.
ALTER TABLE card_channel ADD COLUMN distrusted_chip TEXT;
ALTER TABLE card_channel ADD COLUMN distrusted_why TEXT;
ALTER TABLE card_channel ADD COLUMN distrusted_answer TEXT;
CREATE INDEX card_channel_distrusted ON card_channel (distrusted_chip) WHERE distrusted_chip IS NOT NULL;
