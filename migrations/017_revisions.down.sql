ALTER TABLE modeling.settlements DROP COLUMN IF EXISTS last_traded;
ALTER TABLE modeling.training_runs DROP COLUMN IF EXISTS attempt;
ALTER TABLE modeling.withdrawals DROP COLUMN IF EXISTS revision;
