import Modeling
import Randomness
import Seeded
import Testing

@Suite struct GroupKFoldTests {
    @Test func `assigns every race to one fold and balances the folds`() throws {
        for seed in UInt64(1)...100 {
            var random = SplitMix64(seed: seed)
            let folds = 2 + random.below(6)
            let sizes = (0..<folds + random.below(400)).map { _ in 2 + random.below(39) }
            let assigned = try GroupKFold.assign(sizes: sizes, folds: folds)
            #expect(assigned.count == sizes.count, "seed \(seed): one fold per race")
            var rows = [Int](repeating: 0, count: folds)
            for (fold, size) in zip(assigned, sizes) {
                try #require((0..<folds).contains(fold), "seed \(seed)")
                rows[fold] += size
            }
            #expect(rows.allSatisfy { $0 > 0 }, "seed \(seed): an empty fold")
            // Greedy assignment in order of size: two folds differ by at most one race.
            #expect((rows.max() ?? 0) - (rows.min() ?? 0) <= (sizes.max() ?? 0), "seed \(seed): \(rows)")
        }
    }

    @Test func `spreads equal races evenly`() throws {
        let assigned = try GroupKFold.assign(sizes: [Int](repeating: 8, count: 50), folds: 5)
        for fold in 0..<5 { #expect(assigned.count { $0 == fold } == 10) }
    }

    @Test func `splits the same races the same way`() throws {
        let sizes = (0..<200).map { 5 + $0 * 7 % 11 }
        let first = try GroupKFold.assign(sizes: sizes, folds: 5)
        let second = try GroupKFold.assign(sizes: sizes, folds: 5)
        #expect(first == second)
    }

    @Test func `rejects too few races or folds`() {
        #expect(throws: ModelingError.self) { try GroupKFold.assign(sizes: [8, 9], folds: 3) }
        #expect(throws: ModelingError.self) { try GroupKFold.assign(sizes: [8, 9], folds: 1) }
        #expect(throws: ModelingError.self) { try GroupKFold.assign(sizes: [], folds: 5) }
    }
}
