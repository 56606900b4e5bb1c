import Betting

/// The quality of the signals in a window. Log losses are per race, in nats.
public struct Evaluation: Sendable, Codable {
    public struct Losses: Sendable, Codable {
        public var uniform: Double
        public var market: Double
        public var model: Double
        public var blend: Double
    }
    /// The market recalibrated by the weight b that it has without the model: what is left of the blend's gain when the
    /// model adds nothing.
    public struct Recalibrated: Sendable, Codable {
        /// Log loss per race, in nats.
        public let logLoss: Double
        /// The log loss minus that of the blend. Above 0 the blend is better.
        public let blendGain: Double
        /// The paired standard error of `blendGain`.
        public let blendGainSE: Double

        enum CodingKeys: String, CodingKey {
            case logLoss = "log_loss"
            case blendGain = "blend_gain"
            case blendGainSE = "blend_gain_se"
        }

        init(_ losses: [Double], blend: [Double]) {
            let gains = zip(losses, blend).map { $0 - $1 }
            logLoss = RaceMetrics.mean(losses)
            blendGain = RaceMetrics.mean(gains)
            blendGainSE = RaceMetrics.standardError(gains)
        }
    }
    /// Races with one winner and a price for every runner. All four log losses cover these races.
    public var races: Int
    public var runners: Int
    /// The number of races left out, by reason.
    public var leftOut: [String: Int]
    public var logLoss: Losses
    public var pseudoR2: Losses
    /// Log loss of the market minus that of the blend. Above 0 the blend is better.
    public var blendGain: Double
    /// The paired standard error of `blendGain`.
    public var blendGainSE: Double
    /// `nil` if the model has no blend for the market of each race.
    public var recalibrated: Recalibrated?
    /// Log loss of the market minus that of the model alone.
    public var modelGain: Double
    /// The paired standard error of `modelGain`.
    public var modelGainSE: Double
    /// Expected calibration error of the blend.
    public var ece: Double
    public var calibration: [RaceMetrics.CalibrationBin]
    /// Place probabilities beside what was seen, by number of places.
    public var places: [PlaceTable]
    /// The number of stakes settled.
    public var staked: Int
    /// The number of stakes left out because a priced runner of their race was withdrawn later: the reduction of the
    /// odds is unknown.
    public var stakesLeftOut: Int
    /// The shortest lead at which a race was scored, in seconds before the off.
    public var leadLow: Double
    /// The longest lead at which a race was scored, in seconds before the off.
    public var leadHigh: Double
    /// Total stake, units.
    public var turnover: Double
    /// Profit after commission, in units.
    public var profit: Double
    /// Profit over turnover; `nil` without stakes.
    public var roi: Double?
    /// The standard error of `roi`, clustered by race.
    public var roiSE: Double?
    /// Mean ln(taken/closing) of the staked signals; `nil` if none has a measurable closing line.
    public var clv: Double?
    /// The standard error of `clv`, clustered by race.
    public var clvSE: Double?

    enum CodingKeys: String, CodingKey {
        case races, runners, ece, calibration, places, staked, turnover, profit, roi, clv
        case leftOut = "left_out"
        case stakesLeftOut = "stakes_left_out"
        case leadLow = "lead_low"
        case leadHigh = "lead_high"
        case logLoss = "log_loss"
        case pseudoR2 = "pseudo_r2"
        case blendGain = "blend_gain"
        case blendGainSE = "blend_gain_se"
        case recalibrated = "recalibrated_market"
        case modelGain = "model_gain"
        case modelGainSE = "model_gain_se"
        case roiSE = "roi_se"
        case clvSE = "clv_se"
    }

    /// - Parameter blends: those of the model.
    /// - Throws: `ModelingError` if no race can be evaluated.
    public init(
        _ all: [EvaluatedRace],
        blends: [MarketBlend] = [],
        policy: StakingPolicy = StakingPolicy()
    ) throws(ModelingError) {
        var leftOut: [String: Int] = [:]
        let evaluated = all.filter { race in
            let reason = Self.reasonToLeaveOut(race)
            if let reason { leftOut[reason, default: 0] += 1 }
            return reason == nil
        }
        guard !evaluated.isEmpty else {
            throw ModelingError(
                "no race of the window has signals, prices and one winner: run `giddyup backfill` first"
            )
        }
        let columns = Columns(evaluated)
        races = evaluated.count
        runners = columns.predicted.count
        self.leftOut = leftOut
        logLoss = columns.meanLosses
        pseudoR2 = Self.mcFadden(logLoss)
        let blendGains = zip(columns.market, columns.blend).map { $0 - $1 }
        blendGain = RaceMetrics.mean(blendGains)
        blendGainSE = RaceMetrics.standardError(blendGains)
        let recalibratedLosses = evaluated.compactMap { $0.recalibratedLoss(blends) }
        recalibrated =
            recalibratedLosses.count == evaluated.count
            ? Recalibrated(recalibratedLosses, blend: columns.blend) : nil
        let modelGains = zip(columns.market, columns.model).map { $0 - $1 }
        modelGain = RaceMetrics.mean(modelGains)
        modelGainSE = RaceMetrics.standardError(modelGains)
        calibration = RaceMetrics.calibration(columns.predicted, columns.won)
        ece = RaceMetrics.calibrationError(calibration)
        places = PlaceTable.all(evaluated)
        leadLow = evaluated.map(\.lead).min() ?? 0
        leadHigh = evaluated.map(\.lead).max() ?? 0
        stakesLeftOut = all.filter(\.hasLateWithdrawal).reduce(0) { $0 + $1.runners.count { $0.stake > 0 } }
        let bets = StakedSignal.all(all, policy: policy)
        staked = bets.count
        turnover = bets.map(\.stake).reduce(0, +)
        profit = bets.map(\.profit).reduce(0, +)
        addReturns(of: bets)
    }

    private mutating func addReturns(of bets: [StakedSignal]) {
        if turnover > 0 {
            let total = turnover
            let ratio = profit / total
            roi = ratio
            // The error of a ratio of sums by its linear part (Cochran 1977, 6.4), clustered because the bets of one
            // race are not independent.
            let residual = ClusteredMean(bets.map { ($0.raceID, $0.profit - ratio * $0.stake) })
            roiSE = residual?.standardError.map { $0 * Double(bets.count) / total }
        }
        if let line = ClusteredMean(bets.compactMap { bet in bet.clv.map { (bet.raceID, $0) } }) {
            clv = line.mean
            clvSE = line.standardError
        }
    }

    /// The reason why a race is not evaluated; `nil` if it is.
    private static func reasonToLeaveOut(_ race: EvaluatedRace) -> String? {
        guard !race.runners.isEmpty else { return "no signals or no result" }
        let starters = race.starters
        let winners = starters.count { $0.outcome.position == 1 }
        guard winners == 1 else { return winners == 0 ? "no winner" : "dead heat" }
        return race.market == nil ? "a runner without a price" : nil
    }

    private static func mcFadden(_ losses: Losses) -> Losses {
        Losses(
            uniform: 0,
            market: RaceMetrics.pseudoR2(losses.market, uniform: losses.uniform),
            model: RaceMetrics.pseudoR2(losses.model, uniform: losses.uniform),
            blend: RaceMetrics.pseudoR2(losses.blend, uniform: losses.uniform)
        )
    }

    /// The log losses of each race, and the predictions and outcomes of each starter.
    private struct Columns {
        var uniform: [Double] = []
        var market: [Double] = []
        var model: [Double] = []
        var blend: [Double] = []
        var predicted: [Double] = []
        var won: [Double] = []

        init(_ races: [EvaluatedRace]) {
            for race in races {
                guard let losses = race.losses, let marketLoss = losses.market else { continue }
                uniform.append(losses.uniform)
                market.append(marketLoss)
                model.append(losses.model)
                blend.append(losses.blend)
                for runner in race.starters {
                    predicted.append(runner.pWin)
                    won.append(runner.outcome.position == 1 ? 1 : 0)
                }
            }
        }

        var meanLosses: Losses {
            Losses(
                uniform: RaceMetrics.mean(uniform),
                market: RaceMetrics.mean(market),
                model: RaceMetrics.mean(model),
                blend: RaceMetrics.mean(blend)
            )
        }
    }
}
