private let history = "the horse's past; par as known on each run's day"

extension Feature {
    static let speed: [Feature] = [
        Feature(
            "speed1",
            .speed,
            "0.1 s/furlong",
            "last run against par and the day",
            reads: history,
            noun: "the last run's speed"
        ) {
            $0.past.last?.speedForDay ?? .nan
        } words: {
            "\($0.speedAgainstPar) last time"
        },
        Feature("speed_raw1", .speed, "0.1 s/furlong", "last run against par", reads: history) {
            $0.past.last?.speed ?? .nan
        } words: {
            "\($0.speedAgainstPar) last time"
        },
        Feature(
            "speed_best3",
            .speed,
            "0.1 s/furlong",
            "best of the last 3 runs",
            reads: history,
            noun: "its best speed"
        ) {
            $0.past.highest(3) { $0.speedForDay }
        } words: {
            "\($0.speedAgainstPar) at its best in the last 3 runs"
        },
        Feature(
            "speed_mean5",
            .speed,
            "0.1 s/furlong",
            "mean of the last 5 runs",
            reads: history,
            noun: "its mean speed"
        ) {
            $0.past.mean(5) { $0.speedForDay }
        } words: {
            "\($0.speedAgainstPar) on average in the last 5 runs"
        },
        Feature("speed_trend", .speed, "0.1 s/furlong", "last run over the mean of 5", reads: history) {
            ($0.past.last?.speedForDay ?? .nan) - $0.past.mean(5) { $0.speedForDay }
        } words: {
            "last run \($0.speedDifference) than its mean of 5"
        },
    ]
}
