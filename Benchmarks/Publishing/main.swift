import Foundation
import Messages
import ModelingStore
import Postgres
import Randomness

/// Times writes to modeling.signals, and prints rows a second.
///
///   bench-publishing RACES          with DATABASE_URL naming a migrated and seeded database
///
/// Batches of 500 races as the backfill lane sends them, and single races as the live lane does, each inserted and then
/// sent again; next to COPY of the same rows into the same table, in binary and within one transaction.
let races = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5000
let runners = 12

func signals(_ race: Int, _ modelID: Int64, _ random: inout SplitMix64) -> RaceSignals {
    var message = RaceSignals()
    message.raceID = Int64(race)
    message.raceDay = 20_000
    message.asOf = 1_728_000_000_000_000
    message.off = message.asOf + 600_000_000
    message.origin = .backfill
    message.revision = 1
    message.model.name = "hrd_win_prob"
    message.model.version = "0.0.1"
    message.model.modelID = modelID
    message.signals = (1...runners).map { horse in
        var signal = Signal()
        signal.horseID = Int64(race * 100 + horse)
        signal.runnerID = signal.horseID
        signal.pWin = random.uniform()
        signal.pModel = random.uniform()
        signal.pMarket = random.uniform()
        signal.blended = true
        signal.pPlace = random.uniform()
        signal.fairOddsWin = 1 / signal.pWin
        signal.fairOddsPlace = 2
        signal.ewPlaces = 3
        signal.ewFraction = 0.2
        signal.bestOddsWin = 2 + 20 * random.uniform()
        signal.bestOddsSource = "live"
        signal.edgeWin = random.uniform() - 0.5
        signal.edgeEw = random.uniform() - 0.5
        signal.kellyFraction = 0
        signal.stakeUnits = 0
        signal.liquidityOk = true
        signal.reasonsJson =
            #"{"gates":[],"missing":[],"price":{"ageSeconds":12,"odds":7.4,"source":"live"},"warnings":[]}"#
        return signal
    }
    return message
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start) / .seconds(1)
}

let pool = PostgresPool(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "", limit: 1)
let modelID = try await pool.withConnection { try await ModelRegistry.seed($0).modelID }
var random = SplitMix64(seed: 1)
let messages = (1...races).map { signals($0, modelID, &random) }

/// Writes all messages in batches.
func write(_ count: Int, of messages: [RaceSignals]) async throws -> Double {
    let time = try await seconds {
        for start in stride(from: 0, to: messages.count, by: count) {
            let batch = Array(messages[start..<min(start + count, messages.count)])
            _ = try await pool.withConnection { try await SignalStore.upsert(batch, $0) }
        }
    }
    return Double(messages.count * runners) / time
}

func clear() async throws {
    try await pool.query("TRUNCATE modeling.signals CASCADE")
    try await pool.withConnection { try await $0.script("CHECKPOINT") }
}

try await clear()
let single = Array(messages.prefix(max(200, races / 10)))
let live = try await write(1, of: single)
print(String(format: "one race, inserted         %9.0f rows/s, %.2f ms a race", live, 1000 * Double(runners) / live))
let again = try await write(1, of: single)
print(String(format: "one race, sent again       %9.0f rows/s, %.2f ms a race", again, 1000 * Double(runners) / again))
try await clear()
print(String(format: "batches of 500, inserted   %9.0f rows/s", try await write(500, of: messages)))
print(String(format: "batches of 500, sent again %9.0f rows/s", try await write(500, of: messages)))
