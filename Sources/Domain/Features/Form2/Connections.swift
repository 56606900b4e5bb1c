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
        let always = Double.infinity
        @Sendable func fading(_ halfLife: Double, _ shrinkage: Double) -> ResidualIndex.Fading {
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
                    index([fading(900, 40)], Self.trainerAtDistance), index([fading(always, 30)], Self.sireOnSurface),
                    index([fading(always, 30)], Self.sireAtDistance),
                    index([fading(always, 40)], Self.damsireAtDistance)
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

    /// The mean residuals of one runner's connections; 0 without runs.
    struct Means {
        var jockey30 = 0.0
        var jockey180 = 0.0
        var trainer30 = 0.0
        var trainer180 = 0.0
        var pair = 0.0
        var jockeyAtTrack = 0.0
        var trainerAtDistance = 0.0
        var sireOnSurface = 0.0
        var sireAtDistance = 0.0
        var damsireAtDistance = 0.0
    }

    /// The means of each runner of a race.
    ///
    /// One index after the other for the whole field: the lookups of one index do not wait for each other's cache
    /// misses.
    func means(_ runners: ArraySlice<RunnerFacts>, _ race: RaceFacts, before horizon: CalendarDay) -> [Means] {
        var means = [Means](repeating: Means(), count: runners.count)
        func read(
            _ index: ResidualIndex,
            _ key: (RunnerFacts, RaceFacts) -> Int64,
            _ store: (inout Means, ResidualIndex.Position) -> Void
        ) {
            for (row, runner) in runners.enumerated() {
                guard let position = index.position(of: key(runner, race), on: race.day, before: horizon) else {
                    continue
                }
                store(&means[row], position)
            }
        }
        read(jockeys, { runner, _ in runner.jockey }) {
            $0.jockey30 = jockeys.mean($1)
            $0.jockey180 = jockeys.mean($1, 1)
        }
        read(trainers, { runner, _ in runner.trainer }) {
            $0.trainer30 = trainers.mean($1)
            $0.trainer180 = trainers.mean($1, 1)
        }
        read(pairs, Self.pair) { $0.pair = pairs.mean($1) }
        read(jockeysAtTrack, Self.jockeyAtTrack) { $0.jockeyAtTrack = jockeysAtTrack.mean($1) }
        read(trainersAtDistance, Self.trainerAtDistance) { $0.trainerAtDistance = trainersAtDistance.mean($1) }
        read(siresOnSurface, Self.sireOnSurface) { $0.sireOnSurface = siresOnSurface.mean($1) }
        read(siresAtDistance, Self.sireAtDistance) { $0.sireAtDistance = siresAtDistance.mean($1) }
        read(damsiresAtDistance, Self.damsireAtDistance) { $0.damsireAtDistance = damsiresAtDistance.mean($1) }
        return means
    }
}
