import Features
import Modeling
import Racing

extension LeakAuditPair {
    /// Runs both audits.
    ///
    /// Blocks for two trainings: do not call it on the cooperative thread pool.
    ///
    /// - Parameters:
    ///   - book: the form book with the true results.
    ///   - isCancelled: polled during training; `true` ends it with an error.
    ///   - onProgress: receives the current stage and the completed share, 0 to 1.
    /// - Throws: `ModelingError` if there are too few races, `LightGBMError` if LightGBM fails or training is
    ///   cancelled.
    public init(
        _ book: FormBook,
        _ set: FeatureSet,
        from first: CalendarDay,
        through last: CalendarDay,
        seed: UInt64 = 1,
        threads: Int,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) throws {
        let permuted = try LeakAudit(
            book,
            set,
            from: first,
            through: last,
            seed: seed,
            threads: threads,
            isCancelled: isCancelled,
            onProgress: { onProgress("leak audit: \($0)", $1 / 2) }
        )
        let planted = try LeakAudit(
            book,
            set,
            from: first,
            through: last,
            seed: seed,
            plant: .ownTime,
            threads: threads,
            isCancelled: isCancelled,
            onProgress: { onProgress("leak audit, planted: \($0)", 0.5 + $1 / 2) }
        )
        self.init(permuted: permuted, planted: planted)
    }
}
