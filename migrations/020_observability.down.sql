DROP TABLE IF EXISTS modeling.artifact_root;
DROP TABLE IF EXISTS modeling.drift_columns, modeling.drift_runs;
DELETE FROM modeling.scheduled_jobs WHERE detail IS NOT NULL;
ALTER TABLE modeling.scheduled_jobs DROP COLUMN IF EXISTS detail;
ALTER TABLE modeling.workers DROP COLUMN IF EXISTS ready, DROP COLUMN IF EXISTS problems, DROP COLUMN IF EXISTS figures;
