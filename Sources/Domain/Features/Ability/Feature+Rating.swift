private let contextMeans = "the horse's past; context means as known on each run's day"
private let finishes = "all past orders of finish"
private let beatenLengths = "all past beaten lengths"

extension Feature {
    static let rating: [Feature] = [
        Feature(
            "gpr",
            .rating,
            "pounds",
            "performance rating",
            reads: contextMeans,
            noun: "the performance rating"
        ) {
            $0.record.performance
        } words: {
            "performance rating \($0.signed) lb"
        },
        Feature("gpr_se", .rating, "pounds", "standard error of the performance rating", reads: contextMeans) {
            $0.record.performanceError
        } words: {
            "performance rating known to \($0.number) lb"
        },
        Feature("gpr1", .rating, "pounds", "rating of the last run", reads: contextMeans) {
            $0.past.last?.rating ?? .nan
        } words: {
            "last run rated \($0.signed) lb"
        },
        Feature(
            "online_horse",
            .rating,
            "logits",
            "online rating of the horse",
            reads: finishes,
            noun: "the rating by its results"
        ) {
            $0.past.last?.online ?? .nan
        } words: {
            "rating by its results \($0.signed)"
        },
        Feature("online_jockey", .rating, "logits", "online rating of the jockey", reads: finishes) {
            $0.jockey.career.rating
        } words: {
            "jockey's rating by results \($0.signed)"
        },
        Feature("online_trainer", .rating, "logits", "online rating of the trainer", reads: finishes) {
            $0.trainer.career.rating
        } words: {
            "trainer's rating by results \($0.signed)"
        },
        Feature(
            "online_strength",
            .rating,
            "logits",
            "online ratings together, less the weight carried",
            reads: finishes
        ) {
            strength(
                $0.past.last?.online ?? .nan,
                $0.jockey.career.rating,
                $0.trainer.career.rating,
                $0.extraPounds
            )
        } words: {
            "horse, jockey and trainer together rated \($0.signed) at the weight"
        },
        Feature(
            "lengths",
            .rating,
            "lengths at 6f",
            "opponent-adjusted lengths of late, at today's weight",
            reads: beatenLengths,
            noun: "lengths against its rivals"
        ) {
            atWeight($0.past.last?.lengths, $0.extraPounds)
        } words: {
            "\($0.lengthsAgainstRivals) of late, at the weight"
        },
        Feature(
            "lengths_slow",
            .rating,
            "lengths at 6f",
            "opponent-adjusted lengths over a longer time, at today's weight",
            reads: beatenLengths,
            noun: "lengths against its rivals"
        ) {
            atWeight($0.past.last?.lengthsSlow, $0.extraPounds)
        } words: {
            "\($0.lengthsAgainstRivals) over time, at the weight"
        },
    ]
}

extension Feature {
    /// The ratings by the revised rules, by name.
    static let revisedRatings: [String: Feature] = {
        let values: [String: @Sendable (borrowing StarterContext) -> Float] = [
            "online_horse": { $0.past.form(1)?.online ?? .nan },
            "online_jockey": { $0.jockey.career.revisedRating }, "online_trainer": { $0.trainer.career.revisedRating },
            "online_strength": {
                strength(
                    $0.past.form(1)?.online ?? .nan,
                    $0.jockey.career.revisedRating,
                    $0.trainer.career.revisedRating,
                    $0.extraPounds
                )
            },
            "lengths": { atWeight($0.past.form(1)?.lengths, $0.extraPounds) },
            "lengths_slow": { atWeight($0.past.form(1)?.lengthsSlow, $0.extraPounds) },
        ]
        return rating.reduce(into: [:]) { revised, feature in
            let rules =
                feature.name.hasPrefix("online") ? "dead heats share, mishaps do not count" : "mishaps do not count"
            revised[feature.name] = values[feature.name].map { feature.revised(rules, $0) }
        }
    }()
}

private func strength(_ horse: Float, _ jockey: Float, _ trainer: Float, _ extraPounds: Float) -> Float {
    orZero(horse) + orZero(jockey) + orZero(trainer)
        - (extraPounds.isNaN ? 0 : Float(OnlineRatings.perPound) * extraPounds)
}

private func orZero(_ rating: Float) -> Float { rating.isNaN ? 0 : rating }

private func atWeight(_ lengths: Float?, _ extraPounds: Float) -> Float {
    guard let lengths else { return .nan }
    return extraPounds.isNaN ? lengths : lengths - extraPounds / AdjustedLengths.poundsPerLength
}
