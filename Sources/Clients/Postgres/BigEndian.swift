extension Array where Element == UInt8 {
    mutating func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// Reads a big-endian integer that fills the buffer; `nil` if the sizes differ.
    @inline(__always)
    func wholeBigEndian<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        count == MemoryLayout<T>.size ? bigEndian(type) : nil
    }

    /// Reads a big-endian integer. The buffer need not be aligned.
    @inline(__always)
    func bigEndian<T: FixedWidthInteger>(_ type: T.Type, at offset: Int = 0) -> T {
        T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
