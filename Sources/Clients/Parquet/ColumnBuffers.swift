import CParquet

/// A column in Arrow's memory layout. `values` is valid as long as this object lives.
final class ColumnBuffers {
    private let data: UnsafeMutableRawBufferPointer
    private let offsets: UnsafeMutableBufferPointer<Int32>?
    private let validity: UnsafeMutableBufferPointer<UInt8>?
    let values: ParquetValues

    init(_ column: ParquetColumn) {
        let byteCount: Int
        switch column.values {
        case .int64(let values):
            data = copy(values)
            byteCount = values.count * 8
            offsets = nil
        case .float(let values):
            data = copy(values)
            byteCount = values.count * 4
            offsets = nil
        case .double(let values):
            data = copy(values)
            byteCount = values.count * 8
            offsets = nil
        case .date(let values):
            data = copy(values)
            byteCount = values.count * 4
            offsets = nil
        case .text(let values):
            var bytes: [UInt8] = []
            var ends: [Int32] = [0]
            for value in values {
                bytes.append(contentsOf: value.utf8)
                ends.append(Int32(bytes.count))
            }
            data = copy(bytes)
            byteCount = bytes.count
            let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: ends.count)
            _ = buffer.initialize(from: ends)
            offsets = buffer
        }
        if let flags = column.isValid {
            validity = bitmap(flags.count) { flags[$0] }
        } else if column.isNullNaN, case .float(let values) = column.values, values.contains(where: \.isNaN) {
            validity = bitmap(values.count) { !values[$0].isNaN }
        } else {
            validity = nil
        }
        values = ParquetValues(
            kind: column.kind.rawValue,
            length: Int64(column.count),
            data: data.baseAddress,
            data_bytes: Int64(byteCount),
            offsets: offsets?.baseAddress,
            validity: validity?.baseAddress
        )
    }

    deinit {
        data.deallocate()
        offsets?.deallocate()
        validity?.deallocate()
    }
}

private func copy<T>(_ values: [T]) -> UnsafeMutableRawBufferPointer {
    values.withUnsafeBytes { bytes in
        // At least 8 bytes, so that the pointer is not null for an empty column.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, bytes.count), alignment: 64)
        buffer.copyMemory(from: bytes)
        return buffer
    }
}

/// One bit per value, least significant first.
private func bitmap(_ count: Int, _ isSet: (Int) -> Bool) -> UnsafeMutableBufferPointer<UInt8> {
    let bits = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: (count + 7) / 8 + 1)
    bits.initialize(repeating: 0)
    for index in 0..<count where isSet(index) { bits[index / 8] |= 1 << (index % 8) }
    return bits
}
