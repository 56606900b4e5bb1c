-- Rows are never dropped on the way down: empty the tables first, if that is what is meant.
DO $$
BEGIN
    IF EXISTS (SELECT FROM modeling.signals) OR EXISTS (SELECT FROM modeling.bets) OR EXISTS (SELECT FROM modeling.models) THEN
        RAISE EXCEPTION 'modeling.models, signals or bets hold rows: they are not dropped' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END $$;
DROP TABLE modeling.bets;
DROP TABLE modeling.signals;
DROP TABLE modeling.models;
