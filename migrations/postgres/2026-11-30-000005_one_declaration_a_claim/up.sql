-- A claim has one declaration that holds it, by constraint: until now two offices that declared the same
-- event at the same moment both went on, because neither saw the other.
--
-- holds: the declaration of this event.
-- waits: it is held beside another one until an officer decides.
-- decided: an officer decided that it is another event.
-- ended: it was refused or withdrawn.
-- doubled: registered beside another registered one before this constraint; the office looks at both.
ALTER TABLE declaration_claim ADD COLUMN standing TEXT;
-- Of the living, the registered one comes first, then the one received first. Until now `decided_at` of a
-- declaration that is declared said that it was held before, and decided to be another event.
UPDATE declaration_claim AS own SET standing = CASE
    WHEN declaration_state IN ('refused', 'withdrawn') THEN 'ended'
    WHEN declaration_state NOT IN ('declared', 'registered') THEN 'waits'
    WHEN place = 1 THEN 'holds'
    WHEN declaration_state = 'registered' THEN 'doubled'
    WHEN decided_at IS NOT NULL THEN 'decided'
    ELSE 'waits' END
FROM (
    SELECT c.claim, c.declaration_id, d.declaration_state, d.decided_at, row_number() OVER (
        PARTITION BY c.claim, d.declaration_state IN ('declared', 'registered')
        ORDER BY CASE d.declaration_state WHEN 'registered' THEN 0 ELSE 1 END, d.received_at, d.id
    ) AS place
    FROM declaration_claim c JOIN declaration d ON d.id = c.declaration_id
) AS ranked
WHERE own.claim = ranked.claim AND own.declaration_id = ranked.declaration_id;
ALTER TABLE declaration_claim ALTER COLUMN standing SET NOT NULL,
    ADD CONSTRAINT declaration_claim_standing_check
        CHECK (standing IN ('holds', 'waits', 'decided', 'ended', 'doubled'));
CREATE UNIQUE INDEX declaration_claim_holder ON declaration_claim (claim) WHERE standing = 'holds';
CREATE INDEX declaration_claim_declaration ON declaration_claim (declaration_id);
-- Few among many, looked for with every queue.
CREATE INDEX declaration_claim_doubled ON declaration_claim (declaration_id) WHERE standing = 'doubled';

-- The later of two that were declared is held beside the first.
UPDATE declaration SET declaration_state = 'held', held_against = (
    SELECT first.id FROM declaration_claim own
    JOIN declaration_claim other ON other.claim = own.claim AND other.standing = 'holds'
    JOIN declaration first ON first.id = other.declaration_id
    WHERE own.declaration_id = declaration.id AND own.standing = 'waits'
    ORDER BY first.received_at, first.id LIMIT 1
)
WHERE declaration_state = 'declared' AND id IN (SELECT declaration_id FROM declaration_claim WHERE standing = 'waits');
