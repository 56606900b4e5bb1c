import Foundation
import Operations
import Racing

/// The data that the demo runs on.
enum DemoWorld: Sendable {
    /// A simulated world, so that the demo needs no files.
    case simulated(seasons: Int)
    /// Hong Kong's files.
    case hongKong(races: String, runners: String)

    /// - Parameter folder: holds `hk_races` and `hk_runners` as csv or csv.xz; `nil` for the simulated world.
    init(folder: String?, fast: Bool) throws(CommandError) {
        if let folder {
            self = .hongKong(
                races: try Self.file("hk_races", in: folder),
                runners: try Self.file("hk_runners", in: folder)
            )
        } else {
            self = .simulated(seasons: fast ? 1 : 2)
        }
    }

    private static func file(_ name: String, in folder: String) throws(CommandError) -> String {
        for candidate in ["\(folder)/\(name).csv.xz", "\(folder)/\(name).csv"]
        where FileManager.default.fileExists(atPath: candidate) { return candidate }
        throw CommandError(
            "\(folder) holds neither \(name).csv.xz nor \(name).csv: --data names a folder with Hong Kong's races and "
                + "runners"
        )
    }

    /// The origin of the data, for the summary, the card and the report.
    var label: String {
        switch self {
        case .simulated: "simulated"
        case .hongKong: "Hong Kong"
        }
    }

    /// The number of days at the end that are held out from training, to evaluate the model. For Hong Kong's files to
    /// 2025-07-16, the holdout starts on 2024-07-06.
    var testDays: Int {
        switch self {
        case .simulated: 92
        case .hongKong: 376
        }
    }

    /// Seconds before the off at which past races are scored and the demo's bets are struck. A model adds more to the
    /// market earlier than at the off, but Hong Kong's files have only the odds at the off.
    var lead: Double {
        switch self {
        case .simulated: 3600
        case .hongKong: 0
        }
    }

    /// Writes the data to racing.*.
    func load(_ context: CommandContext) async throws -> (races: Int, runners: Int) {
        switch self {
        case .simulated(let seasons):
            guard let end = CalendarDay(year: 2026, month: 1, day: 1) else {
                throw CommandError("the calendar has no 2026-01-01")
            }
            let count = try await DevelopmentData.simulate(seasons: seasons, small: true, seed: 1, until: end, context)
            return (count.races, count.runners)
        case .hongKong(let races, let runners):
            let outcome = try await DevelopmentData.importHongKong(races: races, runners: runners, context)
            return (outcome.races, outcome.runners)
        }
    }
}
