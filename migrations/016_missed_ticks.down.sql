DROP INDEX IF EXISTS modeling.ticks_waiting;
ALTER TABLE modeling.ticks DROP COLUMN IF EXISTS skipped_at;
CREATE INDEX IF NOT EXISTS ticks_waiting ON modeling.ticks (as_of) WHERE emitted_at IS NULL;
