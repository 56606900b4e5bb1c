import Features
import Learning
import LightGBM
import Modeling
import Racing
import Seeded
import Testing

@Suite struct TrainingSetTests {
    private let start = CalendarDay(20_000)

    /// One race a day with these finishing positions; 0 is a runner that pulled up.
    private func book(_ races: [[Int]]) -> FormBook {
        FormBook(
            races.enumerated().map { index, positions in
                let race = RaceFacts(
                    raceID: Int64(index + 1),
                    day: start.advanced(by: index),
                    course: 1,
                    pattern: nil,
                    raceClass: "Class 4",
                    furlongs: 6,
                    metres: 1207,
                    going: "Good",
                    surface: "Turf"
                )
                let runs = positions.enumerated().map { runner, position in
                    (
                        runner: RunnerFacts(
                            runnerID: Int64(index * 100 + runner),
                            horse: Int64(runner + 1),
                            trainer: 1,
                            jockey: 1,
                            draw: runner + 1,
                            age: 4,
                            pounds: 126,
                            officialRating: 60,
                            headgear: nil
                        ),
                        result: PastResult(
                            RunResult(
                                finish: position == 0 ? .unplaced : .position(position),
                                beatenLengths: 1,
                                seconds: 70
                            )
                        )
                    )
                }
                return (race: race, runs: runs)
            }
        )
    }

    private func set(_ races: [[Int]], prices: [MarketMoment: [Int64: Double]] = [:]) throws -> TrainingSet {
        try TrainingSet(book(races), .ability1, from: start, through: start.advanced(by: 1000), prices: prices)
    }

    @Test func `includes non-finishers and leaves out races without a winner`() throws {
        let set = try set([[1, 2, 0, 0], [0, 0, 0], [2, 1, 3], [1]])
        #expect(set.races.map(\.raceID) == [1, 3])
        #expect(set.positions == [1, 2, 0, 0, 2, 1, 3])
        #expect(set.races.map(\.rows) == [0..<4, 4..<7])
        #expect(set.matrix.rows == 7)
        #expect(set.featureNames == FeatureSet.ability1.names)
        #expect(set.featureSetHash == FeatureSet.ability1.hash)
    }

    @Test func `the winners of a dead heat share the win`() throws {
        let set = try set([[1, 1, 3], [1, 1, 1, 4], [2, 1]])
        let third = 1.0 / 3
        let expected: [Double] = [0.5, 0.5, 0, third, third, third, 0, 0, 1]
        #expect(set.winShares == expected)
    }

    /// The error of training on races with these positions, or "trained".
    private func refusal(_ positions: [[Int16]]) -> String {
        let sizes = positions.map(\.count)
        let set = TrainingSet(
            featureNames: ["a"],
            featureSetVersion: 1,
            featureSetHash: "",
            matrix: LightGBMMatrix(positions.flatMap { $0.map(Float.init) }, columns: 1),
            races: races(sizes),
            positions: positions.flatMap(\.self),
            odds: [:]
        )
        do {
            _ = try ModelTrainer(TrainingPlan.standard(.raceSoftmax, threads: 1, fast: true)).train(
                set,
                name: "m",
                version: "1"
            )
            return "trained"
        } catch { return "\(error)" }
    }

    @Test func `rejects labels that cannot be trained on`() {
        #expect(
            refusal([[1, 2, 3], [2, 3, 0], [1, 2, 0]]).contains("race 2 of")
                && refusal([[1, 2], [2, 3]]).contains("has no winner")
        )
        #expect(refusal([[1, 1], [1, 1]]).contains("every starter is a winner"))
        #expect(throws: LightGBMError.self) {
            try LightGBMDataset(
                LightGBMMatrix([1, 2], columns: 1),
                labels: [1, .nan],
                names: ["a"],
                parameters: LightGBMParameters([:])
            )
        }
    }

    @Test func `renumbers the rows of selected races`() throws {
        let set = try set([[1, 2, 3], [2, 1], [3, 1, 2, 4]], prices: [MarketMoment(lead: 600): [0: 2.5, 201: 7]])
        let taken = set.taking([2, 0])
        #expect(taken.races.map(\.raceID) == [3, 1])
        #expect(taken.races.map(\.rows) == [0..<4, 4..<7])
        #expect(taken.positions == [3, 1, 2, 4, 1, 2, 3])
        let odds = try #require(taken.odds[MarketMoment(lead: 600)])
        #expect(odds.map { $0.isNaN ? 0 : $0 } == [0, 7, 0, 0, 2.5, 0, 0], "no price is NaN")
        #expect(
            taken.matrix.values.prefix(4 * set.matrix.columns).map(\.bitPattern)
                == set.matrix.values.suffix(4 * set.matrix.columns).map(\.bitPattern)
        )
    }

    @Test func `includes the first and the last day of the range`() throws {
        let book = book([[1, 2], [1, 2], [1, 2], [1, 2]])
        let set = try TrainingSet(book, .ability1, from: start.advanced(by: 1), through: start.advanced(by: 2))
        #expect(set.races.map(\.raceID) == [2, 3])
        #expect(throws: ModelingError.self) {
            try TrainingSet(book, .ability1, from: start.advanced(by: 50), through: start.advanced(by: 60))
        }
    }

    /// A training row equals the row that live scoring built on that day, so later results must not change it.
    @Test func `builds rows as of their own day`() throws {
        let short = try set([[1, 2, 3], [3, 1, 2]])
        let long = try set([[1, 2, 3], [3, 1, 2], [2, 3, 1], [1, 3, 2]])
        let count = short.matrix.values.count
        #expect(long.matrix.values.prefix(count).map(\.bitPattern) == short.matrix.values.map(\.bitPattern))
    }
}
