import Postgres
import Racing
import RacingStore
import Simulation

/// A simulated world as upstream's rows, labelled as what it is: region `SIM`, and names that say so.
public enum SimulationLoad {
    /// Writes the world, and beside it the true probabilities in `simulation.truth`, which no worker may read.
    ///
    /// - Parameter onProgress: called with the races so far.
    public static func load(
        _ settings: SimulationSettings, _ superuser: PostgresConnection, onProgress: (Int) -> Void = { _ in }
    ) async throws -> UpstreamLoader.Count {
        var simulator = Simulator(settings)
        var total = UpstreamLoader.Count()
        try await superuser.transaction { connection in
            try await connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS simulation;
                CREATE TABLE IF NOT EXISTS simulation.truth (runner_id bigint PRIMARY KEY, race_id bigint, p float8);
                TRUNCATE simulation.truth
                """)
            var isGoing = true
            while isGoing {
                // a season at a time, so that eighteen of them take no more memory than one
                var (races, runners, prices): ([UpstreamRace], [UpstreamRunner], [UpstreamPrice]) = ([], [], [])
                var truth: [(runnerID: Int64, raceID: Int64, probability: Double)] = []
                isGoing = simulator.advance(days: 365) { race in
                    races.append(upstream(race))
                    for runner in race.runners {
                        runners.append(upstream(runner, race))
                        truth.append((runner.runnerID, race.raceID, runner.truth))
                        prices += runner.quotes.map { at, odds, volume in
                            UpstreamPrice(
                                raceID: race.raceID, runnerID: runner.runnerID, at: at, back: odds, lay: (odds * 1.02 * 100).rounded() / 100,
                                volume: volume)
                        }
                    }
                    onProgress(total.races + races.count)
                }
                try await connection.copyIn("simulation.truth (runner_id, race_id, p)", truth) { row, out in
                    out.int8(row.runnerID)
                    out.int8(row.raceID)
                    out.float8(row.probability)
                }
                let count = try await UpstreamLoader.load(races: races, runners: runners, prices: prices, inside: connection)
                total = UpstreamLoader.Count(
                    races: total.races + count.races, runners: total.runners + count.runners, prices: total.prices + count.prices)
            }
        }
        return total
    }

    private static func upstream(_ race: SimulatedRace) -> UpstreamRace {
        var row = UpstreamRace(raceID: race.raceID, key: "SIM-\(race.raceID)", day: race.day, region: "SIM", course: race.course)
        row.off = race.off
        row.name = "Simulated \(race.isHandicap ? "Handicap" : "Stakes") \(race.number)"
        (row.type, row.raceClass) = ("Flat", race.raceClass)
        row.ratingBand = race.isHandicap ? "sim" : nil
        (row.furlongs, row.metres, row.going, row.surface) = (race.furlongs, race.metres, race.going, race.surface)
        row.ran = race.runners.count { $0.position != "NR" }
        return row
    }

    private static func upstream(_ runner: SimulatedRace.Runner, _ race: SimulatedRace) -> UpstreamRunner {
        var row = UpstreamRunner(runnerID: runner.runnerID, key: "SIM-\(runner.runnerID)", raceID: race.raceID, day: race.day, horse: runner.horse)
        (row.trainer, row.jockey) = (runner.trainer, runner.jockey)
        (row.number, row.draw, row.age, row.pounds) = (runner.number, runner.draw, runner.age, runner.pounds)
        (row.position, row.beatenLengths, row.seconds) = (runner.position, runner.beatenLengths, runner.seconds)
        (row.officialRating, row.headgear) = (runner.officialRating, runner.isHeadgearFirst ? "b1" : nil)
        (row.bsp, row.placeBSP, row.morningPrice) = (runner.bsp, runner.placeBSP, runner.morning)
        row.odds = runner.bsp.map { max(1.01, $0 * 0.95) }
        return row
    }
}
