import Drift
import Foundation
import Racing
import Reporting

/// Which page a path shows.
struct BoardRoutes: Sendable {
    let reader: BoardReader

    /// How many days the record and the drift look back.
    private static let recordDays = 90

    /// How often an open page is read again. The record reads months of signals.
    static func interval(_ path: String) -> Duration {
        ["/record", "/drift"].contains(path) ? .seconds(60) : .seconds(2)
    }

    /// The content of the page; `nil` if there is none at this path.
    func content(_ path: String) async throws -> String? {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case (nil, 0): return DayPage(board: try await reader.day(reader.today)).html
        case ("day", 2):
            return try await CalendarDay(parts[1]).asyncMap { DayPage(board: try await reader.day($0)).html }
        case ("race", 3): return try await race(parts[1], parts[2])
        case ("fleet", 1): return FleetPage(overview: await reader.overview()).html
        case ("record", 1):
            let since = reader.today.advanced(by: -Self.recordDays)
            let (books, signals) = try await reader.record(since: since)
            return RecordPage(since: since, books: books, signals: signals).html
        case ("drift", 1): return Self.drift(try await reader.drift())
        default: return nil
        }
    }

    private func race(_ day: String, _ id: String) async throws -> String? {
        guard let day = CalendarDay(day), let id = Int64(id) else { return nil }
        let board = try await reader.day(day)
        guard let race = board.races.first(where: { $0.key.raceID == id }) else { return nil }
        guard let model = board.model else { return RacePage(board: board, race: race, path: [:]).html }
        let path = try await reader.path(raceID: id, modelID: model.modelID)
        return RacePage(board: board, race: race, path: path).html
    }

    private static func drift(_ runs: [DriftRun]) -> String {
        guard !runs.isEmpty else {
            return Markup.note(
                "No drift was measured yet: a trainer does it each day (drift_at in config/schedule.yaml)."
            )
        }
        return DriftPage(runs).content
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
