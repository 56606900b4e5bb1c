DROP TABLE modeling.trials;
