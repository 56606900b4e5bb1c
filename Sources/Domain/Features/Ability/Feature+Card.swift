extension Feature {
    static let card: [Feature] = [
        Feature("draw_number", .card, "stall", "draw", reads: "card") {
            $0.runner.draw
        } words: {
            "drawn \($0.count(of: "draw_number")) of \($0.fieldSize)"
        },
        Feature("draw_share", .card, "share", "draw from 0 (lowest) to 1", reads: "card") {
            $0.fieldSize > 1 ? ($0.runner.draw - 1) / Float($0.fieldSize - 1) : .nan
        } words: {
            "drawn \($0.count(of: "draw_number")) of \($0.fieldSize)"
        },
        Feature("pounds", .card, "pounds", "weight carried", reads: "card") {
            $0.runner.pounds
        } words: {
            "carries \($0.whole) lb"
        },
        Feature("pounds_over_field", .card, "pounds", "weight carried over the field's mean", reads: "card") {
            $0.extraPounds
        } words: {
            "carries \($0.difference("lb", above: "more", below: "less")) than the field's mean"
        },
        Feature(
            "official_rating",
            .card,
            "pounds",
            "official rating going into the race",
            reads: "card",
            noun: "the official rating"
        ) {
            $0.runner.officialRating
        } words: {
            "officially rated \($0.whole)"
        },
        Feature("age", .card, "years", "age", reads: "card") {
            $0.runner.age
        } words: {
            "\($0.whole) years old"
        },
        Feature("headgear_first", .card, "flag", "headgear worn for the first time", reads: "card") {
            $0.runner.isHeadgearFirstTime ? 1 : 0
        } words: {
            $0.isPositive ? "headgear for the first time" : "no first-time headgear"
        },
        Feature("headgear", .card, "flag", "headgear worn", reads: "card") {
            $0.runner.isHeadgearWorn ? 1 : 0
        } words: {
            $0.isPositive ? "wears headgear" : "wears no headgear"
        },
    ]
}
