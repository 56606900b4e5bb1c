import Foundation

/// The time zone of a course: `off_time` is wall time there.
public enum CourseZone {
    /// - Parameters:
    ///   - region: the upstream code, as `GB` or `HK`.
    ///   - course: its name, which decides where a region spans several zones.
    /// - Throws: `RacingError` for a region or course that is not known; there is no default.
    public static func zone(region: String, course: String) throws(RacingError) -> TimeZone {
        let name = course.lowercased()
        let identifier: String? =
            switch region.uppercased() {
            case "AUS": australia.first { name.hasPrefix($0.key) }?.value
            case "USA": america.first { name.hasPrefix($0.key) }?.value
            default: regions[region.uppercased()]
            }
        guard let identifier, let zone = TimeZone(identifier: identifier) else {
            throw RacingError("no time zone is known for the course \"\(course)\" of region \"\(region)\": add it to CourseZone")
        }
        return zone
    }

    private static let regions = [
        "GB": "Europe/London", "IRE": "Europe/Dublin", "HK": "Asia/Hong_Kong", "FR": "Europe/Paris", "GER": "Europe/Berlin",
        "ITY": "Europe/Rome", "SPA": "Europe/Madrid", "SWE": "Europe/Stockholm", "NOR": "Europe/Oslo", "DEN": "Europe/Copenhagen",
        "SWI": "Europe/Zurich", "JPN": "Asia/Tokyo", "SIN": "Asia/Singapore", "UAE": "Asia/Dubai", "QA": "Asia/Qatar", "BHR": "Asia/Bahrain",
        "KSA": "Asia/Riyadh", "TUR": "Europe/Istanbul", "SAF": "Africa/Johannesburg", "ARG": "America/Argentina/Buenos_Aires",
        "CHI": "America/Santiago", "BRZ": "America/Sao_Paulo", "URU": "America/Montevideo", "PER": "America/Lima", "GUE": "Europe/Guernsey",
        "JER": "Europe/Jersey", "BEL": "Europe/Brussels", "HUN": "Europe/Budapest", "CZE": "Europe/Prague", "POL": "Europe/Warsaw",
        "NZ": "Pacific/Auckland", "KOR": "Asia/Seoul", "SIM": "Europe/London",
    ]
    private static let australia = [
        "flemington": "Australia/Melbourne", "caulfield": "Australia/Melbourne", "moonee valley": "Australia/Melbourne",
        "kyneton": "Australia/Melbourne", "geelong": "Australia/Melbourne", "ballarat": "Australia/Melbourne", "cranbourne": "Australia/Melbourne",
        "bendigo": "Australia/Melbourne", "pakenham": "Australia/Melbourne", "kembla grange": "Australia/Sydney", "wyong": "Australia/Sydney",
        "newcastle": "Australia/Sydney", "gosford": "Australia/Sydney", "hawkesbury": "Australia/Sydney",
        "sandown": "Australia/Melbourne", "randwick": "Australia/Sydney", "royal randwick": "Australia/Sydney", "rosehill": "Australia/Sydney",
        "canterbury": "Australia/Sydney", "warwick farm": "Australia/Sydney", "eagle farm": "Australia/Brisbane",
        "doomben": "Australia/Brisbane", "morphettville": "Australia/Adelaide", "ascot": "Australia/Perth", "belmont": "Australia/Perth",
        "hobart": "Australia/Hobart", "launceston": "Australia/Hobart", "darwin": "Australia/Darwin",
    ]
    private static let america = [
        "churchill downs": "America/Kentucky/Louisville", "keeneland": "America/New_York", "belmont": "America/New_York",
        "aqueduct": "America/New_York", "saratoga": "America/New_York", "gulfstream": "America/New_York", "pimlico": "America/New_York",
        "santa anita": "America/Los_Angeles", "del mar": "America/Los_Angeles", "golden gate": "America/Los_Angeles",
        "arlington": "America/Chicago", "fair grounds": "America/Chicago", "oaklawn": "America/Chicago", "lone star": "America/Chicago",
        "turf paradise": "America/Phoenix",
    ]
}

/// Wall time at a course.
public struct WallTime: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Seconds since midnight.
    public let seconds: Int

    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        seconds = hour * 3600 + minute * 60 + second
    }

    public init?(seconds: Int) {
        guard (0..<86_400).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// The instant at which a clock in `zone` shows this time on `day`. A time that the spring change skips is the one an hour later; of one
    /// that the autumn change repeats, the first is meant.
    public func instant(on day: CalendarDay, in zone: TimeZone) -> Instant {
        let local = Int64(day.number) * 86_400 + Int64(seconds)
        func offset(at second: Int64) -> Int64 { Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))) }
        // the offsets in force around a change, if there is one today
        let (before, after) = (offset(at: local - 86_400), offset(at: local + 86_400))
        let isSkipped = offset(at: local - before) != before && offset(at: local - after) != after
        let second = isSkipped || offset(at: local - before) == before ? local - before : local - after
        return Instant(microseconds: second * 1_000_000)
    }

    public var description: String {
        let (hour, minute) = (seconds / 3600, seconds / 60 % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

extension Instant {
    /// The calendar day that this instant falls on at a course.
    public func day(in zone: TimeZone) -> CalendarDay {
        let local = microseconds + Int64(zone.secondsFromGMT(for: date)) * 1_000_000
        return CalendarDay(Int32((Double(local) / 86_400e6).rounded(.down)))
    }

    /// The wall time at a course.
    public func wallTime(in zone: TimeZone) -> WallTime {
        let local = microseconds / 1_000_000 + Int64(zone.secondsFromGMT(for: date))
        return WallTime(seconds: Int((local % 86_400 + 86_400) % 86_400)) ?? WallTime(hour: 0, minute: 0)!
    }
}
