extension Feature {
    static let form: [Feature] = [
        Feature("days_since", .form, "days", "since the last run", noun: "the last run") { context in
            context.past.last.map { Float(context.race.day.number - $0.day) } ?? .nan
        } words: {
            "last ran \($0.whole) days ago"
        },
        Feature("days_career", .form, "days", "since the first run") { context in
            context.past.first.map { Float(context.race.day.number - $0.day) } ?? .nan
        } words: {
            "first ran \($0.whole) days ago"
        },
        Feature("position1", .form, "share of field", "last position, 0 first to 1 last") {
            $0.past.last?.positionShare ?? .nan
        } words: {
            "beat \($0.percentBehind) of its field last time"
        },
        Feature("position2", .form, "share of field", "position the time before") {
            $0.past.beforeLast?.positionShare ?? .nan
        } words: {
            "beat \($0.percentBehind) of its field the time before last"
        },
        Feature("position_mean3", .form, "share of field", "mean position of the last 3 runs") {
            $0.past.mean(3) { $0.positionShare }
        } words: {
            "beat \($0.percentBehind) of its fields in the last 3 runs"
        },
        Feature("beaten1", .form, "lengths at 6f", "beaten lengths last time, scaled to 6 furlongs, at most 20") {
            $0.past.last?.beaten ?? .nan
        } words: {
            $0.isPositive ? "beaten \($0.number) lengths last time" : "won last time"
        },
        Feature("beaten_mean3", .form, "lengths at 6f", "mean of the last 3 runs' beaten lengths") {
            $0.past.mean(3) { $0.beaten }
        } words: {
            "beaten \($0.number) lengths on average in the last 3 runs"
        },
        Feature("pounds_change", .form, "pounds", "weight against the last run") { context in
            context.past.last.map { context.runner.pounds - $0.pounds } ?? .nan
        } words: {
            "carries \($0.difference("lb", above: "more", below: "less")) than last time"
        },
        Feature("rating_change", .form, "pounds", "official rating against the last run") { context in
            context.past.last.map { context.runner.officialRating - $0.officialRating } ?? .nan
        } words: {
            "rated \($0.difference("lb", above: "higher", below: "lower")) than last time"
        },
        Feature("rating_over_best_win", .form, "pounds", "official rating over the highest it has won off") {
            $0.runner.officialRating - $0.record.bestWin
        } words: {
            "rated \($0.difference("lb", above: "above", below: "below", same: "the same as")) its highest winning mark"
        },
        Feature("class_change", .form, "pounds", "class against the last run") { context in
            context.past.last.map { context.race.classBonus - $0.classBonus } ?? .nan
        } words: {
            guard $0.value != 0 else { return "in the same class as last time" }
            return $0.isPositive ? "up in class" : "down in class"
        },
        Feature("distance_change", .form, "furlongs", "distance against the last run") { context in
            context.past.last.map { Float(context.race.furlongs - $0.furlongs) } ?? .nan
        } words: {
            guard abs($0.value) >= 0.05 else { return "at the same distance as last time" }
            return "\($0.magnitude) furlongs \($0.isPositive ? "further" : "shorter") than last time"
        },
        Feature("same_jockey", .form, "flag", "the last run's jockey rides again") { context in
            context.past.last.map { $0.jockey == context.runner.jockey && $0.jockey != 0 ? 1 : 0 } ?? .nan
        } words: {
            $0.isPositive ? "ridden by the same jockey as last time" : "another jockey than last time"
        },
    ]
}
