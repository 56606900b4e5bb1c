DROP TABLE modeling.dataset_builds;
DROP TABLE modeling.dataset_parts;
