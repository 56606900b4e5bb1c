import Crypto
import Foundation
import SwiftProtobuf

/// What goes around a payload: CloudEvents 1.0 in binary mode, its attributes as headers
/// (cloudevents/spec, "Kafka Protocol Binding", 3.2).
public struct Envelope: Sendable, Equatable {
    public let id: String
    public let type: String
    public let source: String
    /// Microseconds since 1970.
    public let time: Int64
    /// W3C Trace Context: what one request set off shares a trace, from the request through features to signals.
    public let traceparent: String

    public var headers: [(name: String, value: String)] {
        [
            ("ce_specversion", "1.0"), ("ce_id", id), ("ce_type", type), ("ce_source", source), ("ce_time", Self.rfc3339(time)),
            ("content-type", "application/protobuf"), ("traceparent", traceparent),
        ]
    }

    /// - Parameters:
    ///   - key: the natural key of what is carried, revision included; the same key always gives the same id.
    ///   - trace: how much of the key names what it belongs to; nil: all of it.
    public init(type: String, source: String, time: Int64, key: [String], trace: Int? = nil) {
        let whole = SHA256.hash(data: Data((["trace"] + key.prefix(trace ?? key.count)).joined(separator: "\u{1F}").utf8))
        let digest = SHA256.hash(data: Data(([type] + key).joined(separator: "\u{1F}").utf8))
        id = digest.prefix(16).map { String(format: "%02x", $0) }.joined()
        traceparent = "00-\(whole.prefix(16).map { String(format: "%02x", $0) }.joined())-\(id.prefix(16))-01"
        self.type = type
        self.source = source
        self.time = time
    }

    private static func rfc3339(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

/// A payload that knows its place: which topic, which key, which envelope.
public protocol Contract: SwiftProtobuf.Message, Sendable {
    var topic: Topic { get }
    var key: String { get }
    var envelope: Envelope { get }
}

extension RaceRequest: Contract {
    public var topic: Topic { .requests(origin) }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(type: "giddyup.race.request.v1", source: "scheduler", time: asOf, key: ["\(raceID)", "\(asOf)", origin.name, "\(revision)"])
    }
}

extension RaceFeatures: Contract {
    public var topic: Topic { .features(request.origin) }
    public var key: String { String(request.raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.features.v1", source: "feature-builder", time: request.asOf,
            key: ["\(request.raceID)", "\(request.asOf)", request.origin.name, "\(request.revision)", featureSet.hash],
            trace: 4)
    }
}

extension RaceSignals: Contract {
    public var topic: Topic { .signals(origin) }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.signals.v1", source: "scorer", time: asOf,
            key: ["\(raceID)", "\(asOf)", origin.name, "\(revision)", "\(model.modelID)"], trace: 4)
    }
}

extension RaceSettlement: Contract {
    public var topic: Topic { .raceSettlements }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(type: "giddyup.race.settlement.v1", source: "scheduler", time: off, key: ["\(raceID)", "\(revision)"])
    }
}

extension RunnerWithdrawal: Contract {
    public var topic: Topic { .raceWithdrawals }
    public var key: String { String(raceID) }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.race.withdrawal.v1", source: "cli", time: at,
            key: ["\(raceID)", "\(horseID)", "\(at)", "\(rule4)", "\(factor)", "\(placeFactor)"])
    }
}

extension BetPlacement: Contract {
    public var topic: Topic { .betPlacements }
    public var key: String { String(raceID) }
    public var envelope: Envelope { Envelope(type: "giddyup.bet.placement.v1", source: source, time: at, key: [betRef]) }
}

extension TrainingRequest: Contract {
    public var topic: Topic { .trainingRequests }
    public var key: String { requestID }
    public var envelope: Envelope { Envelope(type: "giddyup.training.request.v1", source: "cli", time: 0, key: [requestID]) }
}

extension DatasetRequest: Contract {
    public var topic: Topic { .datasetRequests }
    public var key: String { part }
    public var envelope: Envelope { Envelope(type: "giddyup.dataset.request.v1", source: "cli", time: 0, key: [requestID, dataset, part]) }
}

extension DatasetPart: Contract {
    public var topic: Topic { .datasetParts }
    public var key: String { part }
    public var envelope: Envelope {
        Envelope(type: "giddyup.dataset.part.v1", source: "feature-builder", time: 0, key: [requestID, dataset, part, sha256])
    }
}

extension ModelVersion: Contract {
    public var topic: Topic { .modelVersions }
    public var key: String { name }
    public var envelope: Envelope {
        Envelope(type: "giddyup.model.version.v1", source: "registry", time: 0, key: [name, version, stage, sha256])
    }
}
