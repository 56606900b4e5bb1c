import Foundation
import Logging
import ModelingStore
import Postgres
import ServiceLifecycle
import WorkerRuntime

/// Checks at the start of a worker that `ARTIFACT_ROOT` is the folder that the other builders and trainers use. The
/// worker stops if it is not: it would write data sets that no trainer finds, or find none.
public struct ArtifactRoot: Service {
    private let root: String
    private let pool: PostgresPool
    private let logger: Logger

    /// The file in the folder that holds its mark.
    package static let markFile = ".giddyup-artifacts"

    public init(_ root: String, _ process: WorkerProcess, _ pool: PostgresPool) {
        self.root = root
        self.pool = pool
        logger = process.logger
    }

    public func run() async throws {
        while !Task.isShuttingDownGracefully {
            do {
                try await Self.check(root, pool)
                break
            } catch let error as PostgresError where error.isRetriable {
                logger.debug("ARTIFACT_ROOT is not checked yet: \(error)")
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) }
            }
        }
        try? await gracefulShutdown()
    }

    /// - Throws: `FatalError` that says what is wrong with the folder; `PostgresError`.
    package static func check(_ root: String, _ pool: PostgresPool, attempts: Int = 40) async throws {
        let path = root + "/" + markFile
        guard attempts > 0 else { throw FatalError("\(path) is empty or cannot be read: give it back, or delete it") }
        try createFolder(root)
        if let mark = try? String(contentsOfFile: path, encoding: .utf8), !mark.isEmpty {
            let recorded = try await pool.withConnection { try await ArtifactRootStore.claim(mark, $0) }
            guard recorded == mark else { throw otherFolder(root) }
            return
        }
        if try await pool.withConnection({ try await ArtifactRootStore.read($0) }) != nil {
            // Another worker may just have recorded the mark of this folder, before its file appeared here.
            try? await Task.sleep(for: .seconds(1))
            guard FileManager.default.fileExists(atPath: path) else { throw otherFolder(root) }
            return try await check(root, pool, attempts: attempts - 8)
        }
        // Of several workers that start together in one folder, one creates the file.
        do {
            try Data(UUID().uuidString.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch {
            guard FileManager.default.fileExists(atPath: path) else {
                throw FatalError("ARTIFACT_ROOT=\(root) cannot be written: \(error.localizedDescription)")
            }
        }
        // Whoever created the file may still be writing it.
        try? await Task.sleep(for: .milliseconds(50))
        try await check(root, pool, attempts: attempts - 1)
    }

    private static func createFolder(_ root: String) throws {
        do { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) } catch {
            throw FatalError("ARTIFACT_ROOT=\(root) is not a folder: \(error.localizedDescription)")
        }
    }

    private static func otherFolder(_ root: String) -> FatalError {
        FatalError(
            "ARTIFACT_ROOT=\(root) is not the folder that the other builders and trainers use: mount the same volume. "
                + "If the folder was moved, move its file \(markFile) too; if it was lost, delete the row of "
                + "modeling.artifact_root"
        )
    }
}
