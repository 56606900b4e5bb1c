import Foundation
import Reference
import Scheduler
import Testing
import WorkerRuntime

@Suite struct ScheduleYAMLTests {
    private let file = PackageRoot.path + "/config/schedule.yaml"

    @Test func `the project's file holds the defaults`() throws {
        #expect(try Schedule(file: file) == Schedule())
    }

    @Test(arguments: [
        ("zone: Europe/Madrid", "zone: Europe/Atlantis", "Europe/Atlantis is not a time zone"),
        ("daily: \"08:00\"", "daily: \"8 am\"", "daily: 8 am is not a time"),
        ("daily: \"08:00\"", "daily: \"24:00\"", "daily: 24:00 is not a time"),
        ("refresh_minutes: 10", "refresh_minutes: 0", "refresh_minutes: 0 is not between 1 and 720"),
        ("refresh_minutes: 10", "refresh_minutes: often", "refresh_minutes has a value of the wrong type"),
        ("refresh_minutes: 10", "refresh_minuets: 10", "refresh_minutes is missing"),
        ("refit_months: [1, 4, 7, 10]", "refit_months: [13]", "refit_months: 13 is not between 1 and 12"),
        ("results_days: 14", "results_days: 120", "prune_older_than_days: 90 is not between 121 and 3650"),
        ("refit_at: \"05:00\"", "refit_at: \"noon\"", "refit_at: noon is not a time"),
        ("older_than_days: 90", "older_than_days: 14", "prune_older_than_days: 14 is not between 15 and 3650"),
        ("drift_days: 7", "drift_days: 31", "drift_days: 31 is not between 1 and 30"),
        ("results_days: 14", "results_days: 14\ncolour: red", "colour is not a key"),
        ("late_after_seconds: 120", "late_after_seconds: 5", "late_after_seconds: 5.0 is not between 60.0 and 3600.0"),
    ])
    func `a fault is named with its key`(line: String, fault: String, message: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("schedule.yaml").path
        try text.replacingOccurrences(of: line, with: fault).write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: ConfigurationError.self) { try Schedule(file: path) }
        #expect(error?.message.contains(message) == true && error?.message.contains(path) == true, "\(error as Any)")
    }

    @Test func `without their keys, nothing is refitted, deleted or compared`() throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let keys = ["refit_", "prune_", "drift_"]
        let lines = text.split(separator: "\n").filter { line in !keys.contains { line.hasPrefix($0) } }
        #expect(try Schedule.parse(lines.joined(separator: "\n")).jobs == .never)
    }

    @Test func `an absent file is named`() {
        let error = #expect(throws: ConfigurationError.self) { try Schedule(file: "/nowhere/schedule.yaml") }
        #expect(error?.message.contains("/nowhere/schedule.yaml") == true)
    }
}
