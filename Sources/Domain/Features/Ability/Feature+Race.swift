import Racing

/// Going bands in words, by `Going.rawValue`.
private let goingNames = ["fast", "good", "easy", "soft", "heavy"]

/// Constant within a race, so these have one phrase together.
private let conditions = "this class of race, course and surface"

extension Feature {
    static let race: [Feature] = [
        Feature("field_size", .race, "runners", "starters on the card", reads: "card") {
            Float($0.fieldSize)
        } words: {
            "\($0.whole) runners"
        },
        Feature("class_bonus", .race, "pounds", "class of the race", reads: "card") {
            $0.race.classBonus
        } words: { _ in
            conditions
        },
        Feature("furlongs", .race, "furlongs", "distance", reads: "card") {
            Float($0.race.furlongs)
        } words: {
            "over \($0.number) furlongs"
        },
        Feature("going", .race, "band", "going, 0 fast to 4 heavy", reads: "card") {
            band($0.race.going)
        } words: {
            "on \(goingNames[min(max($0.whole, 0), 4)]) going"
        },
        Feature("surface", .race, "code", "turf 0, all-weather 1, dirt 2", reads: "card") {
            band($0.race.surface)
        } words: { _ in
            conditions
        },
        Feature("course", .race, "id", "course", reads: "card") {
            Float($0.race.course)
        } words: { _ in
            conditions
        },
    ]
}

private func band(_ value: UInt8) -> Float { value == RaceFacts.missingBand ? .nan : Float(value) }
