import Datasets
import Expectations
import Features
import Foundation
import Logging
import Messages
import ModelingStore
import Parquet
import WorkerRuntime

/// Builds one month of a data set as a Parquet file under `ARTIFACT_ROOT`.
struct DatasetPartBuilder: Sendable {
    let root: String
    let suite: ExpectationSuite
    let logger: Logger

    enum Build {
        /// The month has no races.
        case empty
        /// The existing part is up to date.
        case unchanged(DatasetPartStore.Part)
        case built(DatasetPartStore.Part, ExpectationReport)
    }

    /// - Parameter previous: the part in the manifest, if there is one.
    /// - Throws: `RefusedPart` if the part fails a critical expectation; `ParquetError` if it cannot be written.
    func build(
        _ input: DatasetHandler.Input,
        _ formBook: FormBook,
        previous: DatasetPartStore.Part?
    ) async throws -> Build {
        let request = input.request
        let month = input.month
        let source = formBook.sourceDigest(before: month.next.first)
        if let previous, !request.force, previous.isMade(of: source, input.set), isInPlace(previous) {
            return .unchanged(previous)
        }
        guard !formBook.raceNumbers(from: month.first, through: month.last).isEmpty else { return .empty }
        // New content gets a new file name, so that a part never changes under a reader.
        let folder = "datasets/\(request.dataset)"
        let path = "\(folder)/\(month)-\(source.prefix(8))-\(input.set.definition.prefix(8)).parquet"
        try createFolder("\(root)/\(folder)")
        let start = ContinuousClock.now
        let file = try await runOnThread(niceness: 10) { [root, suite] isCancelled in
            try DatasetFile.write(
                month,
                formBook,
                input.set,
                source: source,
                suite: suite,
                to: "\(root)/\(path)",
                isCancelled: isCancelled
            )
        }
        log(request, file, since: start)
        let part = DatasetPartStore.Part(
            dataset: request.dataset,
            part: request.part,
            featureSet: input.set.version,
            featureSetHash: input.set.hash,
            definition: input.set.definition,
            source: source,
            path: path,
            sha256: file.sha256,
            bytes: file.bytes,
            races: file.races,
            rows: file.rows
        )
        return .built(part, file.report)
    }

    /// Deletes the file of a part that was replaced.
    func remove(_ part: DatasetPartStore.Part) {
        try? FileManager.default.removeItem(atPath: "\(root)/\(part.path)")
    }

    private func isInPlace(_ part: DatasetPartStore.Part) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(part.path)")
        return (attributes?[.size] as? NSNumber)?.intValue == part.bytes
    }

    private func createFolder(_ path: String) throws(ParquetError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw ParquetError(path, "the folder cannot be created: \(error.localizedDescription)")
        }
    }

    private func log(_ request: DatasetRequest, _ file: DatasetFile, since start: ContinuousClock.Instant) {
        logger.info(
            "part built",
            metadata: [
                "dataset": "\(request.dataset)",
                "part": "\(request.part)",
                "rows": "\(file.rows)",
                "bytes": "\(file.bytes)",
                "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
            ]
        )
        for warning in file.report.failures { logger.warning("part \(request.part): \(warning.description)") }
    }
}

extension DatasetPartStore.Part {
    /// Whether building the part now would give the same content.
    fileprivate func isMade(of source: String, _ set: FeatureSet) -> Bool {
        self.source == source && featureSetHash == set.hash && definition == set.definition
    }
}

extension DatasetPart {
    /// The announcement of a part.
    init(_ part: DatasetPartStore.Part, of request: DatasetRequest, isUnchanged: Bool) {
        self.init()
        requestID = request.requestID
        dataset = part.dataset
        self.part = part.part
        path = part.path
        sha256 = part.sha256
        source = part.source
        bytes = Int64(part.bytes)
        races = Int64(part.races)
        rows = Int64(part.rows)
        featureSet = UInt32(part.featureSet)
        featureSetHash = part.featureSetHash
        unchanged = isUnchanged
    }
}
