import Betting
import Messages
import Modeling
import Scorer
import SeededScoring

/// One race of twelve runners and a model of a usual size: five times 100 trees of 63 leaves.
enum HotRace {
    static func features() -> RaceFeatures { SeededRace.features(runners: HotPath.runners) }

    static func bundle() throws -> ModelBundle { try SeededRace.bundle(trees: 100, leaves: 63) }

    static func scorer() throws -> RaceScorer { try RaceScorer(try bundle(), policy: StakingPolicy()) }

    static func signals() throws -> [UInt8] {
        try scorer().score(features(), model: SeededRace.model).serializedBytes()
    }
}
