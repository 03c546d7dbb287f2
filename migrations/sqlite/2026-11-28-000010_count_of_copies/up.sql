-- The count of copies: no copy is taken out of it. A copy changes once, when it is recorded as spoiled, and what is sealed of it goes
-- with an erasure.
CREATE TRIGGER paper_copy_no_delete BEFORE DELETE ON paper_copy
BEGIN SELECT RAISE(ABORT, 'copies of papers stay counted'); END;
CREATE TRIGGER paper_copy_spoil_or_erase_only BEFORE UPDATE ON paper_copy
WHEN NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.number IS NOT OLD.number OR NEW.sheet IS NOT OLD.sheet
    OR NEW.office IS NOT OLD.office OR NEW.issued_by IS NOT OLD.issued_by OR NEW.issued_at IS NOT OLD.issued_at
    OR (NEW.sealed IS NOT OLD.sealed AND NEW.sealed IS NOT X'')
    OR (OLD.spoiled_at IS NOT NULL AND (NEW.spoiled_at IS NOT OLD.spoiled_at OR NEW.spoiled_by IS NOT OLD.spoiled_by
        OR (NEW.spoiled_why IS NOT OLD.spoiled_why AND NEW.spoiled_why IS NOT NULL)))
    OR (NEW.spoiled_at IS NULL AND (NEW.spoiled_by IS NOT NULL OR NEW.spoiled_why IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'copies of papers stay counted'); END;
