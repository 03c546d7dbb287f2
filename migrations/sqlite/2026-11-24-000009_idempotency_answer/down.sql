ALTER TABLE idempotency ADD COLUMN answer_status INTEGER;
UPDATE idempotency SET answer_status = 200;
