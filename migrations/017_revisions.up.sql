-- Guards against writers that were stopped for a while and come back: the newer report or attempt stays.
ALTER TABLE modeling.withdrawals ADD COLUMN IF NOT EXISTS revision bigint NOT NULL DEFAULT 0;
ALTER TABLE modeling.training_runs ADD COLUMN IF NOT EXISTS attempt bigint NOT NULL DEFAULT 0;
-- The last prices traded before the off, by runner: racing.live_prices may be purged before the last correction.
ALTER TABLE modeling.settlements ADD COLUMN IF NOT EXISTS last_traded jsonb;
