import Messages

/// How a worker consumes.
public struct WorkerSettings: Sendable {
    /// The worker's name in its consumer group, metrics and dead letters.
    public var name: String
    public var live: Topic
    /// The topic of the backfill lane, polled only while the live lane is empty; `nil` if the worker has none.
    public var backfill: Topic?
    /// A suffix of the consumer group, for a worker that runs a second loop.
    public var group: String?
    /// The most messages handled as one batch.
    public var batchLimit: Int
    /// How often a message that fails for an unknown reason is tried before it is dead-lettered.
    public var attempts: Int
    /// The longest that one unit of backfill work may take: a live message waits no longer than this.
    public var backfillUnit: Duration
    /// How much each consumer fetches ahead, in KiB. librdkafka 2.0.2 pauses fetching for a second when it holds as
    /// much, so this must be more than a second's work.
    public var fetchAhead: Int
    /// How long one batch may take before the worker counts as stuck and `/livez` fails.
    public var progressLimit: Duration
    /// How long the batch in flight may still take after SIGTERM. It is then abandoned, and delivered again.
    public var drainBudget: Duration

    public init(
        _ name: String,
        live: Topic,
        backfill: Topic? = nil,
        group: String? = nil,
        batchLimit: Int = 200,
        attempts: Int = 3,
        backfillUnit: Duration = .milliseconds(25),
        fetchAhead: Int = 65_536,
        progressLimit: Duration = .seconds(300),
        drainBudget: Duration = .seconds(15)
    ) {
        self.name = name
        self.live = live
        self.backfill = backfill
        self.group = group
        self.batchLimit = batchLimit
        self.attempts = attempts
        self.backfillUnit = backfillUnit
        self.fetchAhead = fetchAhead
        self.progressLimit = progressLimit
        self.drainBudget = drainBudget
    }
}
