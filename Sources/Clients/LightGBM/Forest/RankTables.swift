import CForest

/// The thresholds of each column in all models, and the ranks of values among those of each model.
///
/// A column takes a byte for each of its thresholds, inputs and models: at most 26 kB for five models, and twice as
/// many inputs as columns, as LightGBM trains them.
struct RankTables {
    private static let block = 32
    private static let group = 8

    /// The columns that models read.
    private(set) var columns: [Int] = []
    /// What `forest_rank` knows of each.
    private var table: [forest_column] = []
    private var keys: [Int32] = []
    private var ranks: [Int8] = []
    private let models: Int
    /// The number of inputs times that of models.
    private var width = 0
    private static let lanes = ForestRanks.lanes

    init(models: Int) { self.models = models }

    /// The bytes of a block of ranks.
    var blockSize: Int { Self.lanes * stride }

    /// The bytes of a lane, before they are transposed.
    private var stride: Int { (width + 2 * Self.lanes - 1) / Self.lanes * Self.lanes }

    /// The place in a block of the ranks of an input in a model.
    ///
    /// - Parameter input: the number of the input in the order in which inputs were appended.
    static func place(ofInput input: Int, inModel model: Int, of models: Int) -> Int {
        (input * models + model) * lanes
    }

    /// An integer in the order of the numbers: comparing floats takes more instructions. A NaN exceeds all thresholds.
    @inline(__always)
    private static func key(_ value: Float) -> Int32 {
        // Adding 0 makes -0 equal to 0.
        let bits = Int32(bitPattern: (value + 0).bitPattern)
        return value.isNaN ? .max : bits ^ (bits >> 31 & .max)
    }

    /// Appends a column.
    ///
    /// - Parameters:
    ///   - inputs: all inputs of the column.
    ///   - own: the thresholds of each input in each model, at most 255 different ones in ascending order.
    mutating func append(_ column: Int, _ inputs: [Forest.Input], _ own: [[[Float]]]) {
        let all = Set(own.joined().joined()).sorted()
        let allKeys = all.map { Self.key($0) }
        let last = Swift.stride(from: Self.block - 1, to: all.count, by: Self.block).map { allKeys[$0] }
        let firstKey = append(allKeys, multiple: Self.block)
        let firstLast = append(last, multiple: Self.group)
        columns.append(column)
        width += inputs.count * models
        table.append(
            forest_column(
                first_key: firstKey,
                first_last: firstLast,
                groups: (keys.count - firstLast) / Self.group,
                thresholds: all.count,
                first_rank: ranks.count,
                width: inputs.count * models
            )
        )
        var passed = own.joined().map { _ in 0 }
        ranks += passed.map { Int8($0 - 128) }
        for threshold in all {
            for (place, own) in own.joined().enumerated() where passed[place] < own.count {
                if own[passed[place]] == threshold { passed[place] += 1 }
            }
            ranks += passed.map { Int8($0 - 128) }
        }
        for special in [Float.nan, 0] {
            for (input, own) in zip(inputs, own) {
                let value = input.value(special)
                // A NaN is at most no threshold.
                ranks += own.map { thresholds in Int8(thresholds.count { !(value <= $0) } - 128) }
            }
        }
    }

    private mutating func append(_ keys: [Int32], multiple: Int) -> Int {
        let place = self.keys.count
        // Always pad: a value that exceeds all keys of a full block reads the next block.
        self.keys += keys + [Int32](repeating: .max, count: multiple - keys.count % multiple)
        return place
    }

    /// Writes the ranks of some rows, from 1 to `ForestRanks.lanes`.
    ///
    /// - Parameter target: `blockSize` bytes.
    func rank(
        _ matrix: LightGBMMatrix,
        _ rows: Range<Int>,
        to target: UnsafeMutableBufferPointer<Int8>,
        hasAVX2: Bool
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, columns.count * Self.lanes)) { values in
            matrix.values.withUnsafeBufferPointer { matrixValues in
                for (number, column) in columns.enumerated() {
                    for (lane, row) in rows.enumerated() {
                        let value = Forest.Input.withoutTinyValues(matrixValues[row &* matrix.columns &+ column])
                        values[number &* Self.lanes &+ lane] = Self.key(value)
                    }
                }
            }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: blockSize) { scratch in
                forest_rank(
                    table,
                    table.count,
                    keys,
                    ranks,
                    values.baseAddress,
                    rows.count,
                    scratch.baseAddress,
                    stride,
                    target.baseAddress,
                    hasAVX2
                )
            }
        }
    }

    /// Allows 16 bytes more to be read.
    mutating func finish() { ranks += [Int8](repeating: 0, count: Self.lanes) }
}
