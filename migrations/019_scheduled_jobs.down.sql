DROP TABLE IF EXISTS modeling.scheduled_jobs;
