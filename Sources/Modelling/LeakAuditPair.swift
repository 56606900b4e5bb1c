import Features
import Racing

/// An audit with the proof that it would have found something: results permuted, and once more with a leak planted.
public struct LeakAuditPair: Sendable, Codable, Equatable {
    public let permuted: LeakAudit
    public let planted: LeakAudit

    public init(permuted: LeakAudit, planted: LeakAudit) {
        self.permuted = permuted
        self.planted = planted
    }

    public var passes: Bool { permuted.passes && !planted.passes }

    /// Why it does not pass; nil where it does.
    public var objection: String? {
        if !permuted.passes {
            return "the leak audit fails: with results permuted the features still predict them, by \(permuted.gain) ± \(permuted.gainSE) nats a race"
        }
        return planted.passes ? "the leak audit is blind: it did not find the leak that was planted" : nil
    }

    /// Blocks for as long as two trainings take: call it off the cooperative threads.
    public init(
        _ book: FormBook, _ set: FeatureSet, from first: CalendarDay, through last: CalendarDay, seed: UInt64 = 1, threads: Int,
        isCancelled: @escaping @Sendable () -> Bool = { false }, onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) throws {
        permuted = try LeakAudit(
            book, set, from: first, through: last, seed: seed, threads: threads, isCancelled: isCancelled,
            onProgress: { onProgress("leak audit: \($0)", $1 / 2) })
        planted = try LeakAudit(
            book, set, from: first, through: last, seed: seed, plant: .ownTime, threads: threads, isCancelled: isCancelled,
            onProgress: { onProgress("leak audit, planted: \($0)", 0.5 + $1 / 2) })
    }
}
