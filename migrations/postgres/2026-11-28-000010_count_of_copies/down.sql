DROP TRIGGER paper_copy_spoil_or_erase_only ON paper_copy;
DROP TRIGGER paper_copy_no_truncate ON paper_copy;
DROP TRIGGER paper_copy_no_delete ON paper_copy;
DROP FUNCTION refuse_copy_change();
