import ModelingStore
import Racing
import TopicReading

/// The fleet at a glance. What could not be read is `nil`, and `problems` says why.
public struct FleetOverview: Sendable {
    /// By the fleet's clock, which a replayed day sets.
    public let at: Instant
    /// By the real clock.
    public let readAt: Instant
    public let day: CalendarDay
    public let status: FleetStatus?
    public let workers: [WorkerStore.Worker]
    public let figures: DayFigures?
    public let lag: [LagReader.Lag]?
    /// How many messages `dead.letters` holds, and how many letters were redriven or dropped.
    public let deadLetters: Int?
    public let closedDeadLetters: Int
    /// What an operator should look at, the most urgent first.
    public let problems: [String]

    public init(
        at: Instant,
        readAt: Instant,
        day: CalendarDay,
        status: FleetStatus?,
        workers: [WorkerStore.Worker],
        figures: DayFigures?,
        lag: [LagReader.Lag]?,
        deadLetters: Int?,
        closedDeadLetters: Int,
        faults: [String]
    ) {
        self.at = at
        self.readAt = readAt
        self.day = day
        self.status = status
        self.workers = workers
        self.figures = figures
        self.lag = lag
        self.deadLetters = deadLetters
        self.closedDeadLetters = closedDeadLetters
        problems = faults + Self.problems(status, workers, figures)
    }

    /// The workers that live races need.
    public static let needed = ["scheduler", "feature-builder", "scorer", "publisher", "clv-tracker"]

    private static func problems(
        _ status: FleetStatus?,
        _ workers: [WorkerStore.Worker],
        _ figures: DayFigures?
    ) -> [String] {
        guard let status else { return [] }
        var problems = needed.filter { name in !workers.contains { $0.worker == name } }.map { "no \($0) is running" }
        problems += workers.flatMap { worker in worker.problems.map { "\(worker.worker) \(worker.host): \($0)" } }
        if status.activeModels.isEmpty { problems.append("no model is in production") }
        if status.limits == nil { problems.append("no daily limits: nothing may be bet until `giddyup policy apply`") }
        if let figures, figures.missedTicks > 0 { problems.append("\(figures.missedTicks) ticks of today were missed") }
        if status.unsettledBets > 0 { problems.append("\(status.unsettledBets) bets cannot be settled") }
        return problems
    }

    /// Seconds since the oldest form book of a running builder was compared with racing.*; `nil` without one.
    public var formBookAge: Double? {
        workers.compactMap(\.formBookChecked).min().map { Double(readAt.microseconds) / 1e6 - $0 }
    }
}
