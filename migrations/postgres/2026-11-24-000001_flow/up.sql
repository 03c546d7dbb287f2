-- Deadlines, drafts, decisions that can be appealed, notices by unit, and mandates that take two administrators.

-- Until when the office decides (civil date), and whether the event itself came late.
ALTER TABLE declaration ADD COLUMN due_on TEXT;
ALTER TABLE declaration ADD COLUMN is_late BOOLEAN NOT NULL DEFAULT FALSE;
-- Of a draft: the last day on which it is listed among the current ones. It is never removed for its age.
ALTER TABLE declaration ADD COLUMN expires_on TEXT;
-- Of a refusal: its number, who decided, and where and until when it can be appealed.
ALTER TABLE declaration ADD COLUMN decision_number TEXT;
ALTER TABLE declaration ADD COLUMN decided_by UUID;
ALTER TABLE declaration ADD COLUMN appeal_office TEXT;
ALTER TABLE declaration ADD COLUMN appeal_until TEXT;
CREATE UNIQUE INDEX declaration_decision ON declaration (decision_number);
DROP INDEX declaration_queue;
CREATE INDEX declaration_queue ON declaration (deciding_office, declaration_state, due_on, received_at);

-- The unit whose office sees a notice, and until when the event is to be declared.
ALTER TABLE notification ADD COLUMN office TEXT;
ALTER TABLE notification ADD COLUMN due_on TEXT;
-- What the declaration of the same event will claim, as a keyed hash: so a notice knows that it was answered.
ALTER TABLE notification ADD COLUMN claim TEXT;
CREATE INDEX notification_queue ON notification (office, due_on);

-- A mandate proposed by one administrator and confirmed by another. The officer it gives roles to may be new.
CREATE TABLE mandate_proposal (
    id UUID PRIMARY KEY,
    officer_id UUID,
    label TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (unit_code),
    roles TEXT NOT NULL,
    person_id UUID,
    proposed_by UUID REFERENCES officer (id),
    proposed_at TIMESTAMPTZ NOT NULL,
    confirmed_by UUID REFERENCES officer (id),
    confirmed_at TIMESTAMPTZ,
    -- Given by one alone, because there were not two administrators.
    is_alone BOOLEAN NOT NULL
);
