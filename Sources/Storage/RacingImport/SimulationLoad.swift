import Postgres
import Racing
import RacingStore
import Simulation

/// Loads a simulated world into `racing.*`. The region `SIM` and the names of the races label the data as simulated.
public enum SimulationLoad {
    private typealias Truth = (runnerID: Int64, raceID: Int64, probability: Double)

    /// Writes the world in one transaction, and the true probabilities into `simulation.truth`, which workers cannot
    /// read.
    ///
    /// - Parameter onProgress: called with the number of races so far.
    public static func load(
        _ settings: SimulationSettings,
        _ superuser: PostgresConnection,
        onProgress: (Int) -> Void = { _ in }
    ) async throws -> RacingLoader.Count {
        var simulator = Simulator(settings)
        var total = RacingLoader.Count()
        try await superuser.transaction { connection in
            try await connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS simulation;
                CREATE TABLE IF NOT EXISTS simulation.truth (runner_id bigint PRIMARY KEY, race_id bigint, p float8);
                TRUNCATE simulation.truth
                """
            )
            var hasMoreDays = true
            while hasMoreDays {
                // Loading a season at a time bounds memory.
                var races: [RaceRecord] = []
                var runners: [RunnerRecord] = []
                var prices: [PriceRecord] = []
                var truth: [Truth] = []
                hasMoreDays = simulator.advance(days: 365) { race in
                    races.append(record(race))
                    for runner in race.runners {
                        runners.append(record(runner, race))
                        truth.append((runner.runnerID, race.raceID, runner.truth))
                        prices += priceRecords(runner, race)
                    }
                    onProgress(total.races + races.count)
                }
                try await connection.copyIn("simulation.truth (runner_id, race_id, p)", truth) { row, out in
                    out.int8(row.runnerID)
                    out.int8(row.raceID)
                    out.float8(row.probability)
                }
                let count = try await RacingLoader.load(
                    races: races,
                    runners: runners,
                    prices: prices,
                    inside: connection
                )
                total.races += count.races
                total.runners += count.runners
                total.prices += count.prices
            }
        }
        return total
    }

    private static func record(_ race: SimulatedRace) -> RaceRecord {
        var record = RaceRecord(
            raceID: race.raceID,
            key: "SIM-\(race.raceID)",
            day: race.day,
            region: "SIM",
            course: race.course
        )
        record.off = race.off
        record.name = "Simulated \(race.isHandicap ? "Handicap" : "Stakes") \(race.number)"
        record.type = "Flat"
        record.raceClass = race.raceClass
        record.ratingBand = race.isHandicap ? "sim" : nil
        record.furlongs = race.furlongs
        record.metres = race.metres
        record.going = race.going
        record.surface = race.surface
        record.ran = race.runners.count { $0.position != "NR" }
        return record
    }

    private static func record(_ runner: SimulatedRace.Runner, _ race: SimulatedRace) -> RunnerRecord {
        var record = RunnerRecord(
            runnerID: runner.runnerID,
            key: "SIM-\(runner.runnerID)",
            raceID: race.raceID,
            day: race.day,
            horse: runner.horse
        )
        record.trainer = runner.trainer
        record.jockey = runner.jockey
        record.number = runner.number
        record.draw = runner.draw
        record.age = runner.age
        record.pounds = runner.pounds
        record.position = runner.position
        record.beatenLengths = runner.beatenLengths
        record.seconds = runner.seconds
        record.officialRating = runner.officialRating
        record.headgear = runner.isHeadgearFirst ? "b1" : nil
        record.bsp = runner.bsp
        record.placeBSP = runner.placeBSP
        record.morningPrice = runner.morning
        record.odds = runner.bsp.map { max(1.01, $0 * 0.95) }
        return record
    }

    private static func priceRecords(_ runner: SimulatedRace.Runner, _ race: SimulatedRace) -> [PriceRecord] {
        runner.quotes.map { at, odds, volume in
            PriceRecord(
                raceID: race.raceID,
                runnerID: runner.runnerID,
                at: at,
                back: odds,
                lay: (odds * 1.02 * 100).rounded() / 100,
                volume: volume
            )
        }
    }
}
