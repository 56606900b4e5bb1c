DROP TABLE modeling.workers;
DROP TABLE modeling.backfills;
DROP TABLE modeling.settlements;
DROP TABLE modeling.ticks;
