-- It was 200 in every row: a refusal is never recorded. Without an answer, the key is bound to its request and the step
-- is repeatable by its own state.
ALTER TABLE idempotency DROP COLUMN answer_status;
