/// The values of one column in the runners of a race, written one by one and compared eight at a time.
struct FieldLanes {
    // Raw memory, because it is accessed both as numbers and as vectors.
    private let bytes: UnsafeMutableRawPointer
    private let vectors: Int

    private static let vector = MemoryLayout<SIMD8<Float>>.stride

    /// Calls `body` with a field of missing values.
    @inline(__always)
    static func with<Result>(rows: Int, _ body: (FieldLanes) -> Result) -> Result {
        let vectors = (rows + 7) / 8
        return withUnsafeTemporaryAllocation(byteCount: vectors * vector, alignment: vector) { buffer in
            guard let bytes = buffer.baseAddress else { preconditionFailure("a race without runners") }
            // The padding is NaN, which is neither above, below nor equal to any value.
            for index in 0..<vectors {
                bytes.storeBytes(of: SIMD8(repeating: .nan), toByteOffset: index * vector, as: SIMD8<Float>.self)
            }
            return body(FieldLanes(bytes: bytes, vectors: vectors))
        }
    }

    @inline(__always) subscript(row: Int) -> Float {
        get { bytes.load(fromByteOffset: row * MemoryLayout<Float>.stride, as: Float.self) }
        nonmutating set {
            bytes.storeBytes(of: newValue, toByteOffset: row * MemoryLayout<Float>.stride, as: Float.self)
        }
    }

    /// 1 + the number of higher values, ties averaged, doubled so that it is whole.
    @inline(__always) func doubledRank(of value: Float) -> Int {
        var count = SIMD8<Int32>.zero
        for index in 0..<vectors {
            let rivals = bytes.load(fromByteOffset: index * Self.vector, as: SIMD8<Float>.self)
            // A mask is -1 for "true"; "at least as high" counts the higher ones a second time.
            count &-= unsafeBitCast(rivals .> value, to: SIMD8<Int32>.self)
            count &-= unsafeBitCast(rivals .>= value, to: SIMD8<Int32>.self)
        }
        return Int(count.wrappedSum()) + 1
    }
}
