import Features
import Foundation
import ModelingStore
import Modelling
import Postgres
import Racing

/// Leak audits, each made once: an audit of the same definitions on the same results is read from modeling.leak_audits.
public enum LeakAuditing {
    public static func audit(
        _ book: FormBook, _ set: FeatureSet, from first: CalendarDay, through last: CalendarDay, _ pool: PostgresPool,
        report: @escaping @Sendable (String, Double) async -> Void
    ) async throws -> LeakAuditPair {
        let source = "\(book.sourceDigest(before: last.advanced(by: 1))) from \(first)"
        let known = try await pool.withConnection { try await AuditStore.find(definition: set.definition, source: source, $0) }
        if let known { return known }
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let audit = try await onOwnThread { isCancelled, progress in
            try LeakAuditPair(book, set, from: first, through: last, threads: threads, isCancelled: isCancelled, onProgress: progress)
        } report: { stage, share in
            await report(stage, share)
        }
        try await pool.withConnection { try await AuditStore.enter(audit, definition: set.definition, source: source, $0) }
        return audit
    }
}
