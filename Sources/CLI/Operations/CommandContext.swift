import Betting
import Foundation
import Kafka
import Messages
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// What every command that talks to the servers starts with.
public struct CommandContext: Sendable {
    public let configuration: RuntimeConfiguration
    /// Connects as the role that `DATABASE_URL` names, not as the workers' role: migrations and development data need
    /// more rights.
    public let pool: PostgresPool
    /// For the long waits of a command: rides out a restart of Postgres, as the workers do.
    public let retryingPool: PostgresPool

    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        configuration = try RuntimeConfiguration(environment: environment)
        pool = PostgresPool(configuration.databaseURL, applicationName: "giddyup-cli")
        retryingPool = PostgresPool(
            configuration.databaseURL,
            applicationName: "giddyup-cli",
            retryPeriod: .seconds(300),
            limit: 2
        )
    }

    public func producer() throws -> KafkaProducer {
        try KafkaProducer(configuration.producerProperties().merging(["message.timeout.ms": "15000"]) { $1 })
    }

    /// Produces messages to their topics and waits for the brokers' acknowledgement.
    public func send(_ contracts: [any Contract]) async throws {
        guard !contracts.isEmpty else { return }
        let records = try contracts.map { try $0.record(prefix: configuration.topicPrefix) }
        try await producer().send(records)
    }

    /// - Parameter file: the policy's file; by default `STAKING_POLICY`, or the project's own.
    public func stakingPolicy(file: String? = nil) throws -> StakingPolicy {
        try StakingPolicy(file: file ?? configuration.stakingPolicyPath())
    }

    /// The races of a window, in order.
    ///
    /// - Throws: `CommandError` if there is none.
    public func scheduledRaces(from first: CalendarDay, to last: CalendarDay) async throws -> [ScheduledRace] {
        let (races, faults) = try await pool.withConnection { connection in
            try await RaceCalendar.read(from: first, through: last, connection)
        }
        for fault in faults { Console.note("left out: \(fault)") }
        guard !races.isEmpty else { throw CommandError("there is no race from \(first) to \(last) in racing.races") }
        return races
    }

    /// - Parameter version: `nil` for the version in production, or the newest if there is none.
    /// - Throws: `StoreError.unknownModel` with the versions that exist.
    public func model(_ name: String, version: String?) async throws -> RegisteredModel {
        try await pool.withConnection { try await ModelRegistry.find(name: name, version: version, $0) }
    }

    public func bundle(of model: RegisteredModel) async throws -> ModelBundle {
        try await pool.withConnection { try await ModelRegistry.bundle(modelID: model.modelID, $0) }
    }
}
