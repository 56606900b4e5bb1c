DROP TABLE modeling.part_expectations;
DROP TABLE modeling.race_expectations;
