-- The count of copies: no copy is taken out of it. A copy changes once, when it is recorded as spoiled, and what is sealed of it goes
-- with an erasure.
CREATE FUNCTION refuse_copy_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'copies of papers stay counted'; END $$;
CREATE TRIGGER paper_copy_no_delete BEFORE DELETE ON paper_copy FOR EACH ROW EXECUTE FUNCTION refuse_copy_change();
CREATE TRIGGER paper_copy_no_truncate BEFORE TRUNCATE ON paper_copy FOR EACH STATEMENT EXECUTE FUNCTION refuse_copy_change();
CREATE TRIGGER paper_copy_spoil_or_erase_only BEFORE UPDATE ON paper_copy FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.entry_id IS DISTINCT FROM OLD.entry_id OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.sheet IS DISTINCT FROM OLD.sheet OR NEW.office IS DISTINCT FROM OLD.office OR NEW.issued_by IS DISTINCT FROM OLD.issued_by
    OR NEW.issued_at IS DISTINCT FROM OLD.issued_at
    OR (NEW.sealed IS DISTINCT FROM OLD.sealed AND NEW.sealed IS DISTINCT FROM ''::bytea)
    OR (OLD.spoiled_at IS NOT NULL AND (NEW.spoiled_at IS DISTINCT FROM OLD.spoiled_at OR NEW.spoiled_by IS DISTINCT FROM OLD.spoiled_by
        OR (NEW.spoiled_why IS DISTINCT FROM OLD.spoiled_why AND NEW.spoiled_why IS NOT NULL)))
    OR (NEW.spoiled_at IS NULL AND (NEW.spoiled_by IS NOT NULL OR NEW.spoiled_why IS NOT NULL)))
EXECUTE FUNCTION refuse_copy_change();
