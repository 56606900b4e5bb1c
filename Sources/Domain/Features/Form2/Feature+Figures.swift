private let history = "the horse's past; par and ratings as known on each run's day"
private let tenths = "0.1 s at 6f"

extension Feature {
    /// Speed figures against a day's variant that knows the horses.
    static let figures: [Feature] = [
        Feature("figure_rating", .figures, tenths, "speed rating at today's weight", reads: history, noun: "its speed")
        {
            $0.speed.rating
        } words: {
            "speed rating \($0.signed) at the weight"
        },
        Feature("figure_last", .figures, tenths, "figure of the last run", reads: history, noun: "the last figure") {
            $0.speed.last
        } words: {
            "speed figure \($0.signed) last time"
        },
        Feature(
            "figure_best4",
            .figures,
            tenths,
            "best figure of the last 4 runs",
            reads: history,
            noun: "its best figure"
        ) {
            $0.speed.best4
        } words: {
            "best speed figure of the last 4 runs \($0.signed)"
        },
        Feature(
            "figure_mean4",
            .figures,
            tenths,
            "mean figure of the last 4 runs",
            reads: history,
            noun: "its mean figure"
        ) {
            $0.speed.mean4
        } words: {
            "mean speed figure of the last 4 runs \($0.signed)"
        },
    ]

    /// Performances against the official rating.
    static let performance: [Feature] = [
        Feature("performance_last", "last run, less today's rating", noun: "the last run against its rating") {
            $0.performance.last
        } words: {
            "ran \($0.poundsAgainstRating) last time"
        },
        Feature("performance_recent", "recent runs, less today's rating", noun: "its runs against its rating") {
            $0.performance.mean
        } words: {
            "ran \($0.poundsAgainstRating) of late"
        },
        Feature("performance_best3", "best of the last 3 runs, less today's rating", noun: "its best run of 3") {
            $0.performance.best3
        } words: {
            "ran \($0.poundsAgainstRating) at its best in the last 3 runs"
        },
        Feature("performance_best6", "best of the last 6 runs, less today's rating", noun: "its best run of 6") {
            $0.performance.best6
        } words: {
            "ran \($0.poundsAgainstRating) at its best in the last 6 runs"
        },
        Feature("performance_mean6", "mean of the last 6 runs, less today's rating", noun: "its mean run of 6") {
            $0.performance.mean6
        } words: {
            "ran \($0.poundsAgainstRating) on average in the last 6 runs"
        },
    ]

    private init(
        _ name: String,
        _ meaning: String,
        noun: String,
        _ value: @escaping @Sendable (borrowing StarterForm) -> Double,
        words: @escaping Words
    ) {
        self.init(
            name,
            .performance,
            "pounds",
            "performance against the field's official ratings: " + meaning,
            noun: noun,
            form: value,
            words: words
        )
    }
}

extension FeatureReading {
    /// Pounds against today's official rating.
    fileprivate var poundsAgainstRating: String { "\(magnitude) lb \(isPositive ? "above" : "below") today's rating" }
}
