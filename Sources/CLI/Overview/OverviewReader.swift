import Foundation
import Kafka
import ModelingStore
import Postgres
import Racing
import TopicReading
import WorkerRuntime

/// Reads the fleet at a glance, again and again.
public actor OverviewReader {
    private let configuration: RuntimeConfiguration
    private let pool: PostgresPool
    private let zone: TimeZone
    /// Kept between readings: each group needs a client of its own.
    private var lagReader: LagReader?

    /// - Parameter zone: in which "today" is meant.
    public init(_ configuration: RuntimeConfiguration, _ pool: PostgresPool, zone: TimeZone) {
        self.configuration = configuration
        self.pool = pool
        self.zone = zone
    }

    /// - Parameters:
    ///   - now: by the fleet's clock.
    ///   - day: the day whose figures are shown; `nil` for today.
    public func read(at now: Instant = Instant(Date()), day: CalendarDay? = nil) async -> FleetOverview {
        let day = day ?? now.day(in: zone)
        var faults: [String] = []
        var lag: [LagReader.Lag]?
        var deadLetters: Int?
        do { (lag, deadLetters) = try await readKafka() } catch { faults.append(kafkaProblem(error)) }
        do {
            return try await pool.withConnection { [lag, deadLetters, faults] connection in
                FleetOverview(
                    at: now,
                    readAt: Instant(Date()),
                    day: day,
                    status: try await FleetStatusStore.readWithoutRows(connection),
                    workers: try await WorkerStore.readWorkers(connection),
                    figures: try await DayFigures.read(day, connection),
                    lag: lag,
                    deadLetters: deadLetters,
                    closedDeadLetters: try await DeadLetterStore.countClosed(connection),
                    faults: faults
                )
            }
        } catch {
            return FleetOverview(
                at: now,
                readAt: Instant(Date()),
                day: day,
                status: nil,
                workers: [],
                figures: nil,
                lag: lag,
                deadLetters: deadLetters,
                closedDeadLetters: 0,
                faults: [Self.postgresProblem(error)] + faults
            )
        }
    }

    private func readKafka() async throws -> ([LagReader.Lag], Int) {
        let reader: LagReader
        if let lagReader { reader = lagReader } else { reader = try await LagReader(configuration) }
        lagReader = reader
        return (try await reader.read(), try await reader.countDeadLetters())
    }

    private func kafkaProblem(_ error: any Error) -> String {
        guard !configuration.bootstrapServers.isEmpty else {
            return "KAFKA_BOOTSTRAP_SERVERS is not set: export it, or start a broker with `giddyup dev up`"
        }
        if error is TopicScanError { return "kafka: \(error)" }
        return "kafka: \(configuration.bootstrapServers) does not answer: check KAFKA_BOOTSTRAP_SERVERS (\(error))"
    }

    private static func postgresProblem(_ error: any Error) -> String {
        if let state = (error as? PostgresError)?.sqlState, ["42P01", "3F000", "42703"].contains(state) {
            return "postgres: not migrated: run `giddyup migrate`"
        }
        return "postgres: no connection: check DATABASE_URL, or start a server with `giddyup dev up` (\(error))"
    }
}
