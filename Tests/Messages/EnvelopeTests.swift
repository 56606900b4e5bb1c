import Crypto
import Foundation
import Messages
import Testing

@Suite struct EnvelopeTests {
    private var request: RaceRequest {
        var request = RaceRequest()
        request.raceID = 123_456
        request.raceDay = 20_000
        request.asOf = 1_728_000_000_000_000
        request.revision = 2
        request.origin = .live
        return request
    }

    /// CloudEvents 1.0, Kafka protocol binding, 3.2: attributes as headers, the payload's type as content-type.
    @Test func `carries the CloudEvents attributes as headers`() {
        let headers = Dictionary(uniqueKeysWithValues: request.envelope.headers.map { ($0.name, $0.value) })
        #expect(
            Set(headers.keys) == [
                "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type", "traceparent",
            ]
        )
        #expect(headers["ce_specversion"] == "1.0" && headers["content-type"] == "application/protobuf")
        #expect(headers["ce_time"] == "2024-10-04T00:00:00.000Z", "the time is as_of, not the wall clock")
    }

    /// W3C Trace Context 3.2: version, trace id, parent id, flags.
    @Test func `gives request, features and signals one trace`() throws {
        var features = RaceFeatures()
        features.request = request
        features.featureSet.hash = "x"
        var signals = RaceSignals()
        signals.raceID = 123_456
        signals.asOf = request.asOf
        signals.origin = .live
        signals.revision = 2
        signals.model.modelID = 7
        let parents = [request.envelope, features.envelope, signals.envelope].map {
            $0.traceparent.split(separator: "-").map(String.init)
        }
        #expect(Set(parents.map { $0[1] }).count == 1 && Set(parents.map { $0[2] }).count == 3)
        #expect(parents.allSatisfy { $0[0] == "00" && $0[1].count == 32 && $0[2].count == 16 && $0[3] == "01" })
        var later = request
        later.revision = 3
        #expect(later.envelope.traceparent.split(separator: "-")[1] != parents[0][1])
    }

    @Test func `hashes the natural key and the revision into the id`() {
        let text = ["giddyup.race.request.v1", "123456", "1728000000000000", "live", "2"].joined(separator: "\u{1F}")
        let expected = SHA256.hash(data: Data(text.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
        #expect(request.envelope.id == expected)
        var others = [request, request, request, request]
        others[0].revision = 3
        others[1].asOf += 1
        others[2].raceID = 1
        others[3].origin = .backfill
        #expect(Set(others.map(\.envelope.id) + [expected]).count == 5)
    }

    @Test func `sends backfills to topics of their own`() {
        var signals = RaceSignals()
        signals.origin = .live
        #expect(signals.topic == .raceSignals)
        signals.origin = .backfill
        #expect(signals.topic == .raceSignalsBackfill && signals.topic.name(prefix: "p.") == "p.race.signals.backfill")
    }
}
