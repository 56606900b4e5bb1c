extension RaceRequest: Contract {
    public var topic: Topic { .requests(origin) }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.request.v1",
            source: "scheduler",
            time: asOf,
            key: ["\(raceID)", "\(asOf)", origin.name, "\(revision)"]
        )
    }

    public func validate() throws(ContractError) {
        guard raceID != 0 else { throw ContractError("the request names no race") }
        let request = "the request for race \(raceID)"
        guard asOf > 0 else { throw ContractError("\(request) has no as_of") }
        guard TimestampBounds.contains(asOf), TimestampBounds.days.contains(raceDay) else {
            throw ContractError("\(request): race_day or as_of is out of range")
        }
        guard !models.isEmpty else { throw ContractError("\(request) names no model") }
        guard origin.isLane else { throw ContractError("\(request): origin is neither live nor backfill") }
    }
}
