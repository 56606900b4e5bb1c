import Kafka
import Messages
import Racing
import TopicReading
import WorkerRuntime

/// The features that a model was served, from `race.features`: of each live race the last message before the off.
struct LiveFeatures {
    /// Row-major, one row for each runner; NaN is missing.
    let values: [Float]
    let races: Int
    let rows: Int

    /// Reads the live messages whose race was run on one of these days.
    ///
    /// - Throws: `TopicScanError` if the topic does not exist or its brokers return nothing; `KafkaError`.
    static func read(
        modelID: Int64,
        featureSetHash hash: String,
        days: ClosedRange<CalendarDay>,
        _ configuration: RuntimeConfiguration
    ) async throws -> LiveFeatures {
        let topic = Topic.raceFeatures.name(prefix: configuration.topicPrefix)
        // A race is first scored up to a day before its off, by the fleet's clock; a replayed day has another one than
        // the broker's, so the topic is read from there to its end.
        let start = WallTime.midnight.instant(on: days.lowerBound.advanced(by: -2), in: .gmt)
        let scan = try await TopicScan(configuration, topic: topic, from: .time(start))
        var last: [Int64: RaceFeatures] = [:]
        while case let messages = try await scan.next(limit: 1000), !messages.isEmpty {
            try Task.checkCancellation()
            for message in messages {
                // What cannot be decoded is the scorer's to report.
                guard let features = try? RaceFeatures.decode(message) else { continue }
                let request = features.request
                guard request.origin == .live, days.contains(CalendarDay(request.raceDay)),
                    features.featureSet.hash == hash, request.models.contains(where: { $0.modelID == modelID }),
                    (last[request.raceID]?.request.asOf ?? .min) <= request.asOf
                else { continue }
                last[request.raceID] = features
            }
        }
        let runners = last.sorted { $0.key < $1.key }.flatMap(\.value.runners)
        return LiveFeatures(values: runners.flatMap(\.features), races: last.count, rows: runners.count)
    }
}
