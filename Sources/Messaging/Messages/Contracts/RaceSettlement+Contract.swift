extension RaceSettlement: Contract {
    public var topic: Topic { .raceSettlements }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.settlement.v1",
            source: "scheduler",
            time: off,
            key: ["\(raceID)", "\(revision)"]
        )
    }

    public func validate() throws(ContractError) {
        guard raceID != 0, off > 0 else { throw ContractError("the settlement names no race or no off") }
        let race = "race \(raceID)"
        guard TimestampBounds.contains(off), TimestampBounds.days.contains(raceDay) else {
            throw ContractError("\(race): race_day or off is out of range")
        }
        guard !runners.isEmpty else { throw ContractError("\(race): the result has no runners") }
        guard Set(runners.map(\.horseID)).count == runners.count else {
            throw ContractError("\(race): a horse appears twice")
        }
    }
}
