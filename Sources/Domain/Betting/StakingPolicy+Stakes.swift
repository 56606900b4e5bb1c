extension StakingPolicy {
    /// Returns the stakes of a race.
    ///
    /// Gates are applied before Kelly, because a runner that is not bet must not hedge the others. Caps are applied
    /// last. Each gate and cap that lowers a stake is named in `Stake.gates`.
    ///
    /// - Parameters:
    ///   - runners: All runners of the race.
    ///   - refusal: The reason to stake nothing on this race; `nil` for none.
    /// - Returns: One stake per runner.
    public func stakes(_ runners: [StakeCandidate], refusal: String? = nil) -> [Stake] {
        let probabilities = runners.map(\.probability)
        let odds = runners.map(\.net)
        let full = Kelly.race(probabilities: probabilities, odds: odds)
        var gates = runners.map { refusal ?? gate($0) }
        var units = fractionalKelly(probabilities, odds, gates)
        // Each round closes at least one runner, so the loop ends.
        while !full.isUnderround, closeGates(&gates, runners, units) {
            units = fractionalKelly(probabilities, odds, gates)
        }
        let stakes = runners.indices.map { index in
            stake(
                runners[index],
                gate: gates[index],
                fullFraction: full.fractions[index],
                units: units[index],
                isUnderround: full.isUnderround
            )
        }
        return cappedPerRace(stakes)
    }

    private func stake(
        _ runner: StakeCandidate,
        gate: String?,
        fullFraction: Double,
        units: Double,
        isUnderround: Bool
    ) -> Stake {
        var stake = Stake(
            kellyFraction: fullFraction,
            units: isUnderround ? 0 : units,
            isLiquid: isLiquid(runner),
            gates: []
        )
        if isUnderround {
            stake.gates = ["book under 100 %"]
        } else if let gate {
            if fullFraction > 0 { stake.gates = [gate] }
        } else if stake.units < fullFraction * kellyFraction * bankrollUnits - 1e-12 {
            stake.gates = ["lowered, since others of the race are not bet"]
        }
        let cap = maximumPerBet * bankrollUnits
        if stake.units > cap {
            stake.units = cap
            stake.gates.append("capped at \(maximumPerBet) of the bankroll")
        }
        return stake
    }

    /// Scales the stakes of a race down to the cap per race.
    private func cappedPerRace(_ stakes: [Stake]) -> [Stake] {
        let total = stakes.reduce(0) { $0 + $1.units }
        let cap = maximumPerRace * bankrollUnits
        guard total > cap else { return stakes }
        var capped = stakes
        for index in capped.indices where capped[index].units > 0 {
            capped[index].units *= cap / total
            capped[index].gates.append("race capped at \(maximumPerRace) of the bankroll")
        }
        return capped
    }

    /// Returns the fractional Kelly stakes, in units, of the runners without a gate.
    private func fractionalKelly(_ probabilities: [Double], _ odds: [Double?], _ gates: [String?]) -> [Double] {
        let open = zip(odds, gates).map { odds, gate in gate == nil ? odds : nil }
        return Kelly.race(probabilities: probabilities, odds: open).fractions.map { $0 * kellyFraction * bankrollUnits }
    }

    /// Closes the staked runners whose expected profit is too low or, if there are none, the weakest ones beyond the
    /// maximum number of bets.
    ///
    /// - Returns: Whether any runner was closed.
    private func closeGates(_ gates: inout [String?], _ runners: [StakeCandidate], _ units: [Double]) -> Bool {
        let staked = units.indices.filter { units[$0] > 0 && gates[$0] == nil }
        let unprofitable = staked.filter { index in
            runners[index].edge * min(units[index], maximumPerBet * bankrollUnits)
                < band(odds: runners[index].odds ?? 1).minimumEV
        }
        for index in unprofitable {
            gates[index] = "expected profit under \(band(odds: runners[index].odds ?? 1).minimumEV) units"
        }
        if !unprofitable.isEmpty { return true }
        let weakest = staked.sorted { (runners[$0].edge * units[$0], $1) > (runners[$1].edge * units[$1], $0) }
            .dropFirst(maximumBetsPerRace)
        for index in weakest { gates[index] = "no more than \(maximumBetsPerRace) bets a race" }
        return !weakest.isEmpty
    }

    private func isLiquid(_ runner: StakeCandidate) -> Bool {
        runner.volume.map { $0 >= minimumVolume } ?? (runner.odds != nil)
    }

    /// Returns the reason not to bet on a runner regardless of its Kelly stake; `nil` for none.
    private func gate(_ runner: StakeCandidate) -> String? {
        guard let odds = runner.odds else { return "no price" }
        guard isLiquid(runner) else { return "too little traded: \(runner.volume.map { String(Int($0)) } ?? "none")" }
        guard odds >= minimumOdds, odds <= maximumOdds else { return "odds outside \(minimumOdds) to \(maximumOdds)" }
        let age = runner.priceAge ?? 0
        guard age <= maximumPriceAge else { return "price \(Int(age / 60)) minutes old" }
        let minimumEdge = band(odds: odds).minimumEdge
        guard runner.edge >= minimumEdge else { return "edge under \(minimumEdge)" }
        return nil
    }
}
