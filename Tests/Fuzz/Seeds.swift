import Foundation
import Messages
import SwiftProtobuf

/// The first inputs of the corpus that text cannot give: one complete message of each type.
enum Seeds {
    private static let asOf: Int64 = 1_728_000_000_000_000

    static func write(to folder: String) throws {
        for (name, message) in messages {
            let target = folder + "/message-" + name
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            let bytes: [UInt8] = try message.serializedBytes()
            try Data(bytes).write(to: URL(fileURLWithPath: target + "/complete"))
        }
    }

    private static var messages: [(String, any Contract)] {
        [
            ("bet-placement", bet), ("dataset-part", part), ("dataset-request", datasetRequest),
            ("model-version", modelVersion), ("race-features", features), ("race-request", request),
            ("race-settlement", settlement), ("race-signals", signals), ("runner-withdrawal", withdrawal),
            ("training-request", trainingRequest),
        ]
    }

    private static let model = ModelReference.with {
        $0.name = "hrd_win_prob"
        $0.version = "7"
        $0.modelID = 3
    }
    private static let request = RaceRequest.with {
        $0.raceID = 20_250_716_201
        $0.raceDay = 20_000
        $0.asOf = asOf
        $0.models = [model]
        $0.origin = .live
        $0.revision = 2
        $0.explain = true
    }
    private static let features = RaceFeatures.with {
        $0.request = request
        $0.race.course = "HV"
        $0.race.region = "HK"
        $0.race.timeZone = "Asia/Hong_Kong"
        $0.race.off = asOf + 600_000_000
        $0.race.name = "第一場讓賽"
        $0.race.furlongs = 5.96
        $0.race.isHandicap = true
        $0.featureSet.version = 1
        $0.book.throughDay = 19_999
        $0.warnings = ["the going is not known"]
        $0.runners = (1...6).map { horse in
            RunnerFeatures.with {
                $0.runnerID = Int64(100 + horse)
                $0.horseID = Int64(horse)
                $0.horse = "競駿 (J40\(horse))"
                $0.number = UInt32(horse)
                $0.draw = UInt32(7 - horse)
                $0.features = [Float(horse), -0.5, .nan, 12, 0.25, 1]
                $0.price.odds = 2 + Double(horse)
                $0.price.source = "live"
                $0.price.at = asOf - 30_000_000
                $0.price.volume = 5_000
                $0.price.lay = 2.1 + Double(horse)
            }
        }
    }
    private static let signals = RaceSignals.with {
        $0.raceID = 20_250_716_201
        $0.raceDay = 20_000
        $0.asOf = asOf
        $0.origin = .live
        $0.revision = 2
        $0.model = model
        $0.off = asOf + 600_000_000
        $0.signals = (1...2).map { horse in
            Signal.with {
                $0.horseID = Int64(horse)
                $0.runnerID = Int64(100 + horse)
                $0.pWin = 0.4
                $0.pModel = 0.5
                $0.pMarket = 0.45
                $0.pPlace = 0.7
                $0.blended = true
                $0.fairOddsWin = 2.5
                $0.bestOddsWin = 3
                $0.bestOddsSource = "live"
                $0.ewPlaces = 2
                $0.ewFraction = 0.25
                $0.edgeWin = 0.1
                $0.kellyFraction = 0.05
                $0.stakeUnits = 1.25
                $0.liquidityOk = true
                $0.reasonsJson = #"{"gates":[]}"#
            }
        }
    }
    private static let settlement = RaceSettlement.with {
        $0.raceID = 20_250_716_201
        $0.raceDay = 20_000
        $0.off = asOf
        $0.revision = 1
        $0.runners = (1...5).map { horse in
            RunnerResult.with {
                $0.horseID = Int64(horse)
                $0.runnerID = Int64(100 + horse)
                $0.position = horse == 5 ? 0 : UInt32(horse)
                $0.withdrawn = horse == 5
                $0.bsp = 2 + Double(horse)
                $0.placeBsp = 1.5
                $0.lastTraded = 3
                $0.sp = 4
                $0.placePaid = horse < 4
            }
        }
    }
    private static let bet = BetPlacement.with {
        $0.betRef = "b-1"
        $0.at = asOf
        $0.raceID = 20_250_716_201
        $0.raceDay = 20_000
        $0.horseID = 2
        $0.side = "ew"
        $0.odds = 5.5
        $0.stake = 2
        $0.expectedEv = 0.1
        $0.source = "betfair"
        $0.places = 3
        $0.placeFraction = 0.2
    }
    private static let withdrawal = RunnerWithdrawal.with {
        $0.raceID = 20_250_716_201
        $0.raceDay = 20_000
        $0.horseID = 2
        $0.at = asOf
        $0.rule4 = 0.25
        $0.factor = 0.182
        $0.placeFactor = 0.3
    }
    private static let trainingRequest = TrainingRequest.with {
        $0.requestID = "r-1"
        $0.name = "hrd_win_prob"
        $0.version = "7"
        $0.fromDay = 17_000
        $0.toDay = 20_000
        $0.objective = "race_softmax"
        $0.trials = 20
        $0.dataset = "hk"
    }
    private static let datasetRequest = DatasetRequest.with {
        $0.requestID = "r-1"
        $0.dataset = "hk"
        $0.part = "2024-07"
        $0.featureSet = 1
        $0.throughDay = 20_000
    }
    private static let part = DatasetPart.with {
        $0.requestID = "r-1"
        $0.dataset = "hk"
        $0.part = "2024-07"
        $0.path = "datasets/hk/2024-07.parquet"
        $0.sha256 = "ab"
        $0.bytes = 1_000
        $0.races = 60
        $0.rows = 700
    }
    private static let modelVersion = ModelVersion.with {
        $0.name = "hrd_win_prob"
        $0.version = "7"
        $0.modelID = 3
        $0.stage = "production"
        $0.sha256 = "ab"
    }
}
