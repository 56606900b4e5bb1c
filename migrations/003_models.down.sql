DROP TABLE modeling.training_runs;
DROP TABLE modeling.promotions;
DROP INDEX modeling.models_one_production;
DROP TABLE modeling.model_bundles;
ALTER TABLE modeling.models DROP COLUMN feature_set_hash, DROP COLUMN trained_through;
