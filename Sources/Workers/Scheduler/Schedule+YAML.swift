import Foundation
import Racing
import WorkerRuntime
import Yams

extension Schedule {
    /// Reads and validates a schedule from a YAML file (config/schedule.yaml explains the keys).
    ///
    /// - Throws: `ConfigurationError` naming the file, the key and the accepted values.
    public init(file path: String) throws(ConfigurationError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError("cannot read the schedule \(path)")
        }
        do { self = try Self.parse(text) } catch let error as ConfigurationError {
            throw ConfigurationError("\(path): \(error)")
        } catch { throw ConfigurationError("\(path): \(Self.describe(error))") }
    }

    package static func parse(_ text: String) throws -> Schedule {
        let document = try YAMLDecoder().decode(Document.self, from: text)
        let known = Set(Document.CodingKeys.allCases.map(\.rawValue))
        let keys = Set((try Yams.load(yaml: text) as? [String: Any] ?? [:]).keys)
        if let unknown = keys.subtracting(known).min() {
            throw ConfigurationError("\(unknown) is not a key; the keys are \(known.sorted().joined(separator: ", "))")
        }
        return try document.schedule()
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            return key.isEmpty ? context.debugDescription : "\(key) has a value of the wrong type"
        @unknown default: return "\(error)"
        }
    }

    private struct Document: Decodable {
        let zone, daily: String
        let refresh, final, finalRefresh, resultsDays: Int
        let lateAfter, resultsEvery, resultsOverdue: Double
        let refitMonths: [Int]?
        let refitAt, pruneAt, driftAt: String?
        let refitPromote: Bool?
        let pruneOlderThan, driftDays: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case zone, daily
            case refresh = "refresh_minutes"
            case final = "final_minutes"
            case finalRefresh = "final_refresh_minutes"
            case lateAfter = "late_after_seconds"
            case resultsEvery = "results_every_seconds"
            case resultsDays = "results_days"
            case resultsOverdue = "results_overdue_hours"
            case refitMonths = "refit_months"
            case refitAt = "refit_at"
            case refitPromote = "refit_promote"
            case pruneAt = "prune_at"
            case pruneOlderThan = "prune_older_than_days"
            case driftAt = "drift_at"
            case driftDays = "drift_days"
        }

        func schedule() throws(ConfigurationError) -> Schedule {
            var schedule = Schedule()
            guard let zone = TimeZone(identifier: zone) else {
                throw ConfigurationError("zone: \(self.zone) is not a time zone such as Europe/Madrid")
            }
            schedule.zone = zone
            schedule.daily = try Self.wallTime(daily, .daily)
            schedule.refresh = Int64(try Self.check(refresh, in: 1...720, .refresh))
            schedule.final = Int64(try Self.check(final, in: 0...720, .final))
            schedule.finalRefresh = Int64(try Self.check(finalRefresh, in: 1...60, .finalRefresh))
            schedule.lateAfter = try Self.check(lateAfter, in: 60...3600, .lateAfter)
            schedule.resultsEvery = try Self.check(resultsEvery, in: 1...86_400, .resultsEvery)
            schedule.resultsDays = try Self.check(resultsDays, in: 1...365, .resultsDays)
            schedule.resultsOverdue = try Self.check(resultsOverdue, in: 0.1...240, .resultsOverdue)
            schedule.jobs = try jobs()
            return schedule
        }

        private func jobs() throws(ConfigurationError) -> JobSchedule {
            var jobs = JobSchedule.never
            for month in refitMonths ?? [] { jobs.refitMonths.insert(try Self.check(month, in: 1...12, .refitMonths)) }
            if let refitAt { jobs.refitAt = try Self.wallTime(refitAt, .refitAt) }
            jobs.promotesRefits = refitPromote ?? false
            if let pruneAt { jobs.pruneAt = try Self.wallTime(pruneAt, .pruneAt) }
            // Corrections of results are followed, and may refresh the closing line values.
            let shortest = resultsDays + 1
            if jobs.pruneAt != nil || pruneOlderThan != nil {
                let days = pruneOlderThan ?? jobs.pruneOlderThan
                jobs.pruneOlderThan = try Self.check(days, in: shortest...3650, .pruneOlderThan)
            }
            if let driftAt { jobs.driftAt = try Self.wallTime(driftAt, .driftAt) }
            if let driftDays { jobs.driftDays = try Self.check(driftDays, in: 1...30, .driftDays) }
            return jobs
        }

        private static func wallTime(_ text: String, _ key: CodingKeys) throws(ConfigurationError) -> WallTime {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
                let time = WallTime(hour: hour, minute: minute)
            else { throw ConfigurationError("\(key.rawValue): \(text) is not a time such as \"08:00\"") }
            return time
        }

        private static func check<Value: Comparable>(
            _ value: Value,
            in range: ClosedRange<Value>,
            _ key: CodingKeys
        ) throws(ConfigurationError) -> Value {
            guard range.contains(value) else {
                throw ConfigurationError(
                    "\(key.rawValue): \(value) is not between \(range.lowerBound) and \(range.upperBound)"
                )
            }
            return value
        }
    }
}
