-- Where a model's copy in MLflow is; NULL: not uploaded (yet).
ALTER TABLE modeling.models ADD COLUMN IF NOT EXISTS mlflow_uri text;
