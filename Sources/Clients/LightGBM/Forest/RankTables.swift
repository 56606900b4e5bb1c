import CForest

/// The thresholds of each input in all models, and the ranks of values among those of each model.
struct RankTables {
    private static let block = 32
    private static let group = 8

    private(set) var inputs: [forest_input] = []
    /// See `forest_input`.
    private(set) var keys: [Int32] = []
    private(set) var ranks: [Int8] = []
    private let models: Int

    init(models: Int) { self.models = models }

    /// An integer in the order of the numbers: comparing floats takes more instructions. A NaN exceeds all thresholds.
    @inline(__always)
    static func key(_ value: Float) -> Int32 {
        // Adding 0 makes -0 equal to 0.
        let bits = Int32(bitPattern: (value + 0).bitPattern)
        return value.isNaN ? .max : bits ^ (bits >> 31 & .max)
    }

    /// Appends an input.
    ///
    /// - Parameter own: its thresholds in each model, at most 255 different ones in ascending order.
    mutating func append(_ own: [[Float]]) {
        let all = Set(own.joined()).sorted()
        let allKeys = all.map { Self.key($0) }
        let last = stride(from: Self.block - 1, to: all.count, by: Self.block).map { allKeys[$0] }
        let places = (keys: append(allKeys, multiple: Self.block), last: append(last, multiple: Self.group))
        inputs.append(
            forest_input(
                first_key: places.keys,
                first_last: places.last,
                groups: (keys.count - places.last) / Self.group,
                first_rank: ranks.count
            )
        )
        var passed = own.map { _ in 0 }
        ranks += passed.map { Int8($0 - 128) }
        for threshold in all {
            for (model, own) in own.enumerated() where passed[model] < own.count && own[passed[model]] == threshold {
                passed[model] += 1
            }
            ranks += passed.map { Int8($0 - 128) }
        }
    }

    private mutating func append(_ keys: [Int32], multiple: Int) -> Int {
        let place = self.keys.count
        // Always pad: a value that exceeds all keys of a full block reads the next block.
        self.keys += keys + [Int32](repeating: .max, count: multiple - keys.count % multiple)
        return place
    }

    /// Writes the ranks of the values of up to `ForestRanks.lanes` rows.
    ///
    /// - Parameters:
    ///   - values: the keys by input and lane.
    ///   - target: by model, input and lane.
    func rank(_ values: UnsafePointer<Int32>, rows: Int, to target: UnsafeMutablePointer<Int8>, hasAVX2: Bool) {
        forest_rank(inputs, inputs.count, keys, ranks, values, rows, models, target, hasAVX2)
    }
}
