import Messages
import ModelingStore
import RacingStore

/// Sends the results of a window to settlement.
public struct SettlementRun: Sendable {
    public struct Outcome: Codable, Sendable {
        public var races = 0
        public var withoutResult = 0
        public var sent = 0
    }

    private static let batchSize = 1000

    private let context: CommandContext
    private let isDryRun: Bool

    public init(_ context: CommandContext, dryRun: Bool) {
        self.context = context
        isDryRun = dryRun
    }

    /// Sends the results that are new or corrected, and waits until the CLV tracker has settled them.
    public func run(_ races: [ScheduledRace], check: () async throws -> Void) async throws -> Outcome {
        var outcome = Outcome(races: races.count)
        let bar = ProgressBar("settle")
        for start in stride(from: 0, to: races.count, by: Self.batchSize) {
            let batch = Array(races[start..<min(start + Self.batchSize, races.count)])
            let settlements = try await record(batch, &outcome)
            if !settlements.isEmpty {
                let ids = Set(settlements.map { "\($0.raceID) \($0.revision)" })
                let deadLetters = try await DeadLetterWatch(context) { letter in
                    letter.settlement.map { ids.contains("\($0.raceID) \($0.revision)") } ?? false
                }
                try await context.send(settlements)
                try await context.retryingPool.withConnection { try await SettlementStore.markEmitted(settlements, $0) }
                outcome.sent += settlements.count
                try await wait(for: settlements, deadLetters, check: check)
            }
            bar.update(Double(start + batch.count) / Double(races.count), "\(outcome.sent) sent")
        }
        bar.finish("\(outcome.sent) sent")
        return outcome
    }

    /// Records the results of a batch. A dry run only counts them.
    private func record(_ batch: [ScheduledRace], _ outcome: inout Outcome) async throws -> [RaceSettlement] {
        let (results, faults) = try await context.retryingPool.withConnection { try await ResultReader.read(batch, $0) }
        for fault in faults { Console.note("not settled: \(fault)") }
        let finished = batch.compactMap { race in results[race.key.raceID].map { (race, $0) } }
        outcome.withoutResult += batch.count - finished.count
        if isDryRun {
            outcome.sent += finished.count
            return []
        }
        return try await context.retryingPool.withConnection { try await SettlementStore.upsert(finished, $0) }
    }

    /// Waits until the CLV tracker has settled the races, or has dead-lettered those that remain.
    private func wait(
        for settlements: [RaceSettlement],
        _ deadLetters: DeadLetterWatch,
        check: () async throws -> Void
    ) async throws {
        while true {
            let open = try await context.retryingPool.withConnection { connection in
                try await SettlementStore.readUnsettled(settlements, connection)
            }
            if open.isEmpty { return }
            let dead = try await deadLetters.count()
            if dead > 0, open.count <= dead {
                let races = open.prefix(5).map(String.init).joined(separator: ", ")
                throw CommandError("\(open.count) results were rejected; dead.letters has the reasons: race \(races)")
            }
            try await check()
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
