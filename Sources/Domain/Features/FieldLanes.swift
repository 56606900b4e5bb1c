/// The values of one column in the runners of a race, eight side by side.
struct FieldLanes {
    private let floats: UnsafeMutablePointer<Float>
    private let lanes: UnsafeMutableBufferPointer<SIMD8<Float>>

    /// Calls `body` with a field of missing values.
    @inline(__always)
    static func with<Result>(rows: Int, _ body: (FieldLanes) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: (rows + 7) / 8) { lanes in
            // The padding is NaN, which is neither above, below nor equal to any value.
            lanes.initialize(repeating: SIMD8(repeating: .nan))
            return lanes.withMemoryRebound(to: Float.self) { floats in
                guard let floats = floats.baseAddress else { preconditionFailure("a race without runners") }
                return body(FieldLanes(floats: floats, lanes: lanes))
            }
        }
    }

    @inline(__always) subscript(row: Int) -> Float {
        get { floats[row] }
        nonmutating set { floats[row] = newValue }
    }

    /// 1 + the number of higher values, ties averaged, doubled so that it is whole.
    @inline(__always) func doubledRank(of value: Float) -> Int {
        var count = SIMD8<Int32>.zero
        for rivals in lanes {
            // A mask is -1 for "true"; "at least as high" counts the higher ones a second time.
            count &-= unsafeBitCast(rivals .> value, to: SIMD8<Int32>.self)
            count &-= unsafeBitCast(rivals .>= value, to: SIMD8<Int32>.self)
        }
        return Int(count.wrappedSum()) + 1
    }
}
