DROP INDEX declaration_claim_doubled;
DROP INDEX declaration_claim_declaration;
DROP INDEX declaration_claim_holder;
ALTER TABLE declaration_claim DROP COLUMN standing;
