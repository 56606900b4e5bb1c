-- A tick that was missed is kept, so that it can be counted; it is never sent.
ALTER TABLE modeling.ticks ADD COLUMN IF NOT EXISTS skipped_at timestamptz;
-- Ticks that earlier versions left behind are no outage.
UPDATE modeling.ticks SET skipped_at = now()
 WHERE emitted_at IS NULL AND skipped_at IS NULL AND as_of < now() - interval '1 hour';
DROP INDEX IF EXISTS modeling.ticks_waiting;
CREATE INDEX IF NOT EXISTS ticks_waiting ON modeling.ticks (as_of) WHERE emitted_at IS NULL AND skipped_at IS NULL;
