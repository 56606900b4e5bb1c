-- The role itself may serve other databases of the cluster, so it stays.
ALTER DEFAULT PRIVILEGES IN SCHEMA modeling REVOKE ALL ON TABLES FROM giddyup_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA modeling REVOKE ALL ON SEQUENCES FROM giddyup_worker;
REVOKE ALL ON ALL TABLES IN SCHEMA modeling FROM giddyup_worker;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA modeling FROM giddyup_worker;
REVOKE ALL ON SCHEMA modeling FROM giddyup_worker;
