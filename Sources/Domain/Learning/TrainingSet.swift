import Features
import LightGBM
import Modeling
import Racing

/// The features and results of starters, one row each, grouped by race and ordered by day.
public struct TrainingSet: Sendable {
    public let featureNames: [String]
    public let featureSetVersion: Int
    public let featureSetHash: String
    public let matrix: LightGBMMatrix
    public let races: [TrainingRace]
    /// The finishing position of each row; 0 for a starter without one.
    public let positions: [Int16]
    /// Decimal odds of each row, by market; NaN without a price.
    public let odds: [MarketMoment: [Double]]

    public init(
        featureNames: [String],
        featureSetVersion: Int,
        featureSetHash: String,
        matrix: LightGBMMatrix,
        races: [TrainingRace],
        positions: [Int16],
        odds: [MarketMoment: [Double]]
    ) {
        self.featureNames = featureNames
        self.featureSetVersion = featureSetVersion
        self.featureSetHash = featureSetHash
        self.matrix = matrix
        self.races = races
        self.positions = positions
        self.odds = odds
    }

    /// A set without races.
    public static var empty: TrainingSet {
        TrainingSet(
            featureNames: [],
            featureSetVersion: 0,
            featureSetHash: "",
            matrix: LightGBMMatrix([], columns: 1),
            races: [],
            positions: [],
            odds: [:]
        )
    }

    /// The share of the win of each row: 1/k for each of k winners, 0 for the others.
    public var winShares: [Double] { Self.winShares(positions, races) }

    static func winShares(_ positions: [Int16], _ races: [TrainingRace]) -> [Double] {
        var shares = [Double](repeating: 0, count: positions.count)
        for race in races {
            let winners = race.rows.count { positions[$0] == 1 }
            for row in race.rows where positions[row] == 1 { shares[row] = 1 / Double(winners) }
        }
        return shares
    }

    public var columns: Int { matrix.columns }

    /// The features of one race, row-major.
    public func values(of race: TrainingRace) -> ArraySlice<Float> {
        matrix.values[race.rows.lowerBound * columns..<race.rows.upperBound * columns]
    }

    /// The races with exactly one winner.
    public func withSingleWinners() -> TrainingSet {
        taking(races.indices.filter { index in races[index].rows.count { positions[$0] == 1 } == 1 })
    }

    /// The races at `indices`, in that order, with their rows renumbered from 0.
    public func taking(_ indices: [Int]) -> TrainingSet {
        let (taken, pieces) = select(indices)
        let rows = pieces.flatMap(\.self)
        return TrainingSet(
            featureNames: featureNames,
            featureSetVersion: featureSetVersion,
            featureSetHash: featureSetHash,
            matrix: matrix.rows(at: rows),
            races: taken,
            positions: rows.map { positions[$0] },
            odds: odds.mapValues { column in rows.map { column[$0] } }
        )
    }

    /// The races at `indices`, in that order, with their rows renumbered from 0, and the rows of this set that these
    /// are. Rows of adjoining races are one range.
    func select(_ indices: [Int]) -> (races: [TrainingRace], rows: [Range<Int>]) {
        var taken: [TrainingRace] = []
        var pieces: [Range<Int>] = []
        var count = 0
        for index in indices {
            let race = races[index]
            taken.append(TrainingRace(raceID: race.raceID, day: race.day, rows: count..<count + race.rows.count))
            count += race.rows.count
            if let last = pieces.last, last.upperBound == race.rows.lowerBound {
                pieces[pieces.count - 1] = last.lowerBound..<race.rows.upperBound
            } else {
                pieces.append(race.rows)
            }
        }
        return (taken, pieces)
    }
}

extension TrainingSet {
    /// Builds the features of a form book's races in a range of days, by the same function as live scoring.
    ///
    /// Leaves out races without a winner or with fewer than two starters.
    ///
    /// - Parameters:
    ///   - prices: decimal odds by market and by runner id.
    ///   - onProgress: receives the number of races done, and of all races.
    /// - Throws: `ModelingError` if no race is left, or `isCancelled` returns `true`.
    public init(
        _ book: FormBook,
        _ set: FeatureSet,
        from first: CalendarDay,
        through last: CalendarDay,
        prices: [MarketMoment: [Int64: Double]] = [:],
        isCancelled: () -> Bool = { false },
        onProgress: (Int, Int) -> Void = { _, _ in }
    ) throws(ModelingError) {
        var values: [Float] = []
        var races: [TrainingRace] = []
        var positions: [Int16] = []
        var runners: [Int64] = []
        let all = book.raceNumbers(from: first, through: last)
        // An array that grows holds twice its values for a while, of what is most of a training's memory.
        values.reserveCapacity(all.reduce(0) { $0 + book.runners($1).count } * set.features.count)
        for number in all {
            if isCancelled() { throw ModelingError("cancelled while building the training set") }
            let race = book.race(number)
            let field = book.runners(number)
            let results = book.labels(number)
            guard field.count > 1, results.contains(where: { $0.position == 1 }) else { continue }
            values.append(contentsOf: set.build(race, field, book: book, horizon: race.day).values)
            races.append(
                TrainingRace(raceID: race.raceID, day: race.day, rows: positions.count..<positions.count + field.count)
            )
            positions.append(contentsOf: results.map(\.position))
            runners.append(contentsOf: field.map(\.runnerID))
            if number % 500 == 0 { onProgress(number - all.lowerBound, all.count) }
        }
        guard !races.isEmpty else {
            throw ModelingError(
                "no race with a winner from \(first) to \(last): import results first, or choose other dates"
            )
        }
        onProgress(all.count, all.count)
        self.init(
            featureNames: set.names,
            featureSetVersion: set.version,
            featureSetHash: set.hash,
            matrix: LightGBMMatrix(values, columns: set.features.count),
            races: races,
            positions: positions,
            odds: prices.mapValues { byRunner in runners.map { byRunner[$0] ?? .nan } }
        )
    }
}
