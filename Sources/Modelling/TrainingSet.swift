import Features
import LightGBM
import Racing

/// One race of a training set: its rows and what became of it.
public struct TrainingRace: Sendable {
    public let raceID: Int64
    public let day: CalendarDay
    public let rows: Range<Int>

    public init(raceID: Int64, day: CalendarDay, rows: Range<Int>) {
        self.raceID = raceID
        self.day = day
        self.rows = rows
    }
}

/// Starters' features with their results, race after race in order of date.
public struct TrainingSet: Sendable {
    public let featureNames: [String]
    public let featureSetVersion: Int
    public let featureSetHash: String
    public let matrix: LightGBMMatrix
    public let races: [TrainingRace]
    /// 0: ran, no position.
    public let positions: [Int16]
    /// Decimal odds of each row at each lead before the off, NaN where there is no price. Leads in seconds, ascending.
    public let odds: [Int: [Double]]

    public init(
        featureNames: [String], featureSetVersion: Int, featureSetHash: String, matrix: LightGBMMatrix, races: [TrainingRace], positions: [Int16],
        odds: [Int: [Double]]
    ) {
        self.featureNames = featureNames
        self.featureSetVersion = featureSetVersion
        self.featureSetHash = featureSetHash
        self.matrix = matrix
        self.races = races
        self.positions = positions
        self.odds = odds
    }

    /// Without races.
    public static var empty: TrainingSet {
        TrainingSet(
            featureNames: [], featureSetVersion: 0, featureSetHash: "", matrix: LightGBMMatrix([], columns: 1), races: [], positions: [], odds: [:])
    }

    /// What each row won of its race: 1/k to each of k winners.
    public var winShares: [Double] {
        var shares = [Double](repeating: 0, count: positions.count)
        for race in races {
            let winners = race.rows.count { positions[$0] == 1 }
            for row in race.rows where positions[row] == 1 { shares[row] = 1 / Double(winners) }
        }
        return shares
    }

    /// The races at `indices`, in that order, with their rows closed up.
    public func taking(_ indices: [Int]) -> TrainingSet {
        var (taken, rows): ([TrainingRace], [Int]) = ([], [])
        for index in indices {
            let race = races[index]
            taken.append(TrainingRace(raceID: race.raceID, day: race.day, rows: rows.count..<rows.count + race.rows.count))
            rows.append(contentsOf: race.rows)
        }
        return TrainingSet(
            featureNames: featureNames, featureSetVersion: featureSetVersion, featureSetHash: featureSetHash, matrix: matrix.rows(at: rows),
            races: taken, positions: rows.map { positions[$0] }, odds: odds.mapValues { column in rows.map { column[$0] } })
    }
}

extension TrainingSet {
    /// Builds the races of a form book in a range of days, by the same function as live; races that cannot be learnt from (no winner, fewer
    /// than two starters) are left out.
    public init(
        _ book: FormBook, _ set: FeatureSet, from first: CalendarDay, through last: CalendarDay, prices: [Int: [Int64: Double]] = [:],
        isCancelled: () -> Bool = { false }, onProgress: (Int, Int) -> Void = { _, _ in }
    ) throws(ModellingError) {
        var (values, races, positions, runners): ([Float], [TrainingRace], [Int16], [Int64]) = ([], [], [], [])
        let all = book.raceNumbers(from: first, through: last)
        for number in all {
            if isCancelled() { throw ModellingError("cancelled") }
            let (race, field, results) = (book.race(number), book.runners(number), book.labels(number))
            guard field.count > 1, results.contains(where: { $0.position == 1 }) else { continue }
            values.append(contentsOf: set.build(race, field, book: book, horizon: race.day).values)
            races.append(TrainingRace(raceID: race.raceID, day: race.day, rows: positions.count..<positions.count + field.count))
            positions.append(contentsOf: results.map(\.position))
            runners.append(contentsOf: field.map(\.runnerID))
            if number % 500 == 0 { onProgress(number - all.lowerBound, all.count) }
        }
        guard !races.isEmpty else {
            throw ModellingError("no race with a winner from \(first) to \(last): import results first, or choose other dates")
        }
        onProgress(all.count, all.count)
        self.init(
            featureNames: set.names, featureSetVersion: set.version, featureSetHash: set.hash,
            matrix: LightGBMMatrix(values, columns: set.features.count), races: races, positions: positions,
            odds: prices.mapValues { byRunner in runners.map { byRunner[$0] ?? .nan } })
    }
}

extension TrainingSet {
    /// Where learning starts: the first year of a long history fills the form book, and its own rows know too little.
    ///
    /// - Parameter first: as asked for; nil: by the rule.
    /// - Returns: nil where there is no race up to `last`.
    public static func firstDay(_ first: CalendarDay?, oldest: CalendarDay?, through last: CalendarDay) -> CalendarDay? {
        guard let oldest, oldest <= last else { return nil }
        return first ?? oldest.advanced(by: min(365, last.days(since: oldest) / 4))
    }
}

extension FormBook {
    /// `TrainingSet.firstDay` of this book's races.
    public func firstTrainingDay(from first: CalendarDay?, through last: CalendarDay) -> CalendarDay? {
        TrainingSet.firstDay(first, oldest: raceNumbers(from: CalendarDay(-700_000), through: last).first.map { race($0).day }, through: last)
    }
}
