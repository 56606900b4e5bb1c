import CParquet

/// A column in Arrow's memory layout, for as long as this object lives.
final class ColumnBuffers {
    private let data: UnsafeMutableRawBufferPointer
    private let offsets: UnsafeMutableBufferPointer<Int32>?
    private let validity: UnsafeMutableBufferPointer<UInt8>?
    let values: ParquetValues

    init(_ column: ParquetColumn) {
        func copy<T>(_ values: [T]) -> UnsafeMutableRawBufferPointer {
            values.withUnsafeBytes { bytes in
                // never a null pointer, even for no rows
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, bytes.count), alignment: 64)
                buffer.copyMemory(from: bytes)
                return buffer
            }
        }
        var ends: UnsafeMutableBufferPointer<Int32>?
        var used: Int
        switch column.values {
        case .int64(let values): (data, used) = (copy(values), values.count * 8)
        case .float(let values): (data, used) = (copy(values), values.count * 4)
        case .double(let values): (data, used) = (copy(values), values.count * 8)
        case .date(let values): (data, used) = (copy(values), values.count * 4)
        case .text(let values):
            var (bytes, lengths): ([UInt8], [Int32]) = ([], [0])
            for value in values {
                bytes.append(contentsOf: value.utf8)
                lengths.append(Int32(bytes.count))
            }
            (data, used) = (copy(bytes), bytes.count)
            let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: lengths.count)
            _ = buffer.initialize(from: lengths)
            ends = buffer
        }
        offsets = ends
        func bits(_ count: Int, _ isValid: (Int) -> Bool) -> UnsafeMutableBufferPointer<UInt8> {
            let bits = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: (count + 7) / 8 + 1)
            bits.initialize(repeating: 0)
            for index in 0..<count where isValid(index) { bits[index / 8] |= 1 << (index % 8) }
            return bits
        }
        if let flags = column.isValid {
            validity = bits(flags.count) { flags[$0] }
        } else if column.isNullNaN, case .float(let values) = column.values, values.contains(where: \.isNaN) {
            validity = bits(values.count) { !values[$0].isNaN }
        } else {
            validity = nil
        }
        values = ParquetValues(
            kind: column.kind.rawValue, length: Int64(column.count), data: data.baseAddress, data_bytes: Int64(used), offsets: offsets?.baseAddress,
            validity: validity?.baseAddress)
    }

    deinit {
        data.deallocate()
        offsets?.deallocate()
        validity?.deallocate()
    }
}

/// C strings that live as long as this object.
final class Strings {
    private let buffers: [UnsafeMutablePointer<CChar>]
    let pointers: [UnsafePointer<CChar>?]

    init(_ strings: [String]) {
        buffers = strings.map { string in
            let bytes = Array(string.utf8CString)
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            buffer.initialize(from: bytes, count: bytes.count)
            return buffer
        }
        pointers = buffers.map { UnsafePointer($0) }
    }

    deinit { buffers.forEach { $0.deallocate() } }
}
