/// The names of consumer groups.
public enum ConsumerGroup {
    /// The group in which a worker's replicas share a lane.
    ///
    /// - Parameters:
    ///   - base: `KAFKA_GROUP_ID`, if it is set.
    ///   - loop: the suffix of a worker's second loop.
    public static func name(
        worker: String,
        loop: String? = nil,
        isBackfill: Bool,
        prefix: String,
        base: String? = nil
    ) -> String {
        (base ?? prefix + worker) + (loop.map { ".\($0)" } ?? "") + (isBackfill ? ".backfill" : "")
    }
}
