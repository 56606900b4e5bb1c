import Racing

/// Strike rates are shrunk towards these: about one winner in twelve runners, and three places.
private let winPrior: Float = 0.08
private let placePrior: Float = 0.25

extension Feature {
    static let race: [Feature] = [
        Feature("field_size", .race, "runners", "starters on the card", reads: "card") { Float($0.fieldSize) },
        Feature("class_bonus", .race, "pounds", "class of the race", reads: "card") { $0.race.classBonus },
        Feature("furlongs", .race, "furlongs", "distance", reads: "card") { Float($0.race.furlongs) },
        Feature("going", .race, "band", "going, 0 fast to 4 heavy", reads: "card") { band($0.race.going) },
        Feature("surface", .race, "code", "turf 0, all-weather 1, dirt 2", reads: "card") { band($0.race.surface) },
        Feature("course", .race, "id", "course", reads: "card") { Float($0.race.course) },
    ]

    static let card: [Feature] = [
        Feature("draw_number", .card, "stall", "draw", reads: "card") { $0.runner.draw },
        Feature("draw_share", .card, "share", "draw from 0 (lowest) to 1", reads: "card") {
            $0.fieldSize > 1 ? ($0.runner.draw - 1) / Float($0.fieldSize - 1) : .nan
        },
        Feature("pounds", .card, "pounds", "weight carried", reads: "card") { $0.runner.pounds },
        Feature("pounds_over_field", .card, "pounds", "weight carried over the field's mean", reads: "card") { $0.extraPounds },
        Feature("official_rating", .card, "pounds", "official rating going into the race", reads: "card") { $0.runner.officialRating },
        Feature("age", .card, "years", "age", reads: "card") { $0.runner.age },
        Feature("headgear_first", .card, "flag", "headgear worn for the first time", reads: "card") { $0.runner.isHeadgearFirstTime ? 1 : 0 },
        Feature("headgear", .card, "flag", "headgear worn", reads: "card") { $0.runner.isHeadgearWorn ? 1 : 0 },
    ]

    static let form: [Feature] = [
        Feature("days_since", .form, "days", "since the last run") { context in
            context.past.last.map { Float(context.race.day.number - $0.day) } ?? .nan
        },
        Feature("days_career", .form, "days", "since the first run") { context in
            context.past.first.map { Float(context.race.day.number - $0.day) } ?? .nan
        },
        Feature("position1", .form, "share of field", "last position, 0 first to 1 last") { $0.past.last?.positionShare ?? .nan },
        Feature("position2", .form, "share of field", "position the time before") { $0.past.beforeLast?.positionShare ?? .nan },
        Feature("position_mean3", .form, "share of field", "mean position of the last 3 runs") { $0.past.mean(3) { $0.positionShare } },
        Feature("beaten1", .form, "lengths at 6f", "beaten lengths last time, scaled to 6 furlongs, at most 20") { $0.past.last?.beaten ?? .nan },
        Feature("beaten_mean3", .form, "lengths at 6f", "mean of the last 3 runs' beaten lengths") { $0.past.mean(3) { $0.beaten } },
        Feature("pounds_change", .form, "pounds", "weight against the last run") { context in
            context.past.last.map { context.runner.pounds - $0.pounds } ?? .nan
        },
        Feature("rating_change", .form, "pounds", "official rating against the last run") { context in
            context.past.last.map { context.runner.officialRating - $0.officialRating } ?? .nan
        },
        Feature("rating_over_best_win", .form, "pounds", "official rating over the highest it has won off") {
            $0.runner.officialRating - $0.record.bestWin
        },
        Feature("class_change", .form, "pounds", "class against the last run") { context in
            context.past.last.map { context.race.classBonus - $0.classBonus } ?? .nan
        },
        Feature("distance_change", .form, "furlongs", "distance against the last run") { context in
            context.past.last.map { Float(context.race.furlongs - $0.furlongs) } ?? .nan
        },
        Feature("same_jockey", .form, "flag", "the last run's jockey rides again") { context in
            context.past.last.map { $0.jockey == context.runner.jockey && $0.jockey != 0 ? 1 : 0 } ?? .nan
        },
    ]

    static let record: [Feature] = [
        Feature("runs", .record, "runs", "career runs") { Float($0.record.career.runs) },
        Feature("wins", .record, "wins", "career wins") { Float($0.record.career.wins) },
        Feature("win_rate", .record, "rate", "career wins, shrunk by 8 runs") { $0.record.career.winRate(prior: winPrior, weight: 8) },
        Feature("place_rate", .record, "rate", "career places, shrunk by 8 runs") { $0.record.career.placeRate(prior: placePrior, weight: 8) },
        Feature("runs_365", .record, "runs", "runs in 365 days") { Float($0.record.year.runs) },
        Feature("win_rate_365", .record, "rate", "wins in 365 days, shrunk by 8 runs") { $0.record.year.winRate(prior: winPrior, weight: 8) },
        Feature("place_rate_365", .record, "rate", "places in 365 days, shrunk by 8 runs") { $0.record.year.placeRate(prior: placePrior, weight: 8) },
        Feature("course_runs", .record, "runs", "runs at the course") { Float($0.record.atCourse.runs) },
        Feature("course_wins", .record, "wins", "wins at the course") { Float($0.record.atCourse.wins) },
        Feature("course_place_rate", .record, "rate", "places at the course, shrunk by 5 runs") {
            $0.record.atCourse.placeRate(prior: placePrior, weight: 5)
        },
        Feature("distance_runs", .record, "runs", "runs at about the distance") { Float($0.record.atDistance.runs) },
        Feature("distance_wins", .record, "wins", "wins at about the distance") { Float($0.record.atDistance.wins) },
        Feature("distance_place_rate", .record, "rate", "places at about the distance, shrunk by 5 runs") {
            $0.record.atDistance.placeRate(prior: placePrior, weight: 5)
        },
        Feature("going_place_rate", .record, "rate", "places on the going, shrunk by 5 runs") {
            $0.record.onGoing.placeRate(prior: placePrior, weight: 5)
        },
        Feature("surface_runs", .record, "runs", "runs on the surface") { Float($0.record.onSurface.runs) },
        Feature("surface_place_rate", .record, "rate", "places on the surface, shrunk by 5 runs") {
            $0.record.onSurface.placeRate(prior: placePrior, weight: 5)
        },
    ]

    private static let parReads = "the horse's past; par as known on each run's day"

    static let speed: [Feature] = [
        Feature("speed1", .speed, "0.1 s/furlong", "last run against par and the day", reads: parReads) { $0.past.last?.speedForDay ?? .nan },
        Feature("speed_raw1", .speed, "0.1 s/furlong", "last run against par", reads: parReads) { $0.past.last?.speed ?? .nan },
        Feature("speed_best3", .speed, "0.1 s/furlong", "best of the last 3 runs", reads: parReads) { $0.past.highest(3) { $0.speedForDay } },
        Feature("speed_mean5", .speed, "0.1 s/furlong", "mean of the last 5 runs", reads: parReads) { $0.past.mean(5) { $0.speedForDay } },
        Feature("speed_trend", .speed, "0.1 s/furlong", "last run over the mean of 5", reads: parReads) {
            ($0.past.last?.speedForDay ?? .nan) - $0.past.mean(5) { $0.speedForDay }
        },
    ]

    private static let ratingReads = "the horse's past; context means as known on each run's day"

    private static let lengthsReads = "all past beaten lengths"

    static let rating: [Feature] = [
        Feature("gpr", .rating, "pounds", "performance rating", reads: ratingReads) { $0.record.performance },
        Feature("gpr_se", .rating, "pounds", "standard error of the performance rating", reads: ratingReads) { $0.record.performanceError },
        Feature("gpr1", .rating, "pounds", "rating of the last run", reads: ratingReads) { $0.past.last?.rating ?? .nan },
        Feature("online_horse", .rating, "logits", "online rating of the horse", reads: "all past orders of finish") { $0.past.last?.online ?? .nan },
        Feature("online_jockey", .rating, "logits", "online rating of the jockey", reads: "all past orders of finish") { $0.jockey.career.rating },
        Feature("online_trainer", .rating, "logits", "online rating of the trainer", reads: "all past orders of finish") { $0.trainer.career.rating },
        Feature("online_strength", .rating, "logits", "online ratings together, less the weight carried", reads: "all past orders of finish") {
            func known(_ rating: Float) -> Float { rating.isNaN ? 0 : rating }
            let extra = $0.extraPounds
            return known($0.past.last?.online ?? .nan) + known($0.jockey.career.rating) + known($0.trainer.career.rating)
                - (extra.isNaN ? 0 : Float(OnlineRatings.perPound) * extra)
        },
        Feature("lengths", .rating, "lengths at 6f", "opponent-adjusted lengths of late, at today's weight", reads: lengthsReads) {
            atWeight($0.past.last?.lengths, $0.extraPounds)
        },
        Feature("lengths_slow", .rating, "lengths at 6f", "opponent-adjusted lengths over a longer time, at today's weight", reads: lengthsReads) {
            atWeight($0.past.last?.lengthsSlow, $0.extraPounds)
        },
    ]

    static let people: [Feature] =
        person("trainer", Trainer.self) + person("jockey", Jockey.self) + [
            Feature("pair_runs", .people, "runs", "of this trainer with this jockey", reads: "the pair's past") { Float($0.pair.runs) },
            Feature("pair_win_rate", .people, "rate", "wins of the pair, shrunk by 20 runs", reads: "the pair's past") {
                $0.pair.winRate(prior: winPrior, weight: 20)
            },
            Feature("partnership_runs", .people, "runs", "of this jockey on this horse", reads: "the jockey's past on the horse") {
                Float($0.record.withJockey.runs)
            },
            Feature(
                "partnership_place_rate", .people, "rate", "places of the jockey on the horse, shrunk by 5 runs",
                reads: "the jockey's past on the horse"
            ) {
                $0.record.withJockey.placeRate(prior: placePrior, weight: 5)
            },
            Feature(
                "sire_share", .people, "share of field", "positions over the middle of the sire's runners in two years, shrunk by 30 runs",
                reads: "the sire's runners' past"
            ) { $0.runner.sire == 0 ? .nan : share($0.sire) },
        ]

    static let draw: [Feature] = [
        Feature(
            "draw_bias", .draw, "ratio", "wins over chance from this third of the draw, shrunk", reads: "past races of the course, distance and going"
        ) {
            $0.drawBias
        }
    ]

    /// The strong ones, which a binary learner can only use beside the rivals'.
    static let comparedWithinRace: Set<String> = [
        "gpr", "speed_mean5", "speed_best3", "official_rating", "jockey_win_rate_365", "trainer_win_rate_365", "place_rate_365", "beaten_mean3",
        "online_horse", "online_strength", "online_jockey", "lengths", "lengths_slow", "jockey_share_365", "trainer_share_365",
    ]

    /// Types in place of closures that capture: nothing is counted when they are called.
    private protocol Person: SendableMetatype { static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows }
    private enum Trainer: Person { static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows { context.trainer } }
    private enum Jockey: Person { static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows { context.jockey } }

    private static func person<P: Person>(_ who: String, _: P.Type) -> [Feature] {
        let reads = "the \(who)'s past"
        return [
            Feature("\(who)_win_rate_14", .people, "rate", "\(who)'s wins in 14 days, shrunk by 20 runs", reads: reads) {
                P.record($0).days14.tally.winRate(prior: winPrior, weight: 20)
            },
            Feature("\(who)_win_rate_90", .people, "rate", "\(who)'s wins in 90 days, shrunk by 30 runs", reads: reads) {
                P.record($0).days90.tally.winRate(prior: winPrior, weight: 30)
            },
            Feature("\(who)_win_rate_365", .people, "rate", "\(who)'s wins in 365 days, shrunk by 40 runs", reads: reads) {
                P.record($0).days365.tally.winRate(prior: winPrior, weight: 40)
            },
            Feature("\(who)_win_rate", .people, "rate", "\(who)'s career wins, shrunk by 40 runs", reads: reads) {
                P.record($0).career.tally.winRate(prior: winPrior, weight: 40)
            },
            Feature("\(who)_place_rate", .people, "rate", "\(who)'s career places, shrunk by 40 runs", reads: reads) {
                P.record($0).career.tally.placeRate(prior: placePrior, weight: 40)
            },
            Feature("\(who)_share_365", .people, "share of field", "\(who)'s positions over the middle in 365 days, shrunk by 30 runs", reads: reads)
            {
                share(P.record($0).days365)
            },
            Feature("\(who)_runs_90", .people, "runs", "\(who)'s runs in 90 days", reads: reads) { Float(P.record($0).days90.tally.runs) },
        ]
    }
}

private func band(_ value: UInt8) -> Float { value == RaceFacts.missingBand ? .nan : Float(value) }

/// 1/2 less the mean share of the field in front, as if 30 more runs at the middle had been seen.
private func share(_ totals: RecordIndex.Totals) -> Float {
    Float(totals.shares) / RecordIndex.Totals.unit / (Float(totals.tally.runs) + 30)
}

private func atWeight(_ lengths: Float?, _ extraPounds: Float) -> Float {
    guard let lengths else { return .nan }
    return extraPounds.isNaN ? lengths : lengths - extraPounds / AdjustedLengths.poundsPerLength
}
