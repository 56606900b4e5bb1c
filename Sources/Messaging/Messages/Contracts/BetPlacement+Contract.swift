extension BetPlacement: Contract {
    public var topic: Topic { .betPlacements }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(type: "giddyup.bet.placement.v1", source: source, time: at, key: [betRef])
    }

    /// The largest odds and stake, far above real ones: their product is still a finite profit.
    public static let oddsLimit = 1e6
    public static let stakeLimit = 1e9

    public func validate() throws(ContractError) {
        guard !betRef.isEmpty else { throw ContractError("the bet has no bet_ref") }
        let bet = "bet \(betRef)"
        guard raceID != 0, horseID != 0, at > 0 else { throw ContractError("\(bet) names no race, horse or time") }
        guard TimestampBounds.contains(at), TimestampBounds.days.contains(raceDay) else {
            throw ContractError("\(bet): race_day or at is out of range")
        }
        guard ["win", "ew", "place"].contains(side) else {
            throw ContractError("\(bet): side \"\(side)\" is not win, ew or place")
        }
        guard odds > 1, odds <= Self.oddsLimit else {
            throw ContractError("\(bet): odds of \(odds) are not above 1 and at most \(Self.oddsLimit)")
        }
        guard stake > 0, stake <= Self.stakeLimit else {
            throw ContractError("\(bet): a stake of \(stake) is not above 0 and at most \(Self.stakeLimit)")
        }
        if hasPlaces || hasPlaceFraction { try validateTerms() }
    }

    private func validateTerms() throws(ContractError) {
        guard side != "win" else { throw ContractError("bet \(betRef): a win bet has no places") }
        guard hasPlaces, (1...10).contains(places) else {
            throw ContractError("bet \(betRef): \(places) places, 1 to 10 are accepted")
        }
        guard side == "place" || (hasPlaceFraction && placeFraction > 0 && placeFraction <= 1) else {
            throw ContractError("bet \(betRef): a place fraction of \(placeFraction) is not above 0 and at most 1")
        }
    }
}
