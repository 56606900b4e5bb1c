import Datasets
import Foundation
import Messages
import ModelingStore

/// Builds months of a data set through the fleet.
public struct DatasetBuild: Sendable {
    public let months: [DatasetMonth]
    public let name: String
    /// The version of the feature set.
    public let set: Int
    /// Whether to build parts that are up to date, too.
    public let force: Bool

    public init(_ months: [DatasetMonth], name: String, set: Int, force: Bool) {
        self.months = months
        self.name = name
        self.set = set
        self.force = force
    }

    public struct Outcome: Codable, Sendable {
        public var dataset: String
        public var built = 0
        public var unchanged = 0
        public var empty = 0
        public var rows = 0
        public var bytes = 0
        public var seconds = 0.0
    }

    /// Requests all months and waits until each is built, unchanged or empty. Parts that fail are retried by the
    /// builder.
    ///
    /// - Throws: `CommandError` if a part is refused; any error of `check`.
    public func run(_ context: CommandContext, check: () async throws -> Void) async throws -> Outcome {
        let requestID = "\(name)-\(UUID().uuidString.prefix(8).lowercased())"
        let start = ContinuousClock.now
        let bar = ProgressBar("dataset \(name)")
        try await context.send(months.map { request(for: $0, requestID) })
        var outcomes: [String: DatasetPartStore.PartOutcome] = [:]
        while outcomes.count < months.count || outcomes.values.contains(where: { $0.outcome == .failed }) {
            outcomes = try await context.retryingPool.withConnection { connection in
                try await DatasetPartStore.readOutcomes(requestID: requestID, connection)
            }
            bar.update(Double(outcomes.count) / Double(months.count), label(outcomes))
            try await check()
            try await Task.sleep(for: .milliseconds(100))
        }
        if let refused = outcomes.first(where: { $0.value.outcome == .refused }) {
            throw CommandError("part \(refused.key) is refused: \(refused.value.error ?? "")")
        }
        let parts = try await context.retryingPool.withConnection { connection in
            try await DatasetPartStore.read(months.map { (name, "\($0)") }, connection)
        }
        bar.finish("\(months.count) parts")
        func count(_ outcome: DatasetPartOutcome) -> Int { outcomes.values.count { $0.outcome == outcome } }
        return Outcome(
            dataset: name,
            built: count(.built),
            unchanged: count(.unchanged),
            empty: count(.empty),
            rows: parts.reduce(0) { $0 + $1.rows },
            bytes: parts.reduce(0) { $0 + $1.bytes },
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
    }

    private func request(for month: DatasetMonth, _ requestID: String) -> DatasetRequest {
        var request = DatasetRequest()
        request.requestID = requestID
        request.dataset = name
        request.part = month.description
        request.featureSet = UInt32(set)
        request.force = force
        request.throughDay = months[months.count - 1].last.number
        return request
    }

    private func label(_ outcomes: [String: DatasetPartStore.PartOutcome]) -> String {
        if let failed = outcomes.values.first(where: { $0.outcome == .failed }) {
            return "retrying: \(failed.error ?? "")"
        }
        return outcomes.isEmpty ? "waiting for a feature-builder" : "\(outcomes.count) of \(months.count) parts"
    }
}
