import Features
import Foundation
import Learning
import Modeling
import ModelingStore
import Postgres
import Racing
import WorkerRuntime

/// Runs a leak audit, unless modeling.leak_audits holds one of the same feature definitions on the same results.
public enum CachedLeakAudit {
    /// Raise it when the audit itself changes, so that verdicts of the earlier one are not used.
    private static let revision = 2

    public static func run(
        _ formBook: FormBook,
        _ set: FeatureSet,
        from first: CalendarDay,
        through last: CalendarDay,
        _ pool: PostgresPool,
        report: @escaping @Sendable (String, Double) async -> Void
    ) async throws -> LeakAuditPair {
        let source = "\(formBook.sourceDigest(before: last.advanced(by: 1))) from \(first), audit \(revision)"
        let cached = try await pool.withConnection { connection in
            try await LeakAuditStore.read(definition: set.definition, source: source, connection)
        }
        if let cached { return cached }
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let audit = try await runOnThread { isCancelled, progress in
            try LeakAuditPair(
                formBook,
                set,
                from: first,
                through: last,
                threads: threads,
                isCancelled: isCancelled,
                onProgress: progress
            )
        } report: { stage, share in
            await report(stage, share)
        }
        try await pool.withConnection { connection in
            try await LeakAuditStore.upsert(audit, definition: set.definition, source: source, connection)
        }
        return audit
    }
}
