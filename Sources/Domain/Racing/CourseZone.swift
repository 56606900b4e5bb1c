import Foundation

/// The time zones of racecourses. `off_time` is local time at the course.
public enum CourseZone {
    /// Returns the time zone of a course.
    ///
    /// - Parameters:
    ///   - region: The upstream region code, such as `GB` or `HK`.
    ///   - course: The name of the course. It decides in regions that span several zones (AUS, USA).
    /// - Throws: `RacingError` if the region or the course is unknown. There is no default zone.
    public static func zone(region: String, course: String) throws(RacingError) -> TimeZone {
        let name = course.lowercased()
        let identifier: String? =
            switch region.uppercased() {
            case "AUS": australia.first { name.hasPrefix($0.key) }?.value
            case "USA": america.first { name.hasPrefix($0.key) }?.value
            default: regions[region.uppercased()]
            }
        guard let identifier, let zone = TimeZone(identifier: identifier) else {
            throw RacingError("no time zone for course \"\(course)\" in region \"\(region)\": add it to CourseZone")
        }
        return zone
    }

    private static let regions = [
        "GB": "Europe/London", "IRE": "Europe/Dublin", "GUE": "Europe/Guernsey", "JER": "Europe/Jersey",
        "FR": "Europe/Paris", "GER": "Europe/Berlin", "ITY": "Europe/Rome", "SPA": "Europe/Madrid",
        "SWE": "Europe/Stockholm", "NOR": "Europe/Oslo", "DEN": "Europe/Copenhagen", "SWI": "Europe/Zurich",
        "BEL": "Europe/Brussels", "HUN": "Europe/Budapest", "CZE": "Europe/Prague", "POL": "Europe/Warsaw",
        "TUR": "Europe/Istanbul", "HK": "Asia/Hong_Kong", "JPN": "Asia/Tokyo", "KOR": "Asia/Seoul",
        "SIN": "Asia/Singapore", "UAE": "Asia/Dubai", "QA": "Asia/Qatar", "BHR": "Asia/Bahrain", "KSA": "Asia/Riyadh",
        "SAF": "Africa/Johannesburg", "NZ": "Pacific/Auckland", "ARG": "America/Argentina/Buenos_Aires",
        "CHI": "America/Santiago", "BRZ": "America/Sao_Paulo", "URU": "America/Montevideo", "PER": "America/Lima",
        "SIM": "Europe/London",
    ]

    /// Zones by the lower-case start of the course name.
    private static let australia = [
        "flemington": "Australia/Melbourne", "caulfield": "Australia/Melbourne", "moonee valley": "Australia/Melbourne",
        "kyneton": "Australia/Melbourne", "geelong": "Australia/Melbourne", "ballarat": "Australia/Melbourne",
        "cranbourne": "Australia/Melbourne", "bendigo": "Australia/Melbourne", "pakenham": "Australia/Melbourne",
        "sandown": "Australia/Melbourne", "kembla grange": "Australia/Sydney", "wyong": "Australia/Sydney",
        "newcastle": "Australia/Sydney", "gosford": "Australia/Sydney", "hawkesbury": "Australia/Sydney",
        "randwick": "Australia/Sydney", "royal randwick": "Australia/Sydney", "rosehill": "Australia/Sydney",
        "canterbury": "Australia/Sydney", "warwick farm": "Australia/Sydney", "eagle farm": "Australia/Brisbane",
        "doomben": "Australia/Brisbane", "morphettville": "Australia/Adelaide", "ascot": "Australia/Perth",
        "belmont": "Australia/Perth", "hobart": "Australia/Hobart", "launceston": "Australia/Hobart",
        "darwin": "Australia/Darwin",
    ]

    /// Zones by the lower-case start of the course name.
    private static let america = [
        "churchill downs": "America/Kentucky/Louisville", "keeneland": "America/New_York",
        "belmont": "America/New_York", "aqueduct": "America/New_York", "saratoga": "America/New_York",
        "gulfstream": "America/New_York", "pimlico": "America/New_York", "santa anita": "America/Los_Angeles",
        "del mar": "America/Los_Angeles", "golden gate": "America/Los_Angeles", "arlington": "America/Chicago",
        "fair grounds": "America/Chicago", "oaklawn": "America/Chicago", "lone star": "America/Chicago",
        "turf paradise": "America/Phoenix",
    ]
}
