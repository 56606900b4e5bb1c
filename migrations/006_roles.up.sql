-- The role that every worker takes on: it reads racing.*, which belongs to somebody else, and writes modeling.*, which is ours.
DO $$
BEGIN
    CREATE ROLE giddyup_worker NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA modeling TO giddyup_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA modeling TO giddyup_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA modeling TO giddyup_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA modeling GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO giddyup_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA modeling GRANT USAGE ON SEQUENCES TO giddyup_worker;

-- Where racing.* is here already and may be granted by whoever migrates. Its owner grants it otherwise (docs/operations.md).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'racing') THEN
        GRANT USAGE ON SCHEMA racing TO giddyup_worker;
        GRANT SELECT ON ALL TABLES IN SCHEMA racing TO giddyup_worker;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'racing.* could not be granted to giddyup_worker: ask its owner to';
END $$;
