ALTER TABLE modeling.ticks DROP COLUMN IF EXISTS explain;
