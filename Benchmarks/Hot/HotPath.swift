import Features
import LightGBM
import Messages
import Randomness
import Scorer
import Seeded

/// What runs for each race of a backlog, on one race of twelve runners.
enum HotPath: String, CaseIterable {
    /// The scores of the trees of five models.
    case forest
    /// How much each feature adds to the scores.
    case contributions
    case featureSet1 = "feature-set-1"
    case featureSet2 = "feature-set-2"
    /// From the bytes of race.features to those of race.signals, without a stake.
    case scoring
    /// The same with the reasons of every runner.
    case explaining
    /// The bytes of race.signals, read and checked.
    case signals

    static let runners = 12

    /// What one call does; its result depends on everything computed.
    func prepare() throws -> (Int) throws -> Int {
        switch self {
        case .forest:
            let (forest, field) = try Self.forestAndField()
            return { _ in forest.predict(field).reduce(0) { $0 &+ Int(bitPattern: $1) } }
        case .contributions:
            let (forest, field) = try Self.forestAndField()
            return { _ in (forest.contributions(field) ?? []).reduce(0) { $0 &+ Int(bitPattern: $1) } }
        case .featureSet1: return Self.features(.ability1)
        case .featureSet2: return Self.features(.ability2)
        case .scoring: return try Self.scoring(explains: false)
        case .explaining: return try Self.scoring(explains: true)
        case .signals:
            let bytes = try HotRace.signals()
            return { _ in
                let message = try RaceSignals(serializedBytes: bytes)
                try message.validate()
                return message.signals.count
            }
        }
    }

    private static func forestAndField() throws -> (Forest, LightGBMMatrix) {
        let bundle = try HotRace.bundle()
        let forest = try Forest(bundle.models)
        let values = HotRace.features().runners.flatMap(\.features)
        return (forest, LightGBMMatrix(values, columns: forest.featureNames.count))
    }

    private static func features(_ set: FeatureSet) -> (Int) -> Int {
        let world = TestWorld.races(1)
        let book = FormBook(world)
        let races = world.suffix(100).map { entry in
            (race: entry.race, field: Array(entry.runs.prefix(runners).map(\.runner)))
        }.filter { $0.field.count == runners }
        return { number in
            let (race, field) = races[number % races.count]
            return set.build(race, field, book: book, horizon: race.day).values.reduce(0) {
                $0 &+ Int($1.bitPattern)
            }
        }
    }

    private static func scoring(explains: Bool) throws -> (Int) throws -> Int {
        var message = HotRace.features()
        message.request.explain = explains
        let bytes: [UInt8] = try message.serializedBytes()
        let scorer = try HotRace.scorer()
        return { _ in
            let input = try RaceFeatures(serializedBytes: bytes)
            try input.validate()
            let signals: [UInt8] = try scorer.score(input, model: input.request.models[0]).serializedBytes()
            return signals.count
        }
    }
}

extension Int {
    fileprivate init(bitPattern value: Double) { self.init(truncatingIfNeeded: value.bitPattern) }
}
