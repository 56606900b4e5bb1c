extension RaceSignals: Contract {
    public var topic: Topic { .signals(origin) }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.signals.v1",
            source: "scorer",
            time: asOf,
            key: ["\(raceID)", "\(asOf)", origin.name, "\(revision)", "\(model.modelID)"],
            trace: 4
        )
    }

    public func validate() throws(ContractError) {
        guard raceID != 0, asOf > 0, model.modelID != 0 else {
            throw ContractError("the message names no race, as_of or model")
        }
        let race = "race \(raceID)"
        guard [asOf, off].allSatisfy(TimestampBounds.contains), TimestampBounds.days.contains(raceDay) else {
            throw ContractError("\(race): race_day, as_of or off is out of range")
        }
        guard origin.isLane else { throw ContractError("\(race): origin is neither live nor backfill") }
        guard !signals.isEmpty else { throw ContractError("\(race): no signals") }
        guard Set(signals.map(\.horseID)).count == signals.count else {
            throw ContractError("\(race): a horse appears twice")
        }
        for signal in signals {
            guard (0...1).contains(signal.pWin), (0...1).contains(signal.pModel) else {
                throw ContractError("\(race): horse \(signal.horseID) has a probability of \(signal.pWin)")
            }
            guard signal.stakeUnits >= 0, signal.stakeUnits.isFinite else {
                throw ContractError("\(race): horse \(signal.horseID) has a stake of \(signal.stakeUnits)")
            }
        }
    }
}
