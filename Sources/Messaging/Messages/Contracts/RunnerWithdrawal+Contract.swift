extension RunnerWithdrawal: Contract {
    public var topic: Topic { .raceWithdrawals }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.withdrawal.v1",
            source: "cli",
            time: at,
            key: ["\(raceID)", "\(horseID)", "\(at)", "\(rule4)", "\(factor)", "\(placeFactor)"]
                + (revision == 0 ? [] : ["\(revision)"])
        )
    }

    /// The largest deduction under Rule 4 (c): 90p in the pound.
    public static let rule4Limit = 0.9
    public static let factorLimit = 0.99

    public func validate() throws(ContractError) {
        guard raceID != 0, horseID != 0 else { throw ContractError("the withdrawal names no race or no horse") }
        let withdrawal = "the withdrawal of horse \(horseID) from race \(raceID)"
        guard TimestampBounds.contains(at), TimestampBounds.days.contains(raceDay) else {
            throw ContractError("\(withdrawal): race_day or at is out of range")
        }
        for (name, share, limit) in [
            ("rule4", hasRule4 ? rule4 : 0, Self.rule4Limit),
            ("factor", hasFactor ? factor : 0, Self.factorLimit),
            ("place_factor", hasPlaceFactor ? placeFactor : 0, Self.factorLimit),
        ] where !(0...limit).contains(share) {
            throw ContractError("\(withdrawal): \(name) is \(share), a share from 0 to \(limit) is accepted")
        }
    }
}
