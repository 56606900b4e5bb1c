import Betting
import Messages

extension RaceSignals {
    /// Builds the message from prices and stakes, one signal for each runner in order.
    ///
    /// - Parameter reasons: the reasons JSON of the runner at an index.
    init(
        _ message: RaceFeatures,
        model: ModelReference,
        _ prices: RacePrices,
        _ stakes: RaceStakes,
        reasons: (Int) throws -> String
    ) throws {
        self.init()
        raceID = message.request.raceID
        raceDay = message.request.raceDay
        asOf = message.request.asOf
        off = message.race.off
        origin = message.request.origin
        revision = message.request.revision
        self.model = model
        signals = try message.runners.indices.map { index in
            var signal = Signal(message.runners[index], at: index, prices, stakes)
            signal.reasonsJson = try reasons(index)
            return signal
        }
    }
}

extension Signal {
    fileprivate init(_ runner: RunnerFeatures, at index: Int, _ prices: RacePrices, _ stakes: RaceStakes) {
        self.init()
        horseID = runner.horseID
        runnerID = runner.runnerID
        setProbabilities(at: index, prices)
        if let odds = prices.odds[index] {
            bestOddsWin = odds
            bestOddsSource = runner.price.source
            edgeWin = Edge.win(probability: pWin, odds: odds, commission: stakes.commissions[index])
            if let terms = prices.terms, let pPlace = prices.pPlace {
                edgeEw = Edge.eachWay(win: pWin, place: pPlace[index], odds: odds, terms: terms)
            }
        }
        kellyFraction = stakes.stakes[index].kellyFraction
        stakeUnits = stakes.stakes[index].units
        liquidityOk = stakes.stakes[index].isLiquid
    }

    private mutating func setProbabilities(at index: Int, _ prices: RacePrices) {
        pWin = prices.pWin[index]
        pModel = prices.pModel[index]
        if let pMarket = prices.pMarket { self.pMarket = pMarket[index] }
        blended = prices.isBlended
        fairOddsWin = 1 / pWin
        if let terms = prices.terms, let pPlace = prices.pPlace {
            self.pPlace = pPlace[index]
            fairOddsPlace = 1 / pPlace[index]
            ewPlaces = UInt32(terms.places)
            ewFraction = terms.fraction
        }
    }
}
