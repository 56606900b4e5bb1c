import Datasets
import Expectations
import Features
import Fleet
import Foundation
import Kafka
import Logging
import Messages
import ModelingStore
import Parquet
import Postgres
import Racing
import RacingStore

/// dataset.requests to Parquet parts: builds a month, unless it is in place and made of what there is now.
public struct DatasetHandler: Handler {
    private let pool: PostgresPool
    private let books: BookKeeper
    private let topicPrefix: String
    private let root: String
    private let suite: ExpectationSuite
    private let logger: Logger

    /// - Parameters:
    ///   - root: `ARTIFACT_ROOT`, the same for all builders and readers.
    ///   - suite: `expectations/part.json`; a part that breaks a critical one of them is not entered.
    public init(_ pool: PostgresPool, _ books: BookKeeper, topicPrefix: String, root: String, suite: ExpectationSuite, logger: Logger) {
        self.suite = suite
        self.pool = pool
        self.books = books
        self.topicPrefix = topicPrefix
        self.root = root
        self.logger = logger
    }

    public struct Input: Sendable {
        let request: DatasetRequest
        let month: DatasetMonth
        let set: FeatureSet
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> Input {
        let request = try DatasetRequest.read(message)
        guard !request.requestID.isEmpty else { throw ContractError("the data set request has no id") }
        guard DatasetName.isValid(request.dataset) else {
            throw ContractError("\"\(request.dataset)\" is no name of a data set: \(DatasetName.rule)")
        }
        guard let month = DatasetMonth(request.part) else { throw ContractError("part \"\(request.part)\" is not a month as 2024-07") }
        guard request.throughDay == 0 || SaneTime.days.contains(request.throughDay) else {
            throw ContractError("the build's last day is no race's day")
        }
        guard let set = FeatureSet.all[Int(request.featureSet)] else { throw ContractError("there is no feature set \(request.featureSet)") }
        return Input(request: request, month: month, set: set)
    }

    public func handle(_ batch: [Input]) async throws -> [Outcome] {
        guard let last = batch.map({ max($0.month.last, CalendarDay($0.request.throughDay)) }).max() else { return [] }
        let (newest, known) = try await pool.withConnection { connection in
            let known = try await DatasetManifest.read(batch.map { ($0.request.dataset, "\($0.month)") }, connection)
            return (try await FormBookReader.lastDay(connection), known)
        }
        // days that have no result yet need no reading
        let horizon = min(last, newest ?? last).advanced(by: 1)
        var book: FormBook?
        for request in Set(batch.map(\.request.requestID)) { book = try await books.current(before: horizon, asked: request).book }
        guard let book else { return [] }
        // a part for each core at a time
        return try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var (outcomes, next) = ([Outcome?](repeating: nil, count: batch.count), 0)
            func start() {
                let (index, input) = (next, batch[next])
                next += 1
                group.addTask { (index, await build(input, book, known)) }
            }
            while next < min(batch.count, ProcessInfo.processInfo.activeProcessorCount) { start() }
            for try await (index, outcome) in group {
                outcomes[index] = outcome
                if next < batch.count { start() }
            }
            return outcomes.map { $0 ?? .failed(CancellationError()) }
        }
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // a full disk, a directory that is not there: the request is as good as before
        case is ParquetError: .transient
        case is CancellationError: .transient
        default: .standard(error)
        }
    }

    private func build(_ input: Input, _ book: FormBook, _ known: [DatasetManifest.Part]) async -> Outcome {
        let request = input.request
        do {
            let source = book.sourceDigest(before: input.month.next.first)
            let old = known.first { $0.dataset == request.dataset && $0.part == request.part }
            if let old, !request.force, old.isMade(of: source, input.set), old.isInPlace(root) {
                return .done([try await finish(request, old, "unchanged")])
            }
            guard !book.raceNumbers(from: input.month.first, through: input.month.last).isEmpty else {
                try await pool.withConnection { connection in
                    try await DatasetManifest.report(requestID: request.requestID, part: request.part, outcome: "empty", connection)
                }
                return .done([])
            }
            // a part never changes under a reader's hands: another content has another name
            let folder = "datasets/\(request.dataset)"
            let path = "\(folder)/\(input.month)-\(source.prefix(8))-\(input.set.definition.prefix(8)).parquet"
            try makeFolder("\(root)/\(folder)")
            let start = ContinuousClock.now
            let file = try await onOwnThread(niceness: 10) { [root, suite] isCancelled, _ in
                try DatasetFile.write(input.month, book, input.set, source: source, suite: suite, to: "\(root)/\(path)", isCancelled: isCancelled)
            } report: { _, _ in
            }
            logger.info(
                "part built",
                metadata: [
                    "dataset": "\(request.dataset)", "part": "\(request.part)", "rows": "\(file.rows)", "bytes": "\(file.bytes)",
                    "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
                ])
            let part = DatasetManifest.Part(
                dataset: request.dataset, part: request.part, featureSet: input.set.version, featureSetHash: input.set.hash,
                definition: input.set.definition, source: source, path: path, sha256: file.sha256, bytes: file.bytes, races: file.races,
                rows: file.rows)
            for warning in file.report.failures { logger.warning("part \(request.part): \(warning.description)") }
            let record = try await finish(request, part, "built", file.report)
            if let old, old.path != part.path { try? FileManager.default.removeItem(atPath: "\(root)/\(old.path)") }
            return .done([record])
        } catch let refused as RefusedPart {
            do {
                let source = book.sourceDigest(before: input.month.next.first)
                try await pool.withConnection { connection in
                    try await ExpectationStore.enter(dataset: request.dataset, part: request.part, source: source, refused.report, connection)
                    try await DatasetManifest.report(
                        requestID: request.requestID, part: request.part, outcome: "refused", error: "\(refused)", connection)
                }
                return .failed(ContractError("part \(request.part) of \(request.dataset) is refused: \(refused)"))
            } catch { return .failed(error) }
        } catch {
            if classify(error) != .contract {
                try? await pool.withConnection { connection in
                    try await DatasetManifest.report(
                        requestID: request.requestID, part: request.part, outcome: "failed", error: "\(error)", connection)
                }
            }
            return .failed(error)
        }
    }

    private func makeFolder(_ path: String) throws(ParquetError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw ParquetError(path, "the folder cannot be made: \(error.localizedDescription)")
        }
    }

    /// Enters the part into the manifest and says what is to be announced.
    private func finish(_ request: DatasetRequest, _ part: DatasetManifest.Part, _ outcome: String, _ report: ExpectationReport? = nil)
        async throws -> KafkaRecord
    {
        try await pool.withConnection { connection in
            try await connection.transaction { connection in
                if outcome == "built" { try await DatasetManifest.enter(part, connection) }
                if let report {
                    try await ExpectationStore.enter(dataset: part.dataset, part: part.part, source: part.source, report, connection)
                }
                try await DatasetManifest.report(requestID: request.requestID, part: request.part, outcome: outcome, connection)
            }
        }
        var message = DatasetPart()
        (message.requestID, message.dataset, message.part) = (request.requestID, part.dataset, part.part)
        (message.path, message.sha256, message.source) = (part.path, part.sha256, part.source)
        (message.bytes, message.races, message.rows) = (Int64(part.bytes), Int64(part.races), Int64(part.rows))
        (message.featureSet, message.featureSetHash) = (UInt32(part.featureSet), part.featureSetHash)
        message.unchanged = outcome == "unchanged"
        return try message.record(prefix: topicPrefix)
    }
}

extension DatasetManifest.Part {
    /// Whether this is what building it now would give.
    func isMade(of source: String, _ set: FeatureSet) -> Bool {
        self.source == source && featureSetHash == set.hash && definition == set.definition
    }

    func isInPlace(_ root: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
        return (attributes?[.size] as? NSNumber)?.intValue == bytes
    }
}
