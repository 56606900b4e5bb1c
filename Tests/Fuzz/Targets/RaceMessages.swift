import Betting
import Features
import Messages
import Modeling
import Racing
import RacingStore

@testable import CLVTracker
@testable import FeatureBuilder
@testable import ModelingStore
@testable import Postgres

/// What the feature-builder computes for a request: the race's times and its features from an empty form book.
func use(_ request: RaceRequest) {
    let key = RaceKey(raceID: request.raceID, day: CalendarDay(request.raceDay))
    require(CalendarDay(key.day.description) == key.day, "race_day \(request.raceDay)")
    _ = PostgresParameter.dates([key.day.postgres, key.day.advanced(by: -1).postgres])
    for (region, course) in [("HK", "HV"), ("GB", "Ascot"), ("AUS", "Flemington")] {
        let card = RaceCard.fuzzed(key, region: region, course: course)
        guard let race = try? RequestedRace(request, card: card) else { fatalError("a complete card is refused") }
        keep(race.asOf.description)
        keep(race.asOf.seconds(since: race.timing.off))
        let features = RaceFeatures(race, book: emptyBook, set: .ability1)
        require("features of an accepted request") { try features.validate() }
    }
}

private let emptyBook = FormBook(FormBookColumns())

extension RaceCard {
    fileprivate static func fuzzed(_ key: RaceKey, region: String, course: String) -> RaceCard {
        RaceCard(
            raceID: key.raceID,
            day: key.day,
            region: region,
            courseID: 1,
            courseName: course,
            off: WallTime(hour: 14, minute: 30),
            name: "A Handicap",
            raceClass: "Class 4",
            pattern: nil,
            ratingBand: "60-40",
            furlongs: 6,
            metres: 1207,
            going: "GOOD",
            surface: "Turf",
            runners: [DeclaredRunner(runnerID: 1, horseID: 1), DeclaredRunner(runnerID: 2, horseID: 2, draw: 3)]
        )
    }
}

/// What the publisher computes: the rows of modeling.signals.
func use(_ signals: RaceSignals) {
    var write = SignalWrite()
    let rows = require("rows") { SignalStore.unique(try SignalStore.signalRows(signals), &write) }
    require(rows.count == signals.signals.count, "\(rows.count) rows")
    var encoder = CopyRowEncoder(bytes: [])
    for row in rows { require("a row") { try encoder.row { SignalStore.encode(row, &$0) } } }
    // What readers of the table compute.
    let lead = Instant(PostgresInstant(microseconds: signals.off)).seconds(
        since: Instant(PostgresInstant(microseconds: signals.asOf))
    )
    require(lead.isFinite, "lead \(lead)")
    keep(Instant(microseconds: signals.asOf).day(in: .gmt).advanced(by: -1).description)
}

/// What the CLV tracker computes: results with their closing market, and the settlement of bets on each runner.
func use(_ settlement: RaceSettlement) {
    let rows = ResultStore.runnerRows(settlement)
    require(rows.count == settlement.runners.count, "\(rows.count) rows")
    for row in rows { require(row.closingProbability?.isNaN != true, "a closing probability is NaN") }
    let results = rows.map { StoredResult(settlement, $0) }
    for runner in settlement.runners.prefix(4) {
        for type in [BetType.win, .eachWay, .place] {
            settle(
                OpenBet(
                    betID: 1,
                    at: Instant(microseconds: settlement.off - 60_000_000),
                    raceID: settlement.raceID,
                    horseID: runner.horseID,
                    type: type,
                    odds: 5,
                    stake: 2
                ),
                RaceOutcome(results: results)
            )
        }
    }
}

func settle(_ bet: OpenBet, _ race: RaceOutcome) {
    for kind in StakingPolicy.Source.Kind.allCases {
        let settled = BetSettlement(bet, race, StakingPolicy.Source(kind: kind, commission: 0.02)).settled()
        require((settled.profit == nil) == (settled.unsettledReason != nil), "\(settled)")
        require(settled.profit?.isFinite != false && settled.clv?.isFinite != false, "\(settled)")
    }
}

extension StoredResult {
    fileprivate init(_ settlement: RaceSettlement, _ row: ResultStore.Row) {
        let runner = row.runner
        self.init(
            raceID: settlement.raceID,
            horseID: runner.horseID,
            off: Instant(microseconds: settlement.off),
            isHandicap: settlement.isHandicap,
            outcome: RunnerOutcome(
                position: runner.position == 0 ? nil : Int(runner.position),
                isWithdrawn: runner.withdrawn
            ),
            placeBSP: runner.hasPlaceBsp ? runner.placeBsp : nil,
            placePaid: runner.hasPlacePaid ? runner.placePaid : nil,
            closing: row.closing
        )
    }
}
