ALTER TABLE modeling.models DROP COLUMN mlflow_uri;
