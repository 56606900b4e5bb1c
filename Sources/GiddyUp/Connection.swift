import ArgumentParser
import Fleet
import Foundation
import Kafka
import Postgres
import Racing

/// What every verb that talks to the servers begins with.
struct Connection: Sendable {
    let configuration: FleetConfiguration
    /// As whoever `DATABASE_URL` names, not as the workers' role: migrations and development data need more.
    let pool: PostgresPool

    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        configuration = try FleetConfiguration(environment: environment)
        pool = PostgresPool(configuration.databaseURL, applicationName: "giddyup-cli")
    }

    func producer() throws -> KafkaProducer {
        try KafkaProducer(configuration.producerProperties().merging(["message.timeout.ms": "15000"]) { $1 })
    }
}

/// A day on the command line.
struct DayArgument: ExpressibleByArgument, Sendable {
    let day: CalendarDay
    init?(argument: String) {
        guard let day = CalendarDay(argument) else { return nil }
        self.day = day
    }
}

/// A length of time on the command line: `90s`, `60m`, `2h`.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let seconds: Double
    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Double(argument.dropLast()), number >= 0, number.isFinite else {
            return nil
        }
        seconds = number * unit
    }
    init(seconds: Double) { self.seconds = seconds }
}

/// `NAME` or `NAME@VERSION`.
struct ModelArgument: ExpressibleByArgument, Sendable {
    let name: String
    let version: String?
    init?(argument: String) {
        let parts = argument.split(separator: "@", maxSplits: 1).map(String.init)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.name = name
        version = parts.count > 1 ? parts[1] : nil
    }
}
