DROP TABLE IF EXISTS modeling.replays;
DROP TABLE IF EXISTS modeling.dead_letter_actions;
