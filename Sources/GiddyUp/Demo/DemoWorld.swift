import Foundation
import Racing

/// What the demo plays on.
enum DemoWorld: Sendable {
    /// A simulated world, so that the demo needs nothing.
    case simulated(seasons: Int)
    /// Hong Kong's files.
    case hongKong(races: String, runners: String)

    /// - Parameter folder: holds `hk_races` and `hk_runners` as csv or csv.xz; nil is the simulated world.
    init(folder: String?, fast: Bool) throws(CommandError) {
        guard let folder else {
            self = .simulated(seasons: fast ? 1 : 2)
            return
        }
        func file(_ name: String) throws(CommandError) -> String {
            for candidate in ["\(folder)/\(name).csv.xz", "\(folder)/\(name).csv"] where FileManager.default.fileExists(atPath: candidate) {
                return candidate
            }
            throw CommandError("\(folder) holds no \(name).csv.xz and no \(name).csv: --data names a folder with Hong Kong's races and runners")
        }
        self = .hongKong(races: try file("hk_races"), runners: try file("hk_runners"))
    }

    /// What the summary, the card and the report say of where the data is from.
    var label: String {
        switch self {
        case .simulated: "simulated"
        case .hongKong: "Hong Kong"
        }
    }

    /// The last days are kept from training, to be judged on. Of Hong Kong's files to 2025-07-16 that is from 2024-07-06 on.
    var testDays: Int {
        switch self {
        case .simulated: 92
        case .hongKong: 376
        }
    }

    /// How long before the off the past is scored and the demo's bets are struck, seconds: where a model is worth something beside the market. Hong Kong's only price is the one at the off.
    var lead: Double {
        switch self {
        case .simulated: 3600
        case .hongKong: 0
        }
    }

    func load(_ connection: Connection) async throws -> (races: Int, runners: Int) {
        switch self {
        case .simulated(let seasons):
            guard let end = CalendarDay(year: 2026, month: 1, day: 1) else { throw CommandError("the calendar has no 2026-01-01") }
            let count = try await SimulateCommand.load(seasons: seasons, small: true, seed: 1, until: end, connection)
            return (count.races, count.runners)
        case .hongKong(let races, let runners):
            let outcome = try await ImportCommand.HongKong.load(races: races, runners: runners, connection)
            return (outcome.races, outcome.runners)
        }
    }
}
