import Betting
import Foundation
import Racing

/// A race with what was said of it and what came of it.
public struct EvaluatedRace: Sendable {
    public struct Runner: Sendable {
        public let horseID: Int64
        public let pWin: Double
        public let pModel: Double
        public let pMarket: Double?
        public let odds: Double?
        /// Where the odds came from.
        public let source: String
        public let stake: Double
        public let outcome: RunnerOutcome
        public let closing: ClosingPrice?

        public init(
            horseID: Int64, pWin: Double, pModel: Double, pMarket: Double?, odds: Double?, source: String = "", stake: Double,
            outcome: RunnerOutcome, closing: ClosingPrice?
        ) {
            self.source = source
            self.horseID = horseID
            self.pWin = pWin
            self.pModel = pModel
            self.pMarket = pMarket
            self.odds = odds
            self.stake = stake
            self.outcome = outcome
            self.closing = closing
        }
    }
    public let raceID: Int64
    public let day: CalendarDay
    /// Seconds before the off at which it was scored; 0 at the off, where a closing line measures nothing.
    public let lead: Double
    public let runners: [Runner]
    /// A runner that was in the market then did not start, and no signal knows of it.
    public let lacksRunner: Bool

    public init(raceID: Int64, day: CalendarDay, lead: Double, runners: [Runner], lacksRunner: Bool = false) {
        self.lacksRunner = lacksRunner
        self.raceID = raceID
        self.day = day
        self.lead = lead
        self.runners = runners
    }
}

extension EvaluatedRace {
    /// A runner that was priced did not start.
    var hasLateWithdrawal: Bool { lacksRunner || runners.contains { $0.outcome.isWithdrawn && $0.odds != nil } }
}

/// How good the signals of a window were. Log losses are per race, in nats.
public struct Evaluation: Sendable, Codable {
    public struct Losses: Sendable, Codable {
        public var uniform: Double
        public var market: Double
        public var model: Double
        public var blend: Double
    }
    /// Races with one winner, every runner of which was priced: all four are judged on the same races.
    public var races: Int
    public var runners: Int
    /// Races left out, by why.
    public var leftOut: [String: Int]
    public var logLoss: Losses
    public var pseudoR2: Losses
    /// Log loss of the market less that of the blend: above 0 the blend is better.
    public var blendGain: Double
    public var blendGainSE: Double
    public var modelGain: Double
    public var modelGainSE: Double
    /// Expected calibration error of the blend.
    public var ece: Double
    public var calibration: [RaceMetrics.CalibrationBin]
    public var staked: Int
    /// Stakes that are not judged, since a priced runner of their race was withdrawn later and the reduction of the odds is not known.
    public var stakesLeftOut: Int
    /// Seconds before the off at which the judged races were scored, least and most.
    public var leadLow: Double
    public var leadHigh: Double
    public var turnover: Double
    public var profit: Double
    /// nil where nothing was staked.
    public var roi: Double?
    public var roiSE: Double?
    /// Mean ln(taken/closing) of the staked signals; nil where no closing line can be measured.
    public var clv: Double?
    public var clvSE: Double?

    enum CodingKeys: String, CodingKey {
        case races, runners, ece, calibration, staked, turnover, profit, roi, clv
        case leftOut = "left_out"
        case stakesLeftOut = "stakes_left_out"
        case leadLow = "lead_low"
        case leadHigh = "lead_high"
        case logLoss = "log_loss"
        case pseudoR2 = "pseudo_r2"
        case blendGain = "blend_gain"
        case blendGainSE = "blend_gain_se"
        case modelGain = "model_gain"
        case modelGainSE = "model_gain_se"
        case roiSE = "roi_se"
        case clvSE = "clv_se"
    }

    /// - Throws: `ModellingError` where no race can be judged.
    public init(_ all: [EvaluatedRace], policy: StakingPolicy = StakingPolicy()) throws(ModellingError) {
        var leftOut: [String: Int] = [:]
        let judged = all.filter { race in
            let starters = race.runners.filter { !$0.outcome.isWithdrawn }
            let winners = starters.count { $0.outcome.position == 1 }
            let reason =
                race.runners.isEmpty
                ? "no signals or no result"
                : winners != 1
                    ? (winners == 0 ? "no winner" : "dead heat") : starters.contains { $0.pMarket == nil } ? "a runner without a price" : nil
            if let reason { leftOut[reason, default: 0] += 1 }
            return reason == nil
        }
        guard !judged.isEmpty else { throw ModellingError("no race of the window has signals, prices and one winner: run `giddyup backfill` first") }
        races = judged.count
        self.leftOut = leftOut
        var (uniform, market, model, blend): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        var (predicted, won): ([Double], [Double]) = ([], [])
        for race in judged {
            guard let losses = race.losses, let price = losses.market else { continue }
            uniform.append(losses.uniform)
            market.append(price)
            model.append(losses.model)
            blend.append(losses.blend)
            let starters = race.runners.filter { !$0.outcome.isWithdrawn }
            for runner in starters {
                predicted.append(runner.pWin)
                won.append(runner.outcome.position == 1 ? 1 : 0)
            }
        }
        runners = predicted.count
        let mean = RaceMetrics.mean
        logLoss = Losses(uniform: mean(uniform), market: mean(market), model: mean(model), blend: mean(blend))
        pseudoR2 = Losses(
            uniform: 0, market: RaceMetrics.pseudoR2(logLoss.market, uniform: logLoss.uniform),
            model: RaceMetrics.pseudoR2(logLoss.model, uniform: logLoss.uniform), blend: RaceMetrics.pseudoR2(logLoss.blend, uniform: logLoss.uniform)
        )
        let gains = zip(market, blend).map { $0 - $1 }
        (blendGain, blendGainSE) = (mean(gains), RaceMetrics.standardError(gains))
        let ownGains = zip(market, model).map { $0 - $1 }
        (modelGain, modelGainSE) = (mean(ownGains), RaceMetrics.standardError(ownGains))
        calibration = RaceMetrics.calibration(predicted, won)
        ece = RaceMetrics.calibrationError(calibration)

        leadLow = judged.map(\.lead).min() ?? 0
        leadHigh = judged.map(\.lead).max() ?? 0
        stakesLeftOut = all.filter(\.hasLateWithdrawal).reduce(0) { $0 + $1.runners.count { $0.stake > 0 } }
        let bets = StakedSignal.all(all, policy: policy)
        let (profits, stakes) = (bets.map(\.profit), bets.map(\.stake))
        staked = stakes.count
        turnover = stakes.reduce(0, +)
        profit = profits.reduce(0, +)
        if turnover > 0 {
            let ratio = profit / turnover
            roi = ratio
            // of a ratio of sums, by its linear part (Cochran 1977, 6.4); bets of one race win and lose together
            let residual = ClusteredMean(bets.map { ($0.raceID, $0.profit - ratio * $0.stake) })
            roiSE = residual?.standardError.map { $0 * Double(bets.count) / turnover }
        }
        if let line = ClusteredMean(bets.compactMap { bet in bet.clv.map { (bet.raceID, $0) } }) { (clv, clvSE) = (line.mean, line.standardError) }
    }
}
