import Expectations
import FeatureBuilder
import Features
import Foundation
import Messages
import Racing
import RacingStore
import Reference
import Testing
import WorkerRuntime

/// Builds features from valid and invalid race cards.
@Suite struct RaceFeaturesTests {
    private let suite: ExpectationSuite
    private let book = FormBook([])

    init() throws {
        suite = try ExpectationSuite(file: PackageRoot.path + "/expectations/race.json")
    }

    private func card(_ runners: Int, region: String = "GB", going: String? = "Good", furlongs: Double = 8) throws
        -> RaceCard
    {
        var card = RaceCard(
            raceID: 7,
            day: try #require(CalendarDay("2025-06-01")),
            region: region,
            courseID: 1,
            courseName: "Ascot",
            off: WallTime(hour: 14, minute: 5),
            name: "Test Stakes",
            raceClass: "Class 2",
            pattern: nil,
            ratingBand: nil,
            furlongs: furlongs,
            metres: 1609,
            going: going,
            surface: "Turf"
        )
        card.runners = (0..<runners).map { number in
            DeclaredRunner(
                runnerID: Int64(100 + number),
                horseID: Int64(200 + number),
                trainerID: 1,
                jockeyID: Int64(1 + number),
                horseName: "Horse \(number)",
                jockeyName: "J",
                number: number + 1,
                draw: number + 1,
                age: 4,
                pounds: 126,
                officialRating: 80
            )
        }
        return card
    }

    private func build(
        _ card: RaceCard,
        book: FormBook? = nil,
        missing: MissingResults = MissingResults(),
        origin: Origin = .live
    ) throws
        -> RaceFeatures
    {
        var request = RaceRequest()
        request.raceID = card.raceID
        request.raceDay = card.day.number
        request.origin = origin
        // Ten minutes before 14:05 in British summer time, which is 13:05 UTC.
        request.asOf = Int64(card.day.number) * 86_400_000_000 + Int64(12 * 60 + 55) * 60_000_000
        return RaceFeatures(
            try RequestedRace(request, card: card),
            book: book ?? self.book,
            missing: missing,
            set: .ability1
        )
    }

    private func rejection(_ card: RaceCard) throws -> String {
        let error = #expect(throws: ContractError.self) { try build(card) }
        return error?.message ?? ""
    }

    @Test func `rejects a race without runners`() throws { #expect(try rejection(card(0)).contains("no runners")) }

    @Test func `rejects a race with a horse twice`() throws {
        var twice = try card(5)
        twice.runners[3].horseID = twice.runners[1].horseID
        #expect(try rejection(twice).contains("a horse twice"))
    }

    @Test func `rejects an unknown region instead of assuming UTC`() throws {
        let message = try rejection(card(5, region: "ATLANTIS"))
        #expect(message.contains("race 7") && message.contains("ATLANTIS"))
    }

    @Test func `rejects a race without an off time`() throws {
        var card = try card(5)
        card.off = nil
        #expect(try rejection(card).contains("off"))
    }

    @Test func `accepts 40 runners and rejects 61`() throws {
        #expect(try build(card(40)).runners.count == 40)
        #expect(try build(card(40)).runners.count { $0.features.count != FeatureSet.ability1.features.count } == 0)
        #expect(try rejection(card(61)).contains("61 runners"))
    }

    @Test func `keeps Unicode names intact`() throws {
        var card = try card(3)
        card.runners[0].horseName = "首飾太陽 🐎 Ñandú"
        let bytes: [UInt8] = try build(card).serializedBytes()
        #expect(try RaceFeatures(serializedBytes: bytes).runners[0].horse == "首飾太陽 🐎 Ñandú")
    }

    @Test func `warns about a missing going`() throws {
        var features = try build(card(4, going: nil))
        let report = features.check(against: suite, .ability1, connections: features.runners.map { _ in (1, 1) })
        let column = try #require(FeatureSet.ability1.column("going"))
        #expect(features.runners.count { $0.features[column].isNaN } == 4)
        #expect(
            report.failures(.critical).isEmpty
                && features.warnings.contains { $0.contains("the going is not known: 4 of 4") }
        )
        // An unknown word counts as missing.
        #expect(try build(card(4, going: "Lunar")).runners.count { $0.features[column].isNaN } == 4)
    }

    @Test func `fails the suite for an impossible distance`() throws {
        for furlongs in [0.5, 99, .nan] {
            var features = try build(card(4, furlongs: furlongs))
            let report = features.check(against: suite, .ability1, connections: features.runners.map { _ in (1, 1) })
            #expect(!report.failures(.critical).isEmpty, "\(furlongs)")
        }
    }

    /// These two ids are equal as floating-point numbers.
    @Test func `distinguishes large ids`() throws {
        var card = try card(2)
        card.runners[0].runnerID = 9_007_199_254_740_992
        card.runners[1].runnerID = 9_007_199_254_740_993
        var features = try build(card)
        #expect(features.check(against: suite, .ability1, connections: [(1, 1), (1, 2)]).failures(.critical).isEmpty)
        card.runners[1].runnerID = card.runners[0].runnerID
        features = try build(card)
        #expect(
            features.check(against: suite, .ability1, connections: [(1, 1), (1, 2)]).failures(.critical).count == 1
        )
    }

    /// Lengths cannot be scaled to an unknown distance.
    @Test func `leaves lengths over an unknown distance missing`() throws {
        func beaten(_ furlongs: Double?) throws -> Float {
            let features = try build(card(2), book: history(runs: 3, furlongs: furlongs))
            return features.runners[1].features[try #require(FeatureSet.ability1.column("beaten1"))]
        }
        #expect(try beaten(8) == 0.75)
        #expect(try beaten(nil).isNaN)
    }

    @Test func `ignores a negative time`() throws {
        let result = PastResult(RunResult(finish: .position(1), beatenLengths: 0, seconds: -71.2))
        #expect(result.seconds.isNaN)
        let features = try build(card(3), book: history(runs: 40, seconds: -71.2))
        let speed = try #require(FeatureSet.ability1.column("speed1"))
        #expect(features.runners.count { $0.features[speed].isNaN } == 3)
    }

    /// Two horses that have met `runs` times before.
    private func history(runs: Int, seconds: Double = 96, furlongs: Double? = 8) throws -> FormBook {
        let last = try #require(CalendarDay("2025-05-31"))
        return FormBook(
            (0..<runs).map { index -> (RaceFacts, [(RunnerFacts, PastResult)]) in
                let race = RaceFacts(
                    raceID: Int64(1000 + index),
                    day: last.advanced(by: -7 * (runs - 1 - index)),
                    course: 1,
                    pattern: nil,
                    raceClass: "Class 2",
                    furlongs: furlongs,
                    metres: furlongs == nil ? nil : 1609,
                    going: "Good",
                    surface: "Turf"
                )
                return (
                    race,
                    (0..<2).map { number in
                        (
                            RunnerFacts(
                                runnerID: Int64(10_000 + index * 2 + number),
                                horse: Int64(200 + number),
                                trainer: 1,
                                jockey: Int64(1 + number),
                                draw: number + 1,
                                age: 4,
                                pounds: 126,
                                officialRating: 80,
                                headgear: nil
                            ),
                            PastResult(
                                RunResult(
                                    finish: .position(number + 1),
                                    beatenLengths: Double(number),
                                    seconds: seconds + Double(number)
                                )
                            )
                        )
                    }
                )
            }
        )
    }

    @Test func `counts all of 200 runs`() throws {
        let features = try build(card(3), book: history(runs: 200))
        func value(_ name: String, _ runner: Int) throws -> Float {
            features.runners[runner].features[try #require(FeatureSet.ability1.column(name))]
        }
        #expect(try value("runs", 0) == 200 && value("wins", 0) == 200 && value("runs", 2) == 0)
        #expect(try value("days_since", 0) == 1 && value("days_career", 0) == Float(199 * 7 + 1))
        #expect(try value("partnership_runs", 1) == 200 && value("online_horse", 0) > value("online_horse", 1))
        #expect(features.book.runs == 400)
    }

    @Test func `warns live races about missing results of the day before`() throws {
        let day = try #require(CalendarDay("2025-06-01"))
        let missing = MissingResults([day.advanced(by: -1): (2, 14), day.advanced(by: -9): (1, 7), day: (7, 7)])
        #expect(
            try build(card(3), missing: missing).warnings.filter { $0.contains("no result yet") }
                == ["2 of 14 races of 2025-05-31 have no result yet: the form is without them"]
        )
        #expect(try build(card(3), missing: missing, origin: .backfill).warnings.isEmpty)
    }
}
