extension RaceFeatures: Contract {
    public var topic: Topic { .features(request.origin) }
    public var key: String { String(request.raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.features.v1",
            source: "feature-builder",
            time: request.asOf,
            key: [
                "\(request.raceID)", "\(request.asOf)", request.origin.name, "\(request.revision)", featureSet.hash,
            ],
            trace: 4
        )
    }

    /// The largest field accepted, well above the largest real one.
    public static let fieldLimit = 60

    /// Checks everything but the feature values, which can only be checked against a feature set.
    public func validate() throws(ContractError) {
        guard request.raceID != 0, request.asOf > 0 else {
            throw ContractError("the message names no race or no as_of")
        }
        let race = "race \(request.raceID)"
        guard [request.asOf, self.race.off].allSatisfy(TimestampBounds.contains),
            TimestampBounds.days.contains(request.raceDay)
        else { throw ContractError("\(race): race_day, as_of or off is out of range") }
        guard !request.models.isEmpty else { throw ContractError("\(race): the request names no model") }
        guard request.origin.isLane else { throw ContractError("\(race): origin is neither live nor backfill") }
        guard !runners.isEmpty else { throw ContractError("\(race): no runners") }
        guard runners.count <= Self.fieldLimit else {
            throw ContractError("\(race): \(runners.count) runners, at most \(Self.fieldLimit) are accepted")
        }
        guard Set(runners.map(\.horseID)).count == runners.count else {
            throw ContractError("\(race): a horse appears twice")
        }
        for runner in runners where runner.hasPrice { try validatePrice(of: runner) }
    }

    private func validatePrice(of runner: RunnerFeatures) throws(ContractError) {
        let price = runner.price
        let horse = "race \(request.raceID): horse \(runner.horseID)"
        guard price.odds > 1, price.odds.isFinite else { throw ContractError("\(horse) has odds of \(price.odds)") }
        guard TimestampBounds.contains(price.at) else {
            throw ContractError("\(horse) has a price with a time out of range")
        }
        guard price.at <= request.asOf else { throw ContractError("\(horse) has a price from after as_of") }
        guard !price.hasVolume || (0...1e15).contains(price.volume) else {
            throw ContractError("\(horse) has a traded volume of \(price.volume)")
        }
        guard !price.hasLay || price.lay.isFinite else {
            throw ContractError("\(horse) has a lay price of \(price.lay)")
        }
    }
}
