import Datasets
import Expectations
import Features
import Foundation
import Kafka
import Logging
import Messages
import ModelingStore
import Parquet
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// Turns dataset.requests into Parquet parts. A part that exists and is up to date is not built again.
public struct DatasetHandler: Handler {
    private let pool: PostgresPool
    private let formBooks: FormBookCache
    private let builder: DatasetPartBuilder
    private let logger: Logger

    /// - Parameters:
    ///   - root: `ARTIFACT_ROOT`, the same for every builder and reader.
    ///   - suite: `expectations/part.json`. A part that fails a critical expectation is refused.
    public init(
        _ pool: PostgresPool,
        _ formBooks: FormBookCache,
        root: String,
        suite: ExpectationSuite,
        logger: Logger
    ) {
        self.pool = pool
        self.formBooks = formBooks
        self.logger = logger
        builder = DatasetPartBuilder(root: root, suite: suite, logger: logger)
    }

    public struct Input: Sendable {
        let request: DatasetRequest
        let month: DatasetMonth
        let set: FeatureSet
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> Input {
        let request = try DatasetRequest.decode(message)
        guard DatasetName.isValid(request.dataset) else {
            throw ContractError("\"\(request.dataset)\" is not a data set name: \(DatasetName.rule)")
        }
        guard let month = DatasetMonth(request.part) else {
            throw ContractError("part \"\(request.part)\" is not a month such as 2024-07")
        }
        guard let set = FeatureSet.all[Int(request.featureSet)] else {
            throw ContractError("there is no feature set \(request.featureSet)")
        }
        return Input(request: request, month: month, set: set)
    }

    public func handle(_ batch: [Input]) async throws -> [Outcome] {
        let known = try await pool.withConnection { connection in
            try await DatasetPartStore.read(batch.map { ($0.request.dataset, "\($0.month)") }, connection)
        }
        guard let formBook = try await formBook(for: batch) else { return [] }
        return try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome?](repeating: nil, count: batch.count)
            var next = 0
            func startNext() {
                let index = next
                next += 1
                group.addTask { (index, await outcome(of: batch[index], formBook, known)) }
            }
            // Build one part per core at a time.
            while next < min(batch.count, ProcessInfo.processInfo.activeProcessorCount) { startNext() }
            for try await (index, outcome) in group {
                outcomes[index] = outcome
                if next < batch.count { startNext() }
            }
            return outcomes.map { $0 ?? .failed(CancellationError()) }
        }
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // The disk is full or the folder is missing, but the request itself is valid.
        case is ParquetError: .transient
        case is CancellationError, is PartReplaced: .transient
        default: .standard(error)
        }
    }

    /// A form book that holds every correction made before the requests of the batch.
    private func formBook(for batch: [Input]) async throws -> FormBook? {
        guard let last = batch.map({ max($0.month.last, CalendarDay($0.request.throughDay)) }).max() else { return nil }
        let lastResult = try await pool.withConnection { try await FormBookReader.lastDay($0) }
        // Days after the last result add nothing to the form book.
        let horizon = min(last, lastResult ?? last).advanced(by: 1)
        var formBook: FormBook?
        for request in Set(batch.map(\.request.requestID)) {
            formBook = try await formBooks.current(before: horizon, for: request).book
        }
        return formBook
    }

    private func outcome(of input: Input, _ formBook: FormBook, _ known: [DatasetPartStore.Part]) async -> Outcome {
        let request = input.request
        let previous = known.first { $0.dataset == request.dataset && $0.part == request.part }
        do {
            switch try await builder.build(input, formBook, previous: previous) {
            case .empty:
                try await record(.empty, of: request)
                return .done([])
            case .unchanged(let part):
                try await record(.unchanged, of: request)
                return .done([DatasetPart(part, of: request, isUnchanged: true)])
            case .built(let part, let report):
                try await record(part, report, replacing: previous, of: request)
                if let previous, previous.path != part.path { builder.remove(previous) }
                return .done([DatasetPart(part, of: request, isUnchanged: false)])
            }
        } catch let refused as RefusedPart {
            return await refuse(input, refused, formBook)
        } catch {
            if classify(error) != .contract { try? await record(.failed, of: request, error: error) }
            return .failed(error)
        }
    }

    private func refuse(_ input: Input, _ refused: RefusedPart, _ formBook: FormBook) async -> Outcome {
        let request = input.request
        do {
            let source = formBook.sourceDigest(before: input.month.next.first)
            try await pool.withConnection { connection in
                try await ExpectationStore.upsert(
                    dataset: request.dataset,
                    part: request.part,
                    source: source,
                    refused.report,
                    connection
                )
            }
            try await record(.refused, of: request, error: refused)
            return .failed(ContractError("part \(request.part) of \(request.dataset) is refused: \(refused)"))
        } catch { return .failed(error) }
    }

    private func record(
        _ outcome: DatasetPartOutcome,
        of request: DatasetRequest,
        error: (any Error)? = nil
    ) async throws {
        try await pool.withConnection { connection in
            try await DatasetPartStore.upsertOutcome(
                requestID: request.requestID,
                part: request.part,
                outcome: outcome,
                error: error.map { "\($0)" },
                connection
            )
        }
    }

    /// Records a new part, its expectation report and its outcome in one transaction.
    ///
    /// - Throws: `PartReplaced` if another builder has replaced the part since this build began.
    private func record(
        _ part: DatasetPartStore.Part,
        _ report: ExpectationReport,
        replacing previous: DatasetPartStore.Part?,
        of request: DatasetRequest
    ) async throws {
        try await pool.transaction { connection in
            guard try await DatasetPartStore.upsert(part, replacing: previous, connection) else {
                throw PartReplaced(dataset: part.dataset, part: part.part)
            }
            try await ExpectationStore.upsert(
                dataset: part.dataset,
                part: part.part,
                source: part.source,
                report,
                connection
            )
            try await DatasetPartStore.upsertOutcome(
                requestID: request.requestID,
                part: request.part,
                outcome: .built,
                connection
            )
        }
    }
}

/// Another builder has replaced the part in the manifest since the build began. The request is handled again.
private struct PartReplaced: Error, CustomStringConvertible {
    let dataset: String
    let part: String

    var description: String { "part \(part) of \(dataset) was replaced by another builder meanwhile" }
}
