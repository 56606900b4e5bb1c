-- A race's first tick explains every runner.
ALTER TABLE modeling.ticks ADD COLUMN IF NOT EXISTS explain boolean NOT NULL DEFAULT false;
