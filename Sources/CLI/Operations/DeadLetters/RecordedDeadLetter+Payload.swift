import Messages
import WorkerRuntime

extension RecordedDeadLetter {
    /// Names a request, on whichever of its ways to a signal it failed.
    struct RequestKey: Equatable {
        let raceID: Int64
        let origin: Origin
        let revision: UInt32
    }

    /// The request that the message belongs to; `nil` if the message is no part of a request, or cannot be decoded.
    var request: RequestKey? {
        guard let value = message.value else { return nil }
        let topic = position.source.topic
        func isFrom(_ topics: Topic...) -> Bool { topics.contains { topic.hasSuffix($0.rawValue) } }
        if isFrom(.raceRequests, .raceRequestsBackfill), let request = try? RaceRequest(serializedBytes: value) {
            return RequestKey(raceID: request.raceID, origin: request.origin, revision: request.revision)
        }
        if isFrom(.raceFeatures, .raceFeaturesBackfill), let features = try? RaceFeatures(serializedBytes: value) {
            let request = features.request
            return RequestKey(raceID: request.raceID, origin: request.origin, revision: request.revision)
        }
        if isFrom(.raceSignals, .raceSignalsBackfill), let signals = try? RaceSignals(serializedBytes: value) {
            return RequestKey(raceID: signals.raceID, origin: signals.origin, revision: signals.revision)
        }
        return nil
    }

    /// The race id that the key of a message about a race holds; 0 if it holds none.
    var raceKey: Int64 { Int64(String(decoding: message.key ?? [], as: UTF8.self)) ?? 0 }

    /// The result that failed to be settled; `nil` if the message is another one, or cannot be decoded.
    var settlement: RaceSettlement? {
        guard position.source.topic.hasSuffix(Topic.raceSettlements.rawValue), let value = message.value else {
            return nil
        }
        return try? RaceSettlement(serializedBytes: value)
    }
}
