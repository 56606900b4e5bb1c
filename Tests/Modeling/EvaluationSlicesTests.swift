import Betting
import Modeling
import Racing
import Testing

@Suite struct EvaluationSlicesTests {
    private func race(_ id: Int64, day: String, p: [Double], model: Double? = nil, lead: Double = 600) -> EvaluatedRace
    {
        EvaluatedRace(
            raceID: id,
            day: CalendarDay(day) ?? CalendarDay(0),
            lead: lead,
            runners: p.indices.map { index in
                EvaluatedRace.Runner(
                    horseID: Int64(index),
                    pWin: p[index],
                    pModel: index == 0 ? model ?? p[0] : p[index],
                    pMarket: 1 / Double(p.count),
                    odds: Double(p.count),
                    stake: 0,
                    outcome: RunnerOutcome(position: index + 1),
                    closing: nil
                )
            }
        )
    }

    @Test func `slices contain every race once and add up to the whole`() throws {
        let races = [
            race(1, day: "2025-01-05", p: [0.6, 0.4]), race(2, day: "2025-01-20", p: [0.5, 0.3, 0.2]),
            race(3, day: "2025-02-01", p: [Double](repeating: 0.1, count: 10)),
        ]
        let slices = EvaluationSlices(races)
        #expect(slices.months.map(\.name) == ["2025-01", "2025-02"] && slices.months.map(\.count) == [2, 1])
        #expect(slices.fieldSizes.map(\.name) == ["up to 7", "8 to 11"] && slices.fieldSizes.map(\.count) == [2, 1])
        #expect(slices.oddsBands.reduce(0) { $0 + $1.count } == 15)
        let whole = try Evaluation(races)
        let total = slices.months.reduce(0) { $0 + $1.blend * Double($1.count) }
        #expect(abs(total / 3 - whole.logLoss.blend) < 1e-12)
        #expect(slices.months[0].gain > 0 && slices.months[1].gain == 0)
    }

    @Test func `compares two models on races scored at the same moment`() throws {
        let own = [
            race(1, day: "2025-01-05", p: [0.6, 0.4]), race(2, day: "2025-01-06", p: [0.6, 0.4]),
            race(3, day: "2025-01-07", p: [0.9, 0.1]),
        ]
        let other = [
            race(1, day: "2025-01-05", p: [0.5, 0.5]), race(2, day: "2025-01-06", p: [0.5, 0.5]),
            race(3, day: "2025-01-07", p: [0.5, 0.5], lead: 60),
        ]
        let comparison = try #require(ModelComparison(own: own, other: other))
        #expect(comparison.races == 2, "the third race was scored at different moments")
        #expect(abs(comparison.blend.gain - 0.182_321_556_793_954_6) < 1e-12 && comparison.blend.gainSE == 0)
        #expect(ModelComparison(own: own, other: []) == nil)
    }
}
