import Betting
import Datasets
import Expectations
import Foundation
import Learning
import Logging
import Messages
import ModelArtifacts
import ModelingStore
import Postgres
import Racing
import RacingStore
import Trainer

@testable import CLVTracker
@testable import FeatureBuilder

/// What the CLV tracker computes for a placement: the profit of the bet for each outcome of its runner.
func use(_ bet: BetPlacement) {
    keep("race \(bet.raceID) of \(CalendarDay(bet.raceDay))")
    guard let type = BetType(rawValue: bet.side) else { fatalError("side \"\(bet.side)\" is not a bet type") }
    let fraction = bet.hasPlaceFraction ? bet.placeFraction : 1
    let open = OpenBet(
        betID: 1,
        at: Instant(microseconds: bet.at),
        raceID: bet.raceID,
        horseID: bet.horseID,
        type: type,
        odds: bet.odds,
        stake: bet.stake,
        terms: bet.hasPlaces ? EachWayTerms(places: Int(bet.places), fraction: fraction) : nil
    )
    for position in [1, 3, nil] {
        let outcome = RunnerOutcome(position: position)
        let result = StoredResult(
            raceID: bet.raceID,
            horseID: bet.horseID,
            off: Instant(microseconds: bet.at).advanced(bySeconds: 60),
            isHandicap: true,
            outcome: outcome,
            placeBSP: 1.8,
            closing: ClosingPrice(odds: 4, source: .bsp)
        )
        settle(open, RaceOutcome(results: [result]))
    }
}

/// What the CLV tracker computes for a withdrawal: the reduced odds of each kind of bet.
func use(_ message: RunnerWithdrawal) {
    let withdrawal = OddsReduction.Withdrawal(
        rule4: message.hasRule4 ? message.rule4 : nil,
        factor: message.hasFactor ? message.factor : nil,
        placeFactor: message.hasPlaceFactor ? message.placeFactor : nil
    )
    for kind in StakingPolicy.Source.Kind.allCases {
        for type in [BetType.win, .eachWay, .place] {
            let odds = OddsReduction.reduced(1.5, type: type, kind: kind, [withdrawal, withdrawal])
            require(odds.map { $0 >= 1 && $0 <= 1.5 } != false, "reduced odds \(odds ?? 0)")
        }
    }
    keep(CalendarDay(message.raceDay).postgres)
}

private let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }

/// What the trainer computes before it reads data.
func use(_ request: TrainingRequest) {
    let trainer = TrainerHandler(PostgresPool(""), logger: logger)
    let bytes: [UInt8] = require("encoding") { try request.serializedBytes() }
    guard (try? trainer.decode(consumed(bytes))) != nil else { return }
    // The same expressions as TrainingJob's.
    let last = CalendarDay(request.toDay)
    keep(last.advanced(by: 1).postgres)
    keep(DatasetMonth(last).next.description)
    if request.hasFromDay { keep(CalendarDay(request.fromDay).advanced(by: -1).description) }
    require(request.trials <= 10_000, "\(request.trials) trials would never end")
}

private let datasets = require("a handler") {
    let suite = Data(#"{"name": "part", "expectations": []}"#.utf8)
    let pool = PostgresPool("")
    return DatasetHandler(
        pool,
        FormBookCache(pool, logger: logger),
        root: "/nowhere",
        suite: try JSONDecoder().decode(ExpectationSuite.self, from: suite),
        logger: logger
    )
}

/// What the feature-builder computes for a data set request.
func use(_ request: DatasetRequest) {
    let bytes: [UInt8] = require("encoding") { try request.serializedBytes() }
    guard let input = try? datasets.decode(consumed(bytes)) else { return }
    require(input.month.description == request.part, "part \(request.part) is taken for \(input.month)")
    require(input.month.first <= input.month.last, "\(input.month) ends on \(input.month.last)")
    let last = max(input.month.last, CalendarDay(request.throughDay))
    keep(last.advanced(by: 1).postgres)
    require(!"\(request.dataset)/\(input.month)".contains(".."), "the part leaves its folder")
}

/// What a scorer with a folder of bundles computes: the path of the bundle, which must stay in the folder.
func use(_ model: ModelVersion) {
    withFiles([:]) { folder in
        guard (try? BundleFile.read(folder, name: model.name, version: model.version)) == nil else {
            fatalError("read a bundle from an empty folder")
        }
    }
}
