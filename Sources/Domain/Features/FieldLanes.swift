/// The values of one column in the runners of a race, written one by one and compared eight at a time.
struct FieldLanes {
    private let floats: UnsafeMutablePointer<Float>
    private let vectors: Int

    /// Calls `body` with a field of missing values.
    @inline(__always)
    static func with<Result>(rows: Int, _ body: (FieldLanes) -> Result) -> Result {
        let vectors = (rows + 7) / 8
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: vectors * 8) { buffer in
            guard let floats = buffer.baseAddress else { preconditionFailure("a race without runners") }
            // The padding is NaN, which is neither above, below nor equal to any value.
            floats.initialize(repeating: .nan, count: vectors * 8)
            return body(FieldLanes(floats: floats, vectors: vectors))
        }
    }

    @inline(__always) subscript(row: Int) -> Float {
        get { floats[row] }
        nonmutating set { floats[row] = newValue }
    }

    /// 1 + the number of higher values, ties averaged, doubled so that it is whole.
    @inline(__always) func doubledRank(of value: Float) -> Int {
        let bytes = UnsafeRawPointer(floats)
        var count = SIMD8<Int32>.zero
        for index in 0..<vectors {
            // Memory of numbers may be read as vectors through a raw pointer only.
            let rivals = bytes.loadUnaligned(
                fromByteOffset: index * MemoryLayout<SIMD8<Float>>.stride,
                as: SIMD8<Float>.self
            )
            // A mask is -1 for "true"; "at least as high" counts the higher ones a second time.
            count &-= unsafeBitCast(rivals .> value, to: SIMD8<Int32>.self)
            count &-= unsafeBitCast(rivals .>= value, to: SIMD8<Int32>.self)
        }
        return Int(count.wrappedSum()) + 1
    }
}
