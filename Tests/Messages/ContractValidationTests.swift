import Messages
import Testing

@Suite struct ContractValidationTests {
    private let asOf: Int64 = 1_728_000_000_000_000

    private func bet(_ change: (inout BetPlacement) -> Void = { _ in }) -> BetPlacement {
        var bet = BetPlacement()
        bet.betRef = "b1"
        bet.raceID = 1
        bet.raceDay = 20_000
        bet.horseID = 2
        bet.at = asOf
        bet.side = "win"
        bet.odds = 3
        bet.stake = 1
        change(&bet)
        return bet
    }

    private func request(_ change: (inout RaceRequest) -> Void = { _ in }) -> RaceRequest {
        var request = RaceRequest()
        request.raceID = 1
        request.raceDay = 20_000
        request.asOf = asOf
        request.origin = .live
        request.models = [ModelReference()]
        change(&request)
        return request
    }

    private func features(_ change: (inout RaceFeatures) -> Void = { _ in }) -> RaceFeatures {
        var features = RaceFeatures()
        features.request = request()
        features.race.off = asOf + 60_000_000
        features.runners = [2, 3].map { horse in
            var runner = RunnerFeatures()
            runner.horseID = Int64(horse)
            runner.price.odds = 3
            runner.price.at = asOf
            return runner
        }
        change(&features)
        return features
    }

    private func signals(_ change: (inout RaceSignals) -> Void = { _ in }) -> RaceSignals {
        var signals = RaceSignals()
        signals.raceID = 1
        signals.asOf = asOf
        signals.origin = .backfill
        signals.model.modelID = 4
        signals.signals = [2, 3].map { horse in
            var signal = Signal()
            signal.horseID = Int64(horse)
            signal.pWin = 0.5
            signal.pModel = 0.5
            return signal
        }
        change(&signals)
        return signals
    }

    private func withdrawal(_ change: (inout RunnerWithdrawal) -> Void = { _ in }) -> RunnerWithdrawal {
        var withdrawal = RunnerWithdrawal()
        withdrawal.raceID = 1
        withdrawal.horseID = 2
        withdrawal.raceDay = 20_000
        withdrawal.at = asOf
        withdrawal.rule4 = 0.25
        change(&withdrawal)
        return withdrawal
    }

    private func expectRejected(_ contract: some Contract, _ fragment: String) {
        let error = #expect(throws: ContractError.self) { try contract.validate() }
        #expect(error?.message.contains(fragment) == true, "\(error?.message ?? "accepted")")
    }

    @Test func `accepts complete messages`() throws {
        try bet().validate()
        try request().validate()
        try features().validate()
        try signals().validate()
        try withdrawal().validate()
    }

    @Test func `rejects malformed bets by reference and field`() {
        expectRejected(bet { $0.betRef = "" }, "no bet_ref")
        expectRejected(bet { $0.horseID = 0 }, "b1 names no race, horse or time")
        expectRejected(bet { $0.at = .max }, "b1: race_day or at is out of range")
        expectRejected(bet { $0.side = "lay" }, "\"lay\" is not win, ew or place")
        for odds in [1, 0, -2, .nan, .infinity] { expectRejected(bet { $0.odds = odds }, "are not above 1") }
        for odds in [1.1e6, .greatestFiniteMagnitude] { expectRejected(bet { $0.odds = odds }, "at most") }
        for stake in [1.1e9, .greatestFiniteMagnitude] { expectRejected(bet { $0.stake = stake }, "at most") }
        for stake in [0, -1, .nan, .infinity] { expectRejected(bet { $0.stake = stake }, "is not above 0") }
    }

    @Test func `rejects terms that do not fit the bet`() throws {
        expectRejected(bet { $0.places = 2 }, "a win bet has no places")
        expectRejected(
            bet {
                $0.side = "ew"
                $0.places = 11
            },
            "11 places"
        )
        expectRejected(
            bet {
                $0.side = "ew"
                $0.places = 3
            },
            "place fraction"
        )
        let exchange = bet {
            $0.side = "place"
            $0.places = 3
        }
        try exchange.validate()
    }

    @Test func `rejects requests without a race, a time, a model or a lane`() {
        expectRejected(request { $0.raceID = 0 }, "names no race")
        expectRejected(request { $0.asOf = 0 }, "has no as_of")
        expectRejected(request { $0.asOf = .max }, "out of range")
        expectRejected(request { $0.raceDay = .max }, "out of range")
        expectRejected(request { $0.models = [] }, "names no model")
        expectRejected(request { $0.origin = .unspecified }, "neither live nor backfill")
    }

    @Test func `rejects features of impossible fields and prices from the future`() {
        expectRejected(features { $0.request.raceDay = .max }, "race_day, as_of or off is out of range")
        expectRejected(features { $0.runners = [] }, "no runners")
        expectRejected(features { $0.runners[1].horseID = 2 }, "a horse appears twice")
        expectRejected(
            features { features in
                features.runners = (1...61).map { horse in
                    var runner = RunnerFeatures()
                    runner.horseID = Int64(horse)
                    return runner
                }
            },
            "61 runners"
        )
        expectRejected(features { $0.runners[0].price.odds = 1 }, "has odds of 1.0")
        expectRejected(features { $0.runners[0].price.at = asOf + 1 }, "from after as_of")
        expectRejected(features { $0.runners[0].price.volume = .nan }, "traded volume")
        for lay in [Double.nan, .infinity] {
            expectRejected(features { $0.runners[0].price.lay = lay }, "race 1: horse 2 has a lay price")
        }
    }

    @Test func `rejects signals that are no probabilities`() {
        for p in [-0.1, 1.1, .nan] {
            expectRejected(signals { $0.signals[0].pWin = p }, "has a probability")
            expectRejected(signals { $0.signals[1].pModel = p }, "has a probability")
        }
        expectRejected(signals { $0.signals[0].stakeUnits = -1 }, "has a stake")
        expectRejected(signals { $0.model.modelID = 0 }, "names no race, as_of or model")
        // The last instant is stored as infinity, and days since it overflow.
        for microseconds in [Int64.min, .max] {
            expectRejected(signals { $0.off = microseconds }, "race 1: race_day, as_of or off is out of range")
        }
        expectRejected(signals { $0.asOf = .max }, "out of range")
        expectRejected(signals { $0.raceDay = .max }, "out of range")
    }

    @Test func `rejects training requests that could not end or whose days overflow`() throws {
        var request = TrainingRequest()
        request.requestID = "r1"
        request.name = "m"
        request.version = "1"
        request.toDay = 20_000
        request.trials = 20
        try request.validate()
        let changes: [(inout TrainingRequest) -> Void] = [
            { $0.toDay = .max }, { $0.fromDay = .min }, { $0.fromDay = .max }, { $0.trials = .max },
        ]
        for change in changes {
            var changed = request
            change(&changed)
            expectRejected(changed, "training request r1: ")
        }
    }

    @Test func `rejects data set requests without a part, which is their key`() throws {
        var request = DatasetRequest()
        request.requestID = "r1"
        expectRejected(request, "no id or part")
        request.part = "2024-07"
        try request.validate()
    }

    @Test func `rejects reductions outside their range`() {
        expectRejected(withdrawal { $0.rule4 = 0.95 }, "rule4 is 0.95")
        expectRejected(withdrawal { $0.factor = 1 }, "factor is 1.0")
        expectRejected(withdrawal { $0.placeFactor = -0.1 }, "place_factor is -0.1")
    }
}
