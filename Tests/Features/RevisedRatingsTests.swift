import Features
import Racing
import Testing

/// What feature set 3 does better than the sets before it in columns that all have.
@Suite struct RevisedRatingsTests {
    private func race(_ day: Int32) -> RaceFacts { PlainCard.race(day, furlongs: 20, metres: 4023) }

    /// The column of the horses 1 to 3 after races with these results, a day apart.
    private func column(_ name: String, _ set: FeatureSet, after results: [[RunResult]]) throws -> [Float] {
        let races = results.enumerated().map { index, runs in
            let day = Int32(index + 1)
            return (
                race(day),
                runs.enumerated().map { (runner: PlainCard.runner(Int64($0 + 1), day), result: PastResult($1)) }
            )
        }
        let today = Int32(results.count + 1)
        let column = try #require(set.column(name))
        let matrix = set.build(
            race(today),
            (1...3).map { PlainCard.runner(Int64($0), today) },
            book: FormBook(races),
            horizon: CalendarDay(today)
        )
        return (0..<3).map { Array(matrix.row($0))[column] }
    }

    @Test(arguments: ["online_horse", "online_jockey", "online_trainer", "online_strength"])
    func `runners in a dead heat are rated alike`(name: String) throws {
        let deadHeat = [1, 1, 3].map { RunResult(finish: .position($0), beatenLengths: Double($0 - 1)) }
        let rated = try column(name, .ability3, after: [deadHeat])
        #expect(rated[0] == rated[1] && rated[1] > rated[2])
        let older = try column(name, .ability2, after: [deadHeat])
        #expect(older[0] > older[1], "older sets keep their values")
    }

    @Test(arguments: ["lengths", "lengths_slow", "online_horse", "online_jockey", "online_trainer"])
    func `a fall is no defeat, pulling up is`(name: String) throws {
        let first = (1...3).map { RunResult(finish: .position($0), beatenLengths: Double($0 - 1) * 5) }
        func second(_ finish: Finish) -> [RunResult] {
            [RunResult(finish: finish)]
                + (1...2).map { RunResult(finish: .position($0), beatenLengths: Double($0 - 1)) }
        }
        func rating(_ set: FeatureSet, _ finish: Finish?) throws -> Float {
            try column(name, set, after: [first] + (finish.map { [second($0)] } ?? []))[0]
        }
        let before = try rating(.ability3, nil)
        #expect(try rating(.ability3, .mishap) == before)
        #expect(try rating(.ability3, .unplaced) < before)
        #expect(try rating(.ability2, .mishap) == rating(.ability2, .unplaced), "older sets keep their values")
    }
}
