import Features
import Racing
import Randomness
import Seeded
import Testing

@Suite struct NoLookAheadTests {
    @Test(arguments: [UInt64(1), 2, 3]) func `results of the day and later do not change any bit`(seed: UInt64) {
        let truth = TestWorld.races(seed)
        let day = CalendarDay(150)
        let book = FormBook(truth)
        // The same past with a different present and future.
        let other = FormBook(
            truth.filter { $0.race.day < day } + TestWorld.races(seed &+ 99).filter { $0.race.day >= day }
        )
        let set = FeatureSet.latest
        for entry in truth where entry.race.day == day {
            let runners = entry.runs.map(\.runner)
            let expected = set.build(entry.race, runners, book: book, horizon: day)
            let actual = set.build(entry.race, runners, book: other, horizon: day)
            #expect(actual.values.map(\.bitPattern) == expected.values.map(\.bitPattern), "seed \(seed)")
            // A card that is built three days ahead does not see the results of the days in between.
            let early = set.build(entry.race, runners, book: book, horizon: day.advanced(by: -3))
            let cut = FormBook(truth.filter { $0.race.day < day.advanced(by: -3) })
            let blind = set.build(entry.race, runners, book: cut, horizon: day.advanced(by: -3))
            #expect(early.values.map(\.bitPattern) == blind.values.map(\.bitPattern), "seed \(seed)")
        }
    }

    @Test func `ability features read neither the market nor the race's result`() {
        let names = FeatureSet.latest.names
        #expect(Set(names).count == names.count)
        #expect(names.count >= 30)
        for word in ["odds", "bsp", "price", "market", "rpr", "dec"] {
            #expect(!names.contains { $0.split(separator: "_").contains(Substring(word)) }, "\(word)")
        }
    }

    private func race(_ id: Int64, _ day: Int32) -> RaceFacts {
        RaceFacts(
            raceID: id,
            day: CalendarDay(day),
            course: 1,
            pattern: nil,
            raceClass: "Class 4",
            furlongs: 6,
            metres: nil,
            going: "Good",
            surface: "Turf"
        )
    }

    private func runner(_ id: Int64, _ horse: Int64, pounds: Int) -> RunnerFacts {
        RunnerFacts(
            runnerID: id,
            horse: horse,
            trainer: 1,
            jockey: 2,
            draw: 1,
            age: 3,
            pounds: pounds,
            officialRating: 50,
            headgear: nil
        )
    }

    private func result(_ position: Int) -> PastResult {
        PastResult(RunResult(finish: .position(position), beatenLengths: Double(position - 1) * 2, seconds: 70))
    }

    @Test func `reads the last run, and no form for a horse without runs`() throws {
        let set = FeatureSet.ability1
        let book = FormBook([
            (
                race(1, 0),
                [
                    (runner(1, 1, pounds: 120), result(2)), (runner(2, 2, pounds: 126), result(1)),
                    (runner(3, 3, pounds: 126), result(3)),
                ]
            )
        ])
        let card = [runner(11, 1, pounds: 123), runner(12, 9, pounds: 120)]
        let matrix = set.build(race(2, 10), card, book: book, horizon: CalendarDay(10))
        func value(_ name: String, _ row: Int) throws -> Float {
            Array(matrix.row(row))[try #require(set.column(name))]
        }
        #expect(try value("days_since", 0) == 10)
        #expect(try value("position1", 0) == 0.5)
        #expect(try value("beaten1", 0) == 2)
        #expect(try value("pounds_change", 0) == 3)
        #expect(try value("runs", 0) == 1)
        #expect(try value("win_rate", 0) == (0 + 8 * 0.08) / 9)
        #expect(try value("runs", 1) == 0)
        #expect(try value("days_since", 1).isNaN)
        // A run is not visible on its own day.
        let same = set.build(race(3, 0), card, book: book, horizon: CalendarDay(0))
        #expect(Array(same.row(0))[try #require(set.column("runs"))] == 0)
    }
}
