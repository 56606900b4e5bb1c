import Racing

/// The form of a runner's connections: mean residuals of their past runs, in lengths at 6 furlongs.
struct Connections: Sendable {
    private let jockeys: ResidualIndex
    private let trainers: ResidualIndex
    private let pairs: ResidualIndex
    private let jockeysAtTrack: ResidualIndex
    private let trainersAtDistance: ResidualIndex
    private let siresOnSurface: ResidualIndex
    private let siresAtDistance: ResidualIndex
    private let damsiresAtDistance: ResidualIndex

    init(_ history: RunHistory, day: [Int32], residuals: [Double]) {
        var raceOfRun = [Int32](repeating: 0, count: history.runners.count)
        for race in history.races.indices { for run in history.runs(race) { raceOfRun[run] = Int32(race) } }
        let races = raceOfRun
        @Sendable func index(
            _ fadings: [ResidualIndex.Fading],
            _ key: (RunnerFacts, RaceFacts) -> Int64
        ) -> ResidualIndex {
            ResidualIndex(
                history.runners.indices.map { key(history.runners[$0], history.races[Int(races[$0])]) },
                day: day,
                residuals: residuals,
                fadings
            )
        }
        @Sendable func fading(_ halfLife: Double?, _ shrinkage: Double) -> ResidualIndex.Fading {
            ResidualIndex.Fading(halfLife: halfLife, shrinkage: shrinkage)
        }
        (
            (jockeys, trainers, jockeysAtTrack, pairs),
            (trainersAtDistance, siresOnSurface, siresAtDistance, damsiresAtDistance)
        ) = concurrently(
            {
                (
                    index([fading(30, 20), fading(180, 40)]) { runner, _ in runner.jockey },
                    index([fading(30, 20), fading(180, 40)]) { runner, _ in runner.trainer },
                    index([fading(700, 40)], Self.jockeyAtTrack), index([fading(700, 25)], Self.pair)
                )
            },
            {
                (
                    index([fading(900, 40)], Self.trainerAtDistance), index([fading(nil, 30)], Self.sireOnSurface),
                    index([fading(nil, 30)], Self.sireAtDistance), index([fading(nil, 40)], Self.damsireAtDistance)
                )
            }
        )
    }

    // An unknown person or sire has the id 0, which is a key of its own.

    private static func pair(_ runner: RunnerFacts, _: RaceFacts) -> Int64 { key(runner.jockey, runner.trainer) }

    private static func jockeyAtTrack(_ runner: RunnerFacts, _ race: RaceFacts) -> Int64 {
        key(runner.jockey, race.course << 8 | Int64(race.surface))
    }

    private static func trainerAtDistance(_ runner: RunnerFacts, _ race: RaceFacts) -> Int64 {
        key(runner.trainer, band(race))
    }

    private static func sireOnSurface(_ runner: RunnerFacts, _ race: RaceFacts) -> Int64 {
        key(runner.sire, Int64(race.surface))
    }

    private static func sireAtDistance(_ runner: RunnerFacts, _ race: RaceFacts) -> Int64 {
        key(runner.sire, band(race))
    }

    private static func damsireAtDistance(_ runner: RunnerFacts, _ race: RaceFacts) -> Int64 {
        key(runner.damsire, band(race))
    }

    private static func band(_ race: RaceFacts) -> Int64 { Int64(RunForm.band(furlongs: race.furlongs)) }

    /// One key for two: both are mixed over 64 bits, so that two pairs of a few million share one by less than one
    /// chance in a million.
    private static func key(_ first: Int64, _ second: Int64) -> Int64 {
        var mixed = UInt64(bitPattern: first) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 29)) &+ UInt64(bitPattern: second)
        mixed = mixed &* 0xBF58_476D_1CE4_E5B9
        return Int64(bitPattern: mixed ^ (mixed >> 32))
    }

    /// The mean residuals of one runner's connections.
    struct Means {
        let jockey30, jockey180, trainer30, trainer180, pair, jockeyAtTrack, trainerAtDistance: Double
        let sireOnSurface, sireAtDistance, damsireAtDistance: Double
    }

    func means(_ runner: RunnerFacts, _ race: RaceFacts, before horizon: CalendarDay) -> Means {
        func position(_ index: ResidualIndex, _ key: Int64) -> ResidualIndex.Position? {
            index.position(of: key, on: race.day, before: horizon)
        }
        let jockey = position(jockeys, runner.jockey)
        let trainer = position(trainers, runner.trainer)
        return Means(
            jockey30: jockeys.mean(jockey, 0),
            jockey180: jockeys.mean(jockey, 1),
            trainer30: trainers.mean(trainer, 0),
            trainer180: trainers.mean(trainer, 1),
            pair: pairs.mean(position(pairs, Self.pair(runner, race))),
            jockeyAtTrack: jockeysAtTrack.mean(position(jockeysAtTrack, Self.jockeyAtTrack(runner, race))),
            trainerAtDistance: trainersAtDistance.mean(
                position(trainersAtDistance, Self.trainerAtDistance(runner, race))
            ),
            sireOnSurface: siresOnSurface.mean(position(siresOnSurface, Self.sireOnSurface(runner, race))),
            sireAtDistance: siresAtDistance.mean(position(siresAtDistance, Self.sireAtDistance(runner, race))),
            damsireAtDistance: damsiresAtDistance.mean(
                position(damsiresAtDistance, Self.damsireAtDistance(runner, race))
            )
        )
    }
}
