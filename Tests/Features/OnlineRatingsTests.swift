import Features
import Foundation
import Racing
import Randomness
import Seeded
import Testing

@Suite struct OnlineRatingsTests {
    /// The log likelihood of an order of finish under the exploded logit with weighted stages, by the definition.
    private func logLikelihood(_ strengths: [Double], _ order: [Int], _ stages: [Double]) -> Double {
        var remaining = Array(strengths.indices)
        var sum = 0.0
        for (weight, next) in zip(stages, order) where remaining.count > 1 {
            sum += weight * (strengths[next] - log(remaining.reduce(0) { $0 + exp(strengths[$1]) }))
            remaining.removeAll { $0 == next }
        }
        return sum
    }

    @Test func `ratings move along the gradient of the log likelihood`() {
        for seed in UInt64(1)...50 {
            var random = SplitMix64(seed: seed)
            let count = 2 + random.below(12)
            let strengths = (0..<count).map { _ in random.normal() }
            let order = random.shuffled(count)
            let finishers = 1 + random.below(count)
            var positions = [Int16](repeating: 0, count: count)
            for (index, runner) in order.prefix(finishers).enumerated() { positions[runner] = Int16(index + 1) }
            let moves = OnlineRatings.gradient(strengths, positions)
            for runner in strengths.indices {
                var up = strengths
                up[runner] += 1e-5
                var down = strengths
                down[runner] -= 1e-5
                let stages = OnlineRatings.stages
                let slope =
                    (logLikelihood(up, Array(order.prefix(finishers)), stages)
                        - logLikelihood(down, Array(order.prefix(finishers)), stages)) / 2e-5
                #expect(abs(moves[runner] - slope) < 1e-6, "seed \(seed)")
            }
            #expect(abs(moves.reduce(0, +)) < 1e-9, "the moves of a race sum to 0")
        }
    }

    @Test func `runners in a dead heat share their stage`() {
        for seed in UInt64(1)...50 {
            var random = SplitMix64(seed: seed)
            let count = 3 + random.below(10)
            let strengths = (0..<count).map { _ in random.normal() }
            // Groups of one to three runners in the order of finish; the last may be unplaced.
            var positions = [Int16](repeating: 0, count: count)
            var groups: [[Int]] = []
            var left = random.shuffled(count)[...]
            while left.count > random.below(3) {
                let group = left.prefix(1 + random.below(3))
                for runner in group { positions[runner] = Int16(count - left.count + 1) }
                groups.append(Array(group))
                left = left.dropFirst(group.count)
            }
            func logLikelihood(_ strengths: [Double]) -> Double {
                var remaining = Set(strengths.indices)
                var sum = 0.0
                for group in groups {
                    let stage = count - remaining.count
                    guard remaining.count > 1, stage < OnlineRatings.stages.count else { break }
                    let total = remaining.reduce(0) { $0 + exp(strengths[$1]) }
                    let mean = group.reduce(0) { $0 + strengths[$1] } / Double(group.count)
                    sum += OnlineRatings.stages[stage] * (mean - log(total))
                    remaining.subtract(group)
                }
                return sum
            }
            let moves = OnlineRatings.gradient(strengths, positions)
            for runner in strengths.indices {
                var (up, down) = (strengths, strengths)
                up[runner] += 1e-5
                down[runner] -= 1e-5
                let slope = (logLikelihood(up) - logLikelihood(down)) / 2e-5
                #expect(abs(moves[runner] - slope) < 1e-6, "seed \(seed)")
            }
        }
    }

    @Test func `a race without finishers moves no rating`() {
        #expect(OnlineRatings.gradient([1, 2, 3], [0, 0, 0]) == [0, 0, 0])
        #expect(OnlineRatings.gradient([1], [1]) == [0])
        #expect(OnlineRatings.gradient([], []) == [])
    }

    @Test func `extreme strengths do not overflow`() {
        let moves = OnlineRatings.gradient([900, -900, 0], [3, 1, 2])
        #expect(moves.count { $0.isFinite } == 3 && moves[1] > 0.9)
    }

    /// Horse 1 beats horse 2 on ten days.
    @Test func `a rating is visible from the next day on`() throws {
        let set = FeatureSet.ability1
        let column = try #require(set.column("online_horse"))
        func race(_ day: Int32) -> RaceFacts { PlainCard.race(day, furlongs: 6, metres: 1207) }
        let book = FormBook(
            (1...10).map { day in
                (
                    race(day),
                    (1...2).map { (PlainCard.runner(Int64($0), day), PastResult(RunResult(finish: .position($0)))) }
                )
            }
        )
        func ratings(_ horizon: Int32) -> [Float] {
            let matrix = set.build(
                race(20),
                [PlainCard.runner(1, 20), PlainCard.runner(2, 20)],
                book: book,
                horizon: CalendarDay(horizon)
            )
            return (0..<2).map { matrix.row($0)[matrix.row($0).startIndex + column] }
        }
        #expect(ratings(1).count { $0.isNaN } == 2, "no rating is known on the day of the first race")
        let second = ratings(2)
        #expect(second[0] > 0 && second[1] < 0 && second[0] == -second[1])
        let later = ratings(11)
        #expect(later[0] > second[0], "the rating grows with each win")
        #expect(ratings(5) == ratings(5) && ratings(10)[0] < later[0])
    }
}
