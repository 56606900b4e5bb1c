import Features
import Testing

@Suite struct ReasonWordsTests {
    private let set = FeatureSet.ability1

    private func words(_ name: String, _ values: [String: Float]) -> String {
        ReasonWords(set.names.map { values[$0] ?? .nan }, set, field: 9).words(name)
    }

    @Test func `describes records as counts`() {
        #expect(
            words("course_place_rate", ["course_place_rate": 0.4, "course_wins": 3, "course_runs": 9])
                == "won 3 of 9 at the course"
        )
        #expect(words("wins", ["wins": 2]) == "won 2 of ?")
    }

    @Test func `adds the rank if the feature is compared within the race`() {
        #expect(
            words("jockey_win_rate_365", ["jockey_win_rate_365": 0.153, "jockey_win_rate_365_rank": 1 / 9])
                == "jockey wins at 15 % in a year, highest of 9"
        )
        #expect(
            words("gpr", ["gpr": 4.25, "gpr_rank": 2.5 / 9]) == "performance rating +4.2 lb, joint 2nd highest of 9"
        )
        #expect(words("gpr", ["gpr": 0, "gpr_rank": 3 / 9]) == "performance rating +0.0 lb, 3rd highest of 9")
    }

    @Test func `names a missing value`() {
        #expect(words("days_since", [:]) == "the last run: not known")
        #expect(words("pair_win_rate", [:]) == "pair win rate: not known")
        for name in set.names { #expect(words(name, [:]).hasSuffix("not known"), "\(name)") }
    }

    @Test func `falls back to the name and the number`() {
        #expect(words("gpr_rank", ["gpr_rank": 0.5]) == "gpr rank 0.5")
        #expect(words("no_such_feature", [:]) == "no such feature: not known")
        #expect(ReasonWords([], set, field: 9).words("age") == "age: not known")
    }

    @Test(arguments: [Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity])
    func `words values that no runner has`(_ value: Float) {
        let values = Dictionary(uniqueKeysWithValues: set.names.map { ($0, value) })
        for name in set.names { #expect(!words(name, values).isEmpty) }
    }

    @Test func `finds the feature that a comparison compares`() {
        #expect(ReasonWords.base("gpr_rank") == "gpr")
        #expect(ReasonWords.base("lengths_slow_diff") == "lengths_slow")
        #expect(ReasonWords.base("speed_mean5_z") == "speed_mean5")
        #expect(ReasonWords.base("win_rate_365") == "win_rate_365")
    }

    @Test func `every feature has its own wording`() {
        let values = Dictionary(uniqueKeysWithValues: set.names.map { ($0, Float(0.5)) })
        for name in set.names {
            let text = words(name, values)
            #expect(!text.contains("_") && !text.contains("?") && !text.isEmpty, "\(name): \(text)")
            guard ReasonWords.base(name) == name else { continue }
            #expect(!text.hasPrefix("\(name.replacing("_", with: " ")) 0.5"), "\(name) has no words")
        }
    }

    @Test func `words each feature as expected`() {
        let counts: [String: Float] = [
            "draw_number": 3, "wins": 2, "runs": 11, "runs_365": 5, "course_wins": 1, "course_runs": 4,
            "distance_wins": 2, "distance_runs": 6, "surface_runs": 7,
        ]
        for (name, value, text) in phrases {
            #expect(words(name, counts.merging([name: value]) { $1 }) == text, "\(name) \(value)")
        }
        #expect(Set(phrases.map(\.name)) == Set(set.names.map(ReasonWords.base)), "each feature has an example")
    }
}

/// Examples of every feature that is not a comparison within the race.
private let phrases: [(name: String, value: Float, words: String)] = [
    ("field_size", 9, "9 runners"),
    ("class_bonus", 3, "this class of race, course and surface"),
    ("furlongs", 6, "over 6 furlongs"),
    ("furlongs", 7.5, "over 7.5 furlongs"),
    ("going", 0, "on fast going"),
    ("going", 3, "on soft going"),
    ("going", 4, "on heavy going"),
    ("surface", 1, "this class of race, course and surface"),
    ("course", 2, "this class of race, course and surface"),
    ("draw_number", 3, "drawn 3 of 9"),
    ("draw_share", 0.25, "drawn 3 of 9"),
    ("pounds", 126, "carries 126 lb"),
    ("pounds_over_field", 2.5, "carries 2.5 lb more than the field's mean"),
    ("pounds_over_field", 0, "carries no more than the field's mean"),
    ("pounds_over_field", -3, "carries 3 lb less than the field's mean"),
    ("official_rating", 81, "officially rated 81"),
    ("age", 4, "4 years old"),
    ("headgear_first", 1, "headgear for the first time"),
    ("headgear_first", 0, "no first-time headgear"),
    ("headgear", 1, "wears headgear"),
    ("headgear", 0, "wears no headgear"),
    ("days_since", 21, "last ran 21 days ago"),
    ("days_career", 420, "first ran 420 days ago"),
    ("position1", 0.25, "beat 75 % of its field last time"),
    ("position2", 0, "beat 100 % of its field the time before last"),
    ("position_mean3", 1, "beat 0 % of its fields in the last 3 runs"),
    ("beaten1", 0, "won last time"),
    ("beaten1", 2.5, "beaten 2.5 lengths last time"),
    ("beaten_mean3", 3.25, "beaten 3.2 lengths on average in the last 3 runs"),
    ("pounds_change", 4, "carries 4 lb more than last time"),
    ("pounds_change", 0, "carries no more than last time"),
    ("pounds_change", -4, "carries 4 lb less than last time"),
    ("rating_change", 2, "rated 2 lb higher than last time"),
    ("rating_change", 0, "rated no higher than last time"),
    ("rating_change", -2, "rated 2 lb lower than last time"),
    ("rating_over_best_win", 3, "rated 3 lb above its highest winning mark"),
    ("rating_over_best_win", 0, "rated the same as its highest winning mark"),
    ("rating_over_best_win", -3, "rated 3 lb below its highest winning mark"),
    ("class_change", 2, "up in class"),
    ("class_change", 0, "in the same class as last time"),
    ("class_change", -2, "down in class"),
    ("distance_change", 1.5, "1.5 furlongs further than last time"),
    ("distance_change", 0.03125, "at the same distance as last time"),
    ("distance_change", -2, "2 furlongs shorter than last time"),
    ("same_jockey", 1, "ridden by the same jockey as last time"),
    ("same_jockey", 0, "another jockey than last time"),
    ("runs", 11, "won 2 of 11"),
    ("wins", 2, "won 2 of 11"),
    ("win_rate", 0.25, "won 2 of 11"),
    ("place_rate", 0.25, "won 2 of 11"),
    ("runs_365", 5, "ran 5 times in the last year"),
    ("win_rate_365", 0.25, "ran 5 times in the last year, wins at 25 %"),
    ("place_rate_365", 0.25, "ran 5 times in the last year, places at 25 %"),
    ("course_runs", 4, "won 1 of 4 at the course"),
    ("course_wins", 1, "won 1 of 4 at the course"),
    ("course_place_rate", 0.25, "won 1 of 4 at the course"),
    ("distance_runs", 6, "won 2 of 6 at about the distance"),
    ("distance_wins", 2, "won 2 of 6 at about the distance"),
    ("distance_place_rate", 0.25, "won 2 of 6 at about the distance"),
    ("going_place_rate", 0.25, "places at 25 % on such going"),
    ("surface_runs", 7, "ran 7 times on the surface"),
    ("surface_place_rate", 0.25, "ran 7 times on the surface"),
    ("speed1", 2.25, "2.2 tenths a furlong faster than par last time"),
    ("speed1", -1.75, "1.8 tenths a furlong slower than par last time"),
    ("speed_raw1", 2.25, "2.2 tenths a furlong faster than par last time"),
    ("speed_raw1", -1.75, "1.8 tenths a furlong slower than par last time"),
    ("speed_best3", 2.25, "2.2 tenths a furlong faster than par at its best in the last 3 runs"),
    ("speed_best3", -1.75, "1.8 tenths a furlong slower than par at its best in the last 3 runs"),
    ("speed_mean5", 2.25, "2.2 tenths a furlong faster than par on average in the last 5 runs"),
    ("speed_mean5", -1.75, "1.8 tenths a furlong slower than par on average in the last 5 runs"),
    ("speed_trend", 1.5, "last run 1.5 tenths a furlong faster than its mean of 5"),
    ("speed_trend", -0.5, "last run 0.5 tenths a furlong slower than its mean of 5"),
    ("gpr", 2.25, "performance rating +2.2 lb"),
    ("gpr", -1.75, "performance rating -1.8 lb"),
    ("gpr_se", 1.5, "performance rating known to 1.5 lb"),
    ("gpr1", 2.25, "last run rated +2.2 lb"),
    ("gpr1", -1.75, "last run rated -1.8 lb"),
    ("online_horse", 2.25, "rating by its results +2.2"),
    ("online_horse", -1.75, "rating by its results -1.8"),
    ("online_jockey", 2.25, "jockey's rating by results +2.2"),
    ("online_jockey", -1.75, "jockey's rating by results -1.8"),
    ("online_trainer", 2.25, "trainer's rating by results +2.2"),
    ("online_trainer", -1.75, "trainer's rating by results -1.8"),
    ("online_strength", 2.25, "horse, jockey and trainer together rated +2.2 at the weight"),
    ("online_strength", -1.75, "horse, jockey and trainer together rated -1.8 at the weight"),
    ("lengths", 2.25, "2.2 lengths better than its rivals of late, at the weight"),
    ("lengths", -1.75, "1.8 lengths worse than its rivals of late, at the weight"),
    ("lengths_slow", 2.25, "2.2 lengths better than its rivals over time, at the weight"),
    ("lengths_slow", -1.75, "1.8 lengths worse than its rivals over time, at the weight"),
    ("trainer_win_rate_14", 0.25, "trainer wins at 25 % in two weeks"),
    ("trainer_win_rate_90", 0.25, "trainer wins at 25 % in three months"),
    ("trainer_win_rate_365", 0.25, "trainer wins at 25 % in a year"),
    ("trainer_win_rate", 0.25, "trainer wins at 25 % in all"),
    ("trainer_place_rate", 0.25, "trainer places at 25 % in all"),
    ("trainer_share_365", 0.0625, "trainer's runners finish 6 % of the field ahead of the middle in a year"),
    ("trainer_share_365", -0.25, "trainer's runners finish 25 % of the field behind the middle in a year"),
    ("trainer_runs_90", 120, "trainer had 120 runners in three months"),
    ("jockey_win_rate_14", 0.25, "jockey wins at 25 % in two weeks"),
    ("jockey_win_rate_90", 0.25, "jockey wins at 25 % in three months"),
    ("jockey_win_rate_365", 0.25, "jockey wins at 25 % in a year"),
    ("jockey_win_rate", 0.25, "jockey wins at 25 % in all"),
    ("jockey_place_rate", 0.25, "jockey places at 25 % in all"),
    ("jockey_share_365", 0.0625, "jockey's rides finish 6 % of the field ahead of the middle in a year"),
    ("jockey_share_365", -0.25, "jockey's rides finish 25 % of the field behind the middle in a year"),
    ("jockey_runs_90", 240, "jockey had 240 rides in three months"),
    ("pair_runs", 40, "jockey and trainer together 40 times"),
    ("pair_win_rate", 0.25, "jockey and trainer together win at 25 %"),
    ("partnership_runs", 6, "the jockey has ridden it 6 times"),
    ("partnership_place_rate", 0.25, "places at 25 % with the jockey"),
    ("sire_share", 0.125, "the sire's runners finish 13 % of the field ahead of the middle"),
    ("sire_share", -0.125, "the sire's runners finish 13 % of the field behind the middle"),
    ("draw_bias", 1, "this part of the draw has won 1 times its share"),
    ("draw_bias", 1.25, "this part of the draw has won 1.2 times its share"),
]
